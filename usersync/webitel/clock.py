"""Time and chance as values, so that tests neither wait nor guess."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Clock:
    """Where the client takes time and chance from.

    Attributes:
        monotonic: seconds of a clock that never goes back.
        wall: seconds since 1970, UTC.
        sleep: waits that many seconds.
        chance: a number from 0 to below 1.
    """

    monotonic: Callable[[], float] = time.monotonic
    wall: Callable[[], float] = time.time
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    chance: Callable[[], float] = random.random
