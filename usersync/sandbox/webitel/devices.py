"""Devices: what registers by SIP."""

# ruff: noqa: S608 - every name put into SQL is one of ours, every value is bound

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from typing import Any

from usersync.sandbox.webitel.listing import Conditions, ListQuery, read_page, shaped
from usersync.sandbox.webitel.sessions import Caller
from usersync.sandbox.webitel.store import Row, Store, marks, now_ms
from usersync.sandbox.webitel.switches import Switches
from usersync.sandbox.webitel.wire import Refusal, int64, members, ref, without_zeros

_INPUT = {
    "name": "text",
    "account": "text",
    "password": "text",
    "user": "ref",
    "mac": "text",
    "ip": "text",
    "brand": "text",
    "model": "text",
    "hotdesk": "flag",
    "hotdesks": "list",
}
_PLAIN = ("name", "account", "password", "mac", "ip", "brand", "model", "hotdesk")
_DEFAULT = ("id", "name", "account", "user", "brand", "model")
_SORTABLE = {
    name: name for name in ("id", "name", "account", "brand", "model", "mac", "ip", "created_at", "updated_at")
}


class Devices:
    """The devices of the domain.

    Args:
        store: the database.
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    def search(self, query: ListQuery, switches: Switches) -> dict[str, Any]:
        """GET /devices."""
        where = Conditions().search(query, ("name", "account", "hotdesks", "brand", "model", "mac", "ip"))
        where = where.like(query, name="name", account="account", hotdesk="hotdesks", mac="mac", ip="ip")
        ids = [int64(value, "ids") for value in query.filters.get("ids", ())]
        if ids:
            where = where.plus(f"id IN ({marks(ids)})", *ids)
        if user := query.first("user.id"):
            where = where.plus("user_id = ?", int64(user, "user.id"))
        page = read_page(self._store, "devices", where, query.capped(switches), _SORTABLE)
        return page.envelope(shaped([self._device(row) for row in page.rows], query, _DEFAULT), switches)

    def read(self, device_id: int) -> dict[str, Any]:
        """GET /devices/{id}."""
        return self._device(self._require(device_id))

    def create(self, body: Any, caller: Caller) -> dict[str, Any]:
        """POST /devices.

        Raises:
            Refusal: 400 without an account, 409 for one that is taken.
        """
        sent = members(body, _INPUT)
        if not sent.get("account"):
            raise Refusal(400, "app.device.account.required", "device: account is required")
        with self._store.transaction():
            device_id, now = self._store.next_id(), now_ms()
            self._store.run(
                "INSERT INTO devices (id, created_at, created_by) VALUES (?, ?, ?)", (device_id, now, caller.id)
            )
            self._write(device_id, sent, caller, now)
        return self.read(device_id)

    def change(self, device_id: int, body: Any, caller: Caller) -> dict[str, Any]:
        """PUT and PATCH /devices/{id}."""
        sent = members(body, _INPUT)
        with self._store.transaction():
            self._require(device_id)
            self._write(device_id, sent, caller, now_ms())
        return self.read(device_id)

    def delete(self, device_id: int) -> list[dict[str, Any]]:
        """DELETE /devices/{id}: a bare array of what was deleted."""
        shown = self.read(device_id)
        with self._store.transaction():
            self._store.run("UPDATE users SET device_id = NULL WHERE device_id = ?", (device_id,))
            self._store.run("DELETE FROM user_devices WHERE device_id = ?", (device_id,))
            self._store.run("DELETE FROM devices WHERE id = ?", (device_id,))
        return [shown]

    def generate(self, name: str, account: str, user_id: int, caller: Caller, now: int) -> int:
        """A SIP device made with a user; an account that is taken gets a number behind it."""
        free, number = account, 1
        while self._store.value("SELECT 1 FROM devices WHERE account = ?", (free,)):
            number += 1
            free = f"{account}-{number}"
        device_id = self._store.next_id()
        self._store.run(
            "INSERT INTO devices (id, name, account, password, user_id, created_at, created_by, updated_at, updated_by)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (device_id, name, free, secrets.token_urlsafe(9), user_id, now, caller.id, now, caller.id),
        )
        return device_id

    def _write(self, device_id: int, sent: Mapping[str, Any], caller: Caller, now: int) -> None:
        taken = "SELECT 1 FROM devices WHERE account = ? AND id <> ?"
        if sent.get("account") and self._store.value(taken, (sent["account"], device_id)):
            raise Refusal(409, "app.device.account.taken", "device: this account is taken")
        columns: dict[str, Any] = {name: sent[name] for name in _PLAIN if name in sent}
        if "user" in sent:
            columns["user_id"] = int64(sent["user"]["id"], "user") if sent["user"].get("id") else None
        if "hotdesks" in sent:
            columns["hotdesks"] = json.dumps([str(item) for item in sent["hotdesks"]])
        columns |= {"updated_at": now, "updated_by": caller.id}
        assignments = ", ".join(f"{name} = ?" for name in columns)
        self._store.run(f"UPDATE devices SET {assignments} WHERE id = ?", (*columns.values(), device_id))

    def _require(self, device_id: int) -> Row:
        row = self._store.one("SELECT * FROM devices WHERE id = ?", (device_id,))
        if row is None:
            raise Refusal(404, "app.device.not_found", f"device: no device {device_id}")
        return row

    def _device(self, row: Row) -> dict[str, Any]:
        name = self._store.value("SELECT name FROM users WHERE id = ?", (row["user_id"],)) if row["user_id"] else None
        return without_zeros(
            {
                "id": str(row["id"]),
                "name": row["name"],
                "account": row["account"],
                "user": ref(row["user_id"], name),
                "hotdesk": bool(row["hotdesk"]),
                "hotdesks": json.loads(row["hotdesks"]),
                "brand": row["brand"],
                "model": row["model"],
                "mac": row["mac"],
                "ip": row["ip"],
                "created_at": str(row["created_at"] or ""),
                "updated_at": str(row["updated_at"] or ""),
            }
        )
