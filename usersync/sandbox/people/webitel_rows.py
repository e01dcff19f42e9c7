"""Webitel's rows, shaped like the wire: ids and times are strings of digits, zero values are left out."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from typing import Any

import numpy as np

from usersync.sandbox.people.draw import Calendar, stream
from usersync.sandbox.people.layout import Layout
from usersync.sandbox.people.licenses import Licenses
from usersync.sandbox.people.values import Company, Scene, UserFace

_ROLES = ("Administrator", "Supervisor", "Agent", "Продажі", "Підтримка", "Reports")
_FIRST_ROLE_ID = 101
_PHONES = (("Yealink", "T31P"), ("Yealink", "T46U"), ("Grandstream", "GRP2602"), ("", ""))
_TEAMS = ("Вхідна лінія", "Продажі", "Підтримка", "VIP")
_ONLINE = ("web,sip", "web", "sip,dlg", "dnd,web")


def webitel_rows(
    seed: int, company: Company, layout: Layout, licenses: Licenses, calendar: Calendar, tombstones: int
) -> dict[str, Any]:
    """`domain`, `users`, `licenses`, `roles`, `devices`, `service_account`.

    Args:
        seed: of the world; the domain's number comes from it, too.
        company: whose domain it is.
        layout: who is in Webitel, under which id.
        licenses: and who holds them.
        calendar: when they were created.
        tombstones: how many deleted users are remembered besides (`deleted_at`).
    """
    rng = stream(seed, "webitel rows")
    highest = max(int(user_id) for user_id in layout.user_ids if user_id)
    ids = count(highest + tombstones * 3 + 1)
    users, devices = [], []
    for place, scene in enumerate(layout.scenes):
        user_id = layout.user_ids[place]
        if scene.user and user_id:
            own = list(_devices(rng, ids, user_id, scene.user))
            devices += own
            users.append(_user(rng, user_id, scene, scene.user, own, licenses.held[place], calendar))
    users += [_tombstone(rng, highest + 3 * (n + 1), n, licenses, calendar) for n in range(tombstones)]
    roles: list[dict[str, Any]] = [
        {"id": str(_FIRST_ROLE_ID + number), "name": name, "description": f"Role {name}"}
        for number, name in enumerate(_ROLES)
    ]
    roles += [{"id": user["id"], "name": user["name"], "user": True} for user in users if "deleted_at" not in user]
    token, password = rng.bytes(16).hex(), rng.bytes(9).hex()
    account = next(scene.user.username for scene in layout.scenes if scene.kind == "importer" and scene.user)
    return {
        "domain": {"dc": str(1 + seed % 9_973), "name": company.webitel_domain},
        "users": users, "licenses": licenses.rows, "roles": roles,
        "devices": [*devices, *_hotdesks(ids, len(users) // 60)],
        "service_account": {"username": account, "password": f"Sandbox-{password}", "token": token},
    }  # fmt: skip


def _user(
    rng: np.random.Generator,
    user_id: str,
    scene: Scene,
    face: UserFace,
    devices: list[dict[str, Any]],
    held: list[dict[str, str]],
    calendar: Calendar,
) -> dict[str, Any]:
    created = int(rng.integers(-1_500, -30))
    row: dict[str, Any] = {"id": user_id, "name": face.name, "username": face.username}
    row |= {name: value for name, value in (("extension", face.extension), ("email", face.email)) if value}
    if devices:
        refs = [{"id": device["id"], "name": device["name"]} for device in devices]
        row |= {"device": refs[0], "devices": refs}
    row["roles"] = _roles(rng, scene)
    if held:
        row["license"] = held
    if not face.service and rng.random() < 0.35:
        row["presence"] = {"status": _ONLINE[int(rng.integers(len(_ONLINE)))]}
    if not face.service and rng.random() < 0.15:
        row["profile"] = {"team": _TEAMS[int(rng.integers(len(_TEAMS)))]}
    row["created_at"] = calendar.milliseconds(created, hour=9)
    row["updated_at"] = calendar.milliseconds(int(rng.integers(created, -1)), hour=int(rng.integers(9, 19)))
    return row


def _roles(rng: np.random.Generator, scene: Scene) -> list[str]:
    if scene.kind == "importer":
        return [str(_FIRST_ROLE_ID)]
    chosen = [2] if scene.user and not scene.user.service else []
    chosen += [
        number for number, share in ((0, 0.02), (1, 0.08), (3, 0.3), (4, 0.3), (5, 0.05)) if rng.random() < share
    ]
    return [str(_FIRST_ROLE_ID + number) for number in sorted(chosen)]


def _devices(rng: np.random.Generator, ids: Iterator[int], user_id: str, face: UserFace) -> Iterator[dict[str, Any]]:
    """The default device of everybody who has an extension, and now and then a second one."""
    if not face.extension:
        return
    user = {"id": user_id, "name": face.name}
    account = face.username.replace(" ", "_")
    brand, model = _PHONES[int(rng.integers(len(_PHONES)))]
    device = {"id": str(next(ids)), "name": f"SIP {face.extension}", "account": account, "user": user}
    yield device | ({"brand": brand, "model": model} if brand else {})
    if rng.random() < 0.15:
        yield {"id": str(next(ids)), "name": f"Web {face.extension}", "account": f"{account}-web", "user": user}


def _hotdesks(ids: Iterator[int], number: int) -> list[dict[str, Any]]:
    return [
        {"id": str(next(ids)), "name": f"Hotdesk {place + 1}", "account": f"hotdesk{place + 1}", "hotdesk": True}
        for place in range(number)
    ]


def _tombstone(
    rng: np.random.Generator, user_id: int, number: int, licenses: Licenses, calendar: Calendar
) -> dict[str, Any]:
    """A deleted user as Webitel keeps it: its seat is still taken until somebody clears the set."""
    deleted = int(rng.integers(-90, -10))
    row: dict[str, Any] = {
        "id": str(user_id), "name": f"Former employee {number + 1}", "username": former_username(number), "roles": [],
        "created_at": calendar.milliseconds(-900), "updated_at": calendar.milliseconds(deleted),
        "deleted_at": calendar.milliseconds(deleted),
    }  # fmt: skip
    if number == 0:
        seat = licenses.rows[2]["id"]  # a device's licence: call-centre seats are scarce enough
        row["license"] = [{"id": seat, "issued_at": calendar.milliseconds(-100)}]
    return row


def former_username(number: int) -> str:
    """Login of the deleted users, which also stands on records that nobody cleaned up."""
    return f"former.employee{number + 1}"
