from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from tests.creatio.fake_creatio import (
    CLIENT_ID,
    CLIENT_SECRET,
    LOGIN_PAGE,
    PASSWORD,
    USER,
    FakeCreatio,
    FakeTime,
    connect,
    contacts,
    forms,
    oauth,
)
from usersync.creatio import FormsLogin, OAuthClientCredentials, login_from, select
from usersync.creatio.auth import identity_url_of, token_url
from usersync.creatio.errors import (
    LoginFailed,
    LoginMissing,
    PasswordChangeForced,
    ServerFailed,
    Unreachable,
    UrlWrong,
)

NAMES = select("Id", "Name")


def app_with_contacts(**options: Any) -> FakeCreatio:
    return FakeCreatio(tables={"Contact": contacts(3)}, **options)


@pytest.mark.parametrize("net", [True, False])
@pytest.mark.parametrize("login", [forms, oauth])
async def test_both_logins_work_on_both_runtimes(net: bool, login: Any) -> None:
    async with connect(app_with_contacts(net=net), login()) as creatio:
        assert len((await creatio.list("Contact", NAMES)).rows) == 3


@pytest.mark.parametrize("net", [True, False])
async def test_the_address_of_the_forms_login_never_has_the_zero(net: bool) -> None:
    app = app_with_contacts(net=net)
    async with connect(app, forms()) as creatio:
        await creatio.list("Contact", NAMES)
    first = app.requests[0]
    assert first.url.path == "/ServiceModel/AuthService.svc/Login"
    assert first.headers["ForceUseSession"] == "true"
    assert json.loads(first.content) == {"UserName": USER, "UserPassword": PASSWORD}


async def test_requests_of_a_forms_session_carry_every_cookie_and_the_cross_site_token() -> None:
    app = app_with_contacts()
    async with connect(app, forms()) as creatio:
        await creatio.list("Contact", NAMES)
    request = app.sent("GET", "/Contact")[0]
    assert request.headers["BPMCSRF"] == "csrf-1"
    assert request.headers["ForceUseSession"] == "true"
    names = {part.split("=")[0] for part in request.headers["Cookie"].split("; ")}
    assert names == {"BPMSESSIONID", "BPMCSRF", ".ASPXAUTH", "sticky-session-id"}


async def test_requests_with_a_token_carry_neither_cookies_nor_the_cross_site_token() -> None:
    app = app_with_contacts()
    page = httpx.Response(200, json={"value": []}, headers={"Set-Cookie": "BPMCSRF=x; path=/"})
    app.once("/Contact", page)
    async with connect(app) as creatio:
        await creatio.list("Contact", NAMES)
        await creatio.list("Contact", NAMES)
    last = app.requests[-1]
    assert last.headers["Authorization"] == "Bearer token-1"
    assert "Cookie" not in last.headers
    assert "BPMCSRF" not in last.headers


async def test_the_identity_service_gets_a_form_and_nothing_of_the_crm() -> None:
    app = app_with_contacts()
    async with connect(app) as creatio:
        await creatio.list("Contact", NAMES)
    request = app.requests[0]
    assert str(request.url) == "https://crm-is.creatio.com/connect/token"
    assert request.headers["Content-Type"] == "application/x-www-form-urlencoded"
    assert "Cookie" not in request.headers


async def test_a_token_is_fetched_once_and_again_shortly_before_it_expires() -> None:
    app, time = app_with_contacts(), FakeTime()
    login = OAuthClientCredentials(CLIENT_ID, CLIENT_SECRET, clock=time.clock)
    async with connect(app, login, time=time) as creatio:
        await creatio.list("Contact", NAMES)
        time.now += 3500
        await creatio.list("Contact", NAMES)
        assert app.logins == 1
        time.now += 45
        await creatio.list("Contact", NAMES)
        assert app.logins == 2
    assert app.requests[-1].headers["Authorization"] == "Bearer token-2"


@pytest.mark.parametrize("expires_in", [60, "30", None, "soon", 0])
async def test_odd_lifetimes_do_not_make_every_request_log_in(expires_in: Any) -> None:
    app = app_with_contacts()
    app.sessions.add("T")
    app.always("/connect/token", lambda: httpx.Response(200, json={"access_token": "T", "expires_in": expires_in}))
    time = FakeTime()
    async with connect(app, OAuthClientCredentials(CLIENT_ID, CLIENT_SECRET, clock=time.clock), time=time) as creatio:
        for _ in range(3):
            await creatio.list("Contact", NAMES)
    assert app.logins == 1


async def test_a_wrong_password_comes_with_http_200() -> None:
    app = app_with_contacts()
    async with connect(app, FormsLogin(USER, "wrong")) as creatio:
        with pytest.raises(LoginFailed) as failed:
            await creatio.list("Contact", NAMES)
    assert "USERSYNC_CREATIO__PASSWORD" in (failed.value.next_step or "")
    assert app.logins == 1, "a refused password is not tried again: it would lock the user out"


