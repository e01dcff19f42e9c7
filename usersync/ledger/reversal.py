"""What undo asks of the ledger: how links and last-applied values were before a run, and to put them back.

Links are read from the audit, which is never pruned: it says of each link when it was made, moved, put to sleep and forgotten.
Last-applied values are read from the journal of earlier runs.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select

from usersync.ledger import schema
from usersync.ledger.applied import AppliedBook
from usersync.ledger.codec import from_text, to_text
from usersync.ledger.store import slices
from usersync.ledger.values import Lease, Link, LinkState, OperationState
from usersync.planning.values import Action, Value

_links = schema.links
_STATES = frozenset(state.value for state in LinkState)


@dataclass(frozen=True)
class LinkTrail:
    """One user's link as a run found it and as it left it; None = no link. The username is the one it has now, if any."""

    user_id: str
    before: Link | None
    after: Link | None


class ReversalBook(AppliedBook):
    """The part of the ledger that knows how things were."""

    def link_trails(self, run_id: str) -> list[LinkTrail]:
        """What a run did to links: one trail for each user whose link it changed.

        Raises:
            RunNotFound: there is no such run.
        """
        audit = schema.audit
        with self._read() as connection:
            run = self._one_run(connection, self._run_id(connection, run_id))
            lines = connection.execute(
                select(audit.c.at, audit.c.action, audit.c.run_id, audit.c.subject, audit.c.detail)
                .where(audit.c.domain == run.domain, audit.c.action.startswith("link."))
                .order_by(audit.c.id)
            ).all()
            names = {
                row.user_id: row.username
                for row in connection.execute(
                    select(_links.c.user_id, _links.c.username).where(_links.c.domain == run.domain)
                )
            }
        links: dict[str, Link] = {}
        before: dict[str, Link | None] = {}
        after: dict[str, Link | None] = {}
        for line in lines:
            touched = _touched(line.subject, from_text(line.detail))
            if line.run_id == run.id:
                before.update({user: links.get(user) for user in touched if user not in before})
            _follow(links, line.action.removeprefix("link."), line)
            if line.run_id == run.id:
                after.update({user: links.get(user) for user in touched})
        return [
            LinkTrail(user, _named(before[user], names), _named(after[user], names))
            for user in sorted(before, key=lambda user: (len(user), user))
        ]

    def values_before(self, run_id: str, places: Iterable[tuple[str, str]]) -> dict[tuple[str, str], dict[str, Value]]:
        """(entity, key) → what earlier runs had written to the row before this run wrote anything.

        Raises:
            RunNotFound: there is no such run.
        """
        table = schema.operations
        wanted = set(places)
        found: dict[tuple[str, str], dict[str, Value]] = {}
        with self._read() as connection:
            run = self._one_run(connection, self._run_id(connection, run_id))
            first = connection.scalar(select(func.min(table.c.id)).where(table.c.run_id == run.id))
            if first is None:
                return found
            for some in slices(sorted({key for _, key in wanted})):
                rows = connection.execute(
                    select(table.c.entity, table.c.key, table.c.action, table.c.after)
                    .where(
                        table.c.key.in_(some), table.c.domain == run.domain, table.c.id < first,
                        table.c.state == OperationState.DONE.value, table.c.erased.is_(False),
                    )
                    .order_by(table.c.id)
                )  # fmt: skip
                for row in rows:
                    place = row.entity, row.key
                    if place not in wanted:
                        continue
                    if row.action == Action.UPDATE.value:
                        found[place] = {**found.get(place, {}), **from_text(row.after)}
                    else:
                        found[place] = from_text(row.after)
        return found

    def restore_links(
        self, lease: Lease, run_id: str, changes: Sequence[tuple[str, Link | None, Link | None]]
    ) -> frozenset[str]:
        """Put links back as they were, each only if it still is as expected, in one transaction.

        Args:
            lease: the right to write to the domain.
            run_id: the run that takes another one back.
            changes: Webitel user id, the link expected, the link wanted; None = no link. A link that is wanted asleep
                without `gone_since` sleeps from now on.

        Returns:
            Users whose link was another one: it was left alone.

        Raises:
            LeaseLost: another run has taken over.
        """
        if not changes:
            return frozenset()
        with self._write() as connection:
            self._hold(connection, lease, live=False)
            present = _present(connection, lease.domain, {user_id for user_id, _, _ in changes})
            met = [change for change in changes if _is_like(present.get(change[0]), change[1])]
            for user_id, _, wanted in met:
                self._put(connection, lease.domain, user_id, wanted)
            lines = [_line(user_id, present.get(user_id), wanted) for user_id, _, wanted in met]
            self._note_all(connection, lines, domain=lease.domain, run_id=run_id)
        return frozenset(user_id for user_id, _, _ in changes) - {user_id for user_id, _, _ in met}

    def restore_values(
        self, lease: Lease, run_id: str, values: Mapping[tuple[str, str], Mapping[str, Value] | None]
    ) -> None:
        """Replace the last-applied values of rows; None = we never wrote the row. The audit says so even of none.

        Raises:
            LeaseLost: another run has taken over.
        """
        table = schema.last_applied
        with self._write() as connection:
            self._hold(connection, lease, live=False)
            for (entity, key), fields in values.items():
                mine = (table.c.domain == lease.domain, table.c.key == key, table.c.entity == entity)
                connection.execute(table.delete().where(*mine))
                if fields:
                    row = {"domain": lease.domain, "key": key, "entity": entity, "run_id": run_id}
                    connection.execute(table.insert().values(**row, fields=to_text(dict(fields))))
            self._note(connection, "values.restored", domain=lease.domain, run_id=run_id, detail={"rows": len(values)})

    def _put(self, connection: Connection, domain: str, user_id: str, wanted: Link | None) -> None:
        connection.execute(_links.delete().where(_links.c.domain == domain, _links.c.user_id == user_id))
        if wanted is None:
            return
        asleep = wanted.state is not LinkState.ACTIVE
        connection.execute(
            _links.insert().values(
                domain=domain, user_id=user_id, record_id=wanted.record_id, contact_id=wanted.contact_id, how=wanted.how,
                since_run=wanted.since_run, since=wanted.since, username=wanted.username, state=wanted.state.value,
                gone_since=(wanted.gone_since or self._now()) if asleep else None,
            )
        )  # fmt: skip


