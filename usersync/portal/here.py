"""What a page is given: who looks, at which domain, and ways to ask and to act that keep nobody else waiting."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from usersync.ledger import Ledger, Order
from usersync.portal.access import Permission, Visitor
from usersync.portal.current import current_visitor
from usersync.portal.portal import Portal
from usersync.settings import DomainSettings, Settings
from usersync.words import current_language

T = TypeVar("T")
_PATIENCE_SECONDS = 20.0


@dataclass(frozen=True)
class Here:
    """One page as its visitor sees it.

    Attributes:
        portal: everything the page stands on.
        domain: settings of the domain it shows.
    """

    portal: Portal
    domain: DomainSettings

    @property
    def visitor(self) -> Visitor:
        """Who looks, or clicks: of the request or the websocket that is being served now."""
        return current_visitor()

    @property
    def author(self) -> str:
        """The visitor as the audit names them."""
        return self.visitor.author

    @property
    def settings(self) -> Settings:
        """Of this installation."""
        return self.portal.settings

    def may(self, permission: Permission) -> bool:
        """Whether the visitor may do it: what may not be done is not shown."""
        return self.visitor.may(permission)

    def require(self, permission: Permission) -> None:
        """Stop whoever may not; call it first in every handler that changes something.

        Raises:
            NotPermitted: the visitor may not.
        """
        self.visitor.require(permission)

    async def ask(self, question: Callable[[Ledger], T]) -> T:
        """Ask the ledger, in a thread.

        Example:
            >>> runs = await here.ask(lambda ledger: ledger.runs(here.domain.name, limit=50))
        """
        return await self.portal.ask(question)

    async def start(
        self, process: str, parameters: Mapping[str, Any], *, key: str = "", patience: float = _PATIENCE_SECONDS
    ) -> Order:
        """Start a process as the visitor, and wait for its run to open.

        Args:
            process: `GetWebitelUsers`, `Undo`, or a manual action.
            parameters: of the flow; the domain is filled in.
            key: idempotency key: one for each dialog that is opened, so that a double click is one start.
            patience: seconds to wait for the run.

        Returns:
            The order: `run_id` is the run that answers (a new one, or the one at work), `error` why there is none.

        Raises:
            NotPermitted: the visitor may not start it.
            OrderReused, PrefectUnavailable: see `Starter.start`.
        """
        given = {**parameters, "domain": self.domain.name}
        author, starter, ledger = self.author, self.portal.starter, await asyncio.to_thread(lambda: self.portal.ledger)
        self.require(permission_for(process))
        answer = await asyncio.to_thread(
            lambda: starter.start(
                ledger, process, given, domain=self.domain.name, author=author, key=key or uuid.uuid4().hex
            )
        )
        return await self.wait(answer.order_id, patience)

    async def wait(self, order_id: str, seconds: float) -> Order:
        """The order, as soon as its run is open or it is known that none will be; at the latest after so many seconds."""
        starter, ledger = self.portal.starter, await asyncio.to_thread(lambda: self.portal.ledger)
        return await asyncio.to_thread(lambda: starter.wait(ledger, order_id, seconds))

    def address(self, path: str) -> str:
        """The address of a page for this domain, where there is more than one."""
        if len(self.settings.domain_names()) == 1:
            return path
        return f"{path}{'&' if '?' in path else '?'}domain={self.domain.name}"

    @cached_property
    def _zone(self) -> ZoneInfo:
        return ZoneInfo(self.settings.timezone)

    def day(self, moment: datetime | None) -> str:
        """The day of a moment, as `time` writes it."""
        return self.time(moment).partition(" ")[0]

    def time(self, moment: datetime | None, *, seconds: bool = False) -> str:
        """A moment in the time zone of the settings, as the visitor's language writes it."""
        if moment is None:
            return ""
        day = "%d.%m.%Y" if current_language() == "uk" else "%Y-%m-%d"
        return moment.astimezone(self._zone).strftime(f"{day} %H:%M:%S" if seconds else f"{day} %H:%M")


def permission_for(process: str) -> Permission:
    """What somebody must be permitted to start a process."""
    return Permission.START if process in {"GetWebitelUsers", "Undo"} else Permission.CHANGE
