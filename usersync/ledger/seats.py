"""Licence seats between runs: what the last plan said of each licence, and how many people at a time used one."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta
from typing import Final

from sqlalchemy import Connection, select

from usersync.ledger import schema
from usersync.ledger.codec import from_text, to_text
from usersync.ledger.runs import RunBook
from usersync.planning.seat_lines import SeatsRemembered
from usersync.planning.values import SeatDemand

_table = schema.seats
_PEAK_OF: Final = timedelta(days=30)
_KEPT: Final = timedelta(days=90)


class SeatBook(RunBook):
    """The part of the ledger that remembers seats."""

    def save_seats(self, run_id: str, demands: Sequence[SeatDemand], refused: Mapping[str, Collection[str]]) -> None:
        """Remember what a run over the whole domain said of each licence it shared out; of the others nothing is left.

        Args:
            run_id: the run.
            demands: of its plan.
            refused: licence id → Webitel users whose assignment Webitel refused.

        Raises:
            RunNotFound: there is no such run.
        """
        with self._write() as connection:
            run = self._one_run(connection, run_id)
            said = {item.license_id: item for item in demands}
            now = self._now()
            mine = _table.c.domain == run.domain
            for license_id in connection.scalars(select(_table.c.license_id).where(mine, _table.c.demand.is_not(None))):
                if license_id not in said:
                    blank = {"demand": None, "refused": "[]", "run_id": None, "at": None}
                    connection.execute(_table.update().where(mine, _table.c.license_id == license_id).values(**blank))
            for license_id, demand in said.items():
                values = {
                    "demand": to_text(demand.to_json()), "refused": to_text(sorted(refused.get(license_id, ()))),
                    "run_id": run.id, "at": now,
                }  # fmt: skip
                insert = self._insert(_table).values(domain=run.domain, license_id=license_id, peaks="{}", **values)
                connection.execute(insert.on_conflict_do_update(index_elements=["domain", "license_id"], set_=values))

    def note_use(self, domain: str, using: Mapping[str, int]) -> None:
        """Note how many people use concurrent licences now; the most of each day is kept for 90 days.

        Args:
            domain: name of the domain in the settings.
            using: licence id → people.
        """
        with self._write() as connection:
            self._serialise(connection, f"seats of {domain}")
            now = self._now()
            today, oldest = now.date().isoformat(), (now - _KEPT).date().isoformat()
            known = self._peaks(connection, domain)
            for license_id, count in using.items():
                peaks = known.get(license_id, {})
                if license_id in known and peaks.get(today, -1) >= count:
                    continue
                kept = {day: most for day, most in peaks.items() if day >= oldest} | {today: count}
                insert = self._insert(_table).values(
                    domain=domain, license_id=license_id, refused="[]", peaks=to_text(kept)
                )
                connection.execute(
                    insert.on_conflict_do_update(
                        index_elements=["domain", "license_id"], set_={"peaks": insert.excluded.peaks}
                    )
                )

    def seats(self, domain: str) -> dict[str, SeatsRemembered]:
        """Licence id → what is remembered of it."""
        since = (self._now() - _PEAK_OF).date().isoformat()
        with self._read() as connection:
            return {
                row.license_id: SeatsRemembered(
                    demand=None if row.demand is None else SeatDemand.from_json(from_text(row.demand)),
                    refused=tuple(from_text(row.refused)), run_id=row.run_id, at=row.at,
                    peak=_peak(from_text(row.peaks), since)[0], peak_on=_peak(from_text(row.peaks), since)[1],
                )
                for row in connection.execute(select(_table).where(_table.c.domain == domain))
            }  # fmt: skip

    def _peaks(self, connection: Connection, domain: str) -> dict[str, dict[str, int]]:
        query = select(_table.c.license_id, _table.c.peaks).where(_table.c.domain == domain)
        return {row.license_id: from_text(row.peaks) for row in connection.execute(query)}


def _peak(peaks: Mapping[str, int], since: str) -> tuple[int | None, str | None]:
    """The most of the days since then, and the last day it was so."""
    recent = [(most, day) for day, most in peaks.items() if day >= since]
    return max(recent) if recent else (None, None)
