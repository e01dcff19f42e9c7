"""A manual action in the ledger: its plan stored and taken, and at the end its receipt, which cannot hide what is half-done."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from usersync.errors import UsageError
from usersync.ledger import OperationState, PlanState, RunState
from usersync.planning import Bucket, Plan
from usersync.planning.processes import Process
from usersync.planning.receipt import EMPTY, Receipt, Tally, tally
from usersync.stages.act import Acted
from usersync.stages.action_scene import same_services
from usersync.stages.context import RunContext
from usersync.words import Sentence, say


def changes_title(states: Iterable[str]) -> str:
    """What a table of an action's changes is headed: a preview says what would be changed."""
    return say("action-changes", planned="yes" if all(state == "planned" for state in states) else "no")


@dataclass(frozen=True)
class Taken:
    """A plan that may be carried out now; `begun_by` names the run that broke off where it is taken up again."""

    plan: Plan
    begun_by: str | None = None


@dataclass(frozen=True)
class ActionReport:
    """What became of an action.

    Attributes:
        receipt: as of any run.
        plan: as it was carried out, or would be.
        says: the first sentence is the outcome; then what is half-done, what broke it off, and the plan's notes.
        half_done: Webitel did its part and Creatio did not.
    """

    process: Process
    receipt: Receipt
    state: RunState
    plan: Plan
    says: tuple[Sentence, ...]
    half_done: bool

    def to_json(self) -> dict[str, Any]:
        """The receipt with what is said of the action besides. Usernames and ids; no personal values."""
        item = self.plan.items[0] if self.plan.items else None
        action = {
            "process": self.process.value, "user_id": item.user_id if item else None,
            "username": item.username if item else None, "half_done": self.half_done,
            "says": [sentence.to_json() for sentence in self.says],
        }  # fmt: skip
        return {**self.receipt.to_json(), "action": action}


def store(context: RunContext, plan: Plan) -> bool:
    """Keep the plan under its hash, and what it says of the user. A plan that changes nothing is not kept.

    Returns:
        Whether somebody else must approve it: the settings ask for four eyes.
    """
    context.plan = plan
    context.ledger.save_decisions(context.run.id, plan.items)
    if not plan.operations:
        return False
    approval = context.settings.rules.approval
    reasons = [Sentence("action-four-eyes")] if approval.four_eyes else []
    context.stored_hash = context.ledger.save_plan(
        context.run.id, plan, needs_approval=reasons, expires_in=timedelta(hours=approval.expires_hours)
    )
    return bool(reasons)


async def take(context: RunContext, process: Process, plan_hash: str) -> Taken:
    """The stored plan, to be carried out: what the form said a moment ago, what was approved, or what broke off.

    Raises:
        UsageError: it is another process's plan, or this is a preview.
        PlanNotUsable: it is not approved, or was used, rejected, superseded, or has expired.
        LedgerBoundElsewhere: these are not the services this ledger belongs to.
    """
    journal = context.journal
    if journal is None:
        raise UsageError("run-plan-needs-apply")
    stored = context.ledger.plan(plan_hash)
    if stored.plan.process != process.value:
        raise UsageError("action-plan-of-another", plan=stored.hash[:12], process=process.value)
    await same_services(context)
    begun_by = stored.used_by if stored.state is PlanState.USED else None
    if begun_by is None:
        taken = context.ledger.take_plan(stored.hash, journal.lease, context.run.id)
    else:
        taken = context.ledger.retake_plan(stored.hash, journal.lease, context.run.id)
    context.plan, context.stored_hash = taken.plan, taken.hash
    return Taken(taken.plan, begun_by)


