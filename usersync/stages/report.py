"""The receipt: counts that balance, and the state that follows from them."""

from __future__ import annotations

from usersync.ledger import OperationState, RunState
from usersync.planning import Bucket, Plan
from usersync.planning.receipt import Receipt, Tally, tally
from usersync.stages.context import RunContext
from usersync.stages.seats import remember_seats
from usersync.stages.section import show_section
from usersync.stages.turned_out import remember_what_became
from usersync.words import Sentence


def make_receipt(context: RunContext, plan: Plan) -> tuple[Receipt, Tally, RunState]:
    """Count what became of the plan, check the sums, and close the run in the ledger."""
    journal = context.journal
    applied = journal is not None and context.carried_out
    counted = tally(plan, {key: str(state) for key, state in journal.states.items()} if journal and applied else None)
    state = _state(context, plan, counted, applied=applied)
    receipt = Receipt(
        run_id=context.run.id,
        domain=context.domain,
        mode=context.mode,
        state=str(state),
        users=len(plan.items),
        buckets=counted.buckets,
        gone=counted.gone,
        seats=counted.seats,
        operations=counted.operations,
        requests=context.requests(),
        seconds=round(context.stopwatch.seconds, 3),
        overhead_seconds=round(context.overhead(), 3),
        plan_hash=plan.hash if plan.changes else None,
        converged=context.converged,
        residue=context.residue,
    )
    receipt.check()
    context.receipt = receipt
    if applied:
        remember_what_became(context.ledger, context.run.id, plan, counted, journal.outcomes if journal else {})
    remember_seats(context, plan)
    context.readiness = show_section(context, plan, counted, applied=applied)
    context.ledger.finish_run(context.run.id, state, receipt=receipt.to_json())
    return receipt, counted, state


def _state(context: RunContext, plan: Plan, counted: Tally, *, applied: bool) -> RunState:
    if not applied:
        return RunState.AWAITING_APPROVAL if context.mode == "apply" and plan.changes else RunState.COMPLETED
    journal = context.journal
    if journal is not None and journal.stopped() and OperationState.SKIPPED in journal.states.values():
        return RunState.STOPPED
    failed = counted.buckets["failed"] or counted.operations.get("failed", 0)
    return RunState.COMPLETED_WITH_FAILURES if failed else RunState.COMPLETED


def promise(context: RunContext, counted: Tally) -> Sentence:
    """The manual's promise, counted: everybody in Webitel is in the section, or it is said why not."""
    buckets = counted.buckets
    waiting = buckets["review"] + buckets["failed"]
    outside = (Bucket.REVIEW, Bucket.FAILED, Bucket.SKIPPED)
    inside = [item for item, bucket in counted.items if bucket not in outside]
    return Sentence(
        "report-promise",
        {
            "users": len(counted.items),
            "section": len(inside),
            "waiting": waiting,
            "excluded": buckets["skipped"],
            "without": sum(item.contact_id not in context.with_creatio_user for item in inside),
        },
    )
