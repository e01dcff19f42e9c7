# Що робиться і чому.
action-creates = людина є користувачем Creatio і має стати користувачем Webitel
action-creates-device = SIP-пристрій за замовчуванням, якщо Webitel не створить його разом із користувачем
action-gives-licenses = ліцензії, обрані разом із новим користувачем
action-sets-roles = ролі, обрані вручну
action-updates = змінено вручну: { $fields }
action-stun = STUN перемкнуто вручну
action-releases = його ліцензії вивільняються перед видаленням
action-deletes = видалено вручну
action-deletes-for-good = видалено вручну, назавжди
action-adds-license = ліцензію додано вручну: { $product }
action-removes-license = ліцензію забрано вручну: { $product }
action-addon-device = додаток Creatio дав користувачу інший пристрій за замовчуванням під час збереження запису; тепер запис показує його
action-changes = { $planned ->
    [yes] Що буде змінено
   *[no] Що змінено
}
# Як закінчилося.
action-done = { $process ->
        [CreateWebitelUser] Користувача Webitel { $username } створено, його запис є в розділі «Користувачі Webitel».
        [UpdateWebitelUser] Користувача Webitel { $username } змінено у Webitel і в Creatio.
        [DeleteWebitelUser] Користувача Webitel { $username } видалено; його контакт збережено.
        [AddWebitelLicense] Користувачу { $username } додано ліцензію.
        [RemoveWebitelLicense] У користувача { $username } забрано ліцензію.
       *[SetWebitelRoles] Ролі користувача { $username } задано.
    }
action-planned = { $process ->
        [CreateWebitelUser] Користувача Webitel { $username } було б створено
        [UpdateWebitelUser] Користувача Webitel { $username } було б змінено
        [DeleteWebitelUser] Користувача Webitel { $username } було б видалено
        [AddWebitelLicense] Користувачу { $username } було б додано ліцензію
        [RemoveWebitelLicense] У користувача { $username } було б забрано ліцензію
       *[SetWebitelRoles] Ролі користувача { $username } було б задано
    }: { NUMBER($count) } { $count ->
        [one] зміна
        [few] зміни
       *[other] змін
    }.
action-failed = { $process ->
        [CreateWebitelUser] Створення користувача Webitel { $username }
        [UpdateWebitelUser] Зміну користувача Webitel { $username }
        [DeleteWebitelUser] Видалення користувача Webitel { $username }
        [AddWebitelLicense] Додавання ліцензії користувачу { $username }
        [RemoveWebitelLicense] Забирання ліцензії в користувача { $username }
       *[SetWebitelRoles] Задання ролей користувача { $username }
    } не доведено до кінця (заплановано { NUMBER($count) } { $count ->
        [one] зміну
        [few] зміни
       *[other] змін
    }).
action-half-done = Webitel зробив свою частину, але чогось іще бракує. Те, що стосується запису, завершить наступний імпорт; усе завершить «usersync resume { $run }».
action-not-reached = не намагалися: попереднє перервалося
action-not-looked-at = Усе виконано, але ще раз оглянути обидві сторони не вдалося.
action-nothing-to-do = Так уже є: нічого не записано.
action-creatio-left = У Creatio це нічого не змінює, бо:
action-user-gone-again = Користувача { $username } ({ $id }) більше немає у Webitel: його прибрав додаток Creatio або хтось інший.
action-addon-removed = Користувача { $username } ({ $id }) прибрано з Webitel назавжди: додаток Creatio робить це, коли видаляють запис.
    .next = Залиште rules.records_may_be_deleted вимкненим; див. docs/manual-actions.md, «The add-on».
action-password-unseen = Пароль задано; показати його нікому, бо дію запущено не з термінала. Задайте інший у Webitel.
action-delete-soft-note = Webitel позначає користувача як видаленого; його логін і внутрішній номер можуть лишитися зайнятими.
action-delete-for-good-note = Користувача прибирають із Webitel назавжди. Повернути його не можна.
action-rules-give-again = Правила ліцензій дають { $product } цьому користувачу: імпорт, що призначає ліцензії, повернув би її.
    .next = Змініть rules.licenses.
action-four-eyes = ручна дія потребує схвалення другої людини (rules.approval.four_eyes)
# Чому так не можна.
action-user-not-registered = Щоб створити користувача у Webitel, людина вже має бути зареєстрованим користувачем Creatio. Такого користувача Creatio не знайдено.
    .next = Спершу створіть користувача Creatio (Дизайнер системи > Користувачі й адміністрування > Користувачі системи) або вкажіть точний логін.
action-user-inactive = Щоб створити користувача у Webitel, людина вже має бути зареєстрованим користувачем Creatio; { $login } неактивний.
    .next = Спершу активуйте користувача Creatio.
