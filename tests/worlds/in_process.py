"""Both stand-ins in this process, and a way to them that behaves as a network does: quick enough for thousands of runs."""

from __future__ import annotations

import asyncio
import selectors
import sqlite3
from collections.abc import Coroutine
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import httpx

from usersync.sandbox.creatio.service import CreatioService
from usersync.sandbox.creatio.switches import Switches as CreatioSwitches
from usersync.sandbox.front.assembly import assemble
from usersync.sandbox.front.faults import Fault, FaultQueue
from usersync.sandbox.webitel.service import WebitelService
from usersync.sandbox.webitel.switches import Switches as WebitelSwitches
from usersync.sandbox.world import WorldDirectory

T = TypeVar("T")
WEBITEL, CREATIO = "http://webitel.test", "http://creatio.test"


class HurriedLoop(asyncio.SelectorEventLoop):
    """A loop in which nobody waits: when there is nothing to do but wait, the time that is waited for has passed."""

    def __init__(self) -> None:
        self._skipped = 0.0
        super().__init__(_Skipping(self))

    def time(self) -> float:
        return super().time() + self._skipped

    def skip(self, seconds: float) -> None:
        self._skipped += seconds


class _Skipping(selectors.DefaultSelector):
    def __init__(self, loop: HurriedLoop) -> None:
        super().__init__()
        self._loop = loop

    def select(self, timeout: float | None = None) -> list[Any]:
        events = super().select(None if timeout is None else 0)
        if not events and timeout:
            self._loop.skip(timeout)
        return events


class Wire(httpx.AsyncBaseTransport):
    """ASGI as if it were a network: a dropped connection and a time that has run out are what they are over HTTP."""

    def __init__(self, app: Any) -> None:
        self._asgi = httpx.ASGITransport(app)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        patience = request.extensions.get("timeout", {}).get("read")
        try:
            async with asyncio.timeout(patience):
                return await self._asgi.handle_async_request(request)
        except TimeoutError:
            raise httpx.ReadTimeout("no answer", request=request) from None
        except ConnectionResetError:
            raise httpx.ReadError("dropped", request=request) from None


@dataclass(frozen=True)
class Copy:
    """Both services' rows as they were at one moment."""

    webitel: sqlite3.Connection
    creatio: sqlite3.Connection

    def close(self) -> None:
        self.webitel.close()
        self.creatio.close()


class Services:
    """A Webitel and a Creatio over the databases of a world."""

    def __init__(self, world: WorldDirectory) -> None:
        self.world = world
        self.faults: dict[str, FaultQueue] = {}
        self._runner = asyncio.Runner(loop_factory=HurriedLoop)

        def webitel(faults: FaultQueue) -> WebitelService:
            self.faults["webitel"] = faults
            self.webitel = WebitelService(world.webitel_database, WebitelSwitches())
            return self.webitel

        def creatio(faults: FaultQueue) -> CreatioService:
            self.faults["creatio"] = faults
            self.creatio = CreatioService(world.creatio_database, "netframework", faults, CreatioSwitches())
            return self.creatio

        self.wires = {WEBITEL: Wire(assemble(webitel)), CREATIO: Wire(assemble(creatio))}

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Carry out a coroutine in the services' own loop."""
        return self._runner.run(work)

    def close(self) -> None:
        self.run(self.webitel.close())
        self.run(self.creatio.close())
        self._runner.close()

    def strike(self, service: str, kind: str, **options: Any) -> None:
        """Let a fault wait."""
        self.faults[service].add(Fault.from_json({"kind": kind, **options}))

    def calm(self) -> None:
        """Forget all faults."""
        for queue in self.faults.values():
            queue.clear()

    def copy(self) -> Copy:
        """The rows as they are now."""
        made = Copy(sqlite3.connect(":memory:"), sqlite3.connect(":memory:"))
        self.webitel.store.connection.backup(made.webitel)
        self.creatio.store.connection.backup(made.creatio)
        return made

    def restore(self, copy: Copy) -> None:
        """The rows as they were."""
        copy.webitel.backup(self.webitel.store.connection)
        copy.creatio.backup(self.creatio.store.connection)

    def changes(self) -> tuple[int, int]:
        """Two numbers that any write to either service changes."""
        return self.webitel.store.connection.total_changes, self.creatio.store.connection.total_changes

    # What people do in both services

    def rows(self, entity: str) -> list[dict[str, Any]]:
        service: Any = self.webitel if entity.islower() else self.creatio
        return list(service.rows(entity))

    def insert(self, entity: str, row: dict[str, Any]) -> dict[str, Any]:
        service: Any = self.webitel if entity.islower() else self.creatio
        return dict(self.run(service.insert(entity, row)))

    def edit(self, entity: str, key: str, **values: Any) -> None:
        service: Any = self.webitel if entity.islower() else self.creatio
        self.run(service.edit(entity, key, values))

    def delete(self, entity: str, key: str, *, permanent: bool = True) -> None:
        service: Any = self.webitel if entity.islower() else self.creatio
        self.run(service.delete(entity, key, permanent=permanent))

    def merge(self, keep: str, lose: str) -> None:
        self.run(self.creatio.merge("Contact", keep, lose))


def copy_file(source: Path, target: Path) -> None:
    """A copy of a SQLite file that may be in use."""
    with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(target)) as new:
        old.backup(new)
