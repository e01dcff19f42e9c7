"""Creatio's configuration services around users: AdministrationService, RightsService, LicenseService.

What is wrong is said inside HTTP 200, a missing right too: as a text where a method answers with one (empty is success), or in
the members of a JSON text.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from typing import Any

from usersync.sandbox.creatio.errors import Failure, aspnet_failure
from usersync.sandbox.creatio.sessions import Caller, password_hash
from usersync.sandbox.creatio.store import Store, now
from usersync.sandbox.creatio.switches import Switches
from usersync.sandbox.creatio.wellknown import SUPERVISOR_USER
from usersync.sandbox.creatio.writing import Writer

MANAGE_USERS, MANAGE_LICENSES = "CanManageAdministration", "CanManageLicUsers"
READING = ("GetAvailableLicPackages", "GetLicOperationStatuses", "GetCanExecuteOperation")
"""Methods that are called with POST and change nothing."""

_USER = 4
_OF_THE_VIEW = frozenset({"SysAdminUnitType", "UserConnectionType", "SysAdminUnit", "TimeZone", "UserPassword"})
"""Columns of the view VwSysAdminUnit that are kept otherwise than under their name, or not at all."""


class Refused(Exception):
    """What a method says instead of having done it."""


class Administration:
    """The methods of the services on one Creatio.

    Args:
        store: the database.
        writer: writes rows.
    """

    def __init__(self, store: Store, writer: Writer) -> None:
        self._store = store
        self._writer = writer

    def call(self, service: str, method: str, body: Any, caller: Caller, switches: Switches) -> dict[str, Any] | None:
        """Answer a method, None for one that does not exist here.

        Args:
            service: its name.
            method: name of the method.
            body: decoded JSON.
            caller: who asks.
            switches: how the installation behaves.

        Raises:
            Failure: 500 for an argument that cannot be read.
        """
        sent = body if isinstance(body, dict) else {}
        match f"{service}.{method}":
            case "AdministrationService.UpdateOrCreateUser":
                result: Any = _said(lambda: self._update_or_create(sent, caller, switches))
            case "AdministrationService.DeleteUser":
                result = self._delete_user(sent, caller, switches)
            case "AdministrationService.GetAvailableLicPackages":
                packages = self._packages(str(sent.get("userId", "")).lower(), caller, switches)
                result = json.dumps(packages, ensure_ascii=False)
            case "AdministrationService.UpdateLicenseInfo":
                result = _said(lambda: self._update_licenses(sent, caller, switches))
            case "RightsService.GetCanExecuteOperation":
                result = _may(caller, str(sent.get("operation", "")), switches)
            case "LicenseService.GetLicOperationStatuses":
                statuses = self._operation_statuses(sent.get("licOperationCodes") or [], caller)
                result = {"success": True, "licOperationStatuses": statuses}
            case _:
                return None
        return {f"{method}Result": result}

    def _update_or_create(self, sent: Mapping[str, Any], caller: Caller, switches: Switches) -> None:
        values = _decoded(sent.get("jsonObject"))
        _require(caller, MANAGE_USERS, switches)
        entity = self._store.schema.entities["SysAdminUnit"]
        user_id = str(values.get("Id") or uuid.uuid4()).lower()
        exists = self._store.exists("SysAdminUnit", user_id)
        password = values.get("UserPassword")
        if password is not None and len(str(password)) < switches.shortest_password:
            raise Refused(f"Password must contain at least {switches.shortest_password} characters")
        columns: dict[str, Any] = {}
        for name, value in values.items():
            column = entity.navigations.get(name) or entity.columns.get(name)
            if name not in _OF_THE_VIEW and (column is None or (column.references and column.name == name)):
                raise Refused(f"Collection item {name} not found")  # a lookup is named without its Id here
            if column is not None and name not in _OF_THE_VIEW and name != "Id":
                columns[column.name] = value
        taken = self._store.value(
            'SELECT 1 FROM "SysAdminUnit" WHERE "Name" = ? COLLATE NOCASE AND "Id" <> ?', (columns.get("Name"), user_id)
        )
        if taken:
            raise Refused("User with this name already exists")
        try:
            if exists:
                self._writer.update(entity, user_id, columns, caller.contact, switches.name_order)
            else:
                row = {"ConnectionType": 0, "Active": True, **columns, "Id": user_id, "SysAdminUnitTypeValue": _USER}
                self._writer.insert(entity, row, caller.contact, switches.name_order)
        except Failure as failure:
            raise Refused(_innermost(failure.body)) from failure
        if password is not None:
            self._store.update("SysAdminUnit", user_id, {"UserPassword": password_hash(str(password))})
        role_id = str(sent.get("roleId") or "").lower()
        if not exists and role_id:  # as in the service: the user is saved before it joins the role
            self._join_role(user_id, role_id, caller, switches)

    def _join_role(self, user_id: str, role_id: str, caller: Caller, switches: Switches) -> None:
        entity = self._store.schema.entities["SysUserInRole"]
        try:
            row = {"SysUserId": user_id, "SysRoleId": role_id}
            self._writer.insert(entity, row, caller.contact, switches.name_order)
        except Failure as failure:
            raise Refused(_innermost(failure.body)) from failure

    def _delete_user(self, sent: Mapping[str, Any], caller: Caller, switches: Switches) -> str:
        error, forbidden = "", False
        try:
            _require(caller, MANAGE_USERS, switches)
            user_id = str(sent.get("userId", "")).lower()
            if self._store.exists("SysAdminUnit", user_id):
                self._writer.delete(self._store.schema.entities["SysAdminUnit"], user_id, caller.contact)
        except Refused as refused:
            error, forbidden = str(refused), True
        except Failure as failure:
            error = _innermost(failure.body)
        told = {"Success": not error, "IsSecurityException": forbidden, "ExceptionMessage": error or None}
        return json.dumps(told, ensure_ascii=False)

    def _packages(self, user_id: str, caller: Caller, switches: Switches) -> list[dict[str, Any]]:
        """One line for each package; without the right to manage licences none of them can be ticked."""
        user = self._store.read("SysAdminUnit", user_id)
        may = _may(caller, MANAGE_LICENSES, switches)
        found = []
        for package in self._store.find("SysLicPackage"):
            held = self._store.find("SysLicUser", SysLicPackageId=package["Id"], SysUserId=user_id)
            paid, used = self._seats(package["Id"])
            checked = bool(user and user["Active"]) and any(row["Active"] for row in held)
            found.append(
                {
                    "Id": package["Id"],
                    "Type": 1,
                    "Caption": package["Name"],
                    "Enabled": may and (checked or used < paid),
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

    def _update_licenses(self, sent: Mapping[str, Any], caller: Caller, switches: Switches) -> None:
        """Each package for itself: what was given before one is refused stays given."""
        _require(caller, MANAGE_LICENSES, switches)
        user_id = str(sent.get("userId", "")).lower()
        try:
            items = json.loads(sent["licenseItems"]).items()
        except (KeyError, TypeError, AttributeError, ValueError) as error:
            raise Refused("licenseItems is not readable") from error
        if not self._store.exists("SysAdminUnit", user_id):
            raise Refused(f"User {user_id} not found")
        entity = self._store.schema.entities["SysLicUser"]
        exceeded = []
        for given, wanted in items:
            package_id = given.lower()
            held = self._store.find("SysLicUser", SysLicPackageId=package_id, SysUserId=user_id)
            package = self._store.read("SysLicPackage", package_id)
            if package is None:
                raise Refused(f"License package {given} not found")
            if wanted and not held:
                paid, used = self._seats(package_id)
                if used >= paid:
                    exceeded.append(package["Name"])
                    continue
                row = {"SysLicPackageId": package_id, "SysUserId": user_id}
                self._writer.insert(entity, row, caller.contact, switches.name_order)
            elif held and not wanted:
                for grant in held:
                    self._writer.delete(entity, grant["Id"], caller.contact)
        if exceeded:
            raise Refused(f"The number of paid licenses is exceeded: {', '.join(exceeded)}")

    def _operation_statuses(self, codes: list[Any], caller: Caller) -> list[dict[str, Any]]:
        """Which licence operations the caller's own licences allow."""
        held = [
            row["SysLicPackageId"] for row in self._store.find("SysLicUser", SysUserId=caller.user) if row["Active"]
        ]
        operations = [
            str(package["Operations"] or "").casefold()
            for package in self._store.find("SysLicPackage")
            if package["Id"] in held
        ]
        return [{"Key": code, "Value": any(str(code).casefold() in text for text in operations)} for code in codes]


def _may(caller: Caller, operation: str, switches: Switches) -> bool:
    """Whether the caller may execute a system operation: the administrator those of the switch, others none."""
    return caller.user == SUPERVISOR_USER and operation in switches.operations


def _require(caller: Caller, operation: str, switches: Switches) -> None:
    if not _may(caller, operation, switches):
        raise Refused(f"Current user does not have permissions to execute operation {operation}")


def _said(act: Any) -> str:
    try:
        act()
    except Refused as refused:
        return str(refused)
    return ""


def _decoded(text: Any) -> dict[str, Any]:
    """The columns; they are decoded before the method catches anything, so a text that is no JSON is HTTP 500."""
    try:
        return dict(json.loads(text))
    except (TypeError, ValueError) as error:
        raise aspnet_failure(500, "Unexpected character encountered while parsing value.") from error


def _innermost(body: Mapping[str, Any]) -> str:
    error = body.get("error", {}).get("innererror", {})
    text = error.get("internalexception", error).get("message") or body.get("Message") or "An error has occurred."
    state = body.get("ModelState", {})
    return " ".join([str(text), *(str(line) for lines in state.values() for line in lines)])
