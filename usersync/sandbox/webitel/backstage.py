"""What people do in the Webitel admin UI, and what tests arrange: rows are changed without the rules of the API."""

# ruff: noqa: S608 - every name put into SQL is one of ours, every value is bound

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from usersync.sandbox.webitel.licenses import Licenses
from usersync.sandbox.webitel.store import Store, now_ms
from usersync.sandbox.webitel.users import Users
from usersync.sandbox.webitel.wire import ref_ids

_TABLES = (
    "users",
    "licenses",
    "roles",
    "devices",
    "grants",
    "user_roles",
    "user_devices",
    "tokens",
    "sessions",
    "settings",
)
_EDITABLE = ("users", "licenses", "roles", "devices")
_SECRETS = frozenset({"password", "token"})
_AS_JSON = frozenset({"profile", "permissions", "metadata", "hotdesks", "scope"})


class Backstage:
    """Direct access to the rows of one installation.

    Args:
        store: the database.
        users: to erase users with all that hangs on them.
        licenses: to know grants.
    """

    def __init__(self, store: Store, users: Users, licenses: Licenses) -> None:
        self._store = store
        self._users = users
        self._licenses = licenses

    def rows(self, entity: str) -> list[dict[str, Any]]:
        """All rows of a table in the order of their ids, without passwords and tokens."""
        if entity not in _TABLES:
            raise KeyError(f"table {entity}")
        found = self._store.all(f"SELECT * FROM {entity} ORDER BY 1, 2")
        return [{key: _shown(key, row[key]) for key in row.keys() if key not in _SECRETS} for row in found]  # noqa: SIM118

    def insert(self, entity: str, row: Mapping[str, Any]) -> dict[str, Any]:
        """Insert a row; an id is given to it when it has none."""
        self._editable(entity)
        with self._store.transaction():
            row_id = row.get("id") or self._store.next_id()
            now = now_ms()
            if entity == "licenses":
                self._store.run("INSERT INTO licenses (id, product) VALUES (?, '')", (row_id,))
            elif entity == "roles":
                self._store.run("INSERT INTO roles (id, name, created_at) VALUES (?, '', ?)", (row_id, now))
            else:
                self._store.run(f"INSERT INTO {entity} (id, created_at) VALUES (?, ?)", (row_id, now))
            self._write(entity, row_id, {key: value for key, value in row.items() if key != "id"})
        return self._row(entity, row_id)

    def edit(self, entity: str, row_id: str, values: Mapping[str, Any]) -> dict[str, Any]:
        """Change a row: columns, and for users also `license` (serials), `roles`, `devices` (ids); `deleted_at` null restores."""
        self._editable(entity)
        with self._store.transaction():
            self._row(entity, row_id)
            self._write(entity, row_id, values)
        return self._row(entity, row_id)

    def delete(self, entity: str, row_id: str, *, permanent: bool) -> None:
        """Delete a row; a user is only marked unless `permanent`."""
        self._editable(entity)
        self._row(entity, row_id)
        with self._store.transaction():
            if entity != "users":
                self._store.run(f"DELETE FROM {entity} WHERE id = ?", (row_id,))
            elif permanent:
                self._users.erase(int(row_id))
            else:
                now = now_ms()
                self._store.run("UPDATE users SET deleted_at = ?, updated_at = ? WHERE id = ?", (now, now, row_id))

    def _editable(self, entity: str) -> None:
        if entity not in _EDITABLE:
            raise KeyError(f"table {entity}")

    def _row(self, entity: str, row_id: Any) -> dict[str, Any]:
        row = self._store.one(f"SELECT * FROM {entity} WHERE id = ?", (row_id,))
        if row is None:
            raise KeyError(f"row {row_id} in {entity}")
        return {key: _shown(key, row[key]) for key in row.keys() if key not in _SECRETS}  # noqa: SIM118

    def _write(self, entity: str, row_id: Any, values: Mapping[str, Any]) -> None:
        columns = {item[1] for item in self._store.all(f"PRAGMA table_info({entity})")} - {"id"}
        lists = {"license", "roles", "devices"} if entity == "users" else set()
        unknown = sorted(set(values) - columns - lists)
        if unknown:
            raise ValueError(f"{entity} has no column {', '.join(unknown)}")
        plain = {key: _stored(key, value) for key, value in values.items() if key in columns}
        if "updated_at" in columns and "updated_at" not in plain:
            plain["updated_at"] = now_ms()
        for key, value in plain.items():
            self._store.run(f"UPDATE {entity} SET {key} = ? WHERE id = ?", (value, row_id))
        for name in lists & set(values):
            self._replace(name, int(row_id), values[name])

    def _replace(self, name: str, user_id: int, entries: list[Any]) -> None:
        table, column = {
            "license": ("grants", "license_id"),
            "roles": ("user_roles", "role_id"),
            "devices": ("user_devices", "device_id"),
        }[name]
        entries = [entry if isinstance(entry, Mapping) else {"id": entry} for entry in entries]
        ids: list[Any] = [entry["id"] for entry in entries] if name == "license" else list(ref_ids(entries, name))
        self._store.run(f"DELETE FROM {table} WHERE user_id = ?", (user_id,))
        for row_id in ids:
            if name == "license":
                ends = self._store.value("SELECT not_after FROM licenses WHERE id = ?", (row_id,)) or 0
                grant = (user_id, row_id, now_ms(), ends)
                self._store.run(
                    "INSERT INTO grants (user_id, license_id, issued_at, expires_at) VALUES (?, ?, ?, ?)", grant
                )
            else:
                self._store.run(f"INSERT INTO {table} (user_id, {column}) VALUES (?, ?)", (user_id, row_id))


def _shown(name: str, value: Any) -> Any:
    return json.loads(value) if name in _AS_JSON else value


def _stored(name: str, value: Any) -> Any:
    if name in _AS_JSON:
        return json.dumps(value, ensure_ascii=False)
    return 0 if value is None and name.endswith("_at") else value
