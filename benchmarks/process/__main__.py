"""The numbers of docs/benchmarks.md: first import, unchanged re-run, licences, one user; beside the same job done naively.

    python -m benchmarks.process                    1,000 and 10,000 users, and the small cases
    python -m benchmarks.process --users 1000       one size only
    python -m benchmarks.process --skip-small       without the cases of 120 and 300 users

Both services are the sandbox, as separate processes on loopback, 50 ms per read and 150 ms per write or batch. Seconds are
of this machine; what counts are requests, and the ratio to the naive job measured in the same run.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks.process import goals
from benchmarks.process.goals import Goal
from benchmarks.process.job import Measured, run
from benchmarks.process.journal import journal_cost
from benchmarks.process.naive import naive
from benchmarks.process.one_user import one_user
from usersync.ledger import Ledger, upgrade
from usersync.planning import Action, Plan
from usersync.sandbox.process import Sandbox

READ_MS, WRITE_MS = 50, 150
NAIVE_USERS = 50
LICENSES_VARIABLE = "USERSYNC_RULES__LICENSES"
console = Console(width=150)


@contextmanager
def town(home: Path, users: int, contacts: int) -> Iterator[tuple[Sandbox, str]]:
    """Both services with a generated world, slowed down, and an empty ledger."""
    with Sandbox.start(directory=home / "world", users=users, contacts=contacts) as box:
        os.environ.pop(LICENSES_VARIABLE, None)
        os.environ.update(box.environment)
        url = f"sqlite:///{home / 'ledger.db'}"
        os.environ["USERSYNC_DATABASE_URL"] = url
        upgrade(url)
        for service in (box.webitel, box.creatio):
            service.control.latency(READ_MS, WRITE_MS)
        yield box, url


def import_all(url: str) -> tuple[Measured, Plan]:
    """Preview, approve, apply: the first import."""
    _, proposal = asyncio.run(run("preview", url, apply=False))
    with Ledger.open(url) as ledger:
        ledger.approve(proposal.hash, author="bench-approver")
    return asyncio.run(run("first import", url, apply=True, plan_hash=proposal.hash))


def measure(users: int, contacts: int) -> list[Goal]:
    """First import, re-run and licences at one size, beside the naive job on a slice of the same world."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        with town(home, users, contacts) as (_, url):
            first, proposal = import_all(url)
            again, _ = asyncio.run(run("unchanged re-run", url, apply=True))
            licensed, changed = _give_licenses(url)
        empty = [f"sqlite:///{home / f'empty{number}.db'}" for number in range(5)]
        for ledger_url in empty:
            upgrade(ledger_url)
        ledger = journal_cost(empty, proposal)
        (home / "rival").mkdir()
        with town(home / "rival", users, contacts) as (box, _):
            naive_requests, naive_seconds = naive(box, min(NAIVE_USERS, users))
    _show(users, contacts, [first, again, licensed], naive_requests, naive_seconds)
    return [
        *goals.first_import(users, first), *goals.unchanged(users, again),
        *goals.license_changes(users, changed, licensed), *ledger,
    ]  # fmt: skip


def _give_licenses(url: str) -> tuple[Measured, int]:
    """Everybody gets a product whose seats are not bound to users; how many sets were written."""
    os.environ[LICENSES_VARIABLE] = json.dumps([{"product": "CALL_MANAGER", "who": "everyone"}])
    _, proposal = asyncio.run(run("preview", url, apply=False, licenses=True))
    with Ledger.open(url) as ledger:
        ledger.approve(proposal.hash, author="bench-approver")
    licensed, _ = asyncio.run(run("licences", url, apply=True, plan_hash=proposal.hash, licenses=True))
    return licensed, sum(operation.action is Action.SET_LICENSES for operation in proposal.operations)


def small() -> list[Goal]:
    """What a call centre of usual size meets: the hourly run, and one user from the button."""
    found: list[Goal] = []
    with tempfile.TemporaryDirectory() as folder, town(Path(folder), 120, 20_000) as (_, url):
        import_all(url)
        again, _ = asyncio.run(run("unchanged", url, apply=True))
        found += goals.small_unchanged(again)
    with tempfile.TemporaryDirectory() as folder, town(Path(folder), 300, 3_000) as (box, url):
        import_all(url)
        reached, told = one_user(box, url)
        console.print(told)
        found += reached
    return found


def _show(users: int, contacts: int, runs: list[Measured], naive_requests: int, naive_seconds: float) -> None:
    table = Table(title=f"{users:,} users, {contacts:,} contacts; {READ_MS} ms per read, {WRITE_MS} ms per write")
    for heading in (
        "run", "operations", "Webitel requests", "Creatio requests", "seconds", "fetch", "matching", "write", "verify",
        "own overhead", "per user",
    ):  # fmt: skip
        table.add_column(heading, justify="right")
    for item in runs:
        receipt = item.told
        table.add_row(
            item.name, f"{item.operations:,}", f"{receipt.requests['webitel']:,}", f"{receipt.requests['creatio']:,}",
            f"{receipt.seconds:.1f}",
            *(f"{item.seconds.get(part, 0.0):.1f}" for part in ("fetch", "matching", "write", "verify")),
            f"{receipt.overhead_seconds:.1f}", f"{1000 * receipt.overhead_seconds / users:.2f} ms",
        )  # fmt: skip
    per_user = naive_seconds / min(NAIVE_USERS, users)
    table.add_row(
        f"naive, {min(NAIVE_USERS, users)} users", "", "", str(naive_requests), f"{naive_seconds:.1f}", "", "", "", "", "",
        f"{1000 * per_user:.0f} ms",
    )  # fmt: skip
    console.print(table)
    ours = runs[0].told.seconds / users
    console.print(f"Per user the naive job takes {per_user / ours:.0f} times as long as the first import.")


def main() -> None:
    """Measure what the arguments ask for, and judge it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--users", type=int, action="append", help="size; repeat for more (default 1000 and 10000)")
    parser.add_argument("--contacts-per-user", type=float, default=9.9)
    parser.add_argument("--skip-small", action="store_true")
    arguments = parser.parse_args()
    found: list[Goal] = [] if arguments.skip_small else small()
    for users in arguments.users or [1_000, 10_000]:
        found += measure(users, int(users * arguments.contacts_per_user))
    goals.show(console, found)


if __name__ == "__main__":
    main()
