"""Plans of these processes are kept, approved by their hash, and taken once. They always need approval."""

from __future__ import annotations

from datetime import timedelta

from usersync.errors import UsageError
from usersync.planning import Plan
from usersync.planning.administration import Chore
from usersync.stages.administration.people import fingerprint
from usersync.stages.context import RunContext
from usersync.words import Sentence


def store(context: RunContext, plan: Plan) -> None:
    """Keep what the plan says of each person, and where it changes anything, the plan itself until a human approves it."""
    context.ledger.save_decisions(context.run.id, plan.items)
    if plan.operations:
        hours = context.settings.rules.approval.expires_hours
        reason = Sentence(f"administration-needs-approval-{Chore(plan.process).mode.replace('_', '-')}",
                          {"count": len(plan.operations)})  # fmt: skip
        context.ledger.save_plan(context.run.id, plan, needs_approval=[reason], expires_in=timedelta(hours=hours))


def take_at_once(context: RunContext, plan: Plan) -> None:
    """Keep and take a plan that nobody else need approve: who started the run has agreed to its one row.

    Raises:
        LeaseLost: another run took the domain over.
    """
    if context.journal is None:
        raise RuntimeError("a preview does not write")
    plan_hash = context.ledger.save_plan(context.run.id, plan, needs_approval=[], expires_in=timedelta(hours=1))
    context.ledger.take_plan(plan_hash, context.journal.lease, context.run.id)


def take(context: RunContext, chore: Chore, plan_hash: str) -> Plan:
    """The approved plan, once.

    Raises:
        UsageError: it is another process's plan, or the settings that decide have changed since it was made.
        PlanNotUsable: it is not approved, or was used, rejected, superseded, or has expired.
    """
    journal = context.journal
    if journal is None:
        raise UsageError("run-plan-needs-apply")
    proposed = context.ledger.plan(plan_hash).plan
    if proposed.process != chore.value:
        process = proposed.process or ("Undo" if proposed.undo is not None else "GetWebitelUsers")
        raise UsageError("run-plan-of-another-process", plan=plan_hash[:12], process=process)
    if proposed.settings != fingerprint(context.settings):
        raise UsageError("administration-settings-changed", plan=plan_hash[:12])
    stored = context.ledger.take_plan(plan_hash, journal.lease, context.run.id)
    context.plan, context.plan_made_at = stored.plan, stored.created_at
    context.ledger.save_decisions(context.run.id, stored.plan.items)
    return stored.plan
