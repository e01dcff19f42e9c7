guard-source-empty = Webitel returned no users at all{ $usual ->
        [0] { "" }
       *[other] { " " }(of usual { NUMBER($usual, useGrouping: 0) })
    }; nothing was written.
    .next = Check that USERSYNC_WEBITEL__URL and the account belong to the right domain and may read users.
guard-source-shrunk = Webitel returned { NUMBER($seen, useGrouping: 0) } of usual { NUMBER($usual, useGrouping: 0) } users; nothing was written.
    .next = Look into Webitel: if the users are really gone, raise rules.trust.missing_share for one run.
guard-source-untrusted = Webitel's list of users contradicts itself ({ NUMBER($seen, useGrouping: 0) } users were read{ $usual ->
        [0] { "" }
       *[other] , { NUMBER($usual, useGrouping: 0) } are usual
    }); nothing was written.
    .next = Run again; if it happens again, show your Webitel administrator what is said here: its list cannot be trusted.
guard-source-unproven = { NUMBER($count) } known users were missing from Webitel's list although Webitel still has them; nothing was written.
    .next = Run again; if it happens again, Webitel's list cannot be trusted: tell your Webitel administrator.
guard-source-differs = Two reads of Webitel's users differ ({ NUMBER($first) } and { NUMBER($second) }); nothing was written.
    .next = Run again when nobody is changing users.
guard-target-no-employees = Creatio shows no active system users of employees{ $usual ->
        [0] { "" }
       *[other] { " " }(of usual { NUMBER($usual, useGrouping: 0) })
    }; nothing was written.
    .next = Give the integration user the right to read SysAdminUnit (see docs/configure.md, rights).
guard-target-no-contacts = Creatio shows no contacts{ $usual ->
        [0] { "" }
       *[other] { " " }(of usual { NUMBER($usual, useGrouping: 0) })
    }; nothing was written.
    .next = Give the integration user the right to read Contact (see docs/configure.md, rights).
guard-target-no-accounts = Creatio shows no accounts, although contacts belong to some; nothing was written.
    .next = Give the integration user the right to read Account (see docs/configure.md, rights).
guard-target-linked-contacts = Creatio shows { NUMBER($seen, useGrouping: 0) } of { NUMBER($usual, useGrouping: 0) } linked contacts; nothing was written.
    .next = Check the integration user's rights to Contact, and that this is the right Creatio.
guard-target-linked-records = Creatio shows { NUMBER($seen, useGrouping: 0) } of { NUMBER($usual, useGrouping: 0) } linked records of the section; nothing was written.
    .next = Check the integration user's rights to the section's object, and that this is the right Creatio.
guard-target-shrunk = Creatio shows { NUMBER($seen, useGrouping: 0) } { $what ->
        [contacts] contacts
       *[employees] employees
    } of usual { NUMBER($usual, useGrouping: 0) }; nothing was written.
    .next = Check the integration user's rights, and that this is the right Creatio.
guard-target-own-contact = Creatio does not show the integration user's own contact; nothing was written.
    .next = Give the integration user the right to read contacts (see docs/configure.md, rights).
guard-target-truncated = Creatio counts { NUMBER($count, useGrouping: 0) } rows of { $entity } and returned { NUMBER($seen, useGrouping: 0) }; nothing was written.
    .next = Run again when nobody is importing; if it happens again, lower USERSYNC_CREATIO__PAGE_SIZE.
guard-moved = After the first record was written, something else had moved as well: { $what }. An add-on reacts to our writes; nothing more was written.
    .next = See docs/troubleshooting.md, “An add-on reacts to our writes”.
guard-first-records-failed = None of the first { NUMBER($count) } records could be written; nothing more was tried.
    .next = See with “usersync show” why; most often a column of the section is mandatory in this Creatio, or the integration user may not write it.
guard-meter-first = first apply of this domain: { NUMBER($value) } changes
guard-meter-created = contacts to create: { NUMBER($value) } (limit { NUMBER($limit) })
guard-meter-disabled = records switched off and seats taken away: { NUMBER($value) } (limit { NUMBER($limit) })
guard-meter-updated = users to update: { NUMBER($value) } (limit { NUMBER($limit) })
guard-meter-relinked = links moved to another Webitel id: { NUMBER($value) }
guard-meter-undone = a run was undone since the last apply: { NUMBER($value) } changes
guard-part-of-more = a part of plan { $plan }, which needed approval
