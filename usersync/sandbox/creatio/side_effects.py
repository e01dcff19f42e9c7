"""What Creatio does on its own when contacts and their communications are saved."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from usersync.sandbox.creatio.columns import Default, Entity
from usersync.sandbox.creatio.names import converted
from usersync.sandbox.creatio.store import Store, Stored, now
from usersync.sandbox.creatio.wellknown import MIRRORED

_JOB = ("JobId", "JobTitle", "DepartmentId", "DecisionRoleId")
_COLUMN_OF = {kind: column for column, kind in MIRRORED.items()}


class SideEffects:
    """The reactions of one installation.

    Args:
        store: the database.
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    def before_save(self, entity: Entity, sent: Stored, before: Mapping[str, Any], name_order: str) -> Stored:
        """Columns that a save adds before the row is written."""
        if entity.name == "Contact":
            return converted(sent, before, name_order)
        if entity.name.endswith("Communication") and "Number" in sent:
            digits = "".join(char for char in sent["Number"] or "" if char.isdigit())
            return {"SearchNumber": digits[::-1][:50] or None}
        return {}

    def after_save(self, entity: Entity, before: Mapping[str, Any], after: Mapping[str, Any], caller: str) -> None:
        """Rows that a save writes besides.

        Args:
            entity: the object that was saved.
            before: the row as it was, empty for a new one.
            after: the row as it is.
            caller: contact of the calling user.
        """
        if entity.name == "Contact":
            self._mirror_to_communications(before, after, caller)
            self._keep_career(before, after, caller)
        elif entity.name == "ContactCommunication":
            self._mirror_to_contact(before, after, caller)

    def after_delete(self, entity: Entity, before: Mapping[str, Any], caller: str) -> None:
        """Rows that a deletion changes besides."""
        if entity.name == "ContactCommunication":
            self._mirror_to_contact(before, {}, caller)

    def _mirror_to_communications(self, before: Mapping[str, Any], after: Mapping[str, Any], caller: str) -> None:
        for column, kind in MIRRORED.items():
            old, new = before.get(column), after[column]
            if old == new:
                continue
            held = self._store.find("ContactCommunication", ContactId=after["Id"], CommunicationTypeId=kind)
            former = next((row for row in held if old and row["Number"] == old), None)
            if new is None:
                if former is not None:
                    self._store.delete("ContactCommunication", former["Id"])
            elif any(row["Number"] == new for row in held):
                continue
            elif former is not None:
                stamped = {"ModifiedOn": now(), "ModifiedById": caller}
                search = {"SearchNumber": "".join(filter(str.isdigit, new))[::-1][:50] or None}
                self._store.update("ContactCommunication", former["Id"], {"Number": new, **search, **stamped})
            else:
                sent = {"ContactId": after["Id"], "CommunicationTypeId": kind, "Number": new}
                self._insert("ContactCommunication", sent, caller)

    def _mirror_to_contact(self, before: Mapping[str, Any], after: Mapping[str, Any], caller: str) -> None:
        kind = after.get("CommunicationTypeId") or before.get("CommunicationTypeId")
        contact_id = after.get("ContactId") or before.get("ContactId")
        column = _COLUMN_OF.get(str(kind))
        contact = self._store.read("Contact", str(contact_id)) if column else None
        if contact is None or column is None:
            return
        shown = contact[column]
        if after.get("Number") and not after.get("NonActual"):
            value = after["Number"] if shown in (None, before.get("Number")) else shown
        elif shown == (after.get("Number") or before.get("Number")):
            others = self._store.find("ContactCommunication", ContactId=contact_id, CommunicationTypeId=kind)
            value = next(
                (row["Number"] for row in others if not row["NonActual"] and row["Id"] != after.get("Id")), None
            )
        else:
            value = shown
        if value != shown:
            self._store.update("Contact", contact["Id"], {column: value, "ModifiedOn": now(), "ModifiedById": caller})

    def _keep_career(self, before: Mapping[str, Any], after: Mapping[str, Any], caller: str) -> None:
        job = {name: after[name] for name in _JOB}
        if after["AccountId"] == before.get("AccountId") and all(job[name] == before.get(name) for name in _JOB):
            return
        current = [
            row for row in self._store.find("ContactCareer", ContactId=after["Id"]) if row["Current"] and row["Primary"]
        ]
        stamped = {"ModifiedOn": now(), "ModifiedById": caller}
        if current and current[0]["AccountId"] == after["AccountId"]:
            self._store.update("ContactCareer", current[0]["Id"], {**job, **stamped})
            return
        for row in current:  # the former post ends
            self._store.update("ContactCareer", row["Id"], {"Current": 0, "Primary": 0, "DueDate": now(), **stamped})
        if after["AccountId"] is not None:
            self._insert("ContactCareer", {"ContactId": after["Id"], "AccountId": after["AccountId"], **job}, caller)

    def _insert(self, name: str, sent: Stored, caller: str) -> None:
        entity = self._store.schema.entities[name]
        row = {**with_defaults(entity, caller), **self.before_save(entity, sent, {}, ""), **sent}
        self._store.insert(name, row)


def with_defaults(entity: Entity, caller: str) -> Stored:
    """A new row of an object: a fresh Id and every default.

    Args:
        entity: the object.
        caller: contact of the calling user.
    """
    moment = now()
    values = {Default.NOW: moment, Default.TODAY: f"{moment[:10]}T00:00:00.000Z", Default.CALLER: caller}
    row = {
        name: _plain(values.get(column.default, column.default))
        for name, column in entity.columns.items()
        if _has_default(column.default)
    }
    return {**row, "Id": str(uuid.uuid4())}


def _has_default(value: Any) -> bool:
    return value is not None


def _plain(value: Any) -> Any:
    return int(value) if isinstance(value, bool) else value
