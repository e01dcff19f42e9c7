"""One run's right to write: the lease, the write-ahead journal, the stop flag, and what has become of each operation."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta

from usersync.errors import Retriable
from usersync.ledger import Lease, LeaseLost, Ledger, OperationState, Outcome
from usersync.planning import Operation
from usersync.words import Sentence

_ASK_AGAIN = 0.25
"""Seconds for which an answer to "has somebody pressed Stop?" holds: far below the 2 s that are promised."""
_PASSED_ON = {OperationState.STALE, OperationState.REFUSED}
"""What becomes of an operation becomes of those that need it too; after any other failure they are skipped."""


@dataclass
class Journal:
    """What the writers of a run share.

    Attributes:
        states: operation id → what has become of it.
        lost: set when the lease was taken over; nothing may be written any more.
    """

    ledger: Ledger
    lease: Lease
    run_id: str
    term: float = 60.0
    renewal: float = 15.0
    states: dict[str, OperationState] = field(default_factory=dict)
    outcomes: dict[str, Outcome] = field(default_factory=dict)
    lost: bool = False
    _stopped: bool = False
    _asked_at: float = field(default=-_ASK_AGAIN, init=False)

    def stopped(self) -> bool:
        """Whether somebody pressed Stop, or the lease is lost. Asked before each write."""
        now = time.monotonic()
        if not self._stopped and now - self._asked_at >= _ASK_AGAIN:
            self._stopped, self._asked_at = self.ledger.stop_requested(self.run_id), now
        return self._stopped or self.lost

    def intend(self, operations: Sequence[Operation], request_id: str) -> None:
        """Write down what is about to be sent.

        Raises:
            LeaseLost: another run holds the domain; nothing may be sent.
        """
        try:
            self.ledger.intend(self.lease, self.run_id, operations, request_id)
        except LeaseLost:
            self.lost = True
            raise

    def settle(self, outcomes: Sequence[Outcome]) -> None:
        """Write down what became of it."""
        if not outcomes:
            return
        self.ledger.settle(self.lease, self.run_id, outcomes)
        self._know(outcomes)

    def _know(self, outcomes: Iterable[Outcome]) -> None:
        for outcome in outcomes:
            self.states[outcome.operation_id] = outcome.state
            self.outcomes[outcome.operation_id] = outcome

    def ready(self, operations: Iterable[Operation], by_id: Mapping[str, Operation]) -> list[Operation]:
        """Those whose needs are met; the others are settled here: skipped, or stale or refused as what they need."""
        sendable: list[Operation] = []
        hopeless: list[tuple[Operation, Outcome]] = []
        for operation in operations:
            state = self._blocked_by(operation, by_id)
            if state is None:
                sendable.append(operation)
            else:
                hopeless.append((operation, Outcome(operation.id, state, Sentence("apply-needs-another"))))
        self.pass_over(hopeless)
        return sendable

    def pass_over(self, passed: Sequence[tuple[Operation, Outcome]]) -> None:
        """Write down what was not even tried, and why."""
        self.ledger.pass_over(self.lease, self.run_id, passed)
        self._know(outcome for _, outcome in passed)

    def _blocked_by(self, operation: Operation, by_id: Mapping[str, Operation]) -> OperationState | None:
        for need in operation.needs:
            state = self.states.get(need)
            if need not in by_id or state is OperationState.DONE:
                continue
            return state if state is not None and state in _PASSED_ON else OperationState.SKIPPED
        return None

    @asynccontextmanager
    async def kept_alive(self) -> AsyncIterator[None]:
        """Renew the lease in the background for as long as this lasts."""
        renewing = asyncio.create_task(self._renew())
        try:
            yield
        finally:
            renewing.cancel()
            with suppress(asyncio.CancelledError):
                await renewing

    async def _renew(self) -> None:
        while not self.lost:
            await asyncio.sleep(self.renewal)
            # A ledger that is busy or away now may answer next time; if it does not, the lease runs out and `intend` says so.
            with suppress(Retriable):
                try:
                    self.lease = self.ledger.renew_lease(self.lease, timedelta(seconds=self.term))
                except LeaseLost:
                    self.lost = True
