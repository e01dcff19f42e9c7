sandbox-no-world = There is no sandbox world in { $path }.
    .next = Generate one with "usersync sandbox generate --directory { $path }", or name another directory.

sandbox-world-exists = { $path } holds a sandbox world already.
    .next = Serve it with "usersync sandbox serve --directory { $path }", or name an empty directory.

sandbox-not-started = The sandbox's { $service } did not start within ten seconds.
    .next = Read { $log }; the last lines say why. A port that is taken can be changed with --webitel-port and --creatio-port.

sandbox-unknown-choice = { $option } cannot be "{ $value }".
    .next = Give one of: { $allowed }.

sandbox-serving =
    Webitel: { $webitel }
    Creatio: { $creatio }
    World:   { $directory }
    Ctrl-C ends both. These variables point usersync at them:

sandbox-generated = { $directory } holds a world of { $users ->
        [one] one Webitel user
       *[other] { $users } Webitel users
    } and { $contacts ->
        [one] one contact
       *[other] { $contacts } contacts
    }.

sandbox-help = A Webitel and a Creatio on this machine, with generated people: for trying usersync without touching anything real.
sandbox-help-serve = Serve both until Ctrl-C.
sandbox-help-generate = Generate a world into a directory.
sandbox-help-users = Webitel users of the generated world.
sandbox-help-contacts = Creatio contacts of the generated world.
sandbox-help-seed = The same seed makes the same people.
sandbox-help-profile = What the section "Webitel users" looks like: callmanager or classic.
sandbox-help-runtime = Where Creatio's addresses are: netframework (below /0) or net.
sandbox-help-directory = Where the world is kept. A world that is there already is used as it is; without the option it is gone afterwards.
sandbox-help-port = Port of { $service }; 0 takes a free one.
sandbox-help-addon = Let the CRM make and remove Webitel users when records are saved and deleted, as an add-on may.
sandbox-help-json = Print JSON.
