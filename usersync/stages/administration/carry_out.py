"""Carry one of these plans out: read just before, announced in the journal, one call for each row, read back after.

There is no batch here: the services take one user a call. The first is done alone, and looked at with the importer's eyes
as well; then a few at a time. What was announced and not settled by a process that died is settled first.
"""

from __future__ import annotations

import uuid
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence

from usersync.creatio.errors import CreatioError
from usersync.errors import Fatal
from usersync.ledger import LeaseLost, OperationState, Outcome
from usersync.planning import Action, Operation, Plan
from usersync.planning.administration import SYSTEM_USER
from usersync.stages.administration.desks import Desk, Row, holds, seen_by_importer
from usersync.stages.context import RunContext
from usersync.stages.journal import Journal
from usersync.stages.section_after import show_administered
from usersync.words import Sentence

_AT_A_TIME = 25
"""Rows that are read again together; between any two writes Stop is heard."""

Progress = Callable[[int, int], Awaitable[None]]


class NotTheSameCreatio(Fatal):
    """What one credential wrote the other does not see."""


async def settle_dead_runs(context: RunContext, desks: Mapping[str, Desk]) -> int:
    """Settle what runs that died had announced, by what stands there now.

    Returns:
        How many operations were settled.

    Raises:
        CreatioError: it cannot be read.
    """
    journal = context.journal
    if journal is None:
        return 0
    entries = [entry for entry in context.ledger.unsettled(context.domain) if entry.operation.entity in desks]
    for entity, desk in desks.items():
        mine = [entry for entry in entries if entry.operation.entity == entity]
        standing = await desk.standing([entry.operation for entry in mine]) if mine else {}
        for entry in mine:
            done = holds(entry.operation, standing.get(entry.operation.key))
            state, said = (
                (OperationState.DONE, "recover-carried-out") if done else (OperationState.SKIPPED, "recover-not-carried-out")
            )  # fmt: skip
            outcome = Outcome(entry.operation.id, state, Sentence(said))
            context.ledger.settle(journal.lease, entry.run_id, [outcome])
    return len(entries)


async def carry_out(
    context: RunContext, plan: Plan, desks: Mapping[str, Desk], *, progress: Progress | None = None
) -> None:
    """Carry out every operation of the plan that is still right; none is added.

    Args:
        context: of a run that writes.
        plan: the approved one.
        desks: by logical entity.
        progress: told how far it is.

    Raises:
        NotTheSameCreatio: the first user that was made is not seen by the importer: nothing more is written.
        LeaseLost: another run took the domain over.
        CreatioError: a fatal one, such as a missing right; what was not sent stays unsent.
    """
    journal = context.journal
    if journal is None:
        raise RuntimeError("a preview does not write")
    untried = [operation for operation in plan.operations if operation.id not in journal.states]
    try:
        for part in _parts(untried):
            if journal.stopped():
                break
            await _write(journal, part, desks[part[0].entity])
            await _look_with_the_importer(context, journal, part)
            if progress is not None:
                await progress(len(journal.states), len(plan.operations))
        if journal.lost:
            raise LeaseLost(domain=journal.lease.domain, run_id=journal.run_id)
    finally:
        left = [operation for operation in plan.operations if operation.id not in journal.states]
        if left and not journal.lost:
            journal.pass_over([(op, Outcome(op.id, OperationState.SKIPPED, Sentence("apply-stopped"))) for op in left])
        await show_administered(context, plan)


def _parts(operations: Sequence[Operation]) -> Iterator[Sequence[Operation]]:
    """The first alone, then a few at a time, each part of one entity."""
    start = 0
    while start < len(operations):
        most = 1 if start == 0 else _AT_A_TIME
        end = start + 1
        while end < min(start + most, len(operations)) and operations[end].entity == operations[start].entity:
            end += 1
        yield operations[start:end]
        start = end


async def _write(journal: Journal, operations: Sequence[Operation], desk: Desk) -> None:
    """One part: compared, announced, sent one by one, read back, settled."""
    standing = await desk.standing(operations)
    outcomes: list[Outcome] = []
    sendable: list[Operation] = []
    for operation in operations:
        row = standing.get(operation.key)
        if holds(operation, row) and (desk.ids_are_ours or operation.action is Action.DELETE):
            outcomes.append(Outcome(operation.id, OperationState.DONE))
        elif holds(operation, row):
            outcomes.append(Outcome(operation.id, OperationState.STALE, Sentence("administration-meanwhile")))
        elif (objection := await desk.objection(operation, row)) is not None:
            outcomes.append(Outcome(operation.id, OperationState.STALE, objection))
        else:
            sendable.append(operation)
    request_id = uuid.uuid4().hex
    journal.intend(operations, request_id)
    journal.settle(outcomes)
    errors: dict[str, CreatioError | None] = {}
    fatal: CreatioError | None = None
    for operation in sendable:
        if fatal is not None or journal.stopped():
            break
        try:
            await desk.write(operation)
            errors[operation.id] = None
        except CreatioError as error:
            errors[operation.id] = error
            fatal = error if isinstance(error, Fatal) else None
    await _settle(journal, desk, sendable, errors, request_id)
    if fatal is not None:
        raise fatal


async def _settle(
    journal: Journal,
    desk: Desk,
    operations: Sequence[Operation],
    errors: Mapping[str, CreatioError | None],
    request_id: str,
) -> None:
    """What stands there now decides, whatever the answers were."""
    sent = [operation for operation in operations if operation.id in errors]
    standing = await desk.standing(sent) if sent else {}
    journal.settle([_outcome(operation, errors, standing, request_id) for operation in operations])


def _outcome(
    operation: Operation, errors: Mapping[str, CreatioError | None], standing: Mapping[str, Row], request_id: str
) -> Outcome:
    if operation.id not in errors:
        return Outcome(operation.id, OperationState.SKIPPED, Sentence("apply-stopped"))
    if holds(operation, standing.get(operation.key)):
        return Outcome(operation.id, OperationState.DONE, request_id=request_id)
    error = errors[operation.id]
    detail = error.sentence if error is not None else Sentence("administration-not-there")
    return Outcome(operation.id, OperationState.FAILED, detail, request_id)


async def _look_with_the_importer(context: RunContext, journal: Journal, operations: Sequence[Operation]) -> None:
    """The first user that was made must be in the Creatio the importer works with.

    Raises:
        NotTheSameCreatio: it is not.
    """
    made = [
        operation for operation in operations
        if operation.entity == SYSTEM_USER and operation.action is Action.CREATE
        and journal.states.get(operation.id) is OperationState.DONE
    ]  # fmt: skip
    if len(made) == 1 and not await seen_by_importer(context.creatio, context.mapping, made[0].key):
        raise NotTheSameCreatio("administration-not-seen")
