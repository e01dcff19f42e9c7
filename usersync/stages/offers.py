"""What a form of a manual action offers, and what it says of what is entered: for the portal and the command line.

Every function asks both services anew, reads only, and knows nothing of runs.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from usersync.planning.actions import license_problem
from usersync.planning.seats import NOT_ASSIGNED_TO_USERS
from usersync.planning.usernames import legal_username
from usersync.settings import DomainSettings
from usersync.snapshots import License
from usersync.stages.choices import Choices, SystemUser, Taken
from usersync.stages.connect import creatio_client, creatio_mapping, webitel_client
from usersync.stages.fetch_source import licenses_of
from usersync.stages.webitel_user import find_user
from usersync.webitel import Page, Role, User
from usersync.words import Sentence

__all__ = [
    "LicenseOffer",
    "Proposal",
    "SystemUser",
    "extension_problem",
    "licenses",
    "proposal",
    "roles",
    "system_users",
    "username_problem",
]


@dataclass(frozen=True)
class Proposal:
    """What fills itself once the Creatio user is chosen (chapter 3).

    Attributes:
        username: made legal for Webitel, and free.
        extension: the one the contact has already, else the next free one; "" where none suggests itself.
    """

    system_user: SystemUser
    username: str
    contact_id: str
    contact_name: str
    name: str
    email: str
    extension: str


@dataclass(frozen=True)
class LicenseOffer:
    """A licence and whether it can be assigned now; `problem` says why not."""

    license: License
    problem: Sentence | None


async def system_users(settings: DomainSettings, text: str = "", limit: int = 20) -> tuple[SystemUser, ...]:
    """Creatio users who may become Webitel users: active employees without a record in the section, by login.

    Args:
        settings: of the domain.
        text: a part of the login or of the contact's name; empty = anybody.
        limit: how many at most.

    Raises:
        UsersyncError: a service cannot be asked; so for all functions here.
    """
    async with _choices(settings) as choices:
        return tuple(await choices.search(text, limit))


async def proposal(settings: DomainSettings, system_user: str) -> Proposal:
    """What the form fills itself with.

    Args:
        settings: of the domain.
        system_user: id or login of the Creatio user, or the name of its contact.

    Raises:
        ActionImpossible: it is no active employee's user, or several are meant.
    """
    async with _choices(settings) as choices:
        return await propose_for(choices, await choices.registered(system_user))


async def extension_problem(
    settings: DomainSettings, extension: str, *, except_user: str | None = None, contact_id: str | None = None
) -> Sentence | None:
    """Why the extension cannot be given; None where it can.

    An empty one can be given too: the sentence `action-no-extension` then says what that means.

    Args:
        settings: of the domain.
        extension: as entered.
        except_user: Webitel username or id of the user whose card it is.
        contact_id: contact of the Creatio user that is to become a Webitel user; its own number is not taken.
    """
    async with _choices(settings) as choices:
        user = await find_user(choices.webitel, except_user) if except_user else None
        if user is not None and extension.strip() and user.extension == extension.strip():
            return None
        mine = Taken(user.id if user else None, contact_id)
        if user is not None and contact_id is None:
            mine = Taken(user.id, await _contact_of(choices, user))
        return await choices.extension_problem(extension, mine=mine)


async def username_problem(
    settings: DomainSettings, username: str, *, except_user: str | None = None
) -> Sentence | None:
    """Why the username cannot be given; None where it can."""
    async with _choices(settings) as choices:
        user = await find_user(choices.webitel, except_user) if except_user else None
        contact_id = await _contact_of(choices, user) if user else None
        return await choices.username_problem(username.strip(), mine=Taken(user.id if user else None, contact_id))


async def licenses(settings: DomainSettings) -> tuple[LicenseOffer, ...]:
    """The customer's licences that are for users, by product; those that cannot be assigned now with the reason."""
    async with webitel_client(settings.webitel) as webitel:
        found, now = licenses_of(await webitel.licenses()), webitel.server_time or datetime.now(UTC)
    offered = [item for item in found if item.product not in NOT_ASSIGNED_TO_USERS]
    return tuple(
        LicenseOffer(item, license_problem(item, now)) for item in sorted(offered, key=lambda x: (x.product, x.id))
    )


async def roles(settings: DomainSettings) -> tuple[Role, ...]:
    """Roles that can be given, by name; those that are users are not among them."""
    async with webitel_client(settings.webitel) as webitel:
        return tuple(sorted((role for role in await webitel.roles() if not role.user), key=lambda role: role.name))


async def propose_for(choices: Choices, user: SystemUser) -> Proposal:
    """What follows from the choice of a Creatio user: username, name, e-mail, extension."""
    contact_id = user.contact_id or ""
    mine = Taken(contact_id=contact_id)
    wanted = legal_username(user.login) or legal_username(user.contact_name) or "user"
    username, told = await asyncio.gather(choices.free_username(wanted, mine=mine), choices.extensions_told(contact_id))
    extension = ""
    for number in told:
        if await choices.extension_problem(number, mine=mine) is None:
            extension = number
            break
    return Proposal(
        system_user=user, username=username, contact_id=contact_id, contact_name=user.contact_name,
        name=user.contact_name or username, email=user.email, extension=extension or await _next_extension(choices),
    )  # fmt: skip


async def _next_extension(choices: Choices) -> str:
    """The number after the greatest of the usual length; "" where the domain is too large to look through quickly."""
    page: Page[User] = await choices.webitel.first_users(("id", "extension"))
    numbers = [user.extension for user in page.items if user.extension.isdigit()]
    if page.next or not numbers:
        return ""
    usual = max({len(number) for number in numbers}, key=lambda size: sum(len(number) == size for number in numbers))
    greatest = max(int(number) for number in numbers if len(number) == usual)
    for number in range(greatest + 1, greatest + 10):
        text = str(number)
        if len(text) == usual and await choices.extension_problem(text, mine=Taken()) is None:
            return text
    return ""


async def _contact_of(choices: Choices, user: User) -> str | None:
    """The contact of a Webitel user's record, as far as the record tells whose it is."""
    mapping = choices.mapping
    if not mapping.has("record", "webitel_user_id"):
        return None
    query = mapping.query("record", ("contact",)).where(mapping.path("record", "webitel_user_id") == user.id)
    answer = await choices.creatio.list(mapping.entity("record"), query)
    contacts = {mapping.from_row("record", row).get("contact") for row in answer.rows} - {None}
    return contacts.pop() if len(contacts) == 1 else None


@asynccontextmanager
async def _choices(settings: DomainSettings) -> AsyncIterator[Choices]:
    async with webitel_client(settings.webitel) as webitel, creatio_client(settings.creatio) as creatio:
        yield Choices(webitel, creatio, creatio_mapping(settings.creatio))
