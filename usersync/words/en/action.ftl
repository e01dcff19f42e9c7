# What is done, and why.
action-creates = the person is a Creatio user and is to be a Webitel user
action-creates-device = a SIP device, its default one, unless Webitel makes it with the user
action-gives-licenses = licences chosen with the new user
action-sets-roles = roles chosen by hand
action-updates = changed by hand: { $fields }
action-stun = STUN switched by hand
action-releases = its licences are released before it is deleted
action-deletes = deleted by hand
action-deletes-for-good = deleted by hand, for good
action-adds-license = licence added by hand: { $product }
action-removes-license = licence removed by hand: { $product }
action-addon-device = an add-on of Creatio gave the user another default device when its record was saved; the record shows it now
action-changes = { $planned ->
    [yes] What would be changed
   *[no] What was changed
}
# How it ended.
action-done = { $process ->
        [CreateWebitelUser] The Webitel user { $username } is created, and its record is in the section “Webitel users”.
        [UpdateWebitelUser] The Webitel user { $username } is changed, in Webitel and in Creatio.
        [DeleteWebitelUser] The Webitel user { $username } is deleted; its contact is kept.
        [AddWebitelLicense] The licence is added to { $username }.
        [RemoveWebitelLicense] The licence is removed from { $username }.
       *[SetWebitelRoles] The roles of { $username } are set.
    }
action-planned = { $process ->
        [CreateWebitelUser] The Webitel user { $username } would be created
        [UpdateWebitelUser] The Webitel user { $username } would be changed
        [DeleteWebitelUser] The Webitel user { $username } would be deleted
        [AddWebitelLicense] The licence would be added to { $username }
        [RemoveWebitelLicense] The licence would be removed from { $username }
       *[SetWebitelRoles] The roles of { $username } would be set
    }: { NUMBER($count) } { $count ->
        [one] change
       *[other] changes
    }.
action-failed = { $process ->
        [CreateWebitelUser] Creating the Webitel user { $username }
        [UpdateWebitelUser] Changing the Webitel user { $username }
        [DeleteWebitelUser] Deleting the Webitel user { $username }
        [AddWebitelLicense] Adding the licence to { $username }
        [RemoveWebitelLicense] Removing the licence from { $username }
       *[SetWebitelRoles] Setting the roles of { $username }
    } did not come to its end ({ NUMBER($count) } { $count ->
        [one] change
       *[other] changes
    } planned).
action-half-done = Webitel has done its part, and something is still missing. The next import finishes what belongs to the record; “usersync resume { $run }” finishes all of it.
action-not-reached = not tried: what came before it broke off
action-not-looked-at = Everything was carried out, but both sides could not be looked at again.
action-nothing-to-do = It already is so: nothing was written.
action-creatio-left = In Creatio nothing follows from it, because:
action-user-gone-again = The user { $username } ({ $id }) is not in Webitel any more: an add-on of Creatio or somebody else removed it.
action-addon-removed = The user { $username } ({ $id }) is gone from Webitel for good: an add-on of Creatio removes it when its record is deleted.
    .next = Leave rules.records_may_be_deleted switched off; see docs/manual-actions.md, “The add-on”.
action-password-unseen = A password was set; nobody could be shown it, because the action was not started at a terminal. Set another one in Webitel.
action-delete-soft-note = Webitel marks the user as deleted; its username and extension may stay taken.
action-delete-for-good-note = The user is removed from Webitel for good. This cannot be reversed.
action-rules-give-again = The rules of the licences give { $product } to this user: an import that assigns licences would give it back.
    .next = Change rules.licenses.
action-four-eyes = a manual action needs a second person's approval (rules.approval.four_eyes)
# Why it cannot be done.
action-user-not-registered = To create a user in Webitel, the person must already be a registered user of Creatio. No such Creatio user was found.
    .next = Create the Creatio user first (System Designer > Users and administration > System users), or give its login exactly.
action-user-inactive = To create a user in Webitel, the person must already be a registered user of Creatio; { $login } is not active.
    .next = Activate the Creatio user first.
