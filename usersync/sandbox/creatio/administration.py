"""Creatio's configuration service AdministrationService: users, and Creatio's own licences."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from typing import Any

from usersync.sandbox.creatio.errors import Failure
from usersync.sandbox.creatio.sessions import Caller
from usersync.sandbox.creatio.store import Store, now
from usersync.sandbox.creatio.wellknown import ALL_EMPLOYEES
from usersync.sandbox.creatio.writing import Writer

_USER = 4
# Columns of the view VwSysAdminUnit that the underlying object does not have, or that the service works out.
_NOT_STORED = frozenset({"SysAdminUnitTypeId", "UserConnectionTypeId", "SysAdminUnitId", "TimeZoneId", "UserPassword"})


class Administration:
    """The methods of the service on one Creatio.

    Args:
        store: the database.
        writer: writes rows.
    """

    def __init__(self, store: Store, writer: Writer) -> None:
        self._store = store
        self._writer = writer

    def call(self, method: str, body: Any, caller: Caller, name_order: str) -> dict[str, Any] | None:
        """Answer a method, None for one that does not exist here.

        Args:
            method: its name.
            body: decoded JSON.
            caller: who asks.
            name_order: order of contacts' names.
        """
        sent = body if isinstance(body, dict) else {}
        if method == "UpdateOrCreateUser":
            return {f"{method}Result": self._update_or_create(sent, caller, name_order)}
        if method == "GetAvailableLicPackages":
            return {f"{method}Result": json.dumps(self._packages(str(sent.get("userId", ""))), ensure_ascii=False)}
        if method == "UpdateLicenseInfo":
            return {f"{method}Result": self._update_licenses(sent, caller, name_order)}
        return None

    def _update_or_create(self, sent: Mapping[str, Any], caller: Caller, name_order: str) -> str:
        """The JSON text of `{success, errorInfo}`; what is wrong is said inside, with HTTP 200."""
        try:
            columns = {name: value for name, value in json.loads(sent["jsonObject"]).items() if name not in _NOT_STORED}
        except (KeyError, TypeError, AttributeError, ValueError):
            return _result("jsonObject is not readable")
        entity = self._store.schema.entities["SysAdminUnit"]
        user_id = str(columns.pop("Id", "") or uuid.uuid4()).lower()
        exists = self._store.exists("SysAdminUnit", user_id)
        taken = self._store.value(
            'SELECT 1 FROM "SysAdminUnit" WHERE "Name" = ? COLLATE NOCASE AND "Id" <> ?', (columns.get("Name"), user_id)
        )
        if taken:
            return _result("A user with this name exists already")
        try:
            if exists:
                self._writer.update(entity, user_id, columns, caller.contact, name_order)
            else:
                row = {"ConnectionType": 0, "Active": True, **columns, "Id": user_id, "SysAdminUnitTypeValue": _USER}
                self._writer.insert(entity, row, caller.contact, name_order)
                self._join_role(user_id, str(sent.get("roleId") or ALL_EMPLOYEES), caller, name_order)
        except Failure as failure:
            return _result(json.dumps(failure.body))
        return _result(None)

    def _join_role(self, user_id: str, role_id: str, caller: Caller, name_order: str) -> None:
        entity = self._store.schema.entities["SysUserInRole"]
        self._writer.insert(entity, {"SysUserId": user_id, "SysRoleId": role_id}, caller.contact, name_order)

    def _packages(self, user_id: str) -> list[dict[str, Any]]:
        found = []
        for package in self._store.find("SysLicPackage"):
            held = self._store.find("SysLicUser", SysLicPackageId=package["Id"], SysUserId=user_id.lower())
            paid, used = self._seats(package["Id"])
            checked = any(row["Active"] for row in held)
            found.append(
                {
                    "Id": package["Id"],
                    "Type": 1,
                    "Caption": package["Name"],
                    "Enabled": checked or used < paid,
                    "Checked": checked,
                    "AvailableCount": max(0, paid - used),
                    "PaidCount": paid,
                    "UsedCount": used,
                }
            )
        return found

    def _seats(self, package_id: str) -> tuple[int, int]:
        paid = self._store.value(
            'SELECT coalesce(sum("Count"), 0) FROM "SysLic" WHERE "SysLicPackageId" = ? AND ("DueDate" IS NULL OR "DueDate" > ?)',
            (package_id, now()),
        )
        used = self._store.value(
            'SELECT count(*) FROM "SysLicUser" WHERE "SysLicPackageId" = ? AND "Active" = 1', (package_id,)
        )
        return int(paid), int(used)

    def _update_licenses(self, sent: Mapping[str, Any], caller: Caller, name_order: str) -> str:
        """Empty for success; anything else is the error, with HTTP 200."""
        user_id = str(sent.get("userId", "")).lower()
        if not self._store.exists("SysAdminUnit", user_id):
            return "User not found"
        try:
            items = json.loads(sent["licenseItems"]).items()
        except (KeyError, TypeError, AttributeError, ValueError):
            return "licenseItems is not readable"
        entity = self._store.schema.entities["SysLicUser"]
        with self._store.transaction():
            for package_id, wanted in items:
                held = self._store.find("SysLicUser", SysLicPackageId=package_id.lower(), SysUserId=user_id)
                if not self._store.exists("SysLicPackage", package_id.lower()):
                    return f"License package {package_id} not found"
                if wanted and not held:
                    paid, used = self._seats(package_id.lower())
                    if used >= paid:
                        return "The number of available licenses is exceeded"
                    row = {"SysLicPackageId": package_id.lower(), "SysUserId": user_id}
                    self._writer.insert(entity, row, caller.contact, name_order)
                elif held and not wanted:
                    for grant in held:
                        self._writer.delete(entity, grant["Id"], caller.contact)
        return ""


def _result(error: str | None) -> str:
    return json.dumps(
        {"success": error is None, "errorInfo": None if error is None else {"message": error}}, ensure_ascii=False
    )
