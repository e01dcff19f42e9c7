"""Who may use telephony in Creatio: the holders of a licence package that opens it (docs/administration.md#telephony).

These are Creatio's own licences, not Webitel's. They are read here and never written through OData, which would skip the
check of seats; `usersync.creatio.administration` gives and takes them.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from usersync.creatio.client import CreatioClient
from usersync.creatio.errors import ColumnMissing, EntityMissing, RecordRefused, RightsMissing
from usersync.creatio.query import Field, Lookup, Query, any_of, select

TELEPHONY_OPERATION = "WebitelCollaboration.Use"
"""The licence operation that Creatio's telephony client asks for; `SysLicPackage.Operations` of a package names it."""
_UNREADABLE = (RightsMissing, EntityMissing, ColumnMissing, RecordRefused)


@dataclass(frozen=True)
class TelephonyPackage:
    """A licence package that opens telephony."""

    id: str
    name: str


async def telephony_packages(
    creatio: CreatioClient, *, operation: str = TELEPHONY_OPERATION, ids: Collection[str] = ()
) -> tuple[TelephonyPackage, ...] | None:
    """The packages that open telephony, by name and id.

    Args:
        creatio: whoever asks; a user without rights sees no rows.
        operation: the licence operation they have to have.
        ids: packages the settings name: then these, whatever operations they have.

    Returns:
        None where it cannot be told: the packages are not readable, or none of them is shown.

    Raises:
        CreatioError: Creatio does not answer, or refuses the login.
    """
    wanted = {given.lower() for given in ids}
    columns = ("Id", "Name") if wanted else ("Id", "Name", "Operations")
    rows = await _all(creatio, "SysLicPackage", select(*columns))
    if not rows:
        return None
    found = [
        TelephonyPackage(str(row["Id"]).lower(), str(row.get("Name") or ""))
        for row in rows
        if (str(row["Id"]).lower() in wanted if wanted else operation.casefold() in _operations(row))
    ]
    return tuple(sorted(found, key=lambda package: (package.name, package.id)))


async def telephony_holders(
    creatio: CreatioClient, *, operation: str = TELEPHONY_OPERATION, ids: Collection[str] = ()
) -> frozenset[str] | None:
    """Ids of the system users who hold a licence that opens telephony.

    Args:
        creatio: whoever asks; a user without rights sees no rows.
        operation: the licence operation the package has to have.
        ids: packages the settings name instead.

    Returns:
        None where it cannot be told: packages or grants are not readable, no package opens telephony, or no grant of any
        licence is shown, which in a Creatio that people work with is a missing right.

    Raises:
        CreatioError: Creatio does not answer, or refuses the login.
    """
    packages = await telephony_packages(creatio, operation=operation, ids=ids)
    if not packages:
        return None
    mine = any_of(Lookup("SysLicPackage"), [package.id for package in packages])
    active = Field("Active") == True  # noqa: E712 - builds a filter
    rows = await _all(creatio, "SysLicUser", select("Id", "SysUserId").where(mine).where(active))
    if rows == [] and not await _all(creatio, "SysLicUser", select("Id").first(1)):
        return None
    return None if rows is None else frozenset(str(row["SysUserId"]).lower() for row in rows)


async def _all(creatio: CreatioClient, entity: str, query: Query) -> list[dict[str, Any]] | None:
    """All rows; None where this user may not read them, or not all of them came."""
    try:
        answer = await creatio.list(entity, query)
    except _UNREADABLE:
        return None
    return answer.rows if answer.complete else None


def _operations(row: Mapping[str, Any]) -> str:
    return str(row.get("Operations") or "").casefold()
