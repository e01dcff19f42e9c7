"""What somebody who fills a form in may choose: Creatio users, usernames and extensions that are free. Reads only.

Both the forms (`usersync.stages.offers`) and the actions themselves ask here, so that a form never accepts what its action
refuses. Sentences name usernames, logins and ids, never a person's name.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from usersync.creatio import CreatioClient, Filter, Mapping, active_employees, any_of
from usersync.creatio.query import FILTER_LIMIT
from usersync.creatio.wellknown import COMMUNICATION_EXTENSION, CONNECTION_EMPLOYEE, USER_TYPE_VALUE
from usersync.planning.actions import ActionImpossible
from usersync.planning.spellings import cases_of
from usersync.planning.usernames import free_username, is_legal
from usersync.webitel import WebitelClient
from usersync.words import Sentence

_GUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_MOST = 50
_LONGEST_PART = 60
_LONGEST_NAME = 250
"""Of Creatio's columns."""
_SHORT = ("id", "username", "extension", "deleted_at")


@dataclass(frozen=True)
class SystemUser:
    """A Creatio user who may become a Webitel user."""

    id: str
    login: str
    contact_id: str | None
    contact_name: str
    email: str

    @classmethod
    def of(cls, row: dict[str, Any]) -> SystemUser:
        """Out of a row with its contact expanded."""
        email = str(row.get("email") or row.get("contact.email") or "")
        return cls(row["id"], str(row.get("name") or ""), row.get("contact"), str(row.get("contact.name") or ""), email)


@dataclass(frozen=True)
class Taken:
    """Whose something is that was asked for: not to be counted as taken by somebody else.

    Attributes:
        user_id: Webitel id, None of somebody who is yet to be made.
        contact_id: id of the contact.
    """

    user_id: str | None = None
    contact_id: str | None = None


