from __future__ import annotations

import asyncio

import httpx
import pytest

from tests.webitel.fake_webitel import FakeTime, FakeWebitel, connect, error
from usersync.webitel import LoginAuth, NewUser, ServerFailed
from usersync.webitel.statistics import Meter


async def test_requests_are_counted_as_they_went_over_the_wire() -> None:
    app = FakeWebitel()
    async with connect(app, auth=LoginAuth("svc", "hunter2")) as webitel:
        await webitel.userinfo()
        app.script.append(error(503))
        await webitel.users()
        await webitel.set_roles("10", ["5"])
        await webitel.create_user(NewUser("Ann", "ann"))
        await webitel.delete_user("10")
        counted = webitel.statistics
    assert (counted.requests, counted.reads, counted.writes, counted.logins) == (7, 3, 3, 1)
    assert counted.retries == 1
    assert counted.requests == len(app.requests)


async def test_time_is_summed_over_requests_and_counted_once_where_they_overlap() -> None:
    time = FakeTime()
    meter = Meter(time.clock)

    with meter.request("read"):
        time.now += 2
        with meter.request("read"):
            time.now += 3
        time.now += 1
    time.now += 10
    with meter.request("write"):
        time.now += 4
        assert meter.read().seconds_in_flight == pytest.approx(10)
    assert meter.read().seconds_waited == pytest.approx(6 + 3 + 4)
    assert meter.read().seconds_in_flight == pytest.approx(6 + 4)


async def test_a_request_that_failed_or_was_given_up_is_no_longer_in_flight() -> None:
    time = FakeTime()
    arrived = asyncio.Event()

    async def never(_: httpx.Request) -> httpx.Response:
        arrived.set()
        await asyncio.Event().wait()
        raise AssertionError

    async with connect(never, time=time) as webitel:
        task = asyncio.create_task(webitel.userinfo())
        await arrived.wait()
        time.now += 5
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        time.now += 100
        assert webitel.statistics.seconds_in_flight == pytest.approx(5)
        assert webitel.statistics.seconds_waited == pytest.approx(5)


async def test_who_wants_to_know_is_told_of_every_request() -> None:
    app = FakeWebitel()
    app.script.extend([httpx.ConnectError("refused"), error(500)])
    told: list[tuple[str, str, int | None, float, str]] = []
    async with connect(app, on_request=lambda *what: told.append(what)) as webitel:
        await webitel.users(ids=["1"])
        app.script.append(error(500))
        with pytest.raises(ServerFailed):
            await webitel.create_user(NewUser("Ann", "ann"), request_id="journal-1")
    assert [what[:3] for what in told] == [
        ("GET", "/users", None),
        ("GET", "/users", 500),
        ("GET", "/users", 200),
        ("POST", "/users", 500),
    ]
    assert told[-1][4] == "journal-1" == app.requests[-1].headers["X-Request-Id"]
    assert len({what[4] for what in told[:3]}) == 1
