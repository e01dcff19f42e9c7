"""Users: search, read, create, change, delete."""

# ruff: noqa: S608 - every name put into SQL is one of ours, every value is bound

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from usersync.sandbox.front.faults import Fault
from usersync.sandbox.webitel.devices import Devices
from usersync.sandbox.webitel.licenses import Licenses
from usersync.sandbox.webitel.listing import Conditions, ListQuery, read_page
from usersync.sandbox.webitel.sessions import Caller
from usersync.sandbox.webitel.store import Row, Store, marks, now_ms
from usersync.sandbox.webitel.switches import Switches
from usersync.sandbox.webitel.user_rows import DEFAULT_FIELDS, show_users
from usersync.sandbox.webitel.wire import Refusal, int64, members, only, ref_ids

_INPUT = {
    "name": "text",
    "username": "text",
    "password": "text",
    "extension": "text",
    "email": "text",
    "chat_name": "text",
    "force_password_change": "flag",
    "contact": "ref",
    "device": "ref",
    "devices": "list",
    "roles": "list",
    "license": "list",
    "profile": "map",
}
_COLUMNS = ("name", "username", "password", "extension", "email", "chat_name", "force_password_change")
_USERNAME = re.compile(r"[A-Za-z0-9._-]+")
_EXTENSION = re.compile(r"[0-9]*")
_SORTABLE = {
    name: name
    for name in ("id", "name", "username", "extension", "email", "status", "created_at", "updated_at", "deleted_at")
}
_CREATED = ("id", "name", "email", "username", "extension", "created_at", "created_by", "updated_at", "updated_by")


