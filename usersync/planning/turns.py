"""What changes hands within one plan is given up first and taken second: extensions, usernames, licence seats.

So no two records ever bear one number, a login that was given to somebody else is free when the new record is made, and
Webitel does not refuse a seat that somebody else is about to leave.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from usersync.planning.values import Action, LinkChange, Operation, Value


@dataclass(frozen=True)
class _Turn:
    """One operation in the order it must be written: what it gives up, and what it takes when that is free."""

    first: Operation | None
    later: Operation


def take_turns(
    operations: Iterable[Operation], links: Iterable[LinkChange], *, numbers: bool
) -> tuple[list[Operation], tuple[LinkChange, ...]]:
    """Operations and links in which every taker waits for whoever gives up.

    Args:
        operations: each with step 0.
        links: what depends on them.
        numbers: whether records bear usernames and extensions that may be empty; the classic row's Login may not.
    """
    operations = list(operations)
    freed = _freed(operations) if numbers else _Freed({}, {})
    releases = any(_released(operation) for operation in operations)
    gained = {license_id for operation in operations for license_id in _gained(operation)}
    turns = [
        _seat_turn(operation, gained, releases=releases)
        if operation.action is Action.SET_LICENSES
        else _record_turn(operation, freed)
        for operation in operations
    ]
    moved = {before.id: turn.later.id for before, turn in zip(operations, turns, strict=True)}
    result: list[Operation] = []
    for before, turn in zip(operations, turns, strict=True):
        # Needs the operation had are renamed; those it got here name the giving up, which keeps its id.
        old = tuple(moved.get(need, need) for need in before.needs)
        new = tuple(need for need in turn.later.needs if need not in before.needs)
        if turn.first is not None:
            result.append(replace(turn.first, needs=old))
        result.append(replace(turn.later, needs=(*old, *new)))
    renamed = tuple(replace(link, needs=tuple(moved.get(need, need) for need in link.needs)) for link in links)
    return result, renamed


@dataclass(frozen=True)
class _Freed:
    """What records give up in this plan: extension or case-folded username → id of the operation that gives it up."""

    extensions: Mapping[str, str]
    usernames: Mapping[str, str]


def _freed(operations: Sequence[Operation]) -> _Freed:
    records = [operation for operation in operations if operation.entity == "record"]
    updates = [operation for operation in records if operation.action is Action.UPDATE]
    wanted = {str(number): operation.key for operation in records if (number := operation.after.get("extension"))}
    return _Freed(
        extensions={
            str(number): operation.id
            for operation in updates
            if (number := operation.before.get("extension")) and wanted.get(str(number), operation.key) != operation.key
        },
        usernames={
            str(name).casefold(): operation.id for operation in updates if (name := operation.before.get("username"))
        },
    )


def _record_turn(operation: Operation, freed: _Freed) -> _Turn:
    """Everything but a number that somebody else gives up is written first; then the number."""
    if operation.entity != "record" or operation.action is Action.DELETE:
        return _Turn(None, operation)
    gives = freed.extensions.get(str(operation.before.get("extension") or "")) == operation.id
    waits = [freed.extensions.get(str(operation.after.get("extension") or ""))]
    if operation.action is Action.CREATE:
        waits.append(freed.usernames.get(str(operation.after.get("username") or "").casefold()))
    new = tuple(dict.fromkeys(need for need in waits if need and need != operation.id))
    if operation.action is Action.CREATE or not operation.after.get("extension") or not (gives or new):
        return _Turn(None, replace(operation, step=1, needs=(*operation.needs, *new)) if new else operation)
    number = {"extension": operation.after["extension"]}
    before = {name: value for name, value in operation.before.items() if gives or name != "extension"}
    after = {name: None if name == "extension" else operation.after[name] for name in before}
    first = replace(operation, before=before, after=after) if before else None
    later = replace(
        operation, step=1, before={"extension": None if gives else operation.before["extension"]}, after=number,
        needs=(*operation.needs, *([first.id] if first else ()), *new),
    )  # fmt: skip
    return _Turn(first, later)


def _seat_turn(operation: Operation, gained: set[str], *, releases: bool) -> _Turn:
    """Seats are left before they are taken; somebody who does both where another one waits for the seat does it twice."""
    if not releases or not _gained(operation):
        return _Turn(None, operation)
    left = _released(operation)
    if not left & gained:
        return _Turn(None, replace(operation, step=1))
    kept: Value = sorted(_held(operation.before) - left)
    first = replace(operation, after={"licenses": kept})
    later = replace(operation, step=1, before={"licenses": kept}, needs=(*operation.needs, first.id))
    return _Turn(first, later)


def _released(operation: Operation) -> set[str]:
    return _held(operation.before) - _held(operation.after) if operation.action is Action.SET_LICENSES else set()


def _gained(operation: Operation) -> set[str]:
    return _held(operation.after) - _held(operation.before) if operation.action is Action.SET_LICENSES else set()


def _held(fields: Mapping[str, Value]) -> set[str]:
    licenses = fields.get("licenses")
    return set(licenses) if isinstance(licenses, list) else set()
