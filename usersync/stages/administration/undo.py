"""Take one of these processes back: only what it did itself, and only where nobody has changed it since."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from usersync.creatio.administration import MANAGE_LICENSES, MANAGE_USERS
from usersync.creatio.query import Field, any_of_chunks, select
from usersync.creatio.values import moment_from
from usersync.ledger import OperationState, Outcome, Run
from usersync.planning import Action, Operation, Plan
from usersync.planning.administration import PLACEMENT, SYSTEM_USER, TELEPHONY, Chore
from usersync.planning.administration_undo import undo_outcome
from usersync.planning.undo import items_of, still_valid
from usersync.planning.undoing import Done, History, RowOutcome, Undoing
from usersync.stages.administration.carry_out import Progress, carry_out, settle_dead_runs
from usersync.stages.administration.credential import Administrator, administrator, bind
from usersync.stages.administration.desks import Desk, PlacementDesk, SystemUserDesk, TelephonyDesk
from usersync.stages.administration.people import ground_of
from usersync.stages.administration.section import section_client
from usersync.stages.context import RunContext
from usersync.stages.undo import outcomes_of, remember_outcomes, run_to_undo
from usersync.stages.undo_state import image_of
from usersync.words import Sentence

_ENTITIES = frozenset({SYSTEM_USER, TELEPHONY, PLACEMENT})
_A_MOMENT = timedelta(seconds=5)
"""Creatio may stamp a row it has just made once more while it saves it."""


@dataclass(frozen=True)
class Counter:
    """Where one kind of row is taken back: its desk, and the administrator where it needs one."""

    desk: Desk
    admin: Administrator | None


def is_chore(context: RunContext, run_id: str) -> bool:
    """Whether a run (or the undo of one) is one of these processes and not an import.

    Raises:
        RunNotFound: there is no such run, or more than one.
    """
    run = context.ledger.run(run_id)
    return Chore.of(run.mode) is not None or bool(_entities(context, run))


@asynccontextmanager
async def counter(context: RunContext, run_id: str) -> AsyncIterator[Counter]:
    """Log in as whoever may take the run back.

    Raises:
        UsageError, OperationMissing, LedgerBoundElsewhere, CreatioError: see `administrator`.
    """
    entities = _entities(context, context.ledger.run(run_id))
    if entities & {SYSTEM_USER, TELEPHONY}:
        operation = MANAGE_USERS if SYSTEM_USER in entities else MANAGE_LICENSES
        async with administrator(context, operation) as admin:
            desk: Desk = TelephonyDesk(admin, ())
            if SYSTEM_USER in entities:
                desk = SystemUserDesk(admin, context.mapping, context.settings.administration.role_id)
            yield Counter(desk, admin)
        return
    await bind(context)
    async with section_client(context) as creatio:
        yield Counter(PlacementDesk(creatio), None)


async def propose(context: RunContext, run_id: str, at: Counter) -> Plan:
    """Plan to take the run back, from what stands there now.

    Raises:
        UsageError: it is a run of another domain.
        CreatioError: what stands there cannot be read.
    """
    run = run_to_undo(context, run_id)
    entities = _entities(context, run)
    await settle_dead_runs(context, dict.fromkeys(entities, at.desk))
    entries = context.ledger.operations(run.id, OperationState.DONE)
    done = [entry for entry in entries if entry.operation.entity in _ENTITIES]
    standing = await at.desk.standing([entry.inverse for entry in done]) if done else {}
    busy = await _in_use(context, at, [entry.operation for entry in done])
    outcomes: list[RowOutcome] = []
    operations: list[Operation] = []
    for entry in done:
        row = standing.get(entry.operation.key)
        outcome, inverse = undo_outcome(
            run.id, entry.operation, row, erased=entry.erased, busy=busy.get(entry.operation.key)
        )
        outcomes.append(outcome)
        operations += [inverse] if inverse is not None else []
    ground = await ground_of(context)
    links = {user_id: image_of(link) for user_id, link in context.ledger.links(context.domain).items()}
    names = {item.user_id: item.username for item in context.ledger.decisions(run.id)}
    history = History(
        run.id, tuple(Done(entry.operation, entry.erased) for entry in done), links=links,
        usernames={**names, **{user_id: link.username for user_id, link in links.items() if link.username}},
    )  # fmt: skip
    ordered = tuple(sorted(outcomes, key=lambda outcome: outcome.place))
    plan = Plan(
        domain=ground.domain, dc=ground.dc, creatio=ground.creatio, scope=(), settings=ground.settings,
        operations=tuple(sorted(operations, key=lambda operation: operation.order)), items=items_of(ordered, history),
        undo=Undoing(run.id, ordered).to_json(),
    )  # fmt: skip
    context.plan = plan
    return plan


async def take_back(
    context: RunContext, plan: Plan, fresh: Plan, at: Counter, *, progress: Progress | None = None
) -> None:
    """Carry out what of the approved plan is still right.

    Raises:
        LeaseLost: another run took the domain over.
        CreatioError: a fatal one. What was done until then is remembered all the same.
    """
    journal = context.journal
    if journal is None:
        raise RuntimeError("a preview does not write")
    valid, stale = still_valid(plan, fresh)
    journal.pass_over([(op, Outcome(op.id, OperationState.STALE, Sentence("undo-changed-meanwhile"))) for op in stale])
    try:
        await carry_out(context, replace(plan, operations=valid), dict.fromkeys(_ENTITIES, at.desk), progress=progress)
    finally:
        if not journal.lost:
            remember_outcomes(context, plan, outcomes_of(context, plan))


async def look_again(context: RunContext, run_id: str, at: Counter) -> int:
    """How much undoing again would still change."""
    plan = context.plan
    again = await propose(context, run_id, at)
    context.plan = plan
    return len(again.operations)


def _entities(context: RunContext, run: Run) -> set[str]:
    return {entry.operation.entity for entry in context.ledger.operations(run.id)} & _ENTITIES


async def _in_use(context: RunContext, at: Counter, operations: Sequence[Operation]) -> Mapping[str, Sentence]:
    """Of system users that were made: why one is not to be removed, although its own values are as they were."""
    keys = sorted(op.key for op in operations if op.entity == SYSTEM_USER and op.action is Action.CREATE)
    if not keys or at.admin is None:
        return {}
    mapping, creatio = context.mapping, at.admin.creatio
    busy: dict[str, Sentence] = {}
    for part in any_of_chunks(Field("Id"), keys):
        query = select("Id", "CreatedOn", "ModifiedOn").where(part)
        for row in (await creatio.list(mapping.entity("system_user"), query)).rows:
            if _touched(row):
                busy[str(row["Id"]).lower()] = Sentence("undo-touched")
    if mapping.has("record", "user"):
        for part in any_of_chunks(mapping.lookup("record", "user"), keys):
            found = (await creatio.list(mapping.entity("record"), mapping.query("record", ("user",)).where(part))).rows
            for row in found:
                user = mapping.from_row("record", row).get("user")
                busy[str(user)] = Sentence("administration-record-refers")
    return busy


def _touched(row: Mapping[str, Any]) -> bool:
    """Somebody saved the user since it was made: a password was set, a name changed."""
    made, changed = _moment(row.get("CreatedOn")), _moment(row.get("ModifiedOn"))
    return made is not None and changed is not None and changed - made > _A_MOMENT


def _moment(value: Any) -> datetime | None:
    try:
        return moment_from(str(value)) if value else None
    except ValueError:
        return None
