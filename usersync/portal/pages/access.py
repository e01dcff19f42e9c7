"""The section "access"."""

from __future__ import annotations

from nicegui import ui

from usersync.portal.access import Permission
from usersync.portal.here import Here
from usersync.portal.page import page


@page("/access", title="portal-nav-access", section="access", permission=Permission.ADMINISTER)
async def access_page(here: Here) -> None:
    """The section "access"."""
    runs = await here.ask(lambda ledger: ledger.runs(here.domain.name, limit=5))
    ui.label(", ".join(run.id for run in runs))
