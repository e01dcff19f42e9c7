"""How many requests at a time, and how many in a second."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from usersync.rate import Rate
from usersync.webitel.clock import Clock


class Pace:
    """Bounds the requests in flight and the requests started in a second.

    Args:
        concurrency: greatest number of requests in flight.
        requests_per_second: greatest number of requests started in a second; None = no bound.
        clock: time.
    """

    def __init__(self, *, concurrency: int, requests_per_second: float | None, clock: Clock) -> None:
        if concurrency < 1:
            raise ValueError("concurrency must be positive")
        self._slots = asyncio.Semaphore(concurrency)
        self._rate = Rate(requests_per_second, clock.monotonic)
        self._clock = clock

    def hold(self, seconds: float) -> None:
        """Start nothing for that long: the service said it has too much to do."""
        self._rate.hold(seconds)

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """One request's turn; leaving the block ends it."""
        async with self._slots:
            while (delay := self._rate.delay()) > 0:
                await self._clock.sleep(delay)
            yield
