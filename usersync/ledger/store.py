"""What every part of the ledger stands on: transactions, the clock, and the audit's lines."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from operator import itemgetter
from typing import Any, Final, TypeVar, cast

from sqlalchemy import Connection, Delete, Dialect, Engine, Insert, Table, Update, func, select, text
from sqlalchemy.dialects import postgresql, sqlite

from usersync.ledger import schema
from usersync.ledger.codec import UtcTime, from_text, to_text, utc_now
from usersync.ledger.database import plainly, reading, writing
from usersync.ledger.values import AuditEntry

Clock = Callable[[], datetime]
_T = TypeVar("_T")

ITSELF: Final = "usersync"
"""The actor of what a run does by itself; the line's run says who started it."""


class _Bulk:
    """A statement for many rows, compiled once.

    SQLAlchemy's own way of filling in parameters takes as long for each row as SQLite takes to write it.

    Args:
        statement: an insert, update or delete whose rows are given by name.
        dialect: of the database.
        names: what each row names.
    """

    def __init__(self, statement: Insert | Update | Delete, dialect: Dialect, names: Collection[str]) -> None:
        inserted = list(names) if isinstance(statement, Insert) else None
        compiled = statement.compile(dialect=dialect, column_keys=inserted)
        self._text = str(compiled)
        self._constants = {name: value for name, value in compiled.params.items() if name not in names}
        self._in_order = itemgetter(*compiled.positiontup) if compiled.positiontup else None

    def run(self, connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
        """Execute it for these rows."""
        if self._constants:
            rows = [{**self._constants, **row} for row in rows]
        connection.exec_driver_sql(
            self._text, list(rows) if self._in_order is None else list(map(self._in_order, rows))
        )


class Store:
    """The ledger's connections, its clock and its audit; the parts of the ledger inherit from it.

    Args:
        engine: see `usersync.ledger.database.connect`.
        now: the clock, giving aware times.
    """

    def __init__(self, engine: Engine, now: Clock) -> None:
        self._engine = engine
        self._reader = reading(engine)
        self._writer = writing(engine)
        self._now = now
        self._postgresql = engine.dialect.name == "postgresql"
        self._bulks: dict[str, _Bulk] = {}

    def close(self) -> None:
        """Give all connections back. The ledger may be closed more than once."""
        self._engine.dispose()

    def now(self) -> datetime:
        """The time by the ledger's clock."""
        return self._now()

    @contextmanager
    def _read(self) -> Iterator[Connection]:
        """A transaction that sees one moment of the ledger."""
        with plainly(self._engine), self._reader.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def _write(self) -> Iterator[Connection]:
        """A transaction that may write: all of it or nothing."""
        with plainly(self._engine), self._writer.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def restoring(self) -> Iterator[Connection]:
        """A writing transaction for whoever puts a backup in place (`usersync.ledger.restoring`)."""
        with self._write() as connection:
            yield connection

    def _moment(self, connection: Connection) -> datetime:
        """The time leases are judged by.

        Several hosts share a PostgreSQL ledger, and a clock that is a minute fast would take a living lease over: there
        the server's clock counts, unless a clock was injected.
        """
        if self._postgresql and self._now is utc_now:
            return cast("datetime", connection.scalar(select(func.clock_timestamp()))).astimezone(UTC)
        return self._now()

    def _insert(self, table: Table) -> postgresql.Insert:
        """INSERT with ON CONFLICT, which both databases have and SQLAlchemy knows by dialect only."""
        statement = postgresql.insert(table) if self._postgresql else sqlite.insert(table)
        return cast("postgresql.Insert", statement)

    def _many(
        self,
        connection: Connection,
        name: str,
        statement: Callable[[], Insert | Update | Delete],
        rows: Sequence[Mapping[str, Any]],
    ) -> None:
        """Execute a statement for many rows, quickly. Values go to the driver as they are: times by `_stamp`.

        Args:
            connection: a writing transaction.
            name: the statement's own, and always the same; it is compiled the first time.
            statement: makes it; see `_Bulk`.
            rows: all with the same names.
        """
        if rows:
            if name not in self._bulks:
                self._bulks[name] = _Bulk(statement(), self._engine.dialect, rows[0].keys())
            self._bulks[name].run(connection, rows)

    def _stamp(self, moment: datetime) -> Any:
        """The time as the driver takes it, for `_many`."""
        return UtcTime().process_bind_param(moment, self._engine.dialect)

    def _serialise(self, connection: Connection, topic: str) -> None:
        """Let nobody else into this topic until the transaction ends. On SQLite there is one writer anyway."""
        if self._postgresql:
            connection.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:topic, 726401))"), {"topic": topic})

    def _note(
        self,
        connection: Connection,
        action: str,
        *,
        actor: str = ITSELF,
        domain: str | None = None,
        run_id: str | None = None,
        subject: str | None = None,
        detail: Mapping[str, Any] | None = None,
    ) -> None:
        """Add a line to the audit. Ids and counts only: a line can never be erased."""
        self._note_all(
            connection, [{"action": action, "subject": subject, "detail": detail or {}}], actor, domain, run_id
        )

    def _note_all(
        self,
        connection: Connection,
        lines: Sequence[Mapping[str, Any]],
        actor: str = ITSELF,
        domain: str | None = None,
        run_id: str | None = None,
    ) -> None:
        """Add many lines to the audit: `action`, `subject`, `detail` each."""
        at = self._stamp(self._now())
        rows = [
            {
                "at": at, "actor": actor, "action": line["action"], "domain": domain, "run_id": run_id,
                "subject": line["subject"], "detail": to_text(line["detail"]),
            }
            for line in lines
        ]  # fmt: skip
        self._many(connection, "audit", schema.audit.insert().inline, rows)

    def audit(
        self,
        domain: str | None = None,
        *,
        run_id: str | None = None,
        subject: str | None = None,
        limit: int = 200,
        offset: int = 0,
    ) -> list[AuditEntry]:
        """Who did what when, the newest first.

        Args:
            domain: of this domain only.
            run_id: of this run only; the whole id.
            subject: of this user, plan or verdict only.
            limit: how many lines at most.
            offset: how many newer ones are left out.
        """
        table = schema.audit
        query = select(table).order_by(table.c.id.desc()).limit(limit).offset(offset)
        for column, value in ((table.c.domain, domain), (table.c.run_id, run_id), (table.c.subject, subject)):
            if value is not None:
                query = query.where(column == value)
        with self._read() as connection:
            return [
                AuditEntry(
                    id=row.id, at=row.at, actor=row.actor, action=row.action, domain=row.domain, run_id=row.run_id,
                    subject=row.subject, detail=from_text(row.detail),
                )
                for row in connection.execute(query)
            ]  # fmt: skip

    def note(
        self, actor: str, action: str, *, domain: str | None = None, subject: str | None = None, **detail: Any
    ) -> None:
        """Add a line to the audit for what happens outside the ledger (a login, an export, a token made).

        Args:
            actor: who.
            action: what, as `noun.verb`.
            domain: where.
            subject: of what: an id.
            detail: ids and counts; never personal values, which could not be erased from here.
        """
        with self._write() as connection:
            self._note(connection, action, actor=actor, domain=domain, subject=subject, detail=detail)


def slices(items: Iterable[_T], size: int = 500) -> Iterator[list[_T]]:
    """The items in lists of at most `size`: a statement takes only so many parameters."""
    batch: list[_T] = []
    for item in items:
        batch.append(item)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch
