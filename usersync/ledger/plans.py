"""Stored plans: proposed by a run, approved by a human by their hash, applied once."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, Select, select

from usersync.ledger import schema
from usersync.ledger.codec import from_text, squeeze, to_text, unsqueeze
from usersync.ledger.errors import FourEyesNeeded, LedgerDamaged, PlanNotFound, PlanNotUsable
from usersync.ledger.leases import LeaseBook
from usersync.ledger.store import slices
from usersync.ledger.values import BROKEN_OFF, Lease, PlanHead, PlanState, StoredPlan, same_creatio
from usersync.planning.processes import Process
from usersync.planning.values import Plan
from usersync.words import Sentence

_table = schema.plans
_BY_USER = frozenset(process.value for process in Process)
"""Processes whose plans are about one user each: several may wait at a time."""
_OPEN_COLUMNS: Select[Any] = select(*(column for column in _table.c if column.name != "valid_for"))
_HEAD: Select[Any] = select(*(column for column in _table.c if column.name != "body"))


class PlanBook(LeaseBook):
    """The part of the ledger that keeps plans."""

    def save_plan(
        self,
        run_id: str,
        plan: Plan,
        *,
        needs_approval: Sequence[Sentence | Mapping[str, Any]],
        expires_in: timedelta,
        meters: Sequence[Mapping[str, Any]] = (),
    ) -> str:
        """Store what a run proposes. It supersedes the plans of its kind that still wait in the domain.

        The same plan proposed again is the same plan: it waits anew, with a new term, unless it stands approved.

        Args:
            run_id: the run that proposes it.
            plan: all of it.
            needs_approval: why a human is asked; empty = nobody need be, and the plan may be applied as it waits.
            expires_in: how long it waits, and how long an approval holds.
            meters: how far it goes, limit by limit (`usersync.planning.guard.Meter` as JSON), for who reads it.

        Returns:
            The plan's hash.

        Raises:
            RunNotFound: there is no such run.
        """
        row = _content(plan, needs_approval, meters)
        with self._write() as connection:
            run = self._one_run(connection, run_id)
            self._serialise(connection, f"plans of {plan.domain}")
            now = self._now()
            row |= {
                "run_id": run_id, "author": run.author, "created_at": now, "expires_at": now + expires_in,
                "valid_for": int(expires_in.total_seconds()), "derived_from": None,
            }  # fmt: skip
            superseded = self._let_wait(connection, plan, row)
            detail = {"operations": len(plan.operations), "reasons": len(needs_approval), "superseded": superseded}
            self._note(
                connection, "plan.saved", domain=plan.domain, run_id=run_id, subject=plan.hash, detail=detail
            )  # fmt: skip
        return plan.hash

    def derive_plan(
        self,
        plan_hash: str,
        part: Plan,
        *,
        author: str,
        needs_approval: Sequence[Sentence | Mapping[str, Any]],
        meters: Sequence[Mapping[str, Any]] = (),
    ) -> PlanHead:
        """Store a part of a stored plan in its place: some rows were left out. The plan it was made of is superseded.

        The part has the run, its author (whom four eyes are about), the age and the end of the other: leaving rows out makes
        nothing younger. An approval of the other is none of the part; it waits under a hash of its own.

        Args:
            plan_hash: the plan it was made of, or a beginning of its hash; it waits or stands approved.
            part: see `usersync.planning.exclusion`.
            author: who left the rows out; the caller has made sure of it.
            needs_approval: why a human is asked; empty = nobody need be.
            meters: how far it goes, limit by limit.

        Raises:
            PlanNotFound: no plan, or more than one.
            PlanNotUsable: it neither waits nor stands approved, or values in it were erased.
        """
        row = _content(part, needs_approval, meters)
        with self._write() as connection:
            self._serialise(connection, f"plans of {part.domain}")
            whole = self._locked(connection, plan_hash)
            _require(whole, self._now(), {PlanState.WAITING, PlanState.APPROVED})
            row |= {
                "run_id": whole.run_id, "author": whole.author, "created_at": whole.created_at,
                "expires_at": whole.expires_at, "valid_for": whole.valid_for, "derived_from": whole.hash,
            }  # fmt: skip
            superseded = _table.update().where(_table.c.hash == whole.hash).values(state=PlanState.SUPERSEDED.value)
            connection.execute(superseded)
            self._let_wait(connection, part, row)
            detail = {"of": whole.hash, "operations": len(part.operations), "of_operations": _operations(whole)}
            self._note(
                connection, "plan.rows_left_out", actor=author, domain=part.domain, run_id=whole.run_id,
                subject=part.hash, detail=detail,
            )  # fmt: skip
            after = connection.execute(_HEAD.where(_table.c.hash == part.hash)).one()
            return PlanHead(**_head(after, self._now()))

    def plan(self, plan_hash: str) -> StoredPlan:
        """A stored plan with its content, by its hash or a beginning of it.

        Raises:
            PlanNotFound: no plan, or more than one.
            LedgerDamaged: its content is not what its hash says.
        """
        with self._read() as connection:
            return self._open(connection, self._plan_hash(connection, plan_hash))

    def plan_head(self, plan_hash: str) -> PlanHead:
        """What is known of one plan, by its hash or a beginning of it; its content stays closed.

        Raises:
            PlanNotFound: no plan, or more than one.
        """
        with self._read() as connection:
            row = connection.execute(_HEAD.where(_table.c.hash == self._plan_hash(connection, plan_hash))).one()
            return PlanHead(**_head(row, self._now()))

    def plans(
        self,
        domain: str | None = None,
        *,
        states: Collection[PlanState] | None = None,
        limit: int = 50,
        offset: int = 0,
    ) -> list[PlanHead]:
        """What is known of the stored plans, the newest first; their content stays closed."""
        query = (
            _HEAD.order_by(_table.c.created_at.desc(), _table.c.derived_from.is_(None), _table.c.hash)
            .limit(limit)
            .offset(offset)
        )
        if domain is not None:
            query = query.where(_table.c.domain == domain)
        now = self._now()
        with self._read() as connection:
            if states is not None:
                query = query.where(_in_states(states, now))
            return [PlanHead(**_head(row, now)) for row in connection.execute(query)]

    def approve(self, plan_hash: str, *, author: str, comment: str | None = None, four_eyes: bool = False) -> PlanHead:
        """Approve a waiting plan. The approval holds as long as the plan could wait.

        Args:
            plan_hash: its hash or a beginning of it.
            author: who approves; the caller has made sure of it.
            comment: in the author's words.
            four_eyes: whether it must be somebody else than who asked for the plan.

        Raises:
            PlanNotFound: no plan, or more than one.
            PlanNotUsable: it does not wait any more, or values in it were erased.
            FourEyesNeeded: the author asked for the plan.
        """
        with self._write() as connection:
            row = self._locked(connection, plan_hash)
            now = self._now()
            _require(row, now, {PlanState.WAITING})
            if four_eyes and _people(connection, author) & _who_asked(connection, row):
                raise FourEyesNeeded("ledger-four-eyes", plan=row.hash[:12], author=author)
            values = {"expires_at": now + timedelta(seconds=row.valid_for)}
            return self._decide(connection, row, PlanState.APPROVED, author, comment, values)

    def reject(self, plan_hash: str, *, author: str, comment: str | None = None) -> PlanHead:
        """Reject a waiting plan, or take an approval back that was not used.

        Raises:
            PlanNotFound: no plan, or more than one.
            PlanNotUsable: it neither waits nor stands approved.
        """
        with self._write() as connection:
            row = self._locked(connection, plan_hash)
            _require(row, self._now(), {PlanState.WAITING, PlanState.APPROVED}, even_erased=True)
            return self._decide(connection, row, PlanState.REJECTED, author, comment, {})

    def take_plan(self, plan_hash: str, lease: Lease, run_id: str) -> StoredPlan:
        """Take a plan to apply it: approved, or waiting where nobody need be asked. It can be taken once.

        Raises:
            PlanNotFound: no plan, or more than one.
            PlanNotUsable: not approved, expired, rejected, superseded, used, erased, of another domain or system.
            LeaseLost: the lease was taken over or has run out.
        """
        with self._write() as connection:
            self._hold(connection, lease, live=True)
            row = self._locked(connection, plan_hash)
            now = self._now()
            if row.domain != lease.domain:
                raise PlanNotUsable(
                    "ledger-plan-of-another-domain", plan=row.hash[:12], domain=row.domain, wanted=lease.domain
                )
            allowed = {PlanState.APPROVED} if from_text(row.needs_approval) else {PlanState.APPROVED, PlanState.WAITING}
            _require(row, now, allowed)
            connection.execute(
                _table.update()
                .where(_table.c.hash == row.hash)
                .values(state=PlanState.USED.value, used_by=run_id, used_at=now)
            )
            runs = schema.runs
            connection.execute(runs.update().where(runs.c.id == run_id).values(plan_hash=row.hash))
            stored = self._open(connection, row.hash)
            self._require_same_systems(connection, stored)
            self._note(connection, "plan.taken", domain=row.domain, run_id=run_id, subject=row.hash)
            return stored

    def _let_wait(self, connection: Connection, plan: Plan, row: Mapping[str, Any]) -> int:
        """Let a plan wait under its hash, unless it stands approved; how many that waited before are superseded by it."""
        if not self._stands_approved(connection, plan.hash, self._now()):
            insert = self._insert(_table).values(hash=plan.hash, **row)
            connection.execute(insert.on_conflict_do_update(index_elements=["hash"], set_=dict(row)))
        superseded = self._supersede(connection, plan)
        runs = schema.runs
        connection.execute(runs.update().where(runs.c.id == row["run_id"]).values(plan_hash=plan.hash))
        return superseded

    def retake_plan(self, plan_hash: str, lease: Lease, run_id: str) -> StoredPlan:
        """Take a plan once more whose run broke off in the middle; whoever calls knows that carrying it on is safe.

        Raises:
            PlanNotFound: no plan, or more than one.
            PlanNotUsable: nobody has begun it, its run is at work or came to its end, or values in it were erased.
            LeaseLost: the lease was taken over or has run out.
        """
        with self._write() as connection:
            self._hold(connection, lease, live=True)
            row = self._locked(connection, plan_hash)
            _require(row, self._now(), {PlanState.USED})
            begun = self._one_run(connection, str(row.used_by))
            if row.domain != lease.domain or begun.state not in BROKEN_OFF:
                raise PlanNotUsable("ledger-plan-is-used", plan=row.hash[:12], by="", run=begun.id)
            values = {"used_by": run_id, "used_at": self._now()}
            connection.execute(_table.update().where(_table.c.hash == row.hash).values(**values))
            runs = schema.runs
            connection.execute(runs.update().where(runs.c.id == run_id).values(plan_hash=row.hash))
            stored = self._open(connection, row.hash)
            self._require_same_systems(connection, stored)
            detail = {"after": begun.id}
            self._note(
                connection, "plan.resumed", domain=row.domain, run_id=run_id, subject=row.hash, detail=detail
            )  # fmt: skip
            return stored

    def _supersede(self, connection: Connection, plan: Plan) -> int:
        """Let go of what waits of the plan's kind: an import is no answer to an action that waits for its approval."""
        waiting = connection.execute(
            select(_table.c.hash, _table.c.summary).where(
                _table.c.domain == plan.domain, _table.c.state == PlanState.WAITING.value, _table.c.hash != plan.hash
            )
        )
        same = [row.hash for row in waiting if _replaces(plan, from_text(row.summary))]
        for some in slices(same):
            connection.execute(_table.update().where(_table.c.hash.in_(some)).values(state=PlanState.SUPERSEDED.value))
        return len(same)

    def _decide(
        self,
        connection: Connection,
        row: Row[Any],
        state: PlanState,
        author: str,
        comment: str | None,
        more: Mapping[str, Any],
    ) -> PlanHead:
        now = self._now()
        connection.execute(
            _table.update()
            .where(_table.c.hash == row.hash)
            .values(state=state.value, decided_by=author, decided_at=now, comment=comment, **more)
        )
        action = "plan.approved" if state is PlanState.APPROVED else "plan.rejected"
        self._note(connection, action, actor=author, domain=row.domain, run_id=row.run_id, subject=row.hash)
        after = connection.execute(_HEAD.where(_table.c.hash == row.hash)).one()
        return PlanHead(**_head(after, now))

    def _stands_approved(self, connection: Connection, plan_hash: str, now: datetime) -> bool:
        row = connection.execute(_HEAD.where(_table.c.hash == plan_hash)).one_or_none()
        return row is not None and _state(row, now) is PlanState.APPROVED and not row.erased

    def _plan_hash(self, connection: Connection, given: str) -> str:
        query = select(_table.c.hash).where(_table.c.hash.startswith(given.casefold(), autoescape=True)).limit(2)
        found = list(connection.scalars(query)) if given else []
        if not found:
            raise PlanNotFound("ledger-plan-not-found", given=given[:64])
        if len(found) > 1:
            raise PlanNotFound("ledger-plan-ambiguous", given=given[:64])
        return str(found[0])

    def _locked(self, connection: Connection, given: str) -> Row[Any]:
        """The plan's row, that nobody else can change until the transaction ends."""
        plan_hash = self._plan_hash(connection, given)
        return connection.execute(_HEAD.where(_table.c.hash == plan_hash).with_for_update()).one()

    def _open(self, connection: Connection, plan_hash: str) -> StoredPlan:
        row = connection.execute(_OPEN_COLUMNS.where(_table.c.hash == plan_hash)).one()
        text = unsqueeze(row.body)
        if not row.erased and hashlib.sha256(text.encode()).hexdigest() != plan_hash:
            raise LedgerDamaged("ledger-plan-damaged", plan=plan_hash[:12])
        return StoredPlan(**_head(row, self._now()), plan=Plan.from_json(from_text(text)))

    def _require_same_systems(self, connection: Connection, stored: StoredPlan) -> None:
        bindings = schema.bindings
        bound = connection.execute(select(bindings).where(bindings.c.domain == stored.domain)).one_or_none()
        if bound is None:
            return
        if bound.dc != stored.plan.dc or not same_creatio(bound.creatio, stored.plan.creatio):
            raise PlanNotUsable("ledger-plan-of-another-system", plan=stored.hash[:12])


