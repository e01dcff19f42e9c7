"""After a manual action the ledger's section shows its one user as it stands now."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

from usersync.creatio.telephony import telephony_holders
from usersync.errors import ServiceError
from usersync.ledger import OperationState
from usersync.planning import Action, Bucket, Situation, UserItem
from usersync.planning.identity import is_new
from usersync.planning.section import Flag
from usersync.planning.section_rows import Said
from usersync.stages.act import Acted
from usersync.stages.action_scene import Scene, identify, scene_of
from usersync.stages.context import RunContext
from usersync.stages.section import refresh_users
from usersync.stages.turned_out import worst_reason
from usersync.stages.webitel_user import FIELDS
from usersync.webitel import NotFound
from usersync.words import Sentence


async def show_user(context: RunContext, acted: Acted) -> None:
    """Write the row of the user the action was about, whatever became of it.

    A service that does not answer now is no failure of the action: the next import shows the user.
    """
    if context.journal is None or not acted.plan.items:
        return
    (item,) = acted.plan.items
    if is_new(item.user_id):  # it did not come into being
        return
    with suppress(ServiceError):
        scene = acted.seen or await _scene(context, item.user_id)
        if scene is None:
            _show_departed(context, acted, item)
            return
        source, target = scene.snapshots(context)
        target = replace(target, telephony=await telephony_holders(context.creatio))
        refresh_users(context, source, target, [item.user_id], {item.user_id: _said(context, acted, item)})


async def _scene(context: RunContext, user_id: str) -> Scene | None:
    """Both sides as they are now; None where Webitel does not have the user any more."""
    try:
        user = await context.webitel.user(user_id, FIELDS)
    except NotFound:
        return None
    return None if user.deleted_at is not None else await scene_of(context, await identify(context), user)


def _show_departed(context: RunContext, acted: Acted, item: UserItem) -> None:
    """Mark a user that is gone; what the section knew of it stays."""
    row = context.ledger.section_user(context.domain, item.user_id)
    if row is None:
        return
    records = [op for op in acted.plan.operations if op.entity == "record" and _is_done(context, op.id)]
    deleted = any(op.action is Action.DELETE for op in records)
    switched_off = any(op.after.get("active") is False for op in records)
    gone = replace(
        row, situation=Situation.GONE, bucket=item.bucket, reason=item.reason, flags=(Flag.GONE,), missing=(), unknown=(),
        licenses=(), webitel_roles=(), record_id=None if deleted else row.record_id,
        active=None if deleted else False if switched_off else row.active,
    )  # fmt: skip
    context.ledger.save_section(context.run.id, [gone], synced=True)


def _said(context: RunContext, acted: Acted, item: UserItem) -> Said:
    """What the action says of the user; where something of it is not done, that it failed and why."""
    if all(_is_done(context, op.id) for op in acted.plan.operations):
        return Said.of(item, item.bucket)
    outcomes = context.journal.outcomes if context.journal else {}
    mine = [outcomes[op.id] for op in acted.plan.operations if op.id in outcomes]
    why: Sentence = acted.error or worst_reason(mine)
    return Said.of(item, Bucket.FAILED, reason=why, pending=True)


def _is_done(context: RunContext, operation_id: str) -> bool:
    return context.journal is not None and context.journal.states.get(operation_id) is OperationState.DONE
