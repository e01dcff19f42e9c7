from __future__ import annotations

import asyncio

import httpx
import pytest

from tests.webitel.fake_webitel import TOKEN, FakeTime, FakeWebitel, connect, error
from usersync.errors import UsageError
from usersync.webitel import (
    CredentialsInvalid,
    LoginAuth,
    LoginRefused,
    NotAuthorized,
    PathMissing,
    SecondFactorRequired,
    ServiceAccountUnlicensed,
    TokenAuth,
    UnexpectedAnswer,
    WebitelError,
)

LOGIN = LoginAuth("svc", "hunter2", "example.com")


async def test_a_token_is_sent_as_it_is_with_every_request() -> None:
    app = FakeWebitel()
    async with connect(app, auth=TokenAuth(f"  {TOKEN}\n")) as webitel:
        await webitel.userinfo()
        await webitel.users()
    assert [request.headers["X-Webitel-Access"] for request in app.requests] == [TOKEN, TOKEN]
    assert "Authorization" not in app.requests[0].headers


async def test_a_refused_token_is_not_tried_again() -> None:
    app = FakeWebitel()
    async with connect(app, auth=TokenAuth("revoked")) as webitel:
        with pytest.raises(NotAuthorized) as caught:
            await webitel.userinfo()
    assert len(app.requests) == 1
    assert "USERSYNC_WEBITEL__TOKEN" in (caught.value.next_step or "")
    assert "revoked" not in str(caught.value)


async def test_a_login_is_made_once_and_its_token_used_from_then_on() -> None:
    app = FakeWebitel()
    async with connect(app, auth=LOGIN) as webitel:
        await webitel.userinfo()
        await webitel.users()
        assert webitel.statistics.logins == 1
    assert app.paths == ["POST /login", "GET /userinfo", "GET /users"]
    assert app.bodies[0] == {"username": "svc", "password": "hunter2", "domain": "example.com"}
    assert "X-Webitel-Access" not in app.requests[0].headers


async def test_without_a_domain_the_login_carries_it() -> None:
    app = FakeWebitel()
    async with connect(app, auth=LoginAuth("svc@example.com", "hunter2")) as webitel:
        await webitel.userinfo()
    assert app.bodies[0] == {"username": "svc@example.com", "password": "hunter2"}


async def test_the_cookies_of_a_login_are_not_kept() -> None:
    app = FakeWebitel()
    async with connect(app, auth=LOGIN) as webitel:
        await webitel.userinfo()
    assert "Cookie" not in app.requests[-1].headers


async def test_an_expired_login_is_renewed_and_the_request_sent_again() -> None:
    app = FakeWebitel()
    async with connect(app, auth=LOGIN) as webitel:
        await webitel.userinfo()
        app.tokens.clear()
        assert len((await webitel.users()).users) == 3
    assert app.paths[2:] == ["GET /users", "POST /login", "GET /users"]


async def test_a_write_refused_for_its_token_was_not_carried_out_and_is_sent_again() -> None:
    app = FakeWebitel()
    async with connect(app, auth=LOGIN) as webitel:
        await webitel.userinfo()
        app.tokens.clear()
        await webitel.set_licenses("10", ["6f"])
    assert app.paths[2:] == ["PATCH /users/10", "POST /login", "PATCH /users/10"]


async def test_a_new_login_that_does_not_help_is_the_last() -> None:
    app = FakeWebitel()
    app.script.extend([error(401), error(401), error(401)])
    async with connect(app, auth=LOGIN) as webitel:
        with pytest.raises(NotAuthorized) as caught:
            await webitel.userinfo()
    assert app.paths == ["POST /login", "GET /userinfo", "POST /login", "GET /userinfo"]
    assert caught.value.message_id == "webitel-not-authorized-after-login"
    assert "USERSYNC_WEBITEL__USERNAME" in (caught.value.next_step or "")


async def test_ten_requests_that_find_the_token_expired_make_one_login() -> None:
    app = FakeWebitel()
    async with connect(app, auth=LOGIN) as webitel:
        await webitel.userinfo()
        app.tokens.clear()
        await asyncio.gather(*(webitel.user("1") for _ in range(10)))
        assert webitel.statistics.logins == 2
    assert app.paths.count("GET /users/1") == 20, "each was sent, refused, and sent again"


