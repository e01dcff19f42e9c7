"""Bindings and links: which systems a ledger belongs to, and who is remembered to be who."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, bindparam, select

from usersync.ledger import schema
from usersync.ledger.codec import from_text, unsqueeze
from usersync.ledger.errors import LedgerBoundElsewhere
from usersync.ledger.leases import LeaseBook
from usersync.ledger.store import slices
from usersync.ledger.values import NOBODY_KNOWN, Lease, Link, LinkState, same_creatio
from usersync.planning.values import LinkChange

_table = schema.links
_LINKS: Select[Any] = select(
    _table.c.user_id, _table.c.record_id, _table.c.contact_id, _table.c.how, _table.c.since_run, _table.c.since,
    _table.c.username, _table.c.state, _table.c.gone_since,
)  # fmt: skip
_STATES = {state.value: state for state in LinkState}


class LinkBook(LeaseBook):
    """The part of the ledger that remembers pairs."""

    _usernames_of_pack: tuple[str, Mapping[str, str]] = ("", {})

    def bind(self, domain: str, dc: str, creatio: str) -> None:
        """Bind a domain of the settings to one Webitel domain and one Creatio; the first time it is remembered.

        Args:
            domain: its name in the settings.
            dc: the Webitel domain's number, from /userinfo.
            creatio: what this Creatio is told apart by (`TargetSnapshot.identity`); where the user in it was not known
                before, it is remembered now.

        Raises:
            LedgerBoundElsewhere: the ledger was bound to others: a restored copy of one of the three, or wrong settings.
        """
        bindings = schema.bindings
        with self._write() as connection:
            row = {"domain": domain, "dc": dc, "creatio": creatio, "bound_at": self._now()}
            insert = self._insert(bindings).values(row).on_conflict_do_nothing()
            if connection.scalar(insert.returning(bindings.c.domain)) is not None:
                self._note(connection, "ledger.bound", domain=domain, detail={"dc": dc, "creatio": creatio})
                return
            bound = connection.execute(select(bindings).where(bindings.c.domain == domain)).one()
            if bound.dc != dc or not same_creatio(bound.creatio, creatio):
                raise LedgerBoundElsewhere(
                    "ledger-bound-elsewhere",
                    domain=domain, bound_dc=bound.dc, bound_creatio=bound.creatio, found_dc=dc, found_creatio=creatio,
                )  # fmt: skip
            if bound.creatio != creatio and not creatio.endswith(NOBODY_KNOWN):
                connection.execute(bindings.update().where(bindings.c.domain == domain).values(row))
                self._note(connection, "ledger.bound", domain=domain, detail={"dc": dc, "creatio": creatio})

    def binding(self, domain: str) -> tuple[str, str] | None:
        """The Webitel domain's number and what the Creatio is told apart by; None where the domain was never used."""
        bindings = schema.bindings
        with self._read() as connection:
            found = connection.execute(select(bindings).where(bindings.c.domain == domain)).one_or_none()
        return None if found is None else (found.dc, found.creatio)

    def bind_anew(self, domain: str, dc: str, creatio: str, *, author: str) -> None:
        """Bind a domain to other systems than before, because a human says that they are the same: links and runs stay.

        Plans that wait were made for the old ones and can no longer be approved.
        """
        bindings = schema.bindings
        row = {"dc": dc, "creatio": creatio, "bound_at": self._now()}
        with self._write() as connection:
            connection.execute(bindings.update().where(bindings.c.domain == domain).values(row))
            detail = {"dc": dc, "creatio": creatio}
            self._note(connection, "ledger.bound_anew", actor=author, domain=domain, detail=detail)

    def links(self, domain: str) -> dict[str, Link]:
        """Webitel user id → link, of everybody who was ever linked, the gone too."""
        with self._read() as connection:
            rows = connection.execute(_LINKS.where(_table.c.domain == domain)).all()
        return {row[0]: _link(row) for row in rows}

    def apply_links(
        self,
        lease: Lease,
        run_id: str,
        changes: Sequence[LinkChange],
        *,
        usernames: Mapping[str, str] | None = None,
    ) -> None:
        """Make, move or forget links, in one transaction.

        A change with neither record nor contact forgets the link (an undone run). One with a former user id takes that
        id's link over. A pair that stays as it was keeps its origin, and is active again.

        Args:
            lease: the right to write to the domain.
            run_id: the run that makes them.
            changes: one for each user.
            usernames: user id → Webitel username; without it the run's decisions are asked.

        Raises:
            LeaseLost: another run has taken over.
        """
        if not changes:
            return
        with self._write() as connection:
            self._hold(connection, lease, live=False)
            touched = {change.user_id for change in changes} | {c.former_user_id for c in changes if c.former_user_id}
            present = _present(connection, lease.domain, touched)
            names = dict(usernames or {})
            names = {**self._usernames(connection, run_id, touched - names.keys()), **names}
            self._replace(connection, lease.domain, run_id, changes, present, names)
            lines = [_line(change, present) for change in changes]
            self._note_all(connection, lines, domain=lease.domain, run_id=run_id)

    def set_link_state(self, lease: Lease, run_id: str, user_ids: Collection[str], state: LinkState) -> None:
        """Say what became of links. `gone_since` is the first time in a row it was said.

        Raises:
            LeaseLost: another run has taken over.
        """
        with self._write() as connection:
            self._hold(connection, lease, live=False)
            now = self._now()
            for some in slices(sorted(user_ids)):
                mine = (_table.c.domain == lease.domain, _table.c.user_id.in_(some), _table.c.state != state.value)
                changed = list(connection.scalars(select(_table.c.user_id).where(*mine).order_by(_table.c.user_id)))
                if not changed:
                    continue
                gone = {"gone_since": None if state is LinkState.ACTIVE else now}
                connection.execute(_table.update().where(*mine).values(state=state.value, **gone))
                lines = [{"action": f"link.{state.value}", "subject": user_id, "detail": {}} for user_id in changed]
                self._note_all(connection, lines, domain=lease.domain, run_id=run_id)

    def _replace(
        self,
        connection: Connection,
        domain: str,
        run_id: str,
        changes: Sequence[LinkChange],
        present: Mapping[str, Link],
        names: Mapping[str, str],
    ) -> None:
        forgotten = {change.former_user_id for change in changes if change.former_user_id}
        forgotten |= {change.user_id for change in changes if _forgets(change)}
        if forgotten:
            connection.execute(
                _table.delete().where(_table.c.domain == domain, _table.c.user_id == bindparam("b_user")),
                [{"b_user": user_id} for user_id in sorted(forgotten)],
            )
        now = self._now()
        rows = [_row(domain, run_id, now, change, present, names) for change in changes if not _forgets(change)]
        if rows:
            insert = self._insert(_table)
            changing = [column.name for column in _table.c if not column.primary_key]
            connection.execute(
                insert.on_conflict_do_update(
                    index_elements=["domain", "user_id"], set_={name: insert.excluded[name] for name in changing}
                ),
                rows,
            )

    def _usernames(self, connection: Connection, run_id: str, user_ids: Collection[str]) -> dict[str, str]:
        """Usernames by the decisions of a run: its rows, and the pack of those nothing happens to."""
        decisions, found = schema.decisions, {}
        for some in slices(sorted(user_ids)):
            query = select(decisions.c.body).where(decisions.c.run_id == run_id, decisions.c.user_id.in_(some))
            for body in connection.scalars(query):
                item = from_text(body)
                found[item["user_id"]] = item["username"]
        if user_ids - found.keys():
            pack = connection.scalar(select(schema.runs.c.pack).where(schema.runs.c.id == run_id))
            if pack is not None and pack != self._usernames_of_pack[0]:
                body = connection.scalar(select(schema.packs.c.body).where(schema.packs.c.id == pack))
                items = from_text(unsqueeze(body)) if body is not None else []
                self._usernames_of_pack = (pack, {item["user_id"]: item["username"] for item in items})
            if pack is not None:
                known = self._usernames_of_pack[1]
                found.update({user_id: known[user_id] for user_id in user_ids if user_id in known})
        return found


