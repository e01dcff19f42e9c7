"""How much is sent at once and how fast, and what it came to."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from enum import StrEnum

from usersync.rate import Rate

Sleep = Callable[[float], Awaitable[None]]
Clock = Callable[[], float]

MOST_AT_ONCE = 8
"""Creatio serialises the requests of one session and serves people besides us (docs/creatio.md#limits)."""


class Kind(StrEnum):
    """What a request is counted as."""

    READ = "read"
    WRITE = "write"
    BATCH = "batch"
    LOGIN = "login"


@dataclass(frozen=True)
class Statistics:
    """What was sent so far.

    Attributes:
        reads, writes, batches, logins: requests of each kind, repeats included.
        operations: operations inside the batches; each counts against a daily limit where there is one.
        retries: requests among all those that repeated an earlier one.
        seconds: time of all requests added up.
        busy_seconds: time in which at least one request was under way.
    """

    reads: int = 0
    writes: int = 0
    batches: int = 0
    logins: int = 0
    operations: int = 0
    retries: int = 0
    seconds: float = 0.0
    busy_seconds: float = 0.0

    @property
    def requests(self) -> int:
        """All requests."""
        return self.reads + self.writes + self.batches + self.logins


class TooLate(Exception):
    """A request's turn came when it could not be made any more."""


class Traffic:
    """Lets requests through: so many at once, so many in a second, none while Creatio asks for a pause.

    Args:
        at_once: requests under way at the same time, 1 to `MOST_AT_ONCE`.
        per_second: greatest number of requests started in a second; None = no limit.
        clock: monotonic seconds.
        sleep: how to wait.
    """

    def __init__(
        self,
        *,
        at_once: int = 4,
        per_second: float | None = None,
        clock: Clock = time.monotonic,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        if not 1 <= at_once <= MOST_AT_ONCE:
            raise ValueError("requests at once")
        self.at_once = at_once
        self.sleep = sleep
        self._slots = asyncio.Semaphore(at_once)
        self._rate = Rate(per_second, clock)
        self._clock = clock
        self._under_way = 0
        self._busy_since = 0.0
        self._count: dict[Kind, int] = dict.fromkeys(Kind, 0)
        self._operations = 0
        self._retries = 0
        self._seconds = 0.0
        self._busy_seconds = 0.0

    def now(self) -> float:
        """The clock's monotonic seconds."""
        return self._clock()

    def pause(self, seconds: float) -> None:
        """Start no request for so many seconds from now."""
        self._rate.hold(seconds)

    @asynccontextmanager
    async def passage(
        self, kind: Kind, *, operations: int = 0, again: bool = False, until: float | None = None
    ) -> AsyncIterator[None]:
        """Wait for a turn, then count and time the request made inside.

        Args:
            kind: what it is counted as.
            operations: in a batch.
            again: it repeats an earlier one.
            until: moment of the clock after which it is not made any more.

        Raises:
            TooLate: its turn came after that moment.
        """
        async with self._slots:
            while (delay := self._rate.delay()) > 0:
                await self.sleep(delay)
            if until is not None and self.now() > until:
                raise TooLate
            started = self._begin(kind, operations, again=again)
            try:
                yield
            finally:
                self._end(started)

    @property
    def statistics(self) -> Statistics:
        """What was sent until now."""
        running = self._clock() - self._busy_since if self._under_way else 0.0
        return Statistics(
            reads=self._count[Kind.READ],
            writes=self._count[Kind.WRITE],
            batches=self._count[Kind.BATCH],
            logins=self._count[Kind.LOGIN],
            operations=self._operations,
            retries=self._retries,
            seconds=self._seconds,
            busy_seconds=self._busy_seconds + running,
        )

    def _begin(self, kind: Kind, operations: int, *, again: bool) -> float:
        now = self._clock()
        if not self._under_way:
            self._busy_since = now
        self._under_way += 1
        self._count[kind] += 1
        self._operations += operations
        self._retries += again
        return now

    def _end(self, started: float) -> None:
        now = self._clock()
        self._seconds += now - started
        self._under_way -= 1
        if not self._under_way:
            self._busy_seconds += now - self._busy_since
