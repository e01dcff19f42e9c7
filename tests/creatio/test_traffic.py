from __future__ import annotations

import asyncio
from itertools import pairwise

import pytest

from tests.creatio.fake_creatio import FakeTime
from usersync.creatio.traffic import Kind, Traffic


def traffic(time: FakeTime, **options: float | None) -> Traffic:
    return Traffic(clock=time.clock, sleep=time.sleep, **options)  # type: ignore[arg-type]


@pytest.mark.parametrize("at_once", [1, 3, 8])
async def test_no_more_requests_are_under_way_than_allowed(at_once: int) -> None:
    under_way, most = 0, 0
    gate = Traffic(at_once=at_once)

    async def request() -> None:
        nonlocal under_way, most
        async with gate.passage(Kind.READ):
            under_way += 1
            most = max(most, under_way)
            await asyncio.sleep(0.001)
            under_way -= 1

    await asyncio.gather(*(request() for _ in range(20)))
    assert most == at_once


@pytest.mark.parametrize("at_once", [0, 9])
def test_creatio_is_not_overrun(at_once: int) -> None:
    with pytest.raises(ValueError, match="at once"):
        Traffic(at_once=at_once)


@pytest.mark.parametrize(
    ("per_second", "distances"), [(4, [0, 0, 0, 0.25, 0.25, 0.25]), (0.5, [2.0] * 6), (None, [0] * 6)]
)
async def test_one_seconds_requests_start_at_once_and_the_next_ones_keep_their_distance(
    per_second: float | None, distances: list[float]
) -> None:
    time = FakeTime()
    gate = traffic(time, per_second=per_second)
    starts = []
    for _ in range(7):
        async with gate.passage(Kind.READ):
            starts.append(time.now)
    assert [later - earlier for earlier, later in pairwise(starts)] == distances


async def test_a_pause_delays_the_next_request() -> None:
    time = FakeTime()
    gate = traffic(time)
    gate.pause(30)
    gate.pause(10)
    async with gate.passage(Kind.WRITE):
        assert time.now == 1030


async def test_time_under_way_is_told_added_up_and_as_a_span() -> None:
    time = FakeTime()
    gate = traffic(time)
    async with gate.passage(Kind.READ):
        time.now += 1
        async with gate.passage(Kind.BATCH, operations=100):
            time.now += 2
            assert gate.statistics.busy_seconds == 3
        time.now += 1
    time.now += 50
    async with gate.passage(Kind.LOGIN, again=True):
        time.now += 1
    sent = gate.statistics
    assert (sent.seconds, sent.busy_seconds) == (4 + 2 + 1, 5)
    assert (sent.reads, sent.batches, sent.logins, sent.operations, sent.retries) == (1, 1, 1, 100, 1)


async def test_a_failed_request_gives_its_place_back() -> None:
    gate = Traffic(at_once=1)
    for _ in range(3):
        with pytest.raises(KeyError):
            async with gate.passage(Kind.READ):
                raise KeyError
    assert gate.statistics.reads == 3