@pytest.mark.parametrize(
    "body",
    [
        {"Code": 1, "Message": f"User {USER} with {PASSWORD} is blocked", "Exception": None},
        {"Code": "3", "Message": "", "Exception": {"Message": f"User {USER} is blocked, {PASSWORD}"}},
    ],
)
async def test_the_reason_of_a_refused_login_is_told_without_its_secrets(body: dict[str, Any]) -> None:
    app = app_with_contacts()
    app.once("AuthService", httpx.Response(200, json=body))
    async with connect(app, forms()) as creatio:
        with pytest.raises(LoginFailed, match="blocked") as failed:
            await creatio.list("Contact", NAMES)
    assert USER not in str(failed.value)
    assert PASSWORD not in str(failed.value)


async def test_a_forced_change_of_the_password_is_said_as_such() -> None:
    app = app_with_contacts()
    body = {"Code": 0, "Message": "", "Exception": None, "PasswordChangeUrl": "/ChangePassword"}
    app.once("AuthService", httpx.Response(200, json=body))
    async with connect(app, forms()) as creatio:
        with pytest.raises(PasswordChangeForced):
            await creatio.list("Contact", NAMES)


@pytest.mark.parametrize(
    "answer",
    [
        lambda: httpx.Response(200, html=LOGIN_PAGE),
        lambda: httpx.Response(401),
        lambda: httpx.Response(403),
        lambda: httpx.Response(404),
        lambda: httpx.Response(200, json=[]),
        lambda: httpx.Response(301, headers={"Location": "https://elsewhere.example.com/"}),
    ],
)
async def test_an_address_that_is_no_login_is_named(answer: Any) -> None:
    app = app_with_contacts()
    app.once("AuthService", answer())
    async with connect(app, forms()) as creatio:
        with pytest.raises(UrlWrong) as wrong:
            await creatio.list("Contact", NAMES)
    assert "USERSYNC_CREATIO__URL" in (wrong.value.next_step or "")


async def test_a_refused_client_is_named_without_its_secret() -> None:
    app = app_with_contacts()
    async with connect(app, OAuthClientCredentials(CLIENT_ID, "wrong-secret")) as creatio:
        with pytest.raises(LoginFailed) as failed:
            await creatio.list("Contact", NAMES)
    assert "invalid_client" in str(failed.value)
    assert "USERSYNC_CREATIO__CLIENT_SECRET" in (failed.value.next_step or "")
    assert "wrong-secret" not in repr(failed.value)


async def test_an_identity_service_that_is_none_is_named() -> None:
    app = app_with_contacts()
    app.once("/connect/token", httpx.Response(404, html="<html></html>"))
    async with connect(app) as creatio:
        with pytest.raises(UrlWrong) as wrong:
            await creatio.list("Contact", NAMES)
    assert "USERSYNC_CREATIO__IDENTITY_URL" in (wrong.value.next_step or "")


async def test_an_identity_service_that_fails_for_a_moment_is_asked_again() -> None:
    app = app_with_contacts()
    app.once("/connect/token", httpx.Response(500), httpx.ConnectError("down"))
    async with connect(app) as creatio:
        assert len((await creatio.list("Contact", NAMES)).rows) == 3
    assert app.logins == 3


@pytest.mark.parametrize(
    ("reply", "kind"), [(httpx.Response(500), ServerFailed), (httpx.ConnectError("x"), Unreachable)]
)
async def test_an_identity_service_that_stays_down_is_an_error_that_may_pass(reply: Any, kind: type) -> None:
    app = app_with_contacts()
    app.always("/connect/token", lambda: reply)
    async with connect(app) as creatio:
        with pytest.raises(kind):
            await creatio.create("Contact", contacts(1)[0])
    assert not app.sent("POST", "/odata/")


def test_the_identity_service_of_the_cloud_is_known_by_a_rule() -> None:
    assert identity_url_of("https://firm.creatio.com") == "https://firm-is.creatio.com"
    assert identity_url_of("https://Firm-Dev.creatio.com/x") == "https://firm-dev-is.creatio.com"


@pytest.mark.parametrize(
    "site", ["https://crm.firm.ua", "http://127.0.0.1:8080", "https://creatio.com", "https://a.b.creatio.com"]
)
def test_the_identity_service_of_another_site_has_to_be_set(site: str) -> None:
    with pytest.raises(LoginMissing) as missing:
        identity_url_of(site)
    assert "USERSYNC_CREATIO__IDENTITY_URL" in (missing.value.next_step or "")


def test_the_identity_url_may_be_the_service_or_its_token_endpoint() -> None:
    for given in ("https://is.firm.ua", "https://is.firm.ua/", "https://is.firm.ua/connect/token"):
        assert token_url(given) == "https://is.firm.ua/connect/token"


def test_the_settings_decide_how_to_log_in() -> None:
    assert isinstance(login_from(username="u", password="p"), FormsLogin)
    both = login_from(username="u", password="p", client_id="c", client_secret="s", identity_url="https://is")
    assert isinstance(both, OAuthClientCredentials)
    assert both.user_name == "u"
    for incomplete in ({}, {"username": "u"}, {"client_id": "c"}, {"username": "u", "client_secret": "s"}):
        with pytest.raises(LoginMissing):
            login_from(**incomplete)


def test_secrets_are_not_shown() -> None:
    assert PASSWORD not in repr(forms())
    assert CLIENT_SECRET not in repr(oauth())
