"""The columns of Creatio's objects: what type, how long, required or not, which lookup, which default."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

ZERO_GUID = "00000000-0000-0000-0000-000000000000"
ZERO_TIME = "0001-01-01T00:00:00Z"


class Edm(Enum):
    """The types that occur."""

    GUID = "Edm.Guid"
    STRING = "Edm.String"
    BOOLEAN = "Edm.Boolean"
    INT32 = "Edm.Int32"
    TIME = "Edm.DateTimeOffset"


EMPTY: Mapping[Edm, Any] = {Edm.GUID: ZERO_GUID, Edm.STRING: "", Edm.BOOLEAN: False, Edm.INT32: 0, Edm.TIME: ZERO_TIME}


class Default(Enum):
    """Defaults that the server works out when a row is inserted."""

    NOW = "now"
    TODAY = "today"
    CALLER = "caller"  # the contact of the calling user


@dataclass(frozen=True)
class Column:
    """One column.

    Attributes:
        name: name in OData: a lookup `Contact` is the column `ContactId`.
        edm: its type.
        length: greatest length of a text, None for no end.
        required: must be filled when a row is saved (Creatio's ApplicationLevel; the database allows empty).
        references: entity a lookup points to.
        cascade: rows go with the row they refer to.
        default: value of a new row.
        hidden: known to the server and not shown through OData.
    """

    name: str
    edm: Edm
    length: int | None = None
    required: bool = False
    references: str | None = None
    cascade: bool = False
    default: Any = None
    hidden: bool = False

    @property
    def navigation(self) -> str | None:
        """Name of the navigation property of a lookup: `ContactId` → `Contact`."""
        return self.name.removesuffix("Id") if self.references else None


@dataclass(frozen=True)
class Entity:
    """One object of Creatio, an entity set of the same name.

    Attributes:
        name: name of the set.
        columns: by OData name, `Id` first.
        indexed: columns the database has an index on, the primary key aside.
        writable: whether OData may insert and delete rows of it.
    """

    name: str
    columns: Mapping[str, Column]
    indexed: tuple[str, ...] = ()
    writable: bool = True
    navigations: Mapping[str, Column] = field(init=False)

    def __post_init__(self) -> None:
        found = {column.navigation: column for column in self.columns.values() if column.navigation}
        object.__setattr__(self, "navigations", found)


def text(name: str, length: int | None = 250, *, required: bool = False) -> Column:
    """A text: 50, 250 (Creatio's usual) or 500 characters, or without end."""
    return Column(name, Edm.STRING, length=length, required=required)


def lookup(name: str, entity: str, *, required: bool = False, cascade: bool = False, default: Any = None) -> Column:
    """A lookup, named without its `Id`."""
    return Column(f"{name}Id", Edm.GUID, references=entity, required=required, cascade=cascade, default=default)


def flag(name: str, *, default: bool = False) -> Column:
    """A yes or no."""
    return Column(name, Edm.BOOLEAN, default=default)


def number(name: str) -> Column:
    """A whole number."""
    return Column(name, Edm.INT32, default=0)


def moment(name: str, *, default: Default | None = None) -> Column:
    """A date, or a date with time, UTC."""
    return Column(name, Edm.TIME, default=default)


BASE = (
    Column("Id", Edm.GUID, required=True),
    moment("CreatedOn", default=Default.NOW),
    lookup("CreatedBy", "Contact", default=Default.CALLER),
    moment("ModifiedOn", default=Default.NOW),
    lookup("ModifiedBy", "Contact", default=Default.CALLER),
    number("ProcessListeners"),
)


def entity(name: str, *columns: Column, indexed: tuple[str, ...] = (), writable: bool = True) -> Entity:
    """An object with Creatio's base columns and its own."""
    return Entity(name, {column.name: column for column in (*BASE, *columns)}, indexed, writable)


def lookup_entity(name: str, *columns: Column, **options: Any) -> Entity:
    """An object that is a mere list of names."""
    return entity(name, text("Name", required=True), text("Description"), *columns, **options)
