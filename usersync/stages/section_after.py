"""The ledger's section after runs that do not come to a report of their own about it: one that broke off, one in Creatio only."""

from __future__ import annotations

import asyncio
from contextlib import suppress

from usersync.errors import ServiceError
from usersync.ledger import OperationState
from usersync.planning import Plan
from usersync.planning.receipt import tally
from usersync.stages import fetch_source, fetch_target, verify
from usersync.stages.context import RunContext
from usersync.stages.section import refresh_users, show_section

_SECONDS = 30.0
"""How long a run that broke off looks at both sides once more: the service may be what it broke off on."""


async def show_broken_off(context: RunContext, plan: Plan) -> None:
    """Show what an import or an undo wrote until it broke off, who failed, and what is still to be done.

    Where a service does not answer any more, both sides are shown as they were read before. A run whose lease was lost
    shows nothing: another one writes, and will.
    """
    journal = context.journal
    if context.seen is None or journal is None or journal.lost:
        return
    with suppress(ServiceError, TimeoutError):
        async with asyncio.timeout(_SECONDS):
            await verify.look_again(context, plan, *context.seen)
    context.remember()
    unsent = dict.fromkeys((op.id for op in plan.operations), "skipped")
    counted = tally(plan, unsent | {key: str(state) for key, state in journal.states.items()})
    context.readiness = show_section(context, plan, counted, applied=True)


async def show_administered(context: RunContext, plan: Plan) -> None:
    """Show everybody the run was about, and who shares a contact with them, after it gave or took something in Creatio.

    A service that does not answer now, or not wholly, is no failure of the run: the next import shows them.
    """
    journal = context.journal
    if journal is None or journal.lost or OperationState.DONE not in journal.states.values():
        return
    about = {item.user_id for item in plan.items}
    shown = context.ledger.section_users(context.domain)
    contacts = {row.contact_id for user_id, row in shown.items() if user_id in about and row.contact_id}
    theirs = [user_id for user_id, row in shown.items() if user_id in about or row.contact_id in contacts]
    settings = context.settings
    with suppress(ServiceError):
        read, target = await asyncio.gather(
            fetch_source.fetch_source(
                context.webitel, settings.rules, context.memory.links,
                page_size=settings.webitel.page_size, with_licenses=False,
            ),
            fetch_target.fetch_target(
                context.creatio, context.mapping, settings.rules,
                license_operation=settings.administration.license_operation,
                license_packages=settings.administration.license_packages,
            ),
        )  # fmt: skip
        if not (read.snapshot.problems or target.problems):
            refresh_users(context, read.snapshot, target, theirs)
