"""The manual's chapter 6: remove a Webitel licence."""

from __future__ import annotations

from typing import Annotated

from prefect import flow
from prefect.client.schemas.objects import State

from tasks.actions import action_run_name, perform
from tasks.naming import titled
from tasks.run import Mode
from usersync.planning.actions import ChangeLicense
from usersync.planning.processes import Process


@flow(name="RemoveWebitelLicense", flow_run_name=action_run_name, log_prints=False)
async def remove_webitel_license(
    webitel_user: Annotated[str, titled("Webitel user")] = "",
    license: Annotated[str, titled("Licence")] = "",  # noqa: A002 - the form's field
    mode: Annotated[Mode, titled("Mode")] = Mode.PREVIEW,
    plan: Annotated[str, titled("Plan")] = "",
    domain: Annotated[str, titled("Domain")] = "",
) -> State:
    """Remove a licence from a Webitel user.

    The user's complete set is read right before, and read back; the detail "User Licenses" follows.

    Args:
        webitel_user: Webitel username or User ID.
        license: Product or id of the licence.
        mode: preview shows what would be done; apply does it.
        plan: Hash of a plan to carry out (of a preview, approved, or broken off); the other fields do not count then.
        domain: Name of the domain in usersync's settings. Leave empty if there is only one.
    """
    return await perform(ChangeLicense(Process.REMOVE_LICENSE, webitel_user, license), mode, plan, domain)
