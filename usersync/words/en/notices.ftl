# Notices of a domain's condition, and its rest after failures.
notices-subject-failed = usersync: the import of { $domain } failed
notices-subject-approval = usersync: a plan for { $domain } waits for approval
notices-subject-recovered = usersync: the import of { $domain } goes well again
notices-subject-missed = usersync: the import of { $domain } did not run
notices-subject-license_expiring = usersync: Webitel licences of { $domain } end soon

notices-failed = Run { $run } of the domain “{ $domain }” failed. No more messages come until it goes well again.
    .next = Look at it: usersync show { $run }
notices-approval = Run { $run } of the domain “{ $domain }” has a plan that a human must approve; nothing was written.
notices-plan = Plan { $plan } has { $count ->
        [one] { $count } change
       *[other] { NUMBER($count) } changes
    }.
    .next = Look at it and approve it, in the portal or with: usersync plan show { $plan }; usersync plan approve { $plan }
notices-recovered = Run { $run } of the domain “{ $domain }” went well.
notices-some-failed = { $count ->
        [one] { $count } user could not be written, the others were
       *[other] { NUMBER($count) } users could not be written, the others were
    }.
    .next = See who and why: usersync show { $run }
notices-missed = By the schedule a run of the domain “{ $domain }” should have begun at { $expected }{ $began ->
        [never] , and none ever has.
       *[other] ; the last one began at { $last }.
    }
    .next = See whether the worker and the Prefect server run and whether the schedule is switched on; start it by hand meanwhile: usersync run --domain { $domain }
notices-license_expiring = { $days ->
        [0] Within a day
        [one] In { $days } day
       *[other] In { NUMBER($days) } days
    } Webitel licences of the domain “{ $domain }” begin to end: { $licenses }. Who holds one of these { $count ->
        [one] ({ $count } licence)
       *[other] ({ NUMBER($count) } licences)
    } can then no longer work with it.
    .next = Renew them with Webitel; a renewed licence needs nothing to be done here.
notices-id = Notice { $id }, { $at }
notices-test = This is a test of the notices of the domain “{ $domain }”. Nothing happened.
notices-subject-test = usersync: a test of the notices of { $domain }

notices-no-answer = A notice could not be sent by { $channel } ({ $error }); it is tried again.
    .next = Check that the address in the settings under [notify] is reachable from this host.
notices-refused = A notice was refused by { $channel }: { $answer }; it is tried again.
    .next = Check the address in the settings under [notify].
notices-channel-wrong = The setting { $setting } is not an address notices can be sent to.
    .next = Correct { $setting }; it looks like { $example }

notices-none = Nobody is told of anything: neither USERSYNC_NOTIFY__WEBHOOK_URL nor USERSYNC_NOTIFY__EMAIL_URL is set.
notices-watch-title = Watch
notices-condition = condition
notices-condition-well = well
notices-condition-waiting = a plan waits for approval
notices-condition-failed = failed
notices-condition-missed = did not run
notices-last = last run
notices-expected = expected since
notices-rests = rests until
notices-told = told
notices-tested = { $channel }: delivered

run-quarantined = The domain “{ $domain }” rests until { $until }: { NUMBER($failures, useGrouping: 0) } scheduled runs failed one after another, the last was { $run }.
    .next = Mend what “usersync show { $run }” says, then start it by hand (usersync run --domain { $domain }, or the button): that is never refused, and a run that goes well ends the rest.
