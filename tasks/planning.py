"""What to change."""

from __future__ import annotations

import asyncio

from tasks.run import BusinessRun
from tasks.step import step
from usersync.planning import Plan
from usersync.snapshots import SourceSnapshot, TargetSnapshot
from usersync.stages import plan as stage
from usersync.stages.match_users import Matched


@step("Plan")
async def make_plan(run: BusinessRun, source: SourceSnapshot, target: TargetSnapshot, matched: Matched) -> Plan:
    """Situations and reactions, seats, and what exceeds the limits; stored in the ledger under its hash."""
    context = run.opened
    context.matched = matched
    plan = await asyncio.to_thread(stage.propose, context, source, target, matched)
    stage.store(context, plan)
    context.note("plan", len(plan.items), len(plan.items))
    return plan
