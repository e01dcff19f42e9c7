"""The write-ahead journal: every operation is announced before its request is sent, and settled after its answer.

A process that dies in between leaves an announcement without an outcome. The next run reads those rows back in the
service, settles them, and only then plans.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, Insert, Row, Select, Update, bindparam, select

from usersync.ledger import schema
from usersync.ledger.applied import AppliedBook
from usersync.ledger.codec import from_text, to_text
from usersync.ledger.errors import LeaseLost, OperationUnknown
from usersync.ledger.store import slices
from usersync.ledger.values import JournalEntry, Lease, OperationState, Outcome
from usersync.planning.values import Action, Operation, Situation
from usersync.words import Sentence

_table = schema.operations
_INTENDED, _DONE = OperationState.INTENDED.value, OperationState.DONE.value
_OPPOSITE = {Action.CREATE.value: Action.DELETE.value, Action.DELETE.value: Action.CREATE.value}
_SETTLED: Select[Any] = select(
    _table.c.id, _table.c.ref, _table.c.domain, _table.c.state, _table.c.request_id, _table.c.user_id, _table.c.service,
    _table.c.action, _table.c.entity, _table.c.key, _table.c.before, _table.c.after,
).where(_table.c.ref.in_(bindparam("b_refs", expanding=True)))  # fmt: skip
"""No condition on the run or the domain: both databases would rather walk all of it by that index."""


class Journal(AppliedBook):
    """The part of the ledger that remembers operations."""

    def intend(self, lease: Lease, run_id: str, operations: Sequence[Operation], request_id: str) -> None:
        """Announce operations before their request is sent, in one transaction.

        Announcing again in the same run (a batch that is bisected or repeated) keeps what was planned from, takes the
        new request id and counts the attempt; what is done already stays done.

        Args:
            lease: the right to write; it must be live.
            run_id: the run of the lease.
            operations: of one request.
            request_id: the id the request will bear.

        Raises:
            LeaseLost: the lease was taken over or has run out: send nothing.
        """
        if not operations:
            return
        now = self._stamp(self._now())
        rows = [
            {
                **_columns(operation, run_id, lease.domain), "state": _INTENDED,
                "request_id": request_id, "attempts": 1, "intended_at": now,
            }
            for operation in operations
        ]  # fmt: skip
        with self._write() as connection:
            self._hold_for(connection, lease, run_id)
            self._many(connection, "operations.intend", self._announcement, rows)
            detail = {"count": len(rows), "request": request_id}
            self._note(connection, "operations.intended", domain=lease.domain, run_id=run_id, detail=detail)

    def settle(self, lease: Lease, run_id: str, outcomes: Sequence[Outcome]) -> None:
        """Record what became of announced operations, with all that follows from it, in one transaction.

        Done operations update the last-applied values and the grants. What was done once stays done: settling it again
        changes nothing. A lease that ran out unnoticed may still settle (it happened); one that was taken over may not.

        Args:
            lease: the right to write to the domain.
            run_id: the run the operations were announced in: the lease's own, or a dead one whose rows were read back.
            outcomes: one for each operation.

        Raises:
            LeaseLost: another run has taken over; it will read these rows back itself.
            OperationUnknown: an operation was never announced in that run.
        """
        if not outcomes:
            return
        now = self._stamp(self._now())
        with self._write() as connection:
            self._hold(connection, lease, live=False)
            rows = _announced(connection, lease.domain, run_id, outcomes)
            fresh = [item for item in outcomes if rows[item.operation_id].state != _DONE]
            if not fresh:
                return
            self._many(
                connection, "operations.settle", _settlement,
                [
                    {
                        "b_id": rows[item.operation_id].id, "b_state": str(item.state),
                        "b_detail": None if item.detail is None else to_text(item.detail.to_json()),
                        "b_after_read": None if item.after_read is None else to_text(dict(item.after_read)),
                        "b_settled_at": now,
                    }
                    for item in fresh
                ],
            )  # fmt: skip
            _note_request_ids(connection, rows, fresh)
            _note_made_ids(connection, rows, fresh)
            done = [rows[item.operation_id] for item in fresh if item.state is OperationState.DONE]
            self._take_effect(connection, lease.domain, run_id, done)
            detail = dict(Counter(str(item.state) for item in fresh))
            self._note(connection, "operations.settled", domain=lease.domain, run_id=run_id, detail=detail)

    def pass_over(self, lease: Lease, run_id: str, passed: Sequence[tuple[Operation, Outcome]]) -> None:
        """Record operations that were not even tried: stale, skipped, refused.

        What was announced before in this run keeps its announcement and takes the new state, unless it is done.

        Raises:
            LeaseLost: the lease was taken over.
        """
        if not passed:
            return
        now = self._stamp(self._now())
        rows = [
            {
                **_columns(operation, run_id, lease.domain), "state": str(outcome.state),
                "request_id": outcome.request_id, "attempts": 0, "intended_at": None, "settled_at": now,
                "detail": None if outcome.detail is None else to_text(outcome.detail.to_json()),
                "after_read": None if outcome.after_read is None else to_text(dict(outcome.after_read)),
            }
            for operation, outcome in passed
        ]  # fmt: skip
        with self._write() as connection:
            self._hold(connection, lease, live=False)
            self._many(connection, "operations.pass_over", self._passing_over, rows)
            detail = dict(Counter(str(outcome.state) for _, outcome in passed))
            self._note(connection, "operations.passed_over", domain=lease.domain, run_id=run_id, detail=detail)

    def operations(self, run_id: str, state: OperationState | None = None) -> list[JournalEntry]:
        """The operations of a run, in the order they were announced; in this state only, if one is given.

        Raises:
            RunNotFound: there is no such run.
        """
        with self._read() as connection:
            query = select(_table).where(_table.c.run_id == self._run_id(connection, run_id))
            return _entries(connection, query if state is None else query.where(_table.c.state == state.value))

    def unsettled(self, domain: str) -> list[JournalEntry]:
        """What dead runs announced and nobody knows the outcome of; the run at work now is not dead.

        What was erased since is left out: there is nothing to compare with.
        """
        with self._read() as connection:
            query = select(_table).where(_table.c.domain == domain, schema.OPEN, _table.c.erased.is_(False))
            holder = self._live_lease(connection, domain)
            return _entries(connection, query if holder is None else query.where(_table.c.run_id != holder.run_id))

    def operations_of_user(self, domain: str, user_id: str, limit: int = 200) -> list[JournalEntry]:
        """What was ever done for one Webitel user, the newest first."""
        query = select(_table).where(_table.c.domain == domain, _table.c.user_id == user_id)
        with self._read() as connection:
            return [entry_of(row) for row in connection.execute(query.order_by(_table.c.id.desc()).limit(limit))]

    def _announcement(self) -> Insert:
        insert = self._insert(_table)
        return insert.on_conflict_do_update(
            index_elements=["ref"],
            set_={
                "state": insert.excluded.state, "request_id": insert.excluded.request_id,
                "attempts": _table.c.attempts + 1, "intended_at": insert.excluded.intended_at,
                "settled_at": None, "detail": None,
            },
            where=_table.c.state != _DONE,
        )  # fmt: skip

    def _passing_over(self) -> Insert:
        insert = self._insert(_table)
        return insert.on_conflict_do_update(
            index_elements=["ref"],
            set_={name: insert.excluded[name] for name in ("state", "settled_at", "detail", "after_read")},
            where=_table.c.state != _DONE,
        )

    def _hold_for(self, connection: Connection, lease: Lease, run_id: str) -> None:
        if run_id != lease.run_id:
            raise LeaseLost(domain=lease.domain, run_id=run_id)
        self._hold(connection, lease, live=True)


def _settlement() -> Update:
    return (
        _table.update()
        .where(_table.c.id == bindparam("b_id"))
        .values(
            state=bindparam("b_state"),
            detail=bindparam("b_detail"),
            after_read=bindparam("b_after_read"),
            settled_at=bindparam("b_settled_at"),
        )
    )


def _columns(operation: Operation, run_id: str, domain: str) -> dict[str, Any]:
    # Called for every single operation: `str` of an enumeration's member is much quicker than its `.value`.
    before = to_text(dict(operation.before)) if operation.before else "{}"
    after = to_text(dict(operation.after)) if operation.after else "{}"
    action = str(operation.action)
    return {
        "run_id": run_id, "ref": _ref(run_id, operation.id), "domain": domain, "user_id": operation.user_id,
        "service": operation.service, "action": action, "entity": operation.entity, "key": operation.key,
        "step": operation.step, "situation": str(operation.situation), "before": before, "after": after,
        "inverse": _inverse(action, before, after), "reason": to_text(operation.reason.to_json()),
        "needs": to_text(operation.needs) if operation.needs else "[]", "erased": False,
    }  # fmt: skip


def _ref(run_id: str, operation_id: str) -> str:
    """What an operation of a run is found by."""
    return f"{run_id} {operation_id}"


def _inverse(action: str, before: str, after: str) -> str:
    """`Operation.inverse` as JSON, made of the texts of the operation's own values."""
    return f'{{"action":"{_OPPOSITE.get(action, action)}","before":{after},"after":{before}}}'


