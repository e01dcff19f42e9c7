"""One Prefect server for all tests here: a real one, on a free port, with a database of its own."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.prefect.prefect_api import PrefectApi

ROOT = Path(__file__).resolve().parents[2]
_START_SECONDS = 300.0


def clean_environment(**more: str) -> dict[str, str]:
    """This process's environment without what would point Prefect or usersync anywhere."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PREFECT_", "USERSYNC_"))}
    return {**kept, "PREFECT_SERVER_ANALYTICS_ENABLED": "false", "DO_NOT_TRACK": "1", **more}


def end(process: subprocess.Popen[bytes]) -> None:
    """End a process as Ctrl-C would, and make sure."""
    process.send_signal(signal.SIGINT)
    try:
        process.wait(15)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def start(arguments: list[str], environment: dict[str, str], log: Path) -> subprocess.Popen[bytes]:
    """Start a Prefect command in the background."""
    with log.open("wb") as output:
        return subprocess.Popen(
            [sys.executable, "-m", "prefect", *arguments],
            stdin=subprocess.DEVNULL, stdout=output, stderr=output, env=environment, cwd=log.parent,
        )  # fmt: skip


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PrefectApi]:
    """A Prefect server that runs."""
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
    process = start(["server", "start", "--host", "127.0.0.1", "--port", str(port)], environment, log)
    try:
        until = time.monotonic() + _START_SECONDS
        while not _healthy(url):
            if process.poll() is not None or time.monotonic() > until:
                pytest.fail(log.read_text(errors="replace")[-2000:])
            time.sleep(0.1)
        with PrefectApi(url, home) as found:
            yield found
    finally:
        end(process)


@pytest.fixture(scope="module")
def api(server: PrefectApi) -> PrefectApi:
    """The server, with nothing of ours in it."""
    server.forget()
    return server


def _healthy(url: str) -> bool:
    try:
        return httpx.get(f"{url}/health", timeout=2, trust_env=False).is_success
    except httpx.TransportError:
        return False
