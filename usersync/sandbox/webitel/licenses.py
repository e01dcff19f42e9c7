"""Licences: their lists, the seats that are left, and who may be given one."""

# ruff: noqa: S608 - every name put into SQL is one of ours, every value is bound

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from usersync.sandbox.webitel.listing import Conditions, ListQuery, read_page, shaped
from usersync.sandbox.webitel.store import Row, Store, marks, now_ms
from usersync.sandbox.webitel.switches import Switches
from usersync.sandbox.webitel.wire import Refusal, int64, ref, without_zeros

# A CHAT licence limits gateways and an EMAIL licence mail profiles; neither is given to a user.
_NOT_FOR_USERS = frozenset({"CHAT", "EMAIL"})
_FIELDS = ("id", "product", "name", "not_before", "not_after", "scope", "competitive", "limit", "remain", "status")
_USER_FIELDS = ("user", "domain", "issued_at", "expires_at", "sessions")
_SORTABLE = {
    "id": "id",
    "product": "product",
    "name": "name",
    "not_before": "not_before",
    "not_after": "not_after",
    "limit": "seats",
}

# A named licence is used by everybody who holds it, deleted users included until their set is cleared; a concurrent one
# by those holders who are online now.
_USED = """CASE competitive WHEN 0 THEN (SELECT count(*) FROM grants g WHERE g.license_id = licenses.id)
 ELSE (SELECT count(*) FROM grants g JOIN users u ON u.id = g.user_id
       WHERE g.license_id = licenses.id AND u.deleted_at = 0 AND (u.status LIKE '%web%' OR u.status LIKE '%sip%')) END"""


class Licenses:
    """The licences of the customer and their grants.

    Args:
        store: the database.
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    def search(self, query: ListQuery, switches: Switches) -> dict[str, Any]:
        """GET /license."""
        where = Conditions().search(query, ("id", "product", "name"))
        for name, column in (("id", "id"), ("product", "product")):
            values = query.filters.get(name, ())
            if values:
                where = where.plus(f"{column} IN ({marks(values)})", *values)
        if user := query.first("user.id"):
            where = where.plus("id IN (SELECT license_id FROM grants WHERE user_id = ?)", int64(user, "user.id"))
        if query.flag("valid"):
            now = now_ms()
            where = where.plus(f"not_before <= ? AND not_after > ? AND seats > {_USED}", now, now)
        page = read_page(self._store, "licenses", where, query.capped(switches), _SORTABLE)
        return page.envelope(shaped([self._license(row) for row in page.rows], query, _FIELDS), switches)

    def users_of(self, serial: str, query: ListQuery, switches: Switches) -> dict[str, Any]:
        """GET /products/{serial}/users.

        Raises:
            Refusal: 404 for an unknown licence.
        """
        self._require(serial)
        table = (
            "(SELECT g.user_id AS id, u.name, u.username, u.status, g.license_id, g.issued_at, g.expires_at"
            " FROM grants g JOIN users u ON u.id = g.user_id)"
        )
        where = Conditions().plus("license_id = ?", serial).search(query, ("name", "username"))
        page = read_page(
            self._store, table, where, query.capped(switches), {"id": "id", "user": "name", "name": "name"}
        )
        domain = self._store.domain
        items = [
            without_zeros(
                {
                    "user": ref(row["id"], row["name"]),
                    "domain": ref(domain["dc"], domain["name"]),
                    "issued_at": str(row["issued_at"]),
                    "expires_at": str(row["expires_at"] or ""),
                    "sessions": int("web" in row["status"] or "sip" in row["status"]),
                }
            )
            for row in page.rows
        ]
        return page.envelope(shaped(items, query, _USER_FIELDS), switches)

    def of_users(self, user_ids: Sequence[int]) -> dict[int, list[dict[str, Any]]]:
        """The grants of some users, as the member `license` has them."""
        rows = self._store.all(
            "SELECT g.user_id, g.issued_at, g.expires_at, l.id, l.product, l.name, l.scope FROM grants g"
            f" JOIN licenses l ON l.id = g.license_id WHERE g.user_id IN ({marks(user_ids)}) ORDER BY g.issued_at, l.id",
            user_ids,
        )
        found: dict[int, list[dict[str, Any]]] = {}
        for row in rows:
            grant = {
                "id": row["id"],
                "prod": row["product"],
                "name": row["name"],
                "scope": json.loads(row["scope"]),
                "issued_at": str(row["issued_at"]),
                "expires_at": str(row["expires_at"] or ""),
            }
            found.setdefault(row["user_id"], []).append(without_zeros(grant))
        return found

    def replace(self, user_id: int, entries: Sequence[Any]) -> None:
        """Give a user exactly this set; all of it or nothing.

        Args:
            user_id: the user.
            entries: each an object with the serial in `id`; other members are passed over.

        Raises:
            Refusal: an unknown or expired licence, one that no user holds, or no seat left (4xx; the vendor does not say which).
        """
        wanted = self._serials(entries)
        held = {row[0] for row in self._store.all("SELECT license_id FROM grants WHERE user_id = ?", (user_id,))}
        now = now_ms()
        for serial in wanted:
            if serial in held:
                continue
            row = self._require(serial)
            if row["product"] in _NOT_FOR_USERS:
                raise Refusal(
                    400, "app.license.product.grant", f"license: product {row['product']} is not granted to users"
                )
            if not row["not_before"] <= now < row["not_after"]:
                raise Refusal(412, "app.license.product.expired", f"license: product: {row['product']} expired")
            if not row["competitive"] and row["seats"] - self._used(serial) < 1:
                raise Refusal(412, "app.license.product.exhausted", f"license: product {row['product']} exhausted")
            self._store.run(
                "INSERT INTO grants (user_id, license_id, issued_at, expires_at) VALUES (?, ?, ?, ?)",
                (user_id, serial, now, row["not_after"]),
            )
        for serial in held - set(wanted):
            self._store.run("DELETE FROM grants WHERE user_id = ? AND license_id = ?", (user_id, serial))

    def _serials(self, entries: Sequence[Any]) -> list[str]:
        serials: dict[str, None] = {}
        for entry in entries:
            if not isinstance(entry, Mapping) or not isinstance(entry.get("id"), str):
                raise Refusal(400, "app.request.body.invalid", "license: expected a list of {id}")
            serials[entry["id"]] = None
        return list(serials)

    def _require(self, serial: str) -> Row:
        row = self._store.one("SELECT * FROM licenses WHERE id = ?", (serial,))
        if row is None:
            raise Refusal(404, "app.license.not_found", "license: no such serial number")
        return row

    def _used(self, serial: str) -> int:
        used: int = self._store.value(f"SELECT {_USED} FROM licenses WHERE id = ?", (serial,))
        return used

    def _license(self, row: Row) -> dict[str, Any]:
        remain = max(0, row["seats"] - self._used(row["id"]))
        errors = []
        if remain < 1:
            errors.append("product exhausted")
        if row["not_after"] <= now_ms():
            errors.append("product expired")
        return without_zeros(
            {
                "id": row["id"],
                "product": row["product"],
                "name": row["name"],
                "not_before": str(row["not_before"] or ""),
                "not_after": str(row["not_after"] or ""),
                "scope": json.loads(row["scope"]),
                "competitive": bool(row["competitive"]),
                "limit": row["seats"],
                "remain": remain,
                "status": without_zeros({"errors": errors}),
            }
        )
