"""Orders: who asked for which process, under which key, and the run that came of it.

A process that is started for somebody runs elsewhere, in a child process or under a Prefect worker. What it was asked and
by whom is written here first, by the program that knows; the flow reads its author here. So nobody becomes an author by a
flow parameter, and the same key leads to the same run, also after a restart.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, Row, select

from usersync.ledger import schema
from usersync.ledger.codec import from_text, to_text
from usersync.ledger.errors import OrderNotFound, OrderReused
from usersync.ledger.leases import LeaseBook
from usersync.ledger.values import Run, RunState
from usersync.words import Sentence

_table = schema.orders
_PENDING: Final = timedelta(minutes=30)
"""How long an order is waited for before it is taken for lost: a worker may be busy, or started late."""


@dataclass(frozen=True)
class Order:
    """Somebody asked for a process.

    Attributes:
        id: the order's own.
        author: who asked (`portal:NAME`, `token:NAME`).
        key: the asker's; the same key means the same order.
        flow_run_id: Prefect's id of it, None while Prefect has not taken it or is not used.
        run_id: the run that came of it, None while none has been opened.
        error: why no run came of it.
    """

    id: str
    author: str
    key: str
    domain: str
    process: str
    parameters: Mapping[str, Any]
    created_at: datetime
    flow_run_id: str | None
    run_id: str | None
    error: Sentence | None


@dataclass(frozen=True)
class Placed:
    """What became of asking: the order, whether it is new, and the run at work that answers it instead."""

    order: Order
    new: bool
    going: Run | None = None


class OrderBook(LeaseBook):
    """The part of the ledger that remembers who asked for what."""

    def place_order(
        self,
        *,
        author: str,
        key: str,
        domain: str,
        process: str,
        parameters: Mapping[str, Any],
        silent_for: timedelta,
        joins: bool = False,
    ) -> Placed:
        """Ask for a process: the same key is the same order; while a run writes to the domain, that run answers.

        Args:
            author: who asks.
            key: idempotency key, the asker's own.
            domain: name of the domain.
            process: `GetWebitelUsers` …
            parameters: of the flow, JSON-able.
            silent_for: a run at work that has said nothing for so long is taken for dead.
            joins: whether a run that only reads, or the same process ordered with other parameters, answers too.

        Raises:
            OrderReused: the key was used for something else.
        """
        fingerprint = hashlib.sha256(to_text([domain, process, _sorted(parameters)]).encode()).hexdigest()
        with self._write() as connection:
            self._serialise(connection, f"orders of {domain}")
            query = select(_table).where(_table.c.author == author, _table.c.key == key)
            row = connection.execute(query).one_or_none()
            if row is not None:
                if row.fingerprint != fingerprint:
                    raise OrderReused("ledger-order-reused")
                return Placed(_order(row), new=False)
            going = self._going(connection, domain, silent_for if joins else None)
            pending = self._pending(connection, domain, process, None if joins else fingerprint)
            if going is None and pending is not None:
                return Placed(pending, new=False)
            values = {
                "id": f"o-{secrets.token_hex(8)}", "author": author, "key": key, "fingerprint": fingerprint,
                "domain": domain, "process": process, "parameters": to_text(_sorted(parameters)),
                "created_at": self._now(), "run_id": going.id if going else None,
            }  # fmt: skip
            connection.execute(_table.insert().values(values))
            detail = {"process": process, "going": going.id if going else None}
            self._note(
                connection, "order.placed", actor=author, domain=domain, subject=str(values["id"]), detail=detail
            )
            row = connection.execute(select(_table).where(_table.c.id == values["id"])).one()
            return Placed(_order(row), new=True, going=going)

    def order(self, order_id: str) -> Order:
        """One order.

        Raises:
            OrderNotFound: there is none.
        """
        with self._read() as connection:
            row = connection.execute(select(_table).where(_table.c.id == order_id)).one_or_none()
        if row is None:
            raise OrderNotFound("ledger-order-not-found", order=order_id[:40])
        return _order(row)

    def bind_order(self, order_id: str, flow_run_id: str) -> None:
        """Note Prefect's id of an order; the first one stays."""
        self._set_once(order_id, "flow_run_id", flow_run_id)

    def begin_order(self, order_id: str, run_id: str) -> None:
        """Note the run that came of an order; a flow that Prefect tries again opens a second one, which then counts."""
        with self._write() as connection:
            connection.execute(_table.update().where(_table.c.id == order_id).values(run_id=run_id, error=None))

    def fail_order(self, order_id: str, error: Sentence) -> None:
        """Note why no run came of an order."""
        self._set_once(order_id, "error", to_text(error.to_json()))

    def retry_order(self, order_id: str) -> None:
        """Forget why no run came of an order: it is tried again."""
        with self._write() as connection:
            connection.execute(_table.update().where(_table.c.id == order_id).values(error=None))

    def going_run(self, domain: str, *, silent_for: timedelta) -> Run | None:
        """The run of a domain that is at work: the one that writes, else the newest that reads and is not silent."""
        with self._read() as connection:
            return self._going(connection, domain, silent_for)

    def _set_once(self, order_id: str, column: str, value: str) -> None:
        with self._write() as connection:
            unset = _table.c[column].is_(None)
            connection.execute(_table.update().where(_table.c.id == order_id, unset).values({column: value}))

    def _pending(self, connection: Connection, domain: str, process: str, fingerprint: str | None) -> Order | None:
        query = (
            select(_table)
            .where(
                _table.c.domain == domain, _table.c.process == process, _table.c.run_id.is_(None),
                _table.c.error.is_(None), _table.c.created_at > self._now() - _PENDING,
            )
            .order_by(_table.c.created_at.desc())
            .limit(1)
        )  # fmt: skip
        if fingerprint is not None:
            query = query.where(_table.c.fingerprint == fingerprint)
        row = connection.execute(query).one_or_none()
        return None if row is None else _order(row)

    def _going(self, connection: Connection, domain: str, silent_for: timedelta | None) -> Run | None:
        lease = self._live_lease(connection, domain)
        if lease is not None:
            return self._one_run(connection, lease.run_id)
        if silent_for is None:
            return None
        runs = schema.runs
        query = select(runs).where(runs.c.domain == domain, runs.c.state == RunState.RUNNING.value)
        for run in self._load_runs(connection, query.order_by(runs.c.started_at.desc()).limit(20)):
            heard = max([run.started_at, *(stage.updated_at for stage in run.stages)])
            if self._now() - heard <= silent_for:
                return run
        return None


def _sorted(parameters: Mapping[str, Any]) -> dict[str, Any]:
    return {name: parameters[name] for name in sorted(parameters)}


def _order(row: Row[Any]) -> Order:
    return Order(
        id=row.id, author=row.author, key=row.key, domain=row.domain, process=row.process,
        parameters=from_text(row.parameters), created_at=row.created_at, flow_run_id=row.flow_run_id,
        run_id=row.run_id, error=None if row.error is None else Sentence.from_json(from_text(row.error)),
    )  # fmt: skip
