"""Licences: seats, who waits, when they run out."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from fastapi import APIRouter
from pydantic import BaseModel, Field

from usersync.planning.seat_lines import SeatLine
from usersync.portal.api.answers import Words
from usersync.portal.api.callers import DomainName, Viewer

router: Final = APIRouter(tags=["licences"])


class SeatsOut(BaseModel):
    """One licence of Webitel."""

    id: str
    product: str
    name: str
    named: bool = Field(description="Seats are bound to users; else they count who is online.")
    limit: int
    remain: int = Field(description="Of a named licence: seats nobody has. Of another: who could still sign in now.")
    valid_from: datetime | None
    valid_to: datetime | None
    reserved: int = Field(description="Free seats that the last plan kept back.")
    waiting: list[str] = Field(description="Webitel usernames that waited for a seat in the last plan, in order.")
    why: Words | None = Field(description="Why they wait.")
    to_buy: int = Field(description="Seats that are missing for them.")
    refused: list[str] = Field(description="Webitel usernames that Webitel refused a seat in the last run.")
    peak: int | None = Field(description="Of a concurrent licence: most people at a time that were seen in 30 days.")

    @classmethod
    def of(cls, seats: SeatLine) -> SeatsOut:
        """The licence."""
        return cls(
            id=seats.license_id, product=seats.product, name=seats.name or "", named=seats.named, limit=seats.limit,
            remain=seats.limit - seats.used, valid_from=seats.valid_from, valid_to=seats.valid_until,
            reserved=seats.reserved, waiting=list(seats.waiting), why=Words.of_any(seats.why), to_buy=seats.to_buy,
            refused=list(seats.refused), peak=seats.peak,
        )  # fmt: skip


class LicensesOut(BaseModel):
    """The licences of a domain's customer, by product."""

    licenses: list[SeatsOut]


@router.get("/licenses", summary="Seats, who waits, and when licences run out")
async def list_licenses(caller: Viewer, domain: DomainName = "") -> LicensesOut:
    """As Webitel says now; who waits is of the last plan."""
    found = await caller.portal.seats.of(caller.domain(domain).name)
    return LicensesOut(licenses=[SeatsOut.of(item) for item in found])
