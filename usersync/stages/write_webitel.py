"""Licences in Webitel: the complete set of a user, read in bulk just before, written, read in bulk again.

Webitel has no assign call (docs/webitel.md#licences). What somebody else changed since the plan was made is not overwritten;
a refusal is recorded with Webitel's own words and the rest goes on.
"""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from usersync.errors import Fatal, Skippable
from usersync.ledger import OperationState, Outcome
from usersync.planning import Action, Operation
from usersync.planning.values import Value
from usersync.planning.world import as_json_time
from usersync.stages.journal import Journal
from usersync.webitel import LICENSE_FIELDS, User, UserLicense, WebitelClient, WebitelError
from usersync.words import Sentence


@dataclass
class WebitelWriter:
    """Writes licence sets, and remembers what Webitel said of each grant afterwards."""

    webitel: WebitelClient
    journal: Journal
    grants: dict[tuple[str, str], UserLicense] = field(default_factory=dict)

    async def write(self, operations: Sequence[Operation]) -> None:
        """Write one chunk of complete sets.

        Raises:
            WebitelError: a fatal one (no right to change licences at all, the session cannot be renewed).
        """
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
                reason = Sentence("apply-stale", {"fields": "licenses"})
                outcomes.append(_outcome(operation, OperationState.STALE, reason, {"licenses": list(now)}))
            else:
                sendable.append(operation)
        request_id = uuid.uuid4().hex
        self.journal.intend(operations, request_id)
        self.journal.settle(outcomes)
        refusals = dict(
            zip(
                (operation.id for operation in sendable),
                await asyncio.gather(*(self._patch(operation, request_id) for operation in sendable)),
                strict=True,
            )
        )
        after = await self._sets(sendable) if sendable else {}
        self.journal.settle([self._judge(operation, refusals[operation.id], after) for operation in sendable])
        for error in refusals.values():
            if isinstance(error, Fatal) and not _is_refusal(error):
                raise error

    def complete(self, operations: Iterable[Operation]) -> list[Operation]:
        """Rows of the detail for licences just assigned, with the dates Webitel gave them."""
        return [self._complete(operation) for operation in operations]

    def _complete(self, operation: Operation) -> Operation:
        if (
            operation.entity != "license_row"
            or operation.action is not Action.CREATE
            or operation.after.get("issued_on")
        ):
            return operation
        grant = self.grants.get((operation.user_id or "", str(operation.after.get("license"))))
        if grant is None:
            return operation
        dates = {"issued_on": as_json_time(grant.issued_at), "expires_on": as_json_time(grant.expires_at)}
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

    async def _patch(self, operation: Operation, request_id: str) -> WebitelError | None:
        try:
            await self.webitel.set_licenses(operation.key, _licenses(operation.after), request_id=request_id)
        except WebitelError as error:
            return error
        return None

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


def _is_refusal(error: WebitelError | None) -> bool:
    """Any 4xx but 401 says no to this one change: over the limit, no right, unknown licence (docs/webitel.md#licences)."""
    return error is not None and error.status is not None and 400 <= error.status < 500 and error.status != 401


def _licenses(fields: Mapping[str, Value]) -> list[str]:
    return sorted(fields["licenses"]) if isinstance(fields["licenses"], list) else []


def _outcome(
    operation: Operation,
    state: OperationState,
    detail: Sentence | None = None,
    after_read: dict[str, list[str]] | None = None,
) -> Outcome:
    return Outcome(operation.id, state, detail, after_read=after_read)
