"""What humans said of Webitel users, as planning understands it: who is meant, who is not, what waits, whose value stands.

A verdict stands above all evidence of matching and below safety: an account that is protected, excluded or doubtful in the
source stays so, and what a verdict leads to passes the trust gate and the approval limits like everything else.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, Literal

from usersync.matching import Verdicts
from usersync.planning.fields import Comparison
from usersync.planning.values import Bucket, Situation, UserItem, Value
from usersync.words import Sentence

if TYPE_CHECKING:
    from usersync.planning.draft import Draft

Kind = Literal[
    "must_link", "cannot_link", "create", "separate_contact", "second_account", "import_anyway", "ignore", "postpone",
    "restore",
]  # fmt: skip
"""The kinds the ledger stores (`usersync.ledger.VerdictKind`)."""

CREATES: Final = frozenset({"create", "separate_contact", "import_anyway"})
"""Each asks for a contact of the user's own."""
ANSWERS: Final = "answer"
"""Under (this, record id) the ledger keeps, among the values last applied, what humans answered about fields that differ."""
FieldAnswer = Literal["take", "keep", "withdrawn"]


@dataclass(frozen=True)
class Said:
    """One verdict in force.

    Attributes:
        number: the ledger's number of it.
        contact_id: the contact it speaks of, lower case; None where it speaks of none.
        until: aware end of a postponement.
    """

    number: int
    user_id: str
    kind: Kind
    contact_id: str | None = None
    until: datetime | None = None
    author: str = ""


@dataclass(frozen=True)
class Review:
    """What humans said, and what they are still asked.

    Attributes:
        said: the verdicts in force.
        undecided: user id → contacts that were proposed the last time somebody was asked who this is.
        differing: questions about fields that were asked the last time (see `field_question`).
    """

    said: tuple[Said, ...] = ()
    undecided: Mapping[str, frozenset[str]] = field(default_factory=dict)
    differing: frozenset[str] = frozenset()

    @cached_property
    def by_user(self) -> Mapping[str, tuple[Said, ...]]:
        """User id → verdicts in force, the oldest first."""
        found: defaultdict[str, list[Said]] = defaultdict(list)
        for said in sorted(self.said, key=lambda said: said.number):
            found[said.user_id].append(said)
        return {user_id: tuple(all_) for user_id, all_ in found.items()}

    def _one(self, user_id: str, kinds: Collection[str]) -> Said | None:
        return next((said for said in self.by_user.get(user_id, ()) if said.kind in kinds), None)

    def named(self, user_id: str) -> Said | None:
        """The verdict that says which contact the user is: `must_link` or `second_account`."""
        return self._one(user_id, ("must_link", "second_account"))

    def ruled_out(self, user_id: str) -> frozenset[str]:
        """Contacts the user is not."""
        return frozenset(
            said.contact_id
            for said in self.by_user.get(user_id, ())
            if said.kind == "cannot_link" and said.contact_id is not None
        )

    def creates(self, user_id: str) -> bool:
        """Whether a contact of its own shall be made for the user."""
        return self._one(user_id, CREATES) is not None

    def ignores(self, user_id: str) -> bool:
        """Whether the user is left out."""
        return self._one(user_id, ("ignore",)) is not None

    def restores(self, user_id: str) -> bool:
        """Whether the record that was deleted by hand shall be made again."""
        return self._one(user_id, ("restore",)) is not None

    def postponed_until(self, user_id: str) -> datetime | None:
        """Until when nobody is asked about the user; None where it is not postponed."""
        said = self._one(user_id, ("postpone",))
        return said.until if said else None

    def numbers(self, user_id: str) -> list[int]:
        """The verdicts a plan stands on. A postponement is none of them: it ends by itself."""
        return [said.number for said in self.by_user.get(user_id, ()) if said.kind != "postpone"]

    def still_open(self, user_id: str) -> frozenset[str]:
        """Contacts proposed before that nobody has ruled out: while there are any, no contact is made for the user."""
        return self.undecided.get(user_id, frozenset()) - self.ruled_out(user_id)

    def for_matching(self, *, settled: Collection[str], second_holders: Collection[str]) -> Verdicts:
        """The part of it that matching obeys; whom a verdict names is settled before matching is asked.

        Args:
            settled: users that need no matching.
            second_holders: users whose contact has another user too; they stand in nobody's way.
        """
        return Verdicts(
            cannot_link=frozenset(
                (said.user_id, said.contact_id)
                for said in self.said
                if said.kind == "cannot_link" and said.contact_id is not None
            ),
            ignore=frozenset(user_id for user_id in self.by_user if self.ignores(user_id) and user_id not in settled)
            | frozenset(second_holders),
            import_anyway=frozenset(
                user_id for user_id in self.by_user if self.creates(user_id) and user_id not in settled
            ),
        )

    def fingerprint(self) -> str:
        """SHA-256 of what was said, whoever said it and why."""
        said = sorted(
            (item.user_id, item.kind, item.contact_id or "", item.until.isoformat() if item.until else "")
            for item in self.said
        )
        return hashlib.sha256(json.dumps(said).encode()).hexdigest()


