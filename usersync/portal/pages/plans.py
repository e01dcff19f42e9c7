"""The section "plans"."""

from __future__ import annotations

from nicegui import ui

from usersync.portal.here import Here
from usersync.portal.page import page


@page("/plans", title="portal-nav-plans", section="plans")
async def plans_page(here: Here) -> None:
    """The section "plans"."""
    runs = await here.ask(lambda ledger: ledger.runs(here.domain.name, limit=5))
    ui.label(", ".join(run.id for run in runs))
