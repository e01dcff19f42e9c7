"""One scene for each situation an import meets, with chance deciding who it happens to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from usersync.sandbox.people.crowd import Crowd
from usersync.sandbox.people.given_names import short_form
from usersync.sandbox.people.values import (
    ContactFace,
    Extension,
    Person,
    RecordFace,
    Scene,
    SystemUserFace,
    UserFace,
)
from usersync.sandbox.people.wellknown import CLIENT_TYPE, EMPLOYEE_TYPE

IMPORTER = "svc.creatio"
_JOBS = ("Оператор", "Старший оператор", "Супервізор", "Менеджер з продажу", "Фахівець підтримки", "Адміністратор")
_SERVICES = (
    ("robot", "Robot"), ("ivr", "IVR"), ("admin", "Administrator"), ("call-center1", "call-center 1"), ("test", "Test"),
    ("ivr-night", "IVR night"), ("robot2", "Robot 2"), ("demo", "Demo"), ("qa", "QA"), ("call-center2", "call-center 2"),
    ("test-webrtc", "Тест"), ("ivr_sales", "IVR sales"), ("robot-nps", "Robot NPS"), ("admin2", "admin"),
    ("demo_partner", "demo"), ("test3", "test 3"),
)  # fmt: skip
_SEATS = ("Оператор", "Каса", "Рецепція", "Склад", "Оператор зміни")
_UNTYPED = 0.06
_EITHER = frozenset({"auto", "review"})


def importer() -> Scene:
    """The account an importer logs in to Webitel with: it is protected and never imported."""
    return Scene(
        "importer", "skip", "The importer's own service account: protected.",
        user=UserFace("Creatio robot", IMPORTER, service=True), holds_seat=False,
    )  # fmt: skip


def service(number: int) -> Scene:
    """A machine's account."""
    username, name = _SERVICES[number % len(_SERVICES)]
    again = number // len(_SERVICES)
    return Scene(
        "service", "skip", "A machine, not a person.",
        user=UserFace(name, f"{username}-{again}" if again else username, service=True), holds_seat=False,
        acceptable=frozenset({"skip", "review"}),
    )  # fmt: skip


