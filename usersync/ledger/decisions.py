"""Decisions: what a run said of each Webitel user.

Users that something is said of have a row each. The others, in an unchanged world all of them, are kept in one compressed
pack named by its content, so that a schedule that finds nothing to do does not fill the disk with saying so.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from sqlalchemy import Connection, select

from usersync.ledger import schema
from usersync.ledger.codec import from_text, from_texts, squeeze, to_text, unsqueeze
from usersync.ledger.runs import RunBook
from usersync.planning.values import Bucket, UserItem

_table = schema.decisions
PACKS = "packs"
"""Topic under which packs are written and swept away, one at a time."""


class DecisionBook(RunBook):
    """The part of the ledger that remembers what was said of whom."""

    def save_decisions(self, run_id: str, items: Sequence[UserItem]) -> None:
        """Store the decisions of a run, all of them; a second call (after the run's writes) replaces the first.

        Raises:
            RunNotFound: there is no such run.
        """
        quiet = [item for item in items if _is_quiet(item)]
        loud = [item for item in items if not _is_quiet(item)]
        with self._write() as connection:
            run = self._one_run(connection, run_id)
            connection.execute(_table.delete().where(_table.c.run_id == run_id))
            if loud:
                connection.execute(
                    _table.insert(),
                    [
                        {
                            "run_id": run_id, "user_id": item.user_id, "domain": run.domain,
                            "bucket": item.bucket.value, "body": to_text(item.to_json()), "username": item.username,
                            "situation": item.situation.value,
                        }
                        for item in loud
                    ],
                )  # fmt: skip
            pack = self._save_pack(connection, quiet) if quiet else None
            connection.execute(schema.runs.update().where(schema.runs.c.id == run_id).values(pack=pack))
            detail = {"users": len(items), "unchanged": len(quiet)}
            self._note(connection, "decisions.saved", domain=run.domain, run_id=run_id, detail=detail)

    def decisions(self, run_id: str) -> list[UserItem]:
        """What a run said of every user in its scope, by user id (in the order of their numbers).

        Raises:
            RunNotFound: there is no such run.
        """
        with self._read() as connection:
            found = self._run_id(connection, run_id)
            bodies = list(connection.scalars(select(_table.c.body).where(_table.c.run_id == found)))
            pack = connection.scalar(select(schema.runs.c.pack).where(schema.runs.c.id == found))
            packed = _open_pack(connection, pack)
        items = [UserItem.from_json(value) for value in from_texts(bodies)]
        return sorted([*items, *packed], key=lambda item: (len(item.user_id), item.user_id))

    def said_of(self, domain: str, user_id: str) -> bool:
        """Whether a run ever said something of this user that had a row of its own."""
        query = select(_table.c.run_id).where(_table.c.domain == domain, _table.c.user_id == user_id).limit(1)
        with self._read() as connection:
            return connection.scalar(query) is not None

    def decision(self, run_id: str, user_id: str) -> UserItem | None:
        """What a run said of one user; None where it said nothing.

        Raises:
            RunNotFound: there is no such run.
        """
        with self._read() as connection:
            found = self._run_id(connection, run_id)
            query = select(_table.c.body).where(_table.c.run_id == found, _table.c.user_id == user_id)
            body = connection.scalar(query)
            if body is not None:
                return UserItem.from_json(from_text(body))
            pack = connection.scalar(select(schema.runs.c.pack).where(schema.runs.c.id == found))
            return next((item for item in _open_pack(connection, pack) if item.user_id == user_id), None)

    def _save_pack(self, connection: Connection, items: Sequence[UserItem]) -> str:
        ordered = sorted(items, key=lambda item: item.user_id)
        text = to_text([item.to_json() for item in ordered])
        name = hashlib.sha256(text.encode()).hexdigest()
        self._serialise(connection, PACKS)
        insert = self._insert(schema.packs).values(id=name, body=squeeze(text))
        connection.execute(insert.on_conflict_do_nothing())
        return name


def _is_quiet(item: UserItem) -> bool:
    """Nothing happens to the user, and nothing of it is worth a row."""
    return item.bucket is Bucket.UNCHANGED and not item.kept


def _open_pack(connection: Connection, name: str | None) -> list[UserItem]:
    if name is None:
        return []
    body = connection.scalar(select(schema.packs.c.body).where(schema.packs.c.id == name))
    return [] if body is None else [UserItem.from_json(value) for value in from_text(unsqueeze(body))]
