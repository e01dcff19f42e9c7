"""One Prefect server for the tests that need one: a real one, on a free port, with a database of its own.

Starting it takes longer than most tests, so `tests/conftest.py` keeps the modules that ask for it together.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest

if TYPE_CHECKING:
    from tests.prefect.prefect_api import PrefectApi

_PREFECT = (
    "tests/prefect/test_prefect_automations.py", "tests/prefect/test_prefect_deploy.py",
    "tests/prefect/test_prefect_step.py", "tests/prefect/test_prefect_worker.py", "tests/cli/test_run.py",
    "tests/undo/test_flow.py",
)  # fmt: skip
_PORTAL = tuple(
    f"tests/portal/test_{name}.py"
    for name in (
        "access_page", "down", "frame", "hostile_names", "plan_pages", "review_page", "run_pages", "section_pages", "websocket",
    )
)  # fmt: skip
WITH_PREFECT = dict.fromkeys(_PREFECT, "prefect") | dict.fromkeys(_PORTAL, "portal")
"""The modules that ask for it, and the group each is in: a group stays on one worker, two groups keep two cores busy."""
_START_SECONDS = 400.0
"""It takes ten where nothing else runs."""


def clean_environment(**more: str) -> dict[str, str]:
    """This process's environment without what would point Prefect or usersync anywhere."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PREFECT_", "USERSYNC_"))}
    return {**kept, "PREFECT_SERVER_ANALYTICS_ENABLED": "false", "DO_NOT_TRACK": "1", **more}


def start(arguments: list[str], environment: dict[str, str], log: Path) -> subprocess.Popen[bytes]:
    """Start a Prefect command in the background."""
    with log.open("wb") as output:
        return subprocess.Popen(
            [sys.executable, "-m", "prefect", *arguments],
            stdin=subprocess.DEVNULL, stdout=output, stderr=output, env=environment, cwd=log.parent,
        )  # fmt: skip


def end(process: subprocess.Popen[bytes]) -> None:
    """End a process as Ctrl-C would, and make sure."""
    process.send_signal(signal.SIGINT)
    try:
        process.wait(15)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


@pytest.fixture(scope="session")
def prefect_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PrefectApi]:
    """A Prefect server that runs. Whoever uses it looks only at what is his own."""
    from tests.prefect.prefect_api import PrefectApi

    home = tmp_path_factory.mktemp("prefect-server")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    url = f"http://127.0.0.1:{port}/api"
    environment = clean_environment(
        PREFECT_HOME=str(home),
        PREFECT_SERVER_EVENTS_PROACTIVE_GRANULARITY="PT1S",
        PREFECT_SERVER_UI_API_URL=url,
        PREFECT_UI_URL=url.removesuffix("/api"),
    )
    log = home / "server.log"
    process = start(["server", "start", "--host", "127.0.0.1", "--port", str(port), "--no-ui"], environment, log)
    try:
        with PrefectApi(url, home) as found:
            until = time.monotonic() + _START_SECONDS
            while not _healthy(found):
                if process.poll() is not None or time.monotonic() > until:
                    pytest.fail(log.read_text(errors="replace")[-2000:])
                time.sleep(0.2)
            yield found
    finally:
        process.kill()  # nothing of it is kept: there is no need to wait for what it would still tidy up
        process.wait()


@pytest.fixture(scope="session")
def prefect_api(prefect_server: PrefectApi) -> str:
    """Its address."""
    return prefect_server.url


def _healthy(api: PrefectApi) -> bool:
    try:
        return api.get("/health", timeout=5).is_success
    except httpx.TransportError:
        return False