class Users:
    """The users of the domain.

    Args:
        store: the database.
        licenses: sets of licences and their seats.
        devices: devices generated on request.
    """

    def __init__(self, store: Store, licenses: Licenses, devices: Devices) -> None:
        self._store = store
        self._licenses = licenses
        self._devices = devices

    def search(self, query: ListQuery, switches: Switches, faults: Sequence[Fault]) -> dict[str, Any]:
        """GET /users and POST /users/search."""
        where = _conditions(query)
        sortable = {"": "(id * 2654435761) & 65535"} if switches.sort_ignored else _SORTABLE
        page = read_page(self._store, "users", where, query.capped(switches), sortable, faults)
        fields = query.fields or DEFAULT_FIELDS
        return page.envelope(show_users(self._store, self._licenses, page.rows, fields, switches), switches)

    def read(self, user_id: int, fields: Sequence[str], switches: Switches) -> dict[str, Any]:
        """GET /users/{id}: the whole user.

        Raises:
            Refusal: 404 for an unknown id, and for a deleted one where tombstones cannot be read.
        """
        row = self.require(user_id)
        if row["deleted_at"] and not switches.tombstone_readable:
            raise _not_found(user_id)
        return show_users(self._store, self._licenses, [row], fields or None, switches)[0]

    def require(self, user_id: int) -> Row:
        """The row of a user, deleted or not.

        Raises:
            Refusal: 404 for an unknown id.
        """
        row = self._store.one("SELECT * FROM users WHERE id = ?", (user_id,))
        if row is None:
            raise _not_found(user_id)
        return row

    def create(
        self, body: Any, caller: Caller, switches: Switches, generate: Mapping[str, str] | None
    ) -> dict[str, Any]:
        """POST /users.

        Args:
            body: an InputUser; `name` and `username` are required.
            caller: who creates.
            switches: how this server behaves.
            generate: the query's `device.*` when a device is to be generated, else None.

        Raises:
            Refusal: 400 for what is not valid, 409 for a username or extension that is taken.
        """
        sent = members(body, _INPUT)
        for required in ("name", "username"):
            if not sent.get(required):
                raise Refusal(400, f"app.user.{required}.required", f"user: {required} is required")
        with self._store.transaction():
            user_id, now = self._store.next_id(), now_ms()
            self._store.run(
                "INSERT INTO users (id, created_at, created_by) VALUES (?, ?, ?)", (user_id, now, caller.id)
            )
            self._write(user_id, sent, caller, now, generate)
        shown = show_users(self._store, self._licenses, [self.require(user_id)], None, switches)[0]
        return only(shown, (*_CREATED, *sent))

    def change(
        self, user_id: int, body: Any, caller: Caller, switches: Switches, generate: Mapping[str, str] | None
    ) -> dict[str, Any]:
        """PATCH and PUT /users/{id}: the members present are set, lists as a whole; PUT tolerates missing members.

        Raises:
            Refusal: 404, 400, 409, and 4xx for a licence that cannot be given. Nothing is written then.
        """
        sent = members(body, _INPUT)
        with self._store.transaction():
            self.require(user_id)
            self._write(user_id, sent, caller, now_ms(), generate)
        shown = show_users(self._store, self._licenses, [self.require(user_id)], None, switches)[0]
        return only(shown, ("name", "username", "updated_at", "updated_by", *sent))

    def delete(
        self, user_ids: Sequence[int], caller: Caller, switches: Switches, *, permanent: bool
    ) -> list[dict[str, Any]]:
        """DELETE /users/{id} and DELETE /users: marked deleted, or gone for good.

        A marked user keeps its username, extension and licences.

        Raises:
            Refusal: 404 for an unknown id.
        """
        with self._store.transaction():
            rows = [self.require(user_id) for user_id in user_ids]
            for row in rows:
                if permanent:
                    self.erase(row["id"])
                elif not row["deleted_at"]:
                    now = now_ms()
                    self._store.run(
                        "UPDATE users SET deleted_at = ?, deleted_by = ?, updated_at = ?, updated_by = ?, status = ''"
                        " WHERE id = ?",
                        (now, caller.id, now, caller.id, row["id"]),
                    )
                    self._store.run("DELETE FROM sessions WHERE user_id = ?", (row["id"],))
        return show_users(self._store, self._licenses, rows, ("id", "name", "username"), switches)

    def erase(self, user_id: int) -> None:
        """Remove a user and everything that hangs on it."""
        for table in ("user_devices", "user_roles", "grants", "tokens", "sessions", "settings"):
            self._store.run(f"DELETE FROM {table} WHERE user_id = ?", (user_id,))
        self._store.run("UPDATE devices SET user_id = NULL WHERE user_id = ?", (user_id,))
        self._store.run("DELETE FROM roles WHERE id = ? AND user = 1", (user_id,))
        self._store.run("DELETE FROM users WHERE id = ?", (user_id,))

    def set_presence(self, user_id: int, body: Any) -> None:
        """PATCH /users/{id}/presence: `dnd` is set or cleared, what the devices report stays."""
        sent = members(body, {"status": "text", "note": "text"})
        row = self.require(user_id)
        marks_left = [mark for mark in row["status"].split(",") if mark not in {"", "dnd"}]
        if sent.get("status"):
            marks_left.append(sent["status"])
        self._store.run(
            "UPDATE users SET status = ?, note = ? WHERE id = ?",
            (",".join(marks_left), sent.get("note", row["note"]), user_id),
        )

    def set_password(self, body: Any, caller: Caller) -> None:
        """PUT /users/password."""
        sent = members(body, {"id": "text", "user_password": "text", "confirm_password": "text"})
        if not sent.get("user_password") or sent["user_password"] != sent.get("confirm_password"):
            raise Refusal(400, "app.user.password.confirm", "user: passwords differ")
        user_id = int64(sent["id"], "id") if sent.get("id") else caller.id
        self.require(user_id)
        self._store.run("UPDATE users SET password = ? WHERE id = ?", (sent["user_password"], user_id))

    def _write(
        self, user_id: int, sent: Mapping[str, Any], caller: Caller, now: int, generate: Mapping[str, str] | None
    ) -> None:
        self._check(user_id, sent)
        columns = {name: sent[name] for name in _COLUMNS if name in sent}
        if not columns.get("password", "x"):
            del columns["password"]  # an empty password leaves the old one
        if "profile" in sent:
            columns["profile"] = json.dumps(
                {key: str(item) for key, item in sent["profile"].items()}, ensure_ascii=False
            )
        if "contact" in sent:
            columns["contact_id"] = int64(sent["contact"]["id"], "contact") if sent["contact"].get("id") else None
            columns["contact_name"] = str(sent["contact"].get("name", ""))
        columns |= {"updated_at": now, "updated_by": caller.id}
        assignments = ", ".join(f"{name} = ?" for name in columns)
        self._store.run(f"UPDATE users SET {assignments} WHERE id = ?", (*columns.values(), user_id))
        if "roles" in sent:
            self._replace(user_id, "user_roles", "role_id", "roles", ref_ids(sent["roles"], "roles"))
        if "devices" in sent:
            self._replace(user_id, "user_devices", "device_id", "devices", ref_ids(sent["devices"], "devices"))
        if "device" in sent:
            self._set_default_device(user_id, sent["device"])
        if generate is not None:
            self._generate_device(user_id, caller, now, generate)
        if "license" in sent:
            self._licenses.replace(user_id, sent["license"])

    def _check(self, user_id: int, sent: Mapping[str, Any]) -> None:
        if "name" in sent and not sent["name"]:
            raise Refusal(400, "app.user.name.required", "user: name is required")
        if "username" in sent and not _USERNAME.fullmatch(sent["username"]):
            raise Refusal(
                400, "app.user.username.invalid", "user: username may hold Latin letters, digits, '-', '_' and '.'"
            )
        if not _EXTENSION.fullmatch(sent.get("extension", "")):
            raise Refusal(400, "app.user.extension.invalid", "user: extension may hold digits only")
        for name in ("username", "extension"):  # a deleted user keeps both taken
            taken = f"SELECT 1 FROM users WHERE {name} = ? COLLATE NOCASE AND id <> ?"
            if sent.get(name) and self._store.value(taken, (sent[name], user_id)):
                raise Refusal(409, f"app.user.{name}.taken", f"user: this {name} is taken")

    def _replace(self, user_id: int, table: str, column: str, target: str, ids: Sequence[int]) -> None:
        known = {row[0] for row in self._store.all(f"SELECT id FROM {target} WHERE id IN ({marks(ids)})", ids)}
        if missing := [row_id for row_id in ids if row_id not in known]:
            raise Refusal(400, f"app.user.{target}.not_found", f"{target}: no such id {missing[0]}")
        self._store.run(f"DELETE FROM {table} WHERE user_id = ?", (user_id,))
        for row_id in ids:
            self._store.run(f"INSERT INTO {table} (user_id, {column}) VALUES (?, ?)", (user_id, row_id))

    def _set_default_device(self, user_id: int, reference: Mapping[str, Any]) -> None:
        device_id = int64(reference["id"], "device") if reference.get("id") else None
        mine = "SELECT 1 FROM user_devices WHERE user_id = ? AND device_id = ?"
        if device_id is not None and not self._store.value(mine, (user_id, device_id)):
            raise Refusal(400, "app.user.device.invalid", "user: the default device must be one of devices")
        self._store.run("UPDATE users SET device_id = ? WHERE id = ?", (device_id, user_id))

    def _generate_device(self, user_id: int, caller: Caller, now: int, options: Mapping[str, str]) -> None:
        row = self.require(user_id)
        account = options.get("device.account") or row["extension"] or row["username"]
        device_id = self._devices.generate(options.get("device.name") or row["username"], account, user_id, caller, now)
        self._store.run("INSERT INTO user_devices (user_id, device_id) VALUES (?, ?)", (user_id, device_id))
        self._store.run("UPDATE users SET device_id = ? WHERE id = ?", (device_id, user_id))


def _conditions(query: ListQuery) -> Conditions:
    where = Conditions().search(query, ("name", "username", "extension", "status"))
    where = where.like(query, name="name", username="username", extension="extension", status="status")
    where = where.like(query, **{"presence.status": "status", "presence.note": "note"})
    for parameter, operator in (("id", "IN"), ("not_id", "NOT IN")):
        ids = [int64(value, parameter) for value in query.filters.get(parameter, ())]
        if ids:
            where = where.plus(f"id {operator} ({marks(ids)})", *ids)
    if query.flag("deleted"):
        return where.plus("deleted_at <> 0")
    return where if query.flag("any") else where.plus("deleted_at = 0")


def _not_found(user_id: int) -> Refusal:
    return Refusal(404, "app.user.not_found", f"user: no user {user_id}")
