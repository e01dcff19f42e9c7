"""The link of a Webitel user that was just made: remembered before its record is there, so that it is known whose it is.

With it the next import makes the record, for the right contact, should the action's process die or Creatio fail.
"""

from __future__ import annotations

from usersync.ledger import LinkState, OperationState, PlanNotFound, RunState
from usersync.planning import Action, Plan
from usersync.planning.action_plan import early_link
from usersync.planning.identity import is_new
from usersync.planning.processes import Process
from usersync.stages.context import RunContext

_DEAD = (RunState.CRASHED, RunState.FAILED)


def remember_user(context: RunContext, run_id: str, plan: Plan, new_id: str, user_id: str) -> None:
    """Link a user that was made to its contact.

    Args:
        context: of a run that writes.
        run_id: the run that made the user; a dead one's work is ended by a later run.
        plan: as it was stored.
        new_id, user_id: what stood for the user in it, and the id it has.

    Raises:
        LeaseLost: another run has taken over.
    """
    journal, link = context.journal, early_link(plan, new_id, user_id)
    if journal is None or link is None:
        return
    username = next((item.username for item in plan.items if item.user_id == new_id), "")
    context.ledger.apply_links(journal.lease, run_id, [link], usernames={user_id: username})
    if link.record_id is not None:
        # A record from before is switched off still: asleep, the link wakes both when the import comes first.
        context.ledger.set_link_state(journal.lease, run_id, [user_id], LinkState.GONE)


def finish_dead_create(context: RunContext) -> None:
    """Link the user that a process which died had made and could not link any more."""
    if context.journal is None:
        return
    dead = context.ledger.latest_run(context.domain, mode=Process.CREATE.mode, states=_DEAD)
    if dead is None or dead.plan_hash is None:
        return
    made = [
        entry for entry in context.ledger.operations(dead.id, OperationState.DONE)
        if entry.operation.entity == "webitel_user" and entry.operation.action is Action.CREATE
    ]  # fmt: skip
    for entry in made:
        user_id = entry.operation.user_id or ""
        if is_new(user_id) or user_id in context.ledger.links(context.domain) or entry.erased:
            continue
        try:
            stored = context.ledger.plan(dead.plan_hash)
        except PlanNotFound:  # retention has let go of it
            return
        if not stored.erased:
            remember_user(context, dead.id, stored.plan, entry.operation.key, user_id)
            context.remember()
