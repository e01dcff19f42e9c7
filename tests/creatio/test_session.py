"""When a request is sent again, and when it is not."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from tests.creatio.fake_creatio import LOGIN_PAGE, SITE, FakeCreatio, FakeTime, connect, contacts, forms, guid, oauth
from usersync.creatio import CreatioClient, Patience, create, delete, select, update
from usersync.creatio.errors import (
    AnswerLost,
    CreatioError,
    CsrfRejected,
    NotAuthorized,
    RightsMissing,
    ServerFailed,
    TooManyRequests,
    TurnMissed,
    Unavailable,
    Unreachable,
    UrlWrong,
)

NAMES = select("Id", "Name")
AUTHENTICATION_FAILED = {"Message": "Authentication failed.", "StackTrace": None, "ExceptionType": "X"}


def app_with_contacts(number: int = 3) -> FakeCreatio:
    return FakeCreatio(tables={"Contact": contacts(number)})


@pytest.mark.parametrize("login", [forms, oauth])
@pytest.mark.parametrize(
    "reply",
    [
        lambda: httpx.Response(401),
        lambda: httpx.Response(200, json=AUTHENTICATION_FAILED),
        lambda: httpx.Response(200, html=LOGIN_PAGE),
        lambda: httpx.Response(302, headers={"Location": "/Login/NuiLogin.aspx"}),
        lambda: httpx.Response(403, text="Invalid CSRF token"),
    ],
)
@pytest.mark.parametrize("write", [False, True])
async def test_a_session_that_is_over_is_opened_again_and_the_request_repeated(
    login: Any, reply: Any, write: bool
) -> None:
    app = app_with_contacts()
    async with connect(app, login()) as creatio:
        await creatio.list("Contact", NAMES)
        app.once("/Contact", reply())
        if write:
            await creatio.create("Contact", {"Id": guid(77), "Name": "New"})
            assert app.tables["Contact"][-1]["Name"] == "New"
        else:
            assert len((await creatio.list("Contact", NAMES)).rows) == 3
    assert app.logins == 2


async def test_an_expired_forms_session_gets_new_cookies_and_a_new_cross_site_token() -> None:
    app = app_with_contacts()
    async with connect(app, forms()) as creatio:
        await creatio.list("Contact", NAMES)
        app.expire()
        await creatio.update("Contact", guid(1), {"Name": "Changed"})
    assert "Cookie" not in app.sent("POST", "AuthService")[1].headers, (
        "nothing of the old session goes into the new one"
    )
    assert app.requests[-1].headers["BPMCSRF"] == "csrf-2"
    assert app.tables["Contact"][1]["Name"] == "Changed"


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        (lambda: httpx.Response(401), NotAuthorized),
        (lambda: httpx.Response(200, json=AUTHENTICATION_FAILED), NotAuthorized),
        (lambda: httpx.Response(200, html=LOGIN_PAGE), UrlWrong),
        (lambda: httpx.Response(403, text="Invalid CSRF token"), CsrfRejected),
    ],
)
async def test_a_fresh_login_is_tried_once_and_no_more(reply: Any, kind: type[CreatioError]) -> None:
    app = app_with_contacts()
    app.always("/Contact", reply)
    async with connect(app) as creatio:
        with pytest.raises(kind):
            await creatio.list("Contact", NAMES)
    assert app.logins == 2
    assert len(app.sent("GET", "/Contact")) == 2


async def test_a_missing_right_is_not_tried_with_another_login() -> None:
    app = app_with_contacts()
    app.always("/Contact", lambda: httpx.Response(403, json={"Message": "no permission"}))
    async with connect(app) as creatio:
        with pytest.raises(RightsMissing):
            await creatio.list("Contact", NAMES)
    assert app.logins == 1


@pytest.mark.parametrize("reply", [lambda: httpx.Response(403), lambda: httpx.Response(403, html="<html></html>")])
@pytest.mark.parametrize(("login", "logins"), [(forms, 2), (oauth, 1)])
async def test_a_403_that_gives_no_reason_may_be_a_stale_cross_site_token(login: Any, logins: int, reply: Any) -> None:
    app = app_with_contacts()
    async with connect(app, login()) as creatio:
        await creatio.list("Contact", NAMES)
        app.always("/Contact", reply)
        with pytest.raises(RightsMissing):
            await creatio.update("Contact", guid(1), {"Name": "X"})
    assert app.logins == logins
    assert len(app.sent("PATCH", "/Contact")) == logins


@pytest.mark.parametrize("login", [forms, oauth])
async def test_many_requests_that_find_the_session_over_log_in_once(login: Any) -> None:
    app = app_with_contacts()
    async with connect(app, login(), at_once=8) as creatio:
        await creatio.list("Contact", NAMES)
        app.expire()
        found = await asyncio.gather(*(creatio.get("Contact", guid(i % 3), NAMES) for i in range(20)))
    assert len(found) == 20
    assert app.logins == 2


async def test_many_first_requests_log_in_once() -> None:
    app = app_with_contacts()
    async with connect(app, forms(), at_once=8) as creatio:
        await asyncio.gather(*(creatio.get("Contact", guid(0), NAMES) for _ in range(10)))
    assert app.logins == 1


async def test_a_batch_that_meets_the_end_of_the_session_is_carried_out_once() -> None:
    app = app_with_contacts()
    async with connect(app, forms()) as creatio:
        await creatio.list("Contact", NAMES)
        app.expire()
        operations = [create("Contact", {"Id": guid(50), "Name": "A"}), delete("Contact", guid(1))]
        results = await creatio.batch(operations)
    assert [result.status for result in results] == [201, 204]
    assert len(app.sent("POST", "$batch")) == 2


@pytest.mark.parametrize(
    "reply",
    [
        httpx.Response(500),
        httpx.Response(502),
        httpx.Response(503),
        httpx.Response(429),
        httpx.ConnectError("x"),
        httpx.ConnectTimeout("x"),
        httpx.ReadTimeout("x"),
        httpx.ReadError("x"),
        httpx.RemoteProtocolError("x"),
        httpx.Response(200, json={"error": {"message": "deadlock"}}),
    ],
)
async def test_a_read_is_repeated_after_whatever_may_pass(reply: Any) -> None:
    app, clock = app_with_contacts(), FakeTime()
    app.once("/Contact", reply, reply)
    async with connect(app, time=clock) as creatio:
        assert len((await creatio.list("Contact", NAMES)).rows) == 3
        assert creatio.statistics.retries == 2
    first, second = clock.slept
    assert 0.5 <= first <= 1
    assert 1 <= second <= 2


async def test_a_read_is_given_up_in_the_end() -> None:
    app = app_with_contacts()
    app.always("/Contact", lambda: httpx.Response(500))
    async with connect(app) as creatio:
        with pytest.raises(ServerFailed) as failed:
            await creatio.list("Contact", NAMES)
    assert len(app.sent("GET", "/Contact")) == 3
    assert not failed.value.outcome_unknown


@pytest.mark.parametrize(
    "reply",
    [
        httpx.ConnectError("x"),
        httpx.ConnectTimeout("x"),
        httpx.Response(429),
        httpx.Response(429, headers={"Retry-After": "2"}),
        httpx.Response(503, headers={"Retry-After": "2"}),
    ],
)
async def test_a_write_is_repeated_where_it_certainly_was_not_carried_out(reply: Any) -> None:
    app = app_with_contacts()
    app.once("/Contact", reply)
    async with connect(app) as creatio:
        await creatio.create("Contact", {"Id": guid(50), "Name": "A"})
    assert len(app.sent("POST", "/Contact")) == 2
    assert len(app.tables["Contact"]) == 4


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        (httpx.Response(500), ServerFailed),
        (httpx.Response(502), ServerFailed),
        (httpx.Response(503), Unavailable),
        (httpx.ReadTimeout("x"), AnswerLost),
        (httpx.WriteError("x"), AnswerLost),
        (httpx.RemoteProtocolError("x"), AnswerLost),
        (httpx.Response(200, json={"error": {"message": "after the insert"}}), ServerFailed),
    ],
)
@pytest.mark.parametrize(
    ("method", "write"),
    [
        ("POST", lambda creatio: creatio.create("Contact", {"Id": guid(50), "Name": "A"})),
        ("PATCH", lambda creatio: creatio.update("Contact", guid(1), {"Name": "A"})),
        ("DELETE", lambda creatio: creatio.delete("Contact", guid(1))),
    ],
)
async def test_a_write_that_may_have_been_carried_out_is_not_repeated(
    reply: Any, kind: type[CreatioError], method: str, write: Any
) -> None:
    app = app_with_contacts()
    app.once("/Contact", reply)
    async with connect(app) as creatio:
        with pytest.raises(kind) as failed:
            await write(creatio)
    assert failed.value.outcome_unknown
    assert len(app.sent(method, "/Contact")) == 1


async def test_a_write_that_never_got_out_is_known_not_to_be_carried_out() -> None:
    app = app_with_contacts()
    app.always("/Contact", lambda: httpx.ConnectError("x"))
    async with connect(app) as creatio:
        with pytest.raises(Unreachable) as failed:
            await creatio.update("Contact", guid(1), {"Name": "A"})
    assert not failed.value.outcome_unknown
    assert len(app.sent("PATCH", "/Contact")) == 3


async def test_creatio_is_waited_for_as_long_as_it_asks() -> None:
    app, clock = app_with_contacts(), FakeTime()
    app.once("/Contact", httpx.Response(429, headers={"Retry-After": "17"}))
    async with connect(app, time=clock) as creatio:
        await creatio.list("Contact", NAMES)
    assert sum(clock.slept) == 17


async def test_a_pause_holds_everybody_back() -> None:
    app = app_with_contacts()
    app.once("/Contact", httpx.Response(503, headers={"Retry-After": "0.3"}))
    arrived: list[float] = []
    app.rules.insert(0, lambda request: arrived.append(time.monotonic()) if "/Contact" in str(request.url) else None)
    network = httpx.MockTransport(app)
    async with CreatioClient(SITE, oauth(), runtime="netframework", at_once=1, transport=network) as creatio:
        await asyncio.gather(*(creatio.get("Contact", guid(0), NAMES) for _ in range(6)))
    refused, *others = arrived
    assert len(others) == 6
    assert min(others) - refused >= 0.29


async def test_a_batch_that_stands_on_a_fresh_read_is_not_sent_late() -> None:
    """Told to wait for longer than what was read stays fresh, the client gives up; whoever comes during the pause is too late."""
    app, clock = app_with_contacts(), FakeTime()
    app.once("/$batch", httpx.Response(429, headers={"Retry-After": "17"}))
    change = [update("Contact", guid(0), {"Name": "New"})]
    async with connect(app, time=clock) as creatio:
        (told,) = await creatio.batch(change, within=5.0)
        (late,) = await creatio.batch(change, within=5.0)
        assert isinstance(told.error, TooManyRequests)
        assert isinstance(late.error, TurnMissed)
        assert not told.error.outcome_unknown
        assert not late.error.outcome_unknown
        assert len(app.sent("POST", "/$batch")) == 1
        assert app.tables["Contact"][0]["Name"] != "New"
        (done,) = await creatio.batch(change, within=5.0)
    assert done.ok
    assert clock.now == 1017.0


async def test_a_wait_that_ends_in_time_is_waited_for() -> None:
    app, clock = app_with_contacts(), FakeTime()
    app.once("/$batch", httpx.Response(429, headers={"Retry-After": "3"}))
    async with connect(app, time=clock) as creatio:
        (done,) = await creatio.batch([update("Contact", guid(0), {"Name": "New"})], within=5.0)
    assert done.ok
    assert clock.now == 1003.0


async def test_a_wait_longer_than_our_patience_is_left_to_the_caller() -> None:
    app, clock = app_with_contacts(), FakeTime()
    app.once("/Contact", httpx.Response(429, headers={"Retry-After": "3600"}))
    async with connect(app, time=clock, patience=Patience(longest_wait=60)) as creatio:
        with pytest.raises(TooManyRequests) as refused:
            await creatio.list("Contact", NAMES)
    assert refused.value.retry_after == 3600
    assert not clock.slept


def test_waits_double_up_to_a_limit() -> None:
    patience = Patience(attempts=10, first_wait=1, longest_wait=8)
    waits = [patience.wait(attempt, None) or 0 for attempt in range(1, 10)]
    assert all(most / 2 <= wait <= most for wait, most in zip(waits, [1, 2, 4, 8, 8, 8, 8, 8, 8], strict=True))
    assert patience.wait(10, None) is None
    assert patience.wait(1, 0.0) == 0


async def test_every_request_says_who_sends_it_and_has_an_id_that_its_repeats_keep() -> None:
    app = app_with_contacts()
    app.once("/Contact", httpx.Response(500))
    async with connect(app) as creatio:
        await creatio.list("Contact", NAMES)
        await creatio.list("Contact", NAMES)
    first, again, second = app.sent("GET", "/Contact")
    assert first.headers["X-Request-Id"] == again.headers["X-Request-Id"] != second.headers["X-Request-Id"]
    assert first.headers["User-Agent"].startswith("usersync/")


async def test_an_error_carries_the_id_of_its_request_and_an_address_without_the_query() -> None:
    app = app_with_contacts()
    app.always("/Contact", lambda: httpx.Response(500))
    async with connect(app) as creatio:
        with pytest.raises(ServerFailed) as failed:
            await creatio.list("Contact", NAMES)
    assert failed.value.request_id == app.requests[-1].headers["X-Request-Id"]
    assert failed.value.url == "https://crm.creatio.com/0/odata/Contact"


async def test_the_clock_of_creatio_is_known_after_the_first_answer() -> None:
    async with connect(app_with_contacts()) as creatio:
        assert creatio.server_time is None
        await creatio.list("Contact", NAMES)
        assert creatio.server_time == datetime(2026, 11, 24, 8, tzinfo=UTC)


async def test_what_was_sent_is_counted() -> None:
    app = app_with_contacts()
    async with connect(app) as creatio:
        await creatio.list("Contact", NAMES)
        await creatio.update("Contact", guid(0), {"Name": "A"})
        await creatio.batch([update("Contact", guid(0), {"Name": "B"}), update("Contact", guid(1), {"Name": "C"})])
        sent = creatio.statistics
    assert (sent.reads, sent.writes, sent.batches, sent.logins, sent.operations, sent.retries) == (1, 1, 1, 1, 2, 0)
    assert sent.requests == len(app.requests) == 4
