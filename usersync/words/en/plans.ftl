# Stored plans: leaving rows out, and how they are shown.

plan-user-unknown = Plan { $plan } knows no Webitel user “{ $user }”.
    .next = Look at the plan: usersync plan show { $plan }
plan-operation-unknown = { $count ->
        [0] Plan { $plan } has no operation “{ $operation }”.
       *[other] “{ $operation }” fits { NUMBER($count) } operations of plan { $plan }.
    }
    .next = Look at their ids: usersync plan show { $plan } --ids
plan-nothing-left-out = Nothing is done for these in plan { $plan }: there is nothing to leave out.
    .next = Look at the plan: usersync plan show { $plan }
plan-nothing-remains = Nothing would remain of plan { $plan }.
    .next = Reject it instead: usersync plan reject { $plan }
plan-name-at-least-one = Say what is to be left out.
    .next = Give --user or --operation, as often as needed.
plan-left-out = Left out: { NUMBER($users) } { $users ->
        [one] user
       *[other] users
    }, { NUMBER($operations) } { $operations ->
        [one] change
       *[other] changes
    }. Plan { $whole } is superseded by { $plan }, which waits under that hash.
plan-part-of = part of plan { $plan }, from which rows were left out
plan-limits = Limits
plan-limit = limit
plan-shared = shared by several
plan-shown = { NUMBER($shown) } of { NUMBER($total) } rows; more with --offset and --limit, or --user.
plan-decided = { $by }, { $at }
plan-link = link
plan-kept-by-hand = kept, as entered by hand: { $fields }
