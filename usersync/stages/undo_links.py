"""Links and last-applied values of a run that is taken back: asleep while its records go, then as they were before.

A process may die between the removal of a record and the forgetting of its link. So a link is put to sleep first: the trust
gate does not miss the record of a link that sleeps, and whoever writes next ends what the dead process had begun.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from usersync.ledger import Link, LinkState, OperationState, PlanNotFound, RunState
from usersync.planning.undoing import LinkImage, LinkReversal, Undoing
from usersync.stages.context import RunContext

_OPEN = frozenset({OperationState.INTENDED, OperationState.UNKNOWN})
PUT_BACK = "values.restored"
"""The audit's line by which an undo run is known to have put everything back."""


def put_to_sleep(context: RunContext, undoing: Undoing) -> None:
    """Let the links sleep whose records are about to be removed or switched off.

    Raises:
        LeaseLost: another run has taken over.
    """
    journal = context.journal
    if journal is None:
        return
    sleepers = [
        (link.user_id, link_of(link.user_id, link.before), _asleep(link)) for link in undoing.links if _sleeps(link)
    ]
    context.ledger.restore_links(journal.lease, context.run.id, sleepers)


def put_back(context: RunContext, run_id: str, undoing: Undoing, states: Mapping[str, OperationState]) -> None:
    """Make links and last-applied values what they were before the run, where the operations they need are done.

    A link whose operations were not carried out is woken again; one whose operations nobody knows the outcome of sleeps on.

    Args:
        context: of a run that writes.
        run_id: the undo run; a dead one is ended by a later run.
        undoing: its plan.
        states: what became of its operations.

    Raises:
        LeaseLost: another run has taken over.
    """
    journal = context.journal
    if journal is None:
        return
    done = {key for key, state in states.items() if state is OperationState.DONE}
    doubtful = {key for key, state in states.items() if state in _OPEN}
    changes: list[tuple[str, Link | None, Link | None]] = []
    for link in undoing.links:
        before, after = link_of(link.user_id, link.before), link_of(link.user_id, link.after)
        expected = _asleep(link) if _sleeps(link) else before
        if set(link.needs) <= done:
            changes.append((link.user_id, expected, after))
        elif _sleeps(link) and not doubtful & set(link.needs):
            changes.append((link.user_id, expected, before))
    context.ledger.restore_links(journal.lease, run_id, changes)
    values = {(item.entity, item.key): item.after for item in undoing.values if set(item.needs) <= done}
    if not doubtful:
        context.ledger.restore_values(journal.lease, run_id, values)


def finish_dead_undo(context: RunContext) -> None:
    """Put back what an undo whose process died could not put back any more."""
    if context.journal is None:
        return
    dead = context.ledger.latest_run(context.domain, mode="undo", states=(RunState.CRASHED, RunState.FAILED))
    if dead is None or dead.plan_hash is None:
        return
    if any(line.action == PUT_BACK for line in context.ledger.audit(run_id=dead.id, limit=10_000)):
        return
    try:
        stored = context.ledger.plan(dead.plan_hash)
    except PlanNotFound:  # retention has let go of it
        return
    if stored.used_by != dead.id or stored.erased or stored.plan.undo is None:
        return
    states = {entry.operation.id: entry.state for entry in context.ledger.operations(dead.id)}
    put_back(context, dead.id, Undoing.of(stored.plan), states)
    context.remember()


def link_of(user_id: str, image: LinkImage | None) -> Link | None:
    """The link as the ledger has it."""
    if image is None:
        return None
    return Link(
        user_id, image.record_id, image.contact_id, image.how, image.since_run, datetime.fromisoformat(image.since),
        image.username, LinkState(image.state),
        datetime.fromisoformat(image.gone_since) if image.gone_since else None,
    )  # fmt: skip


def _sleeps(link: LinkReversal) -> bool:
    """A link that is awake, and will be no more."""
    awake = str(LinkState.ACTIVE)
    return link.before is not None and link.before.state == awake and (link.after is None or link.after.state != awake)


def _asleep(link: LinkReversal) -> Link | None:
    awake = link_of(link.user_id, link.before)
    return None if awake is None else replace(awake, state=LinkState.GONE, gone_since=None)
