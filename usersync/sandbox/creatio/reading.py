"""Reading: lists, single rows, single fields, counts."""

# ruff: noqa: S608 - every name put into SQL is one of the schema, every value is bound

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from usersync.sandbox.creatio.columns import Column, Entity
from usersync.sandbox.creatio.errors import invalid_query, no_property, no_record
from usersync.sandbox.creatio.filters import Condition, compile_filter
from usersync.sandbox.creatio.paths import Joins
from usersync.sandbox.creatio.query import Expand, ODataQuery
from usersync.sandbox.creatio.rights import Rights
from usersync.sandbox.creatio.store import Store, shown
from usersync.sandbox.creatio.switches import Switches
from usersync.sandbox.front.faults import Fault, struck_by


@dataclass(frozen=True)
class Listing:
    """The rows of a list answer.

    Attributes:
        rows: as the wire has them.
        total: number of all rows, where it was asked for.
        next_skip: where the next part begins if the body was capped.
    """

    rows: list[dict[str, Any]]
    total: int | None
    next_skip: int | None


@dataclass(frozen=True)
class _Shape:
    """The columns of a row to build, and the rows to build inside it."""

    columns: tuple[tuple[Column, int], ...]
    inner: tuple[tuple[str, int | None, _Shape], ...]

    def build(self, values: Sequence[Any]) -> dict[str, Any]:
        row = {column.name: shown(column, values[at]) for column, at in self.columns}
        for name, key_at, shape in self.inner:
            row[name] = None if key_at is None or values[key_at] is None else shape.build(values)
        return row


class Reader:
    """Reads the rows of one Creatio.

    Args:
        store: the database.
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    def list(
        self, entity: Entity, query: ODataQuery, rights: Rights, switches: Switches, faults: Sequence[Fault] = ()
    ) -> Listing:
        """GET of an entity set.

        Raises:
            Failure: 400 or 500 for a query that cannot be answered.
        """
        query = _window(query, faults)
        select, shape = self._chosen(entity, query, rights)
        joins = Joins(self._store.schema, entity)
        where = self._where(query, joins, switches)
        order = self._order(query, joins)
        if not rights.may_read(entity.name):
            return Listing([], 0 if query.count else None, None)
        wanted = switches.row_cap if query.top is None else min(query.top, switches.row_cap)
        # The page is found before anything is joined to it: a far $skip then passes over an index and no rows.
        page = f'SELECT t.rowid AS r FROM "{entity.name}" t {joins.sql} WHERE {where.sql} ORDER BY {order} LIMIT ? OFFSET ?'
        rows = f'({page}) page CROSS JOIN "{entity.name}" t ON t.rowid = page.r'
        sql = f"SELECT {select.sql_columns} FROM {rows} {select.joins.sql}"
        found = self._store.all(sql, (*where.args, wanted + 1, query.skip)) if wanted or query.top != 0 else []
        capped = len(found) > wanted and (query.top is None or query.top > wanted)
        total = self._count(entity, joins, where) if query.count else None
        return Listing(
            [shape.build(values) for values in found[:wanted]], total, query.skip + wanted if capped else None
        )

    def count(self, entity: Entity, query: ODataQuery, rights: Rights, switches: Switches) -> int:
        """GET of `…/$count`."""
        joins = Joins(self._store.schema, entity)
        where = self._where(query, joins, switches)
        return self._count(entity, joins, where) if rights.may_read(entity.name) else 0

    def one(self, entity: Entity, row_id: str, query: ODataQuery, rights: Rights) -> dict[str, Any]:
        """GET of one row.

        Raises:
            Failure: 404 for an Id that does not exist or may not be seen.
        """
        select, shape = self._chosen(entity, query, rights)
        sql = f'SELECT {select.sql_columns} FROM "{entity.name}" t {select.joins.sql} WHERE t."Id" = ?'
        found = self._store.all(sql, (row_id,)) if rights.may_read(entity.name) else []
        if not found:
            raise no_record(entity.name, row_id)
        return shape.build(found[0])

    def _where(self, query: ODataQuery, joins: Joins, switches: Switches) -> Condition:
        if not query.filter.strip():
            return Condition("1")
        return compile_filter(query.filter, joins, case_insensitive=switches.case_insensitive)

    def _order(self, query: ODataQuery, joins: Joins) -> str:
        # With a filter the order is sorted afterwards (the unary plus keeps the index of the order out of it): walking a
        # million rows in Id order to find the twenty that match is the slower plan, and SQLite likes to choose it.
        plus = "+" if query.filter.strip() else ""
        terms = [
            f"{plus}{joins.column(path.split('/'))[0]} {'DESC' if descends else 'ASC'}"
            for path, descends in query.orderby
        ]
        return ", ".join((*terms, "t.rowid"))

    def _count(self, entity: Entity, joins: Joins, where: Condition) -> int:
        total: int = self._store.value(
            f'SELECT count(*) FROM "{entity.name}" t {joins.sql} WHERE {where.sql}', where.args
        )
        return total

    def _chosen(self, entity: Entity, query: ODataQuery, rights: Rights) -> tuple[_Select, _Shape]:
        select = _Select(Joins(self._store.schema, entity))
        return select, self._shape(entity, (), query.select, query.expand, rights, select)

    def _shape(
        self,
        entity: Entity,
        way: tuple[str, ...],
        names: tuple[str, ...],
        expands: tuple[Expand, ...],
        rights: Rights,
        select: _Select,
    ) -> _Shape:
        columns = []
        for name in names or tuple(name for name, column in entity.columns.items() if not column.hidden):
            column = entity.columns.get(name)
            if column is None or column.hidden:
                raise invalid_query(no_property(name, entity.name))
            columns.append((column, select.column(way, column.name)))
        inner = []
        for expand in expands:
            navigation = entity.navigations.get(expand.navigation)
            if navigation is None or navigation.references is None:
                raise invalid_query(no_property(expand.navigation, entity.name))
            target = self._store.schema.entities[navigation.references]
            beyond = (*way, expand.navigation)
            shape = self._shape(target, beyond, expand.select, expand.expand, rights, select)
            visible = rights.may_read(target.name)
            inner.append((expand.navigation, select.column(beyond, "Id") if visible else None, shape))
        return _Shape(tuple(columns), tuple(inner))


class _Select:
    """The columns a query brings, each once."""

    def __init__(self, joins: Joins) -> None:
        self.joins = joins
        self._columns: dict[str, int] = {}

    def column(self, way: Sequence[str], name: str) -> int:
        """Where in a row of the result a column will stand."""
        alias, _ = self.joins.alias(way)
        return self._columns.setdefault(f'{alias}."{name}"', len(self._columns))

    @property
    def sql_columns(self) -> str:
        return ", ".join(self._columns)


def _window(query: ODataQuery, faults: Sequence[Fault]) -> ODataQuery:
    """The query with its page moved or shrunk, as a list that changes while it is read moves it."""
    if not faults or query.top is None:
        return query
    skip, top = query.skip, query.top
    if struck_by(faults, "shrinking_page"):
        top = max(1, top // 2)
    if struck_by(faults, "repeated_page"):
        skip -= query.top
    if overlap := struck_by(faults, "overlapping_page"):
        skip -= int(overlap.options.get("rows", 1))
    if skipped := struck_by(faults, "skipped_rows"):
        skip += int(skipped.options.get("rows", 1))
    return replace(query, skip=max(0, skip), top=top)
