"""Manual actions as plans: what the form says in Webitel, and what follows from it in Creatio.

What follows is nothing of its own: it is what the import would do for this one user once Webitel says what it will say. So the
next import finds nothing left to do (`usersync.stages.action_propose` has it planned; here it is put together).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from usersync.planning.identity import is_new, made_key
from usersync.planning.processes import Process
from usersync.planning.values import Action, LinkChange, Operation, Plan, Value
from usersync.words import Sentence


def beyond(after: Plan, before: Plan) -> Plan:
    """What the plan has that the other has not: what follows from the action, not what was due anyway.

    An operation that needs one that was due anyway (the row of a detail, where its record is still missing) is left to the
    import as well.
    """
    due = {operation.id: operation for operation in before.operations}
    kept: list[Operation] = []
    left: set[str] = set()
    for operation in after.operations:
        rest = _without(operation, due.get(operation.id))
        if rest is None or left.intersection(operation.needs):
            left.add(operation.id)
        else:
            kept.append(rest)
    links = tuple(link for link in after.links if link not in before.links and not left.intersection(link.needs))
    notes = tuple(note for note in after.notes if note not in before.notes)
    return replace(after, operations=tuple(kept), links=links, notes=notes)


def _without(operation: Operation, due: Operation | None) -> Operation | None:
    """The operation without what the other does already; None where nothing is left."""
    if due is None:
        return operation
    if operation.action is not Action.UPDATE:
        return None if dict(operation.after) == dict(due.after) else operation
    after = {name: value for name, value in operation.after.items() if due.after.get(name, _NEVER) != value}
    before = {name: value for name, value in operation.before.items() if name in after}
    return replace(operation, before=before, after=after) if after else None


_NEVER = object()


def put_together(
    process: Process, username: str, webitel: Sequence[Operation], creatio: Plan, notes: Iterable[Sentence] = ()
) -> Plan:
    """The action's plan: Webitel first, then Creatio, which waits for it.

    Args:
        username: whom it is about.
        webitel: in the order they are written; the last one that every row in Creatio depends on is not a set of licences or
            roles unless there is nothing else: a refused seat does not keep the record from being made.
        creatio: what follows.
        notes: said besides.
    """
    whole = [operation for operation in webitel if operation.entity == "webitel_user"]
    gates = {operation.id for operation in (whole or webitel)}
    rows = [
        replace(operation, needs=(*operation.needs, *sorted(gates | _of_detail(operation, webitel))))
        for operation in creatio.operations
    ]
    return replace(
        creatio,
        process=process.value,
        scope=(username,),
        operations=(*webitel, *rows),
        notes=(*notes, *creatio.notes),
    )


def _of_detail(operation: Operation, webitel: Sequence[Operation]) -> set[str]:
    """A row of a detail waits for the set it shows."""
    sets = {"license_row": Action.SET_LICENSES, "role_row": Action.SET_ROLES}
    return {other.id for other in webitel if other.action is sets.get(operation.entity)}


def with_stun(plan: Plan, record: Mapping[str, object] | None, *, stun: bool, template: Operation) -> Plan:
    """The plan with the switch of STUN set in the record.

    Args:
        plan: what else follows in Creatio.
        record: the row as it stands; None where the plan makes it.
        stun: on or off.
        template: an operation on the record, for its place and reason, used where the plan has none.
    """
    operations = list(plan.operations)
    before = bool((record or {}).get("stun"))
    if record is not None and before == stun:
        return plan
    for position, operation in enumerate(operations):
        if operation.entity != "record" or operation.action is Action.DELETE:
            continue
        stands: dict[str, Value] = {} if operation.action is Action.CREATE else {"stun": before}
        operations[position] = replace(
            operation, before={**operation.before, **stands}, after={**operation.after, "stun": stun}
        )
        return replace(plan, operations=tuple(operations))
    operations.append(replace(template, before={"stun": before}, after={"stun": stun}))
    return replace(plan, operations=tuple(operations))


def resolve(plan: Plan, new_id: str, user_id: str) -> Plan:
    """The plan with the id Webitel gave to the user, once it is there; the ids of its rows follow from it.

    Only the operation that made the user keeps its name: the journal knows it by that.
    """
    renamed: dict[str, str] = {}
    keys: dict[str, str] = {}
    operations: list[Operation] = []
    for operation in plan.operations:
        made = operation
        if operation.user_id == new_id and not _makes_user(operation):
            after = {name: _resolved(value, new_id, user_id) for name, value in operation.after.items()}
            after = {name: keys.get(value, value) if isinstance(value, str) else value for name, value in after.items()}
            key = operation.key
            if operation.service == "webitel":
                key = user_id if key == new_id else key
            elif operation.action is Action.CREATE and operation.entity in _KEYED:
                key = made_key(plan.dc, operation.entity, user_id, after)
                keys[operation.key] = key
            made = replace(operation, key=key, user_id=user_id, after=after)
            renamed[operation.id] = made.id
        operations.append(made)
    operations = [
        replace(operation, needs=tuple(renamed.get(need, need) for need in operation.needs)) for operation in operations
    ]
    links = tuple(
        replace(
            link, user_id=user_id, record_id=keys.get(link.record_id or "", link.record_id),
            needs=tuple(renamed.get(need, need) for need in link.needs),
        )
        if link.user_id == new_id else link
        for link in plan.links
    )  # fmt: skip
    items = tuple(
        replace(item, user_id=user_id, record_id=keys.get(item.record_id or "", item.record_id))
        if item.user_id == new_id else item
        for item in plan.items
    )  # fmt: skip
    return replace(plan, operations=tuple(operations), links=links, items=items)


_KEYED = frozenset({"record", "communication", "license_row", "role_row"})


def _resolved(value: Value, new_id: str, user_id: str) -> Value:
    return user_id if value == new_id else value


def _makes_user(operation: Operation) -> bool:
    return operation.entity == "webitel_user" and operation.action is Action.CREATE


DEVICE = "new device"
"""What stands for the default device until Webitel has made one."""


def with_device(plan: Plan, device: str | None) -> Plan:
    """The plan with the default device Webitel shows; nothing is written of it where there is none."""
    return replace(plan, operations=tuple(_with_device(operation, device) for operation in plan.operations))


def _with_device(operation: Operation, device: str | None) -> Operation:
    if operation.after.get("device") != DEVICE:
        return operation
    after = {name: value for name, value in operation.after.items() if name != "device"}
    if device is not None or operation.action is Action.CREATE:
        after["device"] = device
    before = {name: value for name, value in operation.before.items() if name in after}
    return replace(operation, before=before, after=after)


def early_link(plan: Plan, new_id: str, user_id: str) -> LinkChange | None:
    """The link that is remembered as soon as the user is in Webitel, so that whoever goes on knows whose it is."""
    link = next((link for link in plan.links if link.user_id == new_id), None)
    if link is None or not is_new(new_id):
        return None
    makes = any(op.entity == "record" and op.action is Action.CREATE for op in plan.operations)
    return LinkChange(user_id, None if makes else link.record_id, link.contact_id, link.how)
