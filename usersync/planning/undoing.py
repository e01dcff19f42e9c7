"""The nouns of undo: what a run did, what stands there now, and what becomes of each row when the run is taken back.

`Undoing` is stored with the plan that carries it out (`Plan.undo`), so that the plan's hash covers what is kept and why as well.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from usersync.planning.values import Operation, Plan, Value
from usersync.words import Sentence

Place = tuple[str, str]
"""Logical entity and id of a row; `("user", id)` is a Webitel user's licence set, `("webitel_user", id)` the user itself,
`("link", user id)` a link of the ledger."""
Row = Mapping[str, Any]
LINK = "link"


class Fate(StrEnum):
    """What becomes of a row when a run is taken back."""

    REVERSED = "reversed"
    KEPT = "kept"
    IMPOSSIBLE = "impossible"
    NOTHING_LEFT = "nothing_left"  # it already is as it was before the run
    NOT_DONE = "not_done"  # tried and failed, or the run was stopped before


@dataclass(frozen=True)
class RowOutcome:
    """What becomes of one row.

    Attributes:
        user_id: the Webitel user it belongs to; None for what many share.
        needs: ids of the operations that carry it out; empty where nothing is written.
        ours, now: of fields that stay as they are: what the run wrote, and what stands there instead. Personal values.
    """

    entity: str
    key: str
    user_id: str | None
    fate: Fate
    reason: Sentence
    needs: tuple[str, ...] = ()
    ours: Mapping[str, Value] = field(default_factory=dict)
    now: Mapping[str, Value] = field(default_factory=dict)

    @property
    def place(self) -> Place:
        """Entity and id."""
        return self.entity, self.key

    def to_json(self) -> dict[str, Any]:
        """JSON of the outcome. Erasing a person empties what bears its `user_id` or `key`, whatever else is in it."""
        return {
            "entity": self.entity, "key": self.key, "user_id": self.user_id, "outcome": str(self.fate),
            "reason": self.reason.to_json(), "needs": list(self.needs), "before": dict(self.ours), "after": dict(self.now),
        }  # fmt: skip

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> RowOutcome:
        """Read an outcome back from its JSON."""
        return cls(
            value["entity"], value["key"], value["user_id"], Fate(value["outcome"]), Sentence.from_json(value["reason"]),
            tuple(value["needs"]), value["before"], value["after"],
        )  # fmt: skip


@dataclass(frozen=True)
class LinkImage:
    """A link as it stood or shall stand; moments as ISO texts. `gone_since` None in a sleeping one: from when it is written."""

    record_id: str | None
    contact_id: str | None
    how: str
    since_run: str
    since: str
    username: str
    state: str
    gone_since: str | None = None

    def is_like(self, other: LinkImage | None) -> bool:
        """The same pair in the same state, however it came to be."""
        return other is not None and (self.record_id, self.contact_id, self.state) == (
            other.record_id, other.contact_id, other.state
        )  # fmt: skip


@dataclass(frozen=True)
class LinkReversal:
    """A link that is put back, woken, sent to sleep or forgotten once its operations are done; None = no link."""

    user_id: str
    before: LinkImage | None
    after: LinkImage | None
    needs: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """JSON of the reversal."""
        return {
            "user_id": self.user_id, "needs": list(self.needs),
            "before": None if self.before is None else dict(self.before.__dict__),
            "after": None if self.after is None else dict(self.after.__dict__),
        }  # fmt: skip

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> LinkReversal:
        """Read a reversal back from its JSON."""
        images = [None if value[side] is None else LinkImage(**value[side]) for side in ("before", "after")]
        return cls(value["user_id"], images[0], images[1], tuple(value["needs"]))


@dataclass(frozen=True)
class ValuesReversal:
    """The last-applied values of a row, put back once its operations are done; None = we never wrote the row."""

    entity: str
    key: str
    user_id: str | None
    before: Mapping[str, Value] | None
    after: Mapping[str, Value] | None
    needs: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """JSON of the reversal."""
        return {
            "entity": self.entity, "key": self.key, "user_id": self.user_id, "needs": list(self.needs),
            "before": None if self.before is None else dict(self.before),
            "after": None if self.after is None else dict(self.after),
        }  # fmt: skip

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> ValuesReversal:
        """Read a reversal back from its JSON."""
        return cls(
            value["entity"], value["key"], value["user_id"], value["before"], value["after"], tuple(value["needs"])
        )


@dataclass(frozen=True)
class Undoing:
    """What a plan that takes a run back says besides its operations."""

    run_id: str
    outcomes: tuple[RowOutcome, ...]
    links: tuple[LinkReversal, ...] = ()
    values: tuple[ValuesReversal, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """JSON, kept in `Plan.undo`."""
        return {
            "run_id": self.run_id, "outcomes": [outcome.to_json() for outcome in self.outcomes],
            "links": [link.to_json() for link in self.links], "values": [values.to_json() for values in self.values],
        }  # fmt: skip

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Undoing:
        """Read it back from its JSON."""
        return cls(
            value["run_id"], tuple(map(RowOutcome.from_json, value["outcomes"])),
            tuple(map(LinkReversal.from_json, value["links"])), tuple(map(ValuesReversal.from_json, value["values"])),
        )  # fmt: skip

    @classmethod
    def of(cls, plan: Plan) -> Undoing:
        """What an undo plan says.

        Raises:
            ValueError: the plan takes no run back.
        """
        if plan.undo is None:
            raise ValueError("not a plan that takes a run back")
        return cls.from_json(plan.undo)


@dataclass(frozen=True)
class Done:
    """One operation a run carried out. `erased`: its values were blanked on a person's request."""

    operation: Operation
    erased: bool = False


