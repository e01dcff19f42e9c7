"""What people do in Creatio's own pages, and what tests arrange: rows are changed as the Supervisor, side effects included."""

# ruff: noqa: S608 - every name put into SQL is one of the schema, every value is bound

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from usersync.sandbox.creatio.columns import EMPTY, Edm, Entity
from usersync.sandbox.creatio.errors import Failure
from usersync.sandbox.creatio.store import Store, Stored, now
from usersync.sandbox.creatio.wellknown import SUPERVISOR_CONTACT
from usersync.sandbox.creatio.writing import Writer


class Backstage:
    """Direct access to the rows of one installation.

    Args:
        store: the database.
        writer: writes rows with their side effects.
    """

    def __init__(self, store: Store, writer: Writer) -> None:
        self._store = store
        self._writer = writer

    def rows(self, name: str) -> list[dict[str, Any]]:
        """All rows of an object; empty values are None here, passwords are left out."""
        entity = self._entity(name)
        hidden = {column.name for column in entity.columns.values() if column.hidden} | {"Password"}
        flags = {column.name for column in entity.columns.values() if column.edm is Edm.BOOLEAN}
        return [
            {key: bool(value) if key in flags else value for key, value in row.items() if key not in hidden}
            for row in self._store.find(name)
        ]

    def insert(self, name: str, row: Mapping[str, Any], name_order: str) -> dict[str, Any]:
        """Insert a row as the Supervisor; system users too, which OData refuses."""
        entity = self._entity(name)
        row_id = self._said(lambda: self._writer.insert(entity, _as_sent(entity, row), SUPERVISOR_CONTACT, name_order))
        return self._row(entity, row_id)

    def edit(self, name: str, row_id: str, values: Mapping[str, Any], name_order: str) -> dict[str, Any]:
        """Change a row as the Supervisor."""
        entity = self._entity(name)
        self._row(entity, row_id)
        self._said(
            lambda: self._writer.update(entity, row_id, _as_sent(entity, values), SUPERVISOR_CONTACT, name_order)
        )
        return self._row(entity, row_id)

    def delete(self, name: str, row_id: str) -> None:
        """Delete a row as the Supervisor, with what goes with it."""
        entity = self._entity(name)
        self._row(entity, row_id)
        self._said(lambda: self._writer.delete(entity, row_id, SUPERVISOR_CONTACT))

    def merge(self, name: str, keep: str, lose: str) -> None:
        """Merge two rows as Creatio's merge does: references move, blanks are filled, the loser is deleted."""
        entity = self._entity(name)
        kept, lost = self._row(entity, keep), self._row(entity, lose)
        with self._store.transaction():
            for owner, column in self._store.schema.referrers.get(name, ()):
                self._store.run(
                    f'UPDATE "{owner.name}" SET "{column.name}" = ? WHERE "{column.name}" = ?', (keep, lose)
                )
            blanks = {
                key: lost[key] for key, value in kept.items() if value in (None, "") and lost[key] not in (None, "")
            }
            self._store.delete(name, lose)
            stamped = {"ModifiedOn": now(), "ModifiedById": SUPERVISOR_CONTACT}
            self._store.update(name, keep, {**blanks, **stamped})
            self._drop_twins(name, keep)

    def _drop_twins(self, name: str, keep: str) -> None:
        if name != "Contact":
            return
        seen: set[tuple[Any, Any]] = set()
        for row in self._store.find("ContactCommunication", ContactId=keep):
            key = (row["CommunicationTypeId"], row["Number"])
            if key in seen:
                self._store.delete("ContactCommunication", row["Id"])
            seen.add(key)

    def _entity(self, name: str) -> Entity:
        entity = self._store.schema.entities.get(name)
        if entity is None:
            raise KeyError(f"object {name}")
        return entity

    def _row(self, entity: Entity, row_id: str) -> Stored:
        row = self._store.read(entity.name, row_id)
        if row is None:
            raise KeyError(f"row {row_id} in {entity.name}")
        return row

    def _said(self, act: Any) -> Any:
        try:
            return act()
        except Failure as failure:
            raise ValueError(str(failure.body)) from failure


def _as_sent(entity: Entity, row: Mapping[str, Any]) -> dict[str, Any]:
    """A row as OData would be sent it: None clears whatever the type."""
    return {
        name: EMPTY[entity.columns[name].edm]
        if value is None and name in entity.columns and entity.columns[name].edm in {Edm.BOOLEAN, Edm.INT32}
        else value
        for name, value in row.items()
    }
