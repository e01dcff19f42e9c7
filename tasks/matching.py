"""Who is who."""

from __future__ import annotations

import asyncio

from tasks.run import BusinessRun
from tasks.step import step
from usersync.snapshots import SourceSnapshot, TargetSnapshot
from usersync.stages import match_users as stage
from usersync.stages.match_users import Matched


@step("Match users to contacts")
async def match_users(run: BusinessRun, source: SourceSnapshot, target: TargetSnapshot) -> Matched:
    """Stored links and records first, then names: never a guess between two."""
    context = run.opened
    with context.stopwatch.part("matching"):
        matched = await asyncio.to_thread(
            stage.match_users,
            source,
            target,
            context.memory.links,
            context.settings.rules,
            proven_gone=context.proven_gone,
            settings=context.match_settings,
        )
    context.note("match", len(source.users), len(source.users))
    return matched
