"""Eight Webitel users and the CRM around them, made by hand: what the tests of the two services are told about."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pandas as pd

_EMPLOYEE = "60733efc-f36b-1410-a883-16d83cab0980"
_OUR_COMPANY = "57412fad-53e6-df11-971b-001d60e938c6"
_EXTENSION = "e9d91e45-8d92-4e38-95a0-ef8aa28c9e7a"
_EMAIL = "ee1c85c3-cfcb-df11-9b2a-001d60e938c6"
_USER_ROLE = "7640dfbd-0cf2-4040-998e-4641042eff46"
_MAIL = "romashka.example"
_COMPANY = "e308b781-3c5b-4ecb-89ef-5c1ed4da488e"


@dataclass(frozen=True)
class SmallWorld:
    """A world in the shape the generator gives.

    Attributes:
        webitel: `domain`, `users`, `licenses`, `roles`, `devices`, `service_account`.
        creatio: entity set → rows with Creatio's column names.
        truth: who is who.
    """

    webitel: Mapping[str, Any]
    creatio: Mapping[str, Any]
    truth: pd.DataFrame


@dataclass(frozen=True)
class _Person:
    user_id: int
    name: str
    username: str
    extension: str = ""
    email: str = ""
    contact: str = ""
    login: str = ""
    active: bool = True


_PEOPLE = (
    _Person(2, "Марія Лисенко", "m.lysenko", "101", "", "m.lysenko", "Лисенко Марія"),
    _Person(3, "Олександр Ковальчук", "o.kovalchuk", "102", f"o.kovalchuk@{_MAIL}", "Ковальчук Олександр", "o.kovalchuk"),
    _Person(4, "Yuliia Shcherbak", "yuliia.s", "103", "", "Щербак Юлія Андріївна", "Щербак Юлія"),
    _Person(5, "Богдан Сагайдачний", "b.sahaidachnyi", "104", f"b.sahaidachnyi@{_MAIL}"),
    _Person(6, "Тарас Бондар", "t.bondar", "105", "", "Бондар Тарас Петрович", "Бондар Тарас"),
    _Person(7, "Роман Гнатюк", "r.hnatiuk", "106", f"r.hnatiuk@{_MAIL}", "Гнатюк Роман Ігорович", "r.hnatiuk", active=False),
    _Person(8, "IVR robot", "ivr.robot"),
)  # fmt: skip


def small_world() -> SmallWorld:
    """The world; licences are valid around today."""
    now = datetime.now(UTC)
    start, end = (_ms(now + timedelta(days=days)) for days in (-180, 185))
    grants = {1: ("cm-1",), 2: ("cc-1",), 7: ("cc-1",)}
    users = [
        {
            "id": str(person.user_id),
            "name": person.name,
            "username": person.username,
            "extension": person.extension,
            "email": person.email,
            "device": {"id": str(100 + person.user_id)} if person.extension else None,
            "devices": [{"id": str(100 + person.user_id)}] if person.extension else [],
            "roles": [{"id": "20"}] if person.extension else [],
            "license": [{"id": serial, "issued_at": str(start)} for serial in grants.get(person.user_id, ())],
            "profile": {},
            "created_at": str(start),
            "updated_at": str(start),
        }
        for person in (_Person(1, "Creatio import", "svc.creatio"), *_PEOPLE)
    ]
    devices = [
        {
            "id": str(100 + person.user_id),
            "name": person.username,
            "account": person.extension,
            "user": {"id": str(person.user_id)},
        }
        for person in _PEOPLE
        if person.extension
    ]
    webitel = {
        "domain": {"dc": 1, "name": _MAIL},
        "users": users,
        "licenses": [
            {"id": "cc-1", "product": "CALL_CENTER", "not_before": start, "not_after": end, "limit": 4},
            {
                "id": "cm-1",
                "product": "CALL_MANAGER",
                "not_before": start,
                "not_after": end,
                "limit": 5,
                "competitive": True,
            },
            {"id": "old-1", "product": "MOBILE", "not_before": start - 10**10, "not_after": start, "limit": 5},
            {"id": "chat-1", "product": "CHAT", "not_before": start, "not_after": end, "limit": 2},
        ],
        "roles": [{"id": "20", "name": "agents"}, {"id": "21", "name": "supervisors"}],
        "devices": devices,
        "service_account": {"username": "svc.creatio", "password": "sandbox-password", "token": "sandbox-api-token"},
    }
    answers = [(str(person.user_id), contact_id(person.username) if person.contact else None) for person in _PEOPLE]
    return SmallWorld(webitel, _creatio(), pd.DataFrame(answers, columns=["webitel_user_id", "contact_id"]))


def contact_id(username: str) -> str:
    """Id of the contact of a Webitel user."""
    return _guid("contact", username)


def record_id(username: str) -> str:
    """Id of the record of a Webitel user."""
    return _guid("record", username)


def _creatio() -> dict[str, list[dict[str, Any]]]:
    known = [person for person in _PEOPLE if person.contact]
    contacts = [
        {
            "Id": _guid("contact", person.username),
            "Name": person.contact,
            "Email": person.email or None,
            "TypeId": _EMPLOYEE,
            "AccountId": _COMPANY,
        }
        for person in known
    ]
    return {
        "Account": [{"Id": _COMPANY, "Name": "Ромашка", "TypeId": _OUR_COMPANY}],
        "Contact": contacts,
        "SysAdminUnit": [
            {
                "Id": _guid("user", person.username),
                "Name": person.login,
                "SysAdminUnitTypeValue": 4,
                "ConnectionType": 0,
                "ContactId": _guid("contact", person.username),
                "Active": person.active,
            }
            for person in known
        ],
        "ContactCommunication": [
            {
                "Id": _guid(f"communication {kind}", person.username),
                "ContactId": _guid("contact", person.username),
                "CommunicationTypeId": kind,
                "Number": number,
            }
            for person in known
            for kind, number in ((_EXTENSION, person.extension), (_EMAIL, person.email))
            if number
        ],
        "WSysAccount": [
            {
                "Id": _guid("record", "t.bondar"),
                "Name": "Тарас Бондар",
                "Login": "t.bondar",
                "ContactId": _guid("contact", "t.bondar"),
                "RoleId": _USER_ROLE,
            }
        ],
    }


def _guid(kind: str, name: str) -> str:
    return str(uuid.uuid5(uuid.NAMESPACE_DNS, f"{kind}:{name}"))


def _ms(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)
