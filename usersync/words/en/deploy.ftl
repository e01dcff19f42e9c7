# Registering the project at Prefect (python -m deploy), and what its automations say.
deploy-no-api = PREFECT_API_URL is not set, so there is no Prefect to register anything at.
    .next = Start a server (“prefect server start”) and set PREFECT_API_URL, for example http://127.0.0.1:4200/api
deploy-unreachable = Prefect does not answer at { $url } ({ $error }).
    .next = Check PREFECT_API_URL and that the Prefect server runs.
deploy-unhealthy = What answers at { $url } is not a healthy Prefect: HTTP { NUMBER($status, useGrouping: 0) }.
    .next = Check PREFECT_API_URL: it ends in /api. If it is right, read the Prefect server's log.
deploy-not-authorized = Prefect at { $url } wants credentials, or other ones.
    .next = Set PREFECT_API_AUTH_STRING to what the server has as PREFECT_SERVER_API_AUTH_STRING.
deploy-refused = Prefect refused: HTTP { NUMBER($status, useGrouping: 0) }, { $detail }
    .next = Check that server and client are the same version of Prefect (constraints.txt), then run “make deploy” again.
deploy-failed = Prefect could not register the deployments: { $detail }
    .next = Correct prefect.yaml or the environment, then run “make deploy” again.
deploy-missing = After the deploy Prefect does not have: { $names }.
    .next = Run “make deploy” again; if it stays so, run “prefect deploy --all” and read what it says.
deploy-project-wrong = { $path } cannot be applied: { $detail }
    .next = Correct the file, or take it from the release again (docs/prefect.md says what it may hold).
deploy-no-section = automations.yaml names the deployment “{ $name }”, which prefect.yaml does not have.
    .next = Correct notifications.deployment in automations.yaml.
deploy-no-words = The catalogues have no message “{ $id }” for a notification of automations.yaml.
    .next = Add it to usersync/words/en/deploy.ftl and usersync/words/uk/deploy.ftl.
deploy-channel-wrong = The setting { $setting } is not an address notifications can be sent to.
    .next = Correct { $setting }; it looks like { $example }

deploy-pool-made = Work pool { $name }: made
deploy-deployment =
    Deployment { $name }: { $change ->
        [made] made
       *[updated] up to date
    }{ $schedule ->
        [on] , schedule on ({ $timezone })
        [off] , schedule paused ({ $timezone })
       *[none] { "" }
    }
deploy-deployment-handmade = Deployment { $name }: up to date; its schedules were left as they are, because one of them has no slug
deploy-deployment-retired = Deployment { $name }: its domain is not in the settings any more, schedule paused
deploy-automation =
    Automation { $name }: { $change ->
        [made] made
        [changed] changed
        [removed] removed
       *[unchanged] up to date
    }
deploy-channel =
    Notifications go to { $name }: { $change ->
        [written] address written
       *[kept] address kept as it was
    }
deploy-no-channel = No notifications: neither USERSYNC_NOTIFY__WEBHOOK_URL nor USERSYNC_NOTIFY__EMAIL_URL is set.
deploy-told-by-usersync = Failed, waiting and recovered runs are told of by usersync itself (notify.runs_by = "usersync"), not by automations.

deploy-zombie-message = The run gave no sign of life for { NUMBER($seconds, useGrouping: 0) } seconds: its process or its host is gone. The next run goes on where it stopped.

deploy-notify-failed = usersync: the scheduled import failed ({ $deployment })
deploy-notify-failed-body =
    { $state }: { $message }

    Run: { $run }
    { $link }

    No more messages come until it has gone well again.
deploy-notify-approval = usersync: a plan waits for approval ({ $deployment })
deploy-notify-approval-body =
    { $message }

    Look at the plan and approve it: in the portal, or with “usersync plan list” and “usersync plan approve”.
    Run: { $run }
    { $link }
deploy-notify-recovered = usersync: the scheduled import goes well again ({ $deployment })
deploy-notify-recovered-body =
    { $message }

    Run: { $run }
    { $link }
