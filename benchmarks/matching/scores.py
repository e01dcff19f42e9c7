"""Numbers out of links."""

from __future__ import annotations

import csv
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Score:
    """What an engine linked, against the truth."""

    linked: int
    right: int
    present: int

    @property
    def wrong(self) -> int:
        """Links to somebody else."""
        return self.linked - self.right

    @property
    def precision(self) -> float:
        """Right links among all links; 1 where nothing was linked."""
        return self.right / self.linked if self.linked else 1.0

    @property
    def recall(self) -> float:
        """Right links among the users who have a contact."""
        return self.right / max(1, self.present)

    @property
    def f1(self) -> float:
        """Harmonic mean of both."""
        return 2 * self.precision * self.recall / max(1e-9, self.precision + self.recall)

    @property
    def bound(self) -> float:
        """Upper end of the 95 % interval of the share of wrong links (Wilson; the rule of three where none is wrong)."""
        if not self.linked:
            return 1.0
        if not self.wrong:
            return min(1.0, 3.0 / self.linked)
        share, z = self.wrong / self.linked, 1.96
        spread = z * math.sqrt(share * (1 - share) / self.linked + z * z / (4 * self.linked**2))
        return (share + z * z / (2 * self.linked) + spread) / (1 + z * z / self.linked)


def surest(links: Sequence[tuple[float, bool]], count: int) -> Score:
    """The links with the smallest λ.

    Args:
        links: of each link its λ (0 where a key made it) and whether it is right.
        count: how many.
    """
    first = sorted(links, key=lambda link: link[0])[:count]
    return Score(len(first), sum(right for _, right in first), len(first))


def read_pairs(path: Path) -> dict[str, str]:
    """A CSV file of two columns as a mapping."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = csv.reader(file)
        next(rows)
        return {row[0]: row[1] for row in rows}


def score(links: dict[str, str], truth: dict[str, str]) -> Score:
    """Score links (user → contact)."""
    return Score(len(links), sum(truth.get(user) == contact for user, contact in links.items()), len(truth))
