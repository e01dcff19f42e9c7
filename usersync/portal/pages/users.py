"""The section "users"."""

from __future__ import annotations

from nicegui import ui

from usersync.portal.here import Here
from usersync.portal.page import page


@page("/users", title="portal-nav-users", section="users")
async def users_page(here: Here) -> None:
    """The section "users"."""
    runs = await here.ask(lambda ledger: ledger.runs(here.domain.name, limit=5))
    ui.label(", ".join(run.id for run in runs))
