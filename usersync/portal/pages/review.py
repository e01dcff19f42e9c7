"""The section "review"."""

from __future__ import annotations

from nicegui import ui

from usersync.portal.here import Here
from usersync.portal.page import page


@page("/review", title="portal-nav-review", section="review")
async def review_page(here: Here) -> None:
    """The section "review"."""
    runs = await here.ask(lambda ledger: ledger.runs(here.domain.name, limit=5))
    ui.label(", ".join(run.id for run in runs))
