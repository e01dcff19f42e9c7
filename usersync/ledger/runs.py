"""Runs: their start, progress, stop and end, and what each read was like."""

from __future__ import annotations

import secrets
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from statistics import median_high
from typing import Any, Final

from sqlalchemy import Connection, Row, Select, func, or_, select

from usersync.ledger import schema
from usersync.ledger.codec import from_text, to_text, without_secrets
from usersync.ledger.errors import RunNotFound
from usersync.ledger.store import Store
from usersync.ledger.values import Run, RunState, Side, Snapshot, Stage
from usersync.words import Sentence

_ALPHABET: Final = "abcdefghjkmnpqrstvwxyz23456789"  # nothing that is misread or spells words
_USUAL_OF: Final = 5


class RunBook(Store):
    """The part of the ledger that remembers runs."""

    def start_run(
        self,
        *,
        domain: str,
        mode: str,
        scope: Sequence[str] = (),
        plan_hash: str | None = None,
        author: str,
        flow_run_id: str | None = None,
        settings: Mapping[str, Any] | None = None,
        scheduled: bool = False,
    ) -> Run:
        """Open a run.

        Args:
            domain: name of the domain in the settings.
            mode: `preview`, `apply`, `undo` or the name of a manual action.
            scope: logins; empty = the whole domain.
            plan_hash: the approved plan it is to apply.
            author: who started it.
            flow_run_id: the orchestrator's id of it.
            settings: what it is set to; secrets in it are replaced before they are stored.
            scheduled: whether a clock started it, not a human.
        """
        now = self._now()
        values: dict[str, Any] = {
            "domain": domain, "mode": mode, "scope": to_text(list(scope)), "state": RunState.RUNNING.value,
            "plan_hash": plan_hash, "author": author, "flow_run_id": flow_run_id,
            "settings": to_text(without_secrets(settings or {})), "started_at": now, "scheduled": scheduled,
        }  # fmt: skip
        with self._write() as connection:
            while True:
                run_id = f"r-{now:%Y%m%d-%H%M%S}-{''.join(secrets.choice(_ALPHABET) for _ in range(4))}"
                insert = self._insert(schema.runs).values(id=run_id, **values).on_conflict_do_nothing()
                if connection.scalar(insert.returning(schema.runs.c.id)) is not None:
                    break
            detail = {"mode": mode, "scoped": len(scope), "plan": plan_hash}
            self._note(connection, "run.started", actor=author, domain=domain, run_id=run_id, detail=detail)
            return self._one_run(connection, run_id)

    def finish_run(
        self, run_id: str, state: RunState, receipt: Mapping[str, Any] | None = None, error: Sentence | None = None
    ) -> Run:
        """Close a run.

        Args:
            run_id: the run.
            state: how it ended.
            receipt: what it did, in counts.
            error: why it failed.

        Raises:
            RunNotFound: there is no such run.
        """
        with self._write() as connection:
            found = self._run_id(connection, run_id)
            connection.execute(
                schema.runs.update()
                .where(schema.runs.c.id == found)
                .values(
                    state=state.value,
                    finished_at=self._now(),
                    receipt=None if receipt is None else to_text(receipt),
                    error=None if error is None else to_text(error.to_json()),
                )
            )
            run = self._one_run(connection, found)
            self._note(connection, "run.finished", domain=run.domain, run_id=found, detail={"state": state.value})
            return run

    def run(self, run_id: str) -> Run:
        """One run by its id, by a beginning of it (with or without `r-`), or by its last four characters.

        Raises:
            RunNotFound: no run, or more than one.
        """
        with self._read() as connection:
            return self._one_run(connection, self._run_id(connection, run_id))

    def runs(
        self,
        domain: str | None = None,
        limit: int = 50,
        states: Collection[RunState] | None = None,
        *,
        offset: int = 0,
    ) -> list[Run]:
        """Runs, the newest first.

        Args:
            domain: of this domain only.
            limit: how many at most.
            states: in these states only.
            offset: how many newer ones are left out.
        """
        with self._read() as connection:
            return self._load_runs(connection, _narrowed(domain, None, states).limit(limit).offset(offset))

    def count_runs(self, domain: str | None = None, states: Collection[RunState] | None = None) -> int:
        """How many runs there are, of a domain and in these states if given."""
        with self._read() as connection:
            narrowed = _narrowed(domain, None, states).order_by(None).subquery()
            return connection.scalar(select(func.count()).select_from(narrowed)) or 0

    def latest_run(
        self, domain: str, *, mode: str | None = None, states: Collection[RunState] | None = None
    ) -> Run | None:
        """The newest run of a domain, of this mode and in these states if given."""
        with self._read() as connection:
            return next(iter(self._load_runs(connection, _narrowed(domain, mode, states).limit(1))), None)

    def run_of_flow(self, flow_run_id: str) -> Run | None:
        """The newest run the orchestrator knows by this id."""
        query = _narrowed(None, None, None).where(schema.runs.c.flow_run_id == flow_run_id).limit(1)
        with self._read() as connection:
            return next(iter(self._load_runs(connection, query)), None)

    def note_stage(self, run_id: str, stage: str, done: int, total: int) -> None:
        """Say how far a stage of a run is: `done` of `total` of what the stage counts."""
        now = self._now()
        insert = self._insert(schema.stages).values(
            run_id=run_id, name=stage, done=done, total=total, started_at=now, updated_at=now
        )
        with self._write() as connection:
            connection.execute(
                insert.on_conflict_do_update(
                    index_elements=["run_id", "name"], set_={"done": done, "total": total, "updated_at": now}
                )
            )

    def request_stop(self, run_id: str, author: str) -> bool:
        """Ask a run to stop before its next write.

        Returns:
            False where the run had already ended.

        Raises:
            RunNotFound: there is no such run.
        """
        runs = schema.runs
        with self._write() as connection:
            found = self._run_id(connection, run_id)
            update = (
                runs.update()
                .where(runs.c.id == found, runs.c.state == RunState.RUNNING.value, runs.c.stop_requested_at.is_(None))
                .values(stop_requested_by=author, stop_requested_at=self._now())
            )
            asked = connection.execute(update).rowcount == 1
            run = self._one_run(connection, found)
            if asked:
                self._note(connection, "run.stop_requested", actor=author, domain=run.domain, run_id=found)
            return run.state is RunState.RUNNING

    def stop_requested(self, run_id: str) -> bool:
        """Whether somebody asked this run to stop; read before each batch."""
        query = select(schema.runs.c.stop_requested_at).where(schema.runs.c.id == run_id)
        with self._read() as connection:
            return connection.scalar(query) is not None

    def close_dead_runs(self, domain: str, silent_for: timedelta) -> list[str]:
        """Mark as crashed the runs of a domain that hold no lease and have said nothing for so long.

        Returns:
            Their ids.
        """
        runs, stages, leases = schema.runs, schema.stages, schema.leases
        with self._write() as connection:
            now = self._now()
            holder = connection.scalar(
                select(leases.c.run_id).where(leases.c.domain == domain, leases.c.until > self._moment(connection))
            )
            heard = {
                row.id: max(row.started_at, row.heard or row.started_at)
                for row in connection.execute(
                    select(runs.c.id, runs.c.started_at, func.max(stages.c.updated_at).label("heard"))
                    .join_from(runs, stages, isouter=True)
                    .where(runs.c.domain == domain, runs.c.state == RunState.RUNNING.value)
                    .group_by(runs.c.id, runs.c.started_at)
                )
            }  # fmt: skip
            dead = sorted(run_id for run_id, at in heard.items() if run_id != holder and now - at > silent_for)
            for run_id in dead:
                self._mark_crashed(connection, domain, run_id)
            return dead

    def record_snapshot(
        self, run_id: str, side: Side, counts: Mapping[str, int], fingerprint: str, *, trusted: bool
    ) -> None:
        """Remember what a read of one side was like: how much there was, never the rows.

        Args:
            run_id: the run that read; if it has a scope the snapshot says nothing of what is usual.
            side: `source` or `target`.
            counts: table → rows.
            fingerprint: of the content.
            trusted: whether it passed the trust gate.
        """
        with self._write() as connection:
            run = self._one_run(connection, run_id)
            row = {
                "domain": run.domain, "at": self._now(), "counts": to_text(dict(counts)), "fingerprint": fingerprint,
                "trusted": trusted, "complete": not run.scope,
            }  # fmt: skip
            insert = self._insert(schema.snapshots).values(run_id=run_id, side=side, **row)
            connection.execute(insert.on_conflict_do_update(index_elements=["run_id", "side"], set_=row))
            self._note(
                connection, f"snapshot.{side}", domain=run.domain, run_id=run_id,
                detail={"counts": dict(counts), "trusted": trusted},
            )  # fmt: skip

    def usual_counts(self, domain: str, side: Side) -> dict[str, int] | None:
        """What is usual on one side: the median of each count over the last five trusted reads of the whole domain.

        Five, so that one read that was smaller than usual, yet not small enough to be refused, does not at once become
        the measure of the next one. None where there was no such read.
        """
        trusted = self._snapshots(domain, side, limit=_USUAL_OF, trusted_only=True)
        seen: defaultdict[str, list[int]] = defaultdict(list)
        for snapshot in trusted:
            for name, count in snapshot.counts.items():
                seen[name].append(count)
        return {name: median_high(counts) for name, counts in seen.items()} if trusted else None

    def snapshots(self, domain: str, side: Side, limit: int = 20) -> list[Snapshot]:
        """The last reads of one side, the newest first, trusted or not."""
        return self._snapshots(domain, side, limit=limit, trusted_only=False)

    def _snapshots(self, domain: str, side: Side, *, limit: int, trusted_only: bool) -> list[Snapshot]:
        table = schema.snapshots
        query = select(table).where(table.c.domain == domain, table.c.side == side)
        if trusted_only:
            query = query.where(table.c.trusted.is_(True), table.c.complete.is_(True))
        with self._read() as connection:
            return [
                Snapshot(
                    run_id=row.run_id, side=row.side, at=row.at, counts=from_text(row.counts),
                    fingerprint=row.fingerprint, trusted=row.trusted, complete=row.complete,
                )
                for row in connection.execute(query.order_by(table.c.at.desc(), table.c.run_id.desc()).limit(limit))
            ]  # fmt: skip

    def _run_id(self, connection: Connection, given: str) -> str:
        """The whole id of the one run that is meant."""
        column = schema.runs.c.id
        if connection.scalar(select(column).where(column == given)) is not None:
            return given
        query = select(column).where(
            or_(
                column.startswith(given, autoescape=True),
                column.startswith(f"r-{given}", autoescape=True),
                column.endswith(f"-{given}", autoescape=True),
            )
        )
        found = list(connection.scalars(query.order_by(column.desc()).limit(4))) if given else []
        if not found:
            raise RunNotFound("ledger-run-not-found", given=given[:60])
        if len(found) > 1:
            raise RunNotFound("ledger-run-ambiguous", given=given[:60], some=", ".join(found))
        return str(found[0])

    def _one_run(self, connection: Connection, run_id: str) -> Run:
        found = self._load_runs(connection, select(schema.runs).where(schema.runs.c.id == run_id))
        if not found:
            raise RunNotFound("ledger-run-not-found", given=run_id[:60])
        return found[0]

    def _load_runs(self, connection: Connection, query: Select[Any]) -> list[Run]:
        rows = connection.execute(query).all()
        stages = _stages(connection, [row.id for row in rows])
        return [_run(row, stages.get(row.id, ())) for row in rows]

    def _mark_crashed(self, connection: Connection, domain: str, run_id: str) -> None:
        runs = schema.runs
        update = runs.update().where(runs.c.id == run_id, runs.c.state == RunState.RUNNING.value)
        if connection.execute(update.values(state=RunState.CRASHED.value, finished_at=self._now())).rowcount:
            detail = {"state": RunState.CRASHED.value}
            self._note(connection, "run.finished", domain=domain, run_id=run_id, detail=detail)


