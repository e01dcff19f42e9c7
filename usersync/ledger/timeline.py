"""What ever happened to one Webitel user, the newest first: operations, decisions, verdicts, and the audit's other lines."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection, func, select

from usersync.ledger import schema
from usersync.ledger.codec import from_text
from usersync.ledger.store import Store
from usersync.planning.values import UserItem
from usersync.words import Sentence

Kind = Literal["operation", "decision", "verdict", "audit"]


@dataclass(frozen=True)
class TimelineEntry:
    """One thing that happened.

    Attributes:
        what: of an operation `entity.action` (`record.update`), of a decision its bucket, of a verdict its kind (with
            `.ended` where it was taken back or replaced), of an audit's line its action.
        who: the author of the run, or of the verdict.
        run_id: the run it happened in; None outside of runs.
        state: what became of an operation; the situation of a decision.
        reason: why, in words.
        detail: of an operation `before` and `after` (personal values), else ids and counts.
    """

    at: datetime
    kind: Kind
    what: str
    who: str
    run_id: str | None = None
    state: str | None = None
    reason: Sentence | None = None
    detail: Mapping[str, Any] = field(default_factory=dict)


class Timeline(Store):
    """The part of the ledger that tells one user's story."""

    def timeline(self, domain: str, user_id: str, limit: int = 100) -> list[TimelineEntry]:
        """What happened to a user, the newest first. Runs that only found nothing to do are not told."""
        with self._read() as connection:
            entries = [
                *_operations(connection, domain, user_id, limit),
                *_decisions(connection, domain, user_id, limit),
                *_verdicts(connection, domain, user_id, limit),
                *_audit(connection, domain, user_id, limit),
            ]
        return sorted(entries, key=lambda entry: entry.at, reverse=True)[:limit]


def _operations(connection: Connection, domain: str, user_id: str, limit: int) -> list[TimelineEntry]:
    table, runs = schema.operations, schema.runs
    at = func.coalesce(table.c.settled_at, table.c.intended_at, runs.c.started_at)
    query = (
        select(table, at.label("moment"), runs.c.author)
        .join(runs, runs.c.id == table.c.run_id)
        .where(table.c.domain == domain, table.c.user_id == user_id)
        .order_by(table.c.id.desc())
        .limit(limit)
    )
    return [
        TimelineEntry(
            at=row.moment, kind="operation", what=f"{row.entity}.{row.action}", who=row.author, run_id=row.run_id,
            state=row.state, reason=Sentence.from_json(from_text(row.detail or row.reason)),
            detail={
                "service": row.service, "key": row.key, "before": from_text(row.before), "after": from_text(row.after),
            },
        )
        for row in connection.execute(query)
    ]  # fmt: skip


def _decisions(connection: Connection, domain: str, user_id: str, limit: int) -> list[TimelineEntry]:
    table, runs = schema.decisions, schema.runs
    query = (
        select(table.c.run_id, table.c.body, runs.c.started_at, runs.c.author, runs.c.mode)
        .join(runs, runs.c.id == table.c.run_id)
        .where(table.c.domain == domain, table.c.user_id == user_id)
        .order_by(runs.c.started_at.desc())
        .limit(limit)
    )
    found = []
    for row in connection.execute(query):
        item = UserItem.from_json(from_text(row.body))
        found.append(
            TimelineEntry(
                at=row.started_at, kind="decision", what=str(item.bucket), who=row.author, run_id=row.run_id,
                state=str(item.situation), reason=item.reason,
                detail={"mode": row.mode, "band": item.band, "contact": item.contact_id, "record": item.record_id},
            )
        )  # fmt: skip
    return found


def _verdicts(connection: Connection, domain: str, user_id: str, limit: int) -> list[TimelineEntry]:
    table = schema.verdicts
    query = select(table).where(table.c.domain == domain, table.c.user_id == user_id)
    found = []
    for row in connection.execute(query.order_by(table.c.id.desc()).limit(limit)):
        detail = {"verdict": row.id, "contact": row.contact_id, "reason": row.reason}
        found.append(TimelineEntry(at=row.at, kind="verdict", what=row.kind, who=row.author, detail=detail))
        if row.ended_at is not None:
            ended = {"verdict": row.id, "contact": row.contact_id}
            found.append(
                TimelineEntry(
                    at=row.ended_at, kind="verdict", what=f"{row.kind}.ended", who=row.ended_by or "", detail=ended
                )
            )
    return found


def _audit(connection: Connection, domain: str, user_id: str, limit: int) -> list[TimelineEntry]:
    """The audit's lines about the user but those of verdicts, which speak for themselves."""
    table = schema.audit
    query = select(table).where(
        table.c.subject == user_id, table.c.domain == domain, ~table.c.action.startswith("verdict.")
    )
    return [
        TimelineEntry(
            at=row.at, kind="audit", what=row.action, who=row.actor, run_id=row.run_id, detail=from_text(row.detail)
        )
        for row in connection.execute(query.order_by(table.c.id.desc()).limit(limit))
    ]
