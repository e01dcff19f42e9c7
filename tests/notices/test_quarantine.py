"""A domain that keeps failing rests, for longer each time; a human is never refused."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tests.notices.receivers import DOMAIN, ended, settings
from usersync.errors import Fatal
from usersync.ledger import Ledger, RunState
from usersync.ledger.notices import JUDGED
from usersync.notices import Quarantined, Rest, rest_of
from usersync.stages.context import open_run

F, W, C = RunState.FAILED, RunState.COMPLETED, RunState.CRASHED
LIMITS = {"quarantine": {"after": 3, "first_minutes": 60, "longest_minutes": 300}}


def _rest(ledger: Ledger, **limits: int) -> Rest | None:
    return rest_of(ledger, settings(quarantine={**LIMITS["quarantine"], **limits}))


def test_it_rests_after_so_many_scheduled_failures_and_each_further_one_doubles_the_rest(ledger, clock) -> None:
    lengths = []
    for _ in range(6):
        clock.pass_(minutes=1)
        last = ended(ledger, F)
        rest = _rest(ledger)
        lengths.append((rest.until - last.finished_at) // timedelta(hours=1) if rest else 0)
    assert lengths == [0, 0, 1, 2, 4, 5], "five hours are the longest"
    assert rest is not None
    assert (rest.failures, rest.run_id) == (6, last.id)
    clock.pass_(hours=5)
    assert _rest(ledger) is None, "then one is tried"


@pytest.mark.parametrize(
    ("ends", "rests"),
    [
        ([F, F, F], True),
        ([F, C, F], True),
        ([F, F, W], False),
        ([F, F, RunState.AWAITING_APPROVAL, F], False),
        ([F, F, RunState.COMPLETED_WITH_FAILURES, F], False),
        ([F, F, RunState.ALREADY_RUNNING, F], True),
        ([F, F, F, RunState.QUARANTINED, RunState.QUARANTINED], True),
        ([F, F, F, RunState.STOPPED], True),
    ],
)
def test_only_failures_of_the_whole_run_count_and_only_a_run_that_worked_ends_it(
    ledger, clock, ends: list[RunState], rests: bool
) -> None:
    for state in ends:
        clock.pass_(minutes=1)
        ended(ledger, state)
    assert (_rest(ledger) is not None) is rests


def test_what_humans_start_counts_only_where_it_goes_well(ledger, clock) -> None:
    for _ in range(3):
        clock.pass_(minutes=1)
        ended(ledger, F, scheduled=False)
    assert _rest(ledger) is None
    for _ in range(3):
        clock.pass_(minutes=1)
        ended(ledger, F)
    clock.pass_(minutes=1)
    ended(ledger, F, scheduled=False)
    assert _rest(ledger) is not None
    clock.pass_(minutes=1)
    ended(ledger, W, scheduled=False, mode="preview")
    ended(ledger, W, scheduled=False, scope=("a.melnyk",))
    assert _rest(ledger) is not None, "neither a preview nor a part of the domain shows that it works"
    ended(ledger, W, scheduled=False)
    assert _rest(ledger) is None


def test_it_never_rests_where_the_settings_say_so(ledger, clock) -> None:
    for _ in range(9):
        clock.pass_(minutes=1)
        ended(ledger, F)
    assert _rest(ledger, after=0) is None


def test_the_longest_streak_is_no_overflow(ledger, clock) -> None:
    for _ in range(60):
        clock.pass_(seconds=1)
        ended(ledger, F)
    rest = _rest(ledger, longest_minutes=10**6)
    assert rest is not None
    assert rest.until > clock()
    assert RunState.QUARANTINED not in JUDGED


async def test_a_scheduled_start_is_left_out_and_a_human_is_not(ledger_url) -> None:
    with Ledger.open(ledger_url) as ledger:
        for _ in range(3):
            ended(ledger, F)
    with pytest.raises(Quarantined) as caught:
        async with open_run(
            settings(**LIMITS), ledger_url, mode="apply", author="prefect", writes=True, scheduled=True
        ):
            raise AssertionError("it began")
    error = caught.value
    assert isinstance(error, Fatal)
    assert "3 scheduled runs failed" in str(error)
    assert f"usersync run --domain {DOMAIN}" in (error.next_step or "")
    assert error.rest.until > datetime.now(UTC) + timedelta(minutes=59)
    with Ledger.open(ledger_url) as ledger:
        left_out = ledger.runs(DOMAIN, limit=1)[0]
        assert (left_out.state, left_out.scheduled) == (RunState.QUARANTINED, True)
        assert ledger.lease_of(DOMAIN) is None

    async with open_run(settings(**LIMITS), ledger_url, mode="apply", author="os:olena", writes=True) as context:
        context.ledger.finish_run(context.run.id, W)
    async with open_run(
        settings(**LIMITS), ledger_url, mode="apply", author="prefect", writes=True, scheduled=True
    ) as context:
        context.ledger.finish_run(context.run.id, W)