def _touched(subject: str, detail: Mapping[str, Any]) -> list[str]:
    former = detail.get("former_user")
    return [subject, former] if former and former != subject else [subject]


def _follow(links: dict[str, Link], what: str, line: Any) -> None:
    """Do to the links what a line of the audit says was done."""
    user_id, detail = line.subject, from_text(line.detail)
    old = links.get(user_id)
    if what in {"made", "moved"}:
        pair = detail["record"], detail["contact"]
        if old is not None and (old.record_id, old.contact_id) == pair:
            links[user_id] = replace(old, state=LinkState.ACTIVE, gone_since=None)
        else:
            links[user_id] = Link(user_id, *pair, detail["how"], line.run_id, line.at, "")
        former = detail.get("former_user")
        if former and former != user_id:
            links.pop(former, None)
    elif what == "forgotten":
        links.pop(user_id, None)
    elif what == "restored":
        links[user_id] = Link(
            user_id, detail["record"], detail["contact"], detail["how"], detail["since_run"],
            datetime.fromisoformat(detail["since"]), "", LinkState(detail["state"]),
            datetime.fromisoformat(detail["gone_since"]) if detail["gone_since"] else
            (line.at if detail["state"] != LinkState.ACTIVE.value else None),
        )  # fmt: skip
    elif what in _STATES and old is not None:
        state = LinkState(what)
        links[user_id] = replace(old, state=state, gone_since=None if state is LinkState.ACTIVE else line.at)


def _named(link: Link | None, names: Mapping[str, str]) -> Link | None:
    return None if link is None else replace(link, username=names.get(link.user_id, ""))


def _is_like(link: Link | None, other: Link | None) -> bool:
    if link is None or other is None:
        return link is other
    return (link.record_id, link.contact_id, link.state) == (other.record_id, other.contact_id, other.state)


def _present(connection: Connection, domain: str, user_ids: Collection[str]) -> dict[str, Link]:
    found: dict[str, Link] = {}
    for some in slices(sorted(user_ids)):
        for row in connection.execute(select(_links).where(_links.c.domain == domain, _links.c.user_id.in_(some))):
            found[row.user_id] = Link(
                row.user_id, row.record_id, row.contact_id, row.how, row.since_run, row.since, row.username,
                LinkState(row.state), row.gone_since,
            )  # fmt: skip
    return found


def _line(user_id: str, old: Link | None, wanted: Link | None) -> dict[str, Any]:
    detail: dict[str, Any] = {}
    if old is not None:
        detail = {"former_user": user_id, "former_record": old.record_id, "former_contact": old.contact_id}
    if wanted is None:
        return {"action": "link.forgotten", "subject": user_id, "detail": detail}
    detail |= {
        "record": wanted.record_id, "contact": wanted.contact_id, "how": wanted.how, "since_run": wanted.since_run,
        "since": wanted.since.isoformat(), "state": wanted.state.value,
        "gone_since": None if wanted.gone_since is None else wanted.gone_since.isoformat(),
    }  # fmt: skip
    return {"action": "link.restored", "subject": user_id, "detail": detail}
