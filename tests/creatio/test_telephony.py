"""Who holds the licence that opens telephony, read from the stand-in of Creatio in this process."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.sandbox.apis import BASE
from tests.sandbox.small_world import small_world
from usersync.creatio import CreatioClient, OAuthClientCredentials
from usersync.creatio.telephony import telephony_holders, telephony_packages
from usersync.sandbox.creatio.service import CreatioService
from usersync.sandbox.creatio.switches import Switches
from usersync.sandbox.front.assembly import assemble
from usersync.sandbox.world import WorldDirectory


class Crm:
    """A Creatio, a client of it, and the way behind it."""

    def __init__(self, service: CreatioService, client: CreatioClient) -> None:
        self.service, self.client = service, client

    async def add(self, entity: str, **row: Any) -> str:
        return str((await self.service.insert(entity, row))["Id"])

    def user(self, name: str) -> str:
        return next(row["Id"] for row in self.service.rows("SysAdminUnit") if row["Name"] == name)

    def allow(self, **rights: str) -> None:
        self.service.switch({"rights": rights})


@pytest.fixture
async def crm(tmp_path: Path) -> AsyncIterator[Crm]:
    world = WorldDirectory.write(tmp_path / "world", small_world(), "callmanager")
    services: list[CreatioService] = []

    def build(faults: Any) -> CreatioService:
        services.append(CreatioService(world.creatio_database, "netframework", faults, Switches()))
        return services[0]

    transport = httpx.ASGITransport(assemble(build))
    login = OAuthClientCredentials(world.creatio.client_id, world.creatio.client_secret, identity_url=BASE)
    async with CreatioClient(BASE, login, transport=transport) as client:
        yield Crm(services[0], client)
    await services[0].close()


async def test_holders_of_every_package_that_opens_telephony_are_found(crm: Crm) -> None:
    first = await crm.add("SysLicPackage", Name="Webitel", Operations="Something.Use;WebitelCollaboration.Use")
    second = await crm.add("SysLicPackage", Name="Webitel old", Operations="webitelcollaboration.use")
    other = await crm.add("SysLicPackage", Name="Sales", Operations="Sales.Use")
    anna, borys, sales = (crm.user(name) for name in ("Лисенко Марія", "o.kovalchuk", "Supervisor"))
    for package, user, active in (
        (first, anna, True),
        (second, borys, True),
        (first, sales, False),
        (other, sales, True),
    ):
        await crm.add("SysLicUser", SysLicPackageId=package, SysUserId=user, Active=active)

    assert await telephony_holders(crm.client) == {anna, borys}
    assert [package.name for package in await telephony_packages(crm.client) or ()] == ["Webitel", "Webitel old"]
    assert await telephony_holders(crm.client, ids=[other.upper()]) == {sales}


async def test_nobody_holds_it_where_grants_are_shown_and_none_is_of_it(crm: Crm) -> None:
    await crm.add("SysLicPackage", Name="Webitel", Operations="WebitelCollaboration.Use")
    sales = await crm.add("SysLicPackage", Name="Sales", Operations="Sales.Use")
    await crm.add("SysLicUser", SysLicPackageId=sales, SysUserId=crm.user("Supervisor"))
    assert await telephony_holders(crm.client) == frozenset()


async def test_it_is_not_known_where_nothing_is_shown_or_no_package_opens_telephony(crm: Crm) -> None:
    assert await telephony_packages(crm.client) is None
    sales = await crm.add("SysLicPackage", Name="Sales", Operations="Sales.Use")
    await crm.add("SysLicUser", SysLicPackageId=sales, SysUserId=crm.user("Supervisor"))
    assert await telephony_packages(crm.client) == ()
    assert await telephony_holders(crm.client) is None
    webitel = await crm.add("SysLicPackage", Name="Webitel", Operations="WebitelCollaboration.Use")
    await crm.add("SysLicUser", SysLicPackageId=webitel, SysUserId=crm.user("Supervisor"))
    for hidden in ("SysLicPackage", "SysLicUser"):
        crm.allow(**{hidden: "none"})
        assert await telephony_holders(crm.client) is None
