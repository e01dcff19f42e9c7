"""What stands around every page: skip link, header with the sections, domain, language, user; banner for what is down."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from html import escape

from nicegui import ElementFilter, ui

from usersync.errors import BrokeOff, UsersyncError
from usersync.portal.access import Permission
from usersync.portal.choosing import choice
from usersync.portal.here import Here
from usersync.words import current_language, next_step, say

SECTIONS = (
    ("users", "/users", Permission.VIEW),
    ("runs", "/runs", Permission.VIEW),
    ("review", "/review", Permission.VIEW),
    ("plans", "/plans", Permission.VIEW),
    ("licenses", "/licenses", Permission.VIEW),
    ("access", "/access", Permission.ADMINISTER),
)
"""Sections of the portal: name (its words are `portal-nav-NAME`), path, who sees it."""
_HEALTH_SECONDS = 10.0
_TITLE = "page-title"
_log = logging.getLogger(__name__)


@contextmanager
def frame(here: Here, title: str, section: str) -> Iterator[None]:
    """Build a page's surroundings; the page itself goes inside.

    Args:
        here: whose page.
        title: already in words; becomes the document's title and the heading of first order.
        section: which of `SECTIONS` is marked as the current one.
    """
    ui.page_title(f"{title} · {say('portal-product')}")
    ui.colors(primary="#1a4f8b", secondary="#3d5a73", accent="#6b3fa0", positive="#1b6e3c", negative="#b3261e")
    ui.add_head_html('<link rel="stylesheet" href="/portal-assets/portal.css">')
    ui.on_exception(_tell)
    with ui.header().classes("portal-header"):
        ui.link(say("portal-skip"), "#main").classes("skip-link")
        ui.link(say("portal-product"), here.address("/users")).classes("product")
        with ui.element("nav").props(f'aria-label="{say("portal-nav")}"').classes("sections"):
            for name, path, permission in SECTIONS:
                if here.may(permission):
                    link = ui.link(say(f"portal-nav-{name}"), here.address(path))
                    if name == section:
                        link.props('aria-current="page"')
        with ui.row().classes("visitor"):
            _domain(here)
            _language(here)
            _who(here)
    ui.context.client.content.props('id=main tabindex="-1"').classes("page")
    _banner(here)
    ui.label(title).props('role=heading aria-level="1"').classes("page-title").mark(_TITLE)
    yield


def entitle(title: str) -> None:
    """Give the page that is being built a title of its own, for whoever has several open: the run's, the plan's, the user's."""
    ui.page_title(f"{title} · {say('portal-product')}")
    for heading in ElementFilter(kind=ui.label, marker=_TITLE):
        heading.set_text(title)


def _domain(here: Here) -> None:
    names = here.portal.domains(here.visitor)
    if len(names) < 2:
        return

    async def choose(name: str) -> None:
        doors, visitor = here.portal.doors, here.visitor
        await here.ask(lambda ledger: doors.look_at(ledger, visitor, name))
        ui.navigate.to(f"{ui.context.client.request.url.path}?domain={name}")

    chosen = choice(names, here.domain.name, label=say("portal-domain"))
    chosen.props("dense options-dense outlined dark").on_value_change(lambda event: choose(str(event.value)))


def _language(here: Here) -> None:
    other, caption = ("uk", "Українською") if current_language() == "en" else ("en", "In English")

    async def switch() -> None:
        visitor = here.visitor
        await here.ask(lambda ledger: ledger.speak_to_portal_user(visitor.name, other))
        here.portal.doors.forget(visitor.session)
        ui.navigate.reload()

    ui.button(caption, on_click=switch).props(f'flat dense no-caps color=white lang="{other}"')


def _who(here: Here) -> None:
    visitor = here.visitor
    role = say(f"portal-role-{visitor.role}") if visitor.role else ""
    with ui.element("div").classes("who"):
        ui.label(visitor.name)
        ui.label(role).classes("role")
    ui.html(
        f'<form method="post" action="/logout"><input type="hidden" name="csrf" value="{escape(visitor.csrf)}">'
        f'<button type="submit" class="logout">{escape(say("portal-logout"))}</button></form>',
        sanitize=False,
    )


def _banner(here: Here) -> None:
    """Says what is down, and goes away when it is up again."""
    place = ui.column().classes("banners").props('role=status aria-live="polite"')
    shown: list[str] = []

    async def look() -> None:
        down = await here.portal.health.down(here.domain.name)
        now = [f"{item.name}: {item.sentence}" for item in down]
        if now == shown:
            return
        shown[:] = now
        place.clear()
        with place:
            for item in down:
                banner(
                    say("portal-is-down", name=item.name, problem=str(item.sentence)),
                    next_step(item.sentence.id, **item.sentence.args),
                )

    ui.timer(_HEALTH_SECONDS, look)


def banner(text: str, step: str | None = None, *, kind: str = "problem") -> ui.element:
    """A banner: one sentence, and what to do now. `kind`: `problem`, `warning`, `note`, `good`."""
    with ui.element("div").classes(f"banner {kind}").props("role=alert" if kind == "problem" else "role=note") as shown:
        ui.label(text)
        if step:
            ui.label(step).classes("next-step")
    return shown


def tell(text: str, *, problem: bool = False) -> None:
    """Say something that stays until it is closed."""
    close = {"label": say("portal-close"), "color": "white"}
    ui.notify(text, type="negative" if problem else None, multi_line=True, timeout=0, actions=[close])


def _tell(error: Exception) -> None:
    """What went wrong in a handler, to whoever clicked; an error that is none of ours by its place only."""
    if isinstance(error, asyncio.CancelledError):
        return
    ours = error if isinstance(error, UsersyncError) else BrokeOff.by(error, "portal-broke")
    if ours is not error:
        _log.error("%s", ours)
    tell(f"{ours} {ours.next_step or ''}".strip(), problem=True)
