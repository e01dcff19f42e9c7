"""Both snapshots and the ledger's memory, indexed for planning: looked up by user, contact and record."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

from usersync.matching import Decision
from usersync.planning.pool import own_accounts
from usersync.planning.recognise import KnownLink, Recognition, Row
from usersync.planning.rules import FieldPolicy, Rules
from usersync.planning.values import Value
from usersync.snapshots import SourceSnapshot, TargetSnapshot, rows_of


@dataclass(frozen=True)
class Memory:
    """What the ledger remembers of one domain.

    Attributes:
        links: by Webitel user id.
        applied: (logical entity, row id) → field → the value we wrote last.
        grants_made: (Webitel user id, licence id) pairs that usersync granted.
    """

    links: Mapping[str, KnownLink] = field(default_factory=dict)
    applied: Mapping[tuple[str, str], Mapping[str, Value]] = field(default_factory=dict)
    grants_made: frozenset[tuple[str, str]] = frozenset()


@dataclass(frozen=True)
class NameParts:
    """A name taken apart, where it is certain which word is which."""

    surname: str
    given_name: str
    middle_name: str | None


@dataclass(frozen=True)
class World:
    """Everything a plan is made from. Nothing here changes while the plan is made."""

    domain: str
    source: SourceSnapshot
    target: TargetSnapshot
    memory: Memory
    rules: Rules
    recognition: Recognition
    decisions: Mapping[str, Decision]
    assign_licenses: bool
    now: datetime
    settings: str
    name_parts: Callable[[str], NameParts | None]
    shared_mailboxes: frozenset[str] = frozenset()

    @property
    def dc(self) -> str:
        """Number of the Webitel domain."""
        return self.source.dc

    def policies(self, entity: str) -> dict[str, FieldPolicy]:
        """Who wins, by field of the entity (setting `fields."record.name" = "source"`)."""
        prefix = f"{entity}."
        return {
            name.removeprefix(prefix): policy for name, policy in self.rules.fields.items() if name.startswith(prefix)
        }

    @cached_property
    def users(self) -> list[dict[str, Any]]:
        """The Webitel users in scope, oldest id first."""
        users = rows_of(self.source.users[self.source.in_scope])
        return sorted(users, key=lambda user: (len(user["id"]), user["id"]))

    @cached_property
    def contacts(self) -> dict[str, Row]:
        """The contacts that a link or a decision names, by id."""
        ids = set(self.recognition.links.values()) | {
            decision.contact_id for decision in self.decisions.values() if decision.contact_id
        }
        table = self.target.contacts
        return {row["id"]: row for row in rows_of(table[table["id"].isin(ids)])}

    @cached_property
    def system_users(self) -> dict[str, list[Row]]:
        """Employees' system users by contact, active and not."""
        return _by(rows_of(self.target.system_users[self.target.system_users["connection_type"] == 0]), "contact")

    @cached_property
    def records(self) -> dict[str, Row]:
        """The section's rows by id."""
        return {row["id"]: row for row in rows_of(self.target.records)}

    @cached_property
    def records_of_contact(self) -> dict[str, list[Row]]:
        """The section's rows by contact."""
        return _by(sorted(rows_of(self.target.records), key=lambda row: str(row["id"])), "contact")

    @cached_property
    def extensions(self) -> dict[str, list[Row]]:
        """Extension communications by contact, actual or not."""
        return _by(sorted(rows_of(self.target.extensions), key=lambda row: str(row["id"])), "contact")

    @cached_property
    def license_rows(self) -> dict[str, list[Row]]:
        """Rows of the detail "User Licenses" by record."""
        return _by(rows_of(self.target.license_rows), "record")

    @cached_property
    def role_rows(self) -> dict[str, list[Row]]:
        """Rows of the roles' detail by record."""
        return _by(rows_of(self.target.role_rows), "record")

    @cached_property
    def own_accounts(self) -> frozenset[str]:
        """Accounts that are our own company."""
        return own_accounts(self.target, self.rules)

    @cached_property
    def _users_of_email(self) -> Counter[str]:
        return Counter(str(email).casefold() for email in self.source.users["email"] if email)

    @cached_property
    def _contacts_of_email(self) -> dict[str, set[str]]:
        found: defaultdict[str, set[str]] = defaultdict(set)
        table = self.target.contacts
        for contact, email in zip(table["id"], table["email"], strict=True):
            if email:
                found[str(email).casefold()].add(contact)
        return dict(found)

    def is_shared_email(self, email: str, contact_id: str) -> bool:
        """An address that is nobody's own: of several Webitel users, of another contact, or of a mailbox like info@."""
        address = email.casefold()
        return (
            address.partition("@")[0] in self.shared_mailboxes
            or self._users_of_email[address] > 1
            or bool(self._contacts_of_email.get(address, set()) - {contact_id})
        )

    def licenses_of(self, user_id: str) -> list[str]:
        """Licence ids that a Webitel user holds, sorted."""
        return sorted(grant.license_id for grant in self.source.grants.get(user_id, ()))

    def is_protected(self, username: str | None, contact_id: str | None) -> bool:
        """An account that is never disabled, unlicensed or deleted, by its Webitel username or its Creatio login."""
        names = {name.casefold() for name in self.rules.protected}
        logins = [user["name"] for user in self.system_users.get(contact_id or "", [])]
        return any((name or "").casefold() in names for name in (username, *logins))

    def active_system_user(self, contact_id: str | None) -> str | None:
        """The one active system user of a contact; None where there is none or more than one."""
        active = [user["id"] for user in self.system_users.get(contact_id or "", []) if user["active"]]
        return active[0] if len(active) == 1 else None

    def is_leaver(self, contact_id: str | None) -> bool:
        """The person has system users and none of them is active."""
        users = self.system_users.get(contact_id or "", [])
        return bool(users) and not any(user["active"] for user in users)


def _by(rows: list[dict[str, Any]], key: str) -> dict[str, list[Row]]:
    grouped: defaultdict[str, list[Row]] = defaultdict(list)
    for row in rows:
        if row.get(key):
            grouped[row[key]].append(row)
    return dict(grouped)


def as_json_time(value: Any) -> Value:
    """A moment as it is kept in operations: `2026-01-15T00:00:00Z`; None stays None."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return value if value is None else str(value)
