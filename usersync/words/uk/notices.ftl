# Сповіщення про стан домену і його відпочинок після невдач.
notices-subject-failed = usersync: імпорт { $domain } не вдався
notices-subject-approval = usersync: план для { $domain } чекає на погодження
notices-subject-recovered = usersync: імпорт { $domain } знову проходить успішно
notices-subject-missed = usersync: імпорт { $domain } не відбувся
notices-subject-license_expiring = usersync: ліцензії Webitel домену { $domain } скоро закінчаться

notices-failed = Запуск { $run } домену «{ $domain }» не вдався. Нових повідомлень не буде, доки він знову не пройде успішно.
    .next = Перегляньте його: usersync show { $run }
notices-approval = Запуск { $run } домену «{ $domain }» має план, який мусить погодити людина; нічого не записано.
notices-plan = План { $plan } має { $count ->
        [one] { $count } зміну
        [few] { $count } зміни
       *[other] { NUMBER($count) } змін
    }.
    .next = Перегляньте і погодьте його в порталі або командами: usersync plan show { $plan }; usersync plan approve { $plan }
notices-recovered = Запуск { $run } домену «{ $domain }» пройшов успішно.
notices-some-failed = { $count ->
        [one] { $count } користувача не вдалося записати, решту записано
       *[other] { NUMBER($count) } користувачів не вдалося записати, решту записано
    }.
    .next = Хто і чому: usersync show { $run }
notices-missed = За розкладом запуск домену «{ $domain }» мав початися { $expected }{ $began ->
        [never] , але жодного ще не було.
       *[other] ; останній почався { $last }.
    }
    .next = Перевірте, чи працюють воркер і сервер Prefect та чи увімкнено розклад; тим часом запустіть вручну: usersync run --domain { $domain }
notices-license_expiring = { $days ->
        [0] Протягом доби
        [one] За { $days } день
        [few] За { $days } дні
       *[other] За { NUMBER($days) } днів
    } починають закінчуватися ліцензії Webitel домену «{ $domain }»: { $licenses }. Хто тримає { $count ->
        [one] цю ліцензію
       *[other] одну з них ({ NUMBER($count) })
    }, більше не зможе з нею працювати.
    .next = Поновіть їх у Webitel; із поновленою ліцензією тут нічого робити не треба.
notices-id = Сповіщення { $id }, { $at }
notices-test = Це перевірка сповіщень домену «{ $domain }». Нічого не сталося.
notices-subject-test = usersync: перевірка сповіщень { $domain }

notices-no-answer = Сповіщення не вдалося надіслати через { $channel } ({ $error }); буде ще спроба.
    .next = Перевірте, чи досяжна з цієї машини адреса з налаштувань [notify].
notices-refused = Сповіщення відхилено через { $channel }: { $answer }; буде ще спроба.
    .next = Перевірте адресу в налаштуваннях [notify].
notices-channel-wrong = Налаштування { $setting } не є адресою, куди можна надсилати сповіщення.
    .next = Виправте { $setting }; адреса має такий вигляд: { $example }

notices-none = Нікому нічого не повідомляється: не задано ні USERSYNC_NOTIFY__WEBHOOK_URL, ні USERSYNC_NOTIFY__EMAIL_URL.
notices-watch-title = Нагляд
notices-condition = стан
notices-condition-well = добре
notices-condition-waiting = план чекає на погодження
notices-condition-failed = невдача
notices-condition-missed = не відбувся
notices-last = останній запуск
notices-expected = очікувався з
notices-rests = відпочиває до
notices-told = повідомлено
notices-tested = { $channel }: доставлено

run-quarantined = Домен «{ $domain }» відпочиває до { $until }: { NUMBER($failures, useGrouping: 0) } запусків за розкладом поспіль не вдалися, останній — { $run }.
    .next = Усуньте те, про що каже «usersync show { $run }», і запустіть вручну (usersync run --domain { $domain } або кнопка): такому запуску ніколи не відмовляють, а успішний закінчує відпочинок.
