"""What the ledger costs for each operation: announced before it is sent, settled after."""

from __future__ import annotations

import statistics
import time
from collections.abc import Sequence
from datetime import timedelta

from benchmarks.process.goals import Goal
from usersync.ledger import Ledger, OperationState, Outcome
from usersync.planning import Operation, Plan

_BATCH = 100


def journal_cost(urls: Sequence[str], plan: Plan) -> list[Goal]:
    """Announce and settle the operations of a plan in batches of 100, in an empty ledger, and close it.

    Args:
        urls: of empty ledgers, one for each time; the median counts, for a disk has its moments.
        plan: whose operations.
    """
    seconds = statistics.median(_seconds(url, plan.operations) for url in urls)
    each = 1000 * seconds / len(plan.operations)
    return [Goal(f"ledger, {len(plan.operations):,} operations: for each", each, 0.1, "ms", "the ledger itself")]


def _seconds(ledger_url: str, operations: Sequence[Operation]) -> float:
    with Ledger.open(ledger_url) as ledger:
        run = ledger.start_run(domain="bench", mode="apply", author="bench", settings={}, scope=(), plan_hash=None)
        lease = ledger.acquire_lease("bench", run.id, timedelta(minutes=10))
        began = time.perf_counter()
        for start in range(0, len(operations), _BATCH):
            batch: Sequence[Operation] = operations[start : start + _BATCH]
            ledger.intend(lease, run.id, batch, f"request-{start}")
            ledger.settle(lease, run.id, [Outcome(operation.id, OperationState.DONE) for operation in batch])
    return time.perf_counter() - began
