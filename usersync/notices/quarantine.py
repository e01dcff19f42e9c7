"""A domain that keeps failing rests: scheduled starts are left out, for longer each time it fails again.

Only scheduled runs count and only scheduled starts are left out. Whoever starts the process by hand is looking at it: that
start is never refused, and one that goes well ends the rest. Nothing is stored for it; the runs in the ledger say it all.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from usersync.errors import Fatal
from usersync.ledger import Run, RunState

_FAILED: Final = frozenset({RunState.FAILED, RunState.CRASHED})
"""A run that did its work but for some records is no reason to leave the others waiting."""


@dataclass(frozen=True)
class Rest:
    """A domain's rest.

    Attributes:
        failures: scheduled runs that failed one after another.
        run_id: the last of them.
        until: from then on a scheduled start is tried again; aware UTC.
    """

    failures: int
    run_id: str
    until: datetime


class Quarantined(Fatal):
    """A scheduled start while the domain rests; not a failure of its own.

    Attributes:
        rest: what it rests from, and until when.
    """

    def __init__(self, domain: str, rest: Rest) -> None:
        super().__init__(
            "run-quarantined", domain=domain, failures=rest.failures, run=rest.run_id,
            until=rest.until.strftime("%Y-%m-%d %H:%M UTC"),
        )  # fmt: skip
        self.rest = rest


def resting(runs: Iterable[Run], *, after: int, first: timedelta, longest: timedelta, now: datetime) -> Rest | None:
    """The rest a domain is in now; None where it is in none.

    Args:
        runs: imports of the whole domain whose end says how it fares, the newest first.
        after: scheduled runs that must fail one after another; 0 = it never rests.
        first: length of the first rest; each further failure doubles it.
        longest: no rest is longer than this.
        now: aware.
    """
    failures, last = 0, None
    for run in runs:
        if run.state not in _FAILED:
            break
        if run.scheduled:
            failures, last = failures + 1, last or run
    if last is None or last.finished_at is None or not after or failures < after:
        return None
    doubled = min(failures - after, 30)  # far beyond any longest rest that makes sense
    until = last.finished_at + min(first * 2**doubled, longest)
    return Rest(failures, last.id, until) if now < until else None
