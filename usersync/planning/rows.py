"""A plan as people read it: one row for each Webitel user, with every value from old to new and why.

An extension that changes hands is freed in one operation and set in another; to a reader it is one change.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from usersync.planning.values import Action, GoneUser, LinkChange, Operation, UserItem, Value
from usersync.words import Sentence


@dataclass(frozen=True)
class FieldChange:
    """One field of a row; `old` None where the row is made, `new` None where it goes."""

    name: str
    old: Value
    new: Value


@dataclass(frozen=True)
class RowChange:
    """Everything a plan does to one row of a service.

    Attributes:
        action: of all its operations together: a row freed first and set later is updated once.
        operations: ids of the operations, in their order; what `exclude` takes.
        fields: by name.
    """

    service: str
    entity: str
    key: str
    action: Action
    fields: tuple[FieldChange, ...]
    reason: Sentence
    operations: tuple[str, ...]


@dataclass(frozen=True)
class PlanRow:
    """What a plan does for one Webitel user; `user_id` None: what many share (an account).

    Attributes:
        outcome: the bucket, or of somebody gone what becomes of the record (disabled, deleted, left); "" for what many share.
        link: the link that is made or moved.
        kept: field → value a human set that differs from the source's and stays.
    """

    user_id: str | None
    username: str
    situation: str
    outcome: str
    reason: Sentence | None
    changes: tuple[RowChange, ...]
    link: LinkChange | None = None
    kept: Mapping[str, Value] | None = None


def row_changes(operations: Iterable[Operation]) -> tuple[RowChange, ...]:
    """The operations, those of one row joined, in the order the rows are first written.

    Args:
        operations: in the order of the plan.
    """
    by_row: dict[tuple[str, str, str], list[Operation]] = {}
    for operation in operations:
        by_row.setdefault((operation.service, operation.entity, operation.key), []).append(operation)
    return tuple(_joined(steps) for steps in by_row.values())


def _joined(steps: list[Operation]) -> RowChange:
    first = steps[0]
    old: dict[str, Value] = {}
    new: dict[str, Value] = {}
    for step in steps:
        for name in (*step.before, *step.after):
            old.setdefault(name, step.before.get(name))
        new.update(dict.fromkeys(step.before) if step.action is Action.DELETE else step.after)
    return RowChange(
        first.service, first.entity, first.key, first.action,
        tuple(FieldChange(name, old[name], new.get(name)) for name in sorted(old)),
        first.reason, tuple(step.id for step in steps),
    )  # fmt: skip


def plan_row(
    user_id: str | None,
    operations: Iterable[Operation],
    *,
    item: UserItem | None = None,
    gone: GoneUser | None = None,
    link: LinkChange | None = None,
) -> PlanRow:
    """The row of one user.

    Args:
        user_id: Webitel id; None for what many share.
        operations: done for it, in the order of the plan.
        item: what the plan says of a user in scope, or
        gone: of one that is no longer in the source.
        link: what becomes of its link.
    """
    changes = row_changes(operations)
    if item is not None:
        return PlanRow(
            user_id, item.username, str(item.situation), str(item.bucket), item.reason, changes, link, item.kept
        )
    if gone is not None:
        return PlanRow(user_id, gone.username, "gone", gone.outcome, gone.reason, changes, link)
    return PlanRow(user_id, "", "", "", changes[0].reason if changes else None, changes, link)


def grouped(plan: Mapping[str, Any]) -> list[tuple[str | None, dict[str, Any]]]:
    """A plan's JSON by user: what many share first, then users by their numbers; users nothing is done for are left out.

    Nothing is turned into values here, so that a plan of ten thousand users can be gone through quickly; `plan_row_of` does
    that for the few that are shown.
    """
    found: dict[str | None, dict[str, Any]] = {}
    for operation in plan["operations"]:
        found.setdefault(operation["user_id"], {"operations": []})["operations"].append(operation)
    for link in plan["links"]:
        found.setdefault(link["user_id"], {"operations": []})["link"] = link
    for name, people in (("item", plan["items"]), ("gone", plan["gone"])):
        for person in people:
            if person["user_id"] in found:
                found[person["user_id"]][name] = person
    return sorted(found.items(), key=lambda pair: (pair[0] is not None, len(pair[0] or ""), pair[0] or ""))


def plan_row_of(user_id: str | None, group: Mapping[str, Any]) -> PlanRow:
    """The row a group of `grouped` stands for."""
    item, gone, link = (group.get(name) for name in ("item", "gone", "link"))
    return plan_row(
        user_id,
        map(Operation.from_json, group["operations"]),
        item=None if item is None else UserItem.from_json(item),
        gone=None if gone is None else GoneUser.from_json(gone),
        link=None if link is None else LinkChange.from_json(link),
    )
