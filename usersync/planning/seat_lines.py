"""The customer's licences as people look at them: seats used, free, kept back and waited for, and until when.

What Webitel says now is put together with what the last plan said of each licence.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from usersync.planning.rules import LicenseRule
from usersync.planning.seats import NOT_ASSIGNED_TO_USERS, why_not_shared_out
from usersync.planning.values import SeatDemand
from usersync.snapshots import License
from usersync.words import Sentence

Validity = Literal["valid", "expired", "not_yet_valid"]


def refused_rules(licenses: Sequence[License], rules: Sequence[LicenseRule], now: datetime) -> tuple[Sentence, ...]:
    """Why products that rules name are not shared out today, one sentence each; arguments as of `seat_lines`."""
    found = (
        why_not_shared_out(product, [item for item in licenses if item.product == product], now)
        for product in sorted({rule.product for rule in rules})
    )
    return tuple(sentence for sentence in found if sentence is not None)


@dataclass(frozen=True)
class SeatsRemembered:
    """What the ledger remembers of one licence.

    Attributes:
        demand: of the last run over the whole domain that shared out licences; `run_id`, `at` say which.
        refused: Webitel user ids whose assignment Webitel refused in that run.
        peak, peak_on: of a concurrent licence: most people at a time that were seen in the last 30 days, and the day.
    """

    demand: SeatDemand | None = None
    refused: tuple[str, ...] = ()
    run_id: str | None = None
    at: datetime | None = None
    peak: int | None = None
    peak_on: str | None = None


@dataclass(frozen=True, kw_only=True)
class SeatLine:
    """One licence.

    Attributes:
        used: of a named licence: seats that are bound, in all domains of the customer; of a concurrent one: who works now.
        free: seats of a named licence that nobody has; None for a concurrent one, whose remainder is no capacity.
        to_users: whether it is assigned to users at all; CHAT and the like are not.
        by_rules: whether a rule of the settings shares it out.
        reserved: free seats that the last plan kept back.
        waiting, refused: logins, in the order of the rules; of the last plan.
        why: why they wait.
        as_of: the run and the moment of what the last plan said; None where none did.
    """

    license_id: str
    product: str
    name: str | None
    named: bool
    limit: int
    used: int
    free: int | None
    to_users: bool
    by_rules: bool
    validity: Validity
    valid_from: datetime | None
    valid_until: datetime | None
    reserved: int = 0
    waiting: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()
    to_buy: int = 0
    why: Sentence | None = None
    peak: int | None = None
    peak_on: str | None = None
    as_of: tuple[str, datetime] | None = None

    def to_json(self) -> dict[str, Any]:
        """JSON of the line."""
        return {
            "license_id": self.license_id, "product": self.product, "name": self.name, "named": self.named,
            "limit": self.limit, "used": self.used, "free": self.free, "to_users": self.to_users,
            "by_rules": self.by_rules, "validity": self.validity,
            "valid_from": self.valid_from and self.valid_from.isoformat(),
            "valid_until": self.valid_until and self.valid_until.isoformat(), "reserved": self.reserved,
            "waiting": list(self.waiting), "refused": list(self.refused), "to_buy": self.to_buy,
            "why": None if self.why is None else str(self.why), "peak": self.peak, "peak_on": self.peak_on,
            "run_id": self.as_of[0] if self.as_of else None,
        }  # fmt: skip


def seat_lines(
    licenses: Sequence[License],
    remembered: Mapping[str, SeatsRemembered],
    rules: Sequence[LicenseRule],
    logins: Mapping[str, str],
    now: datetime,
) -> tuple[SeatLine, ...]:
    """The lines of all licences, by product and id.

    Args:
        licenses: as Webitel has them now.
        remembered: by licence id.
        rules: of the settings.
        logins: Webitel user id → username; somebody who is not in it is shown by id.
        now: aware.
    """
    shared_out = {rule.product for rule in rules}
    return tuple(
        _line(item, remembered.get(item.id, SeatsRemembered()), logins, now, by_rules=item.product in shared_out)
        for item in sorted(licenses, key=lambda item: (item.product, item.id))
    )


def _line(
    item: License, known: SeatsRemembered, logins: Mapping[str, str], now: datetime, *, by_rules: bool
) -> SeatLine:
    demand = known.demand
    return SeatLine(
        license_id=item.id, product=item.product, name=item.name, named=item.named, limit=item.limit,
        used=max(item.limit - item.remain, 0), free=max(item.remain, 0) if item.named else None,
        to_users=item.product not in NOT_ASSIGNED_TO_USERS, by_rules=by_rules, validity=_validity(item, now),
        valid_from=item.not_before, valid_until=item.not_after, reserved=demand.reserved if demand else 0,
        waiting=tuple(logins.get(user_id) or user_id for user_id in (demand.waiting if demand else ())),
        refused=tuple(logins.get(user_id) or user_id for user_id in known.refused),
        to_buy=demand.to_buy if demand else 0, why=demand.why if demand else None, peak=known.peak,
        peak_on=known.peak_on, as_of=(known.run_id, known.at) if known.run_id and known.at else None,
    )  # fmt: skip


def _validity(item: License, now: datetime) -> Validity:
    if item.not_after is not None and item.not_after <= now:
        return "expired"
    return "not_yet_valid" if item.not_before is not None and item.not_before > now else "valid"
