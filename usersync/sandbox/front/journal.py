"""What was asked of a stand-in: the request log and its counters."""

from __future__ import annotations

import time
from collections import Counter, deque
from dataclasses import asdict, dataclass
from typing import Any

_KEPT = 200_000


@dataclass(frozen=True)
class LoggedRequest:
    """One request as it was answered.

    Attributes:
        at: seconds since the epoch when it arrived.
        method: HTTP method.
        path: path without query.
        query: raw query string.
        status: HTTP status; 0 where the connection was dropped without an answer.
        traffic: `read`, `write`, `batch` or `login`.
        operations: requests inside a batch, else 1.
        seconds: how long it took, latency included.
        faults: kinds of the faults that struck.
    """

    at: float
    method: str
    path: str
    query: str
    status: int
    traffic: str
    operations: int
    seconds: float
    faults: tuple[str, ...] = ()


class Journal:
    """The request log since the start or the last reset."""

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Forget all requests and counters."""
        self._log: deque[LoggedRequest] = deque(maxlen=_KEPT)
        self._counts: Counter[str] = Counter()
        self._statuses: Counter[str] = Counter()
        self._since = time.time()

    def note(self, request: LoggedRequest) -> None:
        """Remember one answered request."""
        self._log.append(request)
        self._counts["requests"] += 1
        self._counts[f"{request.traffic}s" if request.traffic != "batch" else "batches"] += 1
        self._counts["operations"] += request.operations
        self._statuses[str(request.status)] += 1

    def requests(self) -> list[dict[str, Any]]:
        """The log, oldest first."""
        return [asdict(request) for request in self._log]

    def counters(self) -> dict[str, Any]:
        """Requests by traffic, operations (each request inside a batch counts), statuses."""
        names = ("requests", "reads", "writes", "batches", "logins", "operations")
        return {**{name: self._counts[name] for name in names}, "statuses": dict(self._statuses), "since": self._since}