async def test_ten_requests_with_a_wrong_password_make_one_login_and_all_say_so() -> None:
    logins = []

    def app(request: httpx.Request) -> httpx.Response:
        logins.append(request.url.path)
        return error(401, "app.login.denied", "user svc: invalid password hunter2")

    async with connect(app, auth=LOGIN) as webitel:
        outcomes = await asyncio.gather(*(webitel.userinfo() for _ in range(10)), return_exceptions=True)
    assert logins == ["/api/login"]
    assert {type(outcome) for outcome in outcomes} == {LoginRefused}
    assert all("hunter2" not in str(outcome) for outcome in outcomes)
    assert "user svc" in str(outcomes[0])


@pytest.mark.parametrize("status", [400, 401, 403, 422])
async def test_a_refused_login_names_the_settings(status: int) -> None:
    async with connect(lambda _: error(status), auth=LOGIN) as webitel:
        with pytest.raises(LoginRefused) as caught:
            await webitel.userinfo()
    assert caught.value.status == status
    assert not caught.value.outcome_unknown
    next_step = caught.value.next_step or ""
    assert all(f"USERSYNC_WEBITEL__{name}" in next_step for name in ("USERNAME", "PASSWORD", "DOMAIN"))


@pytest.mark.parametrize(
    ("answer", "meaning"),
    [
        (httpx.Response(200, json={"id": "pending-session"}), SecondFactorRequired),
        (error(416), SecondFactorRequired),
        (httpx.Response(200, json={}), UnexpectedAnswer),
        (httpx.Response(200, json=[]), UnexpectedAnswer),
        (httpx.Response(200, json={"access_token": ""}), UnexpectedAnswer),
        (httpx.Response(200, json={"access_token": "two\nlines"}), UnexpectedAnswer),
        (httpx.Response(200, json={"access_token": 5}), UnexpectedAnswer),
        (error(403, "app.context.auth.license.err"), ServiceAccountUnlicensed),
        (error(400, "app.license.product.expired"), ServiceAccountUnlicensed),
        (error(404), PathMissing),
    ],
)
async def test_a_login_can_fail_in_its_own_ways(answer: httpx.Response, meaning: type[WebitelError]) -> None:
    async with connect(lambda _: answer, auth=LOGIN, contract=False) as webitel:
        with pytest.raises(WebitelError) as caught:
            await webitel.userinfo()
    assert type(caught.value) is meaning


async def test_a_wrapped_token_is_found() -> None:
    def app(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/api/login":
            return httpx.Response(200, json={"authorization": {"access_token": "wrapped"}})
        assert request.headers["X-Webitel-Access"] == "wrapped"
        return httpx.Response(200, json={"dc": "1", "user_id": "2"})

    async with connect(app, auth=LOGIN, contract=False) as webitel:
        assert (await webitel.userinfo()).dc == "1"


async def test_a_login_that_failed_for_now_is_tried_again() -> None:
    app = FakeWebitel()
    answers = iter([httpx.Response(503), httpx.Response(503)])

    async def moody(request: httpx.Request) -> httpx.Response:
        answer = next(answers, None) if request.url.path == "/api/login" else None
        return answer or await app(request)

    async with connect(moody, auth=LOGIN, contract=False) as webitel:
        assert (await webitel.userinfo()).dc == "42"
        assert webitel.statistics.logins == 3
        assert webitel.statistics.retries == 2


async def test_a_login_that_stayed_unreachable_may_be_tried_by_the_next_call() -> None:
    app = FakeWebitel()
    down = True

    async def moody(request: httpx.Request) -> httpx.Response:
        return httpx.Response(503) if down else await app(request)

    async with connect(moody, auth=LOGIN, contract=False, time=FakeTime()) as webitel:
        with pytest.raises(WebitelError):
            await webitel.userinfo()
        down = False
        assert (await webitel.userinfo()).dc == "42"


@pytest.mark.parametrize("token", ["", "  ", "two words", "line\nbreak", "ключ", "\x7f"])
def test_a_token_that_no_header_can_carry_is_refused_at_once_and_not_shown(token: str) -> None:
    with pytest.raises(CredentialsInvalid) as caught:
        TokenAuth(token)
    assert isinstance(caught.value, UsageError)
    assert "USERSYNC_WEBITEL__TOKEN" in (caught.value.next_step or "")
    assert not token.strip() or token not in str(caught.value)


@pytest.mark.parametrize(("username", "password"), [("", "x"), (" ", "x"), ("x", "")])
def test_a_login_needs_both(username: str, password: str) -> None:
    with pytest.raises(CredentialsInvalid):
        LoginAuth(username, password)


def test_neither_way_to_a_token_shows_its_secret() -> None:
    shown = repr(TokenAuth("hunter2")) + repr(LoginAuth("svc", "hunter2", "example.com"))
    assert "hunter2" not in shown