def what_was_asked(items: Collection[UserItem]) -> tuple[dict[str, frozenset[str]], frozenset[str]]:
    """What earlier items still ask: `Review.undecided` and `Review.differing`."""
    undecided: dict[str, frozenset[str]] = {}
    differing: set[str] = set()
    for item in items:
        if not item.asks:
            continue
        differing.update(item.evidence.get("differs", {}).values())
        proposed = {str(candidate["contact_id"]) for candidate in item.candidates} | set(item.evidence.get("open", ()))
        if proposed:
            undecided[item.user_id] = frozenset(proposed)
    return undecided, frozenset(differing)


def question_of(item: UserItem) -> str:
    """A short name of what a human is asked: another one as soon as the situation, candidates or values are others."""
    asked = [
        item.user_id, str(item.situation), item.contact_id, item.record_id,
        sorted(str(candidate["contact_id"]) for candidate in item.candidates),
        sorted(item.evidence.get("differs", {}).items()), sorted(item.evidence.get("open", ())),
    ]  # fmt: skip
    return hashlib.sha256(json.dumps(asked).encode()).hexdigest()[:12]


def field_question(record_id: str, name: str, source: Value, human: Value) -> str:
    """The question which of two values of a field is right; an answer holds for these two values only."""
    return hashlib.sha256(json.dumps([record_id, name, source, human]).encode()).hexdigest()[:16]


def field_answers(stored: Mapping[str, Value] | None) -> dict[str, FieldAnswer]:
    """Question → the last answer to it.

    Args:
        stored: what the ledger keeps under `ANSWERS`: running number → answer, question, field, author, reason, time.
    """
    found: dict[str, FieldAnswer] = {}
    for number in sorted(stored or {}):
        line = (stored or {})[number]
        if isinstance(line, list) and len(line) > 1 and line[0] in ("take", "keep", "withdrawn"):
            found[line[1]] = line[0]  # type: ignore[assignment]  # it is one of the three
    return {question: answer for question, answer in found.items() if answer != "withdrawn"}


def settle_fields(
    change: Comparison,
    record_id: str,
    current: Mapping[str, Value],
    wanted: Mapping[str, Value],
    answers: Mapping[str, FieldAnswer],
) -> tuple[Comparison, dict[str, str]]:
    """Let the answers humans gave decide the fields in which they and the source differ.

    Args:
        change: what comparing the row gave.
        record_id: the row.
        current: what stands there.
        wanted: what the source says.
        answers: see `field_answers`.

    Returns:
        The change as it is after the answers, and the questions left: field → question.
    """
    settled = Comparison(dict(change.before), dict(change.after), dict(change.kept), dict(change.disputed))
    questions: dict[str, str] = {}
    for name in sorted({*change.kept, *change.disputed} & set(wanted)):
        now, value = current.get(name), wanted.get(name)
        question = field_question(record_id, name, value, now)
        answer = answers.get(question)
        if answer is None:
            questions[name] = question
            continue
        settled.kept.pop(name, None)
        settled.disputed.pop(name, None)
        if answer == "take":
            settled.before[name], settled.after[name] = now, value
        else:
            settled.kept[name] = now
    return settled, questions


def move_record(
    change: Comparison, record: Mapping[str, Any], contact_id: str | None, *, theirs: Collection[str], mine: str | None
) -> None:
    """A human said whose record it is: its contact, and its Creatio user if that was the former contact's, follow.

    Args:
        change: what is written to the row; it is added to.
        record: the row.
        contact_id: whose it shall be.
        theirs: system users of the contact the row names now.
        mine: the one active system user of the new contact, None where there is none or more than one.
    """
    change.before["contact"], change.after["contact"] = record.get("contact"), contact_id
    if record.get("user") in theirs and mine != record.get("user"):
        change.before["user"], change.after["user"] = record.get("user"), mine


def hold(review: Review, draft: Draft, *, new: bool) -> Draft:
    """Whoever is postponed waits, and whoever somebody is still asked about gets no contact meanwhile.

    Args:
        review: what was said and asked.
        draft: the user's part of the plan, else finished.
        new: whether nothing but names speaks of the user.
    """
    user_id = draft.user["id"]
    until, undecided = review.postponed_until(user_id), review.still_open(user_id)
    if until is not None and (draft.bucket is Bucket.REVIEW or (new and draft.bucket in _NEW)):
        reason = Sentence("review-postponed", {"until": until.isoformat()[:16].replace("T", " ")})
        if draft.bucket is Bucket.REVIEW:
            draft.reason = reason
        else:
            draft.review(Situation.DISPUTED, reason)
    if new and undecided and not review.creates(user_id) and (draft.bucket is Bucket.CREATED or draft.band == "create"):
        draft.evidence = {**draft.evidence, "open": sorted(undecided)}
        if draft.bucket is Bucket.CREATED:
            draft.review(Situation.DISPUTED, Sentence("review-still-open"))
    numbers = review.numbers(user_id)
    if numbers:
        draft.evidence = {**draft.evidence, "verdicts": numbers}
    return draft


_NEW: Final = frozenset({Bucket.CREATED, Bucket.LINKED})
