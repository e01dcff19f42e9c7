"""The section "Webitel users": everybody with search, filters and badges; Actions, Add and Delete."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import quote

from nicegui import ui

from usersync.planning.section import Flag, SectionRow
from usersync.portal.access import Permission
from usersync.portal.frame import banner
from usersync.portal.here import Here
from usersync.portal.listing import Asked, Badge, Column, Listing, Shown, Tone, badge
from usersync.portal.page import page
from usersync.portal.start_dialog import start_dialog
from usersync.portal.user_forms import add_dialog, ask_delete
from usersync.words import say

FLAG_TONES: Final[dict[Flag, Tone]] = {
    Flag.NEEDS_REVIEW: "warning", Flag.FAILED: "problem", Flag.NO_SEAT: "warning", Flag.NO_CREATIO_USER: "warning",
    Flag.GONE: "plain", Flag.LEAVER: "plain", Flag.CHANGED_BY_HAND: "note", Flag.NO_EXTENSION: "warning",
    Flag.NOT_READY: "warning", Flag.PENDING: "note", Flag.SHARED_EMAIL: "warning", Flag.DUPLICATE_CONTACTS: "warning",
    Flag.LEAVER_WITH_SEATS: "problem",
}  # fmt: skip


@page("/users", title="portal-nav-users", section="users")
async def users_page(here: Here) -> None:
    """The section."""
    changes = here.may(Permission.CHANGE)
    listing = Listing(
        _columns(tickable=changes),
        lambda asked: _fetch(here, asked),
        caption=say("portal-nav-users"),
        flags={flag: flag_words(flag) for flag in Flag},
        search=say("portal-users-search"),
        order="username",
        empty=say("portal-users-none"),
    )
    with ui.row().classes("actions"):
        if here.may(Permission.START):
            dialog = start_dialog(here)
            with ui.button(say("portal-users-actions")).props("unelevated no-caps icon-right=arrow_drop_down"):
                with ui.menu() as menu:
                    ui.menu_item("GetWebitelUsers", on_click=dialog.open).props("role=menuitem")
                menu.props["aria-label"] = say("portal-users-actions")
        if changes:
            ui.button(say("portal-users-add"), on_click=lambda: add_dialog(here)).props("outline no-caps")
            ui.button(say("portal-users-delete"), on_click=lambda: _delete(here, listing)).props("outline no-caps")
    await _synced(here)
    await listing.show()


def _columns(*, tickable: bool) -> list[Column]:
    return [
        *([Column("tick", say("portal-users-choose"), "check")] if tickable else []),
        Column("username", say("portal-fact-username"), "link", sortable=True),
        Column("name", say("portal-users-name"), sortable=True),
        Column("extension", say("portal-fact-extension"), sortable=True),
        Column("contact", say("portal-users-contact"), sortable=True),
        Column("creatio", say("portal-users-creatio")),
        Column("licenses", say("portal-users-licenses"), "lines"),
        Column("marks", say("portal-users-marks"), "badges"),
        Column("synced", say("portal-users-synced"), "unbroken"),
    ]


async def _fetch(here: Here, asked: Asked) -> Shown:
    flags = [Flag(name) for name in asked.flags]
    order: Any = asked.order or "username"
    shown = await here.ask(
        lambda ledger: ledger.section(
            here.domain.name, search=asked.search, flags=flags, order=order, descending=asked.descending,
            limit=asked.limit, offset=asked.offset,
        )
    )  # fmt: skip
    counts = {str(flag): count for flag, count in shown.counts_by_flag.items()}
    return Shown([_row(here, row) for row in shown.rows], shown.total, counts)


def _row(here: Here, row: SectionRow) -> dict[str, Any]:
    creatio = row.system_user or ""
    return {
        "id": row.user_id,
        "tick": "" if Flag.GONE in row.flags else say("portal-users-choose-one", user=row.username),
        "username": row.username or row.user_id,
        "username_href": here.address(f"/users/{quote(row.user_id)}"),
        "name": row.name or "",
        "extension": row.extension or "",
        "contact": row.contact_name or "",
        "creatio": creatio if row.system_user_active or not creatio else f"{creatio} {say('section-inactive')}",
        "licenses": [license_.product for license_ in row.licenses],
        "marks": marks_of(row),
        "synced": here.time(row.last_synced_at),
    }


def marks_of(row: SectionRow) -> list[Badge]:
    """The badges of a user; whoever lacks nothing is ready to call."""
    found = [badge(flag_words(flag), FLAG_TONES[flag]) for flag in row.flags]
    return [badge(say("portal-ready"), "good"), *found] if row.ready and row.counts else found


def flag_words(flag: Flag) -> str:
    """A flag in words."""
    return say(f"section-flag-{flag.replace('_', '-')}")


async def _synced(here: Here) -> None:
    """Where nothing has ever been read, what to do first; where a plan waits, a way to it."""
    from usersync.ledger import PlanState

    waiting = await here.ask(lambda ledger: ledger.plans(here.domain.name, states=[PlanState.WAITING], limit=1))
    if waiting:
        with banner(say("portal-users-plan-waits"), kind="warning"):
            ui.link(say("portal-run-to-plan"), here.address(f"/plans/{waiting[0].hash}"))


async def _delete(here: Here, listing: Listing) -> None:
    if len(listing.ticked) != 1:
        ui.notify(say("portal-users-choose-first"))
        return
    user_id = next(iter(listing.ticked))
    row = await here.ask(lambda ledger: ledger.section_user(here.domain.name, user_id))
    if row is not None:
        await ask_delete(here, row)
