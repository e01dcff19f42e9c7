"""Carry a manual action out: operation by operation in the order of its plan, Webitel first; then look at both sides again.

Where Webitel did its part and Creatio fails, the run ends as completed with failures and says so: what is left is finished by the
next import, or by taking the plan up again (`usersync resume`).
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from usersync.errors import UsersyncError
from usersync.ledger import LeaseLost, OperationState, Outcome
from usersync.planning import Action, Operation, Plan
from usersync.planning.action_plan import resolve, with_device
from usersync.planning.identity import is_new
from usersync.stages.action_links import remember_user
from usersync.stages.action_scene import Scene
from usersync.stages.carry_out import remember_links
from usersync.stages.context import RunContext
from usersync.stages.journal import Journal
from usersync.stages.passwords import Passwords, Show
from usersync.stages.rows import Rows
from usersync.stages.write_creatio import CreatioWriter, holds
from usersync.stages.write_users import ENTITIES, UserWriter
from usersync.stages.write_webitel import WebitelWriter
from usersync.words import Sentence


@dataclass
class Acted:
    """What became of an action.

    Attributes:
        plan: as it was carried out: with the id Webitel gave, with the device it made.
        error: what broke it off in the middle.
        notes: what is said besides.
        seen: both sides as they were read last, where they were.
    """

    plan: Plan
    error: Sentence | None = None
    notes: list[Sentence] = field(default_factory=list)
    seen: Scene | None = None


async def carry_out_action(
    context: RunContext, plan: Plan, *, begun_by: str | None = None, show: Show | None = None
) -> Acted:
    """Do what the plan says, as far as what it was planned from still stands; then remember the links.

    Args:
        context: of a run that writes.
        plan: taken from the ledger.
        begun_by: the run that broke off, where its plan is taken up again.
        show: shows a new user's password, once.

    Raises:
        LeaseLost: another run has taken over.
        UsersyncError: nothing was written; once something was, the error is told in `Acted.error` instead.
    """
    journal = context.journal
    if journal is None:
        raise RuntimeError("a preview does not write")
    passwords = Passwords(context.settings.actions.new_user_password, show)
    work = _Work(context, journal, Acted(plan), passwords, begun_by)
    try:
        await work.run()
    except LeaseLost:
        raise
    except UsersyncError as error:
        if not work.has_written:
            raise
        work.acted.error = error.sentence
    finally:
        if not journal.lost:
            work.pass_over_the_rest()
            remember_links(context, work.acted.plan, journal.states)
    context.remember()
    return work.acted


async def write_in_turn(context: RunContext, plan: Plan) -> None:
    """Carry operations out in the order of the plan: an undo in which a Webitel user goes before its record does.

    Raises:
        LeaseLost: another run has taken over.
        ServiceError: a fatal one; what was not sent is skipped.
    """
    if context.journal is None:
        raise RuntimeError("a preview does not write")
    work = _Work(context, context.journal, Acted(plan), Passwords("none", None), None)
    try:
        await work.run()
    finally:
        if not context.journal.lost:
            work.pass_over_the_rest()


class _Work:
    """An action while it is carried out."""

    def __init__(
        self, context: RunContext, journal: Journal, acted: Acted, passwords: Passwords, begun_by: str | None
    ) -> None:
        self.acted = acted
        self._stored = acted.plan
        self._context = context
        self._journal = journal
        self._passwords = passwords
        self._resumes = begun_by is not None
        self._rows = Rows(context.creatio, context.mapping)
        self._creatio = CreatioWriter(self._rows, journal)
        self._licenses = WebitelWriter(context.webitel, journal)
        earlier = _made_by(context, begun_by) if begun_by else {}
        self._users = UserWriter(context.webitel, journal, password=passwords.give, earlier=earlier)

    @property
    def has_written(self) -> bool:
        """Whether anything was carried out, or may have been."""
        kept = {OperationState.DONE, OperationState.UNKNOWN}
        return any(state in kept for state in self._journal.states.values())

    async def run(self) -> None:
        """Group by group, until Stop is pressed."""
        done = 0
        while done < len(self.acted.plan.operations) and not self._journal.stopped():
            group = next(_groups(self.acted.plan.operations[done:]))
            done += len(group)
            ready = self._journal.ready(group, {op.id: op for op in self.acted.plan.operations})
            if ready and ready[0].service == "webitel":
                await self._in_webitel(ready[0])
            elif ready:
                await self._in_creatio(ready)
            self._context.note("act", done, len(self.acted.plan.operations))

    async def _in_webitel(self, operation: Operation) -> None:
        if operation.entity not in ENTITIES:
            await self._licenses.write([operation])
            return
        await self._users.write(operation)
        user = self._users.users.get(operation.id)
        if self._journal.states.get(operation.id) is not OperationState.DONE:
            return
        if operation.entity == "webitel_user" and operation.action is Action.CREATE and user is not None:
            self.acted.plan = resolve(self.acted.plan, operation.key, user.id)
            remember_user(self._context, self._context.run.id, self._stored, operation.key, user.id)
            self._passwords.show()
            if self._passwords.unseen:
                self.acted.notes.append(Sentence("action-password-unseen"))

    async def _in_creatio(self, operations: Sequence[Operation]) -> None:
        if any(operation.entity == "record" for operation in operations):
            await self._name_device()
            operations = [op for op in self.acted.plan.operations if op.id in {each.id for each in operations}]
        operations = self._licenses.complete(operations)
        if self._resumes:
            operations = await self._not_there_yet(operations)
        if operations:
            fresh = await self._creatio.read_again(operations)
            await self._creatio.write(operations, fresh)

    async def _name_device(self) -> None:
        """The default device as Webitel shows it now, into the record."""
        made = next((op for op in self.acted.plan.operations if op.entity == "webitel_device"), None)
        if made is None or made.user_id is None or is_new(made.user_id):
            return
        user = await self._context.webitel.user(made.user_id, ("id", "device"))
        self.acted.plan = with_device(self.acted.plan, (user.device.name or None) if user.device else None)

    async def _not_there_yet(self, operations: Sequence[Operation]) -> list[Operation]:
        """Rows that the run which broke off, or an import since, has made are settled as done."""
        made = [op for op in operations if op.action is Action.CREATE]
        rows, _ = await self._rows.read([(op.entity, op.key) for op in made])
        there = [op for op in made if holds(op, rows.get((op.entity, op.key)))]
        if there:
            self._journal.intend(there, "resumed")
            self._journal.settle([Outcome(op.id, OperationState.DONE) for op in there])
        return [op for op in operations if op not in there]

    def pass_over_the_rest(self) -> None:
        """Whatever was not reached is said to be skipped; what was announced and not answered stays open for the next run."""
        announced = {entry.operation.id for entry in self._context.ledger.operations(self._context.run.id)}
        left = [op for op in self.acted.plan.operations if op.id not in self._journal.states]
        self._journal.settle([Outcome(op.id, OperationState.UNKNOWN) for op in left if op.id in announced])
        reason = Sentence("apply-stopped" if self._journal.stopped() else "action-not-reached")
        self._journal.pass_over(
            [(op, Outcome(op.id, OperationState.SKIPPED, reason)) for op in left if op.id not in announced]
        )


def _groups(operations: Sequence[Operation]) -> Iterator[list[Operation]]:
    """What is written together: one operation of Webitel, or neighbours of one rank in Creatio."""

    def place(pair: tuple[int, Operation]) -> tuple[object, ...]:
        position, operation = pair
        return (position,) if operation.service == "webitel" else operation.order[:2]

    for _, group in itertools.groupby(enumerate(operations), key=place):
        yield [operation for _, operation in group]


def _made_by(context: RunContext, run_id: str) -> dict[str, str]:
    """Operation → the user it made, of a run that broke off."""
    return {
        entry.operation.id: entry.operation.user_id
        for entry in context.ledger.operations(run_id, OperationState.DONE)
        if entry.operation.entity == "webitel_user" and entry.operation.user_id and not is_new(entry.operation.user_id)
    }
