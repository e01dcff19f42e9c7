portal-plan = Plan
portal-plan-made = Made
portal-plan-changes = Changes
portal-plan-asked-by = Asked for by
portal-plan-decided = Decided
portal-plan-until = Valid until
portal-plans-caption = Plans of this domain, the newest first
portal-plans-none = There is no plan. A run stores one when it wants to change something.
portal-plan-run = Run { $run }
portal-plan-size = { $users } users, { $changes } changes
portal-plan-derived = Made from { $plan } by leaving rows out
portal-plan-is-waiting = This plan waits for approval until { $until }. Nothing is written before.
    .next = Approve it, leave rows out, or reject it.
portal-plan-is-approved = Approved by { $author }, { $at }. It can be carried out once, until { $until }.
portal-plan-is-rejected = Rejected by { $author }, { $at }. It cannot be carried out.
portal-plan-is-used = It was carried out.
portal-plan-is-expired = Its time is over: the world may have changed since. Start a new preview to get a fresh plan.
portal-plan-is-superseded = A newer plan has taken its place.
portal-plan-comment = “{ $comment }”
portal-plan-comment-label = Comment
portal-plan-erased = Values of a person were erased from this plan: it can neither be approved nor carried out.
portal-plan-meters = How far the plan goes
portal-plan-leave-out = Leave out
portal-plan-leave-out-one = Leave out { $user }
portal-plan-approve = Approve
portal-plan-approve-ask = Approve plan { $plan }: { $changes } changes for { $users } users?
portal-plan-approve-hint = Exactly this plan is approved, once. When it is carried out, both sides are read again; what has changed meanwhile is left alone.
portal-plan-reject = Reject
portal-plan-reject-ask = Reject this plan?
portal-plan-cut = Leave ticked rows out
portal-plan-cut-none = Tick the rows that shall be left out first.
portal-plan-cut-ask =
    { $count ->
        [one] Leave { $count } user out of the plan?
       *[other] Leave { $count } users out of the plan?
    }
portal-plan-cut-hint = A new plan with a hash of its own takes the place of this one; it waits for approval.
portal-plan-carry-out = Carry out
portal-plan-named = Plan { $plan }
portal-plan-hash = Hash: { $hash }
portal-plan-began = made { $at } for { $author }
