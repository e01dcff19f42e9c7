cli-users = users
cli-gone = gone
cli-seats = seats
cli-operations = operations
cli-requests = requests
cli-took = { $seconds } s, of which { $overhead } s neither waiting for the services nor matching
cli-converged = planning again leaves nothing
cli-not-converged = planning again leaves { NUMBER($residue) } operations
cli-starting = Starting …
cli-submitted = Submitted as flow run { $flow_run }; waiting for it …
cli-approved = Plan { $plan } is approved.
cli-rejected = Plan { $plan } is rejected.
cli-awaiting = It waits for approval:  usersync plan show { $plan }  ·  usersync plan approve { $plan }  ·  usersync run --plan { $plan }
cli-show = Who and why:  usersync show { $run }
cli-runs = Runs
cli-plans = Plans
cli-plan = plan
cli-until = until
cli-before = before
cli-after = after
cli-started = started
cli-domain = domain
cli-mode = mode
cli-state = state
cli-changes = changes
cli-webitel-user = Webitel user
cli-what = what
cli-situation = situation
cli-why = why
cli-stopping = Run { $run } is told to stop.
cli-not-running = Run { $run } is not running.
cli-upgraded =
    { $count ->
        [0] The ledger is current.
        [one] The ledger is upgraded by { $count } revision.
       *[other] The ledger is upgraded by { $count } revisions.
    }
cli-scheduled-here = --scheduled is for a run on this machine; the schedules of deployments are Prefect's own.
