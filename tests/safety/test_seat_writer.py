"""The writer of licence sets: what others change meanwhile is left alone, what they change at once is noticed and said."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import timedelta
from pathlib import Path

import pytest

from tests.safety.stand import copy_ledger
from usersync.ledger import Ledger, OperationState
from usersync.planning import Action, Operation, Situation
from usersync.stages.journal import Journal
from usersync.stages.write_webitel import MAX_AGE, WebitelWriter
from usersync.webitel import TooManyRequests, User, WebitelError
from usersync.words import Sentence


class Desk:
    """The sets of a Webitel in memory, and somebody who changes one of them right before or after a write."""

    def __init__(self, **sets: Sequence[str]) -> None:
        self.sets = {key.lstrip("u"): list(held) for key, held in sets.items()}
        self.written: list[str] = []
        self.reads: list[list[str]] = []
        self.after_write: Callable[[str], None] = lambda key: None
        self.refusal: WebitelError | None = None

    async def users_by_id(self, ids: Iterable[str], fields: Sequence[str]) -> tuple[User, ...]:
        self.reads.append(list(ids))
        return tuple(
            User.model_validate(
                {"id": key, "license": [{"id": item, "prod": "CALL_CENTER"} for item in self.sets[key]]}
            )
            for key in self.reads[-1]
        )

    async def set_licenses(self, key: str, licenses: Sequence[str], *, request_id: str, within: float) -> None:
        if self.refusal is not None:
            raise self.refusal
        self.written.append(key)
        self.sets[key] = list(licenses)
        self.after_write(key)


@pytest.fixture
def journal(sqlite_template: Path, tmp_path: Path) -> Iterator[Journal]:
    with Ledger.open(copy_ledger(sqlite_template, tmp_path / "ledger.db")) as ledger:
        run = ledger.start_run(domain="default", mode="apply", author="os:test")
        yield Journal(ledger, ledger.acquire_lease("default", run.id, timedelta(seconds=60)), run.id)


def give(key: str, before: list[str], after: list[str]) -> Operation:
    return Operation(
        "webitel", Action.SET_LICENSES, "user", key, key, {"licenses": before}, {"licenses": after},
        Sentence("planning-licenses"), Situation.CHANGED,
    )  # fmt: skip


def writer(desk: Desk, journal: Journal, clock: Callable[[], float] = lambda: 0.0) -> WebitelWriter:
    return WebitelWriter(desk, journal, clock=clock)  # type: ignore[arg-type]


async def test_the_sets_of_a_chunk_are_read_before_and_after_in_one_read_each(journal: Journal) -> None:
    desk = Desk(**{f"u{number}": [] for number in range(20)})
    operations = [give(str(number), [], ["a"]) for number in range(20)]

    await writer(desk, journal).write(operations)

    assert [len(read) for read in desk.reads] == [20, 20]
    assert set(journal.states.values()) == {OperationState.DONE}


async def test_what_somebody_else_changed_since_the_plan_is_not_overwritten(journal: Journal) -> None:
    desk = Desk(u1=["theirs"], u2=[])
    theirs, mine = give("1", [], ["a"]), give("2", [], ["a"])

    await writer(desk, journal).write([theirs, mine])

    assert desk.sets == {"1": ["theirs"], "2": ["a"]}
    assert journal.states == {theirs.id: OperationState.STALE, mine.id: OperationState.DONE}
    assert journal.outcomes[theirs.id].after_read == {"licenses": ["theirs"]}


async def test_a_set_read_too_long_ago_is_read_again_and_what_changed_meanwhile_is_left_alone(journal: Journal) -> None:
    desk = Desk(u1=[], u2=[])
    times = iter((0.0, *[MAX_AGE + 0.1] * 9))  # a slow Webitel: its list took longer than a set may be old
    first, second = give("1", [], ["a"]), give("2", [], ["a"])
    listed = desk.users_by_id

    async def meanwhile(ids: Iterable[str], fields: Sequence[str]) -> tuple[User, ...]:
        found = await listed(ids, fields)
        desk.sets["1"] = ["theirs"]
        return found

    desk.users_by_id = meanwhile  # type: ignore[method-assign]

    await writer(desk, journal, lambda: next(times)).write([first, second])

    assert desk.sets == {"1": ["theirs"], "2": ["a"]}
    assert desk.written == ["2"]
    assert journal.states == {first.id: OperationState.STALE, second.id: OperationState.DONE}


async def test_what_somebody_changes_right_after_the_write_is_noticed_and_said(journal: Journal) -> None:
    desk = Desk(u1=["old"])
    operation = give("1", ["old"], ["a", "old"])
    desk.after_write = lambda key: desk.sets.update({key: ["other"]})

    await writer(desk, journal).write([operation])

    outcome = journal.outcomes[operation.id]
    assert (outcome.state, outcome.after_read) == (OperationState.STALE, {"licenses": ["other"]})
    assert desk.sets == {"1": ["other"]}  # not fought over


async def test_a_moment_of_too_many_requests_is_no_refusal(journal: Journal) -> None:
    desk = Desk(u1=[])
    operation = give("1", [], ["a"])
    desk.refusal = TooManyRequests(method="PATCH", url="/users/1", status=429)

    await writer(desk, journal).write([operation])

    assert journal.states[operation.id] is OperationState.FAILED
