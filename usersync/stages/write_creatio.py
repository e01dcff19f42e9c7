"""Rows in Creatio: read again, compared, journalled, written in `$batch`, and read back where the outcome is unknown.

A POST that failed may have been carried out (docs/creatio.md#unknown-outcomes), so nothing is repeated before the row was
read. A batch that fails as a whole is halved until the row that breaks it stands alone.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from usersync.creatio.errors import CreatioError, DuplicateKey
from usersync.errors import Fatal, Retriable, Skippable
from usersync.ledger import OperationState, Outcome
from usersync.planning import Action, Operation
from usersync.planning.fields import same
from usersync.planning.values import Value
from usersync.planning.world import as_json_time
from usersync.stages.journal import Journal
from usersync.stages.rows import Rows
from usersync.words import Sentence

MAX_AGE = 5.0
"""Seconds: rows read longer ago than this are read again before they are overwritten."""
ATTEMPTS = 3
"""How often one row is sent before it is given up; each time only after it was read and found unwritten."""
PATIENCE = 10
"""How often a row is read again because it could not be sent in time."""


@dataclass(frozen=True)
class _Tries:
    """What was tried with some rows so far.

    Attributes:
        sent: how often they may have been sent.
        missed: how often they certainly were not: no connection, told to slow down, not in time.
    """

    sent: int = 0
    missed: int = 0

    def after(self, error: CreatioError | None) -> _Tries:
        """With one more try that ended so."""
        if isinstance(error, Retriable) and not error.outcome_unknown:
            return replace(self, missed=self.missed + 1)
        return replace(self, sent=self.sent + 1)

    @property
    def over(self) -> bool:
        """Whether nothing more is tried."""
        return self.sent >= ATTEMPTS or self.missed >= PATIENCE


@dataclass(frozen=True)
class Fresh:
    """Rows as they stood at a moment, by (entity, id), and usernames that meanwhile have a record."""

    read_at: float
    rows: Mapping[tuple[str, str], Mapping[str, Any]]
    usernames: frozenset[str] = frozenset()


@dataclass
class CreatioWriter:
    """Writes chunks of up to 100 operations."""

    rows: Rows
    journal: Journal
    clock: Callable[[], float] = field(default=time.monotonic)

    async def read_again(self, operations: Sequence[Operation], *, created: bool = False) -> Fresh:
        """Read what is about to be overwritten, and whether a record to be made is there by now.

        Args:
            operations: about to be written.
            created: also the rows that are to be made: they may be there.
        """
        read_at = self.clock()
        existing = [(op.entity, op.key) for op in operations if created or op.action is not Action.CREATE]
        logins = [
            str(op.after["username"])
            for op in operations
            if op.entity == "record" and op.action is Action.CREATE and op.after.get("username")
        ]
        rows, taken = await self.rows.read(existing, usernames=logins)
        return Fresh(read_at, rows, taken)

    async def write(self, operations: Sequence[Operation], fresh: Fresh) -> None:
        """Write one chunk; each operation is settled in the journal when this returns.

        A request that could not go out within `MAX_AGE` of the read does not go out: the rows are read and compared again.

        Raises:
            LeaseLost: nothing was sent.
            CreatioError: a fatal one; what was sent is settled as unknown.
        """
        await self._write(operations, fresh, _Tries())

    async def _write(self, operations: Sequence[Operation], fresh: Fresh, tries: _Tries) -> None:
        if self.clock() - fresh.read_at > MAX_AGE:
            fresh = await self.read_again(operations)
        outcomes: list[Outcome] = []
        sendable: list[Operation] = []
        for operation in operations:
            outcome = _compare(operation, fresh)
            if outcome is None:
                sendable.append(operation)
            else:
                outcomes.append(outcome)
        request_id = uuid.uuid4().hex
        self.journal.intend(operations, request_id)
        self.journal.settle(outcomes)
        if sendable:
            await self._send(sendable, request_id, fresh, tries)

    async def _send(self, operations: Sequence[Operation], request_id: str, fresh: Fresh, tries: _Tries) -> None:
        payloads, refused = self._payloads(operations)
        self.journal.settle(refused)
        operations = [operation for operation in operations if operation.id in payloads]
        if not operations:
            return
        within = fresh.read_at + MAX_AGE - self.clock()
        try:
            answers = await self.rows.write(
                [(operation, payloads[operation.id]) for operation in operations], within=within
            )
        except CreatioError as fatal:  # the session or the rights are gone, nothing was carried out
            self.journal.settle(
                [Outcome(op.id, OperationState.FAILED, fatal.sentence, request_id) for op in operations]
            )
            raise
        done: list[Outcome] = []
        doubtful: list[Operation] = []
        for operation in operations:
            error = answers[operation.id]
            if error is None:
                done.append(Outcome(operation.id, OperationState.DONE, request_id=request_id))
            elif _settled_by(error):
                done.append(Outcome(operation.id, OperationState.FAILED, error.sentence, request_id))
            else:
                doubtful.append(operation)
        self.journal.settle(done)
        if doubtful:
            await self._read_back(doubtful, answers, request_id, tries)

    async def _read_back(
        self,
        operations: Sequence[Operation],
        errors: Mapping[str, CreatioError | None],
        request_id: str,
        tries: _Tries,
    ) -> None:
        """Nothing is known of these: what stands in Creatio now decides; the rest is tried again, in halves."""
        fresh = await self.read_again(operations, created=True)
        outcomes: list[Outcome] = []
        again: list[Operation] = []
        for operation in operations:
            now, error = fresh.rows.get((operation.entity, operation.key)), errors[operation.id]
            why = error.sentence if error else None
            if holds(operation, now):
                outcomes.append(Outcome(operation.id, OperationState.DONE, request_id=request_id))
            elif _is_duplicate(operation, now):
                outcomes.append(Outcome(operation.id, OperationState.FAILED, why, request_id))
            elif (stale := _compare(operation, fresh)) is not None:  # somebody else changed it meanwhile
                outcomes.append(replace(stale, request_id=request_id))
            elif tries.after(error).over:
                outcomes.append(Outcome(operation.id, OperationState.FAILED, why, request_id))
            else:
                again.append(operation)
        self.journal.settle(outcomes)
        if not again:
            return
        following = max((tries.after(errors[operation.id]) for operation in again), key=lambda tried: tried.sent)
        parts: list[list[Operation]] = [again]
        if len(again) > 1 and following.sent > tries.sent:
            middle = len(again) // 2
            parts = [again[:middle], again[middle:]]
            # The whole batch failed: a smaller one is not a further try of each row until the row stands alone.
            following = tries if len(again) == len(operations) else following
        for part in parts:
            if not self.journal.stopped():
                await self._write(part, fresh, following)

    def _payloads(self, operations: Sequence[Operation]) -> tuple[dict[str, dict[str, Any]], list[Outcome]]:
        payloads: dict[str, dict[str, Any]] = {}
        refused: list[Outcome] = []
        for operation in operations:
            try:
                payloads[operation.id] = self.rows.payload(operation)
            except Skippable as misfit:
                refused.append(Outcome(operation.id, OperationState.FAILED, misfit.sentence))
        return payloads, refused


def holds(operation: Operation, row: Mapping[str, Any] | None) -> bool:
    """Whether the row already is as the operation wants it."""
    if operation.action is Action.DELETE:
        return row is None
    return row is not None and all(_equal(row.get(name), value) for name, value in operation.after.items())


def _compare(operation: Operation, fresh: Fresh) -> Outcome | None:
    """None = write it. Otherwise it is done already, or stale with what stands there now."""
    if operation.action is Action.CREATE:
        login = str(operation.after.get("username") or "").casefold()
        if operation.entity == "record" and login in fresh.usernames:
            return Outcome(operation.id, OperationState.STALE, Sentence("apply-record-there"))
        return None
    row = fresh.rows.get((operation.entity, operation.key))
    if holds(operation, row):
        return Outcome(operation.id, OperationState.DONE)
    if row is None:
        return Outcome(operation.id, OperationState.STALE, Sentence("apply-row-missing"))
    different = {name: row.get(name) for name, value in operation.before.items() if not _equal(row.get(name), value)}
    if different:
        now: dict[str, Value] = {
            name: as_json_time(value) if name.endswith("_on") else value for name, value in different.items()
        }
        fields = ", ".join(sorted(different))
        return Outcome(operation.id, OperationState.STALE, Sentence("apply-stale", {"fields": fields}), after_read=now)
    return None


def _equal(now: Any, value: Value) -> bool:
    if isinstance(value, str) and not isinstance(now, str) and now is not None:
        return as_json_time(now) == value
    return same(now, value)


def _settled_by(error: CreatioError) -> bool:
    """Whether the answer itself says for sure that nothing was written, and why that will not change.

    A duplicate key may be our own row, made by an earlier try: it is read back first.
    """
    return isinstance(error, Skippable | Fatal) and not error.outcome_unknown and not isinstance(error, DuplicateKey)


def _is_duplicate(operation: Operation, row: Mapping[str, Any] | None) -> bool:
    """Our own id is there with other values: somebody changed the row after we made it; it is not made again."""
    return operation.action is Action.CREATE and row is not None
