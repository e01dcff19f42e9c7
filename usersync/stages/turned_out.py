"""What came of each user, where that is not what was planned: the ledger says so, and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from usersync.ledger import Ledger, OperationState, Outcome
from usersync.planning import Plan
from usersync.planning.receipt import Tally
from usersync.words import Sentence


def remember_what_became(
    ledger: Ledger, run_id: str, plan: Plan, counted: Tally, outcomes: Mapping[str, Outcome]
) -> None:
    """Save the run's decisions again with the buckets its receipt counts.

    Args:
        ledger: where the run is remembered.
        run_id: the run.
        plan: what was to be done.
        counted: what became of it.
        outcomes: operation id → what became of it.
    """
    others = {item.user_id: (item, bucket) for item, bucket in counted.items if bucket is not item.bucket}
    if not others:
        return
    mine: dict[str, list[Outcome]] = {user_id: [] for user_id in others}
    for operation in plan.operations:
        if operation.user_id in mine and operation.id in outcomes:
            mine[operation.user_id].append(outcomes[operation.id])
    turned_out = {
        user_id: item.turned_out(bucket, worst_reason(mine[user_id])) for user_id, (item, bucket) in others.items()
    }
    ledger.save_decisions(run_id, [turned_out.get(item.user_id, item) for item in plan.items])


def worst_reason(outcomes: Sequence[Outcome]) -> Sentence:
    """The reason of the worst that happened; what was only skipped for another's sake explains nothing."""
    worst = (OperationState.FAILED, OperationState.UNKNOWN, OperationState.STALE, OperationState.SKIPPED)
    told = (o.detail for state in worst for o in outcomes if o.state is state and o.detail is not None)
    return next(told, Sentence("report-not-done"))
