"""What the client did, in numbers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal

from usersync.webitel.clock import Clock

RequestKind = Literal["read", "write", "login"]


@dataclass(frozen=True)
class Statistics:
    """Requests as they went over the wire, repeated ones included: `requests == reads + writes + logins`.

    Attributes:
        retries: requests sent again after a failure that allows it; a request sent again after a new login is not one.
        seconds_waited: time spent waiting for answers, summed over requests.
        seconds_in_flight: time during which at least one request was in flight.
    """

    requests: int = 0
    reads: int = 0
    writes: int = 0
    logins: int = 0
    retries: int = 0
    seconds_waited: float = 0.0
    seconds_in_flight: float = 0.0


class Meter:
    """Counts while the client works."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._counts: dict[RequestKind, int] = {"read": 0, "write": 0, "login": 0}
        self._retries = 0
        self._waited = 0.0
        self._in_flight = 0
        self._busy = 0.0
        self._busy_since = 0.0

    @contextmanager
    def request(self, kind: RequestKind) -> Iterator[None]:
        """One request in flight, from sending to the end of the answer."""
        self._counts[kind] += 1
        started = self._clock.monotonic()
        if self._in_flight == 0:
            self._busy_since = started
        self._in_flight += 1
        try:
            yield
        finally:
            ended = self._clock.monotonic()
            self._waited += ended - started
            self._in_flight -= 1
            if self._in_flight == 0:
                self._busy += ended - self._busy_since

    def retried(self) -> None:
        """A request is about to be sent again."""
        self._retries += 1

    def read(self) -> Statistics:
        """The numbers so far."""
        now = self._clock.monotonic()
        return Statistics(
            requests=sum(self._counts.values()),
            reads=self._counts["read"],
            writes=self._counts["write"],
            logins=self._counts["login"],
            retries=self._retries,
            seconds_waited=self._waited,
            seconds_in_flight=self._busy + (now - self._busy_since if self._in_flight else 0.0),
        )
