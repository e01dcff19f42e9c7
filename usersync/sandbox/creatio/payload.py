"""A body that writes a row: its members checked against the object's columns and brought into stored form."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from usersync.sandbox.creatio.columns import Column, Edm, Entity
from usersync.sandbox.creatio.errors import Failure, database_failure, invalid_body, no_property, odata_failure
from usersync.sandbox.creatio.store import Store, Stored, stamp

_GUID = re.compile(r"[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}")


class _Unfit(ValueError):
    """A value of another type than its column."""


def read_payload(store: Store, entity: Entity, body: Any) -> Stored:
    """The columns a body sets.

    Args:
        store: to look up what lookups refer to.
        entity: the object.
        body: decoded JSON.

    Raises:
        Failure: 400 for a body, member or type the model refuses; 500 for what the database refuses (too long a text,
            a lookup that refers to nothing, the zero guid among them).
    """
    if not isinstance(body, dict):
        raise invalid_body({"value": "A JSON object was expected."})
    found, errors = {}, {}
    for name, value in body.items():
        if name.startswith("@"):
            continue  # an annotation of the protocol
        column = entity.columns.get(name)
        if column is None or column.hidden:
            errors[f"value.{name}"] = no_property(name, entity.name)
            continue
        try:
            found[name] = _stored(column, value)
        except _Unfit as error:
            errors[f"value.{name}"] = str(error)
    if errors:
        raise invalid_body(errors)
    for name, value in found.items():
        _check(store, entity, entity.columns[name], value)
    return found


def require_filled(entity: Entity, row: Mapping[str, Any]) -> None:
    """Let a row through whose required columns are filled.

    Raises:
        Failure: 500, as an object that does not validate when it is saved.
    """
    for column in entity.columns.values():
        if column.required and row.get(column.name) in (None, ""):
            text = f"Value of column '{column.navigation or column.name}' in object {entity.name} is required."
            raise odata_failure(
                500, "An error has occurred.", text, "Terrasoft.Core.Entities.EntityValidationException"
            )


def _stored(column: Column, value: Any) -> Any:
    if value is None:
        if column.edm in {Edm.BOOLEAN, Edm.INT32}:
            raise _Unfit(f"A null value was found for the property named '{column.name}', which is not nullable.")
        return None
    if column.edm is Edm.BOOLEAN and isinstance(value, bool):
        return int(value)
    if column.edm is Edm.INT32 and isinstance(value, int) and not isinstance(value, bool):
        return value
    if column.edm is Edm.STRING and isinstance(value, str):
        return value or None
    if column.edm is Edm.GUID and isinstance(value, str) and _GUID.fullmatch(value):
        return value.lower()
    if column.edm is Edm.TIME and isinstance(value, str):
        return _moment(column, value)
    raise _Unfit(f"Cannot convert the value of '{column.name}' to the expected type '{column.edm.value}'.")


def _moment(column: Column, value: str) -> str:
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise _Unfit(f"Cannot convert the literal of '{column.name}' to the expected type 'Edm.DateTimeOffset'.")
    return stamp(moment)


def _check(store: Store, entity: Entity, column: Column, value: Any) -> None:
    if value is None:
        return
    if column.length is not None and len(value) > column.length:
        raise database_failure(f"22001: value too long for type character varying({column.length})")
    if column.references is not None and not store.exists(column.references, value):
        raise _no_such_reference(entity, column)


def _no_such_reference(entity: Entity, column: Column) -> Failure:
    return database_failure(
        f'23503: insert or update on table "{entity.name}" violates foreign key constraint "FK{entity.name}{column.name}"'
    )
