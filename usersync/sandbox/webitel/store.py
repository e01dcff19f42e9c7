"""The database of the Webitel stand-in: one SQLite file, one connection, one writer."""

from __future__ import annotations

import contextlib
import re
import sqlite3
import time
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

Row = sqlite3.Row

# Ids of users and roles share one space: a user is a role inside Webitel. Nothing is UNIQUE here but ids: what the
# service refuses it refuses in code, so that a generated or hand-made world may hold what real ones hold.
_TABLES = """
CREATE TABLE domain (dc INTEGER PRIMARY KEY, name TEXT NOT NULL);
CREATE TABLE sequence (next_id INTEGER NOT NULL);
CREATE TABLE users (
  id INTEGER PRIMARY KEY, name TEXT NOT NULL DEFAULT '', username TEXT NOT NULL DEFAULT '',
  extension TEXT NOT NULL DEFAULT '', email TEXT NOT NULL DEFAULT '', password TEXT NOT NULL DEFAULT '',
  chat_name TEXT NOT NULL DEFAULT '', force_password_change INTEGER NOT NULL DEFAULT 0,
  status TEXT NOT NULL DEFAULT '', note TEXT NOT NULL DEFAULT '', device_id INTEGER, contact_id INTEGER,
  contact_name TEXT NOT NULL DEFAULT '', profile TEXT NOT NULL DEFAULT '{}', permissions TEXT NOT NULL DEFAULT '[]',
  created_at INTEGER NOT NULL DEFAULT 0, created_by INTEGER, updated_at INTEGER NOT NULL DEFAULT 0, updated_by INTEGER,
  deleted_at INTEGER NOT NULL DEFAULT 0, deleted_by INTEGER);
CREATE INDEX users_username ON users (username);
CREATE INDEX users_extension ON users (extension);
CREATE TABLE user_devices (user_id INTEGER NOT NULL, device_id INTEGER NOT NULL, PRIMARY KEY (user_id, device_id)) WITHOUT ROWID;
CREATE TABLE user_roles (user_id INTEGER NOT NULL, role_id INTEGER NOT NULL, PRIMARY KEY (user_id, role_id)) WITHOUT ROWID;
CREATE TABLE grants (
  user_id INTEGER NOT NULL, license_id TEXT NOT NULL, issued_at INTEGER NOT NULL, expires_at INTEGER NOT NULL,
  PRIMARY KEY (user_id, license_id)) WITHOUT ROWID;
CREATE INDEX grants_license ON grants (license_id);
CREATE TABLE licenses (
  id TEXT PRIMARY KEY, product TEXT NOT NULL, name TEXT NOT NULL DEFAULT '', not_before INTEGER NOT NULL DEFAULT 0,
  not_after INTEGER NOT NULL DEFAULT 0, scope TEXT NOT NULL DEFAULT '[]', competitive INTEGER NOT NULL DEFAULT 0,
  seats INTEGER NOT NULL DEFAULT 0) WITHOUT ROWID;
CREATE TABLE roles (
  id INTEGER PRIMARY KEY, name TEXT NOT NULL, user INTEGER NOT NULL DEFAULT 0, description TEXT NOT NULL DEFAULT '',
  permissions TEXT NOT NULL DEFAULT '[]', metadata TEXT NOT NULL DEFAULT '{}', created_at INTEGER NOT NULL DEFAULT 0,
  updated_at INTEGER NOT NULL DEFAULT 0);
CREATE TABLE devices (
  id INTEGER PRIMARY KEY, name TEXT NOT NULL DEFAULT '', account TEXT NOT NULL DEFAULT '', password TEXT NOT NULL DEFAULT '',
  user_id INTEGER, hotdesk INTEGER NOT NULL DEFAULT 0, hotdesks TEXT NOT NULL DEFAULT '[]', brand TEXT NOT NULL DEFAULT '',
  model TEXT NOT NULL DEFAULT '', mac TEXT NOT NULL DEFAULT '', ip TEXT NOT NULL DEFAULT '',
  created_at INTEGER NOT NULL DEFAULT 0, created_by INTEGER, updated_at INTEGER NOT NULL DEFAULT 0, updated_by INTEGER);
CREATE INDEX devices_user ON devices (user_id);
CREATE TABLE tokens (
  id INTEGER PRIMARY KEY, user_id INTEGER NOT NULL, token TEXT NOT NULL UNIQUE, usage TEXT NOT NULL DEFAULT '',
  created_at INTEGER NOT NULL, created_by INTEGER, deleted_at INTEGER NOT NULL DEFAULT 0);
CREATE TABLE sessions (token TEXT PRIMARY KEY, user_id INTEGER NOT NULL, issued_at INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE settings (
  user_id INTEGER NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (user_id, key)) WITHOUT ROWID;
"""


def now_ms() -> int:
    """This moment in unix milliseconds."""
    return time.time_ns() // 1_000_000


class Store:
    """The tables of one Webitel domain.

    Args:
        path: the SQLite file; it is made when absent.
    """

    def __init__(self, path: Path) -> None:
        fresh = not path.exists()
        self.connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, cached_statements=512)
        self.connection.row_factory = sqlite3.Row
        self.connection.execute("PRAGMA journal_mode = WAL")
        self.connection.execute("PRAGMA synchronous = OFF")  # a sandbox: speed before power cuts
        self.connection.create_function("ilike", 2, _ilike, deterministic=True)
        if fresh:
            self.connection.executescript(_TABLES)

    def close(self) -> None:
        """Close the file, the write-ahead log folded in, so that the file alone can be copied."""
        self.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        self.connection.close()

    @contextlib.contextmanager
    def transaction(self) -> Iterator[None]:
        """Everything inside is written or nothing."""
        self.connection.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self.connection.execute("ROLLBACK")
            raise
        self.connection.execute("COMMIT")

    def all(self, sql: str, args: Sequence[Any] = ()) -> list[Row]:
        """All rows of a query."""
        return self.connection.execute(sql, args).fetchall()

    def one(self, sql: str, args: Sequence[Any] = ()) -> Row | None:
        """The first row of a query, if any."""
        row: Row | None = self.connection.execute(sql, args).fetchone()
        return row

    def value(self, sql: str, args: Sequence[Any] = ()) -> Any:
        """The first column of the first row, None without rows."""
        row = self.one(sql, args)
        return None if row is None else row[0]

    def run(self, sql: str, args: Sequence[Any] = ()) -> None:
        """Carry out a statement."""
        self.connection.execute(sql, args)

    def next_id(self) -> int:
        """A fresh id of the space that users, roles and devices share."""
        taken: int = self.value("SELECT next_id FROM sequence")
        self.run("UPDATE sequence SET next_id = ?", (taken + 1,))
        return taken

    @property
    def domain(self) -> Row:
        """The domain of this installation: `dc`, `name`."""
        row = self.one("SELECT dc, name FROM domain")
        if row is None:
            raise LookupError("the database holds no domain: no world was written into it")
        return row


def marks(values: Sequence[Any]) -> str:
    """As many question marks as values, for an IN."""
    return ",".join("?" * len(values))


@lru_cache(maxsize=256)
def _pattern(pattern: str) -> re.Pattern[str]:
    """`*` is any run of characters and `?` one; everything else is itself, whatever its case."""
    parts = (".*" if char == "*" else "." if char == "?" else re.escape(char) for char in pattern)
    return re.compile("".join(parts), re.IGNORECASE | re.DOTALL)


def _ilike(pattern: str, value: str | None) -> bool:
    return _pattern(pattern).fullmatch(value or "") is not None
