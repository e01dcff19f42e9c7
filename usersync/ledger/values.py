"""The nouns of the ledger: what it is asked to remember and what it gives back. Times are aware UTC throughout."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Generic, Literal, TypeVar

from usersync.planning.values import Operation, Plan, Value
from usersync.words import Sentence

Side = Literal["source", "target"]
T = TypeVar("T")


class RunState(StrEnum):
    """Where a run stands."""

    RUNNING = "running"
    COMPLETED = "completed"
    AWAITING_APPROVAL = "awaiting_approval"
    ALREADY_RUNNING = "already_running"
    STOPPED = "stopped"
    COMPLETED_WITH_FAILURES = "completed_with_failures"
    FAILED = "failed"
    CRASHED = "crashed"  # its process died: said by whoever took its lease over
    QUARANTINED = "quarantined"  # a scheduled start while the domain rests after failures


BROKEN_OFF = frozenset({RunState.COMPLETED_WITH_FAILURES, RunState.STOPPED, RunState.FAILED, RunState.CRASHED})
"""States of runs that may have left something undone."""


class OperationState(StrEnum):
    """Where one operation of the journal stands."""

    INTENDED = "intended"  # the request may have been sent
    DONE = "done"
    FAILED = "failed"
    STALE = "stale"  # the row changed since the plan was made
    SKIPPED = "skipped"  # something it needs did not succeed, or the run was stopped
    UNKNOWN = "unknown"  # no answer: to be read back before anything is repeated
    REFUSED = "refused"  # the service said no for good


class LinkState(StrEnum):
    """What became of a link."""

    ACTIVE = "active"
    GONE = "gone"
    RECORD_DELETED = "record_deleted"


class PlanState(StrEnum):
    """Where a stored plan stands."""

    WAITING = "waiting"
    APPROVED = "approved"
    REJECTED = "rejected"
    USED = "used"
    EXPIRED = "expired"
    SUPERSEDED = "superseded"


class VerdictKind(StrEnum):
    """What a human may say of one Webitel user."""

    MUST_LINK = "must_link"
    CANNOT_LINK = "cannot_link"
    CREATE = "create"
    SEPARATE_CONTACT = "separate_contact"
    SECOND_ACCOUNT = "second_account"
    IMPORT_ANYWAY = "import_anyway"
    IGNORE = "ignore"
    POSTPONE = "postpone"
    RESTORE = "restore"


@dataclass(frozen=True)
class Stage:
    """Progress of one stage of a run: `done` of `total` (users, pages, operations: what the stage counts)."""

    name: str
    done: int
    total: int
    started_at: datetime
    updated_at: datetime


@dataclass(frozen=True)
class Run:
    """One run of a writing or previewing process.

    Attributes:
        id: sorts by time, e.g. `r-20261124-101503-k3f9`.
        mode: `preview`, `apply`, `undo` or the name of a manual action.
        scope: logins; empty = the whole domain.
        settings: what the run was set to, secrets replaced.
        receipt: what `finish_run` was given; counts only, no personal values.
        readiness: who was ready to call at its end: `usersync.planning.section.Readiness` as JSON.
        scheduled: a clock started it, not a human.
    """

    id: str
    domain: str
    mode: str
    scope: tuple[str, ...]
    state: RunState
    plan_hash: str | None
    author: str
    flow_run_id: str | None
    settings: Mapping[str, Any]
    started_at: datetime
    finished_at: datetime | None = None
    receipt: Mapping[str, Any] | None = None
    error: Sentence | None = None
    stop_requested_by: str | None = None
    stop_requested_at: datetime | None = None
    scheduled: bool = False
    stages: tuple[Stage, ...] = ()
    readiness: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class Lease:
    """The right to write to a domain. `fence` grows with every holder; whoever shows a lower one has lost the right."""

    domain: str
    run_id: str
    fence: int
    until: datetime


@dataclass(frozen=True)
class Snapshot:
    """What is kept of one read of one side: how much there was, and a fingerprint; never the rows."""

    run_id: str
    side: str
    at: datetime
    counts: Mapping[str, int]
    fingerprint: str
    trusted: bool
    complete: bool


@dataclass(frozen=True)
class Link:
    """The remembered pair Webitel user ↔ record ↔ contact.

    Attributes:
        how: by what the link was made (`user_id`, `username`, `auto`, `verdict`, …).
        since_run, since: the run that made it, and when.
        gone_since: when the user was first found to be gone; None while it is active.
    """

    user_id: str
    record_id: str | None
    contact_id: str | None
    how: str
    since_run: str
    since: datetime
    username: str
    state: LinkState = LinkState.ACTIVE
    gone_since: datetime | None = None


@dataclass(frozen=True)
class Outcome:
    """What became of one operation.

    Attributes:
        operation_id: `Operation.id`.
        detail: why, where it is not done; no personal values.
        request_id: the id sent with the request whose answer this is.
        after_read: logical field → value as the service showed it after the write.
        made_id: the id Webitel gave to the user the operation made; the journal keeps it as the operation's user.
    """

    operation_id: str
    state: OperationState
    detail: Sentence | None = None
    request_id: str | None = None
    after_read: Mapping[str, Value] | None = None
    made_id: str | None = None


@dataclass(frozen=True)
class JournalEntry:
    """One operation as the journal has it.

    Attributes:
        operation, inverse: what was to be done, and what takes it back.
        attempts: how often it was announced (a batch that is bisected announces again); 0 = never sent.
        erased: its values were blanked on a person's request: it can neither be read back nor undone.
    """

    run_id: str
    operation: Operation
    inverse: Operation
    state: OperationState
    request_id: str | None
    attempts: int
    intended_at: datetime | None
    settled_at: datetime | None = None
    detail: Sentence | None = None
    after_read: Mapping[str, Value] | None = None
    erased: bool = False


@dataclass(frozen=True, kw_only=True)
class PlanHead:
    """What is known of a stored plan without opening it.

    Attributes:
        run_id, author: the run that proposed it last, and who started that run.
        state: as of now: a waiting or approved plan past its time is `expired`.
        needs_approval: why a human is asked, as JSON; empty = nobody need be.
        operations, users: how many.
        actions: `entity.action` → how many operations.
        decided_by, decided_at, comment: who approved or rejected it.
        used_by: the run that applied it.
        erased: values of a person were blanked in it: it can be neither approved nor applied nor undone.
        meters: how far it goes, limit by limit: `{"name", "value", "limit", "exceeded"}`.
        derived_from: hash of the plan some of whose rows were left out to make this one.
    """

    hash: str
    domain: str
    run_id: str
    author: str
    state: PlanState
    needs_approval: tuple[Any, ...]
    operations: int
    users: int
    actions: Mapping[str, int]
    scope: tuple[str, ...]
    created_at: datetime
    expires_at: datetime
    decided_by: str | None = None
    decided_at: datetime | None = None
    comment: str | None = None
    used_by: str | None = None
    used_at: datetime | None = None
    erased: bool = False
    meters: tuple[Mapping[str, Any], ...] = ()
    derived_from: str | None = None


@dataclass(frozen=True, kw_only=True)
class StoredPlan(PlanHead):
    """A stored plan with its content."""

    plan: Plan


@dataclass(frozen=True)
class Verdict:
    """What a human said of one Webitel user; in force until it is withdrawn or replaced.

    Attributes:
        contact_id: the contact it speaks of (`must_link`, `cannot_link`, `second_account`).
        until: end of a postponement.
        reason: in the author's words.
    """

    id: int
    domain: str
    user_id: str
    kind: VerdictKind
    contact_id: str | None
    author: str
    reason: str
    at: datetime
    until: datetime | None = None


@dataclass(frozen=True)
class AuditEntry:
    """One line of the audit: who did what when. It holds ids and counts, never personal values: it cannot be erased."""

    id: int
    at: datetime
    actor: str
    action: str
    domain: str | None
    run_id: str | None
    subject: str | None
    detail: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Page(Generic[T]):
    """Some rows of many: `total` fit what was asked for, `offset` of them come before these."""

    rows: tuple[T, ...]
    total: int
    offset: int = 0


NOBODY_KNOWN = "#-"
"""How the identity of a Creatio ends whose user of ours is not known (`usersync.creatio.probe.identity`)."""


def same_creatio(one: str, other: str) -> bool:
    """Two identities, `site#<id of our user>`, may be of one Creatio: the same site, and the same user where both are known."""
    unknown = one.endswith(NOBODY_KNOWN) or other.endswith(NOBODY_KNOWN)
    return one == other or (unknown and one.rpartition("#")[0] == other.rpartition("#")[0])
