"""The database under the ledger: its address, its connections, its two kinds of transaction.

SQLite runs in WAL mode, so that readers never wait for the writer. A writing transaction begins with BEGIN IMMEDIATE:
it waits for its turn at once instead of failing half-way (a deferred one cannot be upgraded after another has written).
`synchronous=NORMAL` means a commit survives the death of our process, but the last few may be lost with the power. That
is enough here: ids of new rows are deterministic, so the next run finds what the lost lines of the journal announced.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import sqlalchemy.exc
from platformdirs import user_data_path
from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.engine import URL
from sqlalchemy.pool import ConnectionPoolEntry

from usersync.errors import UsersyncError
from usersync.ledger.errors import LedgerAddressWrong, LedgerBusy, LedgerDamaged, LedgerUnreachable
from usersync.redaction import redact

BUSY_SECONDS: Final = 15
_WRITE: Final = "usersync_write"
_LOCKED: Final = ("database is locked", "database table is locked", "lock timeout", "deadlock detected")
_BROKEN: Final = ("malformed", "not a database", "disk image", "file is encrypted")


def default_url() -> str:
    """The ledger of this user on this machine: one SQLite file at an absolute path, whatever the working directory."""
    return f"sqlite:///{user_data_path('usersync', appauthor=False) / 'ledger.db'}"


def address(url: str) -> URL:
    """Read USERSYNC_DATABASE_URL: `sqlite:///PATH` or `postgresql://…`, made complete.

    Raises:
        LedgerAddressWrong: another database, no file, or no URL at all.
    """
    try:
        parsed = make_url(url)
    except sqlalchemy.exc.ArgumentError:
        raise LedgerAddressWrong("ledger-address-unreadable") from None
    if parsed.drivername in {"postgres", "postgresql", "postgresql+psycopg"}:
        return parsed.set(drivername="postgresql+psycopg")
    if parsed.drivername not in {"sqlite", "sqlite+pysqlite"}:
        raise LedgerAddressWrong("ledger-address-unsupported", kind=parsed.drivername)
    if not parsed.database or parsed.database == ":memory:" or parsed.database.startswith("file:"):
        raise LedgerAddressWrong("ledger-address-without-file")
    return parsed.set(drivername="sqlite", database=str(Path(parsed.database).expanduser().absolute()))


def connect(url: URL) -> Engine:
    """An engine for the ledger; nothing is opened yet. Errors show no parameters: they may be personal."""
    if url.get_backend_name() == "postgresql":
        engine = create_engine(
            url,
            hide_parameters=True,
            pool_pre_ping=True,
            connect_args={"connect_timeout": 10, "application_name": "usersync"},
        )
        event.listen(engine, "connect", _prepare_postgresql)
        return engine
    engine = create_engine(
        url, hide_parameters=True, connect_args={"timeout": BUSY_SECONDS, "check_same_thread": False}
    )
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def writing(engine: Engine) -> Engine:
    """The same engine, whose transactions begin by taking the right to write."""
    return engine.execution_options(**{_WRITE: True})


def reading(engine: Engine) -> Engine:
    """The same engine, whose transactions see one moment of the database however many statements they have."""
    if engine.dialect.name == "postgresql":
        return engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    return engine


@contextmanager
def plainly(engine: Engine) -> Iterator[None]:
    """Turn the database's own errors into ours.

    Raises:
        LedgerBusy: locked for too long; LedgerUnreachable: no answer; LedgerDamaged: not a database.
    """
    try:
        yield
    except UsersyncError:
        raise
    except sqlalchemy.exc.IntegrityError:
        raise
    except sqlalchemy.exc.DBAPIError as error:
        said = str(error.orig).casefold()
        if any(words in said for words in _BROKEN):
            raise LedgerDamaged("ledger-file-damaged", file=str(engine.url.database)) from error
        if not isinstance(error, (sqlalchemy.exc.OperationalError, sqlalchemy.exc.InterfaceError)):
            raise
        if any(words in said for words in _LOCKED) or "serialize" in said:
            raise LedgerBusy("ledger-busy", seconds=BUSY_SECONDS) from error
        raise LedgerUnreachable("ledger-unreachable", reason=redact(str(error.orig), limit=200)) from error


def _prepare_sqlite(raw: Any, _entry: ConnectionPoolEntry) -> None:
    # The driver would begin transactions by itself, and never before a SELECT: we say BEGIN ourselves.
    raw.isolation_level = None
    cursor = raw.cursor()
    for pragma in (
        "foreign_keys=ON",
        "synchronous=NORMAL",
        "recursive_triggers=ON",
        "secure_delete=ON",
        "cache_size=-65536",
        "wal_autocheckpoint=8000",
    ):
        # recursive_triggers: without it INSERT OR REPLACE would take lines out of the audit unnoticed.
        # secure_delete: what is erased must not be readable in the file's free pages.
        # wal_autocheckpoint: pages of 4 KiB; at the default of 1,000 a large run copies the same pages over and over.
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    immediate = connection.get_execution_options().get(_WRITE, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")


def _prepare_postgresql(raw: Any, _entry: ConnectionPoolEntry) -> None:
    with raw.cursor() as cursor:
        cursor.execute(f"SET lock_timeout = '{BUSY_SECONDS}s'")
    raw.commit()
