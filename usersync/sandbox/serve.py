"""One stand-in as a process of its own: `python -m usersync.sandbox.serve webitel DATABASE`.

Prints one line of JSON with its address as soon as it listens, and ends with the process that started it.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import socket
from pathlib import Path

import uvicorn

from usersync.sandbox.front.asgi import Front
from usersync.sandbox.front.assembly import assemble

_LOOPBACK = "127.0.0.1"
_LOOK_SECONDS = 1.0


def main() -> None:
    """Serve until told to end, or until the process named by --parent is gone."""
    parser = argparse.ArgumentParser(prog="python -m usersync.sandbox.serve")
    parser.add_argument("service", choices=("webitel", "creatio"))
    parser.add_argument("database", type=Path)
    parser.add_argument("--runtime", choices=("netframework", "net"), default="netframework")
    parser.add_argument("--switches", default="{}", help="switches of the installation as JSON")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--parent", type=int, default=0, help="process id to end with")
    given = parser.parse_args()
    with listen(given.port) as listener:
        application = _application(given.service, given.database, given.runtime, json.loads(given.switches))
        config = uvicorn.Config(
            application, log_level="warning", access_log=False, timeout_keep_alive=60, timeout_graceful_shutdown=1
        )
        print(json.dumps({"url": f"http://{_LOOPBACK}:{listener.getsockname()[1]}"}), flush=True)
        asyncio.run(_serve(uvicorn.Server(config), listener, given.parent))


def listen(port: int = 0) -> socket.socket:
    """A socket that listens on loopback; 0 = any free port.

    Its connections send at once (TCP_NODELAY, which they inherit): asyncio would see to it only for sockets made with the
    protocol's number, which `create_server` does not, and answers would wait 40 ms for the acknowledgement of their headers.
    """
    listener = socket.create_server((_LOOPBACK, port), backlog=1024)
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener


def _application(service: str, database: Path, runtime: str, switches: dict[str, object]) -> Front:
    if service == "webitel":
        from usersync.sandbox.webitel.service import WebitelService
        from usersync.sandbox.webitel.switches import Switches as WebitelSwitches

        return assemble(lambda _faults: WebitelService(database, WebitelSwitches().with_values(switches)))
    from usersync.sandbox.creatio.service import CreatioService
    from usersync.sandbox.creatio.switches import Switches as CreatioSwitches

    chosen: CreatioSwitches = CreatioSwitches().with_values(switches)
    return assemble(
        lambda faults: CreatioService(database, "net" if runtime == "net" else "netframework", faults, chosen)
    )


async def _serve(server: uvicorn.Server, listener: socket.socket, parent: int) -> None:
    watch = asyncio.create_task(_end_with(parent, server))
    try:
        await server.serve(sockets=[listener])
    finally:
        watch.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await watch


async def _end_with(parent: int, server: uvicorn.Server) -> None:
    while parent:
        await asyncio.sleep(_LOOK_SECONDS)
        if os.getppid() != parent:  # the parent is gone: nobody would end this process
            server.should_exit = True
            return


if __name__ == "__main__":
    main()
