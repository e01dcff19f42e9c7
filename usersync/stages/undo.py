"""Take a run back: look at what it did and what stands there now, plan, carry out, look again, report."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from typing import Any

from usersync.errors import UsageError
from usersync.ledger import OperationState, Outcome, Run, RunState
from usersync.planning import Action, Plan
from usersync.planning.identity import is_new
from usersync.planning.receipt import Receipt, tally
from usersync.planning.undo import Where, items_of, still_valid, undo_plan
from usersync.planning.undoing import Fate, History, RowOutcome, Undoing, after_apply
from usersync.snapshots import Grant
from usersync.stages import verify
from usersync.stages.act import write_in_turn
from usersync.stages.carry_out import Progress, carry_out
from usersync.stages.context import RunContext
from usersync.stages.fetch_source import with_users
from usersync.stages.recover import recover
from usersync.stages.section import show_section
from usersync.stages.section_after import show_broken_off
from usersync.stages.undo_links import put_back, put_to_sleep
from usersync.stages.undo_state import Seen, history_of, standing_of
from usersync.stages.webitel_user import FIELDS
from usersync.stages.write_users import ENTITIES
from usersync.webitel import LICENSE_FIELDS, NotFound, User
from usersync.words import Sentence

MODE, PREVIEW = "undo", "undo_preview"
"""Modes of runs in the ledger; only `undo` writes."""


@dataclass(frozen=True)
class UndoReport:
    """What became of a run that was to be taken back.

    Attributes:
        receipt: as of any run; `converged` is not said of an undo: planning again would do as the run did.
        outcomes: of every row the run had touched.
        left: what undoing again would still change; None where nothing was written.
    """

    run_id: str
    receipt: Receipt
    state: RunState
    outcomes: tuple[RowOutcome, ...]
    left: int | None

    @property
    def counts(self) -> dict[str, int]:
        """Rows by outcome."""
        found = Counter(outcome.fate for outcome in self.outcomes)
        return {str(fate): found[fate] for fate in Fate}

    def to_json(self) -> dict[str, Any]:
        """The receipt with what is said of an undo besides. Counts, and what many share; no personal values."""
        shared = [outcome.to_json() for outcome in self.outcomes if outcome.user_id is None]
        undo = {"run": self.run_id, **self.counts, "left": self.left, "shared": shared}
        return {**self.receipt.to_json(), "undo": undo}


async def propose(context: RunContext, run_id: str, seen: Seen) -> Plan:
    """Plan to take the run back, from what stands there now.

    Args:
        context: of the run that takes back.
        run_id: the run to be taken back.
        seen: both sides, past the trust gate.

    Raises:
        RunNotFound: there is no such run, or more than one.
        UsageError: it is a run of another domain.
        LeaseHeld: it is still at work.
        CreatioError: what stands there cannot be read.
    """
    run = run_to_undo(context, run_id)
    await recover(context, trusted=True)
    history = history_of(context, run)
    standing = await standing_of(context, history, seen)
    where = Where(
        domain=context.domain, dc=seen.source.dc, creatio=seen.target.identity, settings=context.settings_fingerprint(),
        records_may_be_deleted=context.settings.rules.records_may_be_deleted,
    )  # fmt: skip
    plan = undo_plan(history, standing, where)
    context.plan = plan
    return plan


def store(context: RunContext, plan: Plan) -> None:
    """Keep the plan, which waits for a human's approval, and what it says of each user. Nothing to do is nothing to approve."""
    undoing = Undoing.of(plan)
    remember_outcomes(context, plan, undoing.outcomes)
    if plan.changes:
        hours = context.settings.rules.approval.expires_hours
        reason = Sentence("undo-needs-approval", {"run": undoing.run_id, "count": len(plan.operations)})
        context.ledger.save_plan(context.run.id, plan, needs_approval=[reason], expires_in=timedelta(hours=hours))


