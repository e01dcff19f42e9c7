"""What the front needs to know of a service, and what it hands to it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from starlette.types import ASGIApp, Scope

from usersync.sandbox.front.faults import Fault

_SCOPE_KEY = "usersync.sandbox"


@dataclass(frozen=True)
class CannedAnswer:
    """An answer that a service would give without having done anything."""

    status: int
    body: bytes
    content_type: str = "application/json; charset=utf-8"
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass
class Backpack:
    """What the front puts into the scope of a request and reads back from it.

    Attributes:
        faults: those that strike this request.
        operations: set by the service: how many requests a batch held.
    """

    faults: tuple[Fault, ...] = ()
    operations: int = 1


def put_backpack(scope: Scope, backpack: Backpack) -> None:
    """Hand the faults of a request to the service."""
    scope[_SCOPE_KEY] = backpack


def backpack_of(scope: Scope) -> Backpack:
    """What the front handed over; empty where the service is driven without a front."""
    backpack = scope.get(_SCOPE_KEY)
    return backpack if isinstance(backpack, Backpack) else Backpack()


class Service(Protocol):
    """A stand-in behind the front."""

    @property
    def app(self) -> ASGIApp:
        """The service's own application."""

    @property
    def rows_member(self) -> str:
        """The member of a list answer that holds the rows: `items`, `value`."""

    def traffic(self, method: str, path: str) -> str:
        """Whether a request reads, writes, is a batch or a login."""

    def asks_later_page(self, query: str) -> bool:
        """Whether a (raw) query asks for a page after the first."""

    def turn(self, headers: Mapping[str, str]) -> asyncio.Lock | None:
        """The lock a request has to take because the service serves one request of a session at a time."""

    def refusal(self, status: int) -> CannedAnswer:
        """The answer of this service to a request that fails with a status, in its own shape."""

    def expired(self, shape: str | None) -> CannedAnswer:
        """The answer to a request whose session has expired, in one of the shapes the service has."""

    def login_page(self) -> CannedAnswer:
        """The page a browser would be shown instead of an answer."""

    def tamper(self, fault: Fault, body: dict[str, Any]) -> dict[str, Any]:
        """A list answer with what only this service has (`next`, `@odata.nextLink`, totals) falsified."""

    def switches(self) -> dict[str, Any]:
        """The switches of the service with their values."""

    def switch(self, values: Mapping[str, Any]) -> None:
        """Set switches; raises ValueError for one that does not exist."""

    def rows(self, entity: str) -> list[dict[str, Any]]:
        """All rows of a table; raises KeyError for one that does not exist."""

    async def insert(self, entity: str, row: Mapping[str, Any]) -> dict[str, Any]:
        """Insert a row as a person would."""

    async def edit(self, entity: str, row_id: str, values: Mapping[str, Any]) -> dict[str, Any]:
        """Change a row as a person would."""

    async def delete(self, entity: str, row_id: str, *, permanent: bool) -> None:
        """Delete a row as a person would."""

    async def merge(self, entity: str, keep: str, lose: str) -> None:
        """Merge two rows as a person would; raises ValueError where the service has no such thing."""

    async def close(self) -> None:
        """Close the database."""
