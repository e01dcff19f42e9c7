"""The writer of rows: a batch that fails as a whole is halved until the bad row stands alone; old reads are not trusted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.safety.stand import copy_ledger
from usersync.creatio.errors import CreatioError, ServerFailed, TurnMissed
from usersync.ledger import Ledger, OperationState
from usersync.planning import Action, Operation, Situation
from usersync.stages.journal import Journal
from usersync.stages.write_creatio import MAX_AGE, PATIENCE, CreatioWriter
from usersync.stages.write_webitel import WebitelWriter
from usersync.webitel import User
from usersync.words import Sentence


class ChokingRows:
    """Rows behind a gateway that answers 500 to every batch with a poisoned row in it, and carries nothing of it out."""

    def __init__(self, *poison: str) -> None:
        self.poison = set(poison)
        self.stored: dict[tuple[str, str], dict[str, Any]] = {}
        self.batches: list[int] = []
        self.reads = 0

    def payload(self, operation: Operation) -> dict[str, Any]:
        return dict(operation.after)

    async def read(
        self, keys: Iterable[tuple[str, str]], *, usernames: Sequence[str] = ()
    ) -> tuple[dict[tuple[str, str], dict[str, Any]], frozenset[str]]:
        self.reads += 1
        return {key: self.stored[key] for key in keys if key in self.stored}, frozenset()

    async def write(
        self, operations: Sequence[tuple[Operation, Mapping[str, Any]]], *, within: float | None = None
    ) -> dict[str, CreatioError | None]:
        assert within is not None
        assert 0 < within <= MAX_AGE
        self.batches.append(len(operations))
        if any(operation.key in self.poison for operation, _ in operations):
            error = ServerFailed(text="Out of memory", operation="POST $batch", status=500, outcome_unknown=True)
            return {operation.id: error for operation, _ in operations}
        for operation, payload in operations:
            self.stored[operation.entity, operation.key] = dict(payload)
        return {operation.id: None for operation, _ in operations}


@pytest.fixture
def journal(sqlite_template: Path, tmp_path: Path) -> Iterator[Journal]:
    with Ledger.open(copy_ledger(sqlite_template, tmp_path / "ledger.db")) as ledger:
        run = ledger.start_run(domain="default", mode="apply", author="os:test")
        yield Journal(ledger, ledger.acquire_lease("default", run.id, timedelta(seconds=60)), run.id)


def _creates(count: int) -> list[Operation]:
    return [
        Operation(
            "creatio", Action.CREATE, "contact", f"{number:08d}-0000-0000-0000-000000000000", str(number), {},
            {"name": f"Person {number}"}, Sentence("planning-unchanged"), Situation.UNMATCHED,
        )
        for number in range(count)
    ]  # fmt: skip


async def test_a_batch_that_fails_as_a_whole_is_halved_until_the_bad_row_stands_alone(journal: Journal) -> None:
    operations = _creates(100)
    rows = ChokingRows(operations[37].key)
    writer = CreatioWriter(rows, journal)  # type: ignore[arg-type]
    await writer.write(operations, await writer.read_again(operations))
    states = [journal.states[operation.id] for operation in operations]
    assert states.count(OperationState.DONE) == 99
    assert states[37] is OperationState.FAILED
    assert len(rows.stored) == 99
    assert len(rows.batches) <= 2 * 7 + 4, "halving, not one request for each row"
    assert "Out of memory" in str(journal.outcomes[operations[37].id].detail)


async def test_two_bad_rows_fail_alone_too(journal: Journal) -> None:
    operations = _creates(40)
    rows = ChokingRows(operations[3].key, operations[30].key)
    writer = CreatioWriter(rows, journal)  # type: ignore[arg-type]
    await writer.write(operations, await writer.read_again(operations))
    failed = {key for key, state in journal.states.items() if state is OperationState.FAILED}
    assert failed == {operations[3].id, operations[30].id}
    assert len(rows.stored) == 38


async def test_rows_read_too_long_ago_are_read_again_before_they_are_overwritten(journal: Journal) -> None:
    now = 100.0
    rows = ChokingRows()
    make = _creates(1)[0]
    key = ("contact", make.key)
    change = Operation(
        "creatio", Action.UPDATE, "contact", make.key, "0", {"name": "Old"}, {"name": "New"},
        Sentence("planning-unchanged"), Situation.CHANGED,
    )  # fmt: skip
    rows.stored[key] = {"name": "Old"}
    writer = CreatioWriter(rows, journal, clock=lambda: now)  # type: ignore[arg-type]
    fresh = await writer.read_again([change])
    rows.stored[key] = {"name": "By Hand"}
    now += MAX_AGE + 0.1
    await writer.write([change], fresh)
    assert journal.states[change.id] is OperationState.STALE
    assert rows.stored[key] == {"name": "By Hand"}


class BusyRows(ChokingRows):
    """Rows behind a service that lets nothing through for some turns, while a clock runs and somebody else works."""

    def __init__(self, turns: int, *, unknown: bool = False) -> None:
        super().__init__()
        self.turns = turns
        self.unknown = unknown
        self.now = 100.0
        self.meanwhile: dict[tuple[str, str], dict[str, Any]] = {}

    async def write(
        self, operations: Sequence[tuple[Operation, Mapping[str, Any]]], *, within: float | None = None
    ) -> dict[str, CreatioError | None]:
        if self.turns == 0:
            return await super().write(operations, within=within)
        self.turns -= 1
        self.now += 20.0
        self.stored |= self.meanwhile
        kind = ServerFailed if self.unknown else TurnMissed
        error = kind(text="busy", operation="POST $batch", outcome_unknown=self.unknown)
        return {operation.id: error for operation, _ in operations}


def _rename(key: str = "1", user: str = "1") -> Operation:
    return Operation(
        "creatio", Action.UPDATE, "contact", key, user, {"name": "Old"}, {"name": "New"},
        Sentence("planning-unchanged"), Situation.CHANGED,
    )  # fmt: skip


async def test_what_could_not_be_sent_in_time_is_read_and_compared_again(journal: Journal) -> None:
    rows = BusyRows(turns=4)
    one, other = _rename("1"), _rename("2", "2")
    rows.stored = {("contact", "1"): {"name": "Old"}, ("contact", "2"): {"name": "Old"}}
    rows.meanwhile = {("contact", "2"): {"name": "By Hand"}}
    writer = CreatioWriter(rows, journal, clock=lambda: rows.now)  # type: ignore[arg-type]
    await writer.write([one, other], await writer.read_again([one, other]))
    assert journal.states == {one.id: OperationState.DONE, other.id: OperationState.STALE}
    assert journal.outcomes[other.id].after_read == {"name": "By Hand"}
    assert rows.stored["contact", "2"] == {"name": "By Hand"}
    assert rows.batches == [1], "one batch, of the one that still was as planned"


async def test_a_service_that_never_has_time_is_given_up_in_the_end(journal: Journal) -> None:
    rows = BusyRows(turns=1_000)
    change = _rename()
    rows.stored = {("contact", "1"): {"name": "Old"}}
    writer = CreatioWriter(rows, journal, clock=lambda: rows.now)  # type: ignore[arg-type]
    await writer.write([change], await writer.read_again([change]))
    assert journal.states[change.id] is OperationState.FAILED
    assert "could not be sent in time" in str(journal.outcomes[change.id].detail)
    assert rows.turns == 1_000 - PATIENCE


async def test_a_hand_edit_between_two_tries_is_not_overwritten_by_the_second(journal: Journal) -> None:
    """The first try may have been carried out, was not, and meanwhile somebody entered another value."""
    rows = BusyRows(turns=1, unknown=True)
    change = _rename()
    rows.stored = {("contact", "1"): {"name": "Old"}}
    rows.meanwhile = {("contact", "1"): {"name": "By Hand"}}
    writer = CreatioWriter(rows, journal, clock=lambda: rows.now)  # type: ignore[arg-type]
    await writer.write([change], await writer.read_again([change]))
    assert journal.states[change.id] is OperationState.STALE
    assert rows.stored["contact", "1"] == {"name": "By Hand"}


class SlowWebitel:
    """Licence sets behind a service that takes seconds for each change, while a clock runs."""

    def __init__(self, users: int, seconds: float) -> None:
        self.sets: dict[str, list[str]] = {str(number): [] for number in range(users)}
        self.seconds = seconds
        self.now = 100.0
        self.read_at = 0.0
        self.oldest = 0.0
        self.edits: dict[int, str] = {}
        self.written = 0

    async def users_by_id(self, ids: Sequence[str], fields: Sequence[str]) -> tuple[User, ...]:
        self.read_at = self.now
        return tuple(
            User.model_validate({"id": key, "license": [{"id": held, "prod": "CC"} for held in self.sets[key]]})
            for key in ids
        )

    async def set_licenses(self, key: str, licenses: Sequence[str], *, request_id: str, within: float) -> None:
        assert within > 0
        self.oldest = max(self.oldest, self.now - self.read_at)
        self.sets[key] = list(licenses)
        self.now += self.seconds
        self.written += 1
        edited = self.edits.pop(self.written, None)
        if edited is not None:
            self.sets[edited] = ["by-hand"]


async def test_licence_sets_are_read_again_before_they_are_too_old_however_slow_webitel_is(journal: Journal) -> None:
    webitel = SlowWebitel(users=30, seconds=1.0)
    webitel.edits = {12: "29"}
    operations = [
        Operation(
            "webitel", Action.SET_LICENSES, "user", key, key, {"licenses": []}, {"licenses": ["6f"]},
            Sentence("planning-licenses"), Situation.CHANGED,
        )
        for key in webitel.sets
    ]  # fmt: skip
    writer = WebitelWriter(webitel, journal, concurrency=1, clock=lambda: webitel.now)  # type: ignore[arg-type]
    await writer.write(operations)
    assert webitel.oldest <= MAX_AGE
    assert journal.states.pop(operations[29].id) is OperationState.STALE
    assert journal.outcomes[operations[29].id].after_read == {"licenses": ["by-hand"]}
    assert set(journal.states.values()) == {OperationState.DONE}
    assert webitel.sets["29"] == ["by-hand"]


async def test_nothing_is_sent_once_the_lease_is_taken_over(journal: Journal) -> None:
    from usersync.ledger import LeaseLost

    operations = _creates(3)
    rows = ChokingRows()
    writer = CreatioWriter(rows, journal)  # type: ignore[arg-type]
    fresh = await writer.read_again(operations)
    journal.ledger.release_lease(journal.lease)
    other = journal.ledger.start_run(domain="default", mode="apply", author="os:other")
    journal.ledger.acquire_lease("default", other.id, timedelta(seconds=60))
    with pytest.raises(LeaseLost):
        await writer.write(operations, fresh)
    assert rows.batches == []
    assert journal.lost
    assert journal.stopped()
