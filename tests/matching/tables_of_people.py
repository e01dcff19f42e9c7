"""Small tables for the tests of matching."""

from __future__ import annotations

from typing import Any

import pandas as pd

from usersync.matching import Decision, Decisions, match

EMPLOYEE = "60733efc-f36b-1410-a883-16d83cab0980"


def users(*rows: dict[str, Any]) -> pd.DataFrame:
    """A table of users; ids are u1, u2 … where a row has none."""
    return pd.DataFrame([{"id": f"u{number}", **row} for number, row in enumerate(rows, 1)])


def contacts(*rows: dict[str, Any] | str) -> pd.DataFrame:
    """A table of contacts; a text is a name, ids are c1, c2 … where a row has none."""
    full = [row if isinstance(row, dict) else {"Name": row} for row in rows]
    return pd.DataFrame([{"Id": f"c{number}", **row} for number, row in enumerate(full, 1)])


def pool(*members: bool) -> pd.Series:
    """Which contacts are employees."""
    return pd.Series(list(members), dtype=bool)


def decide(user: dict[str, Any], *rows: dict[str, Any] | str, **options: Any) -> Decision:
    """The decision for one user against these contacts."""
    return match(users(user), contacts(*rows), **{"pool": None, **options})[0]


def facts(decisions: Decisions) -> list[tuple[str, str, str | None]]:
    """What was decided, without words: user, band, contact."""
    return [(decision.user_id, str(decision.band), decision.contact_id) for decision in decisions]


def shown(decision: Decision) -> list[str]:
    """Ids of the contacts a human is shown."""
    return [candidate.contact_id for candidate in decision.candidates]


def rule(decision: Decision) -> str:
    """Which rule decided."""
    return str(decision.evidence["rule"])
