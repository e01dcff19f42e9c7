"""A generated world's Webitel half, written into a fresh database."""

# ruff: noqa: S608 - every name put into SQL is one of ours, every value is bound

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from usersync.sandbox.webitel.store import Store


def load(path: Path, world: Mapping[str, Any]) -> None:
    """Write the rows of a world.

    Args:
        path: the SQLite file to make.
        world: `domain` {dc, name}, `users`, `licenses`, `roles`, `devices` as rows shaped like the wire, and
            `service_account` {username, password, token}.

    Raises:
        ValueError: a row has a member nobody knows, or the service account is not among the users.
    """
    store = Store(path)
    try:
        store.connection.execute("PRAGMA foreign_keys = OFF")
        with store.transaction():
            domain = world["domain"]
            store.run("INSERT INTO domain (dc, name) VALUES (?, ?)", (int(domain["dc"]), domain["name"]))
            _insert(store, "licenses", map(_license, world.get("licenses", ())))
            _insert(store, "roles", map(_role, world.get("roles", ())))
            _insert(store, "devices", map(_device, world.get("devices", ())))
            ends = {row["id"]: row["not_after"] for row in store.all("SELECT id, not_after FROM licenses")}
            for user in world.get("users", ()):
                _user(store, user, ends)
            highest = store.value(
                "SELECT max(m) FROM (SELECT max(id) m FROM users UNION ALL SELECT max(id) FROM roles"
                " UNION ALL SELECT max(id) FROM devices)"
            )
            store.run("INSERT INTO sequence (next_id) VALUES (?)", ((highest or 0) + 1,))
            _service_account(store, world["service_account"])
        store.run("ANALYZE")
    finally:
        store.close()


def _insert(store: Store, table: str, rows: Iterable[Mapping[str, Any]]) -> None:
    for row in rows:
        names = ", ".join(row)
        store.run(f"INSERT INTO {table} ({names}) VALUES ({','.join('?' * len(row))})", tuple(row.values()))


def _license(row: Mapping[str, Any]) -> dict[str, Any]:
    known = {"id", "product", "name", "not_before", "not_after", "competitive", "limit", "scope"}
    _refuse_unknown("licenses", row, known)
    return {
        "id": str(row["id"]),
        "product": row["product"],
        "name": row.get("name") or "",
        "not_before": _number(row.get("not_before")),
        "not_after": _number(row.get("not_after")),
        "scope": json.dumps(row.get("scope") or []),
        "competitive": int(bool(row.get("competitive"))),
        "seats": _number(row.get("limit")),
    }


def _role(row: Mapping[str, Any]) -> dict[str, Any]:
    known = {"id", "name", "user", "description", "permissions", "metadata", "members", "created_at", "updated_at"}
    _refuse_unknown("roles", row, known)
    return {
        "id": int(row["id"]),
        "name": row["name"],
        "user": int(bool(row.get("user"))),
        "description": row.get("description") or "",
        "permissions": json.dumps(row.get("permissions") or []),
        "metadata": json.dumps(row.get("metadata") or {}),
        "created_at": _number(row.get("created_at")),
        "updated_at": _number(row.get("updated_at")),
    }


def _device(row: Mapping[str, Any]) -> dict[str, Any]:
    texts = ("name", "account", "password", "brand", "model", "mac", "ip")
    known = {"id", "user", "hotdesk", "hotdesks", "created_at", "created_by", "updated_at", "updated_by", *texts}
    _refuse_unknown("devices", row, known)
    return {
        "id": int(row["id"]),
        **{name: row.get(name) or "" for name in texts},
        "user_id": _ref(row.get("user")),
        "hotdesk": int(bool(row.get("hotdesk"))),
        "hotdesks": json.dumps(row.get("hotdesks") or []),
        "created_at": _number(row.get("created_at")),
        "created_by": _ref(row.get("created_by")),
        "updated_at": _number(row.get("updated_at")),
        "updated_by": _ref(row.get("updated_by")),
    }


def _user(store: Store, row: Mapping[str, Any], ends: Mapping[str, int]) -> None:
    texts = ("name", "username", "extension", "email", "chat_name", "password")
    times = ("created_at", "updated_at", "deleted_at")
    people = ("created_by", "updated_by", "deleted_by")
    known = {"id", "presence", "device", "devices", "contact", "roles", "license", "profile", "permissions",
             "force_password_change", *texts, *times, *people}  # fmt: skip
    _refuse_unknown("users", row, known)
    user_id, presence, contact = int(row["id"]), row.get("presence") or {}, row.get("contact") or {}
    columns = {
        "id": user_id,
        **{name: row.get(name) or "" for name in texts},
        "force_password_change": int(bool(row.get("force_password_change"))),
        "status": presence.get("status", ""),
        "note": presence.get("note", ""),
        "device_id": _ref(row.get("device")),
        "contact_id": _ref(contact or None),
        "contact_name": contact.get("name", ""),
        "profile": json.dumps(row.get("profile") or {}, ensure_ascii=False),
        "permissions": json.dumps(row.get("permissions") or []),
        **{name: _number(row.get(name)) for name in times},
        **{name: _ref(row.get(name)) for name in people},
    }
    _insert(store, "users", [columns])
    _insert(
        store,
        "user_roles",
        ({"user_id": user_id, "role_id": role} for role in dict.fromkeys(map(_ref, row.get("roles") or ()))),
    )
    devices = dict.fromkeys(filter(None, [columns["device_id"], *map(_ref, row.get("devices") or ())]))
    _insert(store, "user_devices", ({"user_id": user_id, "device_id": device} for device in devices))
    for grant in row.get("license") or ():
        serial = str(grant["id"] if isinstance(grant, Mapping) else grant)
        issued = _number(grant.get("issued_at")) if isinstance(grant, Mapping) else 0
        values = {"user_id": user_id, "license_id": serial, "issued_at": issued, "expires_at": ends.get(serial, 0)}
        _insert(store, "grants", [values])


def _service_account(store: Store, account: Mapping[str, Any]) -> None:
    """Give the importer's own user its password and API token, and a seat that opens users, devices and roles."""
    user_id = store.value("SELECT id FROM users WHERE username = ? AND deleted_at = 0", (account["username"],))
    if user_id is None:
        raise ValueError("the world's service account is not among its Webitel users")
    store.run("UPDATE users SET password = ? WHERE id = ?", (account["password"], user_id))
    store.run(
        "INSERT INTO tokens (id, user_id, token, usage, created_at, created_by) VALUES (?, ?, ?, 'usersync', 0, ?)",
        (store.next_id(), user_id, account["token"], user_id),
    )


def _ref(value: Any) -> int | None:
    if isinstance(value, Mapping):
        value = value.get("id")
    return int(value) if value not in (None, "", 0) else None


def _number(value: Any) -> int:
    return int(value) if value not in (None, "") else 0


def _refuse_unknown(table: str, row: Mapping[str, Any], known: set[str]) -> None:
    if unknown := sorted(set(row) - known):
        raise ValueError(f"the world's {table} have members nobody knows: {', '.join(unknown)}")
