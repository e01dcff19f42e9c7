"""How many requests may be started in a second."""

from __future__ import annotations

from collections.abc import Callable


class Rate:
    """A token bucket of one second's size: after a pause so many requests start at once, the next ones as time goes by.

    Args:
        per_second: greatest number of requests started in a second; None = no bound.
        now: a monotonic clock, in seconds.

    Raises:
        ValueError: `per_second` is not positive.
    """

    def __init__(self, per_second: float | None, now: Callable[[], float]) -> None:
        if per_second is not None and per_second <= 0:
            raise ValueError("requests per second must be positive")
        self._rate = per_second
        self._now = now
        self._burst = max(1.0, per_second or 1.0)
        self._tokens = self._burst
        self._counted_at = self._closed_until = now()

    def hold(self, seconds: float) -> None:
        """Start nothing for that long: the service said it has too much to do."""
        self._closed_until = max(self._closed_until, self._now() + seconds)

    def delay(self) -> float:
        """Seconds until a request may start; 0 = now, and it is counted."""
        now = self._now()
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