def _present(connection: Connection, domain: str, user_ids: Collection[str]) -> dict[str, Link]:
    found: dict[str, Link] = {}
    for some in slices(sorted(user_ids)):
        query = _LINKS.where(_table.c.domain == domain, _table.c.user_id.in_(some))
        found.update({row[0]: _link(row) for row in connection.execute(query)})
    return found


def _forgets(change: LinkChange) -> bool:
    return change.record_id is None and change.contact_id is None


def _row(
    domain: str,
    run_id: str,
    now: datetime,
    change: LinkChange,
    present: Mapping[str, Link],
    names: Mapping[str, str],
) -> dict[str, Any]:
    old = present.get(change.user_id)
    former = present.get(change.former_user_id) if change.former_user_id else None
    stays = old is not None and (old.record_id, old.contact_id) == (change.record_id, change.contact_id)
    known = next((link.username for link in (old, former) if link is not None), "")
    return {
        "domain": domain, "user_id": change.user_id, "record_id": change.record_id, "contact_id": change.contact_id,
        "how": old.how if stays and old else change.how, "since_run": old.since_run if stays and old else run_id,
        "since": old.since if stays and old else now, "username": names.get(change.user_id) or known,
        "state": LinkState.ACTIVE.value, "gone_since": None,
    }  # fmt: skip


def _line(change: LinkChange, present: Mapping[str, Link]) -> dict[str, Any]:
    """The audit's line of a change: from which pair to which."""
    old = present.get(change.user_id) or (present.get(change.former_user_id) if change.former_user_id else None)
    action = "link.forgotten" if _forgets(change) else "link.made" if old is None else "link.moved"
    detail: dict[str, Any] = {"record": change.record_id, "contact": change.contact_id, "how": change.how}
    if old is not None:
        detail |= {"former_user": old.user_id, "former_record": old.record_id, "former_contact": old.contact_id}
    return {"action": action, "subject": change.user_id, "detail": detail}


def _link(row: Sequence[Any]) -> Link:
    # 10,000 of them are read before each run: by place, not by name, and without the enumeration's own lookup.
    user_id, record_id, contact_id, how, since_run, since, username, state, gone_since = row
    return Link(user_id, record_id, contact_id, how, since_run, since, username, _STATES[state], gone_since)
