administration-off = Це вимкнено: потрібні другі облікові дані для Creatio і { $setting } = true.
    .next = Що цим обліковим даним має бути дозволено, сказано в docs/administration.md.
administration-login-missing = У налаштуваннях немає повних других даних для входу в Creatio.
    .next = Задайте USERSYNC_ADMINISTRATION__CLIENT_ID і USERSYNC_ADMINISTRATION__CLIENT_SECRET або USERSYNC_ADMINISTRATION__USERNAME і USERSYNC_ADMINISTRATION__PASSWORD.
administration-same-login = Другі облікові дані — ті самі, що й у імпорту: те, що може створювати користувачів, не повинно запускатися щогодини.
    .next = Дайте USERSYNC_ADMINISTRATION__… окремого користувача (або окремий застосунок OAuth).
administration-other-creatio = Другі облікові дані не показують системних користувачів, яких бачить імпорт: це інша Creatio або бракує права читати SysAdminUnit.
    .next = Перевірте USERSYNC_ADMINISTRATION__URL і права користувача.
administration-not-seen = Щойно створеного системного користувача імпорт не бачить: облікові дані належать двом різним Creatio, або імпорт не може читати SysAdminUnit. Більше нічого не записується.
    .next = Перевірте USERSYNC_ADMINISTRATION__URL. `usersync undo` скасує створене.
administration-not-imported = Не імпортовано: { $names }.
    .next = Назвіть користувачів Webitel, які є в розділі «Користувачі Webitel»; спершу запустіть GetWebitelUsers.
administration-no-role = У цій Creatio немає ролі співробітників { $role }.
    .next = Задайте в { $setting } ідентифікатор ролі, до якої входитимуть нові користувачі.
administration-no-package = Жоден пакет ліцензій цієї Creatio не має операції { $operation }, або пакети не можна прочитати.
    .next = Задайте в { $setting } ідентифікатори пакетів, що відкривають телефонію (SysLicPackage.Id), або дайте користувачеві адміністратора читати SysLicPackage.
administration-settings-changed = Від часу складання плану { $plan } змінилися налаштування, від яких він залежить.
    .next = Запустіть без плану: буде складено новий.

administration-user-wanted = не має системного користувача в Creatio: його буде створено
administration-has-user = має системного користувача
administration-inactive-user = контакт має неактивного системного користувача: активуйте його вручну, другий не створюється
administration-portal-user = контакт має користувача порталу: це клієнт
administration-shares-contact = має спільний контакт з іншим із цих користувачів Webitel
administration-no-contact = не має контакту, або його не видно
administration-no-username = не має імені користувача Webitel, щоб назвати системного користувача
administration-no-email = контакт не має e-mail, щоб назвати системного користувача
administration-login-long = логін був би довший за 250 символів
administration-login-taken = логін належить іншому користувачеві або ролі
    .next = Якщо це та сама людина, вкажіть контакт у того користувача Creatio; інакше створіть системного користувача вручну під іншим логіном.
administration-login-twice = двоє з цих людей дістали б однаковий логін
administration-kept-out = захищений або виключений правилами
administration-user-there = тим часом хтось дав контактові системного користувача
administration-meanwhile = тим часом це зробив хтось інший
administration-not-there = Creatio погодилася, але його там немає
administration-no-user = не має активного системного користувача в Creatio
administration-several-users = контакт має кількох активних системних користувачів: котрого мають на увазі, не вгадується
administration-has-telephony = має ліцензію, що відкриває телефонію
administration-telephony-wanted = дістає місце в { $package }
administration-no-seat = вільних місць немає
administration-record-refers = на нього посилається запис розділу
    .next = Спершу скасуйте імпорт, який заповнив поле «Користувач».
administration-license-back = надану ліцензію забрано

administration-role = Нові користувачі входять до ролі { $role }.
administration-no-license = Ліцензій Creatio звідси вони не дістають; сама Creatio може дати їм ліцензію за роллю.
administration-no-password = Їхнього пароля не знає ніхто: вони входять через єдиний вхід, через «Забули пароль?» або з паролем, який задасть адміністратор.
administration-update-roles = Потім дайте Creatio оновити ролі: дизайнер системи, «Системні користувачі», «Дії», «Актуалізувати ролі».
administration-seats = { $package }: оплачено { NUMBER($paid) }, зайнято { NUMBER($used) }, вільно { NUMBER($free) }.