def take_approved_plan(context: RunContext, run_id: str, plan_hash: str) -> Plan:
    """The stored plan, once: a human approved its hash.

    Raises:
        UsageError: the plan takes back another run, or none.
        PlanNotUsable: it is not approved, or was used, rejected, superseded, or has expired.
    """
    run = run_to_undo(context, run_id)
    journal = context.journal
    if journal is None:
        raise UsageError("run-plan-needs-apply")
    stored = context.ledger.plan(plan_hash).plan
    if stored.undo is None or stored.undo["run_id"] != run.id:
        raise UsageError("undo-plan-of-another", plan=plan_hash[:12], run=run.id)
    taken = context.ledger.take_plan(plan_hash, journal.lease, context.run.id)
    context.plan, context.plan_made_at = taken.plan, taken.created_at
    return taken.plan


async def take_back(
    context: RunContext, plan: Plan, fresh: Plan, seen: Seen, *, progress: Progress | None = None
) -> None:
    """Carry out what of the approved plan is still right, then put links and last-applied values back.

    Args:
        context: of a run that writes.
        plan: the approved one.
        fresh: planned now; what it no longer has is not done.
        seen: both sides as `fresh` was made from them.
        progress: told how far it is.

    Raises:
        GuardStopped, LeaseLost, ServiceError: see `usersync.stages.apply.apply_plan`. What was done until then is
            remembered all the same.
    """
    journal = context.journal
    if journal is None:
        raise RuntimeError("a preview does not write")
    valid, stale = still_valid(plan, fresh)
    why = {need: outcome.reason for outcome in Undoing.of(fresh).outcomes for need in _of_place(plan, outcome)}
    journal.pass_over(
        [(op, Outcome(op.id, OperationState.STALE, why.get(op.id, Sentence("undo-changed-meanwhile")))) for op in stale]
    )
    put_to_sleep(context, Undoing.of(plan))
    context.seen = seen.source, seen.target
    context.at_break_off = partial(show_broken_off, context, plan)
    left = replace(plan, operations=valid)
    try:
        if any(op.entity in ENTITIES for op in valid):
            await write_in_turn(context, left)
        else:
            await carry_out(context, left, seen.source, progress=progress)
    finally:
        if not journal.lost:
            put_back(context, context.run.id, Undoing.of(plan), journal.states)
            remember_outcomes(context, plan, outcomes_of(context, plan))


async def look_again(context: RunContext, run_id: str, seen: Seen) -> int:
    """How much undoing again would still change: 0 where everything that was to be taken back is."""
    plan = context.plan
    if plan is not None:
        seen = await _with_users_now(context, plan, seen)
        await verify.look_again(context, plan, seen.source, seen.target)
    context.remember()
    again = await propose(context, run_id, await _seen_now(context, seen))
    context.plan = plan
    undoing = Undoing.of(again)
    return len(again.operations) + len(undoing.links) + len(undoing.values)


async def _with_users_now(context: RunContext, plan: Plan, seen: Seen) -> Seen:
    """What was read before the writes, with the Webitel users the plan was about as they are now."""
    ids = sorted({op.key for op in plan.operations if op.entity in ENTITIES and not is_new(op.key)})
    if not ids:
        return seen
    users: list[User] = []
    for user_id in ids:
        try:
            users.append(await context.webitel.user(user_id, FIELDS))
        except NotFound:
            continue
    own = {role.id for role in await context.webitel.roles() if role.user}
    return replace(seen, source=with_users(seen.source, ids, users, own, context.settings.rules))


async def _seen_now(context: RunContext, seen: Seen) -> Seen:
    """What was read before the writes, with the licence sets as they are now and without the rows that were removed."""
    plan, journal = context.plan, context.journal
    if plan is None or journal is None:
        return seen
    done = [op for op in plan.operations if journal.states.get(op.id) is OperationState.DONE]
    grants = dict(seen.source.grants)
    changed = [op.key for op in plan.operations if op.action is Action.SET_LICENSES]
    for user in await context.webitel.users_by_id(changed, LICENSE_FIELDS) if changed else ():
        grants[user.id] = tuple(Grant(item.id, item.prod) for item in user.license)
    gone = {op.key for op in done if op.action is Action.DELETE}
    tables = {name: getattr(seen.target, name) for name in ("records", "license_rows", "role_rows", "record_tags")}
    left = {name: table[~table["id"].isin(gone)] for name, table in tables.items()}
    return replace(seen, source=replace(seen.source, grants=grants), target=replace(seen.target, **left))


