"""Creatio's users and roles, its own licences, its lookups and workplaces, and a few calls and activities."""

from __future__ import annotations

import numpy as np
import pandas as pd

from usersync.sandbox.people.draw import Calendar, Objects, guids, objects, stream
from usersync.sandbox.people.frames import audited, same
from usersync.sandbox.people.layout import Layout
from usersync.sandbox.people.wellknown import (
    ACCOUNT_TYPES,
    ADMINISTRATORS_ROLE,
    ALL_EMPLOYEES_ROLE,
    COMMUNICATION_TYPES,
    CONTACT_TYPES,
    OUR_ACCOUNT,
    PORTAL_ROLE,
    RECORD_ROLE_ADMIN,
    RECORD_ROLE_USER,
    SUPERVISOR_CONTACT,
    SUPERVISOR_USER,
)

_MOST_CALLS = 200


def system_user_rows(seed: int, layout: Layout, contacts: pd.DataFrame, calendar: Calendar) -> pd.DataFrame:
    """Roles, the Supervisor, employees (ConnectionType 0), and some customers who use the portal (ConnectionType 1)."""
    rows: list[tuple[str, str, int, str | None, bool, int, str | None, str | None]] = [
        (ALL_EMPLOYEES_ROLE, "All employees", 0, None, True, 0, None, None),
        (ADMINISTRATORS_ROLE, "System administrators", 6, None, True, 0, None, None),
        (PORTAL_ROLE, "All portal users", 0, None, True, 1, None, None),
        (SUPERVISOR_USER, "Supervisor", 4, SUPERVISOR_CONTACT, True, 0, None, OUR_ACCOUNT),
    ]
    for place, scene in enumerate(layout.scenes):
        user_id, face = layout.system_user_ids[place], scene.system_user
        if user_id and face:
            email = scene.contact.email if scene.contact else None
            rows.append((user_id, face.login, 4, layout.contact_id(place), face.active, 0, email, OUR_ACCOUNT))
    customers = contacts.iloc[layout.customers_from :]
    portal = customers[customers["Email"].notna() & customers["AccountId"].notna()].drop_duplicates("Email")
    portal = portal.head(max(2, len(layout.scenes) // 20))
    ids = guids(seed, "portal", len(portal)).tolist()
    rows += [
        (user_id, row["Email"], 4, row["Id"], True, 1, row["Email"], row["AccountId"])
        for user_id, row in zip(ids, portal.to_dict("records"), strict=True)
    ]
    columns = list(zip(*rows, strict=True))
    return audited(
        "SysAdminUnit", seed, calendar, len(rows),
        {
            "Id": objects(list(columns[0])), "Name": objects(list(columns[1])),
            "SysAdminUnitTypeValue": np.array(columns[2], dtype=np.int64), "ContactId": objects(list(columns[3])),
            "Active": np.array(columns[4], dtype=bool), "ConnectionType": np.array(columns[5], dtype=np.int64),
            "Email": objects(list(columns[6])), "AccountId": objects(list(columns[7])),
        },
    )  # fmt: skip


def role_member_rows(seed: int, users: pd.DataFrame, calendar: Calendar) -> pd.DataFrame:
    """Every user is in the role of its kind; the Supervisor is an administrator besides."""
    people = users[users["SysAdminUnitTypeValue"] == 4]
    portal = people["ConnectionType"].to_numpy() == 1
    role = np.where(portal, PORTAL_ROLE, ALL_EMPLOYEES_ROLE).astype(object)
    return audited(
        "SysUserInRole", seed, calendar, len(people) + 1,
        {
            "SysUserId": np.concatenate((people["Id"].to_numpy(dtype=object), objects([SUPERVISOR_USER]))),
            "SysRoleId": np.concatenate((role, objects([ADMINISTRATORS_ROLE]))),
        },
    )  # fmt: skip


def creatio_license_rows(seed: int, users: pd.DataFrame, calendar: Calendar) -> dict[str, pd.DataFrame]:
    """Creatio's own licences: everybody active may log in, most may use telephony (`WebitelCollaboration.Use`)."""
    rng = stream(seed, "creatio licenses")
    packages = guids(seed, "SysLicPackage", 2)
    active = users[(users["SysAdminUnitTypeValue"] == 4) & (users["ConnectionType"] == 0) & users["Active"]]
    ids = active["Id"].to_numpy(dtype=object)
    callers = ids[rng.random(len(ids)) < 0.85]
    names = objects(["Customer Center Creatio", "Webitel Collaboration"])
    operations = objects(["CanUseCustomerCenter.Use", "WebitelCollaboration.Use"])
    return {
        "SysLicPackage": audited(
            "SysLicPackage", seed, calendar, 2,
            {"Id": packages, "Name": names, "Description": same(None, 2), "Operations": operations,
             "UseUserAssociation": np.ones(2, dtype=bool), "IsSsp": np.zeros(2, dtype=bool)},
        ),
        "SysLic": audited(
            "SysLic", seed, calendar, 2,
            {"SysLicPackageId": packages, "Count": [len(ids) + 10, len(callers) + 5],
             "StartDate": same(calendar.iso(-200, hour=0), 2), "DueDate": same(calendar.iso(400, hour=0), 2)},
        ),
        "SysLicUser": audited(
            "SysLicUser", seed, calendar, len(ids) + len(callers),
            {"SysLicPackageId": np.concatenate((same(packages[0], len(ids)), same(packages[1], len(callers)))),
             "SysUserId": np.concatenate((ids, callers)), "Active": np.ones(len(ids) + len(callers), dtype=bool)},
        ),
    }  # fmt: skip


def lookup_rows(seed: int, calendar: Calendar) -> dict[str, pd.DataFrame]:
    """Types and roles by their well-known Ids; the workplace "Contact Center" with the section in it."""

    def lookup(entity: str, names: dict[str, str], **more: Objects) -> pd.DataFrame:
        columns = {"Id": objects(list(names)), "Name": objects(list(names.values())), **more}
        return audited(entity, seed, calendar, len(names), columns)

    roles = {RECORD_ROLE_ADMIN: "Administrator", RECORD_ROLE_USER: "User"}
    workplaces, modules = guids(seed, "SysWorkplace", 2), guids(seed, "SysModule", 3)
    return {
        "ContactType": lookup("ContactType", CONTACT_TYPES),
        "AccountType": lookup("AccountType", ACCOUNT_TYPES),
        "CommunicationType": lookup("CommunicationType", COMMUNICATION_TYPES),
        "WSysAccountRole": lookup("WSysAccountRole", roles, Code=objects(["admin", "user"])),
        "SysWorkplace": lookup("SysWorkplace", dict(zip(workplaces, ("Contact Center", "Sales"), strict=True))),
        "SysModule": audited(
            "SysModule", seed, calendar, 3,
            {"Id": modules, "Caption": objects(["Contacts", "Accounts", "Webitel users"]),
             "Code": objects(["Contact", "Account", "WSysAccount"])},
        ),
        "SysModuleInWorkplace": audited(
            "SysModuleInWorkplace", seed, calendar, 5,
            {"SysWorkplaceId": workplaces[[0, 0, 0, 1, 1]], "SysModuleId": modules[[0, 1, 2, 0, 1]],
             "Position": np.array([0, 1, 2, 0, 1])},
        ),
    }  # fmt: skip


def history_rows(seed: int, layout: Layout, contacts: pd.DataFrame, calendar: Calendar) -> dict[str, pd.DataFrame]:
    """A few calls and activities that refer to employees' and customers' contacts: a contact in use cannot just go."""
    rng = stream(seed, "history")
    count = min(_MOST_CALLS, len(layout.faces) * 2)
    employees = layout.contact_ids[1 : layout.customers_from]
    callers = layout.contact_ids[1:]
    who = rng.integers(0, len(callers), size=count)
    accounts = contacts["AccountId"].to_numpy(dtype=object)[1:][who]
    seconds = rng.integers(15, 900, size=count)
    days = rng.integers(1, 60, size=count).tolist()
    started = [calendar.iso(-day, hour=8 + day % 9) for day in days]
    ended = [
        f"{text[:14]}{second // 60:02d}:{second % 60:02d}.000Z"
        for text, second in zip(started, seconds.tolist(), strict=True)
    ]
    extensions = [str(101 + number) for number in rng.integers(0, 40, size=count).tolist()]
    phones = [str(phone) if phone else "anonymous" for phone in contacts["MobilePhone"].to_numpy(dtype=object)[1:][who]]
    calls = audited(
        "Call", seed, calendar, count,
        {
            "Caption": objects([f"Call {number + 1}" for number in range(count)]), "ContactId": callers[who],
            "AccountId": accounts, "CallerId": objects(phones), "CalledId": objects(extensions),
            "IntegrationId": guids(seed, "call integration", count), "Duration": seconds,
            "StartDate": objects(started), "EndDate": objects(ended),
        },
    )  # fmt: skip
    half = count // 2
    activities = audited(
        "Activity", seed, calendar, half,
        {
            "Title": objects([f"Зателефонувати клієнту {number + 1}" for number in range(half)]),
            "ContactId": callers[who[:half]], "AccountId": accounts[:half],
            "OwnerId": employees[rng.integers(0, len(employees), size=half)] if half else objects([]),
            "StartDate": objects(started[:half]), "DueDate": objects(ended[:half]),
        },
    )  # fmt: skip
    return {"Call": calls, "Activity": activities}
