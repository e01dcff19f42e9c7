"""One OData request, alone or inside a batch: its path taken apart, carried out, answered."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from usersync.sandbox.creatio.columns import Entity
from usersync.sandbox.creatio.errors import Failure, invalid_query, no_entity_set, no_property, no_record, odata_failure
from usersync.sandbox.creatio.query import ODataQuery
from usersync.sandbox.creatio.reading import Reader
from usersync.sandbox.creatio.rights import Rights
from usersync.sandbox.creatio.sessions import Caller
from usersync.sandbox.creatio.store import Store
from usersync.sandbox.creatio.switches import Switches
from usersync.sandbox.creatio.writing import Writer
from usersync.sandbox.front.faults import Fault

_GUID = r"[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}"
_ROW = re.compile(
    rf"(?P<set>[A-Za-z_]\w*)(?:\((?P<key>{_GUID})\)|/(?P<slash>{_GUID}))(?:/(?P<field>\w+)(?P<raw>/\$value)?)?/?"
)
_SET = re.compile(r"(?P<set>[A-Za-z_]\w*)(?P<count>/\$count)?/?")
_ANY_SET = re.compile(r"[^/(?]*")


@dataclass(frozen=True)
class Operation:
    """One request.

    Attributes:
        method: HTTP method.
        path: relative to the OData root: `Contact(…)`.
        query: raw query string.
        body: decoded JSON, None without one.
    """

    method: str
    path: str
    query: str = ""
    body: Any = None


@dataclass(frozen=True)
class Context:
    """What holds for a request besides itself.

    Attributes:
        caller: who asks.
        rights: what the caller may do.
        switches: how the installation behaves.
        root: address of the OData root, without a slash at the end.
        faults: faults the service itself has to read.
    """

    caller: Caller
    rights: Rights
    switches: Switches
    root: str
    faults: Sequence[Fault] = ()


@dataclass(frozen=True)
class Reply:
    """The answer to one operation.

    Attributes:
        status: HTTP status.
        body: JSON value, None for an empty body.
        headers: further headers.
        plain: the body is text, not JSON.
    """

    status: int
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    plain: bool = False


class OData:
    """Carries out operations on one Creatio.

    Args:
        store: the database.
        writer: writes rows and remembers what the add-on has to know.
    """

    def __init__(self, store: Store, writer: Writer) -> None:
        self._store = store
        self._reader = Reader(store)
        self._writer = writer

    def carry_out(self, operation: Operation, context: Context) -> Reply:
        """Answer an operation; a failure is an answer too."""
        try:
            return self._carry_out(operation, context)
        except Failure as failure:
            return Reply(failure.status, failure.body)

    def _carry_out(self, operation: Operation, context: Context) -> Reply:
        if found := _ROW.fullmatch(operation.path):
            entity = self._entity(found["set"], operation, context)
            row_id = (found["key"] or found["slash"]).lower()
            if found["field"]:
                return self._field(entity, row_id, found["field"], operation, context, raw=bool(found["raw"]))
            return self._row(entity, row_id, operation, context)
        if found := _SET.fullmatch(operation.path):
            entity = self._entity(found["set"], operation, context)
            return self._set(entity, operation, context, count_only=bool(found["count"]))
        name = _ANY_SET.match(operation.path)
        self._entity(name[0] if name else "", operation, context)
        raise invalid_query(f"The path '{operation.path}' is not valid; keys are bare guids.")

    def _entity(self, name: str, operation: Operation, context: Context) -> Entity:
        entity = self._store.schema.entities.get(name)
        if entity is None:
            raise no_entity_set(name, f"{context.root}/{operation.path}", context.switches.missing_set_status)
        return entity

    def _set(self, entity: Entity, operation: Operation, context: Context, *, count_only: bool) -> Reply:
        if operation.method == "POST" and not count_only:
            return self._create(entity, operation, context)
        if operation.method != "GET":
            raise odata_failure(405, f"The requested resource does not support http method '{operation.method}'.")
        query = ODataQuery.parse(operation.query)
        if count_only:
            total = self._reader.count(entity, query, context.rights, context.switches)
            return Reply(200, str(total), plain=True)
        listing = self._reader.list(entity, query, context.rights, context.switches, context.faults)
        columns = f"({','.join(query.select)})" if query.select else ""
        body: dict[str, Any] = {"@odata.context": f"{context.root}/$metadata#{entity.name}{columns}"}
        if listing.total is not None:
            body["@odata.count"] = listing.total
        body["value"] = listing.rows
        if listing.next_skip is not None and context.switches.next_link:
            body["@odata.nextLink"] = _next_link(context.root, operation, listing.next_skip)
        return Reply(200, body)

    def _create(self, entity: Entity, operation: Operation, context: Context) -> Reply:
        self._require_writable(entity)
        context.rights.require_write(entity.name, "insert into")
        row_id = self._writer.insert(entity, operation.body, context.caller.contact, context.switches.name_order)
        return Reply(
            201,
            self._shown(entity, row_id, ODataQuery(), context),
            {"Location": f"{context.root}/{entity.name}({row_id})"},
        )

    def _row(self, entity: Entity, row_id: str, operation: Operation, context: Context) -> Reply:
        if operation.method == "GET":
            return Reply(200, self._shown(entity, row_id, ODataQuery.parse(operation.query), context))
        if operation.method not in {"PATCH", "DELETE"}:
            raise odata_failure(405, f"The requested resource does not support http method '{operation.method}'.")
        if operation.method == "DELETE":
            self._require_writable(entity)
        context.rights.require_write(entity.name, "change")
        if not self._store.exists(entity.name, row_id):
            if context.switches.missing_write_status == 204:
                return Reply(204)
            raise no_record(entity.name, row_id)
        if operation.method == "DELETE":
            self._writer.delete(entity, row_id, context.caller.contact)
        else:
            self._writer.update(entity, row_id, operation.body, context.caller.contact, context.switches.name_order)
        return Reply(204)

    def _field(
        self, entity: Entity, row_id: str, name: str, operation: Operation, context: Context, *, raw: bool
    ) -> Reply:
        if operation.method != "GET":
            raise odata_failure(405, f"The requested resource does not support http method '{operation.method}'.")
        if name in entity.navigations:
            row = self._shown(entity, row_id, ODataQuery.parse(f"$expand={name}"), context)
            return Reply(200, row[name]) if row[name] is not None else Reply(204)
        if name not in entity.columns:
            raise odata_failure(404, no_property(name, entity.name))
        value = self._shown(entity, row_id, ODataQuery(select=(name,)), context)[name]
        if raw:
            return Reply(200, str(value), plain=True)
        return Reply(
            200, {"@odata.context": f"{context.root}/$metadata#{entity.name}({row_id})/{name}", "value": value}
        )

    def _shown(self, entity: Entity, row_id: str, query: ODataQuery, context: Context) -> dict[str, Any]:
        row = self._reader.one(entity, row_id, query, context.rights)
        return {"@odata.context": f"{context.root}/$metadata#{entity.name}/$entity", **row}

    def _require_writable(self, entity: Entity) -> None:
        if not entity.writable:
            text = f"Rows of {entity.name} are neither created nor deleted through OData."
            raise odata_failure(403, text, kind="System.Security.SecurityException")


def _next_link(root: str, operation: Operation, skip: int) -> str:
    options = [part for part in operation.query.split("&") if part and not part.startswith(("$skip=", "%24skip="))]
    return f"{root}/{operation.path}?{'&'.join([*options, f'$skip={skip}'])}"
