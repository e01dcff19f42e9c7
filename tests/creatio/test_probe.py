from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.creatio.fake_creatio import (
    CLIENT_ID,
    CLIENT_SECRET,
    USER,
    FakeCreatio,
    connect,
    contacts,
    forms,
    guid,
)
from usersync.creatio import Mapping, OAuthClientCredentials, OwnUser, identity, rights_report, whoami
from usersync.creatio.errors import EntityMissing, RightsMissing, ServerFailed

NAMES = Mapping.build("callmanager")
ME = {"Id": guid(900), "Name": USER, "ContactId": guid(901)}


def app_with(**tables: list[dict[str, Any]]) -> FakeCreatio:
    everything: dict[str, list[dict[str, Any]]] = {mapped.entity: [] for mapped in NAMES.entities.values()}
    return FakeCreatio(tables={**everything, "SysAdminUnit": [ME], "Contact": contacts(5), **tables})


async def test_we_are_found_by_our_login() -> None:
    app = app_with()
    async with connect(app, forms()) as creatio:
        assert await whoami(creatio, NAMES) == OwnUser(guid(900), guid(901))
    assert f"Name%20eq%20%27{USER}%27" in str(app.requests[-1].url)


async def test_with_oauth_we_are_found_where_the_login_is_told() -> None:
    async with connect(app_with()) as creatio:
        assert await whoami(creatio, NAMES) is None
    async with connect(app_with(), OAuthClientCredentials(CLIENT_ID, CLIENT_SECRET, acts_as=USER)) as creatio:
        assert await whoami(creatio, NAMES) == OwnUser(guid(900), guid(901))


async def test_a_user_that_cannot_see_itself_is_not_known() -> None:
    async with connect(app_with(SysAdminUnit=[]), forms()) as creatio:
        assert await whoami(creatio, NAMES) is None


async def test_a_restored_copy_at_another_address_is_another_creatio() -> None:
    async with connect(app_with(), forms()) as original:
        first = await identity(original, NAMES)
    async with connect(app_with(), forms(), url="https://test.creatio.com") as copy:
        second = await identity(copy, NAMES)
    assert first == f"crm.creatio.com#{guid(900)}"
    assert second == f"test.creatio.com#{guid(900)}"


async def test_another_database_at_the_same_address_is_another_creatio() -> None:
    async with connect(app_with(SysAdminUnit=[{**ME, "Id": guid(800)}]), forms()) as creatio:
        assert await identity(creatio, NAMES) == f"crm.creatio.com#{guid(800)}"


@pytest.mark.parametrize(
    "url", ["https://CRM.creatio.com/", "https://crm.creatio.com:443/0/odata", "https://crm.creatio.com/0"]
)
async def test_the_same_creatio_is_the_same_however_its_address_is_written(url: str) -> None:
    async with connect(app_with(), forms(), url=url) as creatio:
        assert await identity(creatio, NAMES) == f"crm.creatio.com#{guid(900)}"


async def test_without_a_login_name_the_address_alone_identifies() -> None:
    async with connect(app_with()) as creatio:
        assert await identity(creatio, NAMES) == "crm.creatio.com#-"


async def test_the_report_tells_what_we_see_of_each_entity() -> None:
    async with connect(app_with(), forms()) as creatio:
        report = await rights_report(creatio, NAMES)
    assert {line.entity: line.rows for line in report.entities if line.rows} == {"contact": 5, "system_user": 1}
    assert {line.entity for line in report.entities} == set(NAMES.entities)
    assert (report.employees, report.own) == (1, OwnUser(guid(900), guid(901)))
    assert report.sufficient


async def test_the_report_asks_for_every_mapped_column_and_only_for_company_users() -> None:
    app = app_with()
    async with connect(app, forms()) as creatio:
        await rights_report(creatio, NAMES)
    asked = [str(request.url) for request in app.sent("GET", "/SysAdminUnit")]
    assert any("SysAdminUnitTypeValue,ContactId" in url or ",SysAdminUnitTypeValue" in url for url in asked)
    wanted = "SysAdminUnitTypeValue%20eq%204%20and%20ConnectionType%20eq%200%20and%20Active%20eq%20true"
    assert any(wanted in url for url in asked)


async def test_an_entity_we_may_not_read_is_reported_and_the_others_too() -> None:
    app = app_with()
    app.always("/WSysAccountLicense", lambda: httpx.Response(403, json={"Message": "no"}))
    async with connect(app, forms()) as creatio:
        report = await rights_report(creatio, NAMES)
    [line] = [line for line in report.entities if not line.readable]
    assert line.entity == "license_row"
    assert isinstance(line.error, RightsMissing)
    assert not report.sufficient


async def test_an_optional_entity_that_is_missing_does_not_spoil_the_report() -> None:
    app = app_with()
    del app.tables["ContactCareer"]
    async with connect(app, forms()) as creatio:
        report = await rights_report(creatio, NAMES)
    [line] = [line for line in report.entities if not line.readable]
    assert isinstance(line.error, EntityMissing)
    assert report.sufficient


async def test_seeing_no_company_user_is_not_sufficient() -> None:
    async with connect(app_with(SysAdminUnit=[]), forms()) as creatio:
        report = await rights_report(creatio, NAMES)
    assert report.employees == 0
    assert not report.sufficient


async def test_users_that_cannot_be_read_at_all_are_not_counted() -> None:
    app = app_with()
    app.always("/SysAdminUnit", lambda: httpx.Response(403))
    async with connect(app, forms()) as creatio:
        report = await rights_report(creatio, NAMES)
    assert (report.employees, report.own) == (None, None)
    assert not report.sufficient


async def test_a_creatio_that_is_down_is_not_reported_as_a_missing_right() -> None:
    app = app_with()
    app.always("/Contact", lambda: httpx.Response(500))
    async with connect(app, forms()) as creatio:
        with pytest.raises(ServerFailed):
            await rights_report(creatio, NAMES)
