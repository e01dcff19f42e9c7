"""Which of the four the portal stands on is down, and what to do: asked rarely, shared by all open pages."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from usersync.errors import UsersyncError
from usersync.orchestration import require_prefect, under_prefect
from usersync.stages.connect import creatio_client, webitel_client
from usersync.words import Sentence

if TYPE_CHECKING:
    from usersync.portal.portal import Portal

_FRESH_SECONDS: Final = 15.0
_FRESH_WHEN_DOWN_SECONDS: Final = 4.0
_PATIENCE_SECONDS: Final = 8.0


@dataclass(frozen=True)
class Down:
    """Something does not work: `Prefect`, `Webitel`, `Creatio` or `Ledger`, and the sentence that says how."""

    name: str
    sentence: Sentence


class Health:
    """Asks the four whether they answer.

    Args:
        portal: whose ledger and settings.
    """

    def __init__(self, portal: Portal) -> None:
        self._portal = portal
        self._known: dict[str, tuple[float, tuple[Down, ...]]] = {}
        self._asking: dict[str, asyncio.Lock] = {}

    async def down(self, domain: str) -> tuple[Down, ...]:
        """What is down, as of a few seconds ago; () = all is well."""
        async with self._asking.setdefault(domain, asyncio.Lock()):
            until, found = self._known.get(domain, (0.0, ()))
            if until < time.monotonic():
                asked = await asyncio.gather(
                    self._ledger(), self._prefect(), self._webitel(domain), self._creatio(domain)
                )
                found = tuple(item for item in asked if item is not None)
                fresh = _FRESH_WHEN_DOWN_SECONDS if found else _FRESH_SECONDS
                self._known[domain] = (time.monotonic() + fresh, found)
            return found

    async def _ledger(self) -> Down | None:
        try:
            await self._portal.ask(lambda ledger: ledger.runs(limit=1))
        except UsersyncError as error:
            return Down("Ledger", error.sentence)
        return None

    async def _prefect(self) -> Down | None:
        if not under_prefect():
            return None
        try:
            await asyncio.to_thread(require_prefect)
        except UsersyncError as error:
            return Down("Prefect", error.sentence)
        return None

    async def _webitel(self, domain: str) -> Down | None:
        try:
            async with asyncio.timeout(_PATIENCE_SECONDS):
                async with webitel_client(self._portal.settings.domain(domain).webitel) as webitel:
                    await webitel.userinfo()
        except UsersyncError as error:
            return Down("Webitel", error.sentence)
        except TimeoutError:
            return Down("Webitel", Sentence("portal-slow", {"service": "Webitel"}))
        return None

    async def _creatio(self, domain: str) -> Down | None:
        try:
            async with asyncio.timeout(_PATIENCE_SECONDS):
                async with creatio_client(self._portal.settings.domain(domain).creatio) as creatio:
                    await creatio.runtime()
        except UsersyncError as error:
            return Down("Creatio", error.sentence)
        except TimeoutError:
            return Down("Creatio", Sentence("portal-slow", {"service": "Creatio"}))
        return None
