"""Killed at every journalled write, the next run ends where an undisturbed run ends, and nothing is there twice.

The process is killed by SIGKILL right before and right after each write to the journal: after the intention was written down
and before the request went out, after the answer came and before it was written down, and so on.
"""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import pytest
from sqlalchemy import create_engine, text

from tests.databases import PostgresServer
from tests.safety.stand import UNLIMITED, Stand, copy_ledger
from usersync.ledger.database import address
from usersync.sandbox.process import Sandbox
from usersync.sandbox.world import WorldDirectory

PARTS = 4
"""Of the test that kills at every write: each takes its share, and has its own time."""


@dataclass
class Life:
    """A pair of services, and a process in which runs live and die."""

    stand: Stand
    world: WorldDirectory
    process: subprocess.Popen[str]
    folder: Path

    @classmethod
    def start(cls, world: WorldDirectory, folder: Path, ends: ExitStack) -> Self:
        box = ends.enter_context(Sandbox.start(directory=folder / "box", world=world.path))
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.safety.dying"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        ends.callback(process.wait, 10)
        assert process.stdin is not None
        ends.callback(process.stdin.close)
        return cls(Stand(box, "", UNLIMITED), world, process, folder)

    def begin(self, ledger_url: str) -> None:
        """The world as it was generated, and this (empty) ledger."""
        self.stand.ledger_url = ledger_url
        self.stand.reset(self.world)

    def live(self, die_at: int = 0, when: str = "after") -> dict[str, Any] | None:
        """One run; None if it was killed."""
        result = self.folder / "result.json"
        result.unlink(missing_ok=True)
        job = {
            "environment": self.stand.box.environment, "ledger_url": self.stand.ledger_url,
            "overrides": self.stand.overrides, "die_at": die_at, "when": when, "result": str(result),
        }  # fmt: skip
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps(job) + "\n")
        self.process.stdin.flush()
        status = json.loads(self.process.stdout.readline())["status"]
        if status == -signal.SIGKILL:
            return None
        assert status == 0, "the run broke in the child process; see its output"
        return dict(json.loads(result.read_text(encoding="utf-8")))

    def let_the_lease_run_out(self) -> None:
        """As if its term had passed."""
        engine = create_engine(address(self.stand.ledger_url))
        with engine.begin() as connection:
            connection.execute(text("UPDATE leases SET until = '2001-01-01 00:00:00+00:00'"))
        engine.dispose()


@pytest.fixture(scope="module")
def life(small_world: WorldDirectory, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Life]:
    with ExitStack() as ends:
        yield Life.start(small_world, tmp_path_factory.mktemp("life"), ends)


@dataclass(frozen=True)
class Undisturbed:
    """What a run that nobody kills ends in, and the names of its journalled writes in their order."""

    state: dict[str, list[str]]
    receipt: dict[str, Any]
    calls: list[str]


@pytest.fixture(scope="module")
def undisturbed(life: Life, sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Undisturbed:
    life.begin(copy_ledger(sqlite_template, tmp_path_factory.mktemp("undisturbed") / "ledger.db"))
    result = life.live()
    assert result is not None
    assert result["receipt"]["state"] == "completed", result["said"]
    return Undisturbed(life.stand.state(), result["receipt"], result["calls"])


def _killed_and_run_again(life: Life, point: tuple[int, str], undisturbed: Undisturbed) -> list[str]:
    """What is wrong with the world after a run that was killed at this point and one that was not."""
    assert life.live(*point) is None, f"the run was not killed at {point}"
    life.let_the_lease_run_out()
    again = life.live()
    assert again is not None
    receipt = again["receipt"]
    wrong = []
    if receipt["state"] != "completed" or not receipt["converged"]:
        wrong.append(f"{point}: ended {receipt['state']}, residue {receipt['residue']}: {again['said']}")
    if sum(receipt["buckets"].values()) != receipt["users"] or receipt["users"] != undisturbed.receipt["users"]:
        wrong.append(f"{point}: the receipt does not balance: {receipt['buckets']}")
    found = life.stand.state()
    wrong += [
        f"{point}: {name}: {sorted(set(found[name]) ^ set(rows))[:4] or 'rows twice'}"
        for name, rows in undisturbed.state.items()
        if found[name] != rows
    ]
    with life.stand.ledger() as ledger:
        if ledger.unsettled("default"):
            wrong.append(f"{point}: announced operations were left open")
        ended = point == (len(undisturbed.calls), "after")
        if str(ledger.runs("default")[1].state) != ("completed" if ended else "crashed"):
            wrong.append(f"{point}: the killed run is {ledger.runs('default')[1].state}")
    return wrong


def _points(calls: list[str]) -> list[tuple[int, str]]:
    """Right before any other write nothing was sent since the one before it: that is its "after"."""
    return [(number, "after") for number, _ in enumerate(calls, 1)] + [
        (number, "before") for number, name in enumerate(calls, 1) if name == "settle"
    ]


@pytest.mark.timeout(300)
@pytest.mark.parametrize("part", range(PARTS))
def test_killed_at_every_journalled_write_the_next_run_ends_as_an_undisturbed_one(
    life: Life, undisturbed: Undisturbed, sqlite_template: Path, tmp_path: Path, part: int
) -> None:
    points = _points(undisturbed.calls)
    assert len(points) >= 25

    wrong: list[str] = []
    for point in points[part::PARTS]:
        life.begin(copy_ledger(sqlite_template, tmp_path / f"{point[0]}-{point[1]}.db"))
        wrong += _killed_and_run_again(life, point, undisturbed)

    assert not wrong, "\n".join(wrong)


@pytest.mark.timeout(200)
def test_killed_the_next_run_ends_well_with_the_ledger_on_postgresql(
    life: Life, undisturbed: Undisturbed, postgres_server: PostgresServer
) -> None:
    calls = undisturbed.calls
    points = [
        (1, "after"),
        (calls.index("settle") + 1, "before"),
        (len(calls) // 2, "after"),
        (len(calls) - 1 - calls[::-1].index("settle") + 1, "before"),
        (calls.index("apply_links") + 1, "before"),
    ]
    for point in points:
        url = postgres_server.take()
        life.begin(url)
        wrong = _killed_and_run_again(life, point, undisturbed)
        postgres_server.give_back(url)
        assert not wrong, "\n".join(wrong)


def test_killed_twice_the_third_run_ends_well(
    life: Life, undisturbed: Undisturbed, sqlite_template: Path, tmp_path: Path
) -> None:
    life.begin(copy_ledger(sqlite_template, tmp_path / "ledger.db"))
    for die_at in (6, 9):
        assert life.live(die_at, "before") is None
        life.let_the_lease_run_out()
    again = life.live()
    assert again is not None
    assert again["receipt"]["converged"]
    assert life.stand.state() == undisturbed.state
