"""A contact's name and its parts: Creatio's conversion, in the order the system setting ContactFieldConverter gives."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

PARTS = ("Surname", "GivenName", "MiddleName")


def parts_of(name: str, order: str) -> dict[str, str | None]:
    """The parts of a name; one word is a surname.

    Args:
        name: the whole name.
        order: `Sgm` (surname first) or `Gms` (given name first).
    """
    words = name.split()
    if len(words) < 2:
        return dict(zip(PARTS, (name.strip() or None, None, None), strict=True))
    if order == "Sgm":
        surname, given, middle = words[0], words[1], " ".join(words[2:])
    else:
        surname, given, middle = words[-1], words[0], " ".join(words[1:-1])
    return dict(zip(PARTS, (surname, given, middle or None), strict=True))


def name_of(parts: Mapping[str, Any], order: str) -> str:
    """The name its parts make."""
    names = PARTS if order == "Sgm" else ("GivenName", "MiddleName", "Surname")
    return " ".join(parts[name] for name in names if parts.get(name))


def converted(sent: Mapping[str, Any], before: Mapping[str, Any], order: str) -> dict[str, Any]:
    """What a save adds to the columns that were sent.

    Only the name: its parts are derived. Only parts: the name is built. Both, or no order set: nothing.

    Args:
        sent: columns that were sent, stored form.
        before: the row as it was, empty for a new one.
        order: `Sgm`, `Gms` or empty.
    """
    name_changes = bool(sent.get("Name")) and sent["Name"] != before.get("Name")
    parts_sent = [name for name in PARTS if name in sent]
    if not order:
        return {}
    if name_changes and not parts_sent:
        return dict(parts_of(sent["Name"], order))
    if parts_sent and "Name" not in sent and any(sent[name] != before.get(name) for name in parts_sent):
        built = name_of({**before, **sent}, order)
        return {"Name": built} if built else {}
    return {}
