administration-off = This is switched off: it needs a second credential for Creatio, and { $setting } = true.
    .next = docs/administration.md says what the credential has to be allowed to do.
administration-login-missing = The settings have no complete second login to Creatio.
    .next = Set USERSYNC_ADMINISTRATION__CLIENT_ID and USERSYNC_ADMINISTRATION__CLIENT_SECRET, or USERSYNC_ADMINISTRATION__USERNAME and USERSYNC_ADMINISTRATION__PASSWORD.
administration-same-login = The second credential is the importer's own: what may create users must not be what runs every hour.
    .next = Give USERSYNC_ADMINISTRATION__… a user (or an OAuth application) of its own.
administration-other-creatio = The second credential does not see the system users the importer sees: it opens another Creatio, or lacks the right to read SysAdminUnit.
    .next = Check USERSYNC_ADMINISTRATION__URL and the user's rights.
administration-not-seen = The system user that was just made is not seen by the importer: the two credentials are of two Creatios, or the importer may not read SysAdminUnit. Nothing more is written.
    .next = Check USERSYNC_ADMINISTRATION__URL. `usersync undo` takes back what was made.
administration-not-imported = Never imported: { $names }.
    .next = Name Webitel users that are in the section "Webitel users"; run GetWebitelUsers first.
administration-no-role = There is no company role { $role } in this Creatio.
    .next = Set { $setting } to the id of the role new users join.
administration-no-package = No licence package of this Creatio has the operation { $operation }, or the packages cannot be read.
    .next = Set { $setting } to the ids of the packages that open telephony (SysLicPackage.Id), or let the administrator's user read SysLicPackage.
administration-settings-changed = Settings that decide have changed since plan { $plan } was made.
    .next = Start without a plan: a new one is made.

administration-user-wanted = has no system user in Creatio: one is created
administration-has-user = has a system user
administration-inactive-user = the contact has an inactive system user: activate it by hand, a second one is not created
administration-portal-user = the contact has a portal user: it is a customer's
administration-shares-contact = shares the contact with another of these Webitel users
administration-no-contact = has no contact, or it cannot be seen
administration-no-username = has no Webitel username to name the system user by
administration-no-email = the contact has no e-mail to name the system user by
administration-login-long = the login would be longer than 250 characters
administration-login-taken = the login belongs to another user or role
    .next = Give the contact that user in Creatio if it is the same person; else create the system user by hand under another login.
administration-login-twice = two of these people would get the same login
administration-kept-out = is protected or excluded by the rules
administration-user-there = somebody gave the contact a system user meanwhile
administration-meanwhile = somebody did this meanwhile
administration-not-there = Creatio said yes, but it is not there
administration-no-user = has no active system user in Creatio
administration-several-users = the contact has several active system users: which of them is meant is not guessed
administration-has-telephony = holds a licence that opens telephony
administration-telephony-wanted = gets a seat of { $package }
administration-no-seat = no seat is left
administration-record-refers = a record of the section refers to it
    .next = Take the import back first that filled its field User.
administration-license-back = the licence that was given is taken back

administration-role = The new users join the role { $role }.
administration-no-license = They get no licence of Creatio from here; Creatio itself may give them one by their role.
administration-no-password = Nobody knows their password: they come in by single sign-on, by "Forgot password?", or with a password an administrator sets.
administration-update-roles = Afterwards let Creatio update its roles: System Designer, "System users", Actions, "Update roles".
administration-seats = { $package }: { NUMBER($paid) } paid, { NUMBER($used) } in use, { NUMBER($free) } free.

administration-needs-approval-create-system-users =
    { $count ->
        [one] { $count } system user is created in Creatio
       *[other] { $count } system users are created in Creatio
    }
administration-needs-approval-open-telephony =
    { $count ->
        [one] { $count } licence of Creatio is given
       *[other] { $count } licences of Creatio are given
    }
administration-ask-create-system-users =
    { $count ->
        [one] Create { $count } system user in Creatio?
       *[other] Create { $count } system users in Creatio?
    }
administration-ask-open-telephony =
    { $count ->
        [one] Give { $count } licence of Creatio?
       *[other] Give { $count } licences of Creatio?
    }
administration-waits = It waits for approval:  usersync plan show { $plan }  ·  usersync plan approve { $plan }  ·  the same command with --plan { $plan }

administration-promise-create-system-users = { $users ->
        [one] { $users } imported person
       *[other] { NUMBER($users) } imported people
    }: { $applied ->
        [yes] { NUMBER($done) } got a system user
       *[no] { NUMBER($done) } would get a system user
    }, { NUMBER($had) } had one, { NUMBER($review) } need a decision, { NUMBER($skipped) } are left out{ $failed ->
        [0] { "" }
       *[other] , { NUMBER($failed) } were not done
    }.
administration-promise-open-telephony = { $users ->
        [one] { $users } imported person
       *[other] { NUMBER($users) } imported people
    }: { $applied ->
        [yes] { NUMBER($done) } got the telephony licence
       *[no] { NUMBER($done) } would get the telephony licence
    }, { NUMBER($had) } had it, { NUMBER($review) } wait or need a decision, { NUMBER($skipped) } are left out{ $failed ->
        [0] { "" }
       *[other] , { NUMBER($failed) } were not done
    }.
administration-promise-add-section = { $applied ->
        [yes] { $done ->
            [0] The section was where it belongs.
           *[other] The section is added to its workplace.
        }
       *[no] { $done ->
            [0] Nothing would be added.
           *[other] The section would be added to its workplace.
        }
    }

administration-section-apply = usersync creatio section --apply adds it.
administration-section-clicks = By hand: System Designer → "Workplace setup" → { $workplace } → Sections → Add → { $section } → Save. Then log out and in again.

workplace-section-there = The section { $section } is in the workplace { $workplace }.
workplace-section-missing = The section { $section } is not in the workplace { $workplace }.
    .next = usersync creatio section --apply adds it, or shows the clicks.
workplace-section-no-workplace = There is no workplace { $workplace } (the section is { $section }). There are: { $seen }.
    .next = Set creatio.section.workplace in usersync.toml to the name the workplace has here, or creatio.section.workplace_id to its id.
workplace-section-no-section = There is no section { $section } to be put into the workplace { $workplace }. There are: { $seen }.
    .next = Set creatio.section.code or creatio.section.caption in usersync.toml to what the section is called here, or creatio.section.id to its id. If the add-on is not installed, install it.
workplace-section-several = There are several workplaces { $workplace } or several sections { $section }: which are meant is not guessed.
    .next = Set creatio.section.workplace_id and creatio.section.id in usersync.toml.
workplace-section-unreadable = Whether the section { $section } is in the workplace { $workplace } cannot be told: workplaces or sections are not readable.
    .next = Look yourself, or let the user read SysWorkplace, SysModule and SysModuleInWorkplace (docs/creatio.md#rights).

administration-right = { $may ->
    [yes] The second credential may execute { $operation }.
    [no] The second credential may not execute { $operation }.
   *[unknown] Whether the second credential may execute { $operation } this Creatio does not tell.
 }
    .next = System Designer, "Operation permissions", { $operation }: add the user of the second credential with the permission granted.
administration-packages = { $packages ->
    [none] No licence package with the operation { $operation } is shown to the second credential.
   *[some] Telephony is opened by { $packages }.
 }
    .next = Let its user read SysLicPackage, or set administration.license_packages to the ids of the packages.
