"""Chance, identifiers and moments: everything that must come out the same for the same seed, in every process."""

from __future__ import annotations

import zlib
from datetime import UTC, date, datetime, time, timedelta

import numpy as np
import numpy.typing as npt

Objects = npt.NDArray[np.object_]
_FIRST_DAY = date(2019, 1, 7)  # the day the imaginary CRM went live


def stream(seed: int, label: str) -> np.random.Generator:
    """A stream of chance of its own for each part, so that a change in one part leaves the others as they were."""
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence([seed, zlib.crc32(label.encode())])))


def guids(seed: int, entity: str, count: int) -> Objects:
    """Lower-case version 4 guids of one entity's rows."""
    digits = stream(seed, f"guid:{entity}").bytes(16 * count).hex()
    made = np.empty(count, dtype=object)
    made[:] = [
        f"{digits[at : at + 8]}-{digits[at + 8 : at + 12]}-4{digits[at + 13 : at + 16]}-"
        f"a{digits[at + 17 : at + 20]}-{digits[at + 20 : at + 32]}"
        for at in range(0, 32 * count, 32)
    ]
    return made


def objects(values: list[str] | list[str | None]) -> Objects:
    """A list of texts as an array whose cells keep None."""
    made = np.empty(len(values), dtype=object)
    made[:] = values
    return made


def pick(rng: np.random.Generator, cumulative: npt.NDArray[np.float64], count: int) -> npt.NDArray[np.int64]:
    """Indexes drawn by their frequency."""
    return np.searchsorted(cumulative, rng.random(count), side="right").astype(np.int64)


class Calendar:
    """Moments between the day the CRM went live and yesterday, as Creatio and Webitel write them.

    Args:
        seed: of the world.
        today: the day the world is looked at; nothing in it happened later, but licences may end later.
    """

    def __init__(self, seed: int, today: date) -> None:
        self.today = today
        rng = stream(seed, "calendar")
        days = max((today - _FIRST_DAY).days, 30)
        start = np.datetime64(today - timedelta(days=days), "ms")
        offsets = np.sort(rng.integers(0, (days - 1) * 86_400_000, size=20_000))
        self._texts = objects([f"{text}Z" for text in np.datetime_as_string(start + offsets, unit="ms").tolist()])
        self._rng = rng

    def created_and_modified(self, count: int) -> tuple[Objects, Objects]:
        """`CreatedOn` and `ModifiedOn` of so many rows: ISO 8601, UTC, milliseconds; modified is never before created."""
        created = self._rng.integers(0, len(self._texts), size=count)
        modified = created + ((len(self._texts) - created) * self._rng.random(count) ** 3).astype(np.int64)
        return self._texts[created], self._texts[modified]

    def milliseconds(self, days_from_today: int, *, hour: int = 0) -> str:
        """Midnight (UTC) or another hour of a day before (negative) or after today, in unix milliseconds as Webitel writes it."""
        moment = datetime.combine(self.today + timedelta(days=days_from_today), time(hour), UTC)
        return str(int(moment.timestamp()) * 1000)

    def iso(self, days_from_today: int, *, hour: int = 9) -> str:
        """A moment of a day before or after today as Creatio writes it."""
        moment = datetime.combine(self.today + timedelta(days=days_from_today), time(hour), UTC)
        return f"{moment:%Y-%m-%dT%H:%M:%S}.000Z"

    def day(self, days_from_today: int) -> str:
        """A day without a time (Edm.Date)."""
        return (self.today + timedelta(days=days_from_today)).isoformat()

    @staticmethod
    def from_milliseconds(text: str) -> str:
        """Webitel's time as Creatio writes it."""
        return f"{datetime.fromtimestamp(int(text) / 1000, UTC):%Y-%m-%dT%H:%M:%S}.000Z"
