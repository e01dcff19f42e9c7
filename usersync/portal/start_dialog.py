"""The dialog "Start process" of the manual's chapter 9: a lookup of processes, GetWebitelUsers among them, and Start."""

from __future__ import annotations

import uuid
from typing import Final

from nicegui import ui

from usersync.portal.access import Permission
from usersync.portal.choosing import choice
from usersync.portal.here import Here
from usersync.portal.outcome import open_run_of
from usersync.words import say

PROCESSES: Final = ("GetWebitelUsers",)
"""Processes that are started without choosing a user first."""


def start_dialog(here: Here) -> ui.dialog:
    """The dialog, closed; open it with `.open()`."""
    here.require(Permission.START)
    dialog = ui.dialog()
    dialog.props["aria-label"] = say("portal-start-title")
    with dialog, ui.card().classes("form"):
        ui.label(say("portal-start-title")).classes("question")
        process = choice(PROCESSES, PROCESSES[0], label=say("portal-start-process"), with_input=True)
        process.props("outlined").classes("full")
        mode = ui.radio({"preview": say("portal-start-preview"), "apply": say("portal-start-apply")}, value="preview")
        mode.props(f'aria-label="{say("portal-start-mode")}"')
        scope = ui.input(say("portal-start-scope")).props("outlined").classes("full")
        ui.label(say("portal-start-scope-hint")).classes("hint")
        licenses = ui.checkbox(say("portal-start-licenses"))
        key = {"value": uuid.uuid4().hex}

        async def start() -> None:
            here.require(Permission.START)
            logins = [login for login in (scope.value or "").replace(",", " ").replace(";", " ").split() if login]
            parameters = {"mode": mode.value, "scope": logins, "assign_licenses": bool(licenses.value)}
            button.props("loading")
            try:
                await open_run_of(here, str(process.value), parameters, key=key["value"])
            finally:
                button.props(remove="loading")
                key["value"] = uuid.uuid4().hex
                dialog.close()

        with ui.row().classes("answers"):
            ui.button(say("portal-ask-no"), on_click=dialog.close).props("flat no-caps")
            button = ui.button(say("portal-start"), on_click=start).props("unelevated no-caps")
    return dialog
