"""The business process GetWebitelUsers: all users of a Webitel domain into the section "Webitel users"."""

from __future__ import annotations

import asyncio
from typing import Annotated

from prefect import flow
from prefect.client.schemas.objects import State

from tasks.apply import apply_plan
from tasks.fetch import complete_target, fetch_source, fetch_target, prepare
from tasks.guard import approved_plan, guard_plan, trust_snapshots
from tasks.matching import match_users
from tasks.naming import run_name, titled
from tasks.planning import make_plan
from tasks.report import report
from tasks.run import Mode, business_run
from tasks.verify import verify


@flow(name="GetWebitelUsers", flow_run_name=run_name, log_prints=False)
async def get_webitel_users(
    domain: Annotated[str, titled("Domain")] = "",
    mode: Annotated[Mode, titled("Mode")] = Mode.PREVIEW,
    scope: Annotated[list[str] | None, titled("Only these logins")] = None,
    plan: Annotated[str, titled("Approved plan")] = "",
    assign_licenses: Annotated[bool, titled("Assign licences")] = False,
) -> State:
    """Import the users of a Webitel domain into Creatio.

    When the process completes, all users created in Webitel are in the section "Webitel users", each connected with its
    contact; missing accounts and contacts are created. A preview does everything but write.

    Args:
        domain: Name of the domain in usersync's settings. Leave empty if there is only one.
        mode: preview shows what would be changed; apply changes it. What goes far waits for a human's approval.
        scope: Webitel usernames, one each. Leave empty for everybody.
        plan: Hash of a plan that was approved (portal or "usersync plan approve"). Leave empty to plan afresh.
        assign_licenses: Whether Webitel licences are assigned by the rules of the settings.
    """
    async with business_run(domain, mode, scope or [], plan, assign_licenses) as run:
        await prepare(run)
        source, target = await asyncio.gather(fetch_source(run), fetch_target(run))
        await trust_snapshots(run, source, target)
        if plan:
            proposal = await approved_plan(run, plan)
        else:
            matched = await match_users(run, source, target)
            source, target, matched = await complete_target(run, source, target, matched)
            proposal = await make_plan(run, source, target, matched)
            if mode is Mode.PREVIEW or await guard_plan(run, proposal):
                return await report(run, proposal)
        await apply_plan(run, proposal, source)
        await verify(run, proposal, source, target)
        return await report(run, proposal)
    return run.state
