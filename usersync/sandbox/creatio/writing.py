"""Writing: insert, update, delete, with defaults, stamps, side effects and what hangs on a row."""

# ruff: noqa: S608 - every name put into SQL is one of the schema, every value is bound

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from usersync.sandbox.creatio.columns import Column, Entity
from usersync.sandbox.creatio.errors import database_failure, no_record
from usersync.sandbox.creatio.payload import read_payload, require_filled
from usersync.sandbox.creatio.side_effects import SideEffects, with_defaults
from usersync.sandbox.creatio.store import Store, Stored, now

_STAMPS = frozenset({"ModifiedOn", "ModifiedById"})


@dataclass(frozen=True)
class RowChange:
    """A row of the section that was written: what the add-on reacts to.

    Attributes:
        before: the row as it was, None when it is new.
        after: the row as it is, None when it is gone.
    """

    before: Stored | None
    after: Stored | None


class Writer:
    """Writes the rows of one Creatio.

    Args:
        store: the database.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._effects = SideEffects(store)
        self._changes: list[RowChange] = []

    def take_changes(self) -> list[RowChange]:
        """The changes of section records since the last call."""
        taken, self._changes = self._changes, []
        return taken

    def insert(self, entity: Entity, body: Any, caller: str, name_order: str) -> str:
        """Insert a row; a client's own Id is kept.

        Args:
            entity: the object.
            body: decoded JSON.
            caller: contact of the calling user.
            name_order: order of names.

        Returns:
            The Id.

        Raises:
            Failure: the body does not fit, a required column is empty, or the Id is taken.
        """
        sent = read_payload(self._store, entity, body)
        row = {**with_defaults(entity, caller), **{name: value for name, value in sent.items() if name not in _STAMPS}}
        row |= self._effects.before_save(entity, sent, {}, name_order)
        require_filled(entity, row)
        with self._store.transaction():
            try:
                self._store.insert(entity.name, row)
            except sqlite3.IntegrityError as error:
                text = f'23505: duplicate key value violates unique constraint "PK{entity.name}Id"'
                raise database_failure(text) from error
            after = self._require(entity, row["Id"])
            self._effects.after_save(entity, {}, after, caller)
        self._note(entity, None, after)
        return str(row["Id"])

    def update(self, entity: Entity, row_id: str, body: Any, caller: str, name_order: str) -> None:
        """Change the columns a body names.

        Raises:
            Failure: 404 for an unknown Id; the body does not fit; a required column would be emptied.
        """
        before = self._require(entity, row_id)
        sent = read_payload(self._store, entity, body)
        sent.pop("Id", None)
        changed = {**sent, **self._effects.before_save(entity, sent, before, name_order)}
        require_filled(entity, {**before, **changed})
        with self._store.transaction():
            self._store.update(entity.name, row_id, {**changed, "ModifiedOn": now(), "ModifiedById": caller})
            after = self._require(entity, row_id)
            self._effects.after_save(entity, before, after, caller)
        self._note(entity, before, after)

    def delete(self, entity: Entity, row_id: str, caller: str) -> None:
        """Delete a row and what goes with it.

        Raises:
            Failure: 404 for an unknown Id; 500 when a row refers to it that does not go with it.
        """
        before = self._require(entity, row_id)
        with self._store.transaction():
            self._delete_with_details(entity, row_id)
            self._effects.after_delete(entity, before, caller)
        self._note(entity, before, None)

    def _delete_with_details(self, entity: Entity, row_id: str) -> None:
        for owner, column in self._store.schema.referrers.get(entity.name, ()):
            if not _binds(owner, column):
                continue
            held = self._store.all(f'SELECT "Id" FROM "{owner.name}" WHERE "{column.name}" = ?', (row_id,))
            if held and not column.cascade:
                raise database_failure(
                    f'23503: update or delete on table "{entity.name}" violates foreign key constraint'
                    f' "FK{owner.name}{column.name}" on table "{owner.name}"'
                )
            for (detail_id,) in held:
                before = self._store.read(owner.name, detail_id)
                self._delete_with_details(owner, detail_id)
                self._note(owner, before, None)
        self._store.delete(entity.name, row_id)

    def _require(self, entity: Entity, row_id: str) -> Stored:
        row = self._store.read(entity.name, row_id)
        if row is None:
            raise no_record(entity.name, row_id)
        return row

    def _note(self, entity: Entity, before: Mapping[str, Any] | None, after: Mapping[str, Any] | None) -> None:
        if entity.name == "WSysAccount":
            self._changes.append(RowChange(dict(before) if before else None, dict(after) if after else None))


def _binds(owner: Entity, column: Column) -> bool:
    """Whether a lookup holds the row it refers to: who created, changed or owns a row does not."""
    return column.cascade or column.name in owner.indexed
