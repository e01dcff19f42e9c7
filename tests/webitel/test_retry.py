from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.webitel.fake_webitel import FakeTime, FakeWebitel, connect, error
from usersync.webitel import (
    AnswerLost,
    NewDevice,
    NewUser,
    Refused,
    RetryPolicy,
    ServerFailed,
    TooManyRequests,
    TurnMissed,
    Unreachable,
    WebitelError,
    parse_retry_after,
)

NOW = datetime(2026, 11, 24, 2, 54, tzinfo=UTC)


@given(st.integers(min_value=0, max_value=10**9), st.sampled_from(["", " ", "\t"]))
def test_a_number_is_seconds(seconds: int, space: str) -> None:
    assert parse_retry_after(f"{space}{seconds}{space}", now=NOW) == seconds


@given(st.integers(min_value=-(10**8), max_value=10**8))
def test_a_date_is_the_seconds_until_then_and_never_negative(seconds: int) -> None:
    date = format_datetime(NOW + timedelta(seconds=seconds), usegmt=True)
    assert parse_retry_after(date, now=NOW) == max(0, seconds)


@given(st.text(max_size=40))
def test_whatever_the_header_says_the_answer_is_a_wait_or_none(text: str) -> None:
    wait = parse_retry_after(text, now=NOW)
    assert wait is None or 0 <= wait < float("inf")


@pytest.mark.parametrize("text", ["", "soon", "-5", "1.5", "٣", "9" * 400, "Tue, 99 Nov 2026 02:54:00 GMT", None])
def test_what_says_nothing_is_none(text: str | None) -> None:
    assert parse_retry_after(text, now=NOW) is None


def test_the_old_forms_of_dates_are_read_too() -> None:
    assert parse_retry_after("Tue, 24 Nov 2026 02:55:00 -0000", now=NOW) == 60


@given(st.integers(1, 40), st.floats(0, 1, exclude_max=True))
def test_the_pause_grows_with_every_attempt_and_has_a_bound(attempt: int, chance: float) -> None:
    policy = RetryPolicy(attempts=100, first_delay=0.5, longest_delay=20)
    pause = policy.pause(attempt, None, chance)
    full = min(20, 0.5 * 2 ** (attempt - 1))
    assert pause is not None
    assert full / 2 <= pause <= full


def test_chance_spreads_the_pauses() -> None:
    policy = RetryPolicy()
    assert policy.pause(1, None, 0.0) != policy.pause(1, None, 0.9)


def test_the_service_is_never_asked_earlier_than_it_wishes() -> None:
    policy = RetryPolicy(longest_retry_after=60)
    assert policy.pause(1, 7.0, 0.5) == 7.0
    assert policy.pause(1, 60.0, 0.5) == 60.0
    assert policy.pause(1, 0.0, 0.0) == policy.pause(1, None, 0.0)


def test_a_wish_beyond_the_bound_and_the_last_attempt_mean_giving_up() -> None:
    assert RetryPolicy(longest_retry_after=60).pause(1, 61.0, 0.5) is None
    assert RetryPolicy(attempts=3).pause(3, None, 0.5) is None


CALLS = {
    "GET": lambda webitel: webitel.userinfo(),
    "PATCH": lambda webitel: webitel.set_licenses("10", ["6f"]),
    "POST": lambda webitel: webitel.create_user(NewUser("Ann", "ann")),
    "POST device": lambda webitel: webitel.create_device(NewDevice("phone", "1010")),
    "DELETE": lambda webitel: webitel.delete_user("10"),
    "DELETE device": lambda webitel: webitel.delete_device("77"),
}
READ, SAME, OBJECT = ["GET"], ["PATCH"], ["POST", "POST device", "DELETE", "DELETE device"]
TROUBLES: dict[str, tuple[object, type[WebitelError], list[str]]] = {
    "no connection": (httpx.ConnectError("refused"), Unreachable, READ + SAME + OBJECT),
    "no connection in time": (httpx.ConnectTimeout("slow"), Unreachable, READ + SAME + OBJECT),
    "a proxy that says no": (httpx.ProxyError("407"), Unreachable, READ + SAME + OBJECT),
    "429": (429, TooManyRequests, READ + SAME + OBJECT),
    "502": (502, ServerFailed, READ + SAME),
    "503": (503, ServerFailed, READ + SAME),
    "504": (504, ServerFailed, READ + SAME),
    "500": (500, ServerFailed, READ),
    "520": (520, ServerFailed, READ),
    "408": (408, ServerFailed, READ),
    "no answer in time": (httpx.ReadTimeout("slow"), AnswerLost, READ),
    "a reset while reading": (httpx.ReadError("reset"), AnswerLost, READ),
    "a reset while writing": (httpx.WriteError("reset"), AnswerLost, READ),
    "a closed connection": (httpx.RemoteProtocolError("closed"), AnswerLost, READ),
    "half an answer": (b'{"items": [{"id":', AnswerLost, READ),
}


