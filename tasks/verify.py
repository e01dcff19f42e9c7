"""Read back and plan again: nothing may be left."""

from __future__ import annotations

from tasks.run import BusinessRun
from tasks.step import step
from usersync.planning import Plan
from usersync.snapshots import SourceSnapshot, TargetSnapshot
from usersync.stages import verify as stage


@step("Verify", retries=1)
async def verify(run: BusinessRun, plan: Plan, source: SourceSnapshot, target: TargetSnapshot) -> None:
    """A run that changed nothing does not read again."""
    await stage.verify(run.opened, plan, source, target)
