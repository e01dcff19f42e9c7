"""After an action both sides are looked at again: nothing may be left, and what an add-on did meanwhile is followed, once."""

from __future__ import annotations

from dataclasses import replace

from usersync.errors import ServiceError
from usersync.ledger import OperationState
from usersync.planning import Action, Operation, Plan
from usersync.planning.processes import Process
from usersync.stages.act import Acted
from usersync.stages.action_scene import identify, scene_of
from usersync.stages.context import RunContext
from usersync.stages.rows import Rows
from usersync.stages.webitel_user import FIELDS
from usersync.stages.write_creatio import CreatioWriter, holds
from usersync.webitel import NotFound, User
from usersync.words import Sentence


async def look_again(context: RunContext, acted: Acted) -> None:
    """Set `converged` and `residue`: what the import would still do of what this action was about.

    Where not everything was carried out there is nothing to be looked at: the receipt says what is left. Where it was and
    cannot be read back that is said; it does not undo it.
    """
    journal = context.journal
    if journal is None or any(journal.states.get(op.id) is not OperationState.DONE for op in acted.plan.operations):
        return
    try:
        await _look(context, acted)
    except ServiceError as error:
        acted.notes += [Sentence("action-not-looked-at"), error.sentence]


async def _look(context: RunContext, acted: Acted) -> None:
    if acted.plan.process == Process.DELETE:
        left = await _left_of_departure(context, acted)
    else:
        left = await _left(context, acted)
        if left and all(_follows_device(operation) for operation in left):
            await _follow(context, acted, left)
            left = await _left(context, acted)
    context.converged, context.residue = not left, len(left)


async def _left(context: RunContext, acted: Acted) -> list[Operation]:
    """What the import would do now for this user, of the rows the action touched; all of it for a new user."""
    (item,) = acted.plan.items
    user = await _user(context, item.user_id)
    if user is None or user.deleted_at is not None:
        acted.notes.append(Sentence("action-user-gone-again", {"username": item.username, "id": item.user_id}))
        return list(acted.plan.operations[:1])
    scene = acted.seen = await scene_of(context, await identify(context), user)
    then = scene.follows(context).operations
    return [op for op in then if acted.plan.process == Process.CREATE or _is_of(op, acted.plan)]


def _is_of(left: Operation, plan: Plan) -> bool:
    """Whether what is left is about something the plan was about; other things may have been due for long."""
    mine = [op for op in plan.operations if (op.entity, op.key) == (left.entity, left.key)]
    return any(left.action is not Action.UPDATE or left.after.keys() & op.after.keys() for op in mine)


async def _left_of_departure(context: RunContext, acted: Acted) -> list[Operation]:
    (item,) = acted.plan.items
    user = await _user(context, item.user_id)
    whole = next(op for op in acted.plan.operations if op.entity == "webitel_user")
    if user is None and whole.after.get("permanent") is not True:
        acted.notes.append(Sentence("action-addon-removed", {"username": item.username, "id": item.user_id}))
    rows = [op for op in acted.plan.operations if op.service == "creatio"]
    now, _ = await Rows(context.creatio, context.mapping).read([(op.entity, op.key) for op in rows])
    there = [] if user is None or user.deleted_at is not None else [whole]
    return [*there, *(op for op in rows if not holds(op, now.get((op.entity, op.key))))]


async def _user(context: RunContext, user_id: str) -> User | None:
    try:
        return await context.webitel.user(user_id, FIELDS)
    except NotFound:
        return None


def _follows_device(operation: Operation) -> bool:
    """An add-on that pushes a saved record onto its user gives it another device: the record is to show that one."""
    return operation.entity == "record" and operation.action is Action.UPDATE and set(operation.after) == {"device"}


async def _follow(context: RunContext, acted: Acted, left: list[Operation]) -> None:
    journal = context.journal
    if journal is None:
        return
    reason = Sentence("action-addon-device")
    followed = [replace(operation, step=operation.step + 1, reason=reason, needs=()) for operation in left]
    writer = CreatioWriter(Rows(context.creatio, context.mapping), journal)
    await writer.write(followed, await writer.read_again(followed))
    acted.notes.append(reason)
    context.remember()
