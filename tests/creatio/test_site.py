from __future__ import annotations

import httpx
import pytest

from tests.creatio.fake_creatio import LOGIN_PAGE, FakeCreatio, connect, contacts
from usersync.creatio import Runtime, Site, select
from usersync.creatio.errors import LoginFailed, Unreachable, UrlWrong


@pytest.mark.parametrize(
    ("url", "base", "runtime"),
    [
        ("https://crm.firm.ua", "https://crm.firm.ua", None),
        ("HTTPS://CRM.Firm.ua:443/", "https://crm.firm.ua", None),
        ("http://127.0.0.1:8090/", "http://127.0.0.1:8090", None),
        ("https://host/creatio/", "https://host/creatio", None),
        ("https://crm.firm.ua/0/odata", "https://crm.firm.ua", Runtime.NETFRAMEWORK),
        ("https://crm.firm.ua/odata/", "https://crm.firm.ua", Runtime.NET),
        ("https://host/creatio/0/odata/", "https://host/creatio", Runtime.NETFRAMEWORK),
        ("https://crm.firm.ua/0/Nui/ViewModule.aspx#SectionModuleV2", "https://crm.firm.ua", None),
        ("https://crm.firm.ua/Login/NuiLogin.aspx?ReturnUrl=%2f", "https://crm.firm.ua", None),
        ("https://user:secret@crm.firm.ua/", "https://crm.firm.ua", None),
        (" https://crm.firm.ua/0 ", "https://crm.firm.ua", None),
    ],
)
def test_addresses_are_taken_as_people_give_them(url: str, base: str, runtime: Runtime | None) -> None:
    assert Site.parse(url) == Site(base, runtime)


@pytest.mark.parametrize("url", ["", "crm.firm.ua", "ftp://crm.firm.ua", "https://", "https:///x"])
def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(UrlWrong) as wrong:
        Site.parse(url)
    assert "USERSYNC_CREATIO__URL" in (wrong.value.next_step or "")


def test_a_site_is_told_apart_by_host_and_folder() -> None:
    assert Site.parse("https://CRM.firm.ua/Shop/0/odata").name == "crm.firm.ua/shop"


@pytest.mark.parametrize("net", [True, False])
async def test_the_health_check_tells_the_runtime_before_any_login(net: bool) -> None:
    app = FakeCreatio(net=net)
    async with connect(app, runtime="auto") as creatio:
        assert await creatio.runtime() is (Runtime.NET if net else Runtime.NETFRAMEWORK)
    assert app.logins == 0


@pytest.mark.parametrize("net", [True, False])
async def test_without_a_health_check_the_odata_root_tells(net: bool) -> None:
    app = FakeCreatio(net=net, tables={"Contact": contacts(1)})
    app.health_check = False
    async with connect(app, runtime="auto") as creatio:
        assert await creatio.runtime() is (Runtime.NET if net else Runtime.NETFRAMEWORK)
        assert len((await creatio.list("Contact", select("Id"))).rows) == 1


async def test_a_health_check_that_answers_at_both_places_decides_nothing() -> None:
    app = FakeCreatio(net=True)
    app.always("HealthCheck", lambda: httpx.Response(200, text="OK"))
    async with connect(app, runtime="auto") as creatio:
        assert await creatio.runtime() is Runtime.NET


async def test_a_login_page_is_no_health_check() -> None:
    app = FakeCreatio(net=False)
    app.always("crm.creatio.com/api/HealthCheck", lambda: httpx.Response(200, html=LOGIN_PAGE))
    async with connect(app, runtime="auto") as creatio:
        assert await creatio.runtime() is Runtime.NETFRAMEWORK


async def test_a_root_that_only_has_metadata_is_enough() -> None:
    app = FakeCreatio(net=True)
    app.health_check = False
    app.rules.append(lambda request: httpx.Response(405) if request.url.path == "/odata/" else None)
    app.metadata = '<?xml version="1.0"?><edmx:Edmx Version="4.0"></edmx:Edmx>'
    async with connect(app, runtime="auto") as creatio:
        assert await creatio.runtime() is Runtime.NET


async def test_an_address_without_odata_is_named() -> None:
    app = FakeCreatio()
    app.health_check = False
    app.always("/odata/", lambda: httpx.Response(404))
    async with connect(app, runtime="auto") as creatio:
        with pytest.raises(UrlWrong, match="no OData") as wrong:
            await creatio.root()
    assert "USERSYNC_CREATIO__RUNTIME" in (wrong.value.next_step or "")


async def test_an_address_where_nothing_answers_is_unreachable() -> None:
    app = FakeCreatio()
    app.always("", lambda: httpx.ConnectError("no route"))
    async with connect(app, runtime="auto") as creatio:
        with pytest.raises(Unreachable):
            await creatio.root()
    assert len(app.requests) == 3


async def test_a_refused_login_is_not_taken_for_a_wrong_address() -> None:
    app = FakeCreatio()
    app.health_check = False
    app.always("/connect/token", lambda: httpx.Response(400, json={"error": "invalid_client"}))
    async with connect(app, runtime="auto") as creatio:
        with pytest.raises(LoginFailed):
            await creatio.root()


async def test_a_root_given_in_the_address_or_in_the_settings_is_not_looked_for() -> None:
    app = FakeCreatio(net=True, tables={"Contact": contacts(1)})
    async with connect(app, url="https://crm.creatio.com/odata", runtime="auto") as creatio:
        assert await creatio.root() == "https://crm.creatio.com/odata"
    async with connect(app, runtime="net") as creatio:
        assert await creatio.root() == "https://crm.creatio.com/odata"
    assert not app.requests


async def test_the_runtime_is_looked_for_once() -> None:
    app = FakeCreatio()
    async with connect(app, runtime="auto") as creatio:
        await creatio.runtime()
        await creatio.runtime()
    assert len(app.requests) == 2
