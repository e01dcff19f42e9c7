"""What an administrator does in Creatio for the imported people (the vendor's manual, chapters 1 and 2): the nouns.

These are processes of their own, off unless the settings say otherwise, each with a plan that a human approves. The import
does none of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from usersync.planning.values import Bucket, Operation, Plan, Situation, UserItem
from usersync.words import Sentence

SYSTEM_USER, TELEPHONY, PLACEMENT = "system_user", "telephony", "workplace_section"
"""Logical entities of their operations: a system user; the packages that open telephony, held by one; the row that puts the
section into its workplace."""
_PREVIEW = "_preview"


class Chore(StrEnum):
    """One of the processes: the name of its flow, of its deployment and in its plans."""

    SECTION = "AddSection"
    USERS = "CreateSystemUsers"
    TELEPHONY = "OpenTelephony"

    @property
    def mode(self) -> str:
        """Mode of its runs in the ledger: `create_system_users`."""
        return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", self.value).lower()

    @property
    def preview(self) -> str:
        """Mode of its runs that only look."""
        return f"{self.mode}{_PREVIEW}"

    @classmethod
    def of(cls, mode: str) -> Chore | None:
        """The process a run in the ledger belongs to by its mode, looked at or carried out; None where it is another one."""
        return next((chore for chore in cls if chore.mode == mode.removesuffix(_PREVIEW)), None)


PLANNED_AGAIN = {chore.mode: chore for chore in (Chore.USERS, Chore.TELEPHONY)}
"""Mode of a run → its process, where a run that broke off is gone on with by planning again."""


@dataclass(frozen=True)
class Ground:
    """What a plan is made against.

    Attributes:
        domain: name of the domain in the settings.
        dc, creatio: the systems.
        settings: fingerprint of the settings that decide.
    """

    domain: str
    dc: str
    creatio: str
    settings: str


@dataclass(frozen=True)
class ImportedPerson:
    """Somebody the import has brought into the section.

    Attributes:
        contact_seen: whether the contact can be read.
        email: of the contact.
        extension: of the record.
    """

    user_id: str
    username: str
    record_id: str | None
    contact_id: str | None
    contact_seen: bool = True
    email: str = ""
    extension: str = ""


@dataclass(frozen=True)
class SystemUser:
    """A user of Creatio.

    Attributes:
        login: its name.
        contact: id of its contact.
        portal: a customer who uses the portal.
    """

    id: str
    login: str
    contact: str | None
    active: bool
    portal: bool


def item_of(person: ImportedPerson, situation: Situation, bucket: Bucket, reason: str, **args: str | int) -> UserItem:
    """What a plan says of one person."""
    return UserItem(
        user_id=person.user_id, username=person.username, situation=situation, bucket=bucket, band="keep",
        contact_id=person.contact_id, record_id=person.record_id, reason=Sentence(reason, args),
    )  # fmt: skip


def plan_of(
    chore: Chore,
    ground: Ground,
    operations: Iterable[Operation],
    items: Iterable[UserItem] = (),
    *,
    scope: Iterable[str] = (),
    notes: Iterable[Sentence] = (),
) -> Plan:
    """A plan of one of these processes: operations in their order, items by Webitel id."""
    return Plan(
        domain=ground.domain, dc=ground.dc, creatio=ground.creatio, scope=tuple(sorted(scope)), settings=ground.settings,
        operations=tuple(sorted(operations, key=lambda operation: operation.order)),
        items=tuple(sorted(items, key=lambda item: (len(item.user_id), item.user_id))),
        notes=tuple(notes), process=chore.value,
    )  # fmt: skip


def in_turn(people: Iterable[ImportedPerson]) -> list[ImportedPerson]:
    """The people by the age of their Webitel user: the smallest id first."""
    return sorted(people, key=lambda person: (len(person.user_id), person.user_id))
