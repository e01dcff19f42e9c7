"""Worlds made by hand for one test each: a few people on both sides, and nothing that the test does not speak of."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any

import pandas as pd

EMPLOYEE = "60733efc-f36b-1410-a883-16d83cab0980"
CUSTOMER = "00783ef6-f36b-1410-a883-16d83cab0980"
OUR_COMPANY = "57412fad-53e6-df11-971b-001d60e938c6"
CUSTOMER_ACCOUNT = "03a75490-53e6-df11-971b-001d60e938c6"
EXTENSION = "e9d91e45-8d92-4e38-95a0-ef8aa28c9e7a"
USER_ROLE = "7640dfbd-0cf2-4040-998e-4641042eff46"
MAIL = "romashka.example"
COMPANY = "e308b781-3c5b-4ecb-89ef-5c1ed4da488e"
DC = 7
IMPORTER = "1"
CALL_CENTER, CALL_MANAGER, EXPIRED, CHAT = "cc-1", "cm-1", "old-1", "chat-1"


def contact_id(username: str) -> str:
    return _guid("contact", username)


def system_user_id(username: str) -> str:
    return _guid("user", username)


def record_id(username: str) -> str:
    return _guid("record", username)


@dataclass(frozen=True)
class Person:
    """Somebody on one side or both.

    Attributes:
        user_id: Webitel id; empty = not in Webitel.
        contact: name of the contact; empty = not in Creatio.
        login: name of the system user; empty = none; `active` is its state.
        record: columns of a record made by hand; None = none.
        told: the extension stands among the contact's communications.
    """

    username: str
    name: str = ""
    user_id: str = ""
    extension: str = ""
    email: str = ""
    contact: str = ""
    contact_email: str = ""
    contact_type: str | None = EMPLOYEE
    account: str | None = COMPANY
    login: str = ""
    active: bool = True
    portal: bool = False
    record: Mapping[str, Any] | None = None
    licenses: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    profile: Mapping[str, str] = field(default_factory=dict)
    told: bool = False

    @property
    def contact_id(self) -> str:
        return contact_id(self.username)


def linked(username: str, name: str, user_id: int, extension: str = "", **more: Any) -> Person:
    """Somebody both sides know, beyond doubt: the Creatio login is the Webitel username."""
    settings = {"contact": name, "login": username} | more
    return Person(username, name, str(user_id), extension, **settings)


def stranger(username: str, name: str, user_id: int, extension: str = "", **more: Any) -> Person:
    """Somebody only Webitel knows."""
    return Person(username, name, str(user_id), extension, **more)


ANNA = linked("a.melnyk", "Мельник Анна", 11, "101")
BORYS = linked("b.koval", "Коваль Борис", 12, "102")
VIRA = linked("v.shulha", "Шульга Віра", 13, "103")
TRIO = (ANNA, BORYS, VIRA)
NOBODY_KNOWS = stranger("n.tymchuk", "Тимчук Назар", 21, "121")


@dataclass(frozen=True)
class Seats:
    """One licence of the customer."""

    id: str
    product: str
    limit: int
    concurrent: bool = False
    days_left: int = 200
    name: str = ""


SEATS = (
    Seats(CALL_CENTER, "CALL_CENTER", 4),
    Seats(CALL_MANAGER, "CALL_MANAGER", 2, concurrent=True, name="Call manager"),
    Seats(EXPIRED, "VOIP_DEVICE", 5, days_left=-20),
    Seats(CHAT, "CHAT", 2),
)


@dataclass(frozen=True)
class Account:
    id: str
    name: str
    type: str | None = OUR_COMPANY


@dataclass(frozen=True)
class Town:
    """Rows of both services, in the shape the sandbox loads."""

    people: tuple[Person, ...] = TRIO
    accounts: tuple[Account, ...] = (Account(COMPANY, "Ромашка"),)
    seats: tuple[Seats, ...] = SEATS
    importer_licenses: tuple[str, ...] = (CALL_MANAGER,)
    profile: str = "callmanager"

    @cached_property
    def truth(self) -> pd.DataFrame:
        return pd.DataFrame(columns=["webitel_user_id", "contact_id"])

    @cached_property
    def webitel(self) -> dict[str, Any]:
        agents = [person for person in self.people if person.user_id]
        return {
            "domain": {"dc": DC, "name": MAIL},
            "users": [
                _user(Person("svc.creatio", "Creatio import", IMPORTER, licenses=self.importer_licenses)),
                *map(_user, agents),
            ],
            "licenses": [_license(seats) for seats in self.seats],
            "roles": [{"id": "1020", "name": "Agents"}, {"id": "1021", "name": "Supervisors"}],
            "devices": [
                {"id": f"5{person.user_id}", "name": f"SIP {person.username}", "account": person.extension,
                 "user": {"id": person.user_id}}
                for person in agents if person.extension
            ],
            "service_account": {"username": "svc.creatio", "password": "sandbox-password", "token": "sandbox-api-token"},
        }  # fmt: skip

    @cached_property
    def creatio(self) -> dict[str, Sequence[Mapping[str, Any]]]:
        known = [person for person in self.people if person.contact]
        return {
            "Account": [{"Id": item.id, "Name": item.name, "TypeId": item.type} for item in self.accounts],
            "Contact": [
                {"Id": person.contact_id, "Name": person.contact, "Email": person.contact_email or None,
                 "TypeId": person.contact_type, "AccountId": person.account}
                for person in known
            ],
            "SysAdminUnit": [
                {"Id": system_user_id(person.username), "Name": person.login, "SysAdminUnitTypeValue": 4,
                 "ConnectionType": int(person.portal), "ContactId": person.contact_id, "Active": person.active}
                for person in known if person.login
            ],
            "ContactCommunication": [
                {"Id": _guid("communication", person.username), "ContactId": person.contact_id,
                 "CommunicationTypeId": EXTENSION, "Number": person.extension}
                for person in known if person.told
            ],
            "WSysAccount": [
                {"Id": record_id(person.username), "ContactId": person.contact_id, "RoleId": USER_ROLE, **person.record}
                for person in known if person.record is not None
            ],
        }  # fmt: skip


def _user(person: Person) -> dict[str, Any]:
    device = [{"id": f"5{person.user_id}"}] if person.extension else []
    return {
        "id": person.user_id, "name": person.name, "username": person.username, "extension": person.extension,
        "email": person.email, "device": device[0] if device else None, "devices": device,
        "roles": [{"id": role} for role in person.roles], "profile": dict(person.profile),
        "license": [{"id": serial, "issued_at": _ms(-30)} for serial in person.licenses],
        "created_at": _ms(-300), "updated_at": _ms(-300),
    }  # fmt: skip


def _license(seats: Seats) -> dict[str, Any]:
    return {
        "id": seats.id, "product": seats.product, "name": seats.name, "limit": seats.limit,
        "competitive": seats.concurrent, "not_before": _ms(-365), "not_after": _ms(seats.days_left),
    }  # fmt: skip


def _guid(kind: str, name: str) -> str:
    return str(uuid.uuid5(uuid.NAMESPACE_DNS, f"{kind}:{name}"))


def _ms(days: int) -> int:
    midnight = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return int((midnight + timedelta(days=days)).timestamp() * 1000)
