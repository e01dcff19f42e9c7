"""What the ledger costs for each operation: announced before it is sent, settled after."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import timedelta

from benchmarks.process.goals import Goal
from usersync.ledger import Ledger, OperationState, Outcome
from usersync.planning import Operation, Plan

_BATCH = 100


def journal_cost(ledger_url: str, plan: Plan) -> list[Goal]:
    """Announce and settle the operations of a plan in batches of 100, in an empty ledger, and close it."""
    operations = plan.operations
    with Ledger.open(ledger_url) as ledger:
        run = ledger.start_run(domain="bench", mode="apply", author="bench", settings={}, scope=(), plan_hash=None)
        lease = ledger.acquire_lease("bench", run.id, timedelta(minutes=10))
        began = time.perf_counter()
        for start in range(0, len(operations), _BATCH):
            batch: Sequence[Operation] = operations[start : start + _BATCH]
            ledger.intend(lease, run.id, batch, f"request-{start}")
            ledger.settle(lease, run.id, [Outcome(operation.id, OperationState.DONE) for operation in batch])
    seconds = time.perf_counter() - began
    each = 1000 * seconds / len(operations)
    return [Goal(f"ledger, {len(operations):,} operations: for each", each, 0.1, "ms", "the ledger itself")]
