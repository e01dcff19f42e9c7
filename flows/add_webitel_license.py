"""The manual's chapter 5: add a Webitel licence."""

from __future__ import annotations

from typing import Annotated

from prefect import flow
from prefect.client.schemas.objects import State

from tasks.actions import action_run_name, perform
from tasks.naming import titled
from tasks.run import Mode
from usersync.planning.actions import ChangeLicense
from usersync.planning.processes import Process


@flow(name="AddWebitelLicense", flow_run_name=action_run_name, log_prints=False)
async def add_webitel_license(
    webitel_user: Annotated[str, titled("Webitel user")] = "",
    license: Annotated[str, titled("Licence")] = "",  # noqa: A002 - the form's field
    mode: Annotated[Mode, titled("Mode")] = Mode.PREVIEW,
    plan: Annotated[str, titled("Plan")] = "",
    domain: Annotated[str, titled("Domain")] = "",
) -> State:
    """Add a licence to a Webitel user.

    The user's complete set is read right before, and read back; the detail "User Licenses" follows.

    Args:
        webitel_user: Webitel username or User ID.
        license: Product (CALL_CENTER) or id of the licence; of a product one that is valid and has a seat left is taken.
        mode: preview shows what would be done; apply does it.
        plan: Hash of a plan to carry out (of a preview, approved, or broken off); the other fields do not count then.
        domain: Name of the domain in usersync's settings. Leave empty if there is only one.
    """
    return await perform(ChangeLicense(Process.ADD_LICENSE, webitel_user, license), mode, plan, domain)
