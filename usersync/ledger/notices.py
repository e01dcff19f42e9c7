"""What was said of a domain and to whom: its condition, its licences, and messages until they are delivered.

A message belongs to a change of condition. Both are written in one transaction that nobody else of the domain is in, so that
several workers who look at once say it once. Delivery is apart: it may fail, and is tried again.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, func, select

from usersync.ledger import schema
from usersync.ledger.codec import from_text, to_text
from usersync.ledger.leases import LeaseBook
from usersync.ledger.values import Run, RunState
from usersync.words import Sentence

JUDGED = frozenset(
    {
        RunState.COMPLETED, RunState.AWAITING_APPROVAL, RunState.COMPLETED_WITH_FAILURES, RunState.FAILED,
        RunState.CRASHED,
    }
)  # fmt: skip
"""Ends of a run that say how a domain fares; a run that was stopped or found another at work says nothing of it."""


@dataclass(frozen=True)
class KnownLicense:
    """A licence of the customer as the last trusted read showed it.

    Attributes:
        not_after: when it ends; None where it does not.
        told: the end that was told of; None where nothing was said of it yet.
    """

    id: str
    product: str
    not_after: datetime | None
    told: datetime | None = None


@dataclass(frozen=True)
class DomainFacts:
    """What a domain's condition is judged by, all seen at one moment.

    Attributes:
        at: the moment of the look.
        condition, since: what was told last, and when; None where nobody has looked before.
        judged: the newest import of the whole domain whose end says how it fares.
        last_start: when the newest import of the whole domain began, whatever became of it.
    """

    domain: str
    at: datetime
    condition: str | None
    since: datetime | None
    judged: Run | None
    last_start: datetime | None
    licenses: tuple[KnownLicense, ...] = ()


@dataclass(frozen=True)
class NoticeDraft:
    """A message that is to be told: what changed, in sentences without personal values, and the run it is about."""

    transition: str
    sentences: tuple[Sentence, ...]
    run_id: str | None = None


@dataclass(frozen=True)
class Judgement:
    """What is to be remembered of a domain from now on, and what is to be said."""

    condition: str
    notices: tuple[NoticeDraft, ...] = ()
    licenses_told: tuple[str, ...] = ()


@dataclass(frozen=True)
class Notice:
    """A message. `id` names it to whoever receives it: a repeated delivery bears the same one."""

    id: str
    domain: str
    transition: str
    sentences: tuple[Sentence, ...]
    run_id: str | None
    at: datetime


@dataclass(frozen=True)
class Delivery:
    """A message on its way through one channel.

    Attributes:
        attempts: how often it was tried, this time included.
        problem: why the last try failed.
        due: when it is tried next; None where it was delivered or given up.
    """

    number: int
    notice: Notice
    channel: str
    attempts: int
    due: datetime | None = None
    sent_at: datetime | None = None
    problem: str | None = None


class NoticeBook(LeaseBook):
    """The part of the ledger that remembers what was said of a domain."""

    def whole_runs(self, domain: str, states: Collection[RunState] = JUDGED, limit: int = 50) -> list[Run]:
        """Imports of the whole domain that ended in these states, the newest first."""
        with self._read() as connection:
            return self._load_runs(connection, _whole(domain, states).limit(limit))

    def close_overdue(self, domain: str, longer_than: timedelta) -> str | None:
        """Mark as crashed the run whose lease of the domain ran out so long ago and that never ended.

        The lease is not taken: should the process only have been asleep, it may go on and say itself how it ends.

        Returns:
            Its id.
        """
        runs, leases = schema.runs, schema.leases
        with self._write() as connection:
            until = self._moment(connection) - longer_than
            run_id = connection.scalar(
                select(runs.c.id).where(
                    runs.c.domain == domain, runs.c.state == RunState.RUNNING.value, leases.c.domain == domain,
                    leases.c.run_id == runs.c.id, leases.c.until < until,
                )
            )  # fmt: skip
            if run_id is not None:
                self._mark_crashed(connection, domain, run_id)
            return run_id

    def remember_licenses(self, domain: str, licenses: Iterable[KnownLicense], *, complete: bool) -> None:
        """Keep the customer's licences as a trusted read showed them; what was told of an end that is the same stays told.

        Args:
            domain: of the settings.
            licenses: what was seen.
            complete: whether these are all; else those that were not seen stay known.
        """
        table = schema.licenses
        seen = {item.id: replace(item, told=None) for item in licenses}
        with self._read() as connection:
            known = {item.id: replace(item, told=None) for item in _licenses(connection, domain)}
        if seen == known or (not complete and {**known, **seen} == known):
            return
        with self._write() as connection:
            self._serialise(connection, f"notices {domain}")
            known = {item.id: item for item in _licenses(connection, domain)}
            kept = [
                known[key].told if key in known and known[key].not_after == seen[key].not_after else None
                for key in seen
            ]
            mine = table.c.domain == domain
            connection.execute(table.delete().where(mine if complete else mine & table.c.license_id.in_(list(seen))))
            rows = [
                {
                    "domain": domain,
                    "license_id": key,
                    "product": item.product,
                    "not_after": item.not_after,
                    "told": told,
                }
                for (key, item), told in zip(seen.items(), kept, strict=True)
            ]
            if rows:
                connection.execute(table.insert(), rows)

    def domain_facts(self, domain: str) -> DomainFacts:
        """How a domain stands now, to be looked at only."""
        with self._read() as connection:
            return self._facts(connection, domain)

    def judge(
        self, domain: str, decide: Callable[[DomainFacts], Judgement], channels: Sequence[str]
    ) -> tuple[Notice, ...]:
        """Look at a domain, decide, and remember the decision and its messages: at once, and with nobody in between.

        Args:
            domain: of the settings.
            decide: a pure function; see `usersync.notices.condition`.
            channels: names of those the messages are to be delivered by.

        Returns:
            The messages that are new.
        """
        with self._write() as connection:
            self._serialise(connection, f"notices {domain}")
            facts = self._facts(connection, domain)
            judgement, now = decide(facts), facts.at
            if judgement.condition != facts.condition:
                row = {"condition": judgement.condition, "since": now}
                insert = self._insert(schema.conditions).values(domain=domain, **row)
                connection.execute(insert.on_conflict_do_update(index_elements=["domain"], set_=row))
            licenses = schema.licenses
            for key in judgement.licenses_told:
                same = (licenses.c.domain == domain) & (licenses.c.license_id == key)
                connection.execute(licenses.update().where(same).values(told=licenses.c.not_after))
            notices = tuple(
                Notice(uuid.uuid4().hex, domain, draft.transition, draft.sentences, draft.run_id, now)
                for draft in judgement.notices
            )
            for notice in notices:
                self._announce(connection, notice, channels)
            return notices

    def _announce(self, connection: Connection, notice: Notice, channels: Sequence[str]) -> None:
        rows = [
            {
                "notice": notice.id, "domain": notice.domain, "transition": notice.transition,
                "sentences": to_text([sentence.to_json() for sentence in notice.sentences]),
                "run_id": notice.run_id, "channel": channel, "at": notice.at, "attempts": 0, "due": notice.at,
            }
            for channel in channels
        ]  # fmt: skip
        if rows:
            connection.execute(schema.notices.insert(), rows)
        detail = {"transition": notice.transition, "channels": list(channels)}
        self._note(
            connection, "notice.made", domain=notice.domain, run_id=notice.run_id, subject=notice.id, detail=detail
        )

    def claim_deliveries(
        self, domain: str, channels: Sequence[str], *, hold: timedelta, lifetime: timedelta, limit: int = 20
    ) -> list[Delivery]:
        """Take what is due to be delivered: nobody else gets it while it is held.

        Args:
            domain: of the settings.
            channels: those that can be used.
            hold: after so long a claim that was not settled is due again; its holder has died.
            lifetime: a message older than this is given up.
            limit: how many at most.
        """
        table = schema.notices
        with self._write() as connection:
            self._serialise(connection, f"notices {domain}")
            now = self._now()
            mine = (table.c.domain == domain) & (table.c.due <= now)
            connection.execute(table.update().where(mine, table.c["at"] < now - lifetime).values(due=None))
            query = select(table).where(mine, table.c.channel.in_(list(channels))).order_by(table.c.id).limit(limit)
            rows = connection.execute(query).all()
            connection.execute(
                table.update()
                .where(table.c.id.in_([row.id for row in rows]))
                .values(due=now + hold, attempts=table.c.attempts + 1)
            )
            return [_delivery(row, attempts=row.attempts + 1) for row in rows]

    def settle_delivery(self, delivery: Delivery, *, problem: str | None = None, again: datetime | None = None) -> None:
        """Record what became of a claimed delivery: delivered, or why not and when to try again (None = never)."""
        table = schema.notices
        with self._write() as connection:
            delivered = {"due": None, "sent_at": self._now(), "problem": None}
            values: dict[str, Any] = delivered if problem is None else {"due": again, "problem": problem[:200]}
            connection.execute(table.update().where(table.c.id == delivery.number).values(**values))
            notice = delivery.notice
            self._note(
                connection, "notice.delivered" if problem is None else "notice.not_delivered", domain=notice.domain,
                run_id=notice.run_id, subject=notice.id,
                detail={"channel": delivery.channel, "attempt": delivery.attempts, "problem": problem},
            )  # fmt: skip

    def deliveries(self, domain: str | None = None, limit: int = 50) -> list[Delivery]:
        """Messages and what became of them, the newest first."""
        table = schema.notices
        query = select(table).order_by(table.c.id.desc()).limit(limit)
        with self._read() as connection:
            rows = connection.execute(query if domain is None else query.where(table.c.domain == domain))
            return [_delivery(row, attempts=row.attempts) for row in rows]

    def undelivered(self) -> Mapping[tuple[str, str], tuple[int, int]]:
        """(domain, channel) → messages that are still to be tried, and messages that were given up."""
        table = schema.notices
        query = select(
            table.c.domain, table.c.channel, func.count(table.c.due).label("open"), func.count().label("both")
        ).where(table.c.sent_at.is_(None))
        with self._read() as connection:
            rows = connection.execute(query.group_by(table.c.domain, table.c.channel))
            return {(row.domain, row.channel): (row.open, row.both - row.open) for row in rows}

    def _facts(self, connection: Connection, domain: str) -> DomainFacts:
        conditions, runs = schema.conditions, schema.runs
        known = connection.execute(select(conditions).where(conditions.c.domain == domain)).one_or_none()
        judged = self._load_runs(connection, _whole(domain, JUDGED).limit(1))
        return DomainFacts(
            domain=domain,
            at=self._now(),
            condition=None if known is None else known.condition,
            since=None if known is None else known.since,
            judged=judged[0] if judged else None,
            last_start=connection.scalar(_whole(domain, None).with_only_columns(runs.c.started_at).limit(1)),
            licenses=tuple(_licenses(connection, domain)),
        )


def _whole(domain: str, states: Collection[RunState] | None) -> Any:
    """Imports of the whole domain, the newest first; None = in whatever state."""
    runs = schema.runs
    query = select(runs).where(runs.c.domain == domain, runs.c.mode == "apply", runs.c.scope == to_text([]))
    if states is not None:
        query = query.where(runs.c.state.in_([state.value for state in states]))
    return query.order_by(runs.c.started_at.desc(), runs.c.id.desc())


def _licenses(connection: Connection, domain: str) -> list[KnownLicense]:
    table = schema.licenses
    rows = connection.execute(select(table).where(table.c.domain == domain).order_by(table.c.license_id))
    return [KnownLicense(row.license_id, row.product, row.not_after, row.told) for row in rows]


def _delivery(row: Row[Any], *, attempts: int) -> Delivery:
    sentences = tuple(Sentence.from_json(item) for item in from_text(row.sentences))
    return Delivery(
        number=row.id, notice=Notice(row.notice, row.domain, row.transition, sentences, row.run_id, row.at),
        channel=row.channel, attempts=attempts, due=row.due, sent_at=row.sent_at, problem=row.problem,
    )  # fmt: skip
