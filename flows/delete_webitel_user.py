"""The manual's chapter 4: delete a Webitel user."""

from __future__ import annotations

from typing import Annotated

from prefect import flow
from prefect.client.schemas.objects import State

from tasks.actions import action_run_name, perform
from tasks.naming import titled
from tasks.run import Mode
from usersync.planning.actions import DeleteUser


@flow(name="DeleteWebitelUser", flow_run_name=action_run_name, log_prints=False)
async def delete_webitel_user(
    webitel_user: Annotated[str, titled("Webitel user")] = "",
    permanent: Annotated[bool, titled("For good")] = False,
    confirm_username: Annotated[str, titled("Type the username")] = "",
    mode: Annotated[Mode, titled("Mode")] = Mode.PREVIEW,
    plan: Annotated[str, titled("Plan")] = "",
    domain: Annotated[str, titled("Domain")] = "",
) -> State:
    """Delete a Webitel user. Its licences are released; the contact is kept.

    The user is marked as deleted in Webitel, where its username and extension may stay taken. The record in the section
    "Webitel users" goes with it, or is switched off, as the settings say.

    Args:
        webitel_user: Webitel username or User ID.
        permanent: Removes the user from Webitel for good. This cannot be reversed.
        confirm_username: Its Webitel username once more, needed to delete it for good.
        mode: preview shows what would be done; apply does it.
        plan: Hash of a plan to carry out (of a preview, approved, or broken off); the other fields do not count then.
        domain: Name of the domain in usersync's settings. Leave empty if there is only one.
    """
    return await perform(DeleteUser(webitel_user, permanent, confirm_username), mode, plan, domain)
