"""Make the plan, and say which of the limits it exceeds."""

from __future__ import annotations

from datetime import timedelta

from usersync.errors import UsageError
from usersync.ledger import Ledger, Run, RunNotFound, RunState
from usersync.planning import Plan
from usersync.planning.administration import Chore
from usersync.planning.guard import Meter, meters
from usersync.planning.naming import certain_parts
from usersync.planning.plan import make_plan
from usersync.planning.processes import process_of
from usersync.planning.rules import ApprovalLimits
from usersync.planning.world import World
from usersync.snapshots import SourceSnapshot, TargetSnapshot
from usersync.stages.context import RunContext
from usersync.stages.match_users import Matched
from usersync.stages.review import require_same_verdicts

APPLIED = (RunState.COMPLETED, RunState.COMPLETED_WITH_FAILURES)
_LOOKED_AT = 200
"""Runs among which the last undo of an import is looked for."""
_ENDED = (*APPLIED, RunState.STOPPED, RunState.FAILED, RunState.CRASHED)


def world_of(context: RunContext, source: SourceSnapshot, target: TargetSnapshot, matched: Matched) -> World:
    """Everything planning looks at."""
    return World(
        domain=context.domain,
        source=source,
        target=target,
        memory=context.memory,
        rules=context.settings.rules,
        recognition=matched.recognition,
        decisions=matched.decisions,
        assign_licenses=context.assign_licenses,
        now=source.read_at or context.now,
        settings=context.settings_fingerprint(),
        name_parts=certain_parts,
        shared_mailboxes=frozenset(name.casefold() for name in context.match_settings.shared_mailboxes),
    )


def propose(context: RunContext, source: SourceSnapshot, target: TargetSnapshot, matched: Matched) -> Plan:
    """Make the plan and measure it against the limits; both are kept in the run's context."""
    world = world_of(context, source, target, matched)
    plan = make_plan(world)
    context.meters = measure(context.ledger, plan, context.settings.rules.approval)
    context.plan = plan
    return plan


def measure(ledger: Ledger, plan: Plan, limits: ApprovalLimits) -> tuple[Meter, ...]:
    """How far a plan goes, limit by limit, by what was done in its domain so far; empty where it changes nothing.

    Args:
        ledger: knows whether the domain was ever written to, and whether a run was taken back last.
        plan: of GetWebitelUsers.
        limits: those of the domain's settings.
    """
    applied = ledger.latest_run(plan.domain, mode="apply", states=APPLIED)
    found = meters(plan, limits, first_apply=applied is None)
    undone = _latest_undo_of_an_import(ledger, plan.domain)
    if plan.changes and undone is not None and (applied is None or undone.started_at > applied.started_at):
        # What a human took back is not done again unasked.
        found = (*found, Meter("undone", len(plan.operations), None))
    return found


def _latest_undo_of_an_import(ledger: Ledger, domain: str) -> Run | None:
    """The newest undo of an import: of an administrator's process or a manual action the import repeats nothing."""
    latest = ledger.latest_run(domain, mode="undo", states=_ENDED)
    if latest is None or not _is_of_a_chore(ledger, latest):
        return latest
    ended = ledger.runs(domain, limit=_LOOKED_AT, states=_ENDED)
    return next((run for run in ended if run.mode == "undo" and not _is_of_a_chore(ledger, run)), None)


def _is_of_a_chore(ledger: Ledger, undo: Run) -> bool:
    undone = (undo.receipt or {}).get("undo", {}).get("run")
    try:
        mode = "" if undone is None else ledger.run(undone).mode
        return Chore.of(mode) is not None or process_of(mode) is not None
    except RunNotFound:  # retention has let go of it
        return False


def store(context: RunContext, plan: Plan) -> None:
    """Keep the plan and what it says of each user in the ledger; a plan that changes nothing has nothing to approve."""
    context.ledger.save_decisions(context.run.id, plan.items)
    exceeded = [meter.sentence for meter in context.meters if meter.exceeded]
    if plan.changes:
        hours = context.settings.rules.approval.expires_hours
        context.ledger.save_plan(
            context.run.id, plan, needs_approval=exceeded, expires_in=timedelta(hours=hours),
            meters=[meter.to_json() for meter in context.meters],
        )  # fmt: skip


def take_approved_plan(context: RunContext, plan_hash: str) -> Plan:
    """The stored plan, once: a human approved its hash, or it needs nobody's approval.

    Raises:
        PlanNotUsable: it is not approved, or was used, rejected, superseded, or has expired.
        UsageError: it is another process's to carry out, or takes a run back.
        VerdictsChanged: a human has said something else since of somebody it changes.
    """
    if context.journal is None:
        raise UsageError("run-plan-needs-apply")
    proposed = context.ledger.plan(plan_hash).plan
    if proposed.undo is not None:
        raise UsageError("undo-use-undo", plan=plan_hash[:12], run=proposed.undo["run_id"])
    if proposed.process:
        raise UsageError("run-plan-of-another-process", plan=plan_hash[:12], process=proposed.process)
    stored = context.ledger.take_plan(plan_hash, context.journal.lease, context.run.id)
    plan = stored.plan
    require_same_verdicts(plan, context.review)
    context.plan, context.plan_made_at = plan, stored.created_at
    context.ledger.save_decisions(context.run.id, plan.items)
    return plan
