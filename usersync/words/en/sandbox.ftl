sandbox-no-world = There is no sandbox world in { $path }.
    .next = Generate one with "usersync sandbox generate --directory { $path }", or name another directory.

sandbox-world-exists = { $path } holds a sandbox world already.
    .next = Serve it with "usersync sandbox serve --directory { $path }", or name an empty directory.

sandbox-not-started = The sandbox's { $service } did not start within ten seconds.
    .next = Read { $log }; the last lines say why. A port that is taken can be changed with --webitel-port and --creatio-port.
