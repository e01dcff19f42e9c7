"""One writer per domain, and a Stop that is heard."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import create_engine, text

from tests.safety.stand import UNLIMITED, Stand
from usersync.ledger import LeaseHeld, LeaseLost, Ledger, OperationState, RunState
from usersync.ledger.database import address
from usersync.planning import Plan
from usersync.stages.context import RunContext


@pytest.fixture
def quick(stand: Stand) -> Stand:
    stand.overrides = UNLIMITED
    return stand


def _run_out(stand: Stand) -> None:
    engine = create_engine(address(stand.ledger_url))
    with engine.begin() as connection:
        connection.execute(text("UPDATE leases SET until = '2001-01-01 00:00:00+00:00'"))
    engine.dispose()


def _take_over(stand: Stand) -> str:
    """Another run finds the lease run out and takes the domain."""
    _run_out(stand)
    with stand.ledger() as ledger:
        run = ledger.start_run(domain="default", mode="apply", author="os:other")
        ledger.acquire_lease("default", run.id, timedelta(seconds=60))
        return run.id


async def test_a_second_start_ends_at_once_and_names_the_run_that_is_at_work(quick: Stand) -> None:
    second = []

    async def opened(context: RunContext) -> None:
        second.append((context.run.id, await quick.run()))

    first = await quick.run(opened=opened)
    at_work, ran = second[0]
    assert isinstance(ran.error, LeaseHeld)
    assert ran.state == "already_running"
    assert at_work in ran.said
    assert ran.error.run_id == at_work
    assert ran.receipt["operations"] == {}
    assert first.state == "completed", first.said


async def test_a_preview_may_look_while_another_run_writes(quick: Stand) -> None:
    seen = []

    async def opened(context: RunContext) -> None:
        del context
        seen.append(await quick.run("preview"))

    assert (await quick.run(opened=opened)).state == "completed"
    assert seen[0].state == "completed"


async def test_a_run_whose_domain_was_taken_over_writes_nothing_more(quick: Stand) -> None:
    other = []

    def planned(context: RunContext, plan: Plan) -> None:
        del context, plan
        other.append(_take_over(quick))
        quick.forget_requests()

    ran = await quick.run(planned=planned)
    assert isinstance(ran.error, LeaseLost)
    assert ran.state == "crashed", "whoever took over has said so; the old run does not speak against it"
    assert quick.box.creatio.control.counters()["writes"] == 0
    assert quick.box.webitel.control.counters()["writes"] == 0
    assert [row for row in quick.box.creatio.control.rows("WSysAccount") if row["WebitelUserId"]] == []
    with quick.ledger() as ledger:
        lease = ledger.lease_of("default")
        assert lease is not None
        assert lease.run_id == other[0], "and it does not give away a lease that is another's"


async def test_a_run_that_loses_the_domain_in_the_middle_stops_there(quick: Stand) -> None:
    """The renewal notices it between two batches; what was done stays, what was not sent is never sent."""

    def planned(context: RunContext, plan: Plan) -> None:
        del plan
        journal = context.journal
        assert journal is not None
        settle = journal.settle

        def settle_then_lose(outcomes: list[object]) -> None:
            settle(outcomes)  # type: ignore[arg-type]
            if any(":record:" in outcome.operation_id for outcome in outcomes):  # type: ignore[attr-defined]
                journal.settle = settle  # type: ignore[method-assign]
                _take_over(quick)

        journal.settle = settle_then_lose  # type: ignore[method-assign, assignment]

    ran = await quick.run(planned=planned, settings={"lease": {"term": 1.0, "renewal": 0.05}})
    assert isinstance(ran.error, LeaseLost), ran.said
    records = [row for row in quick.box.creatio.control.rows("WSysAccount") if row["WebitelUserId"]]
    assert len(records) == 1


async def test_the_lease_of_a_living_run_is_renewed_and_given_back(quick: Stand) -> None:
    async def opened(context: RunContext) -> None:
        assert context.journal is not None
        first = context.journal.lease.until
        await asyncio.sleep(0.9)
        assert context.journal.lease.until > first
        with quick.ledger() as ledger:
            assert ledger.lease_of("default") is not None

    ran = await quick.run(opened=opened, settings={"lease": {"term": 0.8, "renewal": 0.2}})
    assert ran.state == "completed", ran.said
    with quick.ledger() as ledger:
        assert ledger.lease_of("default") is None


async def test_a_killed_runs_lease_is_free_after_its_term(quick: Stand) -> None:
    with quick.ledger() as ledger:
        dead = ledger.start_run(domain="default", mode="apply", author="os:test")
        ledger.acquire_lease("default", dead.id, timedelta(seconds=0.6))
    assert isinstance((await quick.run()).error, LeaseHeld)
    await asyncio.sleep(0.7)
    assert (await quick.run()).state == "completed"
    with quick.ledger() as ledger:
        assert str(ledger.run(dead.id).state) == "crashed"


async def test_a_preview_that_was_killed_long_ago_is_no_longer_said_to_run(quick: Stand) -> None:
    """It held no lease that somebody could find run out."""
    with Ledger.open(quick.ledger_url, now=lambda: datetime.now(UTC) - timedelta(hours=7)) as ledger:
        old = ledger.start_run(domain="default", mode="preview", author="os:test")
    with quick.ledger() as ledger:
        fresh = ledger.start_run(domain="default", mode="preview", author="os:test")
        assert (await quick.run("preview")).state == "completed"
        assert str(ledger.run(old.id).state) == "crashed"
        assert str(ledger.run(fresh.id).state) == "running"


async def test_at_its_end_a_run_lets_go_of_what_the_settings_keep_no_longer(stand: Stand) -> None:
    with Ledger.open(stand.ledger_url, now=lambda: datetime(2020, 1, 1, tzinfo=UTC)) as ledger:
        old = ledger.start_run(domain="default", mode="preview", author="os:test").id
        ledger.finish_run(old, RunState.FAILED)
    assert old in await _runs_after_another(stand, days=0)
    assert old not in await _runs_after_another(stand, days=365)


async def _runs_after_another(stand: Stand, *, days: int) -> set[str]:
    assert (await stand.run("preview", settings={"retention": {"days": days}})).error is None
    with stand.ledger() as ledger:
        return {run.id for run in ledger.runs()}


async def test_stop_before_anything_was_written_writes_nothing(quick: Stand) -> None:
    def opened(context: RunContext) -> None:
        with quick.ledger() as ledger:
            assert ledger.request_stop(context.run.id, "os:boss")

    quick.forget_requests()
    ran = await quick.run(opened=opened)
    assert ran.error is None, ran.said
    assert ran.state == "stopped"
    assert quick.writes() == 0
    assert ran.receipt["operations"] == {"skipped": len(ran.operations)}
    assert sum(ran.receipt["buckets"].values()) == 8


@pytest.mark.parametrize(("slow", "enough"), [("creatio", 2), ("webitel", 1)])
async def test_two_seconds_after_stop_nothing_new_is_written_and_the_next_run_finishes(
    quick: Stand, slow: str, enough: int
) -> None:
    """Both services are slow, so that Stop is pressed while most is still to be done."""
    expected = UNLIMITED | {"webitel": {"concurrency": 1}}
    service = getattr(quick.box, slow).control
    stopped_at: list[float] = []

    def planned(context: RunContext, plan: Plan) -> None:
        del plan
        service.latency(0, 700)

        quick.forget_requests()

        async def press() -> None:
            async with asyncio.timeout(20):
                while service.counters()["writes"] + service.counters()["batches"] < enough:  # noqa: ASYNC110 - another process is watched
                    await asyncio.sleep(0.02)
            with quick.ledger() as ledger:
                ledger.request_stop(context.run.id, "os:boss")
            stopped_at.append(time.time())

        pressing.append(asyncio.create_task(press()))

    pressing: list[asyncio.Task[None]] = []
    ran = await quick.run(planned=planned, settings=expected)
    await pressing[0]
    assert ran.error is None, ran.said
    assert ran.state == "stopped"
    sent = [
        request
        for control in (quick.box.webitel.control, quick.box.creatio.control)
        for request in control.requests()
        if request["traffic"] in {"write", "batch"} and request["at"] > stopped_at[0] + 2.0
    ]
    assert sent == []
    assert ran.count(OperationState.SKIPPED) > 0
    assert ran.count(OperationState.DONE) > 0
    assert sum(ran.receipt["buckets"].values()) == 8
    quick.clear()
    again = await quick.run()
    assert again.state == "completed", again.said
    assert again.receipt["converged"] is True
    assert (await quick.run()).receipt["operations"] == {}


async def test_stop_pressed_when_all_was_done_does_not_make_the_run_a_stopped_one(quick: Stand) -> None:
    def planned(context: RunContext, plan: Plan) -> None:
        journal = context.journal
        assert journal is not None
        settle = journal.settle
        total = len(plan.operations)

        def settle_then_stop(outcomes: list[object]) -> None:
            settle(outcomes)  # type: ignore[arg-type]
            if len(journal.states) == total:
                with quick.ledger() as ledger:
                    ledger.request_stop(context.run.id, "os:boss")

        journal.settle = settle_then_stop  # type: ignore[method-assign, assignment]

    ran = await quick.run(planned=planned)
    assert ran.state == "completed", ran.said
    assert ran.run.stop_requested_by == "os:boss"
