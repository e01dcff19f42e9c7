"""The nouns of the generator: a person, how a person shows up in each service, and a scene: one situation to be told."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from usersync.sandbox.people.romanise import romanise
from usersync.sandbox.people.wellknown import EMPLOYEE_TYPE


@dataclass(frozen=True)
class Company:
    """Our own company: the one whose employees call.

    Attributes:
        name: the account's name in Creatio.
        email_domain: of the employees' mailboxes; reserved (`.example`), nothing can ever be delivered.
        netbios: what stands before the backslash in a Creatio login that came from the directory.
        webitel_domain: the domain's name in Webitel.
        integration_login: the system user an importer logs in to Creatio with; whoever serves the world makes that user.
    """

    name: str
    email_domain: str
    netbios: str
    webitel_domain: str
    integration_login: str = "webitel.integration"


@dataclass(frozen=True)
class Person:
    """A person's real name.

    Attributes:
        locale: language the name is written in.
        surname: in this person's gender.
        patronymic: None where the language has none.
    """

    locale: str
    female: bool
    surname: str
    given: str
    patronymic: str | None = None

    @property
    def cyrillic(self) -> bool:
        """Whether the name is written in Cyrillic."""
        return self.locale in {"uk", "ru"}

    @property
    def russian(self) -> bool:
        """Whether romanisation goes by Russian letters."""
        return self.locale == "ru"

    def written(self, order: str) -> str:
        """The name in an order: `sgm` Surname Given Middle, `sg`, `gs`, or `initials` (Ткаченко Н. В.)."""
        if order == "gs":
            return f"{self.given} {self.surname}"
        if order == "initials":
            return f"{self.surname} {self.given[0]}." + (f" {self.patronymic[0]}." if self.patronymic else "")
        middle = f" {self.patronymic}" if order == "sgm" and self.patronymic else ""
        return f"{self.surname} {self.given}{middle}"

    def latin(self, scheme: str) -> Person:
        """The same person in Latin letters without diacritics."""
        surname, given, patronymic = (
            romanise(word, scheme, russian=self.russian) if word else ""
            for word in (self.surname, self.given, self.patronymic)
        )
        return replace(self, locale="en", surname=surname, given=given, patronymic=patronymic or None)


@dataclass(frozen=True)
class UserFace:
    """How a person shows up in Webitel."""

    name: str
    username: str
    extension: str | None = None
    email: str | None = None
    service: bool = False


@dataclass(frozen=True)
class Extension:
    """A communication of type Extension; `stale` marks it NonActual."""

    number: str
    stale: bool = False


@dataclass(frozen=True)
class ContactFace:
    """How a person shows up among Creatio's contacts.

    Attributes:
        parts: surname, given name, middle name as the card has them.
        account: `own`, `none`, or `customer` (some customer's account).
        type: the contact's type; None leaves it untyped, as many are.
    """

    name: str
    parts: tuple[str | None, str | None, str | None]
    email: str | None = None
    mobile: str | None = None
    account: str = "own"
    type: str | None = EMPLOYEE_TYPE
    job: str | None = None
    extensions: tuple[Extension, ...] = ()


@dataclass(frozen=True)
class SystemUserFace:
    """A user of Creatio (ConnectionType 0)."""

    login: str
    active: bool = True


@dataclass(frozen=True)
class RecordFace:
    """A row of the section "Webitel users" that somebody made by hand before the first import.

    Attributes:
        username: the Webitel username it bears.
        extension: as typed; may differ from Webitel's.
        name: as typed.
        has_user_id: the add-on filled the User ID when the record was saved.
        admin: role Administrator instead of User.
        with_system_user: whether the lookup User is filled.
    """

    username: str
    extension: str | None
    name: str | None = None
    has_user_id: bool = False
    stun: bool = False
    admin: bool = False
    with_system_user: bool = True


@dataclass(frozen=True)
class Scene:
    """One situation: a person (or a machine) as both services know it, and what a good import does about it.

    Attributes:
        kind: name of the situation, stable, for counting.
        expected: `auto`, `review`, `create`, `skip` or `adopted`; empty where there is no Webitel user.
        acceptable: every answer that is no mistake.
        why: one sentence for a reader of the sandbox's truth table.
        user: None for people who are not in Webitel.
        contact: the contact that is this person's; None where the CRM has none.
        others: further contacts that play a part (a customer of the same name, a second row of the same person).
        person: who it really is, to see who shares a name.
        holds_seat: whether the user holds a call-centre seat; None leaves it to chance.
    """

    kind: str
    expected: str
    why: str
    user: UserFace | None = None
    contact: ContactFace | None = None
    system_user: SystemUserFace | None = None
    records: tuple[RecordFace, ...] = ()
    others: tuple[ContactFace, ...] = ()
    person: Person | None = None
    acceptable: frozenset[str] = field(default_factory=frozenset)
    holds_seat: bool | None = None
