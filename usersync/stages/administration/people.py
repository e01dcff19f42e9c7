"""Who was imported, and who is a user of Creatio."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from usersync.creatio import CreatioClient
from usersync.creatio.mapping import Mapping as CreatioMapping
from usersync.errors import UsageError
from usersync.ledger import LinkState
from usersync.planning.administration import Ground, ImportedPerson, SystemUser
from usersync.settings import DomainSettings
from usersync.stages.administration.credential import bind
from usersync.stages.context import RunContext
from usersync.stages.guard import NotTrusted
from usersync.stages.rows import Rows
from usersync.words import Sentence

_USER, _EMPLOYEE = 4, 0
_COLUMNS = ("id", "name", "contact", "active", "connection_type", "type_value")


@dataclass(frozen=True)
class Directory:
    """Everybody Creatio knows: users, and the roles that live in the same list.

    Attributes:
        roles: id → name, of company roles.
        names: names of everything that is no user; a login cannot be one of them.
    """

    users: tuple[SystemUser, ...]
    roles: dict[str, str]
    names: frozenset[str]


async def imported_people(context: RunContext) -> tuple[ImportedPerson, ...]:
    """The people whose link lives, those of the run's scope only if it has one; read with the importer's credential.

    Raises:
        UsageError: a chosen username was never imported.
        CreatioError: they cannot be read.
    """
    links = [link for link in context.ledger.links(context.domain).values() if link.state is LinkState.ACTIVE]
    chosen = {name.casefold() for name in context.scope}
    unknown = sorted(
        name for name in context.scope if name.casefold() not in {link.username.casefold() for link in links}
    )
    if unknown:
        raise UsageError("administration-not-imported", names=", ".join(unknown))
    links = [link for link in links if not chosen or link.username.casefold() in chosen]
    keys = [("contact", link.contact_id) for link in links if link.contact_id]
    keys += [("record", link.record_id) for link in links if link.record_id]
    rows, _ = await Rows(context.creatio, context.mapping).read(keys)
    people = []
    for link in links:
        contact = rows.get(("contact", link.contact_id or ""))
        record: dict[str, Any] = rows.get(("record", link.record_id or ""), {})
        people.append(
            ImportedPerson(
                user_id=link.user_id, username=link.username, record_id=link.record_id, contact_id=link.contact_id,
                contact_seen=contact is not None, email=str((contact or {}).get("email") or ""),
                extension=str(record.get("extension") or ""),
            )
        )  # fmt: skip
    return tuple(people)


async def read_directory(creatio: CreatioClient, mapping: CreatioMapping) -> Directory:
    """Every user and role.

    Args:
        creatio: the administrator's client.
        mapping: the names.

    Raises:
        NotTrusted: not all of them came, or there is no active company user among them.
        CreatioError: they cannot be read.
    """
    answer = await creatio.list(mapping.entity("system_user"), mapping.query("system_user", _COLUMNS))
    rows = [mapping.from_row("system_user", row) for row in answer.rows]
    users = tuple(_user(row) for row in rows if row.get("type_value") == _USER)
    if not answer.complete or not any(user.active and not user.portal for user in users):
        raise NotTrusted(answer.problems or (Sentence("guard-target-no-employees", {"usual": 0}),))
    others = [row for row in rows if row.get("type_value") != _USER]
    roles = {row["id"]: str(row.get("name") or "") for row in others if row.get("connection_type") == _EMPLOYEE}
    return Directory(users, roles, frozenset(str(row.get("name") or "") for row in others))


def _user(row: dict[str, Any]) -> SystemUser:
    return SystemUser(
        id=row["id"], login=str(row.get("name") or ""), contact=row.get("contact"), active=bool(row.get("active")),
        portal=row.get("connection_type") != _EMPLOYEE,
    )  # fmt: skip


async def ground_of(context: RunContext) -> Ground:
    """What a plan of this run is made against."""
    dc, whose = await bind(context)
    return Ground(context.domain, dc, whose, fingerprint(context.settings))


def fingerprint(settings: DomainSettings) -> str:
    """SHA-256 of the settings that decide what these plans contain and what carrying them out does."""
    given = settings.administration
    decides = [
        given.role_id, given.login, given.license_operation, sorted(given.license_packages),
        sorted(settings.rules.exclude), sorted(settings.rules.protected), settings.creatio.section.model_dump(mode="json"),
    ]  # fmt: skip
    return hashlib.sha256(json.dumps(decides, sort_keys=True).encode()).hexdigest()


def kept_out(settings: DomainSettings, people: Iterable[ImportedPerson]) -> frozenset[str]:
    """Usernames (case-folded) of those who are protected or excluded."""
    protected = {name.casefold() for name in settings.rules.protected}
    patterns = [pattern.casefold() for pattern in settings.rules.exclude]
    names = {person.username.casefold() for person in people}
    return frozenset(name for name in names if name in protected or any(fnmatchcase(name, each) for each in patterns))