def _announced(connection: Connection, domain: str, run_id: str, outcomes: Sequence[Outcome]) -> dict[str, Row[Any]]:
    """Operation id → its row in the journal."""
    ids = {_ref(run_id, outcome.operation_id): outcome.operation_id for outcome in outcomes}
    rows: dict[str, Row[Any]] = {}
    for some in slices(ids):
        found = connection.execute(_SETTLED, {"b_refs": some})
        rows.update({ids[row.ref]: row for row in found if row.domain == domain})
    unknown = [outcome.operation_id for outcome in outcomes if outcome.operation_id not in rows]
    if unknown:
        raise OperationUnknown("ledger-operation-unknown", operation=unknown[0], run=run_id, more=len(unknown) - 1)
    return rows


def _note_request_ids(connection: Connection, rows: dict[str, Row[Any]], outcomes: Sequence[Outcome]) -> None:
    changed = [
        {"b_id": rows[item.operation_id].id, "b_request": item.request_id}
        for item in outcomes
        if item.request_id and item.request_id != rows[item.operation_id].request_id
    ]
    if changed:
        update = _table.update().where(_table.c.id == bindparam("b_id")).values(request_id=bindparam("b_request"))
        connection.execute(update, changed)


def _note_made_ids(connection: Connection, rows: dict[str, Row[Any]], outcomes: Sequence[Outcome]) -> None:
    """A Webitel user that was made has an id from now on; the operation is found by it, and keeps its own name."""
    made = [
        {"b_id": rows[item.operation_id].id, "b_user": item.made_id} for item in outcomes if item.made_id is not None
    ]
    if made:
        connection.execute(
            _table.update().where(_table.c.id == bindparam("b_id")).values(user_id=bindparam("b_user")), made
        )


def _entries(connection: Connection, query: Select[Any]) -> list[JournalEntry]:
    return [entry_of(row) for row in connection.execute(query.order_by(_table.c.id))]


def entry_of(row: Row[Any]) -> JournalEntry:
    """The entry a row of the table stands for."""
    operation = Operation(
        service=row.service, action=Action(row.action), entity=row.entity, key=row.key, user_id=row.user_id,
        before=from_text(row.before), after=from_text(row.after), reason=Sentence.from_json(from_text(row.reason)),
        situation=Situation(row.situation), step=row.step, needs=tuple(from_text(row.needs)),
    )  # fmt: skip
    inverse = from_text(row.inverse)
    return JournalEntry(
        run_id=row.run_id, operation=operation,
        inverse=replace(
            operation, action=Action(inverse["action"]), before=inverse["before"], after=inverse["after"], needs=()
        ),
        state=OperationState(row.state), request_id=row.request_id, attempts=row.attempts,
        intended_at=row.intended_at, settled_at=row.settled_at,
        detail=None if row.detail is None else Sentence.from_json(from_text(row.detail)),
        after_read=None if row.after_read is None else from_text(row.after_read), erased=row.erased,
    )  # fmt: skip
