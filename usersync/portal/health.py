"""Which of the four the portal stands on is down, and what to do: asked rarely, shared by all open pages."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from usersync.creatio import CreatioClient
from usersync.errors import UsersyncError
from usersync.orchestration import require_prefect, under_prefect
from usersync.stages.connect import creatio_client, webitel_client
from usersync.webitel import WebitelClient
from usersync.words import Sentence

if TYPE_CHECKING:
    from usersync.portal.portal import Portal

_FRESH_SECONDS: Final = 15.0
_FRESH_WHEN_DOWN_SECONDS: Final = 4.0
_PATIENCE_SECONDS: Final = 8.0
_NOBODY: Final = "00000000-0000-0000-0000-000000000000"


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
        self._open = AsyncExitStack()
        self._webitels: dict[str, WebitelClient] = {}  # kept: each new one would log in
        self._creatios: dict[str, CreatioClient] = {}

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
        except UsersyncError:  # a busy server may miss one question
            try:
                await asyncio.to_thread(require_prefect)
            except UsersyncError as error:
                return Down("Prefect", error.sentence)
        return None

    async def _webitel(self, domain: str) -> Down | None:
        async def asked() -> None:
            if domain not in self._webitels:
                client = webitel_client(self._portal.settings.domain(domain).webitel)
                self._webitels[domain] = await self._open.enter_async_context(client)
            await self._webitels[domain].userinfo()

        return await _answers("Webitel", asked)

    async def _creatio(self, domain: str) -> Down | None:
        async def asked() -> None:
            if domain not in self._creatios:
                client = creatio_client(self._portal.settings.domain(domain).creatio)
                self._creatios[domain] = await self._open.enter_async_context(client)
            await self._creatios[domain].exists("SysAdminUnit", _NOBODY)

        return await _answers("Creatio", asked)

    async def close(self) -> None:
        """Give the clients' connections back."""
        await self._open.aclose()


async def _answers(name: str, asked: Callable[[], Awaitable[None]]) -> Down | None:
    try:
        async with asyncio.timeout(_PATIENCE_SECONDS):
            await asked()
    except UsersyncError as error:
        return Down(name, error.sentence)
    except TimeoutError:
        return Down(name, Sentence("portal-slow", {"service": name}))
    return None
