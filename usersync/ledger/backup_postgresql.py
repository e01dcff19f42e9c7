"""Backup and restore of a ledger in PostgreSQL, by its own tools: pg_dump, pg_restore and psql must be on the PATH.

A restore is one transaction: the tables there go, those of the dump come, the leases are freed; or nothing happens.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

from sqlalchemy import select
from sqlalchemy.engine import URL

from usersync.ledger import schema
from usersync.ledger.database import connect, plainly
from usersync.ledger.errors import BackupRefused, LeaseHeld
from usersync.ledger.migration import current_revision
from usersync.redaction import redact

_TABLES: Final = (*(table.name for table in schema.metadata.sorted_tables), "alembic_version")
_GUARD: Final = "usersync_audit_is_append_only"


def dump(where: URL, path: Path) -> None:
    """Write a complete copy of the ledger's tables, while others go on using it.

    Args:
        where: the database.
        path: a file that is there, empty, and its owner's alone.

    Raises:
        BackupRefused: there is no ledger, pg_dump is missing, or it fails.
    """
    if current_revision(where.render_as_string(hide_password=False)) is None:
        raise BackupRefused("ledger-backup-not-a-ledger", file=f"{where.host or ''}/{where.database}")
    tables = [option for name in _TABLES for option in ("--table", f"public.{name}")]
    options = ["--format=custom", "--no-owner", "--no-privileges", "--file", str(path), *tables]
    _run(["pg_dump", *options, "--dbname", _plain(where)], where, "ledger-backup-not-written", path)


def load(where: URL, path: Path) -> None:
    """Put the copy in the ledger's place. It may be of an older revision; the caller brings it up to date.

    Raises:
        BackupRefused: the file is no copy of a ledger, or one of a newer usersync; a tool is missing or fails.
        LeaseHeld: a run is at work in the ledger that would be replaced.
    """
    script = _run(["pg_restore", "--no-owner", "--no-privileges", "--file=-", str(path)], where, "", path)
    found = re.search(r"^COPY public\.alembic_version .*\n(\S+)\n", script, re.MULTILINE)
    if found is None or found.group(1) not in schema.REVISIONS:
        raise BackupRefused("ledger-backup-not-a-ledger", file=str(path))
    fences = _fences(where)
    lines = [
        *(f"DROP TABLE IF EXISTS public.{name} CASCADE;" for name in reversed(_TABLES)),
        f"DROP FUNCTION IF EXISTS public.{_GUARD}() CASCADE;",
        _FUNCTION if _GUARD not in script.partition("CREATE TRIGGER")[0] else "",
        script,
        # A writer of before the restore must not look like the holder of a lease given after it.
        "UPDATE public.leases SET run_id = NULL;",
        # Nobody comes in by what the copy says until it is known who may (`usersync.ledger.restoring`).
        *(statement for name, statement in _SHUT.items() if f"CREATE TABLE public.{name} " in script),
        *_raised(fences),
    ]
    options = ["--no-psqlrc", "--quiet", "--single-transaction", "--set", "ON_ERROR_STOP=1", "--file=-"]
    _run(["psql", *options, "--dbname", _plain(where)], where, "ledger-backup-not-restored", path, "\n".join(lines))


_SHUT: Final = {
    "portal_sessions": "DELETE FROM public.portal_sessions;",
    "portal_tokens": "UPDATE public.portal_tokens SET revoked_by = 'usersync', revoked_at = now() WHERE revoked_at IS NULL;",
    "plans": "UPDATE public.plans SET state = 'expired' WHERE state IN ('waiting', 'approved');",
}
_FUNCTION: Final = (
    f"CREATE FUNCTION public.{_GUARD}() RETURNS trigger LANGUAGE plpgsql AS "
    "$$ BEGIN RAISE EXCEPTION 'audit is append-only'; END $$;"
)
"""What the audit's triggers call: a copy of chosen tables has the triggers and not the function."""


def _fences(where: URL) -> dict[str, int]:
    """The fencing number of each domain now; {} where there is no ledger.

    Raises:
        LeaseHeld: a run is at work.
    """
    if current_revision(where.render_as_string(hide_password=False)) is None:
        return {}
    leases, engine = schema.leases, connect(where)
    try:
        with plainly(engine), engine.connect() as connection:
            now = connection.exec_driver_sql("SELECT clock_timestamp()").scalar_one()
            rows = connection.execute(select(leases)).all()
    finally:
        engine.dispose()
    for row in rows:
        if row.run_id is not None and row.until > now:
            raise LeaseHeld(domain=row.domain, run_id=row.run_id, until=row.until)
    return {row.domain: row.fence for row in rows}


def _raised(fences: Mapping[str, int]) -> Iterable[str]:
    """Statements after which no domain has a lower fencing number than before."""
    for domain, fence in fences.items():
        name = domain.replace("'", "''")
        row = f"'{name}', NULL, {fence}, now()"
        higher = "ON CONFLICT (domain) DO UPDATE SET fence = greatest(public.leases.fence, excluded.fence)"
        yield f"INSERT INTO public.leases (domain, run_id, fence, until) VALUES ({row}) {higher};"  # noqa: S608 - quoted


def _plain(where: URL) -> str:
    """The address as the tools take it, without the password: a command line can be read by everybody on the host."""
    query = {name: value for name, value in where.query.items() if name != "password"}
    plain = URL.create("postgresql", where.username, None, where.host, where.port, where.database, query)
    return plain.render_as_string(hide_password=False)


def _run(command: list[str], where: URL, refusal: str, path: Path, given: str | None = None) -> str:
    """What the tool prints.

    Raises:
        BackupRefused: it is missing, or fails.
    """
    tool = shutil.which(command[0])
    if tool is None:
        raise BackupRefused("ledger-backup-no-tool", tool=command[0])
    secret = where.password or where.query.get("password")
    password = {"PGPASSWORD": str(secret)} if secret else {}
    done = subprocess.run(  # noqa: S603 - a fixed command, no shell
        [tool, *command[1:]], input=given, capture_output=True, text=True, check=False, env={**os.environ, **password}
    )
    if done.returncode != 0:
        reason = redact(done.stderr.strip().splitlines()[-1] if done.stderr.strip() else "", limit=200)
        raise BackupRefused(refusal or "ledger-backup-not-a-ledger", file=str(path), reason=reason)
    return done.stdout
