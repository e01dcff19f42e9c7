"""A portal as its users meet it: a process of its own on loopback, with a ledger, both services and a user of each role."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from usersync.ledger import Ledger
from usersync.portal.access import Role
from usersync.portal.secrets import hash_password

PASSWORD = "a horse of a different colour"
_HASH: list[str] = []


@dataclass
class Served:
    """A portal that runs.

    Attributes:
        url: its address.
        environment: everything that points a process at the same ledger and services.
        log: what it prints.
    """

    url: str
    environment: dict[str, str]
    log: Path
    _cookies: dict[str, str] = field(default_factory=dict)

    @property
    def database_url(self) -> str:
        return self.environment["USERSYNC_DATABASE_URL"]

    def ledger(self) -> Ledger:
        """The portal's ledger, to be closed by whoever asks."""
        return Ledger.open(self.database_url)

    def client(self, role: str = "") -> httpx.Client:
        """A browser without a screen, logged in as the user of that role; nobody without one."""
        client = httpx.Client(base_url=self.url, timeout=60, trust_env=False)
        if role:
            client.cookies.set("usersync", self.cookie(role))
        return client

    def cookie(self, role: str) -> str:
        """The session of the user of that role; logged in once."""
        if role not in self._cookies:
            self._cookies[role] = log_in(self.url, role)
        return self._cookies[role]


def log_in(url: str, name: str, password: str = PASSWORD) -> str:
    """Log in by the form; the secret of the new session."""
    with httpx.Client(base_url=url, timeout=60, trust_env=False) as client:
        form = client.get("/login").text
        found = re.search(r'name="csrf" value="([^"]+)"', form)
        assert found is not None, form
        data = {"name": name, "password": password, "csrf": found[1], "next": "/"}
        answer = client.post("/login", data=data, headers={"Origin": url})
        assert answer.status_code == 303, answer.text
        return client.cookies["usersync"]


def add_everybody(ledger: Ledger) -> None:
    """A user of each role, named as the role."""
    _HASH[:] = _HASH or [hash_password(PASSWORD)]
    for role in Role:
        ledger.add_portal_user(role, role=role, language="en", password=_HASH[0], author="tester")


@contextmanager
def serve(folder: Path, environment: dict[str, str]) -> Iterator[Served]:
    """Start a portal with these settings; its ledger is there already.

    Args:
        folder: working directory, log.
        environment: `USERSYNC_…` and what else it needs.
    """
    port = free_port()
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("USERSYNC_", "PREFECT_", "XDG_"))}
    source = str(Path(__file__).parents[2])
    given = {
        **kept, "HOME": str(folder), "PYTHONPATH": source, "PREFECT_HOME": str(folder / "prefect"),
        "USERSYNC_PORTAL__PORT": str(port), **environment,
    }  # fmt: skip
    log_path = folder / "portal.log"
    with log_path.open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "usersync.cli", "portal"], env=given, cwd=folder, stdin=subprocess.DEVNULL,
            stdout=log, stderr=log,
        )  # fmt: skip
        try:
            url = f"http://127.0.0.1:{port}"
            until = time.monotonic() + 120
            while not _answers(url):
                assert process.poll() is None, log_path.read_text()[-3000:]
                assert time.monotonic() < until, log_path.read_text()[-3000:]
                time.sleep(0.1)
            yield Served(url, given, log_path)
        finally:
            process.send_signal(signal.SIGINT)
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _answers(url: str) -> bool:
    try:
        return httpx.get(f"{url}/login", timeout=5, trust_env=False).is_success
    except httpx.TransportError:
        return False
