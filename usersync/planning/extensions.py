"""Extensions that change hands in one plan: freed first, then set, so that no two records ever bear one number."""

from __future__ import annotations

from dataclasses import replace

from usersync.planning.values import Action, Operation
from usersync.planning.world import World


def free_before_set(world: World, operations: list[Operation]) -> list[Operation]:
    """Where a record wants the number of another one that gives it up, giving up comes first (step 0), wanting second."""
    if not world.target.has("record", "username"):
        return operations  # the classic row's Login may not be empty, and nothing there keeps numbers apart
    records = [operation for operation in operations if operation.entity == "record"]
    wanted_by = {str(number): operation.key for operation in records if (number := operation.after.get("extension"))}
    freed: dict[str, Operation] = {}
    for operation in records:
        number = operation.before.get("extension") if operation.action is Action.UPDATE else None
        if number and wanted_by.get(str(number), operation.key) != operation.key:
            freed[str(number)] = replace(operation, before={"extension": number}, after={"extension": None})
    if not freed:
        return operations
    result: list[Operation] = []
    for operation in operations:
        if operation.entity == "record":
            result += _in_turn(operation, freed)
        else:
            result.append(operation)
    return result


def _in_turn(operation: Operation, freed: dict[str, Operation]) -> list[Operation]:
    """The record's change as it must be written: giving its number up, taking the new one when that is free."""
    gives = freed.get(str(operation.before.get("extension") or ""))
    takes = freed.get(str(operation.after.get("extension") or ""))
    needs = operation.needs
    before = dict(operation.before)
    first: list[Operation] = []
    if gives is not None and gives.key == operation.key:
        if not operation.after["extension"]:
            return [operation]
        first = [gives]
        before["extension"] = None
        needs = (*needs, gives.id)
    if takes is not None:
        needs = (*needs, takes.id)
    later = replace(operation, before=before, needs=needs, step=1) if first or takes is not None else operation
    return [*first, later]
