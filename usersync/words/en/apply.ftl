apply-needs-another = another change it depends on did not succeed
apply-stopped = not sent: the run was stopped
apply-stale = changed by somebody else since the plan was made: { $fields }
apply-record-there = somebody made a record with this username since the plan was made
apply-contact-there = somebody entered this person since the plan was made
apply-row-missing = deleted by somebody else since the plan was made
apply-user-missing = the user is not in Webitel any more
apply-changed-at-once = changed by somebody else right after it was written
