"""The way from an object over its lookups to a column: in OData `Contact/Account/Name`, in SQL a chain of joins."""

from __future__ import annotations

from collections.abc import Sequence

from usersync.sandbox.creatio.columns import Column, Entity
from usersync.sandbox.creatio.errors import column_by_path, invalid_query, no_property
from usersync.sandbox.creatio.schema import Schema


class Joins:
    """The joins a query needs, each once.

    Args:
        schema: all objects.
        root: the object that is queried; its alias is `t`.
    """

    def __init__(self, schema: Schema, root: Entity) -> None:
        self._schema = schema
        self._root = root
        self._aliases: dict[tuple[str, ...], str] = {(): "t"}
        self._clauses: list[str] = []

    @property
    def sql(self) -> str:
        """The LEFT JOINs, in their order."""
        return " ".join(self._clauses)

    def alias(self, way: Sequence[str]) -> tuple[str, Entity]:
        """The alias of the object at the end of a way of navigations.

        Raises:
            Failure: 400 for a navigation that does not exist.
        """
        at, item = "t", self._root
        for depth, name in enumerate(way, start=1):
            column = item.navigations.get(name)
            if column is None or column.references is None:
                raise invalid_query(no_property(name, item.name))
            target = self._schema.entities[column.references]
            key = tuple(way[:depth])
            if key not in self._aliases:
                self._aliases[key] = f"j{len(self._aliases)}"
                joined = self._aliases[key]
                self._clauses.append(f'LEFT JOIN "{target.name}" {joined} ON {joined}."Id" = {at}."{column.name}"')
            at, item = self._aliases[key], target
        return at, item

    def column(self, path: Sequence[str]) -> tuple[str, Column]:
        """The column a filter or an order names, as SQL.

        Raises:
            Failure: 400 for a name that does not exist; 500 for a lookup's own column, as Creatio answers it.
        """
        if path[-1] == "Id" and len(path) > 1:  # the lookup's own column says the same without a join
            at, item = self.alias(path[:-2])
            owner = item.navigations.get(path[-2])
            if owner is None:
                raise invalid_query(no_property(path[-2], item.name))
            return f'{at}."{owner.name}"', owner
        at, item = self.alias(path[:-1])
        column = item.columns.get(path[-1])
        if column is None or column.hidden:
            raise invalid_query(no_property(path[-1], item.name))
        if column.references is not None:
            raise column_by_path(".".join(path), self._root.name)
        return f'{at}."{column.name}"', column
