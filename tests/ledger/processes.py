"""What the tests let other processes do with a ledger, and how these processes are started.

They are forked from a process that has loaded the library once (and opened nothing), which saves half a second for each.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from multiprocessing.connection import Connection
from typing import Any

from tests.ledger.people import DOMAIN, create, do, done, plan
from usersync.ledger import LeaseHeld, Ledger, PlanNotUsable, upgrade


def migrate(url: str) -> str:
    return ",".join(upgrade(url)) or "nothing"


def take_the_lease(url: str) -> str:
    """Try once; whoever gets it keeps it."""
    with Ledger.open(url) as ledger:
        run = ledger.start_run(domain=DOMAIN, mode="apply", author="process")
        try:
            return str(ledger.acquire_lease(DOMAIN, run.id).fence)
        except LeaseHeld as held:
            return f"held by {held.run_id}"


def write_in_turns(url: str, times: str) -> str:
    """Take the lease, write and give it back, so many times, against others that do the same."""
    written = 0
    with Ledger.open(url) as ledger:
        while written < int(times):
            run = ledger.start_run(domain=DOMAIN, mode="apply", author="process")
            try:
                lease = ledger.acquire_lease(DOMAIN, run.id)
            except LeaseHeld:
                time.sleep(0.002)
                continue
            # Nobody else may be in here: the counter would lose a count.
            before = ledger.last_applied(DOMAIN).get(("record", create("0").key), {"count": 0})["count"]
            do(ledger, lease, create("0", count=int(str(before)) + 1))
            ledger.release_lease(lease)
            written += 1
    return str(written)


def write_in_own_domain(url: str, domain: str, batches: str) -> str:
    """Journal many batches in a domain nobody else uses."""
    with Ledger.open(url) as ledger:
        run = ledger.start_run(domain=domain, mode="apply", author="process")
        lease = ledger.acquire_lease(domain, run.id)
        for batch in range(int(batches)):
            operations = [create(f"{domain}{batch}-{number}") for number in range(20)]
            ledger.intend(lease, run.id, operations, f"req-{batch}")
            ledger.settle(lease, run.id, done(*operations))
        ledger.release_lease(lease)
        return run.id


def take_the_plan(url: str, plan_hash: str, domain: str) -> str:
    """Take an approved plan, in a lease of one's own making, once."""
    with Ledger.open(url) as ledger:
        run = ledger.start_run(domain=domain, mode="apply", author="process")
        while True:
            try:
                lease = ledger.acquire_lease(domain, run.id)
                break
            except LeaseHeld:
                time.sleep(0.005)
        try:
            ledger.take_plan(plan_hash, lease, run.id)
        except PlanNotUsable as refused:
            return refused.message_id
        finally:
            ledger.release_lease(lease)
        return "taken"


def propose(url: str, number: str) -> str:
    with Ledger.open(url) as ledger:
        run = ledger.start_run(domain=DOMAIN, mode="preview", author="process")
        return ledger.save_plan(run.id, plan(create(number)), needs_approval=[{"x": 1}], expires_in=timedelta(hours=1))


def approve(url: str, plan_hash: str, author: str) -> str:
    with Ledger.open(url) as ledger:
        try:
            return ledger.approve(plan_hash, author=author).decided_by or ""
        except PlanNotUsable as refused:
            return refused.message_id


def die_after_announcing(url: str) -> str:
    """Announce two operations, settle one, and be killed."""
    ledger = Ledger.open(url)
    run = ledger.start_run(domain=DOMAIN, mode="apply", author="process")
    lease = ledger.acquire_lease(DOMAIN, run.id, timedelta(seconds=1))
    ledger.intend(lease, run.id, [create("1"), create("2")], "req-1")
    ledger.settle(lease, run.id, done(create("1")))
    os.kill(os.getpid(), signal.SIGKILL)
    return ""


class Started:
    """A process at work."""

    def __init__(self, work: Callable[..., str], *arguments: str) -> None:
        self._receiver, sender = _CONTEXT.Pipe(duplex=False)
        self.process = _CONTEXT.Process(target=_answer, args=(sender, work, arguments))
        self.process.start()
        sender.close()

    def finish(self) -> str:
        """What it says at its end."""
        said = self._receiver.recv()
        self.process.join(60)
        assert self.process.exitcode == 0
        return str(said)

    def death(self) -> int | None:
        """Its exit code; of one that is killed, the signal as a negative number."""
        self.process.join(60)
        self._receiver.close()
        return self.process.exitcode


def _answer(sender: Connection, work: Callable[..., str], arguments: tuple[str, ...]) -> None:
    sender.send(work(*arguments))
    sender.close()


_CONTEXT: Any = multiprocessing.get_context("spawn" if sys.platform == "win32" else "forkserver")
if sys.platform != "win32":
    _CONTEXT.set_forkserver_preload([__name__, "psycopg", "alembic.command", "sqlalchemy.dialects.postgresql.psycopg"])
