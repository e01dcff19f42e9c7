"""The query options of a request: `$select, $filter, $expand, $orderby, $top, $skip, $count`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import parse_qsl

from usersync.sandbox.creatio.errors import invalid_query

_OPTIONS = frozenset({"$select", "$filter", "$expand", "$orderby", "$top", "$skip", "$count"})


@dataclass(frozen=True)
class Expand:
    """One navigation that is answered in place.

    Attributes:
        navigation: its name.
        select: columns wanted, empty for all.
        expand: navigations inside it.
    """

    navigation: str
    select: tuple[str, ...] = ()
    expand: tuple[Expand, ...] = ()


@dataclass(frozen=True)
class ODataQuery:
    """What a request asks for.

    Attributes:
        select: columns wanted, empty for all.
        filter: the text of the condition, empty for none.
        expand: navigations answered in place.
        orderby: pairs of path and whether it descends.
        top: greatest number of rows, None for no limit.
        skip: rows passed over.
        count: whether the number of all rows is wanted.
    """

    select: tuple[str, ...] = ()
    filter: str = ""
    expand: tuple[Expand, ...] = ()
    orderby: tuple[tuple[str, bool], ...] = ()
    top: int | None = None
    skip: int = 0
    count: bool = False

    @classmethod
    def parse(cls, raw: str) -> ODataQuery:
        """Read a raw query string.

        Raises:
            Failure: 400 for an option that does not exist, is given twice, or cannot be read.
        """
        options: dict[str, str] = {}
        for name, value in parse_qsl(raw, keep_blank_values=True):
            if not name.startswith("$"):
                continue  # a custom option, which OData ignores
            if name not in _OPTIONS or name in options:
                raise invalid_query(f"The query parameter '{name}' is not supported or is given twice.")
            options[name] = value
        return cls(
            select=_names(options.get("$select", "")),
            filter=options.get("$filter", ""),
            expand=_expands(options.get("$expand", "")),
            orderby=tuple(_order(item) for item in _split(options.get("$orderby", ""), ",")),
            top=_number(options, "$top"),
            skip=_number(options, "$skip") or 0,
            count=_flag(options.get("$count", "false")),
        )


def _expands(text: str) -> tuple[Expand, ...]:
    return tuple(_expand(item) for item in _split(text, ","))


def _expand(text: str) -> Expand:
    name, opened, rest = text.partition("(")
    if not opened:
        return Expand(name.strip())
    if not rest.endswith(")"):
        raise invalid_query(f"Term '{text}' is not valid in a $select or $expand expression.")
    select: tuple[str, ...] = ()
    expand: tuple[Expand, ...] = ()
    for option in _split(rest[:-1], ";"):
        key, _, value = option.partition("=")
        if key.strip() == "$select":
            select = _names(value)
        elif key.strip() == "$expand":
            expand = _expands(value)
        else:
            raise invalid_query(f"Option '{key.strip()}' is not supported inside $expand.")
    return Expand(name.strip(), select, expand)


def _names(text: str) -> tuple[str, ...]:
    names = tuple(dict.fromkeys(_split(text, ",")))
    return () if names == ("*",) else names


def _order(text: str) -> tuple[str, bool]:
    words = text.split()
    if len(words) > 2 or (len(words) == 2 and words[1] not in {"asc", "desc"}):
        raise invalid_query(f"Syntax error in $orderby '{text}'.")
    return words[0], words[-1] == "desc" and len(words) == 2


def _split(text: str, separator: str) -> Iterable[str]:
    """The parts of a list, whatever stands in parentheses left whole."""
    depth, start, parts = 0, 0, []
    for at, char in enumerate(text):
        depth += {"(": 1, ")": -1}.get(char, 0)
        if char == separator and depth == 0:
            parts.append(text[start:at])
            start = at + 1
    parts.append(text[start:])
    if parts == [""]:
        return []
    if any(not part.strip() for part in parts):
        raise invalid_query(f"Syntax error in '{text}'.")
    return [part.strip() for part in parts]


def _number(options: dict[str, str], name: str) -> int | None:
    if name not in options:
        return None
    if not options[name].isdigit():
        raise invalid_query(f"Invalid value '{options[name]}' for {name} query option found.")
    return int(options[name])


def _flag(text: str) -> bool:
    if text.lower() not in {"true", "false"}:
        raise invalid_query(f"Invalid value '{text}' for $count query option found.")
    return text.lower() == "true"