action-user-portal = Щоб створити користувача у Webitel, людина вже має бути зареєстрованим користувачем Creatio; користувач порталу — це клієнт.
    .next = Оберіть співробітника компанії.
action-user-without-contact = Користувач Creatio { $login } не має контакту.
    .next = Задайте контакт у користувачах системи.
action-which-user-at-all = Користувача Creatio не обрано.
    .next = Вкажіть логін або ім'я контакту.
action-which-user = Так звуться кілька користувачів Creatio: { $logins }.
    .next = Вкажіть логін.
action-user-has-webitel-user = Користувач Creatio { $login } вже має користувача Webitel: { $username }.
action-user-has-record = Користувач Creatio { $login } має запис у розділі «Користувачі Webitel», користувача якого вже немає у Webitel.
    .next = Спершу запустіть GetWebitelUsers: він вимкне запис, і тоді ним можна скористатися знову.
action-user-has-records = Користувач Creatio { $login } має кілька записів у розділі «Користувачі Webitel»: { NUMBER($count) }.
    .next = Залиште в Creatio один із них і спробуйте знову.
action-username-illegal = { $username } не може бути логіном Webitel: лише латинські літери, цифри, «-», «_» і «.».
action-username-taken = Логін { $username } зайнятий користувачем Webitel { $user }.
action-username-taken-deleted = Логін { $username } зайнятий користувачем Webitel { $user }, позначеним як видалений.
    .next = Оберіть інший або видаліть того користувача назавжди.
action-username-taken-record = Логін { $username } стоїть у записі іншої людини в розділі «Користувачі Webitel».
action-no-extension = Без внутрішнього номера користувач не може зареєструвати SIP-телефон і телефонувати.
action-extension-not-digits = Внутрішній номер складається лише з цифр.
action-extension-taken = Внутрішній номер зайнятий користувачем Webitel { $username }.
action-extension-taken-deleted = Внутрішній номер зайнятий користувачем Webitel { $username }, позначеним як видалений.
    .next = Оберіть інший або видаліть того користувача назавжди.
action-extension-taken-record = Внутрішній номер стоїть у записі іншої людини в розділі «Користувачі Webitel».
action-extension-taken-contact = Внутрішній номер стоїть серед засобів зв'язку іншого контакту ({ $contact }).
action-name-empty = Користувачу Webitel потрібне ім'я.
action-no-such-webitel-user = Користувача Webitel { $user } немає.
    .next = Вкажіть логін Webitel або User ID.
action-webitel-user-deleted = Користувач Webitel { $username } ({ $id }) позначений як видалений.
action-no-stun = У цьому Creatio немає поля для STUN.
    .next = Зіставте його налаштуванням creatio.mapping.record.columns.stun.
action-no-record = { $username } ще не має запису в розділі «Користувачі Webitel».
    .next = Спершу запустіть GetWebitelUsers.
action-importer = { $username } — обліковий запис, яким працює сам usersync; його не чіпають.
action-protected = { $username } — захищений обліковий запис (rules.protected): його не видаляють і не перейменовують, ліцензій та ролей не забирають.
action-confirm-username = Щоб видалити { $username } назавжди, його логін треба вказати ще раз.
    .next = Вкажіть --permanent { $username } або введіть логін у форму.
action-no-such-license = У клієнта немає ліцензії { $license }.
    .next = Їх показує «usersync licenses».
action-license-not-for-users = { $product } не призначають користувачам.
action-license-held = Користувач уже має { $product }.
action-license-not-valid = Жодна ліцензія { $product } сьогодні не діє.
    .next = Подовжте її у Webitel.
action-no-seat = Вільних місць { $product } немає: зайнято всі { NUMBER($limit) }.
    .next = Заберіть ліцензію в когось іншого або докупіть.
action-license-not-held = Користувач не має { $license }.
action-which-license = Користувач має кілька ліцензій { $product }: { $ids }.
    .next = Вкажіть ідентифікатор.
action-no-such-role = У Webitel немає ролі { $role }.
action-which-role = Кілька ролей звуться { $role }: { $ids }.
    .next = Вкажіть ідентифікатор.
action-role-is-user = Роль { $role } належить іншому користувачу; її не можна надати.
action-plan-of-another = План { $plan } — не план процесу { $process }.
action-ask = Виконати?
action-waits = Нічого не записано. Щоб виконати: та сама команда з --plan { $plan } або з --yes.
action-password = Пароль нового користувача, показується лише раз: { $password }
resume-starts = Продовжується запуск { $run }: { $process }.
resume-nothing = Останній запуск дійшов до кінця: продовжувати нічого.
resume-not-broken = Запуск { $run } має стан { $state }: продовжувати нічого.
resume-no-plan = Запуск { $run } перервався ще до плану: нічого не записано.
    .next = Почніть спочатку.
