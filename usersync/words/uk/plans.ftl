# Збережені плани: вилучення рядків і те, як плани показано.

plan-user-unknown = План { $plan } не знає користувача Webitel «{ $user }».
    .next = Перегляньте план: usersync plan show { $plan }
plan-operation-unknown = { $count ->
        [0] У плані { $plan } немає операції «{ $operation }».
       *[other] «{ $operation }» підходить до операцій плану { $plan }: { NUMBER($count) }.
    }
    .next = Перегляньте їхні ідентифікатори: usersync plan show { $plan } --ids
plan-nothing-left-out = Для них у плані { $plan } нічого не робиться: вилучати нічого.
    .next = Перегляньте план: usersync plan show { $plan }
plan-nothing-remains = Від плану { $plan } нічого б не залишилося.
    .next = Натомість відхиліть його: usersync plan reject { $plan }
plan-name-at-least-one = Вкажіть, що вилучити.
    .next = Задайте --user або --operation, скільки потрібно разів.
plan-left-out = Вилучено: користувачів { NUMBER($users) }, змін { NUMBER($operations) }. План { $whole } замінено планом { $plan }, який чекає під цим хешем.
plan-part-of = частина плану { $plan }, з якого вилучено рядки
plan-limits = Межі
plan-limit = межа
plan-shared = спільне для кількох
plan-shown = Показано рядків: { NUMBER($shown) } з { NUMBER($total) }; більше з --offset і --limit або --user.
plan-decided = { $by }, { $at }
plan-link = звʼязок
plan-kept-by-hand = збережено, як введено вручну: { $fields }
