# The ledger: its errors, and the words for its states.

ledger-address-unreadable = The address of the ledger cannot be read.
    .next = Set USERSYNC_DATABASE_URL to sqlite:///PATH or postgresql://USER:PASSWORD@HOST/DATABASE, or leave it out.
ledger-address-unsupported = The ledger cannot live in a database of the kind “{ $kind }”.
    .next = Set USERSYNC_DATABASE_URL to sqlite:///PATH or postgresql://USER:PASSWORD@HOST/DATABASE.
ledger-address-without-file = The address of the ledger names no file, so nothing would be remembered.
    .next = Set USERSYNC_DATABASE_URL to sqlite:/// followed by the path of a file, or leave it out.
ledger-file-cannot-be-made = The ledger's file { $file } cannot be made: { $reason }.
    .next = Give this account the right to write there, or name another file in USERSYNC_DATABASE_URL.
ledger-file-damaged = The ledger's file { $file } is damaged or is no ledger.
    .next = Restore a backup of it, or name the right file in USERSYNC_DATABASE_URL.
ledger-unreachable = The ledger's database does not answer: { $reason }
    .next = Check that the database runs and that USERSYNC_DATABASE_URL is right.
ledger-busy = The ledger is in use by another process; after { NUMBER($seconds, useGrouping: 0) } s it was still locked.
    .next = Try again. If it stays so, look for a process that has stopped in the middle of a write; with several hosts use PostgreSQL in USERSYNC_DATABASE_URL.

ledger-schema-absent = There is no ledger yet in { $place }.
    .next = Run: usersync db upgrade
ledger-schema-old = The ledger in { $place } is at revision { $found }; this version of usersync needs { $wanted }.
    .next = Stop the running processes and run: usersync db upgrade
ledger-schema-newer = The ledger in { $place } is at revision { $found }, made by a newer usersync; this one knows revisions up to { $known }.
    .next = Install the newer version of usersync here too.

ledger-bound-elsewhere = The domain “{ $domain }” belongs to the Webitel domain { $bound_dc } and the Creatio { $bound_creatio }, but the settings lead to { $found_dc } and { $found_creatio }. Nothing was written.
    .next = Correct USERSYNC_WEBITEL__URL and USERSYNC_CREATIO__URL; a copy of a system (a test stand) needs a ledger of its own in USERSYNC_DATABASE_URL. If Creatio moved or has another integration user: usersync db bind

ledger-run-not-found = There is no run “{ $given }”.
    .next = List the runs: usersync runs
ledger-run-ambiguous = “{ $given }” fits more than one run: { $some }.
    .next = Give more of the run's id.

ledger-lease-held = Run { $run } is writing to the domain “{ $domain }” now; its turn is renewed while it lives, now until { $until }.
    .next = Wait for its end, or stop it: usersync stop { $run }
ledger-lease-lost = Run { $run } has lost the right to write to the domain “{ $domain }”: it was silent for longer than its term. It writes nothing more.
    .next = Start the process again: the new run reads back what was left open.

ledger-operation-unknown = An outcome was reported for the operation { $operation }, which run { $run } never announced{ $more ->
        [0] .
       *[other] {" "}(and { NUMBER($more, useGrouping: 0) } more).
    }
    .next = Report this as a mistake of usersync, with the export of the run: usersync export { $run }

ledger-plan-not-found = There is no plan “{ $given }”.
    .next = List the plans: usersync plan list
ledger-plan-ambiguous = “{ $given }” fits more than one plan.
    .next = Give more of the plan's hash.
ledger-plan-damaged = The content of plan { $plan } is not what its hash says; it will not be applied.
    .next = Make a new plan with a preview, and find out who changed the ledger's database.
ledger-plan-erased = In plan { $plan } the values of a person were erased; it can be neither approved nor applied nor undone.
    .next = Make a new plan with a preview.
ledger-plan-of-another-domain = Plan { $plan } was made for the domain “{ $domain }”, not for “{ $wanted }”.
    .next = Start it with the domain it was made for.
ledger-plan-of-another-system = Plan { $plan } was made for another Webitel domain or another Creatio.
    .next = Make a new plan with a preview.
ledger-plan-is-waiting = Plan { $plan } is waiting for approval.
    .next = Look at it and approve it: usersync plan approve { $plan }
ledger-plan-is-approved = Plan { $plan } was already approved by { $by }.
    .next = Apply it by starting the process with this plan.
ledger-plan-is-rejected = Plan { $plan } was rejected by { $by }.
    .next = Make a new plan with a preview.
