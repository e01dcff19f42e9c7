"""Seats of a domain: what Webitel's licences say now, and who waited when a plan was last made."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Final

from usersync.errors import Fatal, UsageError
from usersync.planning.seat_lines import SeatLine
from usersync.snapshots import License
from usersync.stages.connect import webitel_client
from usersync.stages.fetch_source import licenses_of
from usersync.stages.seats import known_seats

if TYPE_CHECKING:
    from usersync.portal.portal import Portal

_FRESH_SECONDS: Final = 20.0


class NotSetUp(Fatal):
    """The settings of a service are wrong, which whoever looks at a page cannot help."""


class SeatsNow:
    """Reads licences from Webitel, at most every twenty seconds.

    Args:
        portal: whose ledger and settings.
    """

    def __init__(self, portal: Portal) -> None:
        self._portal = portal
        self._known: dict[str, tuple[float, tuple[License, ...]]] = {}
        self._reading: dict[str, asyncio.Lock] = {}

    async def of(self, domain: str) -> tuple[SeatLine, ...]:
        """The seats of a domain, by product.

        Raises:
            WebitelError: Webitel does not answer as it should.
            NotSetUp: the settings do not lead there.
        """
        licenses = await self._licenses(domain)
        rules = self._portal.settings.domain(domain).rules
        return await self._portal.ask(lambda ledger: known_seats(ledger, domain, rules, licenses))

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
                return licenses_of(await webitel.licenses())
        except UsageError as error:
            raise NotSetUp(error.message_id, **error.args_of_message) from None
