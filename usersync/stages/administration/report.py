"""The receipt of these processes: counts that balance, and the state that follows from them."""

from __future__ import annotations

from dataclasses import dataclass

from usersync.ledger import OperationState, RunState
from usersync.planning import Plan
from usersync.planning.administration import Chore
from usersync.planning.receipt import Receipt, Tally, tally
from usersync.stages.context import RunContext
from usersync.words import Sentence


@dataclass(frozen=True)
class ChoreReport:
    """What became of a plan."""

    receipt: Receipt
    tally: Tally
    state: RunState
    promise: Sentence


def make_report(context: RunContext, plan: Plan, *, applied: bool) -> ChoreReport:
    """Count what became of the plan, check the sums, and close the run in the ledger."""
    journal = context.journal
    states = {key: str(state) for key, state in journal.states.items()} if journal is not None and applied else None
    counted = tally(plan, states)
    state = _state(context, plan, counted, applied=applied)
    receipt = Receipt(
        run_id=context.run.id, domain=context.domain, mode=context.mode, state=str(state), users=len(plan.items),
        buckets=counted.buckets, gone=counted.gone, seats=counted.seats, operations=counted.operations,
        requests=context.requests(), seconds=round(context.stopwatch.seconds, 3),
        overhead_seconds=round(context.overhead(), 3), plan_hash=plan.hash if plan.operations else None, converged=None,
    )  # fmt: skip
    receipt.check()
    context.receipt = receipt
    context.ledger.finish_run(context.run.id, state, receipt=receipt.to_json())
    return ChoreReport(receipt, counted, state, promise(plan, counted, applied=applied))


def promise(plan: Plan, counted: Tally, *, applied: bool) -> Sentence:
    """The first sentence of the report."""
    done = counted.operations.get("done" if applied else "planned", 0)
    review, skipped = counted.buckets["review"], counted.buckets["skipped"]
    had = counted.buckets["unchanged"]
    name = Chore(plan.process).mode.replace("_", "-")
    args = {"users": len(plan.items), "done": done, "had": had, "review": review, "skipped": skipped}
    failed = counted.buckets["failed"] + counted.operations.get("stale", 0) if applied else 0
    return Sentence(f"administration-promise-{name}", {**args, "failed": failed, "applied": "yes" if applied else "no"})


def _state(context: RunContext, plan: Plan, counted: Tally, *, applied: bool) -> RunState:
    if not applied:
        waits = context.mode == Chore(plan.process).mode and bool(plan.operations)
        return RunState.AWAITING_APPROVAL if waits else RunState.COMPLETED
    journal = context.journal
    if journal is not None and journal.stopped() and OperationState.SKIPPED in journal.states.values():
        return RunState.STOPPED
    failed = counted.buckets["failed"] or counted.operations.get("failed", 0)
    return RunState.COMPLETED_WITH_FAILURES if failed else RunState.COMPLETED
