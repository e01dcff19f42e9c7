"""Questions to whoever clicked: yes or no, and with a comment."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from nicegui import ui

from usersync.errors import UsersyncError
from usersync.words import say


async def confirmed(question: str, *, yes: str, hint: str = "") -> bool:
    """Ask yes or no; closing the dialog means no.

    Args:
        question: one sentence.
        yes: words of the button that goes on.
        hint: what else to know before answering.
    """
    with _dialog(question) as dialog, ui.card().classes("asking"):
        ui.label(question).classes("question")
        if hint:
            ui.label(hint).classes("hint")
        with ui.row().classes("answers"):
            ui.button(say("portal-ask-no"), on_click=lambda: dialog.submit(False)).props("flat no-caps autofocus")
            ui.button(yes, on_click=lambda: dialog.submit(True)).props("unelevated no-caps")
    return bool(await _answer(dialog))


async def commented(question: str, *, yes: str, label: str, hint: str = "") -> str | None:
    """Ask for a comment; None where the dialog was closed without going on. The comment may be empty."""
    with _dialog(question) as dialog, ui.card().classes("asking"):
        ui.label(question).classes("question")
        if hint:
            ui.label(hint).classes("hint")
        comment = ui.textarea(label).props("outlined autogrow autofocus maxlength=2000").classes("full")
        with ui.row().classes("answers"):
            ui.button(say("portal-ask-no"), on_click=lambda: dialog.submit(None)).props("flat no-caps")
            ui.button(yes, on_click=lambda: dialog.submit(comment.value or "")).props("unelevated no-caps")
    answer = await _answer(dialog)
    return None if answer is None else str(answer).strip()


async def filled(question: str, *, yes: str, fields: Callable[[], Callable[[], Awaitable[None]]]) -> bool:
    """Let a form be filled in; what is wrong with it is said in it, and it stays open until it is right or given up.

    Args:
        question: what it is for.
        yes: words of the button that goes on.
        fields: makes the fields, and returns what is done with them.

    Returns:
        Whether it was done.
    """
    with _dialog(question) as dialog, ui.card().classes("asking"):
        ui.label(question).classes("question")
        act = fields()
        problem = ui.label().props("role=alert").classes("problem")

        async def go_on() -> None:
            try:
                await act()
            except UsersyncError as error:
                problem.set_text(f"{error} {error.next_step or ''}".strip())
            else:
                dialog.submit(True)

        with ui.row().classes("answers"):
            ui.button(say("portal-ask-no"), on_click=lambda: dialog.submit(False)).props("flat no-caps")
            ui.button(yes, on_click=go_on).props("unelevated no-caps")
    return bool(await _answer(dialog))


async def _answer(dialog: ui.dialog) -> Any:
    """What was answered; None where the dialog was closed, or the page left with it open."""
    answer = await dialog
    if not dialog.is_deleted:
        dialog.delete()
    return answer


def _dialog(name: str) -> ui.dialog:
    dialog = ui.dialog()
    dialog.props["aria-label"] = name
    return dialog
