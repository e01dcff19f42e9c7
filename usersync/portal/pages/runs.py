"""The section "runs"."""

from __future__ import annotations

from nicegui import ui

from usersync.portal.here import Here
from usersync.portal.page import page


@page("/runs", title="portal-nav-runs", section="runs")
async def runs_page(here: Here) -> None:
    """The section "runs"."""
    runs = await here.ask(lambda ledger: ledger.runs(here.domain.name, limit=5))
    ui.label(", ".join(run.id for run in runs))