def _narrowed(domain: str | None, mode: str | None, states: Collection[RunState] | None) -> Select[Any]:
    table = schema.runs
    query = select(table).order_by(table.c.started_at.desc(), table.c.id.desc())
    if domain is not None:
        query = query.where(table.c.domain == domain)
    if mode is not None:
        query = query.where(table.c.mode == mode)
    if states is not None:
        query = query.where(table.c.state.in_([state.value for state in states]))
    return query


def _stages(connection: Connection, run_ids: Iterable[str]) -> dict[str, tuple[Stage, ...]]:
    table = schema.stages
    query = select(table).where(table.c.run_id.in_(list(run_ids))).order_by(table.c.started_at, table.c.name)
    found: defaultdict[str, list[Stage]] = defaultdict(list)
    for row in connection.execute(query):
        found[row.run_id].append(Stage(row.name, row.done, row.total, row.started_at, row.updated_at))
    return {run_id: tuple(stages) for run_id, stages in found.items()}


def _run(row: Row[Any], stages: tuple[Stage, ...]) -> Run:
    finished: datetime | None = row.finished_at
    return Run(
        id=row.id, domain=row.domain, mode=row.mode, scope=tuple(from_text(row.scope)), state=RunState(row.state),
        plan_hash=row.plan_hash, author=row.author, flow_run_id=row.flow_run_id, settings=from_text(row.settings),
        started_at=row.started_at, finished_at=finished,
        receipt=None if row.receipt is None else from_text(row.receipt),
        error=None if row.error is None else Sentence.from_json(from_text(row.error)),
        stop_requested_by=row.stop_requested_by, stop_requested_at=row.stop_requested_at,
        scheduled=bool(row.scheduled), stages=stages,
        readiness=None if row.readiness is None else from_text(row.readiness),
    )  # fmt: skip
