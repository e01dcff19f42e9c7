"""What the numbers should be, beside what they are: each goal is judged by what was just measured, not by hand."""

from __future__ import annotations

import math
from dataclasses import dataclass

from rich.console import Console
from rich.table import Table

from benchmarks.process.job import Measured


@dataclass(frozen=True)
class Goal:
    """One number, its limit, and what holds it where it is over."""

    what: str
    measured: float
    limit: float
    unit: str
    missing: str = ""

    @property
    def reached(self) -> bool:
        """Whether the number is within its limit."""
        return self.measured <= self.limit


def first_import(users: int, first: Measured) -> list[Goal]:
    """The first import: 100 s for 10,000 users, batches and pages but no request per user, 2 ms of our own per user."""
    enough = (
        math.ceil(first.operations / 100) + first.requests["prepare"] + first.requests["fetch"] + first.requests["verify"]
        + 20
    )  # fmt: skip
    return [
        Goal(
            f"first import, {users:,} users: time", first.told.seconds, 100 * users / 10_000 if users > 2_000 else 20, "s",
            _longest(first),
        ),
        Goal(
            f"first import, {users:,} users: requests", first.all_requests, enough, "",
            f"{first.requests['write']} while writing {first.operations:,} operations",
        ),
        Goal(
            f"first import, {users:,} users: our own time for a user", 1000 * first.told.overhead_seconds / users, 2, "ms",
            _longest(first),
        ),
    ]  # fmt: skip


def unchanged(users: int, again: Measured) -> list[Goal]:
    """The run that finds nothing to do: no write, the fetch and at most 10 s besides, no requests but pages and 20 more."""
    fetch = again.seconds["prepare"] + again.seconds["fetch"]
    return [
        Goal(f"unchanged, {users:,} users: writes", again.operations, 0, "", "the world changed, or planning is unstable"),
        Goal(f"unchanged, {users:,} users: time besides the fetch", again.told.seconds - fetch, 10, "s", _longest(again)),
        Goal(
            f"unchanged, {users:,} users: requests", again.all_requests,
            again.requests["prepare"] + again.requests["fetch"] + 20, "", "requests after the fetch",
        ),
    ]  # fmt: skip


def small_unchanged(again: Measured) -> list[Goal]:
    """120 users among 20,000 contacts, as a call centre runs it every hour."""
    return [
        Goal("unchanged, 120 users, 20,000 contacts: requests", again.all_requests, 60, "", str(again.requests)),
        Goal("unchanged, 120 users, 20,000 contacts: time", again.told.seconds, 5, "s", _longest(again)),
    ]


def license_changes(users: int, changed: int, licensed: Measured) -> list[Goal]:
    """Licences in Webitel: one PATCH for each changed user, two reads of a list per hundred."""
    enough = changed + 2 * math.ceil(changed / 100) + licensed.requests["prepare"] + licensed.requests["fetch"]
    enough += math.ceil((licensed.operations - changed) / 100) + licensed.requests["verify"] + 20
    return [
        Goal(f"licences, {changed:,} changes: requests", licensed.all_requests, enough, "", str(licensed.requests)),
        Goal(
            f"licences, {changed:,} changes: time", licensed.seconds["write"],
            max(200 * users / 10_000, 20) + 100 * users / 10_000, "s", _longest(licensed),
        ),
    ]  # fmt: skip


def show(console: Console, goals: list[Goal]) -> None:
    """Print each goal, whether it is reached, and what is in the way where it is not."""
    table = Table(title="Goals, on this machine, in this run", title_justify="left")
    for heading in ("goal", "measured", "limit", "reached", "what is missing"):
        table.add_column(heading, justify="right" if heading in ("measured", "limit") else "left", overflow="fold")
    for goal in goals:
        digits = 0 if float(goal.measured).is_integer() and not goal.unit else 2
        table.add_row(
            goal.what, f"{goal.measured:,.{digits}f} {goal.unit}".strip(), f"{goal.limit:,g} {goal.unit}".strip(),
            "yes" if goal.reached else "NO", "" if goal.reached else goal.missing,
        )  # fmt: skip
    console.print(table)


def _longest(measured: Measured) -> str:
    part = max(measured.seconds, key=lambda name: measured.seconds[name])
    return f"longest part: {part}, {measured.seconds[part]:.1f} s"
