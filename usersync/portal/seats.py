"""Seats of a domain: what Webitel's licences say now, and who waited when a plan was last made."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from usersync.errors import Fatal, UsageError
from usersync.ledger import Ledger, RunState
from usersync.planning.values import SeatDemand
from usersync.stages.connect import webitel_client
from usersync.webitel import License

if TYPE_CHECKING:
    from usersync.portal.portal import Portal

_FRESH_SECONDS: Final = 20.0
_WITH_PLANS: Final = (RunState.COMPLETED, RunState.COMPLETED_WITH_FAILURES, RunState.AWAITING_APPROVAL)


class NotSetUp(Fatal):
    """The settings of a service are wrong, which whoever looks at a page cannot help."""


@dataclass(frozen=True)
class Seats:
    """One licence of the domain's customer.

    Attributes:
        license: as Webitel has it now; `remain` of a concurrent (`competitive`) one counts who is online, it is no capacity.
        demand: of the last plan with licences, None where there was none.
        waiting: Webitel usernames of those who wait, in order.
    """

    license: License
    demand: SeatDemand | None
    waiting: tuple[str, ...]


class SeatsNow:
    """Reads licences from Webitel, at most every twenty seconds.

    Args:
        portal: whose ledger and settings.
    """

    def __init__(self, portal: Portal) -> None:
        self._portal = portal
        self._known: dict[str, tuple[float, tuple[License, ...]]] = {}
        self._reading: dict[str, asyncio.Lock] = {}

    async def of(self, domain: str) -> tuple[Seats, ...]:
        """The seats of a domain, by product.

        Raises:
            WebitelError: Webitel does not answer as it should.
            NotSetUp: the settings do not lead there.
        """
        licenses = await self._licenses(domain)
        demands, names = await self._portal.ask(lambda ledger: _last_demands(ledger, domain))
        found = [
            Seats(item, demands.get(item.id), _names(demands.get(item.id), names))
            for item in sorted(licenses, key=lambda item: (item.product, item.id))
        ]
        return tuple(found)

    async def _licenses(self, domain: str) -> tuple[License, ...]:
        async with self._reading.setdefault(domain, asyncio.Lock()):
            until, licenses = self._known.get(domain, (0.0, ()))
            if until < time.monotonic():
                licenses = await self._read(domain)
                self._known[domain] = (time.monotonic() + _FRESH_SECONDS, licenses)
            return licenses

    async def _read(self, domain: str) -> tuple[License, ...]:
        try:
            async with webitel_client(self._portal.settings.domain(domain).webitel) as webitel:
                return await webitel.licenses()
        except UsageError as error:
            raise NotSetUp(error.message_id, **error.args_of_message) from None


def _last_demands(ledger: Ledger, domain: str) -> tuple[Mapping[str, SeatDemand], Mapping[str, str]]:
    """What the last plan over the whole domain that looked at licences said of each, and the users' names in it."""
    for run in ledger.runs(domain, 50, states=_WITH_PLANS):
        if run.plan_hash is None or run.scope:
            continue
        plan = ledger.plan(run.plan_hash).plan
        if plan.seats:
            return {item.license_id: item for item in plan.seats}, {item.user_id: item.username for item in plan.items}
    return {}, {}


def _names(demand: SeatDemand | None, names: Mapping[str, str]) -> tuple[str, ...]:
    waiting: Sequence[str] = demand.waiting if demand else ()
    return tuple(names.get(user_id, user_id) for user_id in waiting)
