"""The nouns of planning: operation, user item, plan. Frozen, readable as JSON, hashed by their content.

A plan's hash is the SHA-256 of its canonical JSON (RFC 8785 in spirit: sorted keys, no spaces, UTF-8), so that the same
snapshots and settings give the same hash whatever the order of the rows they were read in.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cached_property
from typing import Any, Literal

from usersync.words import Sentence

Service = Literal["creatio", "webitel"]
Value = str | int | float | bool | None | list[str]


class Action(StrEnum):
    """What an operation does to its one row."""

    CREATE = "create"
    UPDATE = "update"
    DELETE = "delete"
    SET_LICENSES = "set_licenses"  # Webitel has no assign call: the complete set is sent
    SET_ROLES = "set_roles"  # the same


class Situation(StrEnum):
    """Where one Webitel user stands (docs/how-it-works.md, the table of situations)."""

    UNCHANGED = "unchanged"
    CHANGED = "changed"
    ADOPTED = "adopted"
    LINKED_NOW = "linked_now"
    DISPUTED = "disputed"
    UNMATCHED = "unmatched"
    SKIPPED = "skipped"
    LEAVER = "leaver"
    GONE = "gone"
    RETURNED = "returned"
    LOGIN_REUSED = "login_reused"
    CONTACT_MOVED = "contact_moved"
    CONTACT_LOST = "contact_lost"
    RECORD_DELETED = "record_deleted"
    DUPLICATE_RECORDS = "duplicate_records"
    DUPLICATE_IN_SOURCE = "duplicate_in_source"
    SHARED_SEAT = "shared_seat"
    NO_EXTENSION = "no_extension"  # classic profile: no extension, no record
    NEVER_LINKED = "never_linked"  # a record that is not in Webitel and never was ours
    WITHOUT_SYSTEM_USER = "without_system_user"  # linked, and no active company user of Creatio has the contact
    WITHOUT_TELEPHONY = "without_telephony"  # the system user holds no licence that opens telephony
    OUT_OF_WORKPLACE = "out_of_workplace"  # of no user: the section itself is not in its workplace

    @property
    def sentence(self) -> Sentence:
        """Its name for a reader."""
        return Sentence(f"planning-situation-{self.replace('_', '-')}")


class Bucket(StrEnum):
    """Exactly one for each source user in scope, the first that fits in this order."""

    FAILED = "failed"
    REVIEW = "review"
    SKIPPED = "skipped"
    CREATED = "created"
    LINKED = "linked"
    UPDATED = "updated"
    UNCHANGED = "unchanged"


RANKS: Mapping[str, int] = {
    "account": 0, "contact": 1, "communication": 2, "career": 2, "tag": 2, "record": 3, "user": 4,
    "license_row": 5, "role_row": 5, "record_tag": 5, "workplace_section": 0, "system_user": 4, "telephony": 5,
    "webitel_user": 1, "webitel_device": 1, "webitel_roles": 4,
}  # fmt: skip
"""Order of writing: account → contact → its communication → record → licences in Webitel → the details that mirror them.

