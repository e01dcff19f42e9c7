"""The section "Webitel users" in its workplace: one row, added by a command and taken back by undo (manual, chapter 1)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from usersync.creatio import CreatioClient
from usersync.creatio.workplace import SectionPlace, SectionState, look_at_section
from usersync.planning import Action, Operation, Plan, Situation
from usersync.planning.administration import PLACEMENT, Chore, plan_of
from usersync.planning.identity import row_id
from usersync.stages.administration.carry_out import carry_out, settle_dead_runs
from usersync.stages.administration.credential import administration_client, bind
from usersync.stages.administration.desks import PlacementDesk
from usersync.stages.administration.people import ground_of
from usersync.stages.administration.plans import take_at_once
from usersync.stages.administration.report import ChoreReport, make_report
from usersync.stages.context import RunContext
from usersync.words import Sentence


@asynccontextmanager
async def section_client(context: RunContext) -> AsyncIterator[CreatioClient]:
    """Who adds the row: the administrator where the settings have one, else the importer.

    Raises:
        UsageError: the administrator's credential is incomplete, or the importer's own.
    """
    settings = context.settings
    if not settings.administration.enabled:
        yield context.creatio
        return
    async with administration_client(settings.administration, settings.creatio) as creatio:
        context.administrator = creatio
        yield creatio


async def propose_section(context: RunContext, creatio: CreatioClient) -> tuple[SectionPlace, Plan]:
    """Look where the section is, and plan the row that puts it into its workplace; nothing where it is there.

    Raises:
        LedgerBoundElsewhere: this ledger belongs to another domain or another Creatio.
        CreatioError: Creatio cannot be read.
    """
    place = await look_at_section(creatio, context.settings.creatio.section)
    operations = [_placing(place)] if place.state is SectionState.MISSING else []
    plan = plan_of(Chore.SECTION, await ground_of(context), operations, notes=[place.sentence])
    context.plan = plan
    return place, plan


def _placing(place: SectionPlace) -> Operation:
    key = row_id("creatio", PLACEMENT, f"{place.workplace_id}:{place.section_id}")
    after = {"workplace": place.workplace_id, "section": place.section_id, "position": place.position}
    return Operation(
        "creatio", Action.CREATE, PLACEMENT, key, None, {}, after, place.sentence, Situation.OUT_OF_WORKPLACE
    )  # fmt: skip


async def add_section(context: RunContext, creatio: CreatioClient) -> tuple[SectionPlace, ChoreReport]:
    """Add the row, where it is missing; whoever calls has agreed.

    Raises:
        RightsMissing: this user may not change workplaces.
        CreatioError: Creatio cannot be read or written.
    """
    desks = {PLACEMENT: PlacementDesk(creatio)}
    await bind(context)
    await settle_dead_runs(context, desks)
    place, plan = await propose_section(context, creatio)
    if plan.operations:
        take_at_once(context, plan)
        await carry_out(context, plan, desks)
        place = await look_at_section(creatio, context.settings.creatio.section)
    return place, make_report(context, plan, applied=True)


def clicks(place: SectionPlace) -> Sentence:
    """What an administrator clicks to do it by hand."""
    return Sentence("administration-section-clicks", {"workplace": place.workplace, "section": place.section})
