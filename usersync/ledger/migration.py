"""Bringing a ledger's tables up to date: one process at a time, the others wait and then find nothing to do."""

from __future__ import annotations

import contextlib
import logging
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sqlalchemy import Connection, Engine, inspect, text

from usersync.ledger.database import BUSY_SECONDS, address, connect, plainly
from usersync.ledger.errors import LedgerAddressWrong, SchemaUnusable
from usersync.ledger.schema import REVISIONS

if TYPE_CHECKING:
    from alembic.config import Config

# Any number will do, as long as all versions of usersync use the same one.
_ADVISORY_LOCK: Final = 7_264_015_530
_PATIENCE: Final = 300  # seconds to wait for another process's migration of a large ledger
_VERSIONS: Final = "alembic_version"


def head_revision() -> str:
    """The revision this version of usersync works with."""
    return REVISIONS[-1]


def current_revision(url: str) -> str | None:
    """The revision the ledger is at; None where there is no ledger yet.

    Raises:
        LedgerAddressWrong, LedgerUnreachable, LedgerDamaged: see `usersync.ledger.database`.
    """
    where = address(url)
    if where.get_backend_name() == "sqlite" and not Path(str(where.database)).exists():
        return None
    engine = connect(where)
    try:
        with plainly(engine), engine.connect() as connection:
            return _revision(connection)
    finally:
        engine.dispose()


def require_current(engine: Engine) -> None:
    """Refuse a ledger whose tables are not exactly those this version knows.

    Raises:
        SchemaUnusable: absent, old or newer.
    """
    if engine.dialect.name == "sqlite" and not Path(str(engine.url.database)).exists():
        raise SchemaUnusable("ledger-schema-absent", place=place(engine))
    with plainly(engine), engine.connect() as connection:
        found = _revision(connection)
    if found is None:
        raise SchemaUnusable("ledger-schema-absent", place=place(engine))
    if found not in REVISIONS:
        raise SchemaUnusable("ledger-schema-newer", place=place(engine), found=found, known=head_revision())
    if found != head_revision():
        raise SchemaUnusable("ledger-schema-old", place=place(engine), found=found, wanted=head_revision())


def upgrade(url: str) -> list[str]:
    """Bring the ledger to `head_revision`, making it where it is absent.

    Safe against two starts at once: on PostgreSQL an advisory lock, on SQLite an exclusive transaction; all revisions
    come in one transaction, so that a killed upgrade leaves the ledger as it was.

    Returns:
        The revisions applied, oldest first; [] where nothing was to do.

    Raises:
        SchemaUnusable: a newer usersync has been here.
        LedgerAddressWrong, LedgerBusy, LedgerUnreachable, LedgerDamaged: see `usersync.ledger.database`.
    """
    where = address(url)
    if where.get_backend_name() == "sqlite":
        _make_file(Path(str(where.database)))
    engine = connect(where)
    try:
        with plainly(engine), engine.connect() as connection, _alone(connection):
            before = _revision(connection)
            if before is not None and before not in REVISIONS:
                raise SchemaUnusable("ledger-schema-newer", place=place(engine), found=before, known=head_revision())
            if before != head_revision():
                _run_alembic(connection)
            after = REVISIONS.index(str(_revision(connection)))
            return list(REVISIONS[REVISIONS.index(before) + 1 if before else 0 : after + 1])
    finally:
        engine.dispose()


def configuration() -> Config:
    """Alembic's configuration; no file is read."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    return config


def place(engine: Engine) -> str:
    """Where the ledger is, for a reader: the file, or host and database; no user, no password."""
    url = engine.url
    return str(url.database) if engine.dialect.name == "sqlite" else f"{url.host or 'localhost'}/{url.database or ''}"


def _run_alembic(connection: Connection) -> None:
    from alembic import command

    # Alembic tells of each step at INFO on the root logger of whoever embeds it; that is for its own command line.
    logging.getLogger("alembic").setLevel(logging.WARNING)
    config = configuration()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table(_VERSIONS):
        return None
    found = connection.scalar(text(f"SELECT version_num FROM {_VERSIONS}"))  # noqa: S608 a constant
    return None if found is None else str(found)


@contextlib.contextmanager
def _alone(connection: Connection) -> Iterator[None]:
    """One transaction that nobody else can be in at the same time; committed at the end, rolled back on an error."""
    if connection.dialect.name == "postgresql":
        with connection.begin():
            connection.execute(text(f"SET LOCAL lock_timeout = '{_PATIENCE}s'"))
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _ADVISORY_LOCK})
            yield
        return
    _turn_on_wal(connection)
    connection.execution_options(usersync_write=True)
    with connection.begin():
        yield


def _turn_on_wal(connection: Connection) -> None:
    """Switch to WAL, which outlasts the connection. SQLite does not wait here by itself where another does the same."""
    raw = connection.connection.driver_connection
    if raw is None:
        return
    give_up = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            raw.execute("PRAGMA journal_mode=WAL").close()
        except Exception as error:
            if "locked" not in str(error) or time.monotonic() > give_up:
                raise
            time.sleep(0.05)
        else:
            return


def _make_file(path: Path) -> None:
    """Make the SQLite file readable by its owner only: it holds names, e-mail addresses and phones."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with contextlib.suppress(FileExistsError):
            os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    except OSError as error:
        raise LedgerAddressWrong(
            "ledger-file-cannot-be-made", file=str(path), reason=error.strerror or type(error).__name__
        ) from error
