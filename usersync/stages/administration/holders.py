"""Who holds which of the packages that open telephony: by OData where grants are readable, else by asking for each user."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence

from usersync.creatio.errors import ColumnMissing, EntityMissing, RecordRefused, RightsMissing
from usersync.creatio.query import Field, Lookup, any_of_chunks, select
from usersync.stages.administration.credential import Administrator

_UNREADABLE = (RightsMissing, EntityMissing, ColumnMissing, RecordRefused)
_AT_ONCE = 6


async def holders_of(admin: Administrator, packages: Sequence[str], users: Iterable[str]) -> dict[str, frozenset[str]]:
    """Package → ids of the system users who hold it.

    Args:
        admin: who asks.
        packages: ids.
        users: ids of those who are asked for one by one where grants cannot be read; only they are in the result then.

    Raises:
        CreatioError: Creatio does not answer, or refuses the login.
    """
    if await _shows_grants(admin):
        active = Field("Active") == True  # noqa: E712 - builds a filter
        found: dict[str, frozenset[str]] = {}
        for package in packages:
            query = select("Id", "SysUserId").where(Lookup("SysLicPackage") == package).where(active)
            rows = (await admin.creatio.list("SysLicUser", query)).rows
            found[package] = frozenset(str(row["SysUserId"]).lower() for row in rows)
        return found
    held = await _asked_singly(admin, packages, sorted(set(users)))
    return {package: frozenset(user for user, mine in held.items() if package in mine) for package in packages}


async def packages_of(admin: Administrator, packages: Sequence[str], users: Iterable[str]) -> dict[str, list[str]]:
    """System user → which of these packages it holds now, sorted.

    Raises:
        CreatioError: Creatio does not answer, or refuses the login.
    """
    wanted = sorted(set(users))
    if not await _shows_grants(admin):
        return await _asked_singly(admin, packages, wanted)
    active = Field("Active") == True  # noqa: E712 - builds a filter
    held: dict[str, set[str]] = {user: set() for user in wanted}
    for part in any_of_chunks(Lookup("SysUser"), wanted):
        query = select("Id", "SysUserId", "SysLicPackageId").where(part).where(active)
        for row in (await admin.creatio.list("SysLicUser", query)).rows:
            package = str(row["SysLicPackageId"]).lower()
            if package in packages:
                held[str(row["SysUserId"]).lower()].add(package)
    return {user: sorted(mine) for user, mine in held.items()}


async def _shows_grants(admin: Administrator) -> bool:
    """Whether grants can be read; none shown at all is a missing right: somebody is always licensed."""
    try:
        return bool((await admin.creatio.list("SysLicUser", select("Id").first(1))).rows)
    except _UNREADABLE:
        return False


async def _asked_singly(admin: Administrator, packages: Sequence[str], users: Sequence[str]) -> dict[str, list[str]]:
    turns = asyncio.Semaphore(_AT_ONCE)

    async def ask(user: str) -> list[str]:
        async with turns:
            return sorted(each.id for each in await admin.service.packages(user) if each.held and each.id in packages)

    return dict(zip(users, await asyncio.gather(*map(ask, users)), strict=True))