@dataclass(frozen=True)
class LinkMove:
    """What a run did to one Webitel user's link; None = no link."""

    user_id: str
    before: LinkImage | None
    after: LinkImage | None


@dataclass(frozen=True)
class History:
    """What one run did, as the ledger tells it.

    Attributes:
        done: in the order it was done.
        moves: what the run did to links.
        links: every link as it is now, by Webitel user id.
        applied: last-applied values now; `applied_before`: as the journal has them before the run.
        learnt: what the run took for ours without writing it: a new link's baseline.
        restored: of a run that was itself an undo: last-applied values before and after it.
        usernames: Webitel user id → username.
        halfway: fields as undos of this run left them that did not come to their end.
    """

    run_id: str
    done: tuple[Done, ...]
    moves: tuple[LinkMove, ...] = ()
    links: Mapping[str, LinkImage] = field(default_factory=dict)
    applied: Mapping[Place, Mapping[str, Value]] = field(default_factory=dict)
    applied_before: Mapping[Place, Mapping[str, Value]] = field(default_factory=dict)
    learnt: Mapping[Place, Mapping[str, Value]] = field(default_factory=dict)
    restored: Mapping[Place, tuple[Mapping[str, Value] | None, Mapping[str, Value] | None]] = field(
        default_factory=dict
    )
    usernames: Mapping[str, str] = field(default_factory=dict)
    halfway: Mapping[Place, Mapping[str, Value]] = field(default_factory=dict)


@dataclass(frozen=True)
class Standing:
    """What stands in both services now, of all that the run touched.

    Attributes:
        rows: by place, values as operations have them (moments as texts); a row that is not there is absent.
        licenses: Webitel user id → licence ids held; absent = not in Webitel any more.
        roles: Webitel user id → roles that can be given.
        authors: row → (who made it, who changed it last); absent where the service does not tell.
        attached: contact → its communications and careers, as places.
        referrers: contact or account → what else refers to it, as `Entity.Lookup`.
        records_of: contact → records of the section.
        details_of: record → rows of its details, as places.
        members: account → contacts of it.
        tagged: tag → ids of the rows that put it on a record.
        protected: Webitel users whose record is never switched off or deleted and whose licences are never taken.
        can_switch_off: records have a switch; `can_tag`: they can be tagged (the classic profile).
        usernames_unique: records bear a username and may lack an extension.
    """

    rows: Mapping[Place, Row]
    licenses: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    roles: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    authors: Mapping[Place, tuple[str | None, str | None]] = field(default_factory=dict)
    attached: Mapping[str, tuple[Place, ...]] = field(default_factory=dict)
    referrers: Mapping[Place, tuple[str, ...]] = field(default_factory=dict)
    records_of: Mapping[str, frozenset[str]] = field(default_factory=dict)
    details_of: Mapping[str, frozenset[Place]] = field(default_factory=dict)
    members: Mapping[str, frozenset[str]] = field(default_factory=dict)
    tagged: Mapping[str, frozenset[str]] = field(default_factory=dict)
    protected: frozenset[str] = frozenset()
    can_switch_off: bool = True
    can_tag: bool = False
    usernames_unique: bool = True


def after_apply(
    outcomes: Collection[RowOutcome], states: Mapping[str, str], details: Mapping[str, Sentence]
) -> tuple[RowOutcome, ...]:
    """The outcomes as they turned out.

    Args:
        outcomes: as planned.
        states: operation id → done, stale, refused, failed, skipped, unknown.
        details: operation id → why it is not done.
    """
    return tuple(_turned_out(outcome, states, details) for outcome in outcomes)


def _turned_out(outcome: RowOutcome, states: Mapping[str, str], details: Mapping[str, Sentence]) -> RowOutcome:
    undone = [need for need in outcome.needs if states.get(need) != "done"]
    if not undone:
        return outcome
    state = next((states[need] for need in undone if states.get(need) in ("stale", "refused")), "")
    reason = next((details[need] for need in undone if need in details), Sentence("undo-not-done"))
    fate = {"stale": Fate.KEPT, "refused": Fate.IMPOSSIBLE}.get(state, Fate.NOT_DONE)
    return replace(outcome, fate=fate, reason=reason)
