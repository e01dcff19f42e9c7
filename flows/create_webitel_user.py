"""The manual's chapter 3: create a Webitel user for somebody who is a Creatio user."""

from __future__ import annotations

from typing import Annotated

from prefect import flow
from prefect.client.schemas.objects import State

from tasks.actions import action_run_name, perform
from tasks.naming import titled
from tasks.run import Mode
from usersync.planning.actions import CreateUser


@flow(name="CreateWebitelUser", flow_run_name=action_run_name, log_prints=False)
async def create_webitel_user(
    user: Annotated[str, titled("User")] = "",
    username: Annotated[str, titled("Webitel username")] = "",
    extension: Annotated[str, titled("Extension")] = "",
    name: Annotated[str, titled("Name")] = "",
    email: Annotated[str, titled("E-mail")] = "",
    roles: Annotated[list[str] | None, titled("User roles")] = None,
    licenses: Annotated[list[str] | None, titled("User Licenses")] = None,
    stun: Annotated[bool, titled("Enable STUN")] = False,
    mode: Annotated[Mode, titled("Mode")] = Mode.PREVIEW,
    plan: Annotated[str, titled("Plan")] = "",
    domain: Annotated[str, titled("Domain")] = "",
) -> State:
    """Create a Webitel user.

    The person must already be a registered user of Creatio. The user is created in Webitel with a SIP device; User ID and
    Default device come back into the record in the section "Webitel users".

    Args:
        user: The Creatio user: login, or name of its contact.
        username: Latin letters, digits, "-", "_" and ".". Leave empty to have it made of the Creatio login.
        extension: Internal number, digits, unique. Without one the user cannot register a SIP phone and cannot call.
        name: What others see. Leave empty for the contact's name.
        email: Leave empty for the Creatio user's own.
        roles: Roles in Webitel, by name or id.
        licenses: Webitel licences, by product or id.
        stun: Active support for external STUN/TURN servers, for voice behind NAT.
        mode: preview shows what would be done; apply does it.
        plan: Hash of a plan to carry out (of a preview, approved, or broken off); the other fields do not count then.
        domain: Name of the domain in usersync's settings. Leave empty if there is only one.
    """
    form = CreateUser(user, username, extension, name, email, tuple(roles or ()), tuple(licenses or ()), stun)
    return await perform(form, mode, plan, domain)
