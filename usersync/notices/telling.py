"""Look at a domain, and deliver what there is to say of it. Called at the end of every run, and by the watch."""

from __future__ import annotations

import asyncio
import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from usersync.ledger import Delivery, Ledger, Notice
from usersync.notices.channels import Channel, NotDelivered, channels_of
from usersync.notices.condition import Policy, judge
from usersync.notices.schedule import expected_since
from usersync.settings import DomainSettings
from usersync.words import Sentence

LIFETIME: Final = timedelta(hours=24)
"""A message that could not be delivered for so long is given up: by then it is old news."""
_HOLD: Final = timedelta(minutes=2)
_TRIES_AT_ONCE: Final = 3
_PAUSE_SECONDS: Final = 0.5
_AT_MOST_SECONDS: Final = 15.0
"""A run waits no longer for its messages to get through; the next look tries again."""
_FIRST_WAIT: Final = timedelta(minutes=1)
_LONGEST_WAIT: Final = timedelta(minutes=30)


@dataclass(frozen=True)
class Told:
    """What became of the messages of one look.

    Attributes:
        new: messages that were not there before.
        delivered: how many deliveries got through.
        problems: one sentence for each delivery that did not; it is tried again.
    """

    new: tuple[Notice, ...] = ()
    delivered: int = 0
    problems: tuple[Sentence, ...] = ()


async def tell(ledger: Ledger, settings: DomainSettings, *, channels: Sequence[Channel] | None = None) -> Told:
    """Judge the domain and deliver what is due; nothing is done where nobody is to be told.

    Args:
        ledger: open.
        settings: of the domain.
        channels: instead of those of the settings.

    Raises:
        ChannelWrong: an address of the settings is of no use.
        UsersyncError: the ledger cannot be used.
    """
    ways = channels_of(settings.notify) if channels is None else tuple(channels)
    if not ways:
        return Told()
    new = ledger.judge(
        settings.name,
        lambda facts: judge(facts, policy_of(settings, facts.at), facts.at),
        channels=[way.name for way in ways],
    )
    results = await asyncio.gather(*(_deliver_all(ledger, settings.name, way) for way in ways))
    return Told(
        new, sum(delivered for delivered, _ in results), tuple(problem for _, some in results for problem in some)
    )


def policy_of(settings: DomainSettings, now: datetime) -> Policy:
    """What is told of a domain, and by when a run of it should have begun."""
    schedule, notify = settings.schedule, settings.notify
    return Policy(
        expected=expected_since(schedule.cron, settings.timezone, timedelta(minutes=schedule.grace_minutes), now),
        license_days=notify.license_days,
        runs_told=notify.runs_by == "usersync",
    )


async def _deliver_all(ledger: Ledger, domain: str, way: Channel) -> tuple[int, list[Sentence]]:
    """What is due in one channel; where one does not get through, the others would not either."""
    until = time.monotonic() + _AT_MOST_SECONDS
    delivered = 0
    for delivery in ledger.claim_deliveries(domain, [way.name], hold=_HOLD, lifetime=LIFETIME):
        problem = await _deliver(way, delivery.notice, until - time.monotonic())
        if problem is not None:
            again = ledger.now() + _wait(delivery)
            ledger.settle_delivery(delivery, problem=str(problem), again=again)
            return delivered, [problem]
        ledger.settle_delivery(delivery)
        delivered += 1
    return delivered, []


async def _deliver(way: Channel, notice: Notice, seconds: float) -> Sentence | None:
    """Send it, some times if need be; why not where it did not get through."""
    problem = Sentence("notices-no-answer", {"channel": way.name, "error": "timeout"})
    try:
        async with asyncio.timeout(max(seconds, 0)):
            for attempt in range(_TRIES_AT_ONCE):
                try:
                    await way.send(notice)
                    return None
                except NotDelivered as error:
                    problem = error.sentence
                if attempt + 1 < _TRIES_AT_ONCE:
                    await asyncio.sleep(_PAUSE_SECONDS * 2**attempt)
    except TimeoutError:
        pass
    return problem


def _wait(delivery: Delivery) -> timedelta:
    doubled: int = 2 ** min(delivery.attempts - 1, 10)
    return min(_FIRST_WAIT * doubled, _LONGEST_WAIT)


async def send_test(settings: DomainSettings) -> list[tuple[str, Sentence | None]]:
    """Send a test through every channel of a domain: channel → why it did not get through, None where it did.

    Raises:
        ChannelWrong: an address of the settings is of no use.
    """
    sentence = Sentence("notices-test", {"domain": settings.name})
    notice = Notice(uuid.uuid4().hex, settings.name, "test", (sentence,), None, datetime.now(UTC))
    return [(way.name, await _deliver(way, notice, _AT_MOST_SECONDS)) for way in channels_of(settings.notify)]
