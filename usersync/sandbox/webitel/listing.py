"""The list parameters every Webitel list has, and the envelope they are answered in."""

# ruff: noqa: S608 - every name put into SQL is one of ours, every value is bound

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from starlette.datastructures import QueryParams

from usersync.sandbox.front.faults import Fault, struck_by
from usersync.sandbox.webitel.store import Row, Store
from usersync.sandbox.webitel.switches import Switches
from usersync.sandbox.webitel.wire import Refusal, only

DEFAULT_SIZE = 16


@dataclass(frozen=True)
class ListQuery:
    """What a list request asks for.

    Attributes:
        page: 1-based.
        size: rows in a page.
        sort: as sent, each `+field`, `-field`, `field` or `!field`.
        fields: members asked for; empty for the default ones.
        filters: every other parameter with all its values.
    """

    page: int = 1
    size: int = DEFAULT_SIZE
    sort: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @classmethod
    def from_query(cls, query: QueryParams) -> ListQuery:
        """Read the parameters of a GET."""
        return cls.from_values({key: tuple(query.getlist(key)) for key in query})

    @classmethod
    def from_json(cls, body: Any) -> ListQuery:
        """Read the members of a POST to …/search."""
        if not isinstance(body, dict):
            raise Refusal(400, "app.request.body.invalid", "body: expected a JSON object")
        values: dict[str, tuple[str, ...]] = {}
        for key, value in body.items():
            if key == "presence" and isinstance(value, dict):
                values.update({f"presence.{inner}": (str(item),) for inner, item in value.items()})
            elif isinstance(value, list):
                values[key] = tuple(_text(item) for item in value)
            else:
                values[key] = (_text(value),)
        return cls.from_values(values)

    @classmethod
    def from_values(cls, values: Mapping[str, Sequence[str]]) -> ListQuery:
        """Read parameters, whatever they came in."""
        own = {"page", "size", "sort", "fields"}
        return cls(
            page=max(1, _number(values, "page", 1)),
            size=_number(values, "size", DEFAULT_SIZE) or DEFAULT_SIZE,
            sort=tuple(values.get("sort", ())),
            fields=tuple(values.get("fields", ())),
            filters={key: tuple(items) for key, items in values.items() if key not in own},
        )

    def first(self, name: str) -> str:
        """The first value of a filter, empty when it was not sent."""
        return next(iter(self.filters.get(name, ())), "")

    def flag(self, name: str) -> bool:
        """A filter that is true or false."""
        return self.first(name).lower() in {"true", "1"}

    def capped(self, switches: Switches) -> ListQuery:
        """The same with the size this server is willing to give."""
        return replace(self, size=min(self.size, switches.page_cap)) if switches.page_cap else self


@dataclass(frozen=True)
class Conditions:
    """The WHERE of a list: clauses joined by AND, and their arguments."""

    clauses: tuple[str, ...] = ()
    args: tuple[Any, ...] = ()

    def plus(self, clause: str, *args: Any) -> Conditions:
        """One clause more."""
        return Conditions((*self.clauses, clause), (*self.args, *args))

    def search(self, query: ListQuery, columns: Iterable[str]) -> Conditions:
        """The term `q`, case-insensitive, over some columns."""
        term = query.first("q")
        if not term:
            return self
        names = tuple(columns)
        return self.plus("(" + " OR ".join(f"ilike(?, {name})" for name in names) + ")", *[term] * len(names))

    def like(self, query: ListQuery, **columns: str) -> Conditions:
        """Filters by parameter name that are ILIKE over one column each."""
        found = self
        for parameter, column in columns.items():
            if query.first(parameter):
                found = found.plus(f"ilike(?, {column})", query.first(parameter))
        return found

    @property
    def sql(self) -> str:
        """`WHERE …`, or nothing."""
        return f"WHERE {' AND '.join(self.clauses)}" if self.clauses else ""


@dataclass(frozen=True)
class Page:
    """Rows of one page and whether there are more."""

    number: int
    size: int
    more: bool
    rows: list[Row]

    def envelope(self, items: list[dict[str, Any]], switches: Switches) -> dict[str, Any]:
        """`{page, next, items}`; `next` only when true."""
        body: dict[str, Any] = {"page": self.number}
        if switches.shows_size:
            body["size"] = self.size
        if self.more:
            body["next"] = True
        return {**body, "items": items}


def read_page(
    store: Store,
    table: str,
    where: Conditions,
    query: ListQuery,
    sortable: Mapping[str, str],
    faults: Sequence[Fault] = (),
) -> Page:
    """Read one page of a table.

    Args:
        store: the database.
        table: the table, or a join.
        where: its conditions.
        query: page, size and order; capped already.
        sortable: field → column one may sort by.
        faults: window faults shift or shrink the page, as a list that changes while it is read does.

    Raises:
        Refusal: sorting by a field that does not exist.
    """
    size, offset = _window(query, faults)
    sql = f"SELECT * FROM {table} {where.sql} ORDER BY {_order(query.sort, sortable)} LIMIT ? OFFSET ?"
    rows = store.all(sql, (*where.args, size + 1, offset))
    return Page(query.page, size, len(rows) > size, rows[:size])


def shaped(items: list[dict[str, Any]], query: ListQuery, default: Iterable[str]) -> list[dict[str, Any]]:
    """The items with the members asked for, or the default ones."""
    fields = query.fields or tuple(default)
    return [only(item, fields) for item in items]


def _window(query: ListQuery, faults: Sequence[Fault]) -> tuple[int, int]:
    size = query.size
    if struck_by(faults, "shrinking_page"):
        size = max(1, size // 2)
    offset = (query.page - 1) * size
    if struck_by(faults, "repeated_page"):
        offset -= size
    if overlap := struck_by(faults, "overlapping_page"):
        offset -= _rows(overlap)
    if skipped := struck_by(faults, "skipped_rows"):
        offset += _rows(skipped)
    return size, max(0, offset)


def _rows(fault: Fault) -> int:
    return int(fault.options.get("rows", 1))


def _order(sort: Sequence[str], sortable: Mapping[str, str]) -> str:
    if "" in sortable:  # the switch `sort_ignored`
        return sortable[""]
    terms: list[str] = []
    for item in sort:
        down, name = item[:1] in {"-", "!"}, item[1:] if item[:1] in {"+", "-", "!"} else item
        if name not in sortable:
            raise Refusal(400, "app.request.sort.invalid", f"sort: no such field {name!r}")
        terms.append(f"{sortable[name]} {'DESC' if down else 'ASC'}")
    return ", ".join((*terms, "id"))


def _number(values: Mapping[str, Sequence[str]], name: str, default: int) -> int:
    sent = next(iter(values.get(name, ())), "")
    if not sent:
        return default
    if not sent.lstrip("-").isdigit():
        raise Refusal(400, "app.request.query.invalid", f"{name}: invalid value for int32 type")
    return int(sent)


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
