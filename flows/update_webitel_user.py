"""The card of a Webitel user: extension, name, e-mail, username; and the manual's chapter 8, STUN."""

from __future__ import annotations

from typing import Annotated

from prefect import flow
from prefect.client.schemas.objects import State

from tasks.actions import action_run_name, perform
from tasks.naming import titled
from tasks.run import Mode
from usersync.planning.actions import UpdateUser


@flow(name="UpdateWebitelUser", flow_run_name=action_run_name, log_prints=False)
async def update_webitel_user(
    webitel_user: Annotated[str, titled("Webitel user")] = "",
    extension: Annotated[str | None, titled("Extension")] = None,
    name: Annotated[str | None, titled("Name")] = None,
    email: Annotated[str | None, titled("E-mail")] = None,
    username: Annotated[str | None, titled("Webitel username")] = None,
    stun: Annotated[bool | None, titled("Enable STUN")] = None,
    mode: Annotated[Mode, titled("Mode")] = Mode.PREVIEW,
    plan: Annotated[str, titled("Plan")] = "",
    domain: Annotated[str, titled("Domain")] = "",
) -> State:
    """Change a Webitel user. What is not given stays as it is.

    Webitel is changed first; the record in the section "Webitel users" and the contact's extension follow.

    Args:
        webitel_user: Webitel username or User ID.
        extension: Internal number, digits, unique; empty takes it away, and the user cannot register a SIP phone any more.
        name: What others see.
        email: Its e-mail in Webitel.
        username: Latin letters, digits, "-", "_" and ".".
        stun: Active support for external STUN/TURN servers, for voice behind NAT; a switch of the record in Creatio.
        mode: preview shows what would be done; apply does it.
        plan: Hash of a plan to carry out (of a preview, approved, or broken off); the other fields do not count then.
        domain: Name of the domain in usersync's settings. Leave empty if there is only one.
    """
    return await perform(UpdateUser(webitel_user, extension, name, email, username, stun), mode, plan, domain)
