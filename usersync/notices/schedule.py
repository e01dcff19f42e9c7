"""By when a run should have begun. Pure."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from cronsim import CronSim, CronSimError


def expected_since(cron: str, zone: str, grace: timedelta, now: datetime) -> datetime | None:
    """The newest moment of a schedule that is longer ago than the grace; None where there is none.

    Args:
        cron: five fields, as in prefect.yaml.
        zone: IANA time zone the fields are read in.
        grace: how late a run may begin.
        now: aware.

    Raises:
        ValueError: not a cron expression.
    """
    if not cron:
        return None
    local = (now - grace).astimezone(ZoneInfo(zone))
    try:
        # The minute itself counts too: the search backwards begins before the moment it is given.
        moments = CronSim(cron, local + timedelta(minutes=1), reverse=True)
    except CronSimError as error:
        raise ValueError(f"not a cron expression: {cron}") from error
    found = next((moment for moment in moments if moment <= local), None)
    return None if found is None else found.astimezone(UTC)
