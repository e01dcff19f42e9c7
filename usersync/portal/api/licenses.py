"""Licences: seats, who waits, when they run out."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from fastapi import APIRouter
from pydantic import BaseModel, Field

from usersync.portal.api.callers import DomainName, Viewer
from usersync.portal.seats import Seats

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
    waiting: list[str] = Field(description="Webitel usernames that waited for a seat in the last plan, in order.")
    to_buy: int = Field(description="Seats that are missing for them.")

    @classmethod
    def of(cls, seats: Seats) -> SeatsOut:
        """The licence."""
        item = seats.license
        return cls(
            id=item.id, product=item.product, name=item.name, named=not item.competitive, limit=item.limit,
            remain=item.remain, valid_from=item.not_before, valid_to=item.not_after, waiting=list(seats.waiting),
            to_buy=seats.demand.to_buy if seats.demand else 0,
        )  # fmt: skip


class LicensesOut(BaseModel):
    """The licences of a domain's customer, by product."""

    licenses: list[SeatsOut]


@router.get("/licenses", summary="Seats, who waits, and when licences run out")
async def list_licenses(caller: Viewer, domain: DomainName = "") -> LicensesOut:
    """As Webitel says now; who waits is of the last plan."""
    found = await caller.portal.seats.of(caller.domain(domain).name)
    return LicensesOut(licenses=[SeatsOut.of(item) for item in found])