@dataclass(frozen=True)
class Choices:
    """Asks both services what is there and what is free."""

    webitel: WebitelClient
    creatio: CreatioClient
    mapping: Mapping

    # Creatio users

    async def search(self, text: str, limit: int) -> list[SystemUser]:
        """Active employees' users without a record in the section, by login; `text` is a part of the login or the name."""
        recorded, users = await self._recorded(), self._user_query(active_employees(self.mapping))
        if text.strip():
            parts = _spellings(text.strip()[:_LONGEST_PART])
            login, name = self.mapping.path("system_user", "name"), self._contact_name()
            conditions = [path.contains(part) for part in parts for path in (login, name)]
            users = users.where(_either(conditions))
        found: list[SystemUser] = []
        users = users.order_by(self.mapping.path("system_user", "name"))
        async for page in self.creatio.pages(self.mapping.entity("system_user"), users):
            rows = [SystemUser.of(self.mapping.from_row("system_user", row)) for row in page.rows]
            found += [row for row in rows if row.contact_id and not {row.id, row.contact_id} & recorded]
            if len(found) >= limit:
                break
        return found[:limit]

    async def registered(self, text: str) -> SystemUser:
        """The one active employee's user that is meant: by id, login, or name of its contact.

        Raises:
            ActionImpossible: nobody is, with the manual's sentence; or several are.
        """
        text = text.strip()
        if not text:
            raise ActionImpossible("action-which-user-at-all")
        login, name = self.mapping.path("system_user", "name"), self._contact_name()
        wanted = _either([path == part for part in _spellings(text[:_LONGEST_NAME]) for path in (login, name)])
        if _GUID.fullmatch(text):
            wanted = self.mapping.path("system_user", "id") == text
        users = self.mapping.path("system_user", "type_value") == USER_TYPE_VALUE
        query = self._user_query(users & wanted).first(_MOST)
        answer = await self.creatio.list(self.mapping.entity("system_user"), query)
        rows = [self.mapping.from_row("system_user", row) for row in answer.rows]
        by_login = [row for row in rows if str(row.get("name") or "").casefold() == text.casefold()]
        rows = by_login or rows
        employees = [row for row in rows if row.get("connection_type") == CONNECTION_EMPLOYEE]
        active = [row for row in employees if row.get("active")]
        if len(active) == 1:
            chosen = SystemUser.of(active[0])
            if chosen.contact_id is None:
                raise ActionImpossible("action-user-without-contact", login=chosen.login)
            return chosen
        if active:
            raise ActionImpossible("action-which-user", logins=", ".join(sorted(str(row["name"]) for row in active)))
        if employees:
            raise ActionImpossible("action-user-inactive", login=str(employees[0]["name"]))
        raise ActionImpossible("action-user-portal" if rows else "action-user-not-registered")

    # What is free

    async def username_problem(self, username: str, *, mine: Taken) -> Sentence | None:
        """Why this username cannot be given; None where it can."""
        if not is_legal(username):
            return Sentence("action-username-illegal", {"username": username[:60]})
        users, records = await asyncio.gather(
            self.webitel.users_bearing(username=username, fields=_SHORT), self._records_with(username)
        )
        others = [user for user in users if user.id != mine.user_id]
        if others:
            words = "action-username-taken-deleted" if others[0].deleted_at else "action-username-taken"
            return Sentence(words, {"username": username, "user": others[0].id})
        if any(_is_others(row, mine) for row in records):
            return Sentence("action-username-taken-record", {"username": username})
        return None

    async def free_username(self, wanted: str, *, mine: Taken) -> str:
        """The username, or the first like it that nobody has."""
        taken: set[str] = set()
        while True:
            candidate = free_username(wanted, taken)
            if await self.username_problem(candidate, mine=mine) is None:
                return candidate
            taken.add(candidate.casefold())

    async def extension_problem(self, extension: str, *, mine: Taken) -> Sentence | None:
        """Why this extension cannot be given; for an empty one, what that means."""
        number = extension.strip()
        if not number:
            return Sentence("action-no-extension")
        if not (number.isascii() and number.isdigit()):
            return Sentence("action-extension-not-digits")
        users, records, told = await asyncio.gather(
            self.webitel.users_bearing(extension=number, fields=_SHORT), self._numbered(number), self._told(number)
        )
        others = [user for user in users if user.id != mine.user_id]
        if others:
            words = "action-extension-taken-deleted" if others[0].deleted_at else "action-extension-taken"
            return Sentence(words, {"username": others[0].username})
        if any(row.get("active") is not False and _is_others(row, mine) for row in records):
            return Sentence("action-extension-taken-record")
        contacts = sorted({str(row["contact"]) for row in told if row.get("contact") != mine.contact_id})
        if contacts:
            return Sentence("action-extension-taken-contact", {"contact": contacts[0]})
        return None

    async def extensions_told(self, contact_id: str) -> list[str]:
        """The extensions that stand among a contact's communications, by number."""
        if not self.mapping.has("communication"):
            return []
        rows = await self._told_where(self.mapping.lookup("communication", "contact") == contact_id)
        return sorted(str(row["number"]) for row in rows if row.get("number"))

    # Rows

    def _user_query(self, condition: Filter) -> Any:
        fields = ("id", "name", "contact", "email", "active", "connection_type")
        query = self.mapping.query("system_user", fields, expand={"contact": ("id", "name", "email")})
        return query.where(condition)

    def _contact_name(self) -> Any:
        return self.mapping.lookup("system_user", "contact").field(self.mapping.field("contact", "name").column)

    async def _recorded(self) -> set[str | None]:
        """Contacts and system users that have a record which is not switched off."""
        rows = await self._rows("record", ("contact", "user", "active"), None)
        return {row.get(name) for row in rows if row.get("active") is not False for name in ("contact", "user")} - {
            None
        }

    async def _records_with(self, username: str) -> list[dict[str, Any]]:
        if not self.mapping.has("record", "username"):
            return []
        condition = any_of(self.mapping.path("record", "username"), _spellings(username))
        rows = await self._rows("record", ("username", "contact", "webitel_user_id", "active"), condition)
        return [row for row in rows if str(row.get("username") or "").casefold() == username.casefold()]

    async def _numbered(self, extension: str) -> list[dict[str, Any]]:
        condition = self.mapping.path("record", "extension") == extension
        return await self._rows("record", ("extension", "contact", "webitel_user_id", "active"), condition)

    async def _told(self, extension: str) -> list[dict[str, Any]]:
        if not self.mapping.has("communication"):
            return []
        return await self._told_where(self.mapping.path("communication", "number") == extension)

    async def _told_where(self, condition: Filter) -> list[dict[str, Any]]:
        kind = self.mapping.lookup("communication", "type") == COMMUNICATION_EXTENSION
        rows = await self._rows("communication", ("contact", "number", "non_actual"), kind & condition)
        return [row for row in rows if not row.get("non_actual")]

    async def _rows(self, entity: str, fields: Iterable[str], condition: Filter | None) -> list[dict[str, Any]]:
        query = self.mapping.query(entity, fields).where(condition)
        answer = await self.creatio.list(self.mapping.entity(entity), query)
        return [self.mapping.from_row(entity, row) for row in answer.rows]


def _is_others(row: dict[str, Any], mine: Taken) -> bool:
    """A record that is not this person's: neither its contact's nor its Webitel user's."""
    same_contact = mine.contact_id is not None and row.get("contact") == mine.contact_id
    same_user = mine.user_id is not None and row.get("webitel_user_id") == mine.user_id
    return not (same_contact or same_user)


def _spellings(text: str) -> tuple[str, ...]:
    """The text in the cases people write it in: whether a comparison tells them apart is the database's affair."""
    return tuple(dict.fromkeys((text, *cases_of(text), text.title())))


def _either(conditions: list[Filter]) -> Filter:
    """Any of the conditions, as many as an address can hold: the likeliest come first."""
    whole = conditions[0]
    for condition in conditions[1:]:
        if (whole | condition).encoded_length > FILTER_LIMIT:
            break
        whole |= condition
    return whole
