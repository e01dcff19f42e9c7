"""A generated world's Creatio half, written into a fresh database."""

# ruff: noqa: S608 - every name put into SQL is one of the schema, every value is bound

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from usersync.sandbox.creatio.columns import Column, Default, Edm, Entity
from usersync.sandbox.creatio.schema import Profile
from usersync.sandbox.creatio.sessions import password_hash
from usersync.sandbox.creatio.store import Store, stamp
from usersync.sandbox.creatio.wellknown import BASE_ROWS, SUPERVISOR_CONTACT, SUPERVISOR_USER

TECHNICAL_USER = "5c8f1d4e-6a0b-4b57-9f0e-3d2a7c1b9e01"
TECHNICAL_CONTACT = "5c8f1d4e-6a0b-4b57-9f0e-3d2a7c1b9e02"
_PART = 50_000
_LONG_AGO = "2024-01-01T08:00:00.000Z"


@dataclass(frozen=True)
class Credentials:
    """How somebody logs in to this Creatio: the importer, or the administrator.

    Attributes:
        username: of the forms login, and name of the system user.
        password: of the forms login.
        client_id: of the OAuth application, bound to the same user.
        client_secret: of the OAuth application.
    """

    username: str
    password: str
    client_id: str
    client_secret: str


def load(
    path: Path, profile: Profile, world: Mapping[str, Any], credentials: Credentials, administrator: Credentials
) -> None:
    """Write the rows of a world.

    Args:
        path: the SQLite file to make.
        profile: which objects exist.
        world: entity set → a pandas frame, or a list of rows, with Creatio's column names.
        credentials: of the importer, whose technical user is added to the world's.
        administrator: credentials of the Supervisor, whom every Creatio has.

    Raises:
        ValueError: an object or a column that this Creatio does not have.
    """
    store = Store(path, profile)
    try:
        store.connection.execute("PRAGMA journal_mode = MEMORY")
        store.connection.execute("PRAGMA cache_size = -524288")  # the indexes of a large world are sorted in memory
        store.connection.execute("PRAGMA threads = 2")
        store.run("CREATE TABLE credentials (kind TEXT, name TEXT, password TEXT, user_id TEXT)")
        with store.transaction():
            for name, rows in world.items():
                entity = store.schema.entities.get(name)
                if entity is None:
                    raise ValueError(
                        f"the world has rows of {name}, an object this Creatio (profile {profile}) does not have"
                    )
                for names, columns in _columnar(rows):
                    _insert_all(store, entity, names, columns)
            for name, base in BASE_ROWS.items():
                for row in base:
                    if not store.exists(name, row["Id"]):
                        _insert_all(
                            store, store.schema.entities[name], tuple(row), [(value,) for value in row.values()]
                        )
            _bind(store, credentials, _technical_user(store, credentials))
            _bind(store, administrator, SUPERVISOR_USER)
        store.index()
        store.connection.execute("PRAGMA journal_mode = WAL")
    finally:
        store.close()


def _columnar(rows: Any) -> Iterable[tuple[tuple[str, ...], list[Sequence[Any]]]]:
    """Names and columns of a frame or of a list of rows, a part at a time: a million contacts need not be in memory twice."""
    if not hasattr(rows, "columns"):
        names = tuple(dict.fromkeys(name for row in rows for name in row))
        yield names, [[row.get(name) for row in rows] for name in names]
        return
    for start in range(0, max(1, len(rows)), _PART):
        part = rows.iloc[start : start + _PART]
        yield tuple(part.columns), [part[name].tolist() for name in part.columns]


def _insert_all(store: Store, entity: Entity, names: tuple[str, ...], columns: Sequence[Sequence[Any]]) -> None:
    if unknown := sorted(set(names) - set(entity.columns)):
        raise ValueError(f"{entity.name} has no column {', '.join(unknown)}")
    constant = {name: value for name, value in _missing(entity).items() if name not in names}
    height = len(columns[0]) if columns else 0
    ids = (
        {}
        if "Id" in names
        else {"Id": (str(uuid.uuid5(uuid.NAMESPACE_OID, f"{entity.name}:{n}")) for n in range(height))}
    )
    stored: list[Iterable[Any]] = [
        map(_converter(entity.columns[name]), column) for name, column in zip(names, columns, strict=True)
    ]
    target = ", ".join(f'"{name}"' for name in (*names, *ids, *constant))
    marks = ",".join(
        ["?"] * (len(names) + len(ids))
        + [f"'{value}'" if isinstance(value, str) else str(value) for value in constant.values()]
    )
    store.connection.executemany(
        f'INSERT INTO "{entity.name}" ({target}) VALUES ({marks})', zip(*stored, *ids.values(), strict=True)
    )


def _missing(entity: Entity) -> dict[str, Any]:
    """Values of columns a world leaves out: the defaults, with fixed times so that a world is the same on every day."""
    values: dict[Any, Any] = {Default.NOW: _LONG_AGO, Default.TODAY: _LONG_AGO, Default.CALLER: SUPERVISOR_CONTACT}
    found = {}
    for name, column in entity.columns.items():
        if column.default is not None:
            value = (
                values.get(column.default, column.default) if isinstance(column.default, Default) else column.default
            )
            found[name] = int(value) if isinstance(value, bool) else value
    return found


def _converter(column: Column) -> Any:
    if column.edm is Edm.TIME:
        return _time
    if column.edm in {Edm.BOOLEAN, Edm.INT32}:
        return _whole
    return _text


def _text(value: Any) -> Any:
    if type(value) is str:  # nearly always, and a large world has tens of millions of them
        return value or None
    return None if value is None or value != value else str(value)  # noqa: PLR0124 - only NaN differs from itself


def _whole(value: Any) -> Any:
    return 0 if value is None or value != value else int(value)  # noqa: PLR0124 - only NaN differs from itself


def _time(value: Any) -> Any:
    if type(value) is str and len(value) == 24 and value[-1] == "Z":
        return value
    if value is None or value == "" or value != value:  # noqa: PLR0124 - only NaN and NaT differ from themselves
        return None
    return stamp(value if isinstance(value, datetime) else datetime.fromisoformat(str(value)))


def _technical_user(store: Store, credentials: Credentials) -> str:
    """The importer's system user; a world without one gets it, with a contact of its own."""
    user_id: str | None = store.value('SELECT "Id" FROM "SysAdminUnit" WHERE "Name" = ?', (credentials.username,))
    if user_id is None:
        user_id = TECHNICAL_USER
        contact = {"Id": TECHNICAL_CONTACT, "Name": f"{credentials.username} integration"}
        user = {
            "Id": TECHNICAL_USER,
            "Name": credentials.username,
            "SysAdminUnitTypeValue": 4,
            "ConnectionType": 0,
            "ContactId": TECHNICAL_CONTACT,
        }
        for name, row in (("Contact", contact), ("SysAdminUnit", user)):
            _insert_all(store, store.schema.entities[name], tuple(row), [(value,) for value in row.values()])
    return user_id


def _bind(store: Store, credentials: Credentials, user_id: str) -> None:
    """Let the credentials log in as a system user, both ways."""
    for kind, name, secret in (
        ("forms", credentials.username, credentials.password),
        ("oauth", credentials.client_id, credentials.client_secret),
    ):
        values = (kind, name, password_hash(secret), user_id)
        store.run("INSERT INTO credentials (kind, name, password, user_id) VALUES (?, ?, ?, ?)", values)
