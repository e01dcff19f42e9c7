"""Read both sides."""

from __future__ import annotations

from tasks.run import BusinessRun
from tasks.step import step
from usersync.snapshots import SourceSnapshot, TargetSnapshot
from usersync.stages import complete as stage_complete
from usersync.stages import fetch_source as stage_source
from usersync.stages import fetch_target as stage_target
from usersync.stages.context import confirm_mapping
from usersync.stages.match_users import Matched
from usersync.stages.recover import recover


@step("Check the mapping, settle what a killed run left", retries=2)
async def prepare(run: BusinessRun) -> None:
    """The mapping is checked against `$metadata` before anything else; a run that writes settles open intents first."""
    context = run.opened
    confirm_mapping(context, await context.creatio.metadata())
    await recover(context)


@step("Fetch users from Webitel", retries=2)
async def fetch_source(run: BusinessRun) -> SourceSnapshot:
    """All users page by page, licences, roles, and proof of who is gone."""
    context = run.opened
    read = await stage_source.fetch_source(
        context.webitel,
        context.settings.rules,
        context.memory.links,
        scope=context.scope,
        page_size=context.settings.webitel.page_size,
        with_licenses=context.assign_licenses,
    )
    context.proven_gone = read.proven_gone
    context.note("fetch source", len(read.snapshot.users), len(read.snapshot.users))
    return read.snapshot


@step("Fetch the section, contacts and system users from Creatio", retries=2)
async def fetch_target(run: BusinessRun) -> TargetSnapshot:
    """Everything in bulk: whole tables, never one request per user."""
    context = run.opened
    administration = context.settings.administration
    target = await stage_target.fetch_target(
        context.creatio,
        context.mapping,
        context.settings.rules,
        license_operation=administration.license_operation,
        license_packages=administration.license_packages,
    )
    context.note("fetch target", len(target.contacts), len(target.contacts))
    return target


@step("Look once more before anything is created", retries=2)
async def complete_target(
    run: BusinessRun, source: SourceSnapshot, target: TargetSnapshot, matched: Matched
) -> tuple[SourceSnapshot, TargetSnapshot, Matched]:
    """Before a create, all contacts are searched and the accounts it needs are read."""
    context = run.opened
    return await stage_complete.complete_target(context, source, target, matched)