Of a Webitel user there are four things that are written apart: `webitel_user` is itself (made, changed, deleted),
`webitel_device` its SIP device, `webitel_roles` the set of its roles, and `user`, the oldest of these names, the set of its
licences.
"""


@dataclass(frozen=True)
class Operation:
    """One change of one row.

    Attributes:
        service: where it is written.
        action: create, update, delete, set_licenses or set_roles.
        entity: logical entity of the mapping (`account`, `contact`, `record`, `license_row` …), or one of Webitel's four.
        key: id of the row (a UUID in Creatio, digits in Webitel; `new:USERNAME` of a Webitel user that is yet to be made).
        user_id: the Webitel user it is done for; None for what many share (an account).
        before: logical field → value as planned from; only the fields in `after`, the whole row for a delete, {} for a create.
        after: logical field → value wanted; {} for a delete.
        reason: why, without personal values.
        step: operations of one rank and lower step are written first (an extension is freed before it is set).
        needs: ids of operations that must have succeeded before this one is tried.
    """

    service: Service
    action: Action
    entity: str
    key: str
    user_id: str | None
    before: Mapping[str, Value]
    after: Mapping[str, Value]
    reason: Sentence
    situation: Situation
    step: int = 0
    needs: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """Unique within its plan and the same in every plan that does this same thing to this same row."""
        return f"{self.service}:{self.entity}:{self.key}:{self.action}:{self.step}"

    @property
    def order(self) -> tuple[int, int, str]:
        """Where it stands in the plan; what is taken away goes last, and in the opposite order."""
        rank = RANKS[self.entity]
        backwards = self.action is Action.DELETE and self.service == "creatio"
        return (2 * max(RANKS.values()) - rank if backwards else rank, self.step, self.id)

    def inverse(self) -> Operation:
        """The operation that takes this one back."""
        if self.action is Action.CREATE:
            return replace(self, action=Action.DELETE, before=self.after, after={}, needs=())
        if self.action is Action.DELETE:
            return replace(self, action=Action.CREATE, before={}, after=self.before, needs=())
        return replace(self, before=self.after, after=self.before, needs=())

    def to_json(self) -> dict[str, Any]:
        """JSON of the operation."""
        return {
            "service": self.service, "action": str(self.action), "entity": self.entity, "key": self.key,
            "user_id": self.user_id, "before": dict(self.before), "after": dict(self.after),
            "reason": self.reason.to_json(), "situation": str(self.situation), "step": self.step,
            "needs": list(self.needs),
        }  # fmt: skip

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Operation:
        """Read an operation back from its JSON."""
        return cls(
            service=value["service"], action=Action(value["action"]), entity=value["entity"], key=value["key"],
            user_id=value["user_id"], before=value["before"], after=value["after"],
            reason=Sentence.from_json(value["reason"]), situation=Situation(value["situation"]), step=value["step"],
            needs=tuple(value["needs"]),
        )  # fmt: skip


@dataclass(frozen=True)
class UserItem:
    """What the plan says of one Webitel user.

    Attributes:
        user_id: Webitel id.
        username: Webitel username (a login, not a secret; may be shown in artifacts).
        situation, bucket: see above; the bucket is what it will be if everything succeeds.
        band: what matching said.
        contact_id, record_id: the link as it will be; None where there is none.
        reason: why, for a reader; no values of names, e-mails or phones.
        evidence: matching's evidence, for the ledger and portal only.
        candidates: for review: up to three `{"contact_id", "grade", "score", "reason"}`.
        kept: field → value a human set that differs from the source's and is kept.
    """

    user_id: str
    username: str
    situation: Situation
    bucket: Bucket
    band: str
    contact_id: str | None
    record_id: str | None
    reason: Sentence
    evidence: Mapping[str, Any] = field(default_factory=dict)
    candidates: tuple[Mapping[str, Any], ...] = ()
    kept: Mapping[str, Value] = field(default_factory=dict)

    def turned_out(self, bucket: Bucket, reason: Sentence) -> UserItem:
        """The item after a run in which not all went as planned. Nobody is asked anything: the next run looks afresh."""
        evidence = {**self.evidence, "planned": str(self.bucket)}
        return replace(self, bucket=bucket, reason=reason, evidence=evidence, candidates=())

    @property
    def asks(self) -> bool:
        """Whether a human is asked: it is a review, and not one for the next run to look at by itself."""
        return self.bucket is Bucket.REVIEW and "planned" not in self.evidence

    def to_json(self) -> dict[str, Any]:
        """JSON of the item."""
        return {
            "user_id": self.user_id, "username": self.username, "situation": str(self.situation),
            "bucket": str(self.bucket), "band": self.band, "contact_id": self.contact_id, "record_id": self.record_id,
            "reason": self.reason.to_json(), "evidence": dict(self.evidence),
            "candidates": [dict(candidate) for candidate in self.candidates], "kept": dict(self.kept),
        }  # fmt: skip

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> UserItem:
        """Read an item back from its JSON."""
        return cls(
            user_id=value["user_id"], username=value["username"], situation=Situation(value["situation"]),
            bucket=Bucket(value["bucket"]), band=value["band"], contact_id=value["contact_id"],
            record_id=value["record_id"], reason=Sentence.from_json(value["reason"]), evidence=value["evidence"],
            candidates=tuple(value["candidates"]), kept=value["kept"],
        )  # fmt: skip


@dataclass(frozen=True)
class GoneUser:
    """A linked user that is no longer in the source, and what is done about its record."""

    user_id: str
    username: str
    record_id: str | None
    outcome: Literal["disabled", "deleted", "left"]
    reason: Sentence

    def to_json(self) -> dict[str, Any]:
        """JSON of the item."""
        return {
            "user_id": self.user_id, "username": self.username, "record_id": self.record_id, "outcome": self.outcome,
            "reason": self.reason.to_json(),
        }  # fmt: skip

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> GoneUser:
        """Read an item back from its JSON."""
        return cls(
            value["user_id"], value["username"], value["record_id"], value["outcome"],
            Sentence.from_json(value["reason"]),
        )  # fmt: skip


@dataclass(frozen=True)
class LinkChange:
    """A link made, re-made for another Webitel id, or re-learnt; it is written to the ledger when its operations are done.

    Attributes:
        how: by which evidence.
        former_user_id: the Webitel id the link had before.
        baseline: fields of an existing record that agree with the source: from now on a change in the source may change them.
        needs: ids of operations without which the link is not made.
    """

    user_id: str
    record_id: str | None
    contact_id: str | None
    how: str
    former_user_id: str | None = None
    baseline: Mapping[str, Value] = field(default_factory=dict)
    needs: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """JSON of the change."""
        return {
            "user_id": self.user_id, "record_id": self.record_id, "contact_id": self.contact_id, "how": self.how,
            "former_user_id": self.former_user_id, "baseline": dict(self.baseline), "needs": list(self.needs),
        }  # fmt: skip

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> LinkChange:
        """Read a change back from its JSON."""
        return cls(
            value["user_id"], value["record_id"], value["contact_id"], value["how"], value["former_user_id"],
            value["baseline"], tuple(value["needs"]),
        )  # fmt: skip


@dataclass(frozen=True)
class SeatDemand:
    """One licence's seats in this plan: wanted = held + assigned + waiting + refused (refused is known after apply).

    Attributes:
        limit: seats of a named licence; of a concurrent one how many may work at a time, which limits no assignment.
        held: how many shall hold it and do.
        assigned, waiting: Webitel user ids in the order of the rules. Those who wait stand with one licence of a product.
        to_buy: seats that are missing for those who wait.
        left: of a named licence: seats still free, besides those kept in reserve, when all of the plan is done.
        reserved: free seats that are kept back.
        expires_on: when the licence ends, ISO 8601; None = it does not.
        why: why somebody waits.
    """

    license_id: str
    product: str
    named: bool
    limit: int
    held: int
    assigned: tuple[str, ...]
    waiting: tuple[str, ...]
    to_buy: int = 0
    left: int = 0
    reserved: int = 0
    expires_on: str | None = None
    why: Sentence | None = None

    def to_json(self) -> dict[str, Any]:
        """JSON of the demand; what there is nothing to say of is left out."""
        more = {"reserved": self.reserved, "expires_on": self.expires_on, "why": self.why and self.why.to_json()}
        return {
            "license_id": self.license_id, "product": self.product, "named": self.named, "limit": self.limit,
            "held": self.held, "assigned": list(self.assigned), "waiting": list(self.waiting), "to_buy": self.to_buy,
            "left": self.left, **{name: value for name, value in more.items() if value},
        }  # fmt: skip

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> SeatDemand:
        """Read a demand back from its JSON."""
        return cls(
            value["license_id"], value["product"], value["named"], value["limit"], value["held"],
            tuple(value["assigned"]), tuple(value["waiting"]), value["to_buy"], value.get("left", 0),
            value.get("reserved", 0), value.get("expires_on"),
            Sentence.from_json(value["why"]) if value.get("why") else None,
        )  # fmt: skip


@dataclass(frozen=True)
class Plan:
    """Everything one run would change, and why.

    Attributes:
        domain: name of the domain in the settings.
        dc, creatio: what the plan was made against; it is applied nowhere else.
        scope: logins, empty = the whole domain.
        settings: fingerprint of the settings that decide (mapping, policies, rules, thresholds).
        operations: in the order they are written.
        items: one for each source user in scope, by user id.
        notes: what the reader should know besides (said once, not per user).
        undo: of a plan that takes a run back: `usersync.planning.undoing.Undoing` as JSON; None in any other.
        process: the process that may carry it out, where that is not GetWebitelUsers (or, with `undo`, Undo).
    """

    domain: str
    dc: str
    creatio: str
    scope: tuple[str, ...]
    settings: str
    operations: tuple[Operation, ...]
    items: tuple[UserItem, ...]
    gone: tuple[GoneUser, ...] = ()
    links: tuple[LinkChange, ...] = ()
    seats: tuple[SeatDemand, ...] = ()
    notes: tuple[Sentence, ...] = ()
    undo: Mapping[str, Any] | None = None
    process: str = ""

    @property
    def kind(self) -> str:
        """Whose plan it is: `import`, `undo`, or the name of another process."""
        return self.process or ("import" if self.undo is None else "undo")

    def to_json(self) -> dict[str, Any]:
        """JSON of the plan: what the hash is made of."""
        more: dict[str, Any] = {} if self.undo is None else {"undo": dict(self.undo)}
        more |= {"process": self.process} if self.process else {}
        return {
            "version": 1, "domain": self.domain, "dc": self.dc, "creatio": self.creatio, "scope": list(self.scope),
            "settings": self.settings, "operations": [operation.to_json() for operation in self.operations],
            "items": [item.to_json() for item in self.items], "gone": [user.to_json() for user in self.gone],
            "links": [link.to_json() for link in self.links], "seats": [seat.to_json() for seat in self.seats],
            "notes": [note.to_json() for note in self.notes], **more,
        }  # fmt: skip

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Plan:
        """Read a plan back from its JSON."""
        return cls(
            domain=value["domain"], dc=value["dc"], creatio=value["creatio"], scope=tuple(value["scope"]),
            settings=value["settings"],
            operations=tuple(Operation.from_json(item) for item in value["operations"]),
            items=tuple(UserItem.from_json(item) for item in value["items"]),
            gone=tuple(GoneUser.from_json(item) for item in value["gone"]),
            links=tuple(LinkChange.from_json(item) for item in value["links"]),
            seats=tuple(SeatDemand.from_json(item) for item in value["seats"]),
            notes=tuple(Sentence.from_json(item) for item in value["notes"]), undo=value.get("undo"),
            process=value.get("process", ""),
        )  # fmt: skip

    @property
    def changes(self) -> bool:
        """Whether there is anything to approve: an operation, a link that is moved, or what an undo puts back in the ledger."""
        moved = any(link.former_user_id is not None for link in self.links)
        return bool(self.operations or moved or (self.undo or {}).get("links") or (self.undo or {}).get("values"))

    @cached_property
    def canonical(self) -> str:
        """The canonical JSON text."""
        return json.dumps(self.to_json(), sort_keys=True, separators=(",", ":"), ensure_ascii=False)

    @cached_property
    def hash(self) -> str:
        """SHA-256 of the canonical JSON, 64 hex digits."""
        return hashlib.sha256(self.canonical.encode()).hexdigest()
