"""Licences in Webitel: the complete set of a user, read in bulk just before, written, read in bulk again.

Webitel has no assign call (docs/webitel.md#licences). What somebody else changed since the plan was made is not overwritten;
a refusal is recorded with Webitel's own words and the rest goes on. Where an answer leaves open whether a set was written,
the set read back decides: it stands, or it is written again.
"""

from __future__ import annotations

import asyncio
import time
import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from usersync.errors import Fatal, Retriable, Skippable
from usersync.ledger import OperationState, Outcome
from usersync.planning import Action, Operation
from usersync.planning.values import Value
from usersync.planning.world import as_json_time
from usersync.stages.journal import Journal
from usersync.stages.write_creatio import MAX_AGE
from usersync.webitel import LICENSE_FIELDS, TurnMissed, User, UserLicense, WebitelClient, WebitelError
from usersync.words import Sentence

ATTEMPTS = 3
"""How often one set is sent before it is given up; each time only after it was read and found unwritten."""


@dataclass(frozen=True)
class _Sent:
    """What came of sending one set.

    Attributes:
        sent: it may have been carried out.
        error: None for a success, and where the run was stopped first.
    """

    sent: bool = True
    error: WebitelError | None = None


@dataclass
class _Tries:
    """How often each set was sent, and how often it could not be; `patience`: how often that may be."""

    sent: dict[str, int]
    patience: int
    missed: dict[str, int] = field(default_factory=dict)

    def allow(self, operation: Operation, *, sent: bool) -> bool:
        """Note one more try; whether there may be another one."""
        counts, most = (self.sent, ATTEMPTS) if sent else (self.missed, self.patience)
        counts[operation.id] = counts.get(operation.id, 0) + 1
        return counts[operation.id] < most


