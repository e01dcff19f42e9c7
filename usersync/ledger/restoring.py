"""What outlives a restore, and what must not come back with a backup.

A backup is older than the ledger it is put in the place of. What was taken away since would be there again: a token that
was revoked, a user who was switched off, an approval that was used, the values of a person who was erased.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Table, func, inspect, select

from usersync.ledger import schema
from usersync.ledger.database import address, connect, plainly
from usersync.ledger.ledger import Ledger
from usersync.ledger.store import ITSELF, slices
from usersync.ledger.values import PlanState, RunState

Rows = Sequence[Mapping[str, Any]]


@dataclass(frozen=True)
class Outliving:
    """Rows of the ledger that is replaced, as the tables have them: who may come in, who was erased, who did what."""

    portal_users: Rows = field(default=())
    portal_tokens: Rows = field(default=())
    erasures: Rows = field(default=())
    audit: Rows = field(default=())


def outliving(url: str) -> Outliving:
    """What of the ledger there now outlives it; nothing where there is none.

    Raises:
        LedgerUnreachable, LedgerDamaged: see `usersync.ledger.database`.
    """
    engine = connect(address(url))
    try:
        with plainly(engine), engine.connect() as connection, connection.begin():
            there = set(inspect(connection).get_table_names())
            tables = (schema.portal_users, schema.portal_tokens, schema.erasures, schema.audit)
            return Outliving(**{table.name: _all(connection, table) for table in tables if table.name in there})
    finally:
        engine.dispose()


def carry_over(url: str, former: Outliving, *, author: str) -> None:
    """Bring what outlives the replaced ledger into the restored one, whose tables are up to date.

    Users and tokens are as they were before the restore; tokens only the backup knows are revoked, since nobody can tell
    whether they were before. All sessions end, plans that waited or stood approved expire, messages that were under way
    are not sent again, runs that were at work when the backup was made crashed. The audit goes on where it was, and whoever
    was erased since is erased again.

    Args:
        url: the restored ledger; nobody else has it open.
        former: see `outliving`.
        author: who restores.
    """
    with Ledger.open(url) as ledger:
        with ledger.restoring() as connection:
            known = {(row.domain, row.kind, row.subject) for row in connection.execute(select(schema.erasures))}
            _let_nobody_back_in(connection, former, ledger)
            _end_what_was_under_way(connection, ledger)
            _continue_audit(connection, former.audit)
        ledger.note(author, "ledger.restored")
        for domain, kind, subject in {(row["domain"], row["kind"], row["subject"]) for row in former.erasures} - known:
            ledger.erase(domain, author=author, **{f"{kind}_id": subject})


def _all(connection: Connection, table: Table) -> Rows:
    return [dict(row) for row in connection.execute(select(table)).mappings()]


def _let_nobody_back_in(connection: Connection, former: Outliving, ledger: Ledger) -> None:
    users, tokens = schema.portal_users, schema.portal_tokens
    connection.execute(schema.portal_sessions.delete())
    unrevoked = tokens.update().where(tokens.c.revoked_at.is_(None))
    connection.execute(unrevoked.values(revoked_by=ITSELF, revoked_at=ledger.now()))
    for table, key, rows in ((users, users.c.name, former.portal_users), (tokens, tokens.c.id, former.portal_tokens)):
        for some in slices(rows):
            connection.execute(table.delete().where(key.in_([row[key.name] for row in some])))
            connection.execute(table.insert(), some)


def _end_what_was_under_way(connection: Connection, ledger: Ledger) -> None:
    plans, runs, notices = schema.plans, schema.runs, schema.notices
    open_plans = plans.c.state.in_([PlanState.WAITING.value, PlanState.APPROVED.value])
    connection.execute(plans.update().where(open_plans).values(state=PlanState.EXPIRED.value))
    connection.execute(notices.update().where(notices.c.due.is_not(None)).values(due=None))
    at_work = runs.update().where(runs.c.state == RunState.RUNNING.value)
    connection.execute(at_work.values(state=RunState.CRASHED.value, finished_at=ledger.now()))


def _continue_audit(connection: Connection, former: Rows) -> None:
    """Add the lines written since the backup was made; they get numbers of their own."""
    audit = schema.audit
    last = connection.scalar(select(func.max(audit.c["at"])))
    later = [row for row in former if last is None or row["at"] > last]
    for some in slices(sorted(later, key=lambda row: row["id"])):
        connection.execute(audit.insert(), [{name: row[name] for name in row if name != "id"} for row in some])
