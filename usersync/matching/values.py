"""The nouns of matching: decision, candidate, verdicts. Frozen, written to JSON and read back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Any, overload

from usersync.words import Sentence


class Band(StrEnum):
    """What is to be done with one user (docs/matching.md, the table of bands)."""

    KEEP = "keep"
    AUTO = "auto"
    REVIEW = "review"
    CREATE = "create"
    SKIP = "skip"


class Grade(StrEnum):
    """How well a contact's name agrees with a user's.

    `NONE` is said of a contact that was found by a key alone (an e-mail address, a login), where there is no name to compare.
    """

    A = "A"
    A3 = "A3"
    A_TYPO = "A~"
    B = "B"
    C = "C"
    X = "X"
    NONE = "-"

    __hash__ = str.__hash__  # an enumeration's own is a function in Python, and these are keys millions of times


@dataclass(frozen=True)
class Candidate:
    """A contact that may be the user.

    Attributes:
        contact_id: the contact.
        grade: how well the names agree.
        score: 0 to 100, to rank by; not a probability.
        reason: why it is a candidate, without values of names, e-mails or phones.
    """

    contact_id: str
    grade: Grade
    score: float
    reason: Sentence

    def to_json(self) -> dict[str, Any]:
        """JSON of the candidate."""
        return {
            "contact_id": self.contact_id, "grade": str(self.grade), "score": self.score,
            "reason": self.reason.to_json(),
        }  # fmt: skip

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Candidate:
        """Read a candidate back from what `to_json` gave."""
        return cls(value["contact_id"], Grade(value["grade"]), value["score"], Sentence.from_json(value["reason"]))


@dataclass(frozen=True)
class Decision:
    """What matching says of one Webitel user.

    Attributes:
        user_id: the Webitel user.
        band: what is to be done.
        contact_id: the contact, for `keep` and `auto`; None otherwise.
        grade: of the chosen or the best candidate; `-` where there is none.
        score: of the chosen or the best candidate; 0 where there is none.
        reason: one sentence for an administrator, without values of names, e-mails or phones.
        evidence: JSON-able; the words matched, λ, rivals, the rule and what would change it. It holds names: ledger and
            portal only.
        candidates: the best three at most, best first.
    """

    user_id: str
    band: Band
    contact_id: str | None
    grade: Grade
    score: float
    reason: Sentence
    evidence: Mapping[str, Any] = field(default_factory=dict)
    candidates: tuple[Candidate, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """JSON of the decision."""
        return {
            "user_id": self.user_id, "band": str(self.band), "contact_id": self.contact_id, "grade": str(self.grade),
            "score": self.score, "reason": self.reason.to_json(), "evidence": dict(self.evidence),
            "candidates": [candidate.to_json() for candidate in self.candidates],
        }  # fmt: skip

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Decision:
        """Read a decision back from what `to_json` gave."""
        return cls(
            user_id=value["user_id"], band=Band(value["band"]), contact_id=value["contact_id"],
            grade=Grade(value["grade"]), score=value["score"], reason=Sentence.from_json(value["reason"]),
            evidence=dict(value["evidence"]),
            candidates=tuple(Candidate.from_json(item) for item in value["candidates"]),
        )  # fmt: skip


@dataclass(frozen=True)
class Decisions(Sequence[Decision]):
    """One decision for each user, in the order of the users."""

    items: tuple[Decision, ...] = ()

    def __iter__(self) -> Iterator[Decision]:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)

    @overload
    def __getitem__(self, index: int) -> Decision: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Decision]: ...
    def __getitem__(self, index: int | slice) -> Decision | Sequence[Decision]:
        return self.items[index]

    @cached_property
    def by_user(self) -> Mapping[str, Decision]:
        """User id → decision."""
        return {decision.user_id: decision for decision in self.items}

    def to_json(self) -> list[dict[str, Any]]:
        """JSON of all decisions."""
        return [decision.to_json() for decision in self.items]

    @classmethod
    def from_json(cls, value: Sequence[Mapping[str, Any]]) -> Decisions:
        """Read decisions back from what `to_json` gave."""
        return cls(tuple(Decision.from_json(item) for item in value))


@dataclass(frozen=True)
class Verdicts:
    """What humans decided in review; obeyed before anything else.

    Attributes:
        must_link: user id → contact id.
        cannot_link: pairs (user id, contact id) that are never linked nor suggested again.
        ignore: users that are left out.
        import_anyway: users that get a contact of their own whatever matching finds.
    """

    must_link: Mapping[str, str] = field(default_factory=dict)
    cannot_link: frozenset[tuple[str, str]] = frozenset()
    ignore: frozenset[str] = frozenset()
    import_anyway: frozenset[str] = frozenset()

    def to_json(self) -> dict[str, Any]:
        """JSON of the verdicts."""
        return {
            "must_link": dict(self.must_link), "cannot_link": sorted([user, contact] for user, contact in self.cannot_link),
            "ignore": sorted(self.ignore), "import_anyway": sorted(self.import_anyway),
        }  # fmt: skip

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Verdicts:
        """Read verdicts back from what `to_json` gave."""
        return cls(
            must_link=dict(value["must_link"]),
            cannot_link=frozenset((user, contact) for user, contact in value["cannot_link"]),
            ignore=frozenset(value["ignore"]), import_anyway=frozenset(value["import_anyway"]),
        )  # fmt: skip
