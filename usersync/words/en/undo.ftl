undo-takes-back = takes back what run { $run } did
undo-made-by-creatio = made by Creatio itself together with the contact: removed with it
undo-creatio-makes-it = made by Creatio itself together with the contact
undo-removed = made by the run: removed
undo-made-again = removed by the run: made again
undo-put-back = put back as it was: { $fields }
undo-licenses-back = its licences are as they were before the run
undo-link-back = the link is as it was before the run
undo-link-forgotten = linked by the run: the link is forgotten
undo-link-asleep = its record stays, switched off, and the link sleeps with it
undo-link-stays = its record stays, and so does the link
undo-link-moved = the link was changed since the run
undo-already = already as it was before the run
undo-erased = its values were erased on the person's request: nobody knows any more what to put back
undo-row-deleted = deleted since the run: there is nothing to put it back into
undo-parent-gone = what it belonged to was deleted since the run ({ $what ->
        [record] the record
        [contact] the contact
       *[account] the account
    })
undo-user-gone = the user is not in Webitel any more
undo-licenses-changed = its licences were changed since the run
undo-protected = a protected account is never switched off, deleted or left without its licences
undo-changed-by-human = changed by somebody since the run: { $fields }
undo-changed-by-later-run = changed by a later run: { $fields }
    .next = Undo that run first.
undo-touched = somebody has worked on it since the run made it
undo-record-marked = made by the run: switched off, not deleted (rules.records_may_be_deleted)
undo-record-tagged = made by the run: tagged “not in Webitel”, not deleted (rules.records_may_be_deleted)
undo-marked-already = switched off when the run was undone before; it is not deleted (rules.records_may_be_deleted)
undo-record-unmarked = made by the run: records are not deleted (rules.records_may_be_deleted), and this Creatio has no switch for them
undo-has-details = rows that the run did not make belong to it: { $what }
undo-record-stays = its record refers to it, and stays
undo-record-refers = another record in the section refers to it
undo-linked = another Webitel user is linked to it
undo-refers = something refers to it: { $what }
undo-has-contacts =
    { $count ->
        [one] { $count } contact of it stays
       *[other] { $count } contacts of it stay
    }
undo-tag-in-use = other records bear the tag
undo-license-held = Webitel still has it
undo-changed-meanwhile = something has changed since the plan was approved
undo-not-done = not carried out: the run was stopped, or something it depends on failed
undo-needs-approval = taking run { $run } back: { NUMBER($count) } changes
undo-other-domain = Run { $run } belongs to the domain “{ $domain }”, not to “{ $given }”.
    .next = Start it for the domain “{ $domain }” (parameter “Domain”).
undo-plan-of-another = Plan { $plan } does not take run { $run } back.
    .next = Start the undo without a plan: it shows what would be done, and makes the right one.
undo-use-undo = Plan { $plan } takes run { $run } back; GetWebitelUsers cannot carry it out.
    .next = usersync undo { $run } --plan { $plan }
undo-promise = Run { $run }: { NUMBER($reversed) } rows taken back, { NUMBER($kept) } kept, { NUMBER($impossible) } impossible, { NUMBER($nothing_left) } already as before{ $not_done ->
        [0] { "" }
       *[other] , { NUMBER($not_done) } not done
    }.
undo-preview-promise = Taking run { $run } back would: take back { NUMBER($reversed) } rows, keep { NUMBER($kept) }; impossible for { NUMBER($impossible) }; already as before: { NUMBER($nothing_left) }.
undo-nothing-left = Nothing of run { $run } is left to be taken back.
undo-left = Undoing again would still change { NUMBER($count) } things.
undo-ask = Take back run { $run }?
undo-waits = It waits for approval:  usersync plan approve { $plan }  ·  usersync undo { $run } --plan { $plan }
undo-declined = Nothing was changed.
undo-outcomes = what becomes of each row
undo-heading-user = Webitel user
undo-heading-row = row
undo-heading-outcome = outcome
undo-heading-why = why
undo-heading-values = written by the run → now
undo-outcome-reversed = taken back
undo-outcome-kept = kept
undo-outcome-impossible = impossible
undo-outcome-nothing_left = already as before
undo-outcome-not_done = not done
undo-user-removed = the user is marked as deleted in Webitel, and its licences are released
undo-user-deleted = Webitel has no call to bring a deleted user back; once an administrator has restored it there, undo again
undo-user-deleted-for-good = the user was removed from Webitel for good
undo-user-stays = the Webitel user stays, and this with it
undo-goes-with-user = it goes with its user
undo-device-stays = the device stays the user's
undo-roles-back = the roles are as they were
undo-roles-changed = the roles have been changed since
