"""The manual's chapter 7: the roles of a Webitel user."""

from __future__ import annotations

from typing import Annotated

from prefect import flow
from prefect.client.schemas.objects import State

from tasks.actions import action_run_name, perform
from tasks.naming import titled
from tasks.run import Mode
from usersync.planning.actions import SetRoles


@flow(name="SetWebitelRoles", flow_run_name=action_run_name, log_prints=False)
async def set_webitel_roles(
    webitel_user: Annotated[str, titled("Webitel user")] = "",
    roles: Annotated[list[str] | None, titled("User roles")] = None,
    mode: Annotated[Mode, titled("Mode")] = Mode.PREVIEW,
    plan: Annotated[str, titled("Plan")] = "",
    domain: Annotated[str, titled("Domain")] = "",
) -> State:
    """Set the roles of a Webitel user: all it shall have. What is not among them is taken away.

    Args:
        webitel_user: Webitel username or User ID.
        roles: Roles by name or id. Empty takes all of them away.
        mode: preview shows what would be done; apply does it.
        plan: Hash of a plan to carry out (of a preview, approved, or broken off); the other fields do not count then.
        domain: Name of the domain in usersync's settings. Leave empty if there is only one.
    """
    return await perform(SetRoles(webitel_user, tuple(roles or ())), mode, plan, domain)
