"""When a request may be sent again, and after how long.

    what happened          GET   PATCH, login   POST, DELETE
    no connection          yes   yes            yes            nothing was sent
    429                    yes   yes            yes            it was not carried out
    502, 503, 504          yes   yes            no             it may have been carried out
    another 5xx, 408       yes   no             no
    no answer, half of one yes   no             no

PATCH carries complete values (a whole set of licences), so carrying it out twice is carrying it out once.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from enum import Enum

from usersync.webitel.errors import AnswerLost, ServerFailed, TooManyRequests, Unreachable, WebitelError

_GATEWAY_STATUSES = frozenset({502, 503, 504})


class Repeat(Enum):
    """What a second sending of the same request would do."""

    HARMLESS = "harmless"
    SAME_END = "same end"
    SECOND_OBJECT = "second object"


@dataclass(frozen=True)
class RetryPolicy:
    """How often and after how long a request is sent again.

    Attributes:
        attempts: sendings in all, the first one included.
        first_delay: seconds before the second sending, before chance has its say.
        longest_delay: seconds our own back-off never exceeds.
        longest_retry_after: seconds we are ready to wait because the service asked for it. Where it asks for more,
            the error is raised at once and carries the wish: to come earlier would be no use to either side.
    """

    attempts: int = 4
    first_delay: float = 0.5
    longest_delay: float = 20.0
    longest_retry_after: float = 60.0

    def may_repeat(self, error: WebitelError, repeat: Repeat) -> bool:
        """Whether the request that ended in this error may be sent again (the table above)."""
        match error:
            case Unreachable() | TooManyRequests():
                return True
            case ServerFailed() if error.status in _GATEWAY_STATUSES:
                return repeat is not Repeat.SECOND_OBJECT
            case ServerFailed() | AnswerLost():
                return repeat is Repeat.HARMLESS
            case _:
                return False

    def pause(self, attempt: int, retry_after: float | None, chance: float) -> float | None:
        """Seconds to wait after the given attempt (1 = the first), None where it is better to give up.

        Exponential with jitter in its upper half, so that many clients do not come back at the same moment; never
        earlier than the service asked for.
        """
        if attempt >= self.attempts:
            return None
        own = min(self.longest_delay, self.first_delay * 2.0 ** min(attempt - 1, 30)) * (0.5 + chance / 2)
        if retry_after is None:
            return own
        if retry_after > self.longest_retry_after:
            return None
        return max(own, retry_after)


def parse_retry_after(value: str | None, *, now: datetime) -> float | None:
    """Seconds to wait out of a `Retry-After` header (RFC 9110 §10.2.3): a number of seconds, or an HTTP date.

    Args:
        value: the header, None where there was none.
        now: the service's own clock (its `Date`) where known, so that a wrong clock here does not matter.

    Returns:
        Seconds from now, never negative; None where the header says nothing usable.
    """
    if value is None:
        return None
    text = value.strip()
    if text.isascii() and text.isdigit():
        # More digits than any wish can have: a float would be infinite.
        return float(text) if len(text) <= 12 else None
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    try:
        return max(0.0, (moment - now).total_seconds())
    except OverflowError:
        return None
