report-promise =
    { NUMBER($users) } { $users ->
        [one] користувач
        [few] користувачі
       *[other] користувачів
    } Webitel: { NUMBER($section) } у розділі, { NUMBER($waiting) } { $waiting ->
        [one] чекає
       *[other] чекають
    } на рішення, { NUMBER($excluded) } виключено (правило), { NUMBER($without) } без користувача Creatio
report-users = Користувачів, про яких є що сказати: { NUMBER($count) }
report-seats = Місця ліцензій
report-count = кількість
report-not-done = не виконано
