"""Creatio's people and companies: Account, Contact, their communications and careers."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from usersync.sandbox.people.accounts import CustomerAccounts
from usersync.sandbox.people.customers import Customers
from usersync.sandbox.people.draw import Calendar, Objects, guids, objects, stream
from usersync.sandbox.people.frames import audited, same
from usersync.sandbox.people.layout import Layout
from usersync.sandbox.people.phones import landline
from usersync.sandbox.people.values import Company
from usersync.sandbox.people.wellknown import (
    CUSTOMER_TYPE,
    EMAIL,
    EMPLOYEE_TYPE,
    EXTENSION,
    MOBILE,
    OUR_ACCOUNT,
    OUR_COMPANY_TYPE,
    PARTNER_TYPE,
    SUPERVISOR_CONTACT,
    SUPPLIER_TYPE,
    WORK_PHONE,
)

_NO_DIGITS = str.maketrans("", "", " +()-.")


def account_rows(seed: int, company: Company, accounts: CustomerAccounts, calendar: Calendar) -> pd.DataFrame:
    """Our own company, then the customers'; mostly customers, some partners and suppliers."""
    count = 1 + len(accounts.name)
    rng = stream(seed, "account types")
    types = objects([CUSTOMER_TYPE, CUSTOMER_TYPE, CUSTOMER_TYPE, CUSTOMER_TYPE, PARTNER_TYPE, SUPPLIER_TYPE, None])
    type_of = types[rng.integers(0, len(types), size=count)]
    type_of[0] = OUR_COMPANY_TYPE
    ids = guids(seed, "Account", count)
    ids[0] = OUR_ACCOUNT
    return audited(
        "Account", seed, calendar, count,
        {
            "Id": ids,
            "Name": np.concatenate((objects([company.name]), accounts.name)),
            "TypeId": type_of,
            "OwnerId": same(SUPERVISOR_CONTACT, count),
            "Phone": np.concatenate((objects([landline(1_000_003)]), objects([landline(i) for i in range(count - 1)]))),
            "Web": np.concatenate((objects([f"www.{company.email_domain}"]), "www." + accounts.domain)),
        },
    )  # fmt: skip


def contact_rows(
    seed: int, layout: Layout, customers: Customers, account_ids: Objects, calendar: Calendar
) -> pd.DataFrame:
    """The Supervisor, everybody of the scenes, and the customers."""
    count = len(layout.contact_ids)
    rng = stream(seed, "contact rows")
    faces = layout.faces
    some = account_ids[rng.integers(1, len(account_ids), size=len(faces))]
    at = [{"own": OUR_ACCOUNT, "none": None, "customer": some[place]}[face.account] for place, face in enumerate(faces)]
    theirs = same(None, len(customers.account))
    employed = np.flatnonzero(customers.account >= 0)
    theirs[employed] = account_ids[1:][customers.account[employed]]
    owners = np.concatenate(
        (
            same(SUPERVISOR_CONTACT, layout.customers_from),
            _owners(layout)[rng.integers(0, len(_owners(layout)), size=len(theirs))],
        )
    )

    def column(supervisor: str | None, scenes: list[Any], of_customers: Objects) -> Objects:
        return np.concatenate((objects([supervisor]), objects(scenes), of_customers))

    return audited(
        "Contact", seed, calendar, count,
        {
            "Id": layout.contact_ids,
            "Name": column("Supervisor", [face.name for face in faces], customers.name),
            "Surname": column("Supervisor", [face.parts[0] for face in faces], customers.surname),
            "GivenName": column(None, [face.parts[1] for face in faces], customers.given),
            "MiddleName": column(None, [face.parts[2] for face in faces], customers.middle),
            "Email": column(None, [face.email for face in faces], customers.email),
            "Phone": column(None, [None] * len(faces), customers.phone),
            "MobilePhone": column(None, [face.mobile for face in faces], customers.mobile),
            "JobTitle": column(None, [face.job for face in faces], customers.job),
            "AccountId": column(OUR_ACCOUNT, at, theirs),
            "TypeId": column(EMPLOYEE_TYPE, [face.type for face in faces], customers.type),
            "OwnerId": owners,
        },
    )  # fmt: skip


def _owners(layout: Layout) -> Objects:
    """Whose customers they are: some employees, at least the Supervisor."""
    found = [layout.contact_id(place) for place, scene in enumerate(layout.scenes) if scene.system_user]
    return objects([SUPERVISOR_CONTACT, *found[:40]])


def communication_rows(seed: int, layout: Layout, contacts: pd.DataFrame, calendar: Calendar) -> pd.DataFrame:
    """What Creatio mirrors of every contact (e-mail, phone, mobile), and the employees' extensions."""
    ids, numbers, types = [], [], []
    for column, kind in (("Email", EMAIL), ("Phone", WORK_PHONE), ("MobilePhone", MOBILE)):
        values = contacts[column].to_numpy(dtype=object)
        filled = np.flatnonzero(values != None)  # noqa: E711 -- elementwise
        ids.append(contacts["Id"].to_numpy(dtype=object)[filled])
        numbers.append(values[filled])
        types.append(same(kind, len(filled)))
    extensions = [(place + 1, extension) for place, face in enumerate(layout.faces) for extension in face.extensions]
    ids.append(layout.contact_ids[[place for place, _ in extensions]] if extensions else objects([]))
    numbers.append(objects([extension.number for _, extension in extensions]))
    types.append(same(EXTENSION, len(extensions)))
    number, kind_of = np.concatenate(numbers), np.concatenate(types)
    count = len(number)
    stale = np.zeros(count, dtype=bool)
    stale[count - len(extensions) :] = [extension.stale for _, extension in extensions]
    search = same(None, count)
    phones = np.flatnonzero(kind_of != EMAIL)
    search[phones] = objects([text.translate(_NO_DIGITS)[::-1] for text in number[phones].tolist()])
    return audited(
        "ContactCommunication", seed, calendar, count,
        {
            "ContactId": np.concatenate(ids), "CommunicationTypeId": kind_of, "Number": number, "SearchNumber": search,
            "Position": np.zeros(count, dtype=np.int64), "Primary": ~stale, "NonActual": stale,
        },
    )  # fmt: skip


def career_rows(seed: int, layout: Layout, contacts: pd.DataFrame, calendar: Calendar) -> pd.DataFrame:
    """The posts of the scenes' contacts, as Creatio notes them when an account is set."""
    some = contacts.iloc[1 : layout.customers_from]
    some = some[some["AccountId"].notna()]
    count = len(some)
    former = [
        scene.kind == "former"
        for scene in layout.scenes
        for _ in range(int(scene.contact is not None) + len(scene.others))
    ]
    left = np.array(former, dtype=bool)[some.index.to_numpy() - 1] if count else np.zeros(0, dtype=bool)
    created = some["CreatedOn"].to_numpy(dtype=object)
    return audited(
        "ContactCareer", seed, calendar, count,
        {
            "ContactId": some["Id"].to_numpy(dtype=object), "AccountId": some["AccountId"].to_numpy(dtype=object),
            "JobTitle": some["JobTitle"].to_numpy(dtype=object), "Primary": np.ones(count, dtype=bool), "Current": ~left,
            "StartDate": objects([f"{text[:10]}T00:00:00.000Z" for text in created.tolist()]),
        },
    )  # fmt: skip
