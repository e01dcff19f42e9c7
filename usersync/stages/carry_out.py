"""Apply a plan for a run: writers, probe, journal, and the links that follow from what succeeded."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from functools import partial

from usersync.ledger import LinkState, OperationState
from usersync.planning import LinkChange, Plan
from usersync.snapshots import SourceSnapshot
from usersync.stages.apply import Appliers, apply_plan
from usersync.stages.context import RunContext
from usersync.stages.meanwhile import pass_over_who_came_since
from usersync.stages.probe import Probe
from usersync.stages.recover import recover
from usersync.stages.rows import Rows
from usersync.stages.section_after import show_broken_off
from usersync.stages.write_creatio import CreatioWriter
from usersync.stages.write_webitel import WebitelWriter

Progress = Callable[[int, int], Awaitable[None]]


async def carry_out(
    context: RunContext, plan: Plan, source: SourceSnapshot, *, progress: Progress | None = None
) -> None:
    """Write what the plan says, then remember the links whose operations succeeded.

    Raises:
        GuardStopped, LeaseLost, ServiceError: see `usersync.stages.apply.apply_plan`. What was done until then is
            remembered all the same.
    """
    journal = context.journal
    if journal is None:
        raise RuntimeError("a preview does not write")
    context.carried_out = True
    context.at_break_off = partial(show_broken_off, context, plan)
    await recover(context, trusted=True)
    rows = Rows(context.creatio, context.mapping)
    writers = Appliers(
        creatio=CreatioWriter(rows, journal),
        webitel=WebitelWriter(context.webitel, journal, concurrency=context.settings.webitel.concurrency),
        probe=Probe(context.webitel, rows, source),
        concurrency=context.settings.creatio.concurrency,
    )
    try:
        await pass_over_who_came_since(context, plan)
        await apply_plan(plan, journal, writers, progress=progress)
    finally:
        if not journal.lost:
            remember_links(context, plan, journal.states)


def remember_links(context: RunContext, plan: Plan, states: Mapping[str, OperationState]) -> None:
    """Make, move or end the links of a plan whose operations are done."""
    journal = context.journal
    if journal is None:
        return
    made = [link for link in plan.links if all(states.get(need) is OperationState.DONE for need in link.needs)]
    gone = [link.user_id for link in made if link.how == "gone"]
    # Of the gone only those change whose record was deleted: it is forgotten, and a new one made if they come back.
    changes: list[LinkChange] = [link for link in made if link.how != "gone" or link.record_id is None]
    usernames = {item.user_id: item.username for item in plan.items}
    context.ledger.apply_links(journal.lease, context.run.id, changes, usernames=usernames)
    context.ledger.set_link_state(journal.lease, context.run.id, gone, LinkState.GONE)
    baselines = {("record", link.record_id): link.baseline for link in changes if link.record_id and link.baseline}
    context.ledger.learn(journal.lease, context.run.id, baselines)