action-user-portal = To create a user in Webitel, the person must already be a registered user of Creatio; a portal user is a customer.
    .next = Choose a company employee.
action-user-without-contact = The Creatio user { $login } has no contact.
    .next = Give it one in System users.
action-which-user-at-all = No Creatio user was chosen.
    .next = Give the login, or the name of its contact.
action-which-user = Several Creatio users are called so: { $logins }.
    .next = Give the login.
action-user-has-webitel-user = The Creatio user { $login } has a Webitel user already: { $username }.
action-user-has-record = The Creatio user { $login } has a record in the section “Webitel users” whose user is not in Webitel any more.
    .next = Run GetWebitelUsers first: it switches the record off; then it can be used again.
action-user-has-records = The Creatio user { $login } has { NUMBER($count) } records in the section “Webitel users”.
    .next = Keep one of them in Creatio, and try again.
action-username-illegal = { $username } cannot be a Webitel username: Latin letters, digits, “-”, “_” and “.” only.
action-username-taken = The username { $username } is taken by the Webitel user { $user }.
action-username-taken-deleted = The username { $username } is taken by the Webitel user { $user }, which is marked as deleted.
    .next = Choose another one, or delete that user for good.
action-username-taken-record = The username { $username } stands in another person's record in the section “Webitel users”.
action-no-extension = Without an extension the user cannot register a SIP phone and cannot call.
action-extension-not-digits = An extension has digits only.
action-extension-taken = The extension is taken by the Webitel user { $username }.
action-extension-taken-deleted = The extension is taken by the Webitel user { $username }, which is marked as deleted.
    .next = Choose another one, or delete that user for good.
action-extension-taken-record = The extension stands in another person's record in the section “Webitel users”.
action-extension-taken-contact = The extension stands among the communications of another contact ({ $contact }).
action-name-empty = A Webitel user needs a name.
action-no-such-webitel-user = There is no Webitel user { $user }.
    .next = Give the Webitel username, or the User ID.
action-webitel-user-deleted = The Webitel user { $username } ({ $id }) is marked as deleted.
action-no-stun = This Creatio has no field for STUN.
    .next = Map it with creatio.mapping.record.columns.stun.
action-no-record = { $username } has no record in the section “Webitel users” yet.
    .next = Run GetWebitelUsers first.
action-importer = { $username } is the account usersync itself works with; it is left alone.
action-protected = { $username } is a protected account (rules.protected): it is neither deleted nor renamed, and loses neither licences nor roles.
action-confirm-username = To delete { $username } for good, its username must be given once more.
    .next = Give --permanent { $username }, or type it into the form.
action-no-such-license = The customer has no licence { $license }.
    .next = “usersync licenses” lists them.
action-license-not-for-users = { $product } is not assigned to users.
action-license-held = The user holds { $product } already.
action-license-not-valid = No licence of { $product } is valid today.
    .next = Renew it in Webitel.
action-no-seat = No seat of { $product } is left: all { NUMBER($limit) } are taken.
    .next = Remove the licence from somebody else, or buy more.
action-license-not-held = The user does not hold { $license }.
action-which-license = The user holds several licences of { $product }: { $ids }.
    .next = Give the id.
action-no-such-role = Webitel has no role { $role }.
action-which-role = Several roles are called { $role }: { $ids }.
    .next = Give the id.
action-role-is-user = The role { $role } is another user's own; it cannot be given.
action-plan-of-another = The plan { $plan } is not one of { $process }.
action-ask = Do it?
action-waits = Nothing was written. To do it: the same command with --plan { $plan }, or with --yes.
action-password = Password of the new user, shown this once: { $password }
resume-starts = Going on with run { $run }: { $process }.
resume-nothing = The last run came to its end: there is nothing to resume.
resume-not-broken = Run { $run } is { $state }: there is nothing to resume.
resume-no-plan = Run { $run } had no plan yet when it broke off: nothing was written.
    .next = Start it again from the beginning.
