"""Faults that can be asked for over HTTP: what a service does wrong when a request matches.

A fault waits in a queue until a request matches its filters, lets `after` such requests pass, strikes `times` times and is
spent. Three families, by where they strike:

* *around*: the answer is replaced or never comes (`AROUND`), before or after the service has done its work;
* *page*: the rows of a list answer are tampered with once the service has answered (`PAGE`);
* *inside*: the service itself reads the fault while it works (`WINDOW`, `INSIDE`, `SUBREQUEST`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

AROUND_BEFORE = frozenset(
    {"429", "500_before", "status_before", "reset_before", "timeout", "html_login", "redirect", "expired_session"}
)
AROUND_AFTER = frozenset({"500_after", "status_after", "reset_after", "timeout_after", "truncated_json"})
PAGE = frozenset({"short_page", "empty_page", "wrong_next", "drop_rows", "stale_total"})
WINDOW = frozenset({"repeated_page", "overlapping_page", "shrinking_page", "skipped_rows"})
INSIDE = frozenset({"license_refusal", "no_rights"})
SUBREQUEST = frozenset({"subrequest_500", "subrequest_500_after", "subrequest_missing"})
KINDS = AROUND_BEFORE | AROUND_AFTER | PAGE | WINDOW | INSIDE | SUBREQUEST

TRAFFIC = frozenset({"read", "write", "batch", "login"})
_FILTERS = ("method", "path_regex", "query_regex", "traffic", "times", "after")


@dataclass
class Fault:
    """One fault and what is left of it.

    Attributes:
        kind: one of `KINDS`.
        method: HTTP method it strikes, None for any.
        path: pattern searched in the path (of the sub-request, for `SUBREQUEST` kinds).
        query: pattern searched in the decoded query string.
        traffic: `read`, `write`, `batch` or `login`, None for any.
        times: how many strikes are left, None for no end.
        after: how many matching requests still pass unharmed.
        options: what the kind needs (`retry_after`, `rows`, `percent`, `shape` …).
        strikes: how often it has struck.
    """

    kind: str
    method: str | None = None
    path: re.Pattern[str] | None = None
    query: re.Pattern[str] | None = None
    traffic: str | None = None
    times: int | None = 1
    after: int = 0
    options: Mapping[str, Any] = field(default_factory=dict)
    strikes: int = 0

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Fault:
        """Read a fault from a control request; every member that is not a filter is an option of the kind.

        Raises:
            ValueError: unknown kind or traffic, or a pattern that is none.
        """
        kind = str(value.get("kind", ""))
        if kind not in KINDS:
            raise ValueError(f"unknown fault {kind!r}; known: {', '.join(sorted(KINDS))}")
        traffic = value.get("traffic")
        if traffic is not None and traffic not in TRAFFIC:
            raise ValueError(f"unknown traffic {traffic!r}; known: {', '.join(sorted(TRAFFIC))}")
        try:
            path, query = (re.compile(value[key]) if value.get(key) else None for key in ("path_regex", "query_regex"))
        except re.error as error:
            raise ValueError(f"not a pattern: {error}") from error
        return cls(
            kind=kind,
            method=str(value["method"]).upper() if value.get("method") else None,
            path=path,
            query=query,
            traffic=traffic,
            times=value.get("times", 1),
            after=int(value.get("after", 0)),
            options={key: item for key, item in value.items() if key != "kind" and key not in _FILTERS},
        )

    def to_json(self) -> dict[str, Any]:
        """What is left of the fault, for the control route."""
        return {
            "kind": self.kind,
            "method": self.method,
            "path_regex": self.path.pattern if self.path else None,
            "query_regex": self.query.pattern if self.query else None,
            "traffic": self.traffic,
            "times": self.times,
            "after": self.after,
            "strikes": self.strikes,
            **self.options,
        }

    def matches(self, method: str, path: str, query: str, traffic: str) -> bool:
        """Whether a request is one of those the fault waits for."""
        return (
            (self.method is None or self.method == method)
            and (self.path is None or self.path.search(path) is not None)
            and (self.query is None or self.query.search(query) is not None)
            and (self.traffic is None or self.traffic == traffic)
        )


class FaultQueue:
    """The faults that wait, in the order they were asked for."""

    def __init__(self) -> None:
        self._waiting: list[Fault] = []

    def add(self, fault: Fault) -> None:
        """Let a fault wait for its request."""
        self._waiting.append(fault)

    def clear(self) -> None:
        """Forget all faults, also those that hang requests from now on."""
        self._waiting.clear()

    def to_json(self) -> list[dict[str, Any]]:
        """All faults that still wait."""
        return [fault.to_json() for fault in self._waiting]

    def take(self, method: str, path: str, query: str, traffic: str, *, later_page: bool) -> tuple[Fault, ...]:
        """The faults that strike this request; each is counted.

        Args:
            method: HTTP method.
            path: path of the request.
            query: decoded query string.
            traffic: `read`, `write`, `batch` or `login`.
            later_page: whether the request asks for a page after the first: window faults need one.
        """
        kinds = KINDS - SUBREQUEST if later_page else KINDS - SUBREQUEST - WINDOW
        return self._struck(kinds, method, path, query, traffic)

    def take_subrequest(self, method: str, url: str) -> Fault | None:
        """The fault that strikes one request inside a batch; its `path_regex` is matched against the inner URL."""
        struck = self._struck(SUBREQUEST, method, url, "", "batch", first_only=True)
        return struck[0] if struck else None

    def _struck(
        self, kinds: Iterable[str], method: str, path: str, query: str, traffic: str, *, first_only: bool = False
    ) -> tuple[Fault, ...]:
        struck: list[Fault] = []
        for fault in list(self._waiting):
            if fault.kind not in kinds or not fault.matches(method, path, query, traffic):
                continue
            if fault.after > 0:
                fault.after -= 1
                continue
            struck.append(fault)
            fault.strikes += 1
            if fault.times is not None:
                fault.times -= 1
                if fault.times <= 0:
                    self._waiting.remove(fault)
            if first_only:
                break
        return tuple(struck)


def struck_by(faults: Iterable[Fault], kind: str) -> Fault | None:
    """The first of the faults that is of this kind."""
    return next((fault for fault in faults if fault.kind == kind), None)
