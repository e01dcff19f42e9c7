"""Carry the plan out."""

from __future__ import annotations

import time

from prefect.artifacts import acreate_progress_artifact, aupdate_progress_artifact

from tasks.run import BusinessRun
from tasks.step import step
from usersync.planning import Plan
from usersync.snapshots import SourceSnapshot
from usersync.stages import carry_out as stage


@step("Apply the plan")
async def apply_plan(run: BusinessRun, plan: Plan, source: SourceSnapshot) -> None:
    """One record first, then batches; what was killed before is settled before anything is written."""
    context = run.opened
    total = len({operation.user_id for operation in plan.operations})
    artifact = await acreate_progress_artifact(
        progress=0.0 if total else 100.0, key="getwebitelusers-progress", description=f"{total} users to write"
    )
    told = 0.0

    async def tell(done: int, of: int) -> None:
        nonlocal told
        if time.monotonic() - told > 2 or done == of:
            told = time.monotonic()
            context.note("apply", done, of)
            await aupdate_progress_artifact(artifact_id=artifact, progress=100.0 * done / max(of, 1))

    await stage.carry_out(context, plan, source, progress=tell)
