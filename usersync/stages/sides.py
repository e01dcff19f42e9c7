"""Webitel users and contacts as they are right now, for a human who compares them: a few at a time, read when they are shown."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from usersync.creatio.probe import identity
from usersync.creatio.query import any_of_chunks
from usersync.settings import DomainSettings
from usersync.stages.connect import creatio_client, creatio_mapping, webitel_client


@dataclass(frozen=True)
class UserSide:
    """What Webitel says of a user; "" where it says nothing."""

    user_id: str
    name: str
    username: str
    extension: str
    email: str


@dataclass(frozen=True)
class ContactSide:
    """What Creatio says of a contact; "" where it says nothing."""

    contact_id: str
    name: str
    email: str
    mobile_phone: str
    phone: str
    account: str


@dataclass(frozen=True)
class Sides:
    """Both sides by id; who is not there was not found."""

    users: Mapping[str, UserSide] = field(default_factory=dict)
    contacts: Mapping[str, ContactSide] = field(default_factory=dict)


async def read_sides(settings: DomainSettings, users: Collection[str], contacts: Collection[str]) -> Sides:
    """Read these users and contacts.

    Args:
        settings: of the domain.
        users: Webitel ids.
        contacts: ids of contacts.

    Raises:
        UsageError: a setting is missing or wrong.
        ServiceError: one of the services cannot be read.
    """
    read_users, read_contacts = await asyncio.gather(_users(settings, users), _contacts(settings, contacts))
    return Sides(read_users, read_contacts)


async def systems(settings: DomainSettings) -> tuple[str, str]:
    """The Webitel domain's number and what the Creatio is told apart by, as the settings lead to them.

    Raises:
        ServiceError: one of the services cannot be read.
    """
    async with webitel_client(settings.webitel) as webitel, creatio_client(settings.creatio) as creatio:
        me, whose = await asyncio.gather(webitel.userinfo(), identity(creatio, creatio_mapping(settings.creatio)))
    return me.dc, whose


async def _users(settings: DomainSettings, ids: Collection[str]) -> dict[str, UserSide]:
    if not ids:
        return {}
    async with webitel_client(settings.webitel) as webitel:
        found = await webitel.users_by_id(ids)
    return {
        user.id: UserSide(user.id, user.name or "", user.username or "", user.extension or "", user.email or "")
        for user in found
    }


async def _contacts(settings: DomainSettings, ids: Collection[str]) -> dict[str, ContactSide]:
    if not ids:
        return {}
    async with creatio_client(settings.creatio) as creatio:
        mapping = creatio_mapping(settings.creatio).confirmed(await creatio.metadata())
        fields = ("id", "name", "email", "mobile_phone", "phone", "account")
        expand = {"account": ("name",)} if mapping.has("contact", "account") else None
        query = mapping.query("contact", fields, expand=expand)
        filters = any_of_chunks(mapping.path("contact", "id"), sorted(ids))
        read = await asyncio.gather(
            *(creatio.list(mapping.entity("contact"), query.where(wanted)) for wanted in filters)
        )
    found: dict[str, ContactSide] = {}
    for row in (row for rows in read for row in rows.rows):
        known = {name: str(value) for name, value in mapping.from_row("contact", row).items() if value}
        found[known["id"]] = ContactSide(
            known["id"], known.get("name", ""), known.get("email", ""), known.get("mobile_phone", ""),
            known.get("phone", ""), known.get("account.name", ""),
        )  # fmt: skip
    return found
