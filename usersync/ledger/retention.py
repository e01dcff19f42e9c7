"""Retention: what is old enough to go, and what never goes.

Links, last-applied values, grants, verdicts and the audit are what the process stands on; they stay. Runs go with their
decisions, operations, snapshots, plans and orders. Each run lets go at its end of what the setting `retention.days` says
(`usersync.stages.context`); `usersync db prune` does it by hand.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, exists, select

from usersync.ledger import schema
from usersync.ledger.decisions import PACKS
from usersync.ledger.leases import LeaseBook
from usersync.ledger.store import ITSELF, slices
from usersync.ledger.values import PlanState, RunState

_KEPT_SNAPSHOTS = 5
"""As many as `usual_counts` looks at."""


@dataclass(frozen=True)
class Pruned:
    """How much went: runs (with all that was theirs), plans, packs of decisions."""

    runs: int
    plans: int
    packs: int


class Retention(LeaseBook):
    """The part of the ledger that lets go."""

    def prune(self, older_than: timedelta, *, author: str, domain: str | None = None) -> Pruned:
        """Let go of ended runs older than this, and of their plans.

        Kept whatever their age: runs at work, runs with operations nobody knows the outcome of, the last run and the
        last completed run of a domain, and the runs whose reads say what is usual.

        Args:
            older_than: age of a run's end.
            author: who asks; where nothing goes, `usersync` itself leaves no line in the audit.
            domain: of this domain only.
        """
        with self._write() as connection:
            self._serialise(connection, PACKS)
            before = self._now() - older_than
            domains = (
                [domain] if domain is not None else list(connection.scalars(select(schema.runs.c.domain).distinct()))
            )
            old = [run_id for name in domains for run_id in _old_runs(connection, name, before)]
            for some in slices(old):
                connection.execute(schema.runs.delete().where(schema.runs.c.id.in_(some)))
            plans = _delete_plans(connection, domains, before)
            packs = schema.packs
            _delete_notices(connection, domains, before)
            unused = packs.delete().where(~exists().where(schema.runs.c.pack == packs.c.id))
            pruned = Pruned(len(old), plans, connection.execute(unused).rowcount if old else 0)
            orders = schema.orders
            connection.execute(orders.delete().where(orders.c.domain.in_(domains), orders.c.created_at < before))
            if author == ITSELF and pruned == Pruned(0, 0, 0):
                return pruned
            detail = {"runs": pruned.runs, "plans": pruned.plans, "days": older_than.days}
            self._note(connection, "ledger.pruned", actor=author, domain=domain, detail=detail)
            return pruned


def _old_runs(connection: Connection, domain: str, before: datetime) -> list[str]:
    runs = schema.runs
    old = set(
        connection.scalars(
            select(runs.c.id).where(
                runs.c.domain == domain, runs.c.state != RunState.RUNNING.value, runs.c.finished_at < before
            )
        )
    )
    return sorted(old - _kept_runs(connection, domain)) if old else []


def _kept_runs(connection: Connection, domain: str) -> set[str]:
    runs, operations, snapshots = schema.runs, schema.operations, schema.snapshots
    newest = select(runs.c.id).where(runs.c.domain == domain).order_by(runs.c.started_at.desc(), runs.c.id.desc())
    completed = newest.where(runs.c.state == RunState.COMPLETED.value)
    kept = {*connection.scalars(newest.limit(1)), *connection.scalars(completed.limit(1))}
    kept |= set(
        connection.scalars(
            select(operations.c.run_id)
            .where(operations.c.domain == domain, schema.OPEN, operations.c.erased.is_(False))
            .distinct()
        )
    )
    for side in ("source", "target"):
        usual = select(snapshots.c.run_id).where(
            snapshots.c.domain == domain,
            snapshots.c.side == side,
            snapshots.c.trusted.is_(True),
            snapshots.c.complete.is_(True),
        )
        kept |= set(connection.scalars(usual.order_by(snapshots.c["at"].desc()).limit(_KEPT_SNAPSHOTS)))
    return kept


def _delete_notices(connection: Connection, domains: list[str], before: datetime) -> None:
    notices = schema.notices
    settled = notices.c.due.is_(None) & (notices.c["at"] < before)
    connection.execute(notices.delete().where(notices.c.domain.in_(domains), settled))


def _delete_plans(connection: Connection, domains: list[str], before: datetime) -> int:
    plans = schema.plans
    lapsed = plans.c.state.in_([PlanState.WAITING.value, PlanState.APPROVED.value]) & (plans.c.expires_at < before)
    ended = plans.c.state.in_([PlanState.REJECTED.value, PlanState.SUPERSEDED.value, PlanState.EXPIRED.value])
    # A used plan says what a run was told to do: it goes with the run. To finish or undo one that is kept needs it.
    kept = exists().where(schema.runs.c.id == plans.c.used_by)
    used = (plans.c.state == PlanState.USED.value) & (plans.c.used_at < before) & ~kept
    gone = plans.delete().where(plans.c.domain.in_(domains), lapsed | (ended & (plans.c.created_at < before)) | used)
    return connection.execute(gone).rowcount
