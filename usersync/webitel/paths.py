"""Ids and serial numbers on their way into paths, queries and bodies."""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import quote

IDS_PER_REQUEST = 100
"""Ids in one list request; a URL of 100 ids stays below 4 kB."""


def number(id_: str) -> str:
    """The id, if it is one.

    Raises:
        ValueError: not a number. DELETE /users/ without an id would be the call that deletes many.
    """
    if not re.fullmatch(r"-?[0-9]+", id_):
        raise ValueError("an id of Webitel is a number")
    return id_


def serial_number(serial: str) -> str:
    """The serial number of a licence as a step of a path.

    Raises:
        ValueError: empty, or dots only, which would be another path.
    """
    if serial.strip(".") == "":
        raise ValueError("a serial number is not empty")
    return quote(serial, safe="")


def references(ids: Iterable[str]) -> list[dict[str, str]]:
    """`[{"id": …}]`, each id once.

    Raises:
        TypeError: one id instead of a set of them; its letters would be taken for ids.
    """
    if isinstance(ids, str):
        raise TypeError("a set of ids, not one id")
    return [{"id": id_} for id_ in dict.fromkeys(ids)]


def chunks(ids: Iterable[str]) -> list[tuple[str, ...]]:
    """The ids, each once, `IDS_PER_REQUEST` at a time.

    Raises:
        ValueError: one of them is not a number.
    """
    unique = [number(id_) for id_ in dict.fromkeys(ids)]
    return [tuple(unique[start : start + IDS_PER_REQUEST]) for start in range(0, len(unique), IDS_PER_REQUEST)]
