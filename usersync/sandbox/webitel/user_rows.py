"""A user as Webitel shows one: built for whole pages at once."""

# ruff: noqa: S608 - every name put into SQL is one of ours, every value is bound

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from usersync.sandbox.webitel.licenses import Licenses
from usersync.sandbox.webitel.store import Row, Store, marks
from usersync.sandbox.webitel.switches import Switches
from usersync.sandbox.webitel.wire import ref, without_zeros

# Recorded answers of GET /users without `fields` hold these and no others.
DEFAULT_FIELDS = ("id", "name", "username", "extension", "presence", "device", "contact")
_JOINED = frozenset({"devices", "hotdesks", "roles", "license"})


def show_users(
    store: Store, licenses: Licenses, rows: Sequence[Row], fields: Iterable[str] | None, switches: Switches
) -> list[dict[str, Any]]:
    """Rows of `users` as messages.

    Args:
        store: the database.
        licenses: for the member `license`.
        rows: whole rows.
        fields: members wanted, None for all.
        switches: the unit of the timestamps.
    """
    wanted = None if fields is None else {"id", *fields}
    names = _names(store, rows)
    joined = _joined(store, licenses, rows, _JOINED if wanted is None else wanted & _JOINED)
    users = []
    for row in rows:
        user = {
            "id": str(row["id"]),
            "name": row["name"],
            "username": row["username"],
            "extension": row["extension"],
            "email": row["email"],
            "chat_name": row["chat_name"],
            "force_password_change": bool(row["force_password_change"]),
            "presence": without_zeros({"status": row["status"], "note": row["note"]}),
            "device": ref(row["device_id"], names["devices"].get(row["device_id"])),
            "contact": ref(row["contact_id"], row["contact_name"]),
            "profile": json.loads(row["profile"]),
            "permissions": json.loads(row["permissions"]),
            **{f"{what}_at": timestamp(row[f"{what}_at"], switches) for what in ("created", "updated", "deleted")},
            **{
                f"{what}_by": ref(row[f"{what}_by"], names["users"].get(row[f"{what}_by"]))
                for what in ("created", "updated", "deleted")
            },
            **{member: values.get(row["id"]) for member, values in joined.items()},
        }
        shown = without_zeros(user)
        users.append(shown if wanted is None else {key: item for key, item in shown.items() if key in wanted})
    return users


def timestamp(milliseconds: int, switches: Switches) -> str:
    """A moment as a string of digits, empty for none."""
    if not milliseconds:
        return ""
    return str(milliseconds // 1000 if switches.timestamps == "s" else milliseconds)


def _names(store: Store, rows: Sequence[Row]) -> dict[str, dict[int, str]]:
    devices = sorted({row["device_id"] for row in rows if row["device_id"]})
    people = sorted(
        {row[column] for row in rows for column in ("created_by", "updated_by", "deleted_by") if row[column]}
    )
    return {
        "devices": {
            row[0]: row[1] for row in store.all(f"SELECT id, name FROM devices WHERE id IN ({marks(devices)})", devices)
        },
        "users": {
            row[0]: row[1] for row in store.all(f"SELECT id, name FROM users WHERE id IN ({marks(people)})", people)
        },
    }


def _joined(
    store: Store, licenses: Licenses, rows: Sequence[Row], wanted: Iterable[str]
) -> dict[str, dict[int, list[Any]]]:
    ids = [row["id"] for row in rows]
    queries = {
        "devices": "SELECT x.user_id, d.id, d.name FROM user_devices x JOIN devices d ON d.id = x.device_id WHERE d.hotdesk = 0",
        "hotdesks": "SELECT x.user_id, d.id, d.name FROM user_devices x JOIN devices d ON d.id = x.device_id WHERE d.hotdesk = 1",
        "roles": "SELECT x.user_id, r.id, r.name FROM user_roles x JOIN roles r ON r.id = x.role_id WHERE 1",
    }
    found: dict[str, dict[int, list[Any]]] = {}
    for member in wanted:
        if member == "license":
            found[member] = licenses.of_users(ids)
            continue
        lists: dict[int, list[Any]] = {}
        for user_id, row_id, name in store.all(f"{queries[member]} AND x.user_id IN ({marks(ids)}) ORDER BY 2", ids):
            lists.setdefault(user_id, []).append(ref(row_id, name))
        found[member] = lists
    return found
