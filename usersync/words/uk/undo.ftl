undo-takes-back = скасовує зроблене запуском { $run }
undo-made-by-creatio = створено самою Creatio разом із контактом: вилучається разом із ним
undo-creatio-makes-it = Creatio створює це сама разом із контактом
undo-removed = створено запуском: вилучено
undo-made-again = вилучено запуском: створено знову
undo-put-back = повернуто, як було: { $fields }
undo-licenses-back = ліцензії такі, як до запуску
undo-link-back = зв'язок такий, як до запуску
undo-link-forgotten = зв'язаний запуском: зв'язок забуто
undo-link-asleep = його запис лишається вимкненим, і зв'язок спить разом із ним
undo-link-stays = його запис лишається, тож лишається і зв'язок
undo-link-moved = зв'язок змінено після запуску
undo-already = уже так, як було до запуску
undo-erased = значення стерто на прохання людини: ніхто вже не знає, що повертати
undo-row-deleted = видалено після запуску: повертати нема куди
undo-parent-gone = те, до чого воно належало, видалено після запуску ({ $what ->
        [record] запис
        [contact] контакт
       *[account] контрагента
    })
undo-user-gone = користувача вже немає у Webitel
undo-licenses-changed = ліцензії змінено після запуску
undo-protected = захищений обліковий запис ніколи не вимикають, не видаляють і не лишають без ліцензій
undo-changed-by-human = хтось змінив після запуску: { $fields }
undo-changed-by-later-run = змінено пізнішим запуском: { $fields }
    .next = Спершу скасуйте той запуск.
undo-touched = хтось працював із цим після того, як запуск це створив
undo-record-marked = створено запуском: вимкнено, а не видалено (rules.records_may_be_deleted)
undo-record-tagged = створено запуском: позначено «not in Webitel», а не видалено (rules.records_may_be_deleted)
undo-marked-already = вимкнено, коли запуск скасовували раніше; не видаляється (rules.records_may_be_deleted)
undo-record-unmarked = створено запуском: записи не видаляються (rules.records_may_be_deleted), а вимикача для них ця Creatio не має
undo-has-details = до нього належать рядки, яких запуск не створював: { $what }
undo-record-stays = на нього посилається його запис, а той лишається
undo-record-refers = на нього посилається інший запис розділу
undo-linked = з ним зв'язаний інший користувач Webitel
undo-refers = на нього щось посилається: { $what }
undo-has-contacts =
    { $count ->
        [one] лишається { $count } його контакт
        [few] лишаються { $count } його контакти
       *[other] лишається { $count } його контактів
    }
undo-tag-in-use = тег мають інші записи
undo-license-held = у Webitel вона досі є
undo-changed-meanwhile = щось змінилося, відколи план затвердили
undo-not-done = не виконано: запуск зупинили, або не вдалося те, від чого це залежить
undo-needs-approval = скасування запуску { $run }: змін { NUMBER($count) }
undo-other-domain = Запуск { $run } належить до домену «{ $domain }», а не «{ $given }».
    .next = Запустіть для домену «{ $domain }» (параметр «Domain»).
undo-plan-of-another = План { $plan } не скасовує запуск { $run }.
    .next = Запустіть скасування без плану: воно покаже, що буде зроблено, і складе потрібний.
undo-use-undo = План { $plan } скасовує запуск { $run }; GetWebitelUsers не може його виконати.
    .next = usersync undo { $run } --plan { $plan }
undo-promise = Запуск { $run }: скасовано рядків { NUMBER($reversed) }, збережено { NUMBER($kept) }, неможливо { NUMBER($impossible) }, уже як було { NUMBER($nothing_left) }{ $not_done ->
        [0] { "" }
       *[other] , не виконано { NUMBER($not_done) }
    }.
undo-preview-promise = Скасування запуску { $run }: буде скасовано рядків { NUMBER($reversed) }, збережено { NUMBER($kept) }; неможливо для { NUMBER($impossible) }; уже як було: { NUMBER($nothing_left) }.
undo-nothing-left = Від запуску { $run } більше нема чого скасовувати.
undo-left = Повторне скасування ще змінило б: { NUMBER($count) }.
undo-ask = Скасувати запуск { $run }?
undo-waits = Чекає на затвердження:  usersync plan approve { $plan }  ·  usersync undo { $run } --plan { $plan }
undo-declined = Нічого не змінено.
undo-outcomes = що стається з кожним рядком
undo-heading-user = Користувач Webitel
undo-heading-row = рядок
undo-heading-outcome = наслідок
undo-heading-why = чому
undo-heading-values = записав запуск → тепер
undo-outcome-reversed = скасовано
undo-outcome-kept = збережено
undo-outcome-impossible = неможливо
undo-outcome-nothing_left = уже як було
undo-outcome-not_done = не виконано
undo-user-removed = користувача позначено у Webitel як видаленого, його ліцензії вивільнено
undo-user-deleted = Webitel не має виклику, щоб повернути видаленого користувача; коли адміністратор відновить його там, скасуйте ще раз
undo-user-deleted-for-good = користувача прибрано з Webitel назавжди
undo-user-stays = користувач Webitel лишається, і це разом із ним
undo-goes-with-user = це йде разом із користувачем
undo-device-stays = пристрій лишається за користувачем
undo-roles-back = ролі такі, як були
undo-roles-changed = ролі відтоді змінено
