"""The portal's application inside the test's own process: gate, login and API as they are, processes as the test has them."""

from __future__ import annotations

import re
import shutil
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from fastapi.testclient import TestClient
from httpx import Response
from pydantic import SecretStr

from tests.portal.serving import PASSWORD
from usersync.ledger import Ledger, RunState
from usersync.orchestration import Started
from usersync.portal.access import OF_TOKENS, Permission
from usersync.portal.app import assemble
from usersync.portal.portal import Portal
from usersync.portal.secrets import csrf_of, digest
from usersync.portal.starting import Starter
from usersync.sandbox.process import Sandbox
from usersync.settings import CreatioSettings, PortalSettings, Settings, WebitelSettings

URL = "https://portal.example"


class Processes:
    """Stands in for the child process: opens a run as the flow does, and ends it when the test lets it."""

    def __init__(self, database_url: str) -> None:
        self.database_url = database_url
        self.started: list[tuple[str, dict[str, Any]]] = []
        self.go_on = threading.Event()
        self.go_on.set()
        self.dies: Exception | None = None

    def __call__(
        self, process: str, parameters: Mapping[str, Any], *, author: str, log_file: Path, order: str
    ) -> Started:
        self.started.append((process, dict(parameters)))
        if self.dies is not None:
            raise self.dies
        with Ledger.open(self.database_url) as ledger:
            run = ledger.start_run(domain=parameters["domain"], mode=parameters["mode"], author=author)
            lease = ledger.acquire_lease(run.domain, run.id) if parameters["mode"] == "apply" else None
            ledger.begin_order(order, run.id)
            assert self.go_on.wait(60)
            ledger.finish_run(run.id, RunState.COMPLETED)
            if lease is not None:
                ledger.release_lease(lease)
        return Started(run.id, 0)


@dataclass
class Inside:
    """A portal in this process."""

    portal: Portal
    processes: Processes
    app: Any
    _tokens: dict[str, str] = field(default_factory=dict)
    _sessions: dict[str, str] = field(default_factory=dict)

    @property
    def ledger(self) -> Ledger:
        return self.portal.ledger

    def nobody(self) -> TestClient:
        """A browser or program that has neither cookie nor token."""
        return TestClient(self.app, base_url=URL, follow_redirects=False, raise_server_exceptions=False)

    def browser(self, role: str, *, anew: bool = False) -> TestClient:
        """A browser that is logged in; `anew` with a session of its own."""
        if anew or role not in self._sessions:
            secret = log_in(self.nobody(), role)
            if anew:
                return self.holding(secret)
            self._sessions[role] = secret
        return self.holding(self._sessions[role])

    def holding(self, secret: str) -> TestClient:
        """A browser that shows this secret of a session, whosoever it may be."""
        client = self.nobody()
        client.headers["Cookie"] = f"__Host-usersync={secret}"
        return client

    def browser_down(self) -> Response:
        """What a browser that was logged in is shown."""
        return self.holding("whatever").get("/users")

    def csrf(self, browser: TestClient) -> str:
        """The value forms of this browser's session carry; a page of ours would hold it."""
        return csrf_of(secret_of(browser))

    def program(self, *permissions: Permission, domains: tuple[str, ...] = ()) -> TestClient:
        """A program with a token; without permissions it has all a token may have."""
        secret = f"usync_{len(self._tokens)}"
        self._tokens[secret] = secret
        self.ledger.add_token(
            "button", token_hash=digest(secret), domains=domains, permissions=permissions or OF_TOKENS,
            lifetime=timedelta(days=1), author="tester",
        )  # fmt: skip
        client = self.nobody()
        client.headers["Authorization"] = f"Bearer {secret}"
        return client

    def again(self) -> Inside:
        """The same portal after a restart."""
        return inside(self.portal.settings, self.processes)


def inside(settings: Settings, processes: Processes | None = None) -> Inside:
    processes = processes or Processes(settings.database_url)
    portal = Portal(settings, Starter(here=True, run=processes))
    return Inside(portal, processes, assemble(portal))


def settings_for(box: Sandbox, database_url: str, **more: Any) -> Settings:
    """Settings that lead to the stand-ins, whatever this process's environment says."""
    world = box.world
    return Settings(
        _env_file=None,
        webitel=WebitelSettings(url=box.webitel.url, token=SecretStr(world.webitel.token)),
        creatio=CreatioSettings(
            url=box.creatio.url, runtime="netframework", identity_url=box.creatio.url,
            client_id=world.creatio.client_id, client_secret=SecretStr(world.creatio.client_secret),
        ),
        portal=PortalSettings(public_url=URL),
        database_url=database_url,
        **more,
    )  # fmt: skip


def copied(ledger: Path, folder: Path) -> str:
    """A ledger of one's own that begins like this one."""
    path = folder / "ledger.db"
    shutil.copy(ledger, path)
    return f"sqlite:///{path}"


def form(client: TestClient) -> str:
    """Open the login; the value its form carries."""
    found = re.search(r'name="csrf" value="([^"]+)"', client.get("/login").text)
    assert found is not None
    return found[1]


def log_in(client: TestClient, name: str, password: str = PASSWORD) -> str:
    """Log in by the form; the secret of the session."""
    answer = client.post(
        "/login", data={"name": name, "password": password, "csrf": form(client), "next": "/"}, headers={"Origin": URL}
    )
    assert answer.status_code == 303, answer.text
    return str(answer.cookies["__Host-usersync"])


def secret_of(browser: TestClient) -> str:
    """The secret a browser shows."""
    return browser.headers["Cookie"].removeprefix("__Host-usersync=")
