"""Tell the ledger what the section shows now: at the end of a run, and after a manual action for its one user."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import replace

from usersync.ledger import OperationState, Outcome
from usersync.planning import Bucket, Plan
from usersync.planning.receipt import Tally
from usersync.planning.section import Flag, Readiness, SectionRow
from usersync.planning.section_rows import Said, Scene, section_rows
from usersync.planning.values import UserItem
from usersync.snapshots import SourceSnapshot, TargetSnapshot
from usersync.stages.context import RunContext, known_links
from usersync.stages.plan import APPLIED
from usersync.stages.turned_out import worst_reason


def show_section(context: RunContext, plan: Plan, counted: Tally, *, applied: bool) -> Readiness | None:
    """Write the section as it stands at the end of a run, only what changed, and count who is ready to call.

    Args:
        context: of the run; what it saw last is in `seen`.
        plan: what was to be done.
        counted: what became of it.
        applied: False where nothing was to be written: then what is planned is pending.

    Returns:
        How ready the users of the run are; None where the run saw nothing.
    """
    if context.seen is None:
        return None
    source, target = context.seen
    said = _said(context, plan, counted.items, applied=applied)
    scene = scene_of(context, source, target)
    rows = section_rows(scene, said, gone=plan.gone)
    whole = not plan.scope and not context.scope and plan.undo is None
    kept = {*scene.links, *scene.users} if whole else set()
    if applied or not _was_overtaken(context):
        context.ledger.save_section(context.run.id, rows, synced=applied, whole=whole, keep=kept)
    readiness = Readiness.of(rows)
    context.ledger.save_readiness(context.run.id, readiness)
    return readiness


def refresh_users(
    context: RunContext,
    source: SourceSnapshot,
    target: TargetSnapshot,
    user_ids: Collection[str],
    said: Mapping[str, Said] | None = None,
) -> list[SectionRow]:
    """Write the section's rows of these users after a manual action.

    Args:
        source, target: both sides as they stand after the action; the users themselves must be in them.
        said: what the action says of a user; of the others the section goes on to say what it said.

    Returns:
        The rows as they are shown now. Of somebody the section never showed, and of whom nothing is said, there is none.
    """
    before = context.ledger.section_users(context.domain, user_ids)
    standing = {user_id: Said.before(row) for user_id, row in before.items()} | dict(said or {})
    # Only these users were read: who else bears their address is known from before.
    shared = {user_id for user_id, row in before.items() if Flag.SHARED_EMAIL in row.flags}
    standing = {user_id: replace(what, shares_email=user_id in shared) for user_id, what in standing.items()}
    rows = section_rows(scene_of(context, source, target), standing)
    context.ledger.save_section(context.run.id, rows, synced=True)
    return rows


def _was_overtaken(context: RunContext) -> bool:
    """Whether a run wrote to the domain while this one only looked: what it showed is newer."""
    wrote = context.ledger.latest_run(context.domain, mode="apply", states=APPLIED)
    return wrote is not None and wrote.finished_at is not None and wrote.finished_at > context.run.started_at


def scene_of(context: RunContext, source: SourceSnapshot, target: TargetSnapshot) -> Scene:
    """Both sides, with the links as the ledger has them now."""
    return Scene(
        source=source,
        target=target,
        links=known_links(context.ledger, context.domain),
        shared_mailboxes=frozenset(name.casefold() for name in context.match_settings.shared_mailboxes),
        now=source.read_at or context.now,
    )


def _said(
    context: RunContext, plan: Plan, items: tuple[tuple[UserItem, Bucket], ...], *, applied: bool
) -> dict[str, Said]:
    outcomes = context.journal.outcomes if context.journal and applied else {}
    pending: set[str] = set()
    waiting = {user_id for demand in plan.seats for user_id in demand.waiting}
    came_of: defaultdict[str, list[Outcome]] = defaultdict(list)
    for operation in plan.operations:
        outcome = outcomes.get(operation.id)
        if operation.user_id is None:
            continue
        if outcome is None or outcome.state is OperationState.SKIPPED:
            pending.add(operation.user_id)
        if outcome is not None:
            came_of[operation.user_id].append(outcome)
            if outcome.state is OperationState.REFUSED:
                waiting.add(operation.user_id)
    return {
        item.user_id: Said.of(
            item,
            bucket,
            reason=worst_reason(came_of[item.user_id]) if bucket is not item.bucket else None,
            pending=item.user_id in pending,
            waits=item.user_id in waiting,
        )
        for item, bucket in items
    }
