"""The card of a Webitel user: both sides, the link and why, licences, roles, STUN, ready to call, and its whole story."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import quote

from nicegui import ui

from usersync.errors import UsageError
from usersync.ledger import Ledger, Link, RunNotFound, TimelineEntry
from usersync.planning.section import Requirement, SectionRow
from usersync.portal.access import Permission
from usersync.portal.cards import contact_address, record_address, webitel_address
from usersync.portal.frame import entitle
from usersync.portal.here import Here
from usersync.portal.listing import scrolling
from usersync.portal.page import page
from usersync.portal.pages.users import marks_of
from usersync.portal.user_forms import (
    add_license_dialog,
    ask_delete,
    edit_dialog,
    remove_license,
    roles_dialog,
    switch_stun,
)
from usersync.portal.wording import link_words, story_words
from usersync.words import say

_ENTRIES: Final = 100


class NotInSection(UsageError):
    """Nobody of this id is known in the domain."""


@page("/users/{user_id}", title="portal-card", section="users")
async def user_page(here: Here, user_id: str) -> None:
    """The card."""
    row = await here.ask(lambda ledger: ledger.section_user(here.domain.name, user_id))
    if row is None:
        raise NotInSection("section-user-unknown", given=user_id[:40], domain=here.domain.name)
    link = (await here.ask(lambda ledger: ledger.links(here.domain.name))).get(user_id)
    why = await here.ask(lambda ledger: _why(ledger, row, link))
    story = await here.ask(lambda ledger: ledger.timeline(here.domain.name, user_id, _ENTRIES))
    may = here.may(Permission.CHANGE)
    entitle(row.name or row.username or row.user_id)
    with ui.row().classes("facts"):
        ui.label(say("portal-card")).classes("hint")
        for mark in marks_of(row):
            ui.label(mark["text"]).classes(f"badge {mark['tone']}")
    if may:
        with ui.row().classes("actions"):
            ui.button(say("portal-card-edit"), on_click=lambda: edit_dialog(here, row)).props("outline no-caps")
            ui.button(say("portal-users-delete"), on_click=lambda: ask_delete(here, row)).props(
                "outline no-caps color=negative"
            )
    with ui.element("div").classes("sides"):
        _webitel(here, row)
        _creatio(here, row, link, why)
        _ready(row)
    with ui.element("div").classes("sides"):
        _licenses(here, row, may=may)
        _roles(here, row, may=may)
    _timeline(here, story)


def _side(title: str, *, add: Callable[[], Any] | None = None, add_words: str = "") -> ui.element:
    """A part of the card by its title; `add` makes a + beside it, which `add_words` names."""
    side = ui.element("section").classes("side").props(f'aria-label="{title}"')
    with side, ui.row().classes("side-head"):
        ui.label(title).classes("side-kind").props("role=heading aria-level=2")
        if add is not None:
            ui.button("+", on_click=add).props("outline dense").classes("plus").props["aria-label"] = add_words
    return side


def _facts(facts: dict[str, str]) -> None:
    with ui.element("dl").classes("side-facts"):
        for words, value in facts.items():
            with ui.element("dt"):
                ui.label(words)
            with ui.element("dd"):
                ui.label(value or "—")


def _webitel(here: Here, row: SectionRow) -> None:
    with _side(say("section-webitel")):
        _facts(
            {
                say("portal-fact-username"): row.username, say("section-user-id"): row.user_id,
                say("portal-users-name"): row.name or "", say("portal-fact-extension"): row.extension or "",
                say("portal-card-device"): row.default_device or "",
            }
        )  # fmt: skip
        ui.link(say("portal-card-in-webitel"), webitel_address(here, row.user_id), new_tab=True)


def _creatio(here: Here, row: SectionRow, link: Link | None, why: str) -> None:
    with _side(say("section-creatio")):
        user = row.system_user or ""
        _facts(
            {
                say("portal-users-contact"): row.contact_name or "",
                say("portal-users-creatio"): user if row.system_user_active or not user else f"{user} {say('section-inactive')}",
                say("portal-card-active"): "" if row.active is None else say("portal-yes" if row.active else "portal-no"),
            }
        )  # fmt: skip
        with ui.row().classes("facts"):
            for words, row_id, address_of in (
                ("portal-card-contact-in-creatio", row.contact_id, contact_address),
                ("portal-card-record-in-creatio", row.record_id, record_address),
            ):
                if row_id and (address := address_of(here, row_id)):
                    ui.link(say(words), address, new_tab=True)
        ui.label(say("portal-card-link")).classes("side-kind")
        ui.label(why).classes("why")
        if link is not None:
            with ui.row().classes("facts"):
                ui.label(link_words(link, here.time(link.since))).classes("hint")
                ui.link(say("portal-card-by-run", run=link.since_run), here.address(f"/runs/{quote(link.since_run)}"))


def _why(ledger: Ledger, row: SectionRow, link: Link | None) -> str:
    """Why the user is linked as it is: what the run said that made the link; else what the last one said."""
    if link is not None:
        with suppress(RunNotFound):  # its time of keeping is over
            said = ledger.decision(link.since_run, row.user_id)
            if said is not None:
                return str(said.reason)
    return str(row.reason)


def _ready(row: SectionRow) -> None:
    with _side(say("portal-card-ready")), ui.element("ul").classes("plain-list"):
        for need in Requirement:
            with ui.element("li"):
                state = "unreadable" if need in row.unknown else "unmet" if need in row.missing else "met"
                words = say(f"section-requirement-{need.replace('_', '-')}")
                tone = {"met": "good", "unmet": "problem", "unreadable": "plain"}[state]
                ui.label(say(f"section-{state}", name=words)).classes(f"badge {tone}")


def _licenses(here: Here, row: SectionRow, *, may: bool) -> None:
    add = (lambda: add_license_dialog(here, row)) if may else None
    with _side(say("portal-card-licenses"), add=add, add_words=say("portal-license-add-to", user=row.username)):
        if not row.licenses:
            ui.label(say("portal-card-no-licenses")).classes("hint")
        for item in row.licenses:
            words = f"{item.product} · {item.name or item.id}"
            with ui.row().classes("line"):
                ui.label(words)
                _until(here, item.expires_on)
                if may:
                    button = ui.button(
                        say("portal-users-delete"),
                        on_click=lambda _, item=item, words=words: remove_license(here, row, item.id, words),
                    ).props("flat dense no-caps")
                    button.props["aria-label"] = say("portal-license-remove", license=words)


def _until(here: Here, ends: datetime | None) -> None:
    if ends is None:
        return
    if ends <= datetime.now(UTC):
        ui.label(say("portal-seats-expired", at=here.day(ends))).classes("badge problem")
    else:
        ui.label(say("portal-card-until", at=here.day(ends))).classes("hint")


def _roles(here: Here, row: SectionRow, *, may: bool) -> None:
    with _side(say("portal-card-roles")):
        for role in row.webitel_roles:
            ui.label(role.name)
        if not row.webitel_roles:
            ui.label(say("portal-card-no-roles")).classes("hint")
        if may:
            ui.button(say("portal-card-set-roles"), on_click=lambda: roles_dialog(here, row)).props(
                "outline no-caps dense"
            )
        if row.stun is not None:
            switch = ui.switch(say("portal-card-stun"), value=row.stun)
            switch.on_value_change(lambda event: switch_stun(here, row, on=bool(event.value)))
            switch.set_enabled(may)


def _timeline(here: Here, story: list[TimelineEntry]) -> None:
    ui.label(say("section-timeline")).classes("side-kind").props("role=heading aria-level=2")
    rows: list[dict[str, Any]] = []
    for number, entry in enumerate(story):
        what, state = story_words(entry)
        rows.append(
            {
                "id": number, "at": here.time(entry.at, seconds=True), "what": what, "state": state, "who": entry.who,
                "why": str(entry.reason) if entry.reason else "", "run": entry.run_id or "",
                "run_href": here.address(f"/runs/{quote(entry.run_id)}") if entry.run_id else "",
            }
        )  # fmt: skip
    columns = [
        {"name": name, "label": say(f"portal-story-{name}"), "field": name, "align": "left", "classes": f"col-{name}"}
        for name in ("at", "what", "state", "who", "why", "run")
    ]
    with scrolling(say("section-timeline")):
        table = (
            ui.table(columns=columns, rows=rows, row_key="id").props("flat dense hide-pagination").classes("list story")
        )
    table.props["aria-label"] = say("section-timeline")
    table.add_slot(
        "body-cell-run",
        '<q-td :props="props"><a v-if="props.value" :href="props.row.run_href">{{ props.value }}</a></q-td>',
    )
