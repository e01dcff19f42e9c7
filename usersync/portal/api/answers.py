"""What the API answers with. Times are ISO 8601 in UTC; sentences are in the language of Accept-Language (en, uk)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import BaseModel, Field

from usersync.ledger import JournalEntry, PlanHead, PlanState, Run, RunState
from usersync.planning.rows import PlanRow
from usersync.planning.values import UserItem
from usersync.words import Sentence, next_step


class Problem(BaseModel):
    """What went wrong (RFC 9457)."""

    type: str = Field(description="Names the kind of problem: `urn:usersync:…`.")
    title: str = Field(description="One plain sentence.")
    status: int
    detail: str | None = Field(default=None, description="What to do now.")


class Words(BaseModel):
    """A sentence for a reader, its id for a program, and what to do now."""

    id: str
    text: str
    next_step: str | None = None

    @classmethod
    def of(cls, sentence: Sentence) -> Words:
        """The sentence in the language of the request."""
        return cls(id=sentence.id, text=str(sentence), next_step=next_step(sentence.id, **sentence.args))

    @classmethod
    def of_any(cls, sentence: Sentence | None) -> Words | None:
        """The sentence, if there is one."""
        return None if sentence is None else cls.of(sentence)


class Started(BaseModel):
    """What a start was answered with."""

    order: str = Field(description="Names this start; GET /api/orders/{order} tells of its run.")
    run: str | None = Field(description="The run, null while it is not open yet.")
    going: bool = Field(description="Whether a run was at work already: that run answers.")
    address: str = Field(description="Where to ask next: of the run, else of the order.")
    page: str | None = Field(description="The run's page in a browser.")
    error: Words | None = Field(default=None, description="Why no run came of it.")


class StageOut(BaseModel):
    """Progress of one stage."""

    name: str
    done: int
    total: int


class RunOut(BaseModel):
    """One run."""

    id: str
    domain: str
    mode: str
    scope: list[str]
    state: RunState
    author: str
    plan: str | None
    started_at: datetime
    finished_at: datetime | None
    stopping: bool
    stages: list[StageOut]
    receipt: dict[str, Any] | None
    error: Words | None
    page: str

    @classmethod
    def of(cls, run: Run, public: str) -> RunOut:
        """The run; `public` is the portal's address."""
        return cls(
            id=run.id, domain=run.domain, mode=run.mode, scope=list(run.scope), state=run.state, author=run.author,
            plan=run.plan_hash, started_at=run.started_at, finished_at=run.finished_at,
            stopping=run.stop_requested_at is not None and run.state is RunState.RUNNING,
            stages=[StageOut(name=stage.name, done=stage.done, total=stage.total) for stage in run.stages],
            receipt=None if run.receipt is None else dict(run.receipt), error=Words.of_any(run.error),
            page=f"{public}/runs/{run.id}",
        )  # fmt: skip


class RunsOut(BaseModel):
    """Runs, the newest first."""

    runs: list[RunOut]


class RunDetail(RunOut):
    """One run with its counts."""

    users: dict[str, int] = Field(description="Bucket → users.")
    operations: dict[str, int] = Field(description="State → operations.")


class UserOfRun(BaseModel):
    """What a run said of one user."""

    user_id: str
    username: str
    situation: str
    bucket: str
    contact_id: str | None
    record_id: str | None
    why: Words
    kept: list[str] = Field(description="Fields a human changed, which were kept.")

    @classmethod
    def of(cls, item: UserItem) -> UserOfRun:
        """The user."""
        return cls(
            user_id=item.user_id, username=item.username, situation=str(item.situation), bucket=str(item.bucket),
            contact_id=item.contact_id, record_id=item.record_id, why=Words.of(item.reason), kept=sorted(item.kept),
        )  # fmt: skip


class UsersOfRun(BaseModel):
    """A page of the users of a run."""

    users: list[UserOfRun]
    total: int
    offset: int


class OperationOut(BaseModel):
    """One operation of a run, with values before and after: personal data."""

    id: str
    user_id: str | None
    service: str
    entity: str
    key: str
    action: str
    state: str
    before: dict[str, Any]
    after: dict[str, Any]
    why: Words
    detail: Words | None

    @classmethod
    def of(cls, entry: JournalEntry) -> OperationOut:
        """The operation."""
        op = entry.operation
        return cls(
            id=op.id, user_id=op.user_id, service=op.service, entity=op.entity, key=op.key, action=str(op.action),
            state=str(entry.state), before=dict(op.before), after=dict(op.after), why=Words.of(op.reason),
            detail=Words.of_any(entry.detail),
        )  # fmt: skip


class OperationsOut(BaseModel):
    """A page of the operations of a run."""

    operations: list[OperationOut]
    total: int
    offset: int


class Stopping(BaseModel):
    """Whether the run is told to stop; false where it had ended already."""

    stopping: bool


class MeterOut(BaseModel):
    """One limit, and how much of it a plan uses; `limit` null: any such change needs approval."""

    name: str
    value: int
    limit: int | None
    exceeded: bool


class PlanOut(BaseModel):
    """What is known of a plan without opening it."""

    hash: str
    domain: str
    run: str
    author: str
    state: PlanState
    needs_approval: list[Words]
    meters: list[MeterOut]
    operations: int
    users: int
    actions: dict[str, int]
    scope: list[str]
    created_at: datetime
    expires_at: datetime
    decided_by: str | None
    decided_at: datetime | None
    comment: str | None
    used_by: str | None
    derived_from: str | None = Field(description="The plan this one is a part of.")
    page: str

    @classmethod
    def of(cls, head: PlanHead, public: str) -> PlanOut:
        """The plan; `public` is the portal's address."""
        return cls(
            hash=head.hash, domain=head.domain, run=head.run_id, author=head.author, state=head.state,
            needs_approval=[Words.of(Sentence.from_json(item)) for item in head.needs_approval],
            meters=[MeterOut(**meter) for meter in head.meters], operations=head.operations,
            users=head.users, actions=dict(head.actions), scope=list(head.scope), created_at=head.created_at,
            expires_at=head.expires_at, decided_by=head.decided_by, decided_at=head.decided_at, comment=head.comment,
            used_by=head.used_by, derived_from=head.derived_from, page=f"{public}/plans/{head.hash}",
        )  # fmt: skip


class PlansOut(BaseModel):
    """Plans, the newest first."""

    plans: list[PlanOut]


class FieldOut(BaseModel):
    """One field from old to new."""

    name: str
    old: Any
    new: Any


class ChangeOut(BaseModel):
    """What a plan does to one row of a service."""

    service: str
    entity: str
    key: str
    action: str
    fields: list[FieldOut]
    why: Words
    operations: list[str]


class PlanRowOut(BaseModel):
    """What a plan does for one user; `user_id` null: what many share."""

    user_id: str | None
    username: str
    situation: str
    outcome: str
    why: Words | None
    changes: list[ChangeOut]

    @classmethod
    def of(cls, row: PlanRow) -> PlanRowOut:
        """The row."""
        return cls(
            user_id=row.user_id, username=row.username, situation=row.situation, outcome=row.outcome,
            why=Words.of_any(row.reason),
            changes=[
                ChangeOut(
                    service=change.service, entity=change.entity, key=change.key, action=str(change.action),
                    fields=[FieldOut(name=field.name, old=field.old, new=field.new) for field in change.fields],
                    why=Words.of(change.reason), operations=list(change.operations),
                )
                for change in row.changes
            ],
        )  # fmt: skip


class PlanRowsOut(BaseModel):
    """A page of a plan."""

    rows: list[PlanRowOut]
    total: int
    offset: int
