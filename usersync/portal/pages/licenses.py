"""The section "licenses"."""

from __future__ import annotations

from nicegui import ui

from usersync.portal.here import Here
from usersync.portal.page import page


@page("/licenses", title="portal-nav-licenses", section="licenses")
async def licenses_page(here: Here) -> None:
    """The section "licenses"."""
    runs = await here.ask(lambda ledger: ledger.runs(here.domain.name, limit=5))
    ui.label(", ".join(run.id for run in runs))