@dataclass
class WebitelWriter:
    """Writes licence sets, and remembers what Webitel said of each grant afterwards.

    Attributes:
        concurrency: sets under way at the same time; between any two of them Stop is heard.
    """

    webitel: WebitelClient
    journal: Journal
    concurrency: int = 8
    clock: Callable[[], float] = field(default=time.monotonic)
    grants: dict[tuple[str, str], UserLicense] = field(default_factory=dict)

    async def write(self, operations: Sequence[Operation]) -> None:
        """Write one chunk of complete sets.

        A set that could not go out within `MAX_AGE` of the read does not go out: it is read and compared again.

        Raises:
            WebitelError: a fatal one (no right to change licences at all, the session cannot be renewed).
        """
        left, tries = list(operations), _Tries({}, patience=len(operations) + ATTEMPTS)
        while left:
            left = await self._round(left, tries)

    async def _round(self, operations: Sequence[Operation], tries: _Tries) -> list[Operation]:
        """Read, compare and send once; what has to be tried again is given back."""
        read_at = self.clock()
        current = await self._sets(operations)
        outcomes: list[Outcome] = []
        sendable: list[Operation] = []
        for operation in operations:
            now = sorted(current.get(operation.key, {}))
            if operation.key not in current:
                outcomes.append(_outcome(operation, OperationState.STALE, Sentence("apply-user-missing")))
            elif now == _licenses(operation.after):
                outcomes.append(_outcome(operation, OperationState.DONE))
            elif now != _licenses(operation.before):
                outcomes.append(_changed(operation, now))
            else:
                sendable.append(operation)
        request_id = uuid.uuid4().hex
        self.journal.intend(operations, request_id)
        self.journal.settle(outcomes)
        return await self._send(sendable, request_id, read_at + MAX_AGE, tries) if sendable else []

    async def _send(
        self, operations: Sequence[Operation], request_id: str, until: float, tries: _Tries
    ) -> list[Operation]:
        """Send each set once, read them back, and settle what is certain; what has to be sent again is given back."""
        turns = asyncio.Semaphore(self.concurrency)
        answers = await asyncio.gather(*(self._patch(operation, request_id, turns, until) for operation in operations))
        sent = {operation.id: answer for operation, answer in zip(operations, answers, strict=True)}
        tried = [operation for operation in operations if sent[operation.id].sent]
        after = await self._sets(tried) if tried else {}
        outcomes: list[Outcome] = []
        again: list[Operation] = []
        for operation in operations:
            answer = sent[operation.id]
            unwritten = not answer.sent or _is_unwritten(operation, answer.error, after)
            if unwritten and not self.journal.stopped() and tries.allow(operation, sent=answer.sent):
                again.append(operation)
            elif answer.sent:
                outcomes.append(self._judge(operation, answer.error, after))
            elif answer.error is not None and not self.journal.stopped():
                outcomes.append(_outcome(operation, OperationState.FAILED, answer.error.sentence))
            else:
                outcomes.append(_outcome(operation, OperationState.SKIPPED, Sentence("apply-stopped")))
        self.journal.settle(outcomes)
        for answer in answers:
            if isinstance(answer.error, Fatal) and not _is_refusal(answer.error):
                raise answer.error
        return again

    def complete(self, operations: Iterable[Operation]) -> list[Operation]:
        """Rows of the detail for licences just assigned, new or not, with the dates Webitel gave them."""
        return [self._complete(operation) for operation in operations]

    def _complete(self, operation: Operation) -> Operation:
        if operation.entity != "license_row" or operation.action is Action.DELETE or operation.after.get("issued_on"):
            return operation
        if operation.action is Action.UPDATE and "issued_on" not in operation.after:
            return operation
        grant = self.grants.get((operation.user_id or "", str(operation.after.get("license"))))
        if grant is None:
            return operation
        dates = {"issued_on": as_json_time(grant.issued_at), "expires_on": as_json_time(grant.expires_at)}
        if operation.action is Action.UPDATE:  # what is not among the row's former values could not be taken back
            dates = {name: value for name, value in dates.items() if name in operation.before}
        return replace(operation, after={**operation.after, **{name: value for name, value in dates.items() if value}})

    async def _sets(self, operations: Sequence[Operation]) -> dict[str, dict[str, UserLicense]]:
        users: tuple[User, ...] = await self.webitel.users_by_id([op.key for op in operations], LICENSE_FIELDS)
        found = {user.id: {grant.id: grant for grant in user.license} for user in users}
        for operation in operations:
            if operation.key not in found:  # a soft-deleted user is not in the list, but can be read
                tombstone = await self._tombstone(operation.key)
                if tombstone is not None:
                    found[operation.key] = tombstone
        for user_id, grants in found.items():
            self.grants |= {(user_id, license_id): grant for license_id, grant in grants.items()}
        return found

    async def _tombstone(self, user_id: str) -> dict[str, UserLicense] | None:
        try:
            user = await self.webitel.user(user_id, LICENSE_FIELDS)
        except Skippable:
            return None
        return {grant.id: grant for grant in user.license}

    async def _patch(self, operation: Operation, request_id: str, turns: asyncio.Semaphore, until: float) -> _Sent:
        async with turns:
            if self.journal.stopped():
                return _Sent(sent=False)
            within = until - self.clock()
            if within <= 0:
                return _Sent(sent=False, error=TurnMissed(method="PATCH"))
            try:
                await self.webitel.set_licenses(
                    operation.key, _licenses(operation.after), request_id=request_id, within=within
                )
            except WebitelError as error:
                return _Sent(sent=not isinstance(error, Retriable) or error.outcome_unknown, error=error)
            return _Sent()

    def _judge(
        self, operation: Operation, error: WebitelError | None, after: dict[str, dict[str, UserLicense]]
    ) -> Outcome:
        """What stands in Webitel now decides, whatever the answer was."""
        now = sorted(after.get(operation.key, {}))
        if now == _licenses(operation.after):
            return _outcome(operation, OperationState.DONE)
        if _is_refusal(error):
            return _outcome(operation, OperationState.REFUSED, error.sentence if error else None)
        if error is not None:
            return _outcome(operation, OperationState.FAILED, error.sentence)
        return _outcome(operation, OperationState.STALE, Sentence("apply-changed-at-once"), {"licenses": list(now)})


def _is_unwritten(
    operation: Operation, error: WebitelError | None, after: Mapping[str, Mapping[str, UserLicense]]
) -> bool:
    """The answer left it open, and the set still is what it was before."""
    if error is None or not error.outcome_unknown or not isinstance(error, Retriable):
        return False
    return sorted(after.get(operation.key, {})) == _licenses(operation.before)


def _is_refusal(error: WebitelError | None) -> bool:
    """Any 4xx says no to this one change: over the limit, no right, unknown licence (docs/webitel.md#licences).

    But not one that is about the session or the moment.
    """
    return error is not None and error.status is not None and 400 <= error.status < 500 and error.status not in _NOT_YET


_NOT_YET = frozenset({401, 408, 429})


def _changed(operation: Operation, now: list[str]) -> Outcome:
    """Somebody else changed the set since the plan was made: it is left as it is."""
    reason = Sentence("apply-stale", {"fields": "licenses"})
    return _outcome(operation, OperationState.STALE, reason, {"licenses": list(now)})


def _licenses(fields: Mapping[str, Value]) -> list[str]:
    return sorted(fields["licenses"]) if isinstance(fields["licenses"], list) else []


def _outcome(
    operation: Operation,
    state: OperationState,
    detail: Sentence | None = None,
    after_read: dict[str, list[str]] | None = None,
) -> Outcome:
    return Outcome(operation.id, state, detail, after_read=after_read)
