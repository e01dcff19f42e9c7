portal-list-filters = Show only
portal-list-shown = { $first }–{ $last } of { $total }
portal-list-nothing = Nothing fits what is asked for.

portal-run = Run
portal-run-started = Started
portal-run-what = What
portal-run-state = State
portal-run-author = By
portal-run-users = Users
portal-run-writes = Writes
portal-run-seconds = Seconds
portal-run-of-some =
    { $count ->
        [one] { $what }, { $count } user
       *[other] { $what }, { $count } users
    }
portal-mode-preview = GetWebitelUsers, preview
portal-mode-apply = GetWebitelUsers
portal-mode-undo = Undo
portal-mode-undo-preview = Undo, preview
portal-mode-review = Review: an answer
portal-bucket-failed = Failed
portal-bucket-review = Review
portal-bucket-skipped = Skipped
portal-bucket-created = Created
portal-bucket-linked = Linked
portal-bucket-updated = Updated
portal-bucket-unchanged = Unchanged
portal-undone-failed = Not done
portal-undone-review = Kept in part
portal-undone-updated = Taken back
portal-undone-unchanged = Nothing left
portal-runs-caption = Runs of this domain, the newest first
portal-runs-none = There has been no run yet. Start one in the section Webitel users: Actions, GetWebitelUsers.
portal-runs-only-running = At work
portal-runs-only-waiting = Waiting for approval
portal-runs-only-failed = Failed

portal-yes = yes
portal-no = no
portal-ask-no = Cancel
portal-search-user = Webitel username or User ID
portal-user-id = User ID
portal-situation = Situation

portal-gone-disabled = Gone: switched off
portal-gone-deleted = Gone: deleted
portal-gone-left = Gone: left as is

portal-run-began = started { $at } by { $author }
portal-run-took = { $seconds } s
portal-run-prefect = Prefect run
portal-run-scope = Only: { $logins }
portal-run-stopping = { $author } has asked this run to stop: nothing new is written any more.
portal-run-waits = Nothing was written: a human must approve the plan first.
portal-run-to-plan = Look at the plan
portal-run-not-converged =
    { $count ->
        [one] Planning again over what was written leaves { $count } change: somebody else writes here too, or a value is not taken as it is sent.
       *[other] Planning again over what was written leaves { $count } changes: somebody else writes here too, or a value is not taken as it is sent.
    }
portal-run-stop = Stop
portal-run-stop-ask = Stop this run?
portal-run-stop-hint = Nothing new is written after this. What is written stays; the next run goes on from there.
portal-run-stop-asked = The run stops before its next write.
portal-run-over = The run has ended already.
portal-run-retry = Retry failed
portal-run-retry-ask =
    { $count ->
        [one] Start GetWebitelUsers again for the { $count } user who failed?
       *[other] Start GetWebitelUsers again for the { $count } users who failed?
    }
portal-run-undo = Undo
portal-run-undo-ask = Take this run back?
portal-run-undo-plan = Make the undo plan
portal-run-undo-hint = First you see what would be taken back, what is kept and why. Nothing is written before somebody has approved that plan.
portal-run-plan = Plan
portal-run-download = Download { $kind }
portal-run-queued = The start is taken; no worker has picked it up yet. This page goes to the run as soon as it begins.
portal-run-progress = Progress
portal-run-stage = { $name }: { $far }
portal-run-begins = The run begins.
portal-run-far = { $far }; { $written } rows written
portal-run-rate = { $far }; { $written } rows written; { $rate } in a second; about { $left } s left
portal-run-no-changes = Nothing was to be changed.
portal-run-nobody = Nobody.
portal-run-seats = Seats: { $wanted } wanted = { $held } held + { $assigned } assigned + { $waiting } waiting + { $refused } refused
portal-tab-changes = Changes
portal-tab-licenses = Licences
portal-tab-settings = Settings used
portal-seats-product = Product
portal-seats-license = Licence
portal-seats-limit = Seats
portal-seats-held = Held
portal-seats-assigned = Assigned
portal-seats-waiting = Waiting
portal-seats-to-buy = To buy
portal-seats-concurrent = { $limit } concurrent

portal-change-user = Webitel user
portal-change-outcome = Outcome
portal-change-what = Old → new
portal-change-why = Why
portal-change-shared = What several share
portal-change-create = { $what }: new
portal-change-update = { $what }: changed
portal-change-delete = { $what }: removed
portal-change-set-licenses = Licences in Webitel: changed
portal-change-set-roles = Roles in Webitel: changed
portal-entity-account = Account
portal-entity-contact = Contact
portal-entity-communication = Extension of the contact
portal-entity-career = Job of the contact
portal-entity-tag = Tag
portal-entity-record = Record in the section
portal-entity-user = Webitel user
portal-entity-webitel-user = Webitel user
portal-entity-webitel-device = Default device in Webitel
portal-entity-webitel-roles = Roles in Webitel
portal-entity-license-row = Row of User Licenses
portal-entity-role-row = Row of user roles
portal-entity-record-tag = Tag of the record
portal-entity-system-user = System user of Creatio
portal-entity-telephony = Licence of Creatio that opens telephony
portal-entity-workplace-section = Section in its workplace
portal-run-named = Run { $run }
portal-run-written = Rows written
portal-run-plan-was = Nothing was written by this run. What has become of its plan: { $state }.
