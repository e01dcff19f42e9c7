demo-sandbox = Making up a telephony domain of { NUMBER($users) } users and a CRM of { NUMBER($contacts) } contacts, and serving both …
demo-prefect = Starting a Prefect server and deploying the process …
demo-preview = Preview: everything but writing
demo-approve = Approving plan { $plan }: the first apply of a domain always asks
demo-apply = Apply: exactly the approved plan
demo-again = Once more: an unchanged world means no writes
demo-run = run { $run }: { NUMBER($operations) } operations, { $seconds } s, { NUMBER($webitel) } requests to Webitel, { NUMBER($creatio) } to Creatio
demo-writes = { NUMBER($count) } writes
demo-done = Done in { $seconds } s.
demo-look =
    Look further:
    source { $environment }
    {"."}venv/bin/usersync show { $run }     # who and why, from the ledger
    {"."}venv/bin/usersync runs              # every run
demo-addresses = Look around in a browser
demo-serve-hint = Nothing is left running. “make demo SERVE=1” leaves sandbox, Prefect, a worker and the portal running for you to click through.
demo-serving = Running. Ctrl-C ends everything.
demo-no-prefect = The Prefect server did not start.
    .next = Read { $log }
demo-no-deploy = The process could not be deployed: { $detail }
    .next = Run “make deploy” by hand to see more.
demo-run-failed = The run { $run } ended { $state }. { $detail }
    .next = Read .demo/run.log
demo-not-converged = The second run still wanted { NUMBER($count) } writes.
    .next = Report this with the seed you used.
demo-people = Log in as { $people }; the password of all is: { $password }
demo-no-portal = The portal did not start.
    .next = Read { $log }
demo-ending = Ending portal, worker, Prefect and the stand-ins …
