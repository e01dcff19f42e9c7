"""The section "Webitel users" as it was filled by hand before the first import, with its details."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from usersync.sandbox.people.draw import Calendar, guids, objects, stream
from usersync.sandbox.people.frames import audited
from usersync.sandbox.people.layout import Layout
from usersync.sandbox.people.licenses import Licenses
from usersync.sandbox.people.values import RecordFace
from usersync.sandbox.people.webitel_rows import former_username
from usersync.sandbox.people.wellknown import RECORD_ROLE_ADMIN, RECORD_ROLE_USER

Row = dict[str, Any]


def section_rows(
    seed: int,
    layout: Layout,
    licenses: Licenses,
    webitel: dict[str, Any],
    calendar: Calendar,
    *,
    classic: bool,
    orphans: int,
) -> dict[str, pd.DataFrame]:
    """WSysAccount, and with the add-on its details.

    Args:
        seed: of the world.
        layout: whose records they are.
        licenses: mirrored in the detail of records the add-on made.
        webitel: the other side, for devices and roles.
        calendar: when the rows were made.
        classic: the base package's columns instead of the add-on's.
        orphans: how many records belong to nobody in Webitel.
    """
    users = {user["id"]: user for user in webitel["users"]}
    rows = [
        _record(layout, place, record, users) for place, scene in enumerate(layout.scenes) for record in scene.records
    ]
    former = [place for place, scene in enumerate(layout.scenes) if scene.kind == "former"][:orphans]
    rows += [
        _record(layout, place, RecordFace(former_username(n), str(900 + n), "Колишній працівник", stun=False), users)
        for n, place in enumerate(former)
    ]
    for row, record_id in zip(rows, guids(seed, "WSysAccount", len(rows)).tolist(), strict=True):
        row["Id"] = record_id
    if classic:
        return {"WSysAccount": _classic(seed, rows, calendar)}
    return {
        "WSysAccount": _add_on(seed, rows, calendar),
        "WSysAccountLicense": _license_details(seed, rows, licenses, calendar),
        "WSysAccountInWebitelRole": _role_details(seed, rows, webitel, users, calendar),
    }


def _record(layout: Layout, place: int, record: RecordFace, users: dict[str, Any]) -> Row:
    user_id = layout.user_ids[place] if record.has_user_id else None
    device = users[user_id].get("device") if user_id else None
    return {
        "place": place, "Name": record.name, "Login": record.username, "Extension": record.extension,
        "WebitelUserId": user_id, "DefaultDevice": device["name"] if device else None,
        "ContactId": layout.contact_id(place), "RoleId": RECORD_ROLE_ADMIN if record.admin else RECORD_ROLE_USER,
        "UserId": layout.system_user_ids[place] if record.with_system_user else None, "EnableStun": record.stun,
    }  # fmt: skip


def _texts(rows: list[Row], *names: str) -> dict[str, Any]:
    return {name: objects([row[name] for row in rows]) for name in names}


def _add_on(seed: int, rows: list[Row], calendar: Calendar) -> pd.DataFrame:
    names = ("Id", "Name", "Login", "Extension", "WebitelUserId", "DefaultDevice", "ContactId", "RoleId", "UserId")
    stun = np.array([row["EnableStun"] for row in rows], dtype=bool)
    flags = {"EnableStun": stun, "Active": np.ones(len(rows), dtype=bool)}
    return audited("WSysAccount", seed, calendar, len(rows), {**_texts(rows, *names), **flags})


def _classic(seed: int, rows: list[Row], calendar: Calendar) -> pd.DataFrame:
    """The base package keeps the extension in Login, and the same number as the password."""
    for number, row in enumerate(rows):
        row["Login"] = row["Extension"] or str(9_000 + number)
        row["Password"] = row["Login"]
    columns = _texts(rows, "Id", "Name", "Login", "Password", "ContactId", "RoleId")
    return audited("WSysAccount", seed, calendar, len(rows), columns)


def _license_details(seed: int, rows: list[Row], licenses: Licenses, calendar: Calendar) -> pd.DataFrame:
    """The add-on mirrored the licences of records it knows the User ID of; now and then it missed one."""
    rng = stream(seed, "license details")
    found = [
        (row["Id"], grant, licenses.named(grant["id"]))
        for row in rows if row["WebitelUserId"] for grant in licenses.held[row["place"]] if rng.random() < 0.85
    ]  # fmt: skip
    return audited(
        "WSysAccountLicense", seed, calendar, len(found),
        {
            "WSysAccountId": objects([record for record, _, _ in found]),
            "LicenseId": objects([license_["id"] for _, _, license_ in found]),
            "Product": objects([license_["product"] for _, _, license_ in found]),
            "Name": objects([license_.get("name") for _, _, license_ in found]),
            "IssuedOn": objects([calendar.from_milliseconds(grant["issued_at"]) for _, grant, _ in found]),
            "ExpiresOn": objects([calendar.from_milliseconds(license_["not_after"]) for _, _, license_ in found]),
        },
    )  # fmt: skip


def _role_details(
    seed: int, rows: list[Row], webitel: dict[str, Any], users: dict[str, Any], calendar: Calendar
) -> pd.DataFrame:
    names = {role["id"]: role["name"] for role in webitel["roles"]}
    found = [(row["Id"], role) for row in rows if row["WebitelUserId"] for role in users[row["WebitelUserId"]]["roles"]]
    return audited(
        "WSysAccountInWebitelRole", seed, calendar, len(found),
        {
            "WSysAccountId": objects([record for record, _ in found]),
            "WebitelRoleId": objects([role for _, role in found]), "Name": objects([names[role] for _, role in found]),
        },
    )  # fmt: skip
