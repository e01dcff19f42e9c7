from __future__ import annotations

import asyncio

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.webitel.fake_webitel import FakeTime, FakeWebitel, connect
from usersync.webitel.pace import Pace


async def test_never_more_requests_in_flight_than_allowed() -> None:
    app = FakeWebitel()
    in_flight, most = 0, 0

    async def counting(request: httpx.Request) -> httpx.Response:
        nonlocal in_flight, most
        in_flight += 1
        most = max(most, in_flight)
        await asyncio.sleep(0.001)
        in_flight -= 1
        return await app(request)

    async with connect(counting, concurrency=3, requests_per_second=None) as webitel:
        await asyncio.gather(*(webitel.user("1") for _ in range(12)))
    assert most == 3


async def test_a_request_that_waits_to_be_sent_again_takes_nobody_elses_turn() -> None:
    app = FakeWebitel()
    app.script.append(httpx.ConnectError("refused"))
    async with connect(app, concurrency=1) as webitel:
        await asyncio.gather(webitel.user("1"), webitel.user("2"))
    assert app.paths == ["GET /users/1", "GET /users/2", "GET /users/1"]


@settings(max_examples=30, deadline=None)
@given(st.floats(0.5, 50), st.integers(1, 60))
def test_no_second_ever_sees_more_starts_than_the_burst_and_the_rate_allow(rate: float, count: int) -> None:
    time = FakeTime()
    starts: list[float] = []

    async def one(pace: Pace) -> None:
        async with pace.turn():
            starts.append(time.now)

    async def all_of_them() -> None:
        pace = Pace(concurrency=4, requests_per_second=rate, clock=time.clock)
        await asyncio.gather(*(one(pace) for _ in range(count)))

    asyncio.run(all_of_them())
    assert len(starts) == count
    burst = max(1.0, rate)
    for begin in starts:
        within = sum(begin <= start < begin + 1 for start in starts)
        assert within <= burst + rate + 1
    # The whole is not slower than it must be either (the four may oversleep each other by one turn).
    assert starts[-1] - 1_000.0 <= max(0.0, count - burst) / rate + 4 / rate


async def test_without_a_bound_nothing_waits() -> None:
    time = FakeTime()
    async with connect(FakeWebitel(), time=time, requests_per_second=None) as webitel:
        for _ in range(200):
            await webitel.user("1")
    assert time.slept == []


@pytest.mark.parametrize("options", [{"concurrency": 0}, {"requests_per_second": 0.0}, {"requests_per_second": -1.0}])
def test_bounds_that_let_nothing_through_are_refused(options: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="positive"):
        Pace(**{"concurrency": 1, "requests_per_second": 1.0, "clock": FakeTime().clock, **options})  # type: ignore[arg-type]