def make_report(context: RunContext, plan: Plan, *, acted: Acted | None = None) -> ActionReport:
    """Count what became of it, check the sums, and close the run in the ledger.

    Args:
        context: of the run.
        plan: as planned.
        acted: None where it was only looked at, or waits for approval.
    """
    plan = plan if acted is None else acted.plan
    context.plan = plan
    journal = context.journal
    states = {key: str(state) for key, state in journal.states.items()} if journal is not None and acted else None
    counted = _count(plan, states)
    state = _state(context, plan, counted, acted)
    half_done = acted is not None and _half_done(plan, states or {})
    if acted is not None:
        context.ledger.save_decisions(context.run.id, [_as_it_ended(item, counted) for item in plan.items])
    receipt = Receipt(
        run_id=context.run.id, domain=context.domain, mode=context.mode, state=str(state), users=len(plan.items),
        buckets=counted.buckets, gone=counted.gone, seats=counted.seats, operations=counted.operations,
        requests=context.requests(), seconds=round(context.stopwatch.seconds, 3),
        overhead_seconds=round(context.overhead(), 3), plan_hash=context.stored_hash, converged=context.converged,
        residue=context.residue,
    )  # fmt: skip
    receipt.check()
    context.receipt = receipt
    says = _says(context, plan, state, acted, half_done=half_done)
    report = ActionReport(Process(plan.process), receipt, state, plan, says, half_done)
    error = acted.error if acted is not None else None
    context.ledger.finish_run(context.run.id, state, receipt=report.to_json(), error=error)
    return report


def _count(plan: Plan, states: Mapping[str, str] | None) -> Tally:
    """As of any run; but of a form that was filled in for one user nothing may be left out, not even a refused seat."""
    counted = tally(plan, states)
    if states is None or not plan.items or set(counted.operations) <= {"done"}:
        return counted
    buckets = {**EMPTY.buckets, str(Bucket.FAILED): len(plan.items)}
    return replace(counted, buckets=buckets, items=tuple((item, Bucket.FAILED) for item, _ in counted.items))


def _as_it_ended(item: Any, counted: Tally) -> Any:
    return replace(item, bucket=next(bucket for each, bucket in counted.items if each.user_id == item.user_id))


def _state(context: RunContext, plan: Plan, counted: Tally, acted: Acted | None) -> RunState:
    journal = context.journal
    if acted is None or journal is None:
        return RunState.AWAITING_APPROVAL if journal is not None and plan.operations else RunState.COMPLETED
    if journal.stopped() and OperationState.SKIPPED in journal.states.values():
        return RunState.STOPPED
    whole = set(counted.operations) <= {"done"} and acted.error is None
    return RunState.COMPLETED if whole else RunState.COMPLETED_WITH_FAILURES


def _half_done(plan: Plan, states: Mapping[str, str]) -> bool:
    """Webitel has something of it, and something of it is missing."""
    webitel = [states.get(op.id) for op in plan.operations if op.service == "webitel"]
    return "done" in webitel and any(states.get(op.id) != "done" for op in plan.operations)


def _says(
    context: RunContext, plan: Plan, state: RunState, acted: Acted | None, *, half_done: bool
) -> tuple[Sentence, ...]:
    """The outcome in one sentence, and what must not be overlooked."""
    username = plan.items[0].username if plan.items else ""
    if not plan.operations:
        return (Sentence("action-nothing-to-do"), *plan.notes)
    how = "done" if state is RunState.COMPLETED and acted is not None else "planned" if acted is None else "failed"
    first = Sentence(f"action-{how}", {"process": plan.process, "username": username, "count": len(plan.operations)})
    said: list[Sentence] = [first]
    if half_done:
        said.append(Sentence("action-half-done", {"run": context.run.id}))
    if acted is not None:
        said += [acted.error] if acted.error is not None else []
        said += _failures(context, plan)
        said += acted.notes
    return (*said, *(note for note in plan.notes if note not in said))


def _failures(context: RunContext, plan: Plan) -> Sequence[Sentence]:
    """Why what failed did: each reason once."""
    outcomes = context.journal.outcomes if context.journal is not None else {}
    details = [outcomes[op.id].detail for op in plan.operations if op.id in outcomes]
    passed_on = {"apply-needs-another", "action-not-reached", "recover-carried-out"}
    found = {str(detail.to_json()): detail for detail in details if detail is not None and detail.id not in passed_on}
    return list(found.values())
