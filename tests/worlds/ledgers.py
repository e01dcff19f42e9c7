"""The whole of a ledger as rows: kept, and put back, on either database."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Engine, select, text

from usersync.ledger.database import address, connect
from usersync.ledger.schema import metadata

Rows = Mapping[str, list[dict[str, Any]]]


def keep(url: str) -> Rows:
    """All rows of all tables."""
    engine = connect(address(url))
    try:
        with engine.connect() as connection:
            return {
                table.name: [dict(row._mapping) for row in connection.execute(select(table))]
                for table in metadata.sorted_tables
            }
    finally:
        engine.dispose()


def put_back(url: str, rows: Rows) -> None:
    """Let a ledger hold these rows and no others."""
    engine = connect(address(url))
    try:
        _empty(engine)
        with engine.begin() as connection:
            for table in metadata.sorted_tables:
                if rows[table.name]:
                    connection.execute(table.insert(), rows[table.name])
                if engine.dialect.name == "postgresql" and "id" in table.c and table.c.id.autoincrement is True:
                    highest = max((row["id"] for row in rows[table.name]), default=0)
                    sequence = f"pg_get_serial_sequence('{table.name}', 'id')"
                    connection.execute(text(f"SELECT setval({sequence}, {highest + 1}, false)"))
    finally:
        engine.dispose()


def _empty(engine: Engine) -> None:
    """Also the audit, which refuses it: its guard is asleep meanwhile."""
    tables = [table.name for table in reversed(metadata.sorted_tables)]
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("ALTER TABLE audit DISABLE TRIGGER USER"))
            connection.execute(text(f"TRUNCATE {', '.join(tables)} RESTART IDENTITY CASCADE"))
            connection.execute(text("ALTER TABLE audit ENABLE TRIGGER USER"))
            return
        guards = list(
            connection.execute(
                text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'audit'")
            )
        )
        for name, _ in guards:
            connection.execute(text(f"DROP TRIGGER {name}"))
        for table in tables:
            connection.execute(text(f"DELETE FROM {table}"))
        for _, made in guards:
            connection.execute(text(made))


def let_the_leases_run_out(url: str) -> None:
    """As if their terms had passed."""
    engine = connect(address(url))
    with engine.begin() as connection:
        connection.execute(text("UPDATE leases SET until = '2001-01-01T00:00:00.000000Z'"))
    engine.dispose()
