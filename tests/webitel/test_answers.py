"""What each answer of the service, or the lack of one, means."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.webitel.fake_webitel import TOKEN, FakeWebitel, connect, error
from usersync.webitel import (
    AnswerGarbled,
    HtmlPage,
    NewUser,
    NotAuthorized,
    NotFound,
    NotJson,
    PathMissing,
    PermissionDenied,
    QueryRefused,
    Redirected,
    Refused,
    RetryPolicy,
    ServerFailed,
    ServiceAccountUnlicensed,
    TooManyRequests,
    UnexpectedAnswer,
    WebitelError,
)

ONCE = RetryPolicy(attempts=1)
HTML = "<!DOCTYPE html><title>Sign in</title>"


async def failure(answer: httpx.Response | Exception, call: str = "list") -> WebitelError:
    """The error one call ends in when the service answers so."""
    app = FakeWebitel()
    app.script.append(answer)
    calls = {
        "list": lambda webitel: webitel.users(),
        "one": lambda webitel: webitel.user("10"),
        "write": lambda webitel: webitel.set_licenses("10", ["6f"]),
        "create": lambda webitel: webitel.create_user(NEW),
        "userinfo": lambda webitel: webitel.userinfo(),
    }
    async with connect(app, contract=False, retry=ONCE) as webitel:
        with pytest.raises(WebitelError) as caught:
            await calls[call](webitel)
    return caught.value


NEW = NewUser("Анна Коваленко", "ann.agent", extension="10101", email="ann@example.com", password="hunter2")


@pytest.mark.parametrize(
    ("answer", "call", "meaning"),
    [
        (error(400), "list", QueryRefused),
        (error(400), "write", Refused),
        (error(401), "list", NotAuthorized),
        (error(401), "write", NotAuthorized),
        (error(403), "list", PermissionDenied),
        (error(403), "write", PermissionDenied),
        (error(403, "app.context.auth.license.err"), "list", ServiceAccountUnlicensed),
        (error(403, "app.license.product.expired"), "write", ServiceAccountUnlicensed),
        (error(401, "app.license.product.expired"), "list", ServiceAccountUnlicensed),
        (error(400, "app.license.product.expired"), "list", ServiceAccountUnlicensed),
        # Here it is the licence to be granted that expired, not ours.
        (error(400, "app.license.product.expired"), "write", Refused),
        (error(404), "one", NotFound),
        (error(404), "write", NotFound),
        (error(404), "list", PathMissing),
        (error(404), "userinfo", PathMissing),
        (error(409), "write", Refused),
        (error(412), "create", Refused),
        (error(416), "write", Refused),
        (error(418), "one", QueryRefused),
        (error(420), "list", TooManyRequests),
        (error(429), "write", TooManyRequests),
        (error(408), "list", ServerFailed),
        (error(500), "list", ServerFailed),
        (httpx.Response(502, html=HTML), "list", ServerFailed),
        (httpx.Response(429, html=HTML), "list", TooManyRequests),
        (httpx.Response(200, html=HTML), "list", HtmlPage),
        (httpx.Response(200, content=b"  <html></html>"), "list", HtmlPage),
        (httpx.Response(401, html=HTML), "list", HtmlPage),
        (httpx.Response(403, html=HTML), "write", HtmlPage),
        (httpx.Response(404, html=HTML), "one", HtmlPage),
        (httpx.Response(200, text="OK"), "list", NotJson),
        (httpx.Response(200, content=b"\xff\xfe\x00\x01"), "list", NotJson),
        (httpx.Response(200, content=b"{" * 100_000), "list", AnswerGarbled),
        (httpx.Response(200, content=b'{"items": [{"id": "1'), "list", AnswerGarbled),
        (httpx.Response(301, headers={"Location": "https://elsewhere.example.com/api"}), "list", Redirected),
        (httpx.Response(302, headers={"Location": "/login"}), "write", Redirected),
        (httpx.Response(300, json={}), "list", Redirected),
        (httpx.Response(304), "list", Redirected),
        (httpx.Response(200, json={"items": [{"name": "x"}]}), "list", UnexpectedAnswer),
        (httpx.Response(200, json={"code": 5, "message": "x"}), "list", UnexpectedAnswer),
        (httpx.Response(200, json={}), "list", UnexpectedAnswer),
        (httpx.Response(204), "list", UnexpectedAnswer),
        (httpx.Response(200, json={}), "one", UnexpectedAnswer),
        (httpx.Response(200, json=[1]), "userinfo", UnexpectedAnswer),
        (httpx.Response(200, json={"user_id": "7"}), "userinfo", UnexpectedAnswer),
        (httpx.Response(200, json={}), "create", UnexpectedAnswer),
    ],
)
async def test_an_answer_means(answer: httpx.Response, call: str, meaning: type[WebitelError]) -> None:
    caught = await failure(answer, call)
    assert type(caught) is meaning
    assert caught.next_step


@pytest.mark.parametrize("call", ["list", "create"])
@pytest.mark.parametrize(
    ("answer", "is_doubtful"),
    [
        (httpx.Response(200, html=HTML), True),
        (httpx.Response(200, text="OK"), True),
        (httpx.Response(200, json={}), True),
        (httpx.Response(403, html=HTML), False),
        (httpx.Response(302, headers={"Location": "/login"}), False),
        (error(400), False),
        (error(401), False),
        (error(403), False),
    ],
)
async def test_only_a_success_not_understood_leaves_a_write_in_doubt(
    call: str, answer: httpx.Response, is_doubtful: bool
) -> None:
    caught = await failure(answer, call)
    assert caught.outcome_unknown is (is_doubtful and call == "create")


@pytest.mark.parametrize(
    ("body", "error_id", "detail"),
    [
        ({"id": "app.x", "code": 412, "detail": "taken", "status": "Precondition Failed"}, "app.x", "taken"),
        ({"code": 9, "message": "taken", "details": []}, "", "taken"),
        ({"id": "app.x", "status": "Precondition Failed"}, "app.x", "Precondition Failed"),
        ({"id": 5, "detail": None, "message": ["x"], "status": ""}, "", ""),
        ({"id": "app.x", "detail": "taken", "where": "user.go", "request_id": "abc"}, "app.x", "taken"),
        ([], "", ""),
        ("taken", "", ""),
    ],
)
async def test_both_shapes_of_errors_are_read(body: Any, error_id: str, detail: str) -> None:
    caught = await failure(httpx.Response(412, json=body), "write")
    assert (caught.error_id, caught.detail, caught.status) == (error_id, detail, 412)
    assert str(caught)


async def test_an_error_without_a_body_is_read_too() -> None:
    caught = await failure(httpx.Response(412), "write")
    assert (caught.error_id, caught.detail) == ("", "")


async def test_nothing_we_sent_of_a_person_comes_back_in_an_error() -> None:
    detail = f"Анна Коваленко <ann@example.com> ext 10101 pw hunter2 token {TOKEN} login ann.agent is taken"
    caught = await failure(error(412, "app.user.exists", detail), "create")
    shown = " ".join([str(caught), repr(caught), str(vars(caught)), caught.next_step or ""])
    for secret in ("Коваленко", "ann@example.com", "10101", "hunter2", TOKEN):
        assert secret not in shown
    assert "login ann.agent is taken" in str(caught), "what helps to find the record stays"
    assert "app.user.exists" in str(caught)


async def test_a_value_that_begins_like_another_is_taken_out_whole() -> None:
    app = FakeWebitel()
    app.script.append(error(412, "app.x", "Kovalenko-Shevchenko is no name"))
    async with connect(app) as webitel:
        with pytest.raises(Refused) as caught:
            await webitel.patch_user("10", {"chat_name": "Kovalenko", "name": "Kovalenko-Shevchenko"})
    assert caught.value.detail == "*** is no name"


async def test_a_talkative_error_is_cut() -> None:
    caught = await failure(error(412, "app.x" * 1_000, "x " * 10_000), "write")
    assert len(str(caught)) < 1_000


async def test_an_error_knows_its_request() -> None:
    app = FakeWebitel()
    app.script.append(error(412))
    async with connect(app) as webitel:
        with pytest.raises(Refused) as caught:
            await webitel.set_licenses("10", ["6f"], request_id="journal-7")
    assert caught.value.request_id == "journal-7"
    assert caught.value.url == "https://webitel.example.com/api/users/10"
    assert caught.value.method == "PATCH"


async def test_the_address_in_an_error_has_no_query() -> None:
    caught = await failure(error(500), "list")
    assert "?" not in (caught.url or "")
    assert "fields" not in str(caught)


async def test_a_redirect_is_shown_without_its_secrets_and_not_followed() -> None:
    app = FakeWebitel()
    app.script.append(httpx.Response(302, headers={"Location": "https://u:hunter2@sso.example.com/in?token=hunter2"}))
    async with connect(app, contract=False) as webitel:
        with pytest.raises(Redirected) as caught:
            await webitel.userinfo()
    assert len(app.requests) == 1
    assert "https://sso.example.com/in" in str(caught.value)
    assert "hunter2" not in str(caught.value)


async def test_the_clock_of_the_service_is_known_after_its_first_answer() -> None:
    app = FakeWebitel()
    async with connect(app) as webitel:
        assert webitel.server_time is None
        await webitel.userinfo()
        assert webitel.server_time is not None
        assert webitel.server_time.isoformat() == "2026-11-24T02:54:00+00:00"
        await webitel.user("1")
        assert webitel.server_time.minute == 54, "an answer without a date does not forget it"