administration-needs-approval-create-system-users =
    { $count ->
        [one] у Creatio буде створено { $count } системного користувача
        [few] у Creatio буде створено { $count } системних користувачів
       *[other] у Creatio буде створено { $count } системних користувачів
    }
administration-needs-approval-open-telephony =
    { $count ->
        [one] буде надано { $count } ліцензію Creatio
        [few] буде надано { $count } ліцензії Creatio
       *[other] буде надано { $count } ліцензій Creatio
    }
administration-ask-create-system-users =
    { $count ->
        [one] Створити в Creatio { $count } системного користувача?
       *[other] Створити в Creatio { $count } системних користувачів?
    }
administration-ask-open-telephony =
    { $count ->
        [one] Надати { $count } ліцензію Creatio?
        [few] Надати { $count } ліцензії Creatio?
       *[other] Надати { $count } ліцензій Creatio?
    }
administration-waits = Чекає на затвердження:  usersync plan show { $plan }  ·  usersync plan approve { $plan }  ·  та сама команда з --plan { $plan }

administration-promise-create-system-users = Імпортованих людей { NUMBER($users) }: { $applied ->
        [yes] системного користувача дістали { NUMBER($done) }
       *[no] системного користувача дістали б { NUMBER($done) }
    }, уже мали { NUMBER($had) }, потребують рішення { NUMBER($review) }, пропущено { NUMBER($skipped) }{ $failed ->
        [0] { "" }
       *[other] , не зроблено { NUMBER($failed) }
    }.
administration-promise-open-telephony = Імпортованих людей { NUMBER($users) }: { $applied ->
        [yes] ліцензію на телефонію дістали { NUMBER($done) }
       *[no] ліцензію на телефонію дістали б { NUMBER($done) }
    }, уже мали { NUMBER($had) }, чекають або потребують рішення { NUMBER($review) }, пропущено { NUMBER($skipped) }{ $failed ->
        [0] { "" }
       *[other] , не зроблено { NUMBER($failed) }
    }.
administration-promise-add-section = { $applied ->
        [yes] { $done ->
            [0] Розділ уже на своєму місці.
           *[other] Розділ додано до робочого місця.
        }
       *[no] { $done ->
            [0] Додавати нічого.
           *[other] Розділ було б додано до робочого місця.
        }
    }

administration-section-apply = usersync creatio section --apply додасть його.
administration-section-clicks = Вручну: дизайнер системи → «Налаштування робочих місць» → { $workplace } → «Розділи» → «Додати» → { $section } → «Зберегти». Потім вийдіть і ввійдіть знову.

workplace-section-there = Розділ { $section } є в робочому місці { $workplace }.
workplace-section-missing = Розділу { $section } немає в робочому місці { $workplace }.
    .next = usersync creatio section --apply додасть його або покаже, що натиснути.
workplace-section-no-workplace = Немає робочого місця { $workplace } (розділ — { $section }). Є: { $seen }.
    .next = Задайте в usersync.toml creatio.section.workplace — як робоче місце зветься тут, або creatio.section.workplace_id — його ідентифікатор.
workplace-section-no-section = Немає розділу { $section }, який можна додати до робочого місця { $workplace }. Є: { $seen }.
    .next = Задайте в usersync.toml creatio.section.code або creatio.section.caption — як розділ зветься тут, або creatio.section.id — його ідентифікатор. Якщо доповнення не встановлено, встановіть його.
workplace-section-several = Робочих місць { $workplace } або розділів { $section } кілька: котрі мають на увазі, не вгадується.
    .next = Задайте в usersync.toml creatio.section.workplace_id і creatio.section.id.
workplace-section-unreadable = Чи є розділ { $section } у робочому місці { $workplace }, не видно: робочі місця або розділи не можна прочитати.
    .next = Подивіться самі або дайте користувачеві читати SysWorkplace, SysModule і SysModuleInWorkplace (docs/creatio.md#rights).

administration-right = { $may ->
    [yes] Другі облікові дані мають право на { $operation }.
    [no] Другі облікові дані не мають права на { $operation }.
   *[unknown] Чи мають другі облікові дані право на { $operation }, ця Creatio не каже.
 }
    .next = Дизайнер системи, «Права доступу на операції», { $operation }: додайте користувача других облікових даних і надайте дозвіл.
administration-packages = { $packages ->
    [none] Жодного пакета ліцензій з операцією { $operation } другі облікові дані не бачать.
   *[some] Телефонію відкриває { $packages }.
 }
    .next = Дозвольте його користувачеві читати SysLicPackage або задайте administration.license_packages — ідентифікатори пакетів.
