report-promise =
    { NUMBER($users) } Webitel { $users ->
        [one] user
       *[other] users
    }: { NUMBER($section) } in the section, { NUMBER($waiting) } { $waiting ->
        [one] waits
       *[other] wait
    } for a decision, { NUMBER($excluded) } excluded (rule), { NUMBER($without) } without a Creatio user
report-users = { NUMBER($count) } users with something to tell
report-seats = Licence seats
report-count = count
report-not-done = not carried out
