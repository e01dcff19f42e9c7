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
portal-bucket-failed = Failed
portal-bucket-review = Review
portal-bucket-skipped = Skipped
portal-bucket-created = Created
portal-bucket-linked = Linked
portal-bucket-updated = Updated
portal-bucket-unchanged = Unchanged
portal-runs-caption = Runs of this domain, the newest first
portal-runs-none = There has been no run yet. Start one in the section Webitel users: Actions, GetWebitelUsers.
portal-runs-only-running = At work
portal-runs-only-waiting = Waiting for approval
portal-runs-only-failed = Failed
