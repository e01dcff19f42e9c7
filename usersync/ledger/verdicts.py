"""Verdicts: what humans said of Webitel users. Obeyed from the next run on; two that contradict are refused.

A verdict is in force until it is withdrawn or a later one takes its place; nothing is ever deleted.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Row, select

from usersync.ledger import schema
from usersync.ledger.errors import VerdictContradicts, VerdictIncomplete, VerdictNotFound
from usersync.ledger.store import Store
from usersync.ledger.values import Verdict, VerdictKind

_table = schema.verdicts
_K = VerdictKind

NAMES_A_CONTACT: Final = frozenset({_K.MUST_LINK, _K.CANNOT_LINK, _K.SECOND_ACCOUNT})
_SETTLES: Final = frozenset({_K.MUST_LINK, _K.SECOND_ACCOUNT, _K.CREATE, _K.SEPARATE_CONTACT, _K.IGNORE})
"""Each says on its own who the user is, or that it is nobody: a user has at most one of them."""


class VerdictBook(Store):
    """The part of the ledger that remembers what humans said."""

    def give_verdict(
        self,
        domain: str,
        user_id: str,
        kind: VerdictKind,
        *,
        author: str,
        reason: str,
        contact_id: str | None = None,
        until: datetime | None = None,
    ) -> Verdict:
        """Say something of a Webitel user. Said twice it is one verdict; a postponement ends with the next word.

        Args:
            domain: name of the domain.
            user_id: Webitel id.
            kind: what is said.
            author: who says it.
            reason: why, in the author's words.
            contact_id: the contact it speaks of; needed by `must_link`, `cannot_link` and `second_account`.
            until: end of a postponement; needed by `postpone`.

        Raises:
            VerdictIncomplete: the contact, the date or the reason is missing.
            VerdictContradicts: a verdict in force says otherwise, of this user or (linking to one contact) of another.
        """
        _require_complete(kind, contact_id, until, reason)
        with self._write() as connection:
            self._serialise(connection, f"verdicts of {domain}")
            now = self._now()
            of_user = self._in_force(connection, domain, now, user_id=user_id)
            wanted = (kind, contact_id if kind in NAMES_A_CONTACT else None, until)
            for verdict in of_user:
                if (verdict.kind, verdict.contact_id, verdict.until) == wanted:
                    return verdict
            self._require_consistent(connection, domain, now, user_id, kind, contact_id, of_user)
            postponed = [verdict.id for verdict in of_user if verdict.kind is VerdictKind.POSTPONE]
            self._end(connection, postponed, author)
            row = {
                "domain": domain, "user_id": user_id, "kind": kind.value, "contact_id": wanted[1], "author": author,
                "reason": reason.strip(), "at": now, "until": until,
            }  # fmt: skip
            number = connection.scalar(_table.insert().values(row).returning(_table.c.id))
            self._note(
                connection, f"verdict.{kind.value}", actor=author, domain=domain, subject=user_id,
                detail={"verdict": number, "contact": wanted[1]},
            )  # fmt: skip
            return _verdict(connection.execute(select(_table).where(_table.c.id == number)).one())

    def withdraw_verdict(self, number: int, *, author: str) -> Verdict:
        """Take a verdict back.

        Raises:
            VerdictNotFound: no verdict in force has this number.
        """
        with self._write() as connection:
            query = select(_table).where(_table.c.id == number, _table.c.ended_at.is_(None)).with_for_update()
            row = connection.execute(query).one_or_none()
            if row is None:
                raise VerdictNotFound("ledger-verdict-not-found", number=number)
            self._end(connection, [number], author)
            self._note(
                connection, "verdict.withdrawn", actor=author, domain=row.domain, subject=row.user_id,
                detail={"verdict": number, "kind": row.kind},
            )  # fmt: skip
            return _verdict(row)

    def verdicts(self, domain: str, user_id: str | None = None) -> list[Verdict]:
        """The verdicts in force, the oldest first; those of one user, if it is given."""
        with self._read() as connection:
            return self._in_force(connection, domain, self._now(), user_id=user_id)

    def _in_force(
        self,
        connection: Connection,
        domain: str,
        now: datetime,
        *,
        user_id: str | None = None,
        contact_id: str | None = None,
    ) -> list[Verdict]:
        query = select(_table).where(_table.c.domain == domain, _table.c.ended_at.is_(None)).order_by(_table.c.id)
        if user_id is not None:
            query = query.where(_table.c.user_id == user_id)
        if contact_id is not None:
            query = query.where(_table.c.contact_id == contact_id)
        found = [_verdict(row) for row in connection.execute(query)]
        return [verdict for verdict in found if verdict.until is None or verdict.until > now]

    def _end(self, connection: Connection, numbers: Sequence[int], author: str) -> None:
        if numbers:
            update = _table.update().where(_table.c.id.in_(numbers))
            connection.execute(update.values(ended_by=author, ended_at=self._now()))

    def _require_consistent(
        self,
        connection: Connection,
        domain: str,
        now: datetime,
        user_id: str,
        kind: VerdictKind,
        contact_id: str | None,
        of_user: Iterable[Verdict],
    ) -> None:
        for verdict in of_user:
            if _contradict(kind, contact_id, verdict):
                raise VerdictContradicts(
                    "ledger-verdict-contradicts", number=verdict.id, kind=verdict.kind.value, author=verdict.author,
                    user=user_id, wanted=kind.value,
                )  # fmt: skip
        if kind is not VerdictKind.MUST_LINK:
            return
        for verdict in self._in_force(connection, domain, now, contact_id=contact_id):
            if verdict.user_id != user_id and verdict.kind is VerdictKind.MUST_LINK:
                raise VerdictContradicts(
                    "ledger-verdict-contact-taken", number=verdict.id, other=verdict.user_id, author=verdict.author,
                    user=user_id, contact=contact_id,
                )  # fmt: skip


def _contradict(kind: VerdictKind, contact_id: str | None, other: Verdict) -> bool:
    """Whether a user cannot have both: the new one (kind and contact) and the one in force."""
    if kind in _SETTLES and other.kind in _SETTLES:
        return True  # the same one twice was recognised before
    pair = {kind, other.kind}
    if VerdictKind.IGNORE in pair:
        return bool(pair & {VerdictKind.IMPORT_ANYWAY, VerdictKind.RESTORE})
    linking = {VerdictKind.MUST_LINK, VerdictKind.SECOND_ACCOUNT}
    return VerdictKind.CANNOT_LINK in pair and bool(pair & linking) and contact_id == other.contact_id


def _require_complete(kind: VerdictKind, contact_id: str | None, until: datetime | None, reason: str) -> None:
    if kind in NAMES_A_CONTACT and not contact_id:
        raise VerdictIncomplete("ledger-verdict-without-contact", kind=kind.value)
    if kind is VerdictKind.POSTPONE and until is None:
        raise VerdictIncomplete("ledger-verdict-without-date", kind=kind.value)
    if not reason.strip():
        raise VerdictIncomplete("ledger-verdict-without-reason", kind=kind.value)


def _verdict(row: Row[Any]) -> Verdict:
    return Verdict(
        id=row.id, domain=row.domain, user_id=row.user_id, kind=VerdictKind(row.kind), contact_id=row.contact_id,
        author=row.author, reason=row.reason, at=row.at, until=row.until,
    )  # fmt: skip