def outcomes_of(context: RunContext, plan: Plan) -> tuple[RowOutcome, ...]:
    """The outcomes of an undo plan, as planned or, where it was carried out, as they turned out."""
    outcomes = Undoing.of(plan).outcomes
    journal = context.journal
    if journal is None or (not journal.states and plan.operations):
        return outcomes
    details = {key: outcome.detail for key, outcome in journal.outcomes.items() if outcome.detail is not None}
    return after_apply(outcomes, {key: str(state) for key, state in journal.states.items()}, details)


def make_report(context: RunContext, plan: Plan, *, applied: bool, left: int | None = None) -> UndoReport:
    """Count what became of it, check the sums, and close the run in the ledger."""
    journal = context.journal
    states = {key: str(state) for key, state in journal.states.items()} if journal is not None and applied else None
    counted = tally(plan, states)
    outcomes = outcomes_of(context, plan) if applied else Undoing.of(plan).outcomes
    state = _state(context, plan, counted.operations, applied=applied)
    receipt = Receipt(
        run_id=context.run.id, domain=context.domain, mode=context.mode, state=str(state), users=len(plan.items),
        buckets=counted.buckets, gone=counted.gone, seats=counted.seats, operations=counted.operations,
        requests=context.requests(), seconds=round(context.stopwatch.seconds, 3),
        overhead_seconds=round(context.overhead(), 3), plan_hash=plan.hash if plan.changes else None,
        converged=None,
    )  # fmt: skip
    receipt.check()
    context.receipt = receipt
    if applied:
        context.readiness = show_section(context, plan, counted, applied=True)
    report = UndoReport(Undoing.of(plan).run_id, receipt, state, outcomes, left)
    context.ledger.finish_run(context.run.id, state, receipt=report.to_json())
    return report


def _state(context: RunContext, plan: Plan, operations: Mapping[str, int], *, applied: bool) -> RunState:
    if not applied:
        waits = context.mode == MODE and plan.changes
        return RunState.AWAITING_APPROVAL if waits else RunState.COMPLETED
    journal = context.journal
    if journal is not None and journal.stopped() and operations.get("skipped"):
        return RunState.STOPPED
    failed = sum(operations.get(name, 0) for name in ("failed", "unknown", "skipped", "intended"))
    return RunState.COMPLETED_WITH_FAILURES if failed else RunState.COMPLETED


def run_to_undo(context: RunContext, run_id: str) -> Run:
    """The run that is meant.

    Raises:
        RunNotFound: there is no such run, or more than one.
        UsageError: it is a run of another domain.
    """
    run = context.ledger.run(run_id)
    if run.domain != context.domain:
        raise UsageError("undo-other-domain", run=run.id, domain=run.domain, given=context.domain)
    return run


def _of_place(plan: Plan, outcome: RowOutcome) -> list[str]:
    return [op.id for op in plan.operations if (op.entity, op.key) == outcome.place]


def remember_outcomes(context: RunContext, plan: Plan, outcomes: tuple[RowOutcome, ...]) -> None:
    """What becomes of each row, with the user it belongs to: where `usersync show` and the portal look."""
    by_user: dict[str, list[dict[str, Any]]] = {}
    for outcome in outcomes:
        if outcome.user_id is not None:
            by_user.setdefault(outcome.user_id, []).append(outcome.to_json())
    turned_out = {item.user_id: item for item in items_of(outcomes, History("", ()))}
    items = [
        replace(
            item, evidence={"undo": by_user.get(item.user_id, [])}, bucket=turned_out[item.user_id].bucket,
            reason=turned_out[item.user_id].reason,
        )
        for item in plan.items
    ]  # fmt: skip
    context.ledger.save_decisions(context.run.id, items)
