"""One value on its way to Creatio and back (docs/creatio.md#empty-values).

Creatio has no nulls where people see nothing: an empty lookup is the zero guid, an empty text `""`, an empty date the year 1.
All of them are None here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from usersync.creatio.errors import ValueRefused
from usersync.creatio.profiles import FieldKind
from usersync.creatio.query import guid, moment
from usersync.creatio.wellknown import ZERO


def as_written(value: Any, kind: FieldKind, *, max_length: int | None = None, label: str = "") -> Any:
    """The value as a payload has it.

    Args:
        value: text, flag, number, id, an aware time or its ISO text; None clears.
        kind: what the column holds.
        max_length: of a text, in UTF-16 units as Creatio counts.
        label: our name of the field, for the error.

    Raises:
        ValueRefused: the value does not fit; the error names the field, never the value.
    """
    try:
        written = _WRITE[kind](value)
    except (TypeError, ValueError, OverflowError) as error:
        raise ValueRefused(field=label, kind=str(kind)) from error
    if isinstance(written, str) and kind is FieldKind.TEXT and max_length is not None:
        length = len(written.encode("utf-16-le", "surrogatepass")) // 2
        if length > max_length:
            raise ValueRefused("creatio-text-too-long", field=label, length=length, limit=max_length)
    return written


def as_read(value: Any, kind: FieldKind) -> Any:
    """The value as everything else works with it: None for all shapes of nothing, ids in lower case, times aware UTC."""
    if value is None or value == "":
        return None
    return _READ[kind](value)


def moment_from(text: str) -> datetime | None:
    """A time of an answer, aware UTC; None for the year 1, which says that there is none.

    Raises:
        ValueError: it is no ISO time.
    """
    then = datetime.fromisoformat(text)
    if then.year == 1:
        return None
    return then.replace(tzinfo=UTC) if then.tzinfo is None else then.astimezone(UTC)


def _write_text(value: Any) -> str:
    if value is None:
        return ""
    if not isinstance(value, str):
        raise TypeError
    value.encode()  # half a surrogate pair would spoil the whole request, not only this value
    return value


def _write_lookup(value: Any) -> str | None:
    if value is None or value == "":
        return None
    text = guid(value)
    return None if text == ZERO else text


def _write_flag(value: Any) -> bool:
    if value is not None and not isinstance(value, bool):
        raise TypeError
    return bool(value)


def _write_number(value: Any) -> int | None:
    if value is not None and (isinstance(value, bool) or not isinstance(value, int)):
        raise TypeError
    return value


def _write_moment(value: Any) -> str | None:
    if value is None or value == "":
        return None
    if isinstance(value, str):
        value = datetime.fromisoformat(value)
    if not isinstance(value, datetime):
        raise TypeError
    return moment(value)


def _read_id(value: Any) -> str | None:
    text = str(value).lower()
    return None if text == ZERO else text


def _read_moment(value: Any) -> datetime | None:
    try:
        return moment_from(str(value))
    except ValueError:
        return None


_WRITE: Mapping[FieldKind, Callable[[Any], str | bool | int | None]] = {
    FieldKind.KEY: guid,
    FieldKind.TEXT: _write_text,
    FieldKind.LOOKUP: _write_lookup,
    FieldKind.FLAG: _write_flag,
    FieldKind.NUMBER: _write_number,
    FieldKind.MOMENT: _write_moment,
}
_READ: Mapping[FieldKind, Callable[[Any], Any]] = {
    FieldKind.KEY: _read_id,
    FieldKind.TEXT: str,
    FieldKind.LOOKUP: _read_id,
    FieldKind.FLAG: bool,
    FieldKind.NUMBER: int,
    FieldKind.MOMENT: _read_moment,
}
