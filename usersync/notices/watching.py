"""The watch over all domains: what no run can say because none begins, or because its process died.

It belongs where a worker's death does not reach: in the portal's server, or in a timer of the host (docs/monitoring.md).
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from usersync.errors import BrokeOff, UsersyncError
from usersync.ledger import Ledger, default_url
from usersync.notices.condition import Condition, condition_of
from usersync.notices.quarantine import Rest, resting
from usersync.notices.telling import Told, policy_of, tell
from usersync.settings import DomainSettings, Settings
from usersync.words import speak

EVERY_SECONDS: Final = 60.0
_DEAD_AFTER_TERMS: Final = 2
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Watched:
    """One domain at one look.

    Attributes:
        condition, since: how it fares, and since when that is known; `since` is None where nobody is told of changes.
        last_start: when its newest import began.
        expected: by the schedule, a run should have begun since then; None without a schedule.
        rest: the quarantine it is in.
        crashed: a run that was found dead at this look.
    """

    domain: str
    condition: Condition
    since: datetime | None
    last_start: datetime | None
    expected: datetime | None
    rest: Rest | None
    crashed: str | None
    told: Told

    def to_json(self) -> dict[str, Any]:
        """JSON of it."""
        return {
            "domain": self.domain, "condition": str(self.condition), "since": self.since,
            "last_start": self.last_start, "expected": self.expected,
            "rests_until": self.rest.until if self.rest else None, "crashed": self.crashed,
            "told": [notice.transition for notice in self.told.new], "delivered": self.told.delivered,
            "problems": [str(problem) for problem in self.told.problems],
        }  # fmt: skip


async def look(ledger: Ledger, settings: DomainSettings) -> Watched:
    """Look at one domain: close a run that died, tell what changed, deliver what is due.

    Raises:
        ChannelWrong: an address of the settings is of no use.
        UsersyncError: the ledger cannot be used.
    """
    crashed = ledger.close_overdue(settings.name, timedelta(seconds=settings.lease.term * _DEAD_AFTER_TERMS))
    told = await tell(ledger, settings)
    facts = ledger.domain_facts(settings.name)
    policy = policy_of(settings, facts.at)
    return Watched(
        domain=settings.name, condition=condition_of(facts, policy), since=facts.since, last_start=facts.last_start,
        expected=policy.expected, rest=rest_of(ledger, settings), crashed=crashed, told=told,
    )  # fmt: skip


def rest_of(ledger: Ledger, settings: DomainSettings) -> Rest | None:
    """The quarantine a domain is in now."""
    limits = settings.quarantine
    return resting(
        ledger.whole_runs(settings.name),
        after=limits.after,
        first=timedelta(minutes=limits.first_minutes),
        longest=timedelta(minutes=limits.longest_minutes),
        now=ledger.now(),
    )


async def look_at_all(settings: Settings) -> list[Watched]:
    """Look at every domain of the settings.

    Raises:
        UsersyncError: the ledger cannot be used, or a setting is wrong.
    """
    speak(settings.language)
    with Ledger.open(settings.database_url or default_url()) as ledger:
        return [await look(ledger, settings.domain(name)) for name in settings.domain_names()]


async def watch(settings: Callable[[], Settings], *, every: float = EVERY_SECONDS) -> None:
    """Look again and again until it is cancelled; what goes wrong is logged once and does not end the watch.

    Args:
        settings: read anew for each look.
        every: seconds between two looks.
    """
    said = ""
    while True:
        try:
            # In a thread: a ledger that is busy must not hold up the server the watch lives in.
            await asyncio.to_thread(lambda: asyncio.run(look_at_all(settings())))
            said = ""
        except Exception as error:  # noqa: BLE001 - a watch that ends watches nothing
            text = str(error) if isinstance(error, UsersyncError) else str(BrokeOff.by(error))
            if text != said:
                said = text
                _log.warning("%s", text)
        await asyncio.sleep(every)
