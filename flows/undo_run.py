"""The process Undo: a run is taken back, row by row, as far as nobody has touched it since."""

from __future__ import annotations

import asyncio
from typing import Annotated

from prefect import flow
from prefect.client.schemas.objects import State

from tasks.administration import concerns_administration, undo_chore
from tasks.fetch import fetch_source, fetch_target, prepare
from tasks.guard import trust_snapshots
from tasks.naming import titled
from tasks.run import Mode, business_run
from tasks.undo import plan_undo, report_undo, store_plan, take_back, undo_run_name
from usersync.stages.undo import MODE, PREVIEW


@flow(name="Undo", flow_run_name=undo_run_name, log_prints=False)
async def undo_run(
    run: Annotated[str, titled("Run to take back")],
    mode: Annotated[Mode, titled("Mode")] = Mode.PREVIEW,
    plan: Annotated[str, titled("Approved plan")] = "",
    domain: Annotated[str, titled("Domain")] = "",
) -> State:
    """Take a finished run back.

    For each row the run wrote there are three outcomes: taken back; kept, because somebody changed it since or something
    refers to it; impossible, because what it belonged to is gone. Nothing is written before a human has approved the plan.

    Args:
        run: Id of the run, as "usersync runs" shows it, or a beginning of it.
        mode: preview shows the three outcomes; apply stores the plan for approval, and with an approved plan carries it out.
        plan: Hash of the undo plan that was approved (portal or "usersync plan approve").
        domain: Name of the domain in usersync's settings. Leave empty if there is only one.
    """
    kind = MODE if mode is Mode.APPLY else PREVIEW
    async with business_run(domain, mode, [], plan, assign_licenses=False, kind=kind) as running:
        await prepare(running)
        if concerns_administration(running, run):
            return await undo_chore(running, run, plan)
        source, target = await asyncio.gather(fetch_source(running), fetch_target(running))
        await trust_snapshots(running, source, target)
        proposal, seen = await plan_undo(running, run, source, target)
        if plan:
            approved, left = await take_back(running, run, plan, proposal, seen)
            return await report_undo(running, approved, applied=True, left=left)
        await store_plan(running, proposal)
        return await report_undo(running, proposal, applied=False)
    return running.state
