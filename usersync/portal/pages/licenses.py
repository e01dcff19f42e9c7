"""Licences of the domain: seats as Webitel counts them now, who waits for one, and when each runs out."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, Final

from nicegui import ui

from usersync.planning.seat_lines import SeatLine
from usersync.portal.here import Here
from usersync.portal.listing import Asked, Badge, Column, Listing, Shown, badge
from usersync.portal.page import page
from usersync.words import say

_SOON: Final = timedelta(days=30)


@page("/licenses", title="portal-nav-licenses", section="licenses")
async def licenses_page(here: Here) -> None:
    """The licences."""
    columns = [
        Column("product", say("portal-seats-product")),
        Column("id", say("portal-seats-license"), "unbroken"),
        Column("kind", say("portal-seats-kind")),
        Column("limit", say("portal-seats-limit"), "number"),
        Column("used", say("portal-seats-used"), "lines"),
        Column("free", say("portal-seats-free"), "number"),
        Column("reserved", say("portal-seats-reserved"), "number"),
        Column("until", say("portal-seats-until"), "badges"),
        Column("waiting", say("portal-seats-waits"), "lines"),
        Column("to_buy", say("portal-seats-to-buy"), "number"),
    ]

    async def fetch(asked: Asked) -> Shown:
        found = await here.portal.seats.of(here.domain.name)
        rows = [_row(here, item) for item in found]
        return Shown(rows[asked.offset : asked.offset + asked.limit], len(rows))

    await Listing(columns, fetch, caption=say("portal-nav-licenses"), empty=say("portal-seats-none")).show()
    ui.label(say("portal-seats-hint")).classes("hint")


def _row(here: Here, seats: SeatLine) -> dict[str, Any]:
    peak = "" if seats.peak is None else say("portal-seats-peak", count=seats.peak, day=seats.peak_on or "")
    waits = [*seats.waiting, *([str(seats.why)] if seats.why else [])]
    return {
        "product": seats.product,
        "id": seats.license_id,
        "kind": say("portal-seats-is-named" if seats.named else "portal-seats-is-concurrent"),
        "limit": f"{seats.limit:,}",
        "used": [f"{seats.used:,}", *([peak] if peak else [])],
        "free": f"{seats.limit - seats.used:,}",
        "reserved": f"{seats.reserved:,}" if seats.reserved else "",
        "until": [_until(here, seats.valid_from, seats.valid_until)],
        "waiting": waits,
        "to_buy": f"{seats.to_buy:,}" if seats.to_buy else "",
    }


def _until(here: Here, begins: datetime | None, ends: datetime | None) -> Badge:
    """When a licence runs out; expired, soon and not yet valid are told by words, not by colour alone."""
    now = datetime.now(UTC)
    if begins is not None and begins > now:
        return badge(say("portal-seats-not-yet", at=here.day(begins)), "warning")
    if ends is None:
        return badge(say("portal-seats-forever"), "good")
    if ends <= now:
        return badge(say("portal-seats-expired", at=here.day(ends)), "problem")
    if ends - now < _SOON:
        return badge(say("portal-seats-soon", at=here.day(ends)), "warning")
    return badge(here.day(ends), "good")
