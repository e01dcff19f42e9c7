planning-unchanged = nothing has changed
planning-changed = changed in Webitel
planning-importer = the account usersync itself is logged in with
planning-excluded = left out by the setting rules.exclude
planning-duplicate-in-source = shares its username or extension with another Webitel user
    .next = Give each Webitel user a username and an extension of its own, then run again.
planning-too-long = its { $field } is longer than the 250 characters Creatio can hold
    .next = Shorten it in Webitel.
planning-duplicate-records = several records in the section are this user's
    .next = Keep one record in the section “Webitel users” and delete the others.
planning-login-reused = its username was another person's, who is gone from Webitel
    .next = Say whether this is the same person.
planning-record-deleted = its record was deleted by hand and stays deleted
    .next = Say “restore” in the review to have it made again.
planning-contact-lost = the contact of its record is not in Creatio any more
    .next = Choose a contact in the record, or answer in the review.
planning-contact-moved = its record was given another contact by hand; the link follows
planning-record-without-contact = its record has no contact, and none was found beyond doubt
    .next = Choose a contact in the record, or answer in the review.
planning-contact-has-record =
    { $count ->
        [one] the contact found for it already has a record that is not this user's
       *[other] the contact found for it already has { $count } records
    }
    .next = Say whether this is a second account of the same person.
planning-not-decided = no decision was reached about it
planning-differs = fields entered by hand differ from Webitel: { $fields }
    .next = Say which value is right.
planning-no-extension = it has no extension, and the record's login is the extension
    .next = Give the user an extension in Webitel.
planning-record-changed = changed in Webitel: { $fields }
planning-email-filled = the contact had no e-mail
planning-email-changed = its e-mail changed in Webitel
planning-resumed = its contact is there already, its record was not made yet
planning-extension-told = the contact did not have this extension
planning-extension-outdated = the former extension is not used any more
planning-extension-again = the extension is used again
planning-detail-changed = Webitel says otherwise
planning-detail-missing = Webitel has it, the detail did not
planning-detail-outdated = Webitel does not have it any more
planning-left-out = left out of the plan by a human
planning-licenses = licences by the rules
planning-leaver = leaver: its Creatio user is inactive; seats held: { NUMBER($seats) }
planning-leaver-releases = leaver: its seats are released
planning-tombstone-releases = deleted in Webitel: its seats are released
planning-account-missing = the company is not in Creatio
planning-account-unknown = the account named by the setting rules.account.id is not in Creatio
    .next = Correct rules.account.id.
planning-account-which = { NUMBER($count) } accounts in Creatio are of the type “Our company”, and nothing says which is this user's
    .next = Set rules.account.id, or rules.account.email_domains.
planning-account-several = { NUMBER($count) } accounts in Creatio bear the company's name
    .next = Set rules.account.id to the right one.
planning-account-other-legal-form = an account of this name has another legal form
    .next = Set rules.account.id, or make the names agree.
planning-gone-disabled = gone from Webitel: its record is switched off
planning-gone-deleted = gone from Webitel for longer than the grace period: its record is deleted
planning-gone-left = gone from Webitel: its record is left as it is
planning-tag-missing = the tag “not in Webitel” is not there yet
planning-never-linked =
    { $count ->
        [one] { $count } record in the section belongs to nobody in Webitel and was never linked; it is left alone.
       *[other] { $count } records in the section belong to nobody in Webitel and were never linked; they are left alone.
    }
planning-classic-no-password = Records made here carry no password: the old CTI client cannot log in with them until an administrator sets one.
planning-classic-no-license-detail = This Creatio has no detail “User Licenses”: Webitel's licences cannot be shown in it.
planning-product-not-assigned-to-users = { $product } is not assigned to users; its rule is not carried out.
    .next = Take the rule out of rules.licenses.
planning-product-without-valid-license = No valid licence of { $product } today; its rule is not carried out.
    .next = Renew the licence in Webitel, or take the rule out of rules.licenses.
planning-product-unknown = Webitel has no licence of { $product }; its rule is not carried out.
    .next = Correct the product's name in rules.licenses, or take the rule out.
planning-product-not-yet-valid = The licence of { $product } begins on { $day }; until then its rule is not carried out.
planning-license-ends =
    The licence { $license } of { $product } ends on { $day }; { $users ->
        [one] { $users } user holds it.
       *[other] { NUMBER($users) } users hold it.
    }
    .next = Renew it in Webitel.
planning-seat-kept = a seat that was to become free is not given up: that was left out of the plan by a human
planning-seats-short =
    { $reserved ->
        [0] no seat of { $product } is free: of { NUMBER($limit) }, { NUMBER($here) } are used by the rules and { NUMBER($others) } by others
       *[other] no seat of { $product } is free: of { NUMBER($limit) }, { NUMBER($here) } are used by the rules, { NUMBER($others) } by others, and { NUMBER($reserved) } kept in reserve
    }
planning-adopted = a record with this username was there already; what was entered by hand stays
planning-returned = back in Webitel; its record and link live on
planning-relearnt = its record bears its User ID

planning-situation-unchanged = unchanged
planning-situation-changed = changed
planning-situation-adopted = record adopted
planning-situation-linked-now = linked now
planning-situation-disputed = undecided
planning-situation-unmatched = nobody fits
planning-situation-skipped = left out
planning-situation-leaver = leaver
planning-situation-gone = gone
planning-situation-returned = came back
planning-situation-login-reused = username used anew
planning-situation-contact-moved = contact moved
planning-situation-contact-lost = contact lost
planning-situation-record-deleted = record deleted
planning-situation-duplicate-records = several records
planning-situation-duplicate-in-source = twice in Webitel
planning-situation-shared-seat = shared seat
planning-situation-no-extension = no extension
planning-situation-never-linked = never linked
planning-situation-without-system-user = no Creatio user
planning-situation-without-telephony = no licence for telephony
planning-situation-out-of-workplace = section not in its workplace