def _content(
    plan: Plan, needs_approval: Sequence[Sentence | Mapping[str, Any]], meters: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    """The columns of a plan that waits, as far as the plan itself says them."""
    reasons = [item.to_json() if isinstance(item, Sentence) else dict(item) for item in needs_approval]
    return {
        "domain": plan.domain, "needs_approval": to_text(reasons), "state": PlanState.WAITING.value,
        "summary": to_text(_summary(plan)), "body": squeeze(plan.canonical), "erased": False,
        "meters": to_text([dict(meter) for meter in meters]),
        "decided_by": None, "decided_at": None, "comment": None, "used_by": None, "used_at": None,
    }  # fmt: skip


def _operations(row: Row[Any]) -> int:
    return int(from_text(row.summary)["operations"])


def _require(row: Row[Any], now: datetime, allowed: Collection[PlanState], *, even_erased: bool = False) -> None:
    if row.erased and not even_erased:
        raise PlanNotUsable("ledger-plan-erased", plan=row.hash[:12])
    state = _state(row, now)
    if state not in allowed:
        raise PlanNotUsable(
            f"ledger-plan-is-{state.value}",
            plan=row.hash[:12], by=row.decided_by or "", run=row.used_by or "",
        )  # fmt: skip


def _state(row: Row[Any], now: datetime) -> PlanState:
    """The state as of now: nobody need come by for a plan to expire."""
    state = PlanState(row.state)
    lapsing = state in {PlanState.WAITING, PlanState.APPROVED}
    return PlanState.EXPIRED if lapsing and row.expires_at <= now else state


def _in_states(states: Collection[PlanState], now: datetime) -> Any:
    lapsing = _table.c.state.in_([PlanState.WAITING.value, PlanState.APPROVED.value])
    condition = _table.c.state.in_([state.value for state in states]) & ~(lapsing & (_table.c.expires_at <= now))
    if PlanState.EXPIRED in states:
        condition |= lapsing & (_table.c.expires_at <= now)
    return condition


def _head(row: Row[Any], now: datetime) -> dict[str, Any]:
    summary = from_text(row.summary)
    return {
        "hash": row.hash, "domain": row.domain, "run_id": row.run_id, "author": row.author, "state": _state(row, now),
        "needs_approval": tuple(from_text(row.needs_approval)), "operations": summary["operations"],
        "users": summary["users"], "actions": summary["actions"], "scope": tuple(summary["scope"]),
        "created_at": row.created_at, "expires_at": row.expires_at, "decided_by": row.decided_by,
        "decided_at": row.decided_at, "comment": row.comment, "used_by": row.used_by, "used_at": row.used_at,
        "erased": row.erased, "meters": tuple(from_text(row.meters)), "derived_from": row.derived_from,
    }  # fmt: skip


def _summary(plan: Plan) -> dict[str, Any]:
    actions = Counter(f"{operation.entity}.{operation.action.value}" for operation in plan.operations)
    return {
        "operations": len(plan.operations), "users": len(plan.items), "actions": dict(sorted(actions.items())),
        "scope": list(plan.scope), "kind": plan.kind,
    }  # fmt: skip


def _replaces(plan: Plan, waiting: Mapping[str, Any]) -> bool:
    """Whether the plan makes one that waits obsolete; a manual action only one of the same kind for the same user."""
    if waiting.get("kind", "import") in {"import", "undo"}:
        return not plan.process
    return bool(
        waiting["kind"] == plan.process and (plan.process not in _BY_USER or waiting["scope"] == list(plan.scope))
    )


def _who_asked(connection: Connection, plan: Row[Any]) -> set[str]:
    """Who started a run that proposed the plan; asking again, or somebody else asking too, makes nobody another."""
    runs = schema.runs
    authors = {plan.author, *connection.scalars(select(runs.c.author).where(runs.c.plan_hash == plan.hash))}
    return set().union(*(_people(connection, author) for author in authors))


def _people(connection: Connection, author: str) -> set[str]:
    """Whom an author may stand for: `os:olena` at a shell is `portal:olena` in a browser, and a token is who made it."""
    kind, _, name = author.rpartition(":")
    people = {name.strip().casefold()}
    if kind == "token":
        tokens = schema.portal_tokens
        makers = connection.scalars(select(tokens.c.created_by).where(tokens.c.name == name))
        people |= {maker.rpartition(":")[2].strip().casefold() for maker in makers}
    return people
