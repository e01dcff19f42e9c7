"""The process CreateSystemUsers: system users of Creatio for imported people who have none (the manual's chapter 2, in bulk)."""

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
    plan_system_users,
    report_chore,
)
from tasks.fetch import prepare
from tasks.naming import titled
from tasks.run import Mode, business_run
from usersync.planning.administration import Chore


@flow(name="CreateSystemUsers", flow_run_name=chore_run_name, log_prints=False)
async def create_system_users(
    domain: Annotated[str, titled("Domain")] = "",
    mode: Annotated[Mode, titled("Mode")] = Mode.PREVIEW,
    people: Annotated[list[str] | None, titled("Only these Webitel usernames")] = None,
    plan: Annotated[str, titled("Approved plan")] = "",
) -> State:
    """Create the Creatio system users of imported people who have none, without a licence.

    Off until administration.enabled is set; it works with a credential of its own. Nothing is created before a human has
    approved the plan. The next GetWebitelUsers fills the field User of their records.

    Args:
        domain: Name of the domain in usersync's settings. Leave empty if there is only one.
        mode: preview shows who would get a system user; apply stores the plan for approval, or carries an
            approved one out.
        people: Webitel usernames, one each. Leave empty for everybody who was imported.
        plan: Hash of the plan that was approved (portal or "usersync plan approve"). Leave empty to plan afresh.
    """
    kind = kind_of(Chore.USERS, mode)
    async with business_run(domain, mode, people or [], plan, assign_licenses=False, kind=kind) as run:
        await prepare(run)
        async with as_administrator(run, Chore.USERS) as administrator:
            if plan:
                done = await carry_out(run, administrator, Chore.USERS, plan)
                return await report_chore(run, Chore.USERS, done, applied=True)
            proposal = await plan_system_users(run, administrator)
            await keep_plan(run, proposal)
            return await report_chore(run, Chore.USERS, proposal, applied=False)
    return run.state
