"""Creatio's services around users: AdministrationService, RightsService (docs/creatio.md#administration).

What is wrong is said inside HTTP 200: an empty text is success, any other is the error, localised. So nothing is concluded
from a text's words; whether a right is missing is asked of RightsService.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from usersync.creatio.answers import useful_text
from usersync.creatio.client import CreatioClient
from usersync.creatio.errors import AnswerLost, OperationMissing, ServiceMissing, ServiceRefused
from usersync.creatio.query import guid
from usersync.creatio.wellknown import CONNECTION_EMPLOYEE, SYSTEM_USER_TYPE, ZERO

MANAGE_USERS = "CanManageAdministration"
"""System operation that making and deleting system users needs."""
MANAGE_LICENSES = "CanManageLicUsers"
"""System operation that giving and taking Creatio's own licences needs."""
_SERVICE = "rest/AdministrationService"


@dataclass(frozen=True)
class NewSystemUser:
    """A company user of Creatio that is to be made.

    Attributes:
        id: brought along, so that a repeat finds the user instead of making a second one.
        login: its name.
        contact: id of its contact.
    """

    id: str
    login: str
    contact: str


@dataclass(frozen=True)
class PackageSeats:
    """A licence package and its seats.

    Attributes:
        held: by the user that was asked about.
        paid, used, available: seats in all; `available` is what the service counts as free.
    """

    id: str
    name: str
    held: bool
    paid: int
    used: int
    available: int


class AdministrationService:
    """The methods, called as whoever `creatio` logs in as.

    Args:
        creatio: a client with the administrator's credential.
    """

    def __init__(self, creatio: CreatioClient) -> None:
        self._creatio = creatio

    async def may(self, operation: str) -> bool | None:
        """Whether we may execute a system operation; None where this Creatio does not tell.

        Raises:
            CreatioError: Creatio does not answer, or refuses the login.
        """
        try:
            answer = await self._creatio.call_service(
                "rest/RightsService/GetCanExecuteOperation", {"operation": operation}, writes=False
            )
        except ServiceMissing:
            return None
        result = answer.get("GetCanExecuteOperationResult")
        return result if isinstance(result, bool) else None

    async def create_user(self, user: NewSystemUser, role_id: str) -> None:
        """Make a system user, without a licence.

        It gets a password that nobody knows: drawn here, sent once, kept nowhere. Without one the account might be
        entered with an empty password. Its owner comes in by single sign-on, by "Forgot password?", or with a password
        an administrator sets.

        Args:
            user: whom.
            role_id: the role it joins.

        Raises:
            OperationMissing: we may not.
            ServiceRefused: this user is not accepted (the login is taken …).
            CreatioError: with `outcome_unknown` where the user may have been made.
        """
        password = f"{secrets.token_urlsafe(32)}-aA1!"
        columns = {
            "Id": guid(user.id), "Name": user.login, "Contact": guid(user.contact), "Active": True,
            "ConnectionType": CONNECTION_EMPLOYEE, "SysAdminUnitType": SYSTEM_USER_TYPE, "UserPassword": password,
        }  # fmt: skip
        body = {"jsonObject": json.dumps(columns, ensure_ascii=False), "roleId": guid(role_id)}
        await self._ordered("UpdateOrCreateUser", body, MANAGE_USERS, hide=(password, user.login))

    async def delete_user(self, user_id: str) -> None:
        """Remove a system user; one that is not there any more is no error.

        Raises:
            OperationMissing: we may not.
            ServiceRefused: something refers to it.
            CreatioError: with `outcome_unknown` where the user may be gone.
        """
        answer = await self._call("DeleteUser", {"userId": guid(user_id)}, writes=True)
        told = _decoded(answer, "DeleteUser", outcome_unknown=True)
        if not isinstance(told, dict):
            raise _unreadable("DeleteUser", outcome_unknown=True)
        if not told.get("Success"):
            await self._refuse("DeleteUser", MANAGE_USERS, str(told.get("ExceptionMessage") or ""), ())

    async def packages(self, user_id: str | None = None) -> tuple[PackageSeats, ...]:
        """The licence packages with their seats, as one user sees them; None = nobody in particular.

        Raises:
            CreatioError: Creatio does not answer, or refuses the login.
        """
        body = {"userId": guid(user_id) if user_id else ZERO}
        answer = await self._call("GetAvailableLicPackages", body, writes=False)
        rows = _decoded(answer, "GetAvailableLicPackages")
        if not isinstance(rows, list):
            raise _unreadable("GetAvailableLicPackages")
        return tuple(_seats(row) for row in rows if isinstance(row, dict) and row.get("Id"))

    async def set_license(self, user_id: str, package_id: str, *, held: bool) -> None:
        """Give a user a seat of a package, or take it; what is so already stays so.

        Raises:
            OperationMissing: we may not.
            ServiceRefused: no seat is left, or the user or the package is not there.
            CreatioError: with `outcome_unknown` where it may have been done.
        """
        body = {"userId": guid(user_id), "licenseItems": json.dumps({guid(package_id): held})}
        await self._ordered("UpdateLicenseInfo", body, MANAGE_LICENSES)

    async def _ordered(
        self, method: str, body: Mapping[str, Any], operation: str, *, hide: tuple[str, ...] = ()
    ) -> None:
        """Call a method that answers with a text: empty is success."""
        answer = await self._call(method, body, writes=True, hide=hide)
        text = answer.get(f"{method}Result")
        if not isinstance(text, str):
            raise _unreadable(method, outcome_unknown=True)
        if text.strip():
            await self._refuse(method, operation, text, hide)

    async def _refuse(self, method: str, operation: str, text: str, hide: tuple[str, ...]) -> None:
        said = useful_text({"Message": text}, hide=hide)
        if await self.may(operation) is False:
            raise OperationMissing(operation=operation, method=method, text=said, status=200)
        raise ServiceRefused(method=method, operation=operation, text=said, status=200)

    async def _call(
        self, method: str, body: Mapping[str, Any], *, writes: bool, hide: tuple[str, ...] = ()
    ) -> dict[str, Any]:
        return await self._creatio.call_service(f"{_SERVICE}/{method}", body, writes=writes, hide=hide)


def _decoded(answer: Mapping[str, Any], method: str, *, outcome_unknown: bool = False) -> Any:
    """The JSON inside the text of an answer."""
    try:
        return json.loads(answer[f"{method}Result"])
    except (KeyError, TypeError, ValueError) as error:
        raise _unreadable(method, outcome_unknown=outcome_unknown) from error


def _unreadable(method: str, *, outcome_unknown: bool = False) -> AnswerLost:
    return AnswerLost("creatio-answer-unreadable", operation=method, status=200, outcome_unknown=outcome_unknown)


def _seats(row: Mapping[str, Any]) -> PackageSeats:
    return PackageSeats(
        id=str(row["Id"]).lower(), name=str(row.get("Caption") or ""), held=bool(row.get("Checked")),
        paid=_count(row.get("PaidCount")), used=_count(row.get("UsedCount")), available=_count(row.get("AvailableCount")),
    )  # fmt: skip


def _count(value: Any) -> int:
    try:
        return max(0, int(value))
    except (TypeError, ValueError):
        return 0
