"""The portal as one object: settings, ledger, doors, starter."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from typing import TypeVar

from usersync.ledger import Ledger, default_url
from usersync.orchestration import under_prefect
from usersync.portal.access import DomainUnknown, NotPermitted, Visitor
from usersync.portal.doors import Doors
from usersync.portal.health import Health
from usersync.portal.origins import Origins
from usersync.portal.seats import SeatsNow
from usersync.portal.starting import Starter
from usersync.settings import DomainSettings, Settings

T = TypeVar("T")


class Portal:
    """What pages and API stand on. The ledger is opened when it is first asked for, and again after it was down.

    Args:
        settings: of this installation.
        starter: starts processes.

    Raises:
        UsageError: the settings would let the portal be reached without TLS.
    """

    def __init__(self, settings: Settings, starter: Starter | None = None) -> None:
        self.settings = settings
        self.origins = Origins.of(settings.portal)
        self.doors = Doors(settings.portal)
        self.starter = starter or Starter(here=runs_here(settings))
        self.health = Health(self)
        self.seats = SeatsNow(self)
        self._ledger: Ledger | None = None
        self._lock = threading.Lock()

    @property
    def ledger(self) -> Ledger:
        """The ledger; blocks where it has to be opened.

        Raises:
            SchemaUnusable, LedgerUnreachable, LedgerDamaged: see `Ledger.open`.
        """
        with self._lock:
            if self._ledger is None:
                self._ledger = Ledger.open(self.settings.database_url or default_url())
            return self._ledger

    async def ask(self, question: Callable[[Ledger], T]) -> T:
        """Ask the ledger something without keeping anybody else waiting.

        Example:
            >>> runs = await portal.ask(lambda ledger: ledger.runs("sales", limit=5))
        """
        return await asyncio.to_thread(lambda: question(self.ledger))

    def close(self) -> None:
        """Give the ledger's connections back."""
        with self._lock:
            if self._ledger is not None:
                self._ledger.close()
                self._ledger = None

    def domains(self, visitor: Visitor) -> tuple[str, ...]:
        """The domains a visitor may look into."""
        return tuple(name for name in self.settings.domain_names() if visitor.sees(name))

    def domain(self, visitor: Visitor, wanted: str = "") -> DomainSettings:
        """The domain that is meant: the one named, else the one the visitor looked at last, else the first.

        Raises:
            DomainUnknown: there is no such domain.
            NotPermitted: it is not the visitor's.
        """
        mine, names = self.domains(visitor), self.settings.domain_names()
        if wanted and wanted not in names:
            raise DomainUnknown("settings-no-such-domain", name=wanted[:60], domains=", ".join(mine))
        if wanted and wanted not in mine:
            raise NotPermitted("portal-not-your-domain", domain=wanted)
        if not mine:
            raise NotPermitted("portal-not-your-domain", domain=", ".join(visitor.domains))
        return self.settings.domain(wanted or (visitor.domain if visitor.domain in mine else mine[0]))


def runs_here(settings: Settings) -> bool:
    """Whether processes are started on this machine: as the setting says, else where there is no Prefect to ask."""
    starts = settings.portal.starts
    return not under_prefect() if starts == "auto" else starts == "here"