ledger-plan-is-used = Plan { $plan } was already applied, by run { $run }.
    .next = See what it did: usersync show { $run }
ledger-plan-is-expired = Plan { $plan } has expired: the world may have changed since it was made.
    .next = Make a new plan with a preview.
ledger-plan-is-superseded = Plan { $plan } was superseded by a newer one.
    .next = Look at the newest plan: usersync plan list
ledger-four-eyes = { $author } asked for plan { $plan } and may not approve it: four eyes are required.
    .next = Let somebody else approve it, or turn off approval.four_eyes in usersync.toml.

ledger-verdict-not-found = There is no verdict { NUMBER($number, useGrouping: 0) } in force.
    .next = List the verdicts: usersync review list
ledger-verdict-contradicts = { $author } has answered otherwise about Webitel user { $user } already (verdict { NUMBER($number, useGrouping: 0) }).
    .next = Withdraw that verdict first, if it is wrong.
ledger-verdict-contact-taken = Verdict { NUMBER($number, useGrouping: 0) } by { $author } already links contact { $contact } to Webitel user { $other }; user { $user } cannot be linked to it too.
    .next = If it is the same person, say “second_account”; else withdraw the wrong verdict.
ledger-verdict-without-contact = The verdict “{ $kind }” needs a contact.
    .next = Name the contact's id.
ledger-verdict-without-date = The verdict “{ $kind }” needs a date.
    .next = Say until when.
ledger-verdict-without-reason = The verdict “{ $kind }” needs a reason.
    .next = Say in a few words why.

ledger-backup-nothing-there = There is no file { $file }.
    .next = Check the path; the ledger's own place is in USERSYNC_DATABASE_URL.
ledger-backup-place-taken = The file { $file } is there already and is not overwritten.
    .next = Name another file for the backup.
ledger-backup-not-written = The backup { $file } could not be written: { $reason }
    .next = Check the free space and the rights of its folder.
ledger-backup-no-tool = PostgreSQL's tool { $tool } is not on this host.
    .next = Install PostgreSQL's client tools of the server's version (Debian: postgresql-client), and put them on the PATH.
ledger-backup-not-restored = The backup { $file } could not be put in the ledger's place, which stays as it was: { $reason }
    .next = Use PostgreSQL's tools of the version the backup was made with, or a newer one.
ledger-backup-not-a-ledger = The file { $file } is no sound ledger, or one of a newer usersync.
    .next = Choose another backup, or install the newer usersync.

ledger-portal-user-exists = The portal has a user “{ $name }” already.
    .next = Choose another name, or change that one: usersync portal user --help.
ledger-portal-user-not-found = The portal has no user “{ $name }”.
    .next = usersync portal user list shows them.
ledger-token-not-found = No token that could be revoked has the id “{ $token }”.
    .next = usersync token list shows them.
ledger-order-not-found = No order has the id “{ $order }”.
    .next = Take the id the start was answered with.
ledger-order-reused = This idempotency key was used for something else before.
    .next = Send a new key with a new wish; the same key only with the same wish.

ledger-run-state-running = running
ledger-run-state-completed = completed
ledger-run-state-awaiting_approval = waiting for approval
ledger-run-state-already_running = another run was at work
ledger-run-state-stopped = stopped
ledger-run-state-completed_with_failures = completed with failures
ledger-run-state-failed = failed
ledger-run-state-crashed = crashed
ledger-run-state-quarantined = left out: the domain rests after failures

ledger-operation-state-intended = announced, outcome open
ledger-operation-state-done = done
ledger-operation-state-failed = failed
ledger-operation-state-stale = left: changed since the plan was made
ledger-operation-state-skipped = not tried
ledger-operation-state-unknown = outcome unknown
ledger-operation-state-refused = refused by the service

ledger-link-state-active = linked
ledger-link-state-gone = no longer in Webitel
ledger-link-state-record_deleted = record deleted by hand

ledger-plan-state-waiting = waiting for approval
ledger-plan-state-approved = approved
ledger-plan-state-rejected = rejected
ledger-plan-state-used = applied
ledger-plan-state-expired = expired
ledger-plan-state-superseded = superseded

ledger-verdict-kind-must_link = link to this contact
ledger-verdict-kind-cannot_link = not this contact
ledger-verdict-kind-create = create
ledger-verdict-kind-separate_contact = make a separate employee contact
ledger-verdict-kind-second_account = second account of the same person
ledger-verdict-kind-import_anyway = import anyway
ledger-verdict-kind-ignore = ignore
ledger-verdict-kind-postpone = postpone
ledger-verdict-kind-restore = restore the record
