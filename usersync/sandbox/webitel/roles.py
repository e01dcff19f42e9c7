"""Roles of Webitel; a role with `user: true` is a user."""

# ruff: noqa: S608 - every name put into SQL is one of ours, every value is bound

from __future__ import annotations

import json
from typing import Any

from usersync.sandbox.webitel.listing import Conditions, ListQuery, read_page, shaped
from usersync.sandbox.webitel.store import Row, Store, marks, now_ms
from usersync.sandbox.webitel.switches import Switches
from usersync.sandbox.webitel.wire import Refusal, int64, members, ref, without_zeros

_INPUT = {"name": "text", "description": "text", "permissions": "list", "metadata": "map"}
_DEFAULT = ("id", "name", "description", "user")
_SORTABLE = {name: name for name in ("id", "name", "description", "created_at", "updated_at")}


class Roles:
    """The roles of the domain.

    Args:
        store: the database.
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    def search(self, query: ListQuery, switches: Switches) -> dict[str, Any]:
        """GET /roles."""
        where = Conditions().search(query, ("name", "description")).like(query, name="name")
        ids = [int64(value, "ids") for value in query.filters.get("ids", ())]
        if ids:
            where = where.plus(f"id IN ({marks(ids)})", *ids)
        if user := query.first("user.id"):
            where = where.plus("id IN (SELECT role_id FROM user_roles WHERE user_id = ?)", int64(user, "user.id"))
        page = read_page(self._store, "roles", where, query.capped(switches), _SORTABLE)
        items = [self._role(row, members_too="members" in query.fields) for row in page.rows]
        return page.envelope(shaped(items, query, _DEFAULT), switches)

    def read(self, role_id: int) -> dict[str, Any]:
        """GET /roles/{id}."""
        return self._role(self._require(role_id))

    def create(self, body: Any) -> dict[str, Any]:
        """POST /roles.

        Raises:
            Refusal: 400 without a name.
        """
        if not members(body, _INPUT).get("name"):
            raise Refusal(400, "app.role.name.required", "role: name is required")
        with self._store.transaction():
            role_id, now = self._store.next_id(), now_ms()
            self._store.run("INSERT INTO roles (id, name, created_at) VALUES (?, '', ?)", (role_id, now))
            self._write(role_id, members(body, _INPUT), now)
        return self.read(role_id)

    def change(self, role_id: int, body: Any) -> dict[str, Any]:
        """PUT and PATCH /roles/{id}."""
        sent = members(body, _INPUT)
        with self._store.transaction():
            self._require(role_id)
            self._write(role_id, sent, now_ms())
        return self.read(role_id)

    def delete(self, role_id: int) -> dict[str, Any]:
        """DELETE /roles/{id}: its members lose it."""
        shown = self.read(role_id)
        with self._store.transaction():
            self._store.run("DELETE FROM user_roles WHERE role_id = ?", (role_id,))
            self._store.run("DELETE FROM roles WHERE id = ?", (role_id,))
        return shown

    def _write(self, role_id: int, sent: dict[str, Any], now: int) -> None:
        columns: dict[str, Any] = {name: sent[name] for name in ("name", "description") if name in sent}
        columns |= {name: json.dumps(sent[name]) for name in ("permissions", "metadata") if name in sent}
        columns["updated_at"] = now
        assignments = ", ".join(f"{name} = ?" for name in columns)
        self._store.run(f"UPDATE roles SET {assignments} WHERE id = ?", (*columns.values(), role_id))

    def _require(self, role_id: int) -> Row:
        row = self._store.one("SELECT * FROM roles WHERE id = ?", (role_id,))
        if row is None:
            raise Refusal(404, "app.role.not_found", f"role: no role {role_id}")
        return row

    def _role(self, row: Row, *, members_too: bool = True) -> dict[str, Any]:
        of_role = (
            "SELECT u.id, u.name FROM user_roles x JOIN users u ON u.id = x.user_id WHERE x.role_id = ? ORDER BY u.id"
        )
        members_of = self._store.all(of_role, (row["id"],)) if members_too else []
        return without_zeros(
            {
                "id": str(row["id"]),
                "name": row["name"],
                "user": bool(row["user"]),
                "description": row["description"],
                "permissions": json.loads(row["permissions"]),
                "members": [ref(user_id, name) for user_id, name in members_of],
                "metadata": json.loads(row["metadata"]),
                "created_at": str(row["created_at"] or ""),
                "updated_at": str(row["updated_at"] or ""),
            }
        )
