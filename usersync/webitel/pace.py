"""How many requests at a time, and how many in a second."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from usersync.webitel.clock import Clock


class Pace:
    """Bounds the requests in flight and the requests started in a second (a token bucket of one second's size).

    Args:
        concurrency: greatest number of requests in flight.
        requests_per_second: greatest number of requests started in a second; None = no bound.
        clock: time.
    """

    def __init__(self, *, concurrency: int, requests_per_second: float | None, clock: Clock) -> None:
        if concurrency < 1 or (requests_per_second is not None and requests_per_second <= 0):
            raise ValueError("concurrency and requests_per_second must be positive")
        self._slots = asyncio.Semaphore(concurrency)
        self._rate = requests_per_second
        self._clock = clock
        self._burst = max(1.0, requests_per_second or 1.0)
        self._tokens = self._burst
        self._counted_at = clock.monotonic()
        self._closed_until = clock.monotonic()

    def hold(self, seconds: float) -> None:
        """Start nothing for that long: the service said it has too much to do."""
        self._closed_until = max(self._closed_until, self._clock.monotonic() + seconds)

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """One request's turn; leaving the block ends it."""
        async with self._slots:
            while (delay := self._delay()) > 0:
                await self._clock.sleep(delay)
            yield

    def _delay(self) -> float:
        """Seconds until a request may start; 0 = now, and it is counted."""
        now = self._clock.monotonic()
        if now < self._closed_until:
            return self._closed_until - now
        if self._rate is None:
            return 0.0
        self._tokens = min(self._burst, self._tokens + (now - self._counted_at) * self._rate)
        self._counted_at = now
        # The last digits of a float must not make a request sleep for no time at all, for ever.
        if self._tokens >= 1.0 - 1e-9:
            self._tokens -= 1.0
            return 0.0
        return (1.0 - self._tokens) / self._rate
