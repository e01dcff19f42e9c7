"""Two workers, two processes, one ledger on PostgreSQL: they do not interfere, and of one domain there is one writer."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.databases import PostgresServer, postgres_server, sqlite_template  # noqa: F401 fixtures
from tests.undo.taking_back import undated
from tests.worlds.living import TOWN
from usersync.ledger import Ledger, OperationState, RunState
from usersync.sandbox.world import WorldDirectory

PATIENCE_SECONDS = 120.0
Start = Callable[..., "Worker"]


class Worker:
    """A process at work."""

    def __init__(self, pid: int, folder: Path) -> None:
        self.pid = pid
        self.folder = folder

    def said(self, name: str) -> str:
        """What it told under a name, as soon as it has."""
        path, until = self.folder / name, time.monotonic() + PATIENCE_SECONDS
        while not path.exists():
            assert time.monotonic() < until, f"the worker said no {name}; see its output"
            time.sleep(0.02)
        return path.read_text(encoding="utf-8")

    @property
    def result(self) -> dict[str, Any]:
        return dict(json.loads(self.said("result")))


@pytest.fixture(scope="module")
def office() -> Iterator[subprocess.Popen[str]]:
    """Where workers come from."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.worlds.workers"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    yield process
    assert process.stdin is not None
    process.stdin.close()
    process.wait(30)


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return WorldDirectory.write(tmp_path_factory.mktemp("town"), TOWN, "callmanager").path


@pytest.fixture
def start(office: subprocess.Popen[str], town: Path, tmp_path: Path) -> Iterator[Start]:
    """`start("live", name, ledger_url, …)`: a worker."""
    started: list[Worker] = []

    def begin(do: str, name: str, ledger: str, **more: Any) -> Worker:
        folder = tmp_path / name
        folder.mkdir()
        meets = [str(tmp_path / other) for other in more.pop("meets", ())]
        job = {
            "do": do,
            "town": str(town),
            "folder": str(folder),
            "ledger": ledger,
            "domain": name,
            "meets": meets,
            **more,
        }
        assert office.stdin is not None
        assert office.stdout is not None
        office.stdin.write(json.dumps(job) + "\n")
        office.stdin.flush()
        started.append(Worker(int(office.stdout.readline()), folder))
        return started[-1]

    yield begin
    for worker in started:
        if not (worker.folder / "result").exists():
            os.kill(worker.pid, signal.SIGKILL)


@pytest.fixture
def shared(postgres_server: PostgresServer) -> Iterator[str]:  # noqa: F811
    url = postgres_server.take()
    yield url
    postgres_server.give_back(url)


def test_two_domains_at_once_end_as_each_would_alone(
    start: Start,
    shared: str,
    sqlite_template: Path,  # noqa: F811
    tmp_path: Path,
) -> None:
    alone_ledger = tmp_path / "alone.db"
    alone_ledger.write_bytes(sqlite_template.read_bytes())
    alone = start("live", "alone", f"sqlite:///{alone_ledger}", rounds=1).result
    both = [start("live", name, shared, rounds=1, meets=("north", "south")) for name in ("north", "south")]

    for worker in both:
        found = worker.result
        assert found["everything"] == alone["everything"]
        assert [(run["state"], run["done"], run["others"]) for run in found["said"]] == [
            (run["state"], run["done"], run["others"]) for run in alone["said"]
        ]
        assert found["said"][-1]["done"] == 0
    with Ledger.open(shared) as ledger:
        north, south = (ledger.runs(name) for name in ("north", "south"))
        assert any(
            one.started_at < other.finished_at and other.started_at < one.finished_at
            for one in north
            for other in south
        ), "they were not at work at the same time"
        for name, runs in (("north", north), ("south", south)):
            assert {run.state for run in runs} == {RunState.COMPLETED}
            for run in runs:
                assert {entry.state for entry in ledger.operations(run.id)} <= {OperationState.DONE}
            assert ledger.unsettled(name) == []
            assert ledger.lease_of(name) is None
        assert undated(ledger.last_applied("north")) == undated(ledger.last_applied("south"))


def test_of_one_domain_the_second_worker_is_told_of_the_first_until_that_is_dead(start: Start, shared: str) -> None:
    first = start("hold", "north", shared, term=3.0)
    at_work = first.said("open")
    second = start("live", "second", shared, domain="north", rounds=0).result
    assert [run["error"] for run in second["said"]] == ["LeaseHeld", "LeaseHeld"]
    assert at_work in second["said"][0]["text"]

    os.kill(first.pid, signal.SIGKILL)
    with Ledger.open(shared) as ledger:
        assert str(ledger.latest_run("north").state) == "already_running"  # type: ignore[union-attr]
        while ledger.lease_of("north") is not None:
            time.sleep(0.05)
        third = start("live", "third", shared, domain="north", rounds=0).result
        assert [run["state"] for run in third["said"]] == ["completed", "completed"]
        assert ledger.run(at_work).state is RunState.CRASHED


def test_a_worker_that_slept_longer_than_its_term_wakes_up_and_can_write_nothing(start: Start, shared: str) -> None:
    sleeper = start("hold", "north", shared, term=1.0)
    asleep = sleeper.said("open")
    os.kill(sleeper.pid, signal.SIGSTOP)
    with Ledger.open(shared) as ledger:
        while ledger.lease_of("north") is not None:
            time.sleep(0.05)
        heir = start("live", "heir", shared, domain="north", rounds=0).result
        assert [run["state"] for run in heir["said"]] == ["completed", "completed"]
        (sleeper.folder / "write").touch()
        os.kill(sleeper.pid, signal.SIGCONT)
        assert sleeper.result["error"] == "LeaseLost"
        assert ledger.operations(asleep) == []
        assert ledger.run(asleep).state is RunState.CRASHED
        assert ledger.lease_of("north") is None
