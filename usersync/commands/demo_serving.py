"""What `usersync demo --serve` leaves running: a worker for the deployments, and the portal with a user of each role."""

from __future__ import annotations

import os
import secrets
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from rich.table import Table

from usersync.commands.terminal import author, console
from usersync.errors import Fatal
from usersync.words import current_language, say

if TYPE_CHECKING:
    from usersync.ledger import Ledger

_PORTAL_SECONDS = 300.0
_PEOPLE = {"olha": "administrator", "taras": "approver", "iryna": "operator", "petro": "viewer"}


class PortalDidNotStart(Fatal):
    """The demo's portal does not answer."""


def leave_running(running: ExitStack, home: Path, ledger: Ledger, *, webitel: str, creatio: str) -> None:
    """Start worker and portal beside what runs already, say where everything is, and wait for Ctrl-C.

    Args:
        running: ends what is started here.
        home: the demo's folder.
        ledger: the demo's.
        webitel: address of the stand-in.
        creatio: address of the stand-in.

    Raises:
        PortalDidNotStart: the portal does not answer; its log is named.
    """
    ui = os.environ["PREFECT_API_URL"].removesuffix("/api")
    worker = ["-m", "prefect", "worker", "start", "--pool", "usersync"]
    _start(running, worker, home / "worker.log", PREFECT_WORKER_QUERY_SECONDS="2")
    password = _add_people(ledger)
    portal = _start_portal(running, home, ui)
    table = Table(title=say("demo-addresses"), title_justify="left", show_header=False)
    for name, address in (
        (say("portal-product"), portal), ("Prefect", ui), ("Webitel", webitel), ("Creatio", creatio),
    ):  # fmt: skip
        table.add_row(name, address)
    console.print(table, highlight=False)
    people = ", ".join(f"{name} ({say(f'portal-role-{role}')})" for name, role in _PEOPLE.items())
    console.print(say("demo-people", people=people, password=password), soft_wrap=True, highlight=False)
    ended = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: ended.set())
    console.print(say("demo-serving"), style="bold")
    ended.wait()
    console.print(say("demo-ending"))


def end(process: subprocess.Popen[bytes]) -> None:
    """End a process as Ctrl-C would, and make sure."""
    process.send_signal(signal.SIGINT)
    try:
        process.wait(15)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _add_people(ledger: Ledger) -> str:
    """A user of each role; the password they have in common in this demo."""
    from usersync.portal.secrets import hash_password

    password = secrets.token_urlsafe(12)
    kept = hash_password(password)
    for name, role in _PEOPLE.items():
        ledger.add_portal_user(name, role=role, language=current_language(), password=kept, author=author())
    return password


def _start_portal(running: ExitStack, home: Path, ui: str) -> str:
    import httpx

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    url, log = f"http://127.0.0.1:{port}", home / "portal.log"
    settings = {"USERSYNC_PORTAL__PORT": str(port), "USERSYNC_PORTAL__PREFECT_UI_URL": ui}
    process = _start(running, ["-m", "usersync.cli", "portal"], log, **settings)
    until = time.monotonic() + _PORTAL_SECONDS
    while True:
        if process.poll() is not None or time.monotonic() > until:
            raise PortalDidNotStart("demo-no-portal", log=str(log))
        try:
            if httpx.get(f"{url}/login", timeout=2, trust_env=False).is_success:
                return url
        except httpx.HTTPError:
            time.sleep(0.2)


def _start(running: ExitStack, arguments: list[str], log: Path, **more: str) -> subprocess.Popen[bytes]:
    output = running.enter_context(log.open("wb"))
    process = subprocess.Popen(  # noqa: S603 - our own modules
        [sys.executable, *arguments], stdin=subprocess.DEVNULL, stdout=output, stderr=output, env={**os.environ, **more}
    )
    running.callback(end, process)
    return process