def seat(crowd: Crowd, number: int) -> Scene:
    """A place of work that many people use."""
    stem = _SEATS[number // 3 % len(_SEATS)]
    name = f"{stem} {number % 3 + 5 * (number // 15) + 3}"
    return Scene(
        "seat", "review", "A seat, not a person: one review item for all of them.",
        user=UserFace(name, crowd.taken(f"seat{number + 1:02d}"), crowd.extension()),
    )  # fmt: skip


def contact_of(
    crowd: Crowd,
    person: Person,
    *,
    name: str | None = None,
    email: str | None = None,
    extensions: tuple[Extension, ...] = (),
) -> ContactFace:
    """An employee's contact under our own account."""
    return ContactFace(
        name or person.written("sgm"), (person.surname, person.given, person.patronymic), email, crowd.mobile(person),
        job=crowd.one_of(_JOBS), extensions=extensions,
        type=None if crowd.chance(_UNTYPED) else EMPLOYEE_TYPE,
    )  # fmt: skip


def _customer(crowd: Crowd, person: Person) -> ContactFace:
    return ContactFace(
        person.written("sgm"), (person.surname, person.given, person.patronymic), crowd.private_email(person),
        crowd.mobile(person), account="customer", type=CLIENT_TYPE,
    )  # fmt: skip


@dataclass(frozen=True)
class _Employee:
    """The ordinary employee, before the situation is made of it."""

    person: Person
    user: UserFace
    contact: ContactFace
    system_user: SystemUserFace

    def webitel(self, **changes: str | None) -> _Employee:
        """With other values in Webitel."""
        return replace(self, user=replace(self.user, **changes))  # type: ignore[arg-type]

    def crm(self, **changes: Any) -> _Employee:
        """With other values on the contact."""
        return replace(self, contact=replace(self.contact, **changes))

    def scene(
        self, kind: str, why: str, expected: str = "auto", also: frozenset[str] = frozenset(), **parts: Any
    ) -> Scene:
        """The scene; `also` are answers that are no mistake either."""
        return Scene(
            kind, expected, why, user=self.user, contact=self.contact, system_user=parts.pop("system_user", self.system_user),
            person=self.person, acceptable=also | {expected}, **parts,
        )  # fmt: skip


def _employee(crowd: Crowd, person: Person, *, with_login: bool = False) -> _Employee:
    """Somebody with a contact, a system user and a Webitel user; what links them is left to the caller.

    The Creatio login is the Webitel username only where asked for; elsewhere people log in to Creatio by their name.
    """
    username, extension = crowd.username(person), crowd.extension()
    known = (Extension(extension),) if crowd.chance(0.6) else ()
    email = crowd.company_email(username) if crowd.chance(0.85) else None
    contact = contact_of(crowd, person, email=email, extensions=known)
    if crowd.chance(0.2):
        contact = replace(contact, name=person.written("sg"), parts=(person.surname, person.given, None))
    login = username if with_login else crowd.taken(person.written("initials" if crowd.chance(0.5) else "sg"))
    return _Employee(person, UserFace(_display(crowd, person), username, extension), contact, SystemUserFace(login))


def _display(crowd: Crowd, person: Person, *, latin: float = 0.35) -> str:
    """The name as Webitel's administrator typed it."""
    shown = person.latin(crowd.scheme()) if crowd.chance(latin) else person
    return shown.written("gs" if crowd.chance(0.6) else "sg")


def _login(crowd: Crowd) -> Scene:
    someone = _employee(crowd, crowd.person(), with_login=True)
    if crowd.chance(0.5):
        someone = someone.webitel(email=someone.contact.email)
    return someone.scene("login", "The Creatio login is the Webitel username.")


def _login_with_domain(crowd: Crowd) -> Scene:
    someone = _employee(crowd, crowd.person(), with_login=True)
    login, company = someone.system_user.login, crowd.company
    written = f"{company.netbios}\\{login}" if crowd.chance(0.5) else f"{login}@{company.email_domain}"
    return someone.scene(
        "login_with_domain", "The Creatio login without its domain is the Webitel username.",
        system_user=SystemUserFace(written),
    )  # fmt: skip


def _no_extension(crowd: Crowd) -> Scene:
    someone = _employee(crowd, crowd.person(), with_login=True).webitel(extension=None).crm(extensions=())
    return someone.scene("no_extension", "The login decides; without an extension nobody can call.")


def _shared_mailbox(crowd: Crowd) -> Scene:
    box = f"{crowd.one_of(('info', 'sales', 'support'))}@{crowd.company.email_domain}"
    someone = _employee(crowd, crowd.person(), with_login=True).webitel(email=box).crm(email=box)
    return someone.scene("shared_mailbox", "The login decides; the mailbox is shared by many and proves nothing.")


def _manual_rule(crowd: Crowd) -> Scene:
    someone = _employee(crowd, crowd.person()).crm(email=None)
    if crowd.chance(0.12):  # from before Webitel forbade blanks: the full name is the login
        someone = someone.webitel(username=crowd.taken(someone.contact.name))
    username = someone.user.username
    someone = someone.crm(name=username.title() if crowd.chance(0.3) else username)
    return someone.scene("manual_rule", "The contact's name is the Webitel username: the manual's own rule.")


def _by_email(crowd: Crowd) -> _Employee:
    someone = _employee(crowd, crowd.person())
    box = someone.contact.email or crowd.private_email(someone.person)
    return someone.crm(email=box).webitel(email=box)


def _email(crowd: Crowd) -> Scene:
    return _by_email(crowd).scene("email", "The same personal e-mail address.")


def _name(crowd: Crowd) -> Scene:
    person = crowd.person()
    someone = _employee(crowd, person).webitel(name=_display(crowd, person, latin=0.0))
    return someone.scene("name", "The same name, and no other contact has it.", also=_EITHER)


def _cross_script(crowd: Crowd) -> Scene:
    person = crowd.person(cyrillic=True)
    someone = _employee(crowd, person).webitel(name=_display(crowd, person, latin=1.0))
    why = "The same name in Latin and in Cyrillic letters, and no other contact has it."
    return someone.scene("cross_script", why, also=_EITHER)


def _nickname(crowd: Crowd) -> Scene:
    person = crowd.person()
    short = short_form(person.locale, person.given, female=person.female) or person.given
    someone = _employee(crowd, person).webitel(name=f"{short} {person.surname}")
    return someone.scene("nickname", "A short form of the same name.", also=_EITHER)


def _language(crowd: Crowd) -> Scene:
    person = crowd.person(cyrillic=True)
    someone = _employee(crowd, person).webitel(name=crowd.in_other_language(person).written("gs"))
    return someone.scene("language", "The same name as the other language has it.", also=_EITHER)


def _initials(crowd: Crowd) -> Scene:
    person = crowd.person(cyrillic=True)
    someone = _employee(crowd, person).webitel(name=person.written("initials")).crm(email=None)
    return someone.scene("initials", "Surname and initials only, nothing else agrees.", "review", _EITHER)


def _initials_with_login(crowd: Crowd) -> Scene:
    person = crowd.person(cyrillic=True)
    someone = _employee(crowd, person)
    box = someone.contact.email or crowd.company_email(someone.user.username)
    someone = someone.crm(name=person.written("initials"), parts=_initialled(person), email=box)
    someone = someone.webitel(name=person.written("gs"))
    why = "The contact has initials only, but its mailbox is named like the login."
    return someone.scene("initials_with_login", why, also=_EITHER)


def _initialled(person: Person) -> tuple[str, str, str | None]:
    return (person.surname, f"{person.given[0]}.", f"{person.patronymic[0]}." if person.patronymic else None)


def _typo(crowd: Crowd) -> Scene:
    person = crowd.person()
    slipped = replace(person, surname=crowd.typo(person.surname))
    someone = _employee(crowd, person).webitel(name=slipped.written("gs")).crm(email=None)
    return someone.scene("typo", "One letter differs, nothing else agrees.", "review", _EITHER)


def _typo_with_email(crowd: Crowd) -> Scene:
    someone = _by_email(crowd)
    slipped = replace(someone.person, surname=crowd.typo(someone.person.surname))
    return someone.webitel(name=slipped.written("gs")).scene(
        "typo_with_email", "One letter differs, the e-mail agrees."
    )


def _married(crowd: Crowd) -> Scene:
    someone = _employee(crowd, crowd.person())
    someone = someone.webitel(name=crowd.bride(someone.person).written("gs"))
    why = "Another surname than the contact's; only the login reminds of the old one."
    return someone.scene("married", why, "review", frozenset({"create"}))


def _username_only(crowd: Crowd) -> Scene:
    someone = _employee(crowd, crowd.person()).crm(email=None)
    someone = someone.webitel(name=someone.user.username)
    why = "There is no name, only a login: it never links by itself."
    return someone.scene("username_only", why, "review", frozenset({"create"}))


def _namesakes(crowd: Crowd) -> Scene:
    person = crowd.person(cyrillic=True)
    someone = _employee(crowd, person).webitel(name=person.written("gs"))
    someone = replace(someone, contact=contact_of(crowd, person))
    why = "Two employees bear this name; Webitel does not say which one it is."
    return someone.scene("namesakes", why, "review", others=(contact_of(crowd, crowd.namesake(person)),))


def _customer_only(crowd: Crowd) -> Scene:
    person = crowd.person(cyrillic=True)
    return Scene(
        "customer_only", "review", "Only a customer bears this name: an agent is never linked to a customer by name.",
        user=UserFace(person.written("gs"), crowd.username(person), crowd.extension()),
        others=(_customer(crowd, crowd.namesake(person)),), person=person, acceptable=frozenset({"review"}),
    )  # fmt: skip


def _customer_namesake(crowd: Crowd) -> Scene:
    person = crowd.person(cyrillic=True)
    someone = _employee(crowd, person, with_login=True)
    why = "The login decides, although a customer bears the same name."
    return someone.scene("customer_namesake", why, others=(_customer(crowd, crowd.namesake(person)),))


def _also_customer(crowd: Crowd) -> Scene:
    someone = _employee(crowd, crowd.person(), with_login=True)
    twin = _customer(crowd, someone.person)
    if crowd.chance(0.5):
        twin = replace(twin, mobile=someone.contact.mobile)
    return someone.scene(
        "also_customer", "The login decides; the same person is a customer's contact, too.", others=(twin,)
    )


def _create(crowd: Crowd) -> Scene:
    person = crowd.person()
    username = crowd.username(person)
    box = crowd.company_email(username) if crowd.chance(0.6) else None
    return Scene(
        "create", "create", "Nobody in the CRM is this user.",
        user=UserFace(_display(crowd, person), username, crowd.extension(), box),
        person=person, acceptable=frozenset({"create", "review"}),
    )  # fmt: skip


def _inherited_extension(crowd: Crowd) -> Scene:
    scene = _create(crowd)
    number = scene.user.extension if scene.user else None
    former = contact_of(crowd, crowd.person(), extensions=(Extension(number or ""),))
    why = "New here; the extension is still written on the contact of somebody who left."
    return replace(scene, kind="inherited_extension", why=why, others=(former,))


def _adopted(crowd: Crowd) -> Scene:
    someone = _employee(crowd, crowd.person(), with_login=crowd.chance(0.5))
    user = someone.user
    record = RecordFace(
        user.username.upper() if crowd.chance(0.1) else user.username, user.extension,
        f"{user.name} (зміна Б)" if crowd.chance(0.3) else user.name, has_user_id=crowd.chance(0.25),
        stun=crowd.chance(0.2), admin=crowd.chance(0.1), with_system_user=crowd.chance(0.8),
    )  # fmt: skip
    why = "Somebody made the record by hand: it is adopted, hand values stay."
    return someone.scene("adopted", why, "adopted", records=(record,))


def _two_records(crowd: Crowd) -> Scene:
    someone = _employee(crowd, crowd.person())
    first = RecordFace(someone.user.username, someone.user.extension, someone.user.name)
    second = replace(first, extension=None, name=None, with_system_user=False)
    return someone.scene(
        "two_records", "The section has two records of this contact.", "review", records=(first, second)
    )


def _leaver(crowd: Crowd) -> Scene:
    someone = _by_email(crowd)
    why = "The system user is inactive: the person has left and still holds a licence seat."
    return someone.scene("leaver", why, system_user=replace(someone.system_user, active=False), holds_seat=True)


MAKERS: dict[str, tuple[float, int, Callable[[Crowd], Scene]]] = {
    "login": (0.235, 1, _login),
    "login_with_domain": (0.08, 1, _login_with_domain),
    "email": (0.15, 1, _email),
    "cross_script": (0.11, 1, _cross_script),
    "name": (0.06, 1, _name),
    "adopted": (0.10, 1, _adopted),
    "manual_rule": (0.06, 1, _manual_rule),
    "create": (0.06, 1, _create),
    "no_extension": (0.03, 0, _no_extension),
    "also_customer": (0.03, 0, _also_customer),
    "customer_namesake": (0.02, 0, _customer_namesake),
    "leaver": (0.02, 1, _leaver),
    "initials_with_login": (0.015, 0, _initials_with_login),
    "shared_mailbox": (0.01, 0, _shared_mailbox),
    "inherited_extension": (0.01, 0, _inherited_extension),
    "nickname": (0.01, 0, _nickname),
    "language": (0.01, 0, _language),
    "typo_with_email": (0.01, 0, _typo_with_email),
    "namesakes": (0.014, 1, _namesakes),
    "customer_only": (0.008, 0, _customer_only),
    "username_only": (0.008, 0, _username_only),
    "married": (0.006, 0, _married),
    "two_records": (0.006, 0, _two_records),
    "initials": (0.003, 0, _initials),
    "typo": (0.003, 0, _typo),
}
"""Situation → its share of the people, how many there are at least, and who makes the scene."""
