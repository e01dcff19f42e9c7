"""Both stand-ins as processes: started together, reachable on loopback, ended together."""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Self

import httpx

from usersync.errors import Fatal
from usersync.sandbox.control import SandboxControl
from usersync.sandbox.creatio.routes import Runtime
from usersync.sandbox.creatio.schema import Profile
from usersync.sandbox.world import WorldDirectory, generate

_START_SECONDS = 60.0
_END_SECONDS = 5.0


@dataclass(frozen=True)
class RunningService:
    """A stand-in that runs.

    Attributes:
        url: its address, without a slash at the end.
        control: what can be done to it.
        pid: its process id.
    """

    url: str
    control: SandboxControl
    pid: int


class Sandbox:
    """A Webitel and a Creatio on this machine.

    Example:
        with Sandbox.start(directory=tmp_path) as box:
            os.environ |= box.environment
    """

    def __init__(
        self, world: WorldDirectory, webitel: RunningService, creatio: RunningService, environment: dict[str, str]
    ) -> None:
        self.world = world
        self.webitel = webitel
        self.creatio = creatio
        self.environment = environment
        self._ends = ExitStack()

    @classmethod
    def start(
        cls,
        *,
        directory: Path,
        seed: int = 7,
        users: int = 8,
        contacts: int = 60,
        profile: Profile = "callmanager",
        runtime: Runtime = "netframework",
        auth: Literal["oauth", "forms"] = "oauth",
        webitel_auth: Literal["token", "login"] = "token",
        addon: bool | Literal["careful", "eager"] = False,
        world: Path | None = None,
        webitel_port: int = 0,
        creatio_port: int = 0,
    ) -> Sandbox:
        """Start both stand-ins and wait until they answer.

        Args:
            directory: where their databases and logs live; a world that is there already is used as it is.
            seed: seed of the generated world.
            users: Webitel users of the generated world.
            contacts: Creatio contacts of the generated world.
            profile: which objects Creatio has.
            runtime: where Creatio's addresses are: below `/0` (`netframework`) or not (`net`).
            auth: which login to Creatio the environment names.
            webitel_auth: which login to Webitel the environment names.
            addon: whether saving and deleting records makes and removes Webitel users; true means `eager`.
            world: a directory that holds a world, which is copied instead of generating one.
            webitel_port: 0 for a free one.
            creatio_port: 0 for a free one.

        Raises:
            Fatal: a stand-in did not start; the sentence names its log.
        """
        if WorldDirectory.holds_world(directory):
            at = WorldDirectory.open(directory)
        elif world is not None:
            at = WorldDirectory.open(world).copy_to(directory)
        else:
            at = generate(directory, seed=seed, users=users, contacts=contacts, profile=profile)
        with ExitStack() as ends:
            starting = [
                _Starting(
                    "webitel", ["webitel", str(at.webitel_database), "--port", str(webitel_port)], directory, ends
                ),
                _Starting(
                    "creatio",
                    ["creatio", str(at.creatio_database), "--port", str(creatio_port), "--runtime", runtime],
                    directory,
                    ends,
                ),
            ]
            webitel, creatio = (service.ready(ends) for service in starting)
            if addon:
                mode = "eager" if addon is True else addon
                creatio.control.switch(addon=mode, addon_url=webitel.url, addon_token=at.webitel.token)
            box = cls(at, webitel, creatio, _environment(at, webitel, creatio, runtime, auth, webitel_auth))
            box._ends = ends.pop_all()
            return box

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def stop(self) -> None:
        """End both processes."""
        self._ends.close()


class _Starting:
    """A process that was started and has not said yet where it listens."""

    def __init__(self, name: str, arguments: Sequence[str], directory: Path, ends: ExitStack) -> None:
        self._name = name
        self._log = directory / f"{name}.log"
        log = ends.enter_context(self._log.open("ab"))
        command = [sys.executable, "-m", "usersync.sandbox.serve", *arguments, "--parent", str(os.getpid())]
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log)  # noqa: S603 - our own module
        ends.callback(_end, self._process)

    def ready(self, ends: ExitStack) -> RunningService:
        """Wait until the service answers."""
        until = time.monotonic() + _START_SECONDS
        line = self._line(until)
        if not line:
            raise Fatal("sandbox-not-started", service=self._name, log=str(self._log))
        url = json.loads(line)["url"]
        control = ends.enter_context(SandboxControl(url))
        while not _healthy(url):
            if time.monotonic() > until or self._process.poll() is not None:
                raise Fatal("sandbox-not-started", service=self._name, log=str(self._log))
            time.sleep(0.02)
        return RunningService(url, control, self._process.pid)

    def _line(self, until: float) -> bytes:
        pipe = self._process.stdout
        if pipe is None:
            return b""
        ready, _, _ = select.select([pipe], [], [], max(0.0, until - time.monotonic()))
        return pipe.readline() if ready else b""


def _healthy(url: str) -> bool:
    try:
        return httpx.get(f"{url}/_sandbox/health", timeout=1, trust_env=False).is_success
    except httpx.TransportError:
        return False


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(_END_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    if process.stdout is not None:
        process.stdout.close()


def _environment(
    world: WorldDirectory,
    webitel: RunningService,
    creatio: RunningService,
    runtime: Runtime,
    auth: str,
    webitel_auth: str,
) -> dict[str, str]:
    """The variables that point usersync at the two services."""
    login: dict[str, Any] = {"TOKEN": world.webitel.token}
    if webitel_auth == "login":
        login = {"USERNAME": world.webitel.username, "PASSWORD": world.webitel.password, "DOMAIN": world.webitel.domain}
    crm: dict[str, Any] = {"USERNAME": world.creatio.username, "PASSWORD": world.creatio.password}
    if auth == "oauth":
        secret = world.creatio.client_secret
        crm = {"IDENTITY_URL": creatio.url, "CLIENT_ID": world.creatio.client_id, "CLIENT_SECRET": secret}
        crm["USERNAME"] = world.creatio.username  # an OAuth application does not tell which user it is bound to
    return {
        "USERSYNC_WEBITEL__URL": webitel.url,
        **{f"USERSYNC_WEBITEL__{name}": value for name, value in login.items()},
        "USERSYNC_CREATIO__URL": creatio.url,
        "USERSYNC_CREATIO__RUNTIME": runtime,
        "USERSYNC_CREATIO__PROFILE": world.profile,
        **{f"USERSYNC_CREATIO__{name}": value for name, value in crm.items()},
        **_administration(world, creatio, auth),
    }


def _administration(world: WorldDirectory, creatio: RunningService, auth: str) -> dict[str, str]:
    """The second credential, for what is off unless USERSYNC_ADMINISTRATION__ENABLED says otherwise."""
    login = {"USERNAME": world.administrator.username}
    if auth == "oauth":
        login |= {"IDENTITY_URL": creatio.url, "CLIENT_ID": world.administrator.client_id}
        login |= {"CLIENT_SECRET": world.administrator.client_secret}
    else:
        login |= {"PASSWORD": world.administrator.password}
    return {f"USERSYNC_ADMINISTRATION__{name}": value for name, value in login.items()}
