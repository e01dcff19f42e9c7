"""What we wrote last, and which licences we granted: kept in step with the outcomes, in the same transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Delete, Insert, Row, bindparam, select

from usersync.ledger import schema
from usersync.ledger.codec import from_text, from_texts, to_text
from usersync.ledger.leases import LeaseBook
from usersync.ledger.store import slices
from usersync.ledger.values import Lease
from usersync.planning.processes import MODES
from usersync.planning.values import Action, Value

_UNDO = "undo"
_CREATE, _UPDATE, _DELETE = Action.CREATE.value, Action.UPDATE.value, Action.DELETE.value
_SET_LICENSES = Action.SET_LICENSES.value
_CREATIO = "creatio"


class AppliedBook(LeaseBook):
    """The part of the ledger that knows which values and grants are ours."""

    def last_applied(self, domain: str) -> dict[tuple[str, str], dict[str, Value]]:
        """(entity, key) → field → the value we wrote last. What we never wrote is not in it.

        It is the value sent, not the one read back: compared with the row as it stands it tells a human's edit.
        """
        table = schema.last_applied
        query = select(table.c.entity, table.c.key, table.c.fields).where(table.c.domain == domain)
        with self._read() as connection:
            rows = connection.execute(query).all()
        fields = from_texts([row[2] for row in rows])
        return {(row[0], row[1]): values for row, values in zip(rows, fields, strict=True)}

    def grants_made(self, domain: str) -> set[tuple[str, str]]:
        """(Webitel user id, licence id) of every licence usersync granted and has not withdrawn since."""
        table = schema.grants
        query = select(table.c.user_id, table.c.license_id).where(
            table.c.domain == domain, table.c.withdrawn_by.is_(None)
        )
        with self._read() as connection:
            return {(row.user_id, row.license_id) for row in connection.execute(query)}

    def learn(self, lease: Lease, run_id: str, values: Mapping[tuple[str, str], Mapping[str, Value]]) -> None:
        """Take values that were found, not written, for ours: a new link's baseline. What is known already stays.

        Args:
            lease: the right to write to the domain.
            run_id: the run that made the links.
            values: (entity, key) → fields that already say what the source says.

        Raises:
            LeaseLost: another run has taken over.
        """
        if not values:
            return
        with self._write() as connection:
            self._hold(connection, lease, live=False)
            known = _stored_values(connection, lease.domain, [key for _, key in values])
            rows = [
                {
                    "domain": lease.domain, "key": key, "entity": entity, "run_id": run_id,
                    "fields": to_text({**fields, **from_text(known.get((key, entity), "{}"))}),
                }
                for (entity, key), fields in values.items()
            ]  # fmt: skip
            self._many(connection, "last_applied.upsert", self._upsert_of_values, rows)
            detail = {"rows": len(rows)}
            self._note(connection, "values.learnt", domain=lease.domain, run_id=run_id, detail=detail)

    def _take_effect(self, connection: Connection, domain: str, run_id: str, done: Sequence[Row[Any]]) -> None:
        """Bring values, grants and usernames up to date with operations that have just succeeded.

        Args:
            connection: the transaction that settles them.
            domain: theirs.
            run_id: theirs.
            done: their rows in the journal.
        """
        grants = [row for row in done if row.action == _SET_LICENSES]
        if grants:
            self._update_grants(connection, domain, run_id, grants)
        values = [row for row in done if row.service == _CREATIO]
        if values:
            self._update_values(connection, domain, run_id, values)
            _update_usernames(connection, domain, values)

    def _update_values(self, connection: Connection, domain: str, run_id: str, done: Sequence[Row[Any]]) -> None:
        known = _stored_values(connection, domain, [row.key for row in done if row.action == _UPDATE])
        changed: dict[tuple[str, str], str | None] = {}
        for row in done:
            place = (row.key, row.entity)
            if row.action == _DELETE:
                changed[place] = None
            elif row.action == _CREATE:
                changed[place] = row.after
            else:
                before = changed[place] if place in changed else known.get(place)
                changed[place] = row.after if before is None else to_text({**from_text(before), **from_text(row.after)})
        self._many(
            connection, "last_applied.upsert", self._upsert_of_values,
            [
                {"domain": domain, "key": key, "entity": entity, "fields": values, "run_id": run_id}
                for (key, entity), values in changed.items()
                if values is not None
            ],
        )  # fmt: skip
        self._many(
            connection, "last_applied.delete", _delete_of_values,
            [
                {"b_domain": domain, "b_key": key, "b_entity": entity}
                for (key, entity), values in changed.items()
                if values is None
            ],
        )  # fmt: skip

    def _upsert_of_values(self) -> Insert:
        insert = self._insert(schema.last_applied)
        return insert.on_conflict_do_update(
            index_elements=["domain", "key", "entity"],
            set_={"fields": insert.excluded.fields, "run_id": insert.excluded.run_id},
        )

    def _update_grants(self, connection: Connection, domain: str, run_id: str, done: Sequence[Row[Any]]) -> None:
        table = schema.grants
        mode = connection.scalar(select(schema.runs.c.mode).where(schema.runs.c.id == run_id))
        now = self._now()
        given: list[dict[str, str]] = []
        taken: list[dict[str, str]] = []
        for row in done:
            user_id = row.user_id or row.key
            before, after = _licenses(from_text(row.before)), _licenses(from_text(row.after))
            given.extend({"b_user": user_id, "b_license": license_id} for license_id in sorted(after - before))
            taken.extend({"b_user": user_id, "b_license": license_id} for license_id in sorted(before - after))
        this_grant = (
            table.c.domain == domain,
            table.c.user_id == bindparam("b_user"),
            table.c.license_id == bindparam("b_license"),
        )
        if given and mode == _UNDO:
            # An undone withdrawal gives back what the person had: ours only if it was ours before.
            connection.execute(table.update().where(*this_grant).values(withdrawn_by=None), given)
        elif given and mode not in MODES:  # what a human gave by hand is not ours to withdraw by the rules
            self._remember_grants(connection, domain, run_id, now, given)
        if taken:
            connection.execute(table.update().where(*this_grant).values(withdrawn_by=run_id), taken)

    def _remember_grants(
        self, connection: Connection, domain: str, run_id: str, now: datetime, given: Sequence[Mapping[str, str]]
    ) -> None:
        insert = self._insert(schema.grants)
        connection.execute(
            insert.on_conflict_do_update(
                index_elements=["domain", "user_id", "license_id"],
                set_={"run_id": insert.excluded.run_id, "at": insert.excluded["at"], "withdrawn_by": None},
            ),
            [
                {"domain": domain, "user_id": grant["b_user"], "license_id": grant["b_license"], "run_id": run_id,
                 "at": now, "withdrawn_by": None}
                for grant in given
            ],
        )  # fmt: skip


def _delete_of_values() -> Delete:
    table = schema.last_applied
    return table.delete().where(
        table.c.domain == bindparam("b_domain"),
        table.c.key == bindparam("b_key"),
        table.c.entity == bindparam("b_entity"),
    )


def _stored_values(connection: Connection, domain: str, keys: Sequence[str]) -> dict[tuple[str, str], str]:
    table = schema.last_applied
    found: dict[tuple[str, str], str] = {}
    for some in slices(keys):
        query = select(table.c.key, table.c.entity, table.c.fields)
        for row in connection.execute(query.where(table.c.domain == domain, table.c.key.in_(some))):
            found[row.key, row.entity] = row.fields
    return found


def _update_usernames(connection: Connection, domain: str, done: Sequence[Row[Any]]) -> None:
    """A link bears the username last written to its record, so that the gone can still be named."""
    updated = [row for row in done if row.entity == "record" and row.action == _UPDATE and row.user_id]
    names = [(row.user_id, from_text(row.after).get("username")) for row in updated]
    renamed = [{"b_user": user_id, "b_name": str(name)} for user_id, name in names if name]
    if renamed:
        links = schema.links
        connection.execute(
            links.update()
            .where(links.c.domain == domain, links.c.user_id == bindparam("b_user"))
            .values(username=bindparam("b_name")),
            renamed,
        )


def _licenses(values: Mapping[str, Value]) -> set[str]:
    """The licence ids of a complete set, whatever the field is called."""
    return {str(item) for value in values.values() if isinstance(value, list) for item in value}
