"""What stops a run: snapshots that cannot be believed, and plans that go too far without a human."""

from __future__ import annotations

from prefect.logging import get_run_logger

from tasks.run import BusinessRun
from tasks.step import step
from usersync.planning import Plan
from usersync.snapshots import SourceSnapshot, TargetSnapshot
from usersync.stages import guard as stage
from usersync.stages.plan import take_approved_plan


@step("Trust gate")
async def trust_snapshots(run: BusinessRun, source: SourceSnapshot, target: TargetSnapshot) -> None:
    """Nothing is written on the strength of an empty, partial or suddenly smaller read."""
    context = run.opened
    users = target.system_users
    active = users[(users["active"] == True) & (users["connection_type"] == 0)]  # noqa: E712
    context.with_creatio_user = frozenset(active["contact"].dropna())
    stage.trust_snapshots(
        context.ledger, context.run.id, context.domain, source, target, context.memory, context.settings.rules
    )
    context.seen = source, target


@step("Take the approved plan")
async def approved_plan(run: BusinessRun, plan_hash: str) -> Plan:
    """The stored plan a human approved; it can be used once."""
    return take_approved_plan(run.opened, plan_hash)


async def guard_plan(run: BusinessRun, plan: Plan) -> bool:
    """Whether the plan must wait for a human's approval."""
    context = run.opened
    for meter in context.meters:
        if meter.exceeded:
            get_run_logger().warning("Approval needed: %s", meter.sentence)
    return plan.changes and context.needs_approval
