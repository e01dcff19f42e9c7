"""The writer of rows: a batch that fails as a whole is halved until the bad row stands alone; old reads are not trusted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.safety.stand import copy_ledger
from usersync.creatio.errors import CreatioError, ServerFailed
from usersync.ledger import Ledger, OperationState
from usersync.planning import Action, Operation, Situation
from usersync.stages.journal import Journal
from usersync.stages.write_creatio import MAX_AGE, CreatioWriter
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

    async def write(self, operations: Sequence[tuple[Operation, Mapping[str, Any]]]) -> dict[str, CreatioError | None]:
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
