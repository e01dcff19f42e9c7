# Генератор людей пісочниці.
people-users-out-of-range = У пісочниці може бути від { NUMBER($least, useGrouping: 0) } до { NUMBER($most, useGrouping: 0) } користувачів Webitel і невід'ємне зерно, а не { NUMBER($users, useGrouping: 0) } із зерном { NUMBER($seed, useGrouping: 0) }.
    .next = Оберіть для пісочниці іншу кількість користувачів та інше зерно.
people-contacts-out-of-range = У пісочниці може бути щонайбільше { NUMBER($most, useGrouping: 0) } контактів, а не { NUMBER($contacts, useGrouping: 0) }.
    .next = Оберіть для пісочниці меншу кількість контактів.
people-too-few-contacts = Для { NUMBER($users, useGrouping: 0) } користувачів потрібно щонайменше { NUMBER($needed, useGrouping: 0) } контактів, а не { NUMBER($contacts, useGrouping: 0) }.
    .next = Оберіть для пісочниці більше контактів або менше користувачів.
people-locales = Пісочниця знає кожну з мов { $known } один раз, а не «{ $locales }».
    .next = Оберіть одну чи кілька мов: { $known }.
people-profile = Профілю «{ $profile }» немає.
    .next = Оберіть callmanager або classic (налаштування USERSYNC_CREATIO__PROFILE).
