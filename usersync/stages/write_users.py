"""Webitel users themselves: read right before, journalled, sent once, read back.

A POST whose outcome is unknown is looked for by the username before it is repeated; so nobody is made twice. Any refusal
fails the one operation, in Webitel's own words.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field

from usersync.errors import Fatal
from usersync.ledger import OperationState, Outcome
from usersync.planning import Action, Operation
from usersync.stages.journal import Journal
from usersync.stages.user_changes import Change, NewPassword, change_of
from usersync.webitel import PermissionDenied, User, WebitelClient, WebitelError
from usersync.words import Sentence

ATTEMPTS = 3
"""How often one change is sent before it is given up; each time only after it was looked for and found undone."""
ENTITIES = frozenset({"webitel_user", "webitel_device", "webitel_roles"})
"""What is written here; a user's licences are not."""


@dataclass
class UserWriter:
    """Writes changes of Webitel users, one by one.

    Attributes:
        password: gives the password of a new user.
        earlier: operation id → Webitel id of a user that a run which broke off had made: it is this one, not somebody else's.
        users: operation id → the user as it was seen last.
    """

    webitel: WebitelClient
    journal: Journal
    password: NewPassword = lambda: None
    earlier: Mapping[str, str] = field(default_factory=dict)
    users: dict[str, User] = field(default_factory=dict)

    async def write(self, operation: Operation) -> None:
        """Carry one change out; it is settled in the journal when this returns.

        Raises:
            LeaseLost: nothing was sent.
            WebitelError: Webitel cannot be asked at all. What was sent before is settled, as unknown if need be.
        """
        change = change_of(operation, self.webitel, self.password)
        user = await change.read()
        request_id = uuid.uuid4().hex
        self.journal.intend([operation], request_id)
        if self._is_done(operation, change, user):
            self._settle(operation, OperationState.DONE, user=user)
        elif not change.stands(user):
            self._settle(operation, OperationState.STALE, _why_stale(operation, user))
        else:
            await self._send(operation, change, request_id)

    def _is_done(self, operation: Operation, change: Change, user: User | None) -> bool:
        """Whether somebody did it before: of a user that is there already that is ours only if we know its id."""
        if operation.entity == "webitel_user" and operation.action is Action.CREATE:
            mine = self.earlier.get(operation.id)
            return user is not None and user.id == mine and user.deleted_at is None
        return change.holds(user)

    async def _send(self, operation: Operation, change: Change, request_id: str) -> None:
        for attempt in range(1, ATTEMPTS + 1):
            if attempt > 1:
                self.journal.intend([operation], request_id)
            error: WebitelError | None = None
            try:
                await change.send(request_id)
            except WebitelError as answer:
                error = answer
                if not answer.outcome_unknown:
                    self._settle(operation, OperationState.FAILED, answer.sentence)
                    if _ends_the_session(answer):
                        raise
                    return
            try:
                user = await change.read()
            except WebitelError as answer:
                self._settle(operation, OperationState.UNKNOWN, (error or answer).sentence)
                raise
            if change.holds(user):
                self._settle(operation, OperationState.DONE, user=user, request_id=request_id)
                return
            if error is None or not change.stands(user):
                self._settle(operation, OperationState.STALE, Sentence("apply-changed-at-once"))
                return
            if attempt == ATTEMPTS or self.journal.stopped():
                self._settle(operation, OperationState.FAILED, error.sentence)
                return
            request_id = uuid.uuid4().hex

    def _settle(
        self,
        operation: Operation,
        state: OperationState,
        detail: Sentence | None = None,
        *,
        user: User | None = None,
        request_id: str | None = None,
    ) -> None:
        made = operation.entity == "webitel_user" and operation.action is Action.CREATE
        if user is not None:
            self.users[operation.id] = user
        made_id = user.id if made and user is not None else None
        self.journal.settle([Outcome(operation.id, state, detail, request_id, made_id=made_id)])


def _ends_the_session(error: WebitelError) -> bool:
    """A missing right refuses this one change; a session that cannot be renewed refuses everything."""
    return isinstance(error, Fatal) and not isinstance(error, PermissionDenied)


def _why_stale(operation: Operation, user: User | None) -> Sentence:
    if user is None:
        return Sentence("apply-user-missing")
    if operation.action is Action.CREATE and operation.entity == "webitel_user":
        return Sentence("apply-username-there", {"user": user.id})
    fields = ", ".join(sorted(operation.before)) or operation.entity.removeprefix("webitel_")
    return Sentence("apply-stale", {"fields": fields})
