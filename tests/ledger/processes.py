"""What the tests let other processes do with a ledger; each function is run by `python -m tests.ledger.processes`."""

from __future__ import annotations

import os
import signal
import sys
import time
from datetime import timedelta

from tests.ledger.people import DOMAIN, create, do, done, plan
from usersync.ledger import LeaseHeld, Ledger, OperationState, Outcome, PlanNotUsable, upgrade


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
    ledger.settle(lease, run.id, [Outcome(create("1").id, OperationState.DONE)])
    sys.stdout.write(run.id)
    sys.stdout.flush()
    os.kill(os.getpid(), signal.SIGKILL)
    return ""


if __name__ == "__main__":
    sys.stdout.write(globals()[sys.argv[1]](*sys.argv[2:]))
