"""The process OpenTelephony: the licence of Creatio without which nobody can use the telephony panel."""

from __future__ import annotations

from typing import Annotated

from prefect import flow
from prefect.client.schemas.objects import State

from tasks.administration import (
    as_administrator,
    carry_out,
    chore_run_name,
    keep_plan,
    kind_of,
    plan_telephony,
    report_chore,
)
from tasks.fetch import prepare
from tasks.naming import titled
from tasks.run import Mode, business_run
from usersync.planning.administration import Chore


@flow(name="OpenTelephony", flow_run_name=chore_run_name, log_prints=False)
async def open_telephony(
    domain: Annotated[str, titled("Domain")] = "",
    mode: Annotated[Mode, titled("Mode")] = Mode.PREVIEW,
    people: Annotated[list[str] | None, titled("Only these Webitel usernames")] = None,
    plan: Annotated[str, titled("Approved plan")] = "",
) -> State:
    """Give imported people the Creatio licence that opens telephony, as far as there are seats.

    Off until administration.enabled is set; it works with a credential of its own. Nothing is given before a human has
    approved the plan, nobody ever loses a seat here, and undo takes only what was given.

    Args:
        domain: Name of the domain in usersync's settings. Leave empty if there is only one.
        mode: preview shows who would get a seat and who waits; apply stores the plan for approval, or carries an
            approved one out.
        people: Webitel usernames, one each. Leave empty for everybody who was imported.
        plan: Hash of the plan that was approved (portal or "usersync plan approve"). Leave empty to plan afresh.
    """
    kind = kind_of(Chore.TELEPHONY, mode)
    async with business_run(domain, mode, people or [], plan, assign_licenses=False, kind=kind) as run:
        await prepare(run)
        async with as_administrator(run, Chore.TELEPHONY) as administrator:
            if plan:
                done = await carry_out(run, administrator, Chore.TELEPHONY, plan)
                return await report_chore(run, Chore.TELEPHONY, done, applied=True)
            proposal = await plan_telephony(run, administrator)
            await keep_plan(run, proposal)
            return await report_chore(run, Chore.TELEPHONY, proposal, applied=False)
    return run.state
