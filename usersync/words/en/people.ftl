# The generator of the sandbox's people.
people-users-out-of-range = A sandbox has { NUMBER($least, useGrouping: 0) } to { NUMBER($most, useGrouping: 0) } Webitel users and a seed that is not negative, not { NUMBER($users, useGrouping: 0) } users with seed { NUMBER($seed, useGrouping: 0) }.
    .next = Choose other numbers of users and seed for the sandbox.
people-contacts-out-of-range = A sandbox has at most { NUMBER($most, useGrouping: 0) } contacts, not { NUMBER($contacts, useGrouping: 0) }.
    .next = Choose a smaller number of contacts for the sandbox.
people-too-few-contacts = { NUMBER($users, useGrouping: 0) } users need at least { NUMBER($needed, useGrouping: 0) } contacts, not { NUMBER($contacts, useGrouping: 0) }.
    .next = Choose a larger number of contacts or a smaller number of users for the sandbox.
people-locales = The sandbox knows each of the languages { $known } once, not “{ $locales }”.
    .next = Choose one or more of the languages: { $known }.
people-profile = There is no profile “{ $profile }”.
    .next = Choose callmanager or classic (setting USERSYNC_CREATIO__PROFILE).