def trouble_of(kind: object) -> httpx.Response | Exception:
    match kind:
        case int():
            return error(kind)
        case bytes():
            return httpx.Response(200, content=kind, headers={"Content-Type": "application/json"})
        case Exception():
            return kind
    raise TypeError(kind)


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("trouble", TROUBLES)
async def test_a_request_is_sent_again_only_where_that_can_do_no_harm(call: str, trouble: str) -> None:
    kind, meaning, repeated = TROUBLES[trouble]
    app = FakeWebitel()
    app.script.append(trouble_of(kind))
    async with connect(app, contract=False) as webitel:
        if call in repeated:
            await CALLS[call](webitel)
            assert len(app.requests) == 2
            assert webitel.statistics.retries == 1
            assert app.requests[0].headers["X-Request-Id"] == app.requests[1].headers["X-Request-Id"]
            assert app.requests[0].content == app.requests[1].content
        else:
            with pytest.raises(meaning):
                await CALLS[call](webitel)
            assert len(app.requests) == 1


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("trouble", TROUBLES)
async def test_the_outcome_of_a_write_is_unknown_wherever_it_may_have_been_carried_out(call: str, trouble: str) -> None:
    kind, meaning, _ = TROUBLES[trouble]
    app = FakeWebitel()
    app.script.extend(trouble_of(kind) for _ in range(4))
    async with connect(app, contract=False) as webitel:
        with pytest.raises(meaning) as caught:
            await CALLS[call](webitel)
    may_be_done = call != "GET" and meaning not in {Unreachable, TooManyRequests}
    assert caught.value.outcome_unknown is may_be_done


async def test_a_doubt_about_the_outcome_outlives_a_later_clear_answer() -> None:
    app = FakeWebitel()
    app.script.extend([error(504), error(412)])
    async with connect(app) as webitel:
        with pytest.raises(Refused) as caught:
            await webitel.set_licenses("10", ["6f"])
    # Refused the second time; whether the first was carried out nobody knows.
    assert caught.value.status == 412

    app.script.extend([error(504), error(429), error(429), error(429)])
    async with connect(app) as webitel:
        with pytest.raises(TooManyRequests) as late:
            await webitel.set_licenses("10", ["6f"])
    assert caught.value.outcome_unknown
    assert late.value.outcome_unknown


async def test_after_the_last_attempt_the_error_is_raised() -> None:
    app = FakeWebitel()
    app.script.extend(error(503) for _ in range(10))
    time = FakeTime()
    async with connect(app, time=time, retry=RetryPolicy(attempts=3)) as webitel:
        with pytest.raises(ServerFailed):
            await webitel.userinfo()
    assert len(app.requests) == 3
    assert len(time.slept) == 2


@pytest.mark.parametrize("status", [429, 503])
async def test_the_wish_of_the_service_is_waited_for(status: int) -> None:
    app = FakeWebitel()
    app.script.append(error(status, Retry_After="7"))
    time = FakeTime()
    async with connect(app, time=time) as webitel:
        await webitel.userinfo()
    assert time.now == 1_007.0


async def test_a_date_is_compared_with_the_clock_of_the_service_not_with_ours() -> None:
    app = FakeWebitel()
    dates = {"Date": "Tue, 24 Nov 2026 02:54:00 GMT", "Retry_After": "Tue, 24 Nov 2026 02:54:09 GMT"}
    app.script.append(error(429, **dates))
    time = FakeTime()
    time.wall = 0.0
    async with connect(app, time=time) as webitel:
        await webitel.userinfo()
    assert time.now == 1_009.0


async def test_a_wish_too_long_is_handed_to_the_caller() -> None:
    app = FakeWebitel()
    app.script.append(error(429, Retry_After="3600"))
    time = FakeTime()
    async with connect(app, time=time) as webitel:
        with pytest.raises(TooManyRequests) as caught:
            await webitel.userinfo()
    assert caught.value.retry_after == 3600
    assert time.slept == []


async def test_while_the_service_wishes_to_be_left_alone_no_other_request_goes_out() -> None:
    app = FakeWebitel()
    app.script.append(error(429, Retry_After="30"))
    time = FakeTime()
    starts: list[float] = []

    async def timed(request: httpx.Request) -> httpx.Response:
        starts.append(time.now)
        return await app(request)

    async with connect(timed, time=time, concurrency=1) as webitel:
        await asyncio.gather(webitel.user("1"), webitel.user("2"))
    assert starts[0] == 1_000.0
    assert len(starts) == 3
    assert min(starts[1:]) >= 1_030.0


async def test_a_set_that_stands_on_a_fresh_read_is_not_sent_late() -> None:
    app = FakeWebitel()
    app.script.append(error(429, Retry_After="30"))
    time = FakeTime()
    async with connect(app, time=time) as webitel:
        with pytest.raises(TooManyRequests):
            await webitel.set_licenses("10", ["6f"], within=5.0)
        with pytest.raises(TurnMissed) as late:
            await webitel.set_licenses("10", ["6f"], within=5.0)
        assert not late.value.outcome_unknown
        assert len(app.requests) == 1
        await webitel.set_licenses("10", ["6f"], within=5.0)
    assert time.now == 1_030.0


async def test_what_nothing_makes_better_is_not_tried_again() -> None:
    for status in (400, 403, 404, 412):
        app = FakeWebitel()
        app.script.append(error(status))
        async with connect(app) as webitel:
            with pytest.raises(WebitelError):
                await webitel.userinfo()
        assert len(app.requests) == 1
