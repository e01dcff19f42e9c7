"""The sandbox: stand-ins of Webitel and Creatio as two processes on loopback, true to what the services do on the wire.

It is another world: nothing here imports the clients (`usersync.webitel`, `usersync.creatio`), and nothing in them knows it.

    front/     what both services share: faults, latency, the journal of requests, the control routes `/_sandbox/…`
    webitel/   the Webitel stand-in
    creatio/   the Creatio stand-in
    people/    the generator of believable people
    world.py   a generated world written into the two databases
    process.py `Sandbox.start(…)`: both as processes, for tests, benchmarks and the demo
"""
