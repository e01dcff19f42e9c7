"""Backup and restore of a ledger: a file of SQLite here, PostgreSQL by its own tools in `backup_postgresql`."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from usersync.ledger.backup_postgresql import dump, load
from usersync.ledger.database import BUSY_SECONDS, address
from usersync.ledger.errors import BackupRefused, LeaseHeld, LedgerDamaged
from usersync.ledger.migration import upgrade
from usersync.ledger.restoring import Outliving, carry_over, outliving
from usersync.ledger.schema import REVISIONS
from usersync.ledger.store import ITSELF

_TIME: Final = "%Y-%m-%dT%H:%M:%S.%fZ"


def backup(url: str, path: Path) -> Path:
    """Write a complete, compact copy of the ledger, while others go on using it. Only its owner may read it.

    Args:
        url: the ledger.
        path: the file to make; it must not be there yet.

    Raises:
        BackupRefused: the ledger is absent, the path is taken or cannot be written, or PostgreSQL's tools are missing.
    """
    where = address(url)
    source = Path(str(where.database))
    in_file = where.get_backend_name() == "sqlite"
    if in_file and not source.exists():
        raise BackupRefused("ledger-backup-nothing-there", file=str(source))
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    except FileExistsError:
        raise BackupRefused("ledger-backup-place-taken", file=str(path)) from None
    except OSError as error:
        raise BackupRefused("ledger-backup-not-written", file=str(path), reason=error.strerror or "") from error
    try:
        if not in_file:
            dump(where, path)
            return path
        with _opened(source) as connection:
            connection.execute("VACUUM INTO ?", (str(path),))
        with _opened(path) as copy:
            _require_ledger(copy, path)
    except (sqlite3.Error, BackupRefused) as error:
        path.unlink(missing_ok=True)
        if isinstance(error, BackupRefused):
            raise
        raise BackupRefused("ledger-backup-not-written", file=str(path), reason=str(error)) from error
    return path


def restore(url: str, path: Path, *, author: str = ITSELF) -> Path | None:
    """Put a backup in the ledger's place and bring it up to date: all of it or nothing.

    The fencing numbers go on from the higher of the two: a writer of before must not look like the holder of a lease
    given after. What the backup does not know, it does not know: links made since are learnt again by the next run. What
    was taken away since does not come back, see `usersync.ledger.restoring`.

    Args:
        url: the ledger; it is made where it is absent.
        path: the backup.
        author: who restores, for the audit.

    Returns:
        Where a file was put that stood in the ledger's place and could not be read; None where none did.

    Raises:
        BackupRefused: the backup is no sound ledger of this kind of database, or PostgreSQL's tools are missing.
        LeaseHeld: a run is at work in the ledger that would be replaced.
    """
    where = address(url)
    if not path.exists():
        raise BackupRefused("ledger-backup-nothing-there", file=str(path))
    if where.get_backend_name() != "sqlite":
        former = outliving(url)
        load(where, path)
        upgrade(url)
        carry_over(url, former, author=author)
        return None
    return _restore_file(url, Path(str(where.database)), path, author)


def _restore_file(url: str, target: Path, path: Path, author: str) -> Path | None:
    """Prepare a copy of the backup beside the ledger, and put it there in one transaction."""
    with _opened(path) as source:
        _require_ledger(source, path)
    damaged, former = None, Outliving()
    try:
        upgrade(url)
        former = outliving(url)
    except LedgerDamaged:
        damaged = _put_aside(target)
        upgrade(url)
    with tempfile.TemporaryDirectory(prefix=".usersync-restore-", dir=target.parent) as folder:
        copy = Path(folder) / target.name
        with _opened(path) as source, _opened(copy) as connection:
            source.backup(connection)
        copied = f"sqlite:///{copy}"
        upgrade(copied)
        carry_over(copied, former, author=author)
        with _opened(copy) as source, _opened(target) as connection:
            _raise_fences(source, _fences(connection))
            # The copy takes the target's lock, page by page into its write-ahead log: all of it or nothing.
            source.backup(connection)
    return damaged


def _put_aside(target: Path) -> Path:
    """Move a file that is no ledger out of the way, with what belongs to it; where it is now."""
    aside = target.with_name(f"{target.name}.damaged-{datetime.now(UTC):%Y%m%dT%H%M%S%f}")
    for ending in ("", "-wal", "-shm"):
        with contextlib.suppress(FileNotFoundError):
            Path(f"{target}{ending}").rename(f"{aside}{ending}")
    return aside


def _raise_fences(connection: sqlite3.Connection, fences: dict[str, int]) -> None:
    """Free all leases, and let no domain have a lower fencing number than before."""
    with connection:
        connection.execute("UPDATE leases SET run_id = NULL")
        for domain, fence in fences.items():
            connection.execute(
                "INSERT INTO leases (domain, run_id, fence, until) VALUES (?, NULL, ?, ?) "
                "ON CONFLICT (domain) DO UPDATE SET fence = max(fence, excluded.fence)",
                (domain, fence, datetime.now(UTC).strftime(_TIME)),
            )


@contextlib.contextmanager
def _opened(path: Path) -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(path, timeout=BUSY_SECONDS)
    try:
        yield connection
    finally:
        connection.close()


def _require_ledger(connection: sqlite3.Connection, path: Path) -> None:
    """Refuse what is no ledger, is damaged, or comes from a newer usersync."""
    try:
        sound = connection.execute("PRAGMA integrity_check").fetchone()
        revision = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    except sqlite3.Error as error:
        raise BackupRefused("ledger-backup-not-a-ledger", file=str(path)) from error
    if sound != ("ok",) or revision is None or revision[0] not in REVISIONS:
        raise BackupRefused("ledger-backup-not-a-ledger", file=str(path))


def _fences(connection: sqlite3.Connection) -> dict[str, int]:
    """The highest fencing number of each domain.

    Raises:
        LeaseHeld: one of them is held now.
    """
    now = datetime.now(UTC).strftime(_TIME)
    fences: dict[str, int] = {}
    for domain, run_id, fence, until in connection.execute("SELECT domain, run_id, fence, until FROM leases"):
        if run_id is not None and until > now:
            held = datetime.strptime(until, _TIME).replace(tzinfo=UTC)
            raise LeaseHeld(domain=domain, run_id=run_id, until=held)
        fences[domain] = fence
    return fences
