"""Questions to OData 4 that cannot be asked wrongly.

    active = (Field("SysAdminUnitTypeValue") == 4) & (Field("Active") == True)
    select("Id", "Name", "ContactId").where(active).expand("Contact", "Id", "Name")
    select("Id").where(Lookup("Contact") == "6f0e…")        # Contact/Id eq 6f0e…

A filter on a lookup goes by its navigation path with a bare guid; payloads, `$select` and answers have the flat `ContactId`
(docs/creatio.md#filters). So `Field("ContactId")` is refused; a column that merely ends in `Id` is
`Field.plain("WebitelUserId")`.
Filters join with `&`, `|` and `~`; `and`, `or` and `not` of Python raise.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Literal, NoReturn
from urllib.parse import quote
from uuid import UUID

from usersync.creatio.errors import NameRefused, QueryTooLong

Scalar = str | int | bool | UUID | datetime | None

GUIDS_PER_FILTER = 15
FILTER_LIMIT = 1200
"""Encoded characters one filter of `any_of_chunks` may take, so that the rest of the query still fits."""
QUERY_LIMIT = 2000
"""Encoded characters of a whole query string; the web server under Creatio cuts at 2048 (docs/creatio.md#filters)."""

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_GUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


def name(value: str) -> str:
    """The name itself, if it is one that can stand in an address.

    Raises:
        NameRefused: it is not letters, digits and underscores.
    """
    if not isinstance(value, str) or not _NAME.fullmatch(value):
        raise NameRefused(name=str(value)[:60])
    return value


def guid(value: str | UUID) -> str:
    """The id as Creatio writes it: lower case, with dashes, bare.

    Raises:
        ValueError: it is not a guid.
    """
    text = str(value)
    if not _GUID.fullmatch(text):
        raise ValueError("not a guid")
    return text.lower()


def moment(value: datetime) -> str:
    """A time as OData writes it, UTC and cut to milliseconds: `2024-02-07T21:35:26.683Z`.

    Raises:
        ValueError: the time has no zone.
    """
    if value.tzinfo is None:
        raise ValueError("a time without a zone")
    utc = value.astimezone(UTC).replace(tzinfo=None)
    return f"{utc.isoformat(timespec='milliseconds')}Z"


def literal(value: Scalar) -> str:
    """A value as it stands in a filter, not yet percent-encoded: `'O''Brien'`, `true`, `6f0e…`, `null`."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, UUID):
        return guid(value)
    if isinstance(value, datetime):
        return moment(value)
    if isinstance(value, str):
        return "'" + value.replace("'", "''") + "'"
    raise TypeError(type(value).__name__)


@dataclass(frozen=True)
class Filter:
    """A condition. Its text is OData, not yet percent-encoded."""

    text: str
    joint: Literal["", "and", "or"] = ""

    def __and__(self, other: Filter) -> Filter:
        return Filter(f"{self._within('and')} and {other._within('and')}", "and")

    def __or__(self, other: Filter) -> Filter:
        return Filter(f"{self._within('or')} or {other._within('or')}", "or")

    def __invert__(self) -> Filter:
        return Filter(f"not ({self.text})")

    def __bool__(self) -> NoReturn:
        raise TypeError("join filters with &, | and ~")

    def __str__(self) -> str:
        return self.text

    @property
    def encoded_length(self) -> int:
        """Characters the condition takes in an address."""
        return len(encode(self.text))

    def _within(self, joint: str) -> str:
        return self.text if self.joint in ("", joint) else f"({self.text})"


@dataclass(frozen=True, eq=False)
class _Path:
    """Something a condition can be put on; comparing it gives a `Filter`."""

    path: str

    def _literal(self, value: Scalar) -> str:
        return literal(value)

    def _compare(self, operator: str, value: Scalar) -> Filter:
        return Filter(f"{self.path} {operator} {self._literal(value)}")

    def __eq__(self, value: Scalar) -> Filter:  # type: ignore[override]
        return self._compare("eq", value)

    def __ne__(self, value: Scalar) -> Filter:  # type: ignore[override]
        return self._compare("ne", value)

    __hash__ = None  # type: ignore[assignment]


@dataclass(frozen=True, eq=False)
class Field(_Path):
    """A column that is no lookup. `Field("Id")` is the row's own id and compares with guids.

    Raises:
        NameRefused: the name ends in `Id`, as the flat key of a lookup does: use `Lookup`, or `Field.plain` for a column
            that only looks like one.
    """

    def __init__(self, column: str) -> None:
        if name(column).endswith("Id") and column != "Id":
            raise NameRefused("creatio-flat-key-refused", name=column, lookup=column.removesuffix("Id"))
        object.__setattr__(self, "path", column)

    @classmethod
    def plain(cls, column: str) -> Field:
        """A column that is no lookup although its name ends in `Id` (`WebitelUserId` is text)."""
        return cls._at(name(column))

    @classmethod
    def _at(cls, path: str) -> Field:
        made = cls.__new__(cls)
        object.__setattr__(made, "path", path)
        return made

    def _literal(self, value: Scalar) -> str:
        if self.path.rpartition("/")[2] == "Id" and isinstance(value, str):
            return guid(value)
        return super()._literal(value)

    def __lt__(self, value: Scalar) -> Filter:
        return self._compare("lt", value)

    def __le__(self, value: Scalar) -> Filter:
        return self._compare("le", value)

    def __gt__(self, value: Scalar) -> Filter:
        return self._compare("gt", value)

    def __ge__(self, value: Scalar) -> Filter:
        return self._compare("ge", value)

    def contains(self, part: str) -> Filter:
        """The text has this part."""
        return Filter(f"contains({self.path},{literal(part)})")

    def startswith(self, start: str) -> Filter:
        """The text begins so."""
        return Filter(f"startswith({self.path},{literal(start)})")

    def endswith(self, end: str) -> Filter:
        """The text ends so."""
        return Filter(f"endswith({self.path},{literal(end)})")


@dataclass(frozen=True, eq=False)
class Lookup(_Path):
    """A reference to a row of another entity, by its navigation name: `Lookup("Contact") == guid`.

    `Lookup("Contact").field("Name")` is a column of that row, `Lookup("Contact").lookup("Account")` a reference it holds.
    """

    def __init__(self, navigation: str) -> None:
        object.__setattr__(self, "path", f"{name(navigation)}/Id")

    @property
    def _stem(self) -> str:
        return self.path.removesuffix("/Id")

    def field(self, column: str) -> Field:
        """A column of the row referred to."""
        return Field._at(f"{self._stem}/{Field(column).path}")  # noqa: SLF001 - same family

    def lookup(self, navigation: str) -> Lookup:
        """A reference held by the row referred to."""
        made = Lookup(navigation)
        object.__setattr__(made, "path", f"{self._stem}/{made.path}")
        return made

    def _literal(self, value: Scalar) -> str:
        if value is None:
            return "null"
        if isinstance(value, str | UUID):
            return guid(value)
        raise TypeError(type(value).__name__)


def all_of(*filters: Filter) -> Filter:
    """All conditions hold.

    Raises:
        ValueError: there is none.
    """
    return _join("and", filters)


def any_of(path: Field | Lookup, values: Iterable[Scalar]) -> Filter:
    """The column has one of these values: an or-chain, since nothing says that Creatio knows `in`.

    Raises:
        ValueError: there is no value.
    """
    return _join("or", [path == value for value in values])


def any_of_chunks(
    path: Field | Lookup,
    values: Iterable[Scalar],
    *,
    size: int = GUIDS_PER_FILTER,
    limit: int = FILTER_LIMIT,
) -> Iterator[Filter]:
    """`any_of` in pieces, each of at most `size` values and `limit` encoded characters.

    Raises:
        QueryTooLong: one value alone is longer than that.
    """
    chunk: list[Filter] = []
    length = 0
    for value in values:
        term = path == value
        needed = term.encoded_length
        if needed > limit:
            raise QueryTooLong(length=needed, limit=limit)
        if chunk and (len(chunk) == size or length + len("%20or%20") + needed > limit):
            yield _join("or", chunk)
            chunk, length = [], 0
        length += needed + (len("%20or%20") if chunk else 0)
        chunk.append(term)
    if chunk:
        yield _join("or", chunk)


def _join(joint: Literal["and", "or"], filters: Sequence[Filter]) -> Filter:
    if not filters:
        raise ValueError("no condition")
    first, *others = filters
    for other in others:
        first = first & other if joint == "and" else first | other
    return first


@dataclass(frozen=True)
class Expand:
    """Columns of the row a lookup refers to, sent along with each row."""

    navigation: str
    columns: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.navigation}($select={','.join(self.columns)})"


@dataclass(frozen=True)
class Query:
    """What to read of one entity. Made with `select`; every method gives a new query.

    Attributes:
        columns: `$select`; never empty, so that Creatio never has to load whole rows.
        condition: `$filter`.
        expands: `$expand`.
        order: `$orderby`, each `Name` or `Name desc`.
        limit: greatest number of rows wanted in all; None = all of them.
    """

    columns: tuple[str, ...]
    condition: Filter | None = None
    expands: tuple[Expand, ...] = ()
    order: tuple[str, ...] = ()
    limit: int | None = field(default=None)

    def where(self, condition: Filter | None) -> Query:
        """Only rows that meet this condition too; None adds nothing."""
        if condition is None:
            return self
        return replace(self, condition=condition if self.condition is None else self.condition & condition)

    def expand(self, navigation: str, *columns: str) -> Query:
        """Send these columns of the row the lookup refers to along."""
        made = Expand(name(navigation), _columns(columns))
        return replace(self, expands=(*self.expands, made))

    def order_by(self, path: Field, *, descending: bool = False) -> Query:
        """Sort by this column (after those asked before)."""
        return replace(self, order=(*self.order, f"{path.path} desc" if descending else path.path))

    def first(self, limit: int) -> Query:
        """At most this many rows in all."""
        if limit < 0:
            raise ValueError("a negative number of rows")
        return replace(self, limit=limit)

    def with_key(self) -> Query:
        """The same query with `Id` among its columns, without which pages cannot be put together."""
        return self if "Id" in self.columns else replace(self, columns=("Id", *self.columns))

    def encoded(self, *, top: int | None = None, skip: int = 0, count: bool = False) -> str:
        """The query string, percent-encoded, without the question mark.

        Args:
            top: rows of this page; None leaves it out.
            skip: rows before this page.
            count: ask for the number of all rows too.

        Raises:
            QueryTooLong: the web server of Creatio would cut it off.
        """
        options = [("$select", ",".join(self.columns))]
        if self.condition is not None:
            options.append(("$filter", self.condition.text))
        if self.expands:
            options.append(("$expand", ",".join(map(str, self.expands))))
        if self.order:
            options.append(("$orderby", ",".join(self.order)))
        if top is not None:
            options.append(("$top", str(top)))
        if skip:
            options.append(("$skip", str(skip)))
        if count:
            options.append(("$count", "true"))
        text = "&".join(f"{key}={encode(value)}" for key, value in options)
        if len(text) > QUERY_LIMIT:
            raise QueryTooLong(length=len(text), limit=QUERY_LIMIT)
        return text


def select(*columns: str) -> Query:
    """A query for these columns, lookups by their flat key: `select("Id", "Name", "ContactId")`.

    Raises:
        NameRefused: a name cannot stand in an address.
        ValueError: no column is named.
    """
    return Query(_columns(columns))


def encode(text: str) -> str:
    """Percent-encoded for a query string; `'` and `+` too, which gateways like to misread."""
    return quote(text, safe="/,()$:=", errors="replace")


def _columns(columns: Sequence[str]) -> tuple[str, ...]:
    if not columns:
        raise ValueError("no column")
    return tuple(dict.fromkeys(name(column) for column in columns))
