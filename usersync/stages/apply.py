"""Carry a plan out: compare-and-set, journalled before sending, one bad record fails alone.

In the plan's order of ranks: account → contact → communication → record → licences → details. Within a rank the rows are
written in batches of 100, several at a time; each batch was read again at most 5 seconds before it is written.
"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass

from usersync.ledger import LeaseLost, OperationState, Outcome
from usersync.planning import Action, Operation, Plan
from usersync.stages.journal import Journal
from usersync.stages.probe import GuardStopped, Probe
from usersync.stages.write_creatio import CreatioWriter
from usersync.stages.write_webitel import WebitelWriter
from usersync.words import Sentence

CHUNK = 100
WINDOW = 12
"""Chunks that are read again together, in one batch of reads, and then written at once."""
_TRIES = 10
"""Records that are tried one by one until one of them is written and can be probed."""


@dataclass
class Appliers:
    """Those who write, and the probe that watches the first write."""

    creatio: CreatioWriter
    webitel: WebitelWriter
    probe: Probe
    concurrency: int = 6


async def apply_plan(
    plan: Plan, journal: Journal, writers: Appliers, *, progress: Callable[[int, int], Awaitable[None]] | None = None
) -> Mapping[str, Outcome]:
    """Carry out every operation of the plan whose *before* still holds; none is added.

    Returns:
        Operation id → what became of it; everything in the plan is there.

    Raises:
        GuardStopped: something else moved after the first record was written, or none of the first few could be written.
        LeaseLost: another run took the domain over.
        ServiceError: a fatal one, such as a password that stopped working; what was not sent stays unsent.
    """
    work = _Work(plan, journal, writers, progress)
    await work.probe_first_record()
    rest = [operation for operation in plan.operations if operation.id not in journal.states]
    for _, group in itertools.groupby(rest, key=lambda operation: operation.order[:2]):
        operations = list(group)
        if _deletes_records(operations):
            # What happens when a record is deleted need not be what happens when one is saved.
            await work.probe(operations[:1])
            operations = operations[1:]
        await work.write(operations)
    if journal.lost:
        raise LeaseLost(domain=journal.lease.domain, run_id=journal.run_id)
    _settle_unsent(plan.operations, journal)
    return journal.outcomes


@dataclass
class _Work:
    """A plan while it is carried out."""

    plan: Plan
    journal: Journal
    writers: Appliers
    progress: Callable[[int, int], Awaitable[None]] | None

    def __post_init__(self) -> None:
        self._by_id = {operation.id: operation for operation in self.plan.operations}

    async def probe_first_record(self) -> None:
        """Probe with the first record that can be written; one that is stale or bad proves nothing about add-ons.

        Raises:
            GuardStopped: none of the first few could be written, so the others would fare no better.
        """
        records = [
            op
            for op in self.plan.operations
            if op.entity == "record" and op.action is not Action.DELETE and op.id not in self.journal.states
        ]
        for record in records[:_TRIES]:
            await self.probe(_with_needs(record, self._by_id, self.journal))
            if self.journal.stopped() or self.journal.states.get(record.id) is OperationState.DONE:
                return
        tried = [self.journal.states.get(record.id) for record in records[:_TRIES]]
        if len(records) > _TRIES and OperationState.FAILED in tried:
            raise GuardStopped("guard-first-records-failed", count=_TRIES)

    async def probe(self, operations: Sequence[Operation]) -> None:
        """Write these one by one, with a look at both sides before and after."""
        if not operations or self.journal.stopped():
            return
        await self.writers.probe.look(operations)
        for operation in operations:
            await _write_group([operation], self._by_id, self.journal, self.writers)
        await self.writers.probe.check(operations, self.journal)
        await self._tell()

    async def write(self, operations: Sequence[Operation]) -> None:
        """Write operations of one rank and step, window by window, until Stop is pressed."""
        for window in _chunks(operations, CHUNK * WINDOW):
            if self.journal.stopped():
                return
            await _write_group(window, self._by_id, self.journal, self.writers)
            await self._tell()

    async def _tell(self) -> None:
        if self.progress is not None:
            await self.progress(len(self.journal.states), len(self._by_id))


async def _write_group(
    operations: Sequence[Operation], by_id: Mapping[str, Operation], journal: Journal, writers: Appliers
) -> None:
    """One window of operations of one rank and step."""
    sendable = journal.ready(operations, by_id)
    licenses = [operation for operation in sendable if operation.service == "webitel"]
    rows = [operation for operation in sendable if operation.service == "creatio"]
    if licenses:
        for chunk in _chunks(licenses, CHUNK):
            if journal.stopped():
                return
            await writers.webitel.write(chunk)
    if rows:
        rows = writers.webitel.complete(rows)
        fresh = await writers.creatio.read_again(rows)
        limit = asyncio.Semaphore(writers.concurrency)

        async def send(chunk: Sequence[Operation]) -> None:
            async with limit:
                if not journal.stopped():
                    await writers.creatio.write(chunk, fresh)

        # The other batches finish what they began before a failure is told.
        ended = await asyncio.gather(*(send(chunk) for chunk in _chunks(rows, CHUNK)), return_exceptions=True)
        for error in ended:
            if isinstance(error, BaseException):
                raise error


def _with_needs(record: Operation, by_id: Mapping[str, Operation], journal: Journal) -> list[Operation]:
    """The change of a record after whatever it needs and was not tried yet, in order."""
    wanted: dict[str, Operation] = {}
    queue = [record]
    while queue:
        operation = queue.pop()
        wanted[operation.id] = operation
        queue += [by_id[need] for need in operation.needs if need in by_id and need not in wanted]
    untried = [operation for operation in wanted.values() if operation.id not in journal.states]
    return sorted(untried, key=lambda operation: operation.order)


def _deletes_records(operations: Sequence[Operation]) -> bool:
    return operations[0].entity == "record" and operations[0].action is Action.DELETE


def _settle_unsent(operations: Sequence[Operation], journal: Journal) -> None:
    """Whatever was never sent (Stop was pressed) is said to be skipped."""
    unsent = [operation for operation in operations if operation.id not in journal.states]
    if unsent:
        journal.pass_over([(op, Outcome(op.id, OperationState.SKIPPED, Sentence("apply-stopped"))) for op in unsent])


def _chunks(operations: Sequence[Operation], size: int) -> list[Sequence[Operation]]:
    return [operations[start : start + size] for start in range(0, len(operations), size)]
