"""The database of the Creatio stand-in: one SQLite file, one table for each object."""

# ruff: noqa: S608 - every name put into SQL is one of ours, every value is bound

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from usersync.sandbox.creatio.columns import EMPTY, Column, Edm, Entity
from usersync.sandbox.creatio.schema import Profile, Schema

_SQL_TYPES = {Edm.GUID: "TEXT", Edm.STRING: "TEXT", Edm.TIME: "TEXT", Edm.BOOLEAN: "INTEGER", Edm.INT32: "INTEGER"}

Stored = dict[str, Any]


def stamp(moment: datetime) -> str:
    """A moment as it is stored and shown: UTC, milliseconds, always the same width, so that text order is time order."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"


def now() -> str:
    """This moment, stored form."""
    return stamp(datetime.now(UTC))


class Store:
    """The rows of one Creatio. Empty values are NULL here, whatever the wire shows.

    Args:
        path: the SQLite file; it is made when absent.
        profile: which objects a new file gets; an existing file knows its own.
    """

    def __init__(self, path: Path, profile: Profile | None = None) -> None:
        fresh = not path.exists()
        self.connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, cached_statements=1024)
        self.connection.execute("PRAGMA journal_mode = WAL")
        self.connection.execute("PRAGMA synchronous = OFF")  # a sandbox: speed before power cuts
        self.connection.execute("PRAGMA cache_size = -65536")
        self.connection.execute("PRAGMA mmap_size = 4294967296")  # a million contacts are read from the page cache
        self.connection.create_function(
            "lowered", 1, lambda text: text.lower() if isinstance(text, str) else text, deterministic=True
        )
        if fresh:
            self.connection.execute("CREATE TABLE meta (profile TEXT NOT NULL)")
            self.connection.execute("INSERT INTO meta (profile) VALUES (?)", (profile or "callmanager",))
        self.profile: Profile = self.value("SELECT profile FROM meta")
        self.schema = Schema.of(self.profile)
        if fresh:
            for item in self.schema.entities.values():
                self.connection.execute(_table(item))

    def close(self) -> None:
        """Close the file, the write-ahead log folded in, so that the file alone can be copied."""
        self.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        self.connection.close()

    def index(self) -> None:
        """Make the indexes, the primary keys' too: sorted at once after a large world is loaded, not a row at a time."""
        for item in self.schema.entities.values():
            self.connection.execute(f'CREATE UNIQUE INDEX IF NOT EXISTS "PK{item.name}Id" ON "{item.name}" ("Id")')
            for name in item.indexed:
                self.connection.execute(f'CREATE INDEX IF NOT EXISTS "{item.name}_{name}" ON "{item.name}" ("{name}")')
        self.connection.execute("ANALYZE")

    @contextlib.contextmanager
    def transaction(self) -> Iterator[None]:
        """Everything inside is written or nothing; they nest."""
        if not self.connection.in_transaction:
            self.connection.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self.connection.execute("ROLLBACK")
                raise
            self.connection.execute("COMMIT")
            return
        self.connection.execute("SAVEPOINT step")
        try:
            yield
        except BaseException:
            self.connection.execute("ROLLBACK TO step")
            raise
        finally:
            self.connection.execute("RELEASE step")

    def all(self, sql: str, args: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """All rows of a query."""
        return self.connection.execute(sql, args).fetchall()

    def value(self, sql: str, args: Sequence[Any] = ()) -> Any:
        """The first column of the first row, None without rows."""
        row = self.connection.execute(sql, args).fetchone()
        return None if row is None else row[0]

    def run(self, sql: str, args: Sequence[Any] = ()) -> int:
        """Carry out a statement; the number of rows it changed."""
        return self.connection.execute(sql, args).rowcount

    def read(self, entity: str, row_id: str) -> Stored | None:
        """One row by Id."""
        return next(iter(self.find(entity, Id=row_id)), None)

    def find(self, entity: str, **equal: Any) -> list[Stored]:
        """Rows whose columns are equal to values, in the order they were inserted."""
        names = list(self.schema.entities[entity].columns)
        where = " AND ".join(f'"{name}" = ?' for name in equal) or "1"
        chosen = ", ".join(f'"{name}"' for name in names)
        rows = self.all(f'SELECT {chosen} FROM "{entity}" WHERE {where} ORDER BY rowid', tuple(equal.values()))
        return [dict(zip(names, row, strict=True)) for row in rows]

    def exists(self, entity: str, row_id: str) -> bool:
        """Whether there is a row of this Id."""
        return self.value(f'SELECT 1 FROM "{entity}" WHERE "Id" = ?', (row_id,)) is not None

    def insert(self, entity: str, row: Mapping[str, Any]) -> None:
        """Insert a row; empty columns may be left out.

        Raises:
            sqlite3.IntegrityError: the Id is taken.
        """
        filled = {name: value for name, value in row.items() if value is not None}
        names = ", ".join(f'"{name}"' for name in filled)
        self.run(f'INSERT INTO "{entity}" ({names}) VALUES ({",".join("?" * len(filled))})', tuple(filled.values()))

    def update(self, entity: str, row_id: str, values: Mapping[str, Any]) -> None:
        """Change columns of a row."""
        if values:
            sets = ", ".join(f'"{name}" = ?' for name in values)
            self.run(f'UPDATE "{entity}" SET {sets} WHERE "Id" = ?', (*values.values(), row_id))

    def delete(self, entity: str, row_id: str) -> None:
        """Remove a row, and nothing else."""
        self.run(f'DELETE FROM "{entity}" WHERE "Id" = ?', (row_id,))


def shown(column: Column, value: Any) -> Any:
    """A stored value as the wire has it: empty is never null."""
    if value is None:
        return EMPTY[column.edm]
    return bool(value) if column.edm is Edm.BOOLEAN else value


def _table(item: Entity) -> str:
    columns = [
        f'"{column.name}" {_SQL_TYPES[column.edm]}' + (" NOT NULL" if column.name == "Id" else "")
        for column in item.columns.values()
    ]
    return f'CREATE TABLE "{item.name}" ({", ".join(columns)})'
