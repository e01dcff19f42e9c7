"""Human review as a library: what is asked, the answers, taking them back, and what a run knows of both.

The command line and the portal call these functions. An answer is stored in the ledger with its author, reason and time, is
audited, and is obeyed from the next run on (`usersync.planning.verdicts` says what it means there).
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Final

from usersync.errors import Fatal, UsageError
from usersync.ledger import LeaseHeld, Ledger, LinkState, Run, RunState, Verdict, VerdictKind
from usersync.planning import Plan
from usersync.planning.identity import new_user_id
from usersync.planning.values import Bucket, Situation, UserItem, Value
from usersync.planning.verdicts import (
    ANSWERS,
    CREATES,
    FieldAnswer,
    Review,
    Said,
    field_answers,
    question_of,
    what_was_asked,
)
from usersync.words import Sentence

_RUNS_LOOKED_AT = 200
_LINES_LOOKED_AT = 2_000
_MODE = "review"


class Answer(StrEnum):
    """What a human may answer, as it is typed."""

    LINK = "link"
    NOT_SAME = "not-same"
    CREATE = "create"
    SEPARATE_CONTACT = "separate-contact"
    SECOND_ACCOUNT = "second-account"
    IMPORT_ANYWAY = "import-anyway"
    IGNORE = "ignore"
    POSTPONE = "postpone"
    RESTORE = "restore"
    TAKE_WEBITEL = "take-webitel"
    KEEP_MINE = "keep-mine"


KINDS: Final = {
    Answer.LINK: VerdictKind.MUST_LINK,
    Answer.NOT_SAME: VerdictKind.CANNOT_LINK,
    Answer.CREATE: VerdictKind.CREATE,
    Answer.SEPARATE_CONTACT: VerdictKind.SEPARATE_CONTACT,
    Answer.SECOND_ACCOUNT: VerdictKind.SECOND_ACCOUNT,
    Answer.IMPORT_ANYWAY: VerdictKind.IMPORT_ANYWAY,
    Answer.IGNORE: VerdictKind.IGNORE,
    Answer.POSTPONE: VerdictKind.POSTPONE,
    Answer.RESTORE: VerdictKind.RESTORE,
}
"""Answers that are verdicts of the ledger; the other two are about fields."""
_OF_FIELDS: Final = {"take_webitel": Answer.TAKE_WEBITEL, "keep_mine": Answer.KEEP_MINE}
"""As the audit calls them."""
ABOUT_CONTACT: Final = frozenset({Answer.LINK, Answer.NOT_SAME, Answer.SECOND_ACCOUNT})
_DONE_ONCE: Final = frozenset({*CREATES, "must_link", "second_account", "restore"})


class UserUnknown(UsageError):
    """Nobody, or more than one, is known by what was given."""


class VerdictsChanged(Fatal):
    """A human has said something else of a user since the plan was made."""


@dataclass(frozen=True)
class Question:
    """One user somebody is asked about, or may say something of.

    Attributes:
        run_id, asked_at: the run that asked.
        item: what that run said of the user: why, and up to three candidates.
        id: names what is asked; another one as soon as the candidates or values are others.
        verdicts: in force and not yet carried out.
        answered: question about a field → the value that was chosen for it.
    """

    run_id: str
    asked_at: datetime
    item: UserItem
    id: str
    verdicts: tuple[Verdict, ...] = ()
    answered: Mapping[str, FieldAnswer] = field(default_factory=dict)

    @property
    def asks(self) -> bool:
        """Whether something may be said of the user that a run would obey: a question, or somebody left out."""
        left_out = self.item.bucket is Bucket.SKIPPED
        return self.item.asks or left_out or bool(self.item.evidence.get("differs"))

    @property
    def open(self) -> bool:
        """Whether a human is waited for: it is a question, and nothing was said that answers it."""
        fields = set(self.item.evidence.get("differs", {}).values())
        if not self.item.asks or (fields and fields <= self.answered.keys()):
            return False
        offered = {str(candidate["contact_id"]) for candidate in self.item.candidates}
        ruled_out = {verdict.contact_id for verdict in self.verdicts if verdict.kind is VerdictKind.CANNOT_LINK}
        if offered and offered <= ruled_out:
            return False
        return all(verdict.kind is VerdictKind.CANNOT_LINK for verdict in self.verdicts)

    def to_json(self) -> dict[str, Any]:
        """JSON of the question."""
        return {
            "user_id": self.item.user_id, "username": self.item.username, "situation": str(self.item.situation),
            "why": str(self.item.reason), "question": self.id, "open": self.open, "contact_id": self.item.contact_id,
            "run_id": self.run_id, "asked_at": self.asked_at.isoformat(),
            "candidates": [
                {
                    "contact_id": candidate["contact_id"], "grade": candidate["grade"], "score": candidate["score"],
                    "reason": str(Sentence.from_json(candidate["reason"])),
                }
                for candidate in self.item.candidates
            ],
            "fields": sorted(self.item.evidence.get("differs", {})),
            "verdicts": [verdict_json(verdict) for verdict in self.verdicts],
        }  # fmt: skip


def verdict_json(verdict: Verdict) -> dict[str, Any]:
    """JSON of a verdict."""
    return {
        "number": verdict.id, "user_id": verdict.user_id, "verdict": str(verdict.kind), "author": verdict.author,
        "contact_id": verdict.contact_id, "reason": verdict.reason, "at": verdict.at.isoformat(),
        "until": verdict.until.isoformat() if verdict.until else None,
    }  # fmt: skip


# What is asked


def open_questions(ledger: Ledger, domain: str, *, everything: bool = False) -> list[Question]:
    """Whom somebody is asked about, by user id.

    Args:
        ledger: where it is remembered.
        domain: name of the domain in the settings.
        everything: also the answered, the postponed, and those left out, of whom something may be said.
    """
    verdicts = ledger.verdicts(domain)
    applied = ledger.last_applied(domain)
    questions: list[Question] = []
    for run, item in _latest_items(ledger, domain):
        question = Question(
            run.id, run.started_at, item, question_of(item),
            tuple(verdict for verdict in verdicts if verdict.user_id == item.user_id),
            field_answers(applied.get((ANSWERS, item.record_id or ""))),
        )  # fmt: skip
        if question.open or (everything and (question.asks or question.verdicts)):
            questions.append(question)
    return questions


def find_question(ledger: Ledger, domain: str, user: str) -> Question:
    """The latest word of a run about one user.

    Args:
        ledger: where it is remembered.
        domain: name of the domain in the settings.
        user: Webitel id or username (case does not count).

    Raises:
        UserUnknown: nobody, or more than one, is known by it.
    """
    wanted = user.strip()
    found = [
        (run, item)
        for run, item in _latest_items(ledger, domain)
        if item.user_id == wanted or item.username.casefold() == wanted.casefold()
    ]
    if len(found) > 1:
        raise UserUnknown("review-user-ambiguous", user=wanted[:60], ids=", ".join(item.user_id for _, item in found))
    if not found:
        raise UserUnknown("review-user-unknown", user=wanted[:60], domain=domain)
    run, item = found[0]
    answers = field_answers(ledger.last_applied(domain).get((ANSWERS, item.record_id or "")))
    verdicts = tuple(ledger.verdicts(domain, item.user_id))
    return Question(run.id, run.started_at, item, question_of(item), verdicts, answers)


def user_id_of(ledger: Ledger, domain: str, user: str) -> str:
    """The Webitel id of a user that is linked, or that the last runs said something of.

    Args:
        ledger: where it is remembered.
        domain: name of the domain in the settings.
        user: Webitel id or username (case does not count).

    Raises:
        UsageError: nobody, or more than one, is known by it.
    """
    wanted = user.strip()
    links = ledger.links(domain)
    if wanted in links:
        return wanted
    named = [user_id for user_id, link in links.items() if link.username.casefold() == wanted.casefold()]
    return named[0] if wanted and len(named) == 1 else find_question(ledger, domain, wanted).item.user_id


def known_user_id(ledger: Ledger, domain: str, user: str) -> str:
    """As `user_id_of`; also what stands for the id of somebody a form was filled in for and who was never made.

    Raises:
        UsageError: nobody, or more than one, is known by it.
    """
    try:
        return user_id_of(ledger, domain, user)
    except UserUnknown:
        unmade = new_user_id(user.strip())
        if not ledger.said_of(domain, unmade):
            raise
        return unmade


def _latest_items(ledger: Ledger, domain: str, *, only_questions: bool = False) -> list[tuple[Run, UserItem]]:
    """The latest item of each user: of the last run over the whole domain, and of later ones over a part of it."""
    found: dict[str, tuple[Run, UserItem]] = {}
    for run in ledger.runs(domain, _RUNS_LOOKED_AT):
        if run.mode not in ("preview", "apply"):
            continue
        counts = (run.receipt or {}).get("buckets", {})
        quiet = only_questions and not run.scope and sum(counts.values()) and not counts["review"] + counts["failed"]
        items = [] if quiet else ledger.decisions(run.id)
        for item in items:
            found.setdefault(item.user_id, (run, item))
        if quiet or (items and not run.scope):
            break
    return sorted(found.values(), key=lambda pair: (len(pair[1].user_id), pair[1].user_id))


# Answers


def decide(
    ledger: Ledger,
    domain: str,
    user: str,
    answer: Answer,
    *,
    author: str,
    reason: str,
    contact_id: str | None = None,
    until: datetime | None = None,
) -> Verdict | None:
    """Answer for one user; obeyed from the next run on.

    Args:
        ledger: where it is remembered.
        domain: name of the domain in the settings.
        user: Webitel id or username.
        answer: what is said.
        author: who says it.
        reason: why, in the author's words.
        contact_id: the contact it speaks of; where there is but one candidate it may be left out.
        until: aware end of a postponement.

    Returns:
        The verdict; None for the two answers about fields, which become part of the values the ledger compares with.

    Raises:
        UsageError: the user is unknown, or the answer does not fit its question; the sentence says why.
        VerdictContradicts, VerdictIncomplete: see `Ledger.give_verdict`.
        LeaseHeld: a run is at work: an answer about fields waits for its end.
    """
    question = find_question(ledger, domain, user)
    item = question.item
    if not reason.strip():
        raise UsageError("review-no-reason")
    if answer not in KINDS:
        _answer_fields(ledger, domain, item, "take" if answer is Answer.TAKE_WEBITEL else "keep", author, reason)
        return None
    _require_fitting(ledger, domain, item, answer, until)
    contact = contact_meant(item, answer, contact_id) if answer in ABOUT_CONTACT else None
    return ledger.give_verdict(
        domain, item.user_id, KINDS[answer], author=author, reason=reason, contact_id=contact,
        until=until if answer is Answer.POSTPONE else None,
    )  # fmt: skip


def _require_fitting(ledger: Ledger, domain: str, item: UserItem, answer: Answer, until: datetime | None) -> None:
    if answer is Answer.POSTPONE and (until is None or until <= datetime.now(UTC)):
        raise UsageError("review-until-past")
    if answer is Answer.RESTORE and item.situation is not Situation.RECORD_DELETED:
        raise UsageError("review-nothing-deleted", user=item.user_id)
    if KINDS[answer].value in CREATES and item.bucket not in {Bucket.REVIEW, Bucket.SKIPPED}:
        link = ledger.links(domain).get(item.user_id)
        ruled_out = {v.contact_id for v in ledger.verdicts(domain, item.user_id) if v.kind is VerdictKind.CANNOT_LINK}
        if link is not None and link.state is LinkState.ACTIVE and link.contact_id not in ruled_out:
            raise UsageError("review-linked-already", user=item.user_id, contact=link.contact_id or "")


def contact_meant(item: UserItem, answer: Answer, given: str | None) -> str:
    """The contact an answer speaks of: the one given, else the only one it can mean.

    Raises:
        UsageError: what is given is no id, or nothing is given and there is more than one, or none.
    """
    if given:
        try:
            return str(uuid.UUID(given.strip()))
        except ValueError:
            raise UsageError("review-contact-not-an-id") from None
    offered = [str(candidate["contact_id"]) for candidate in item.candidates]
    if answer is not Answer.LINK and item.contact_id:
        offered = [item.contact_id]
    if len(offered) != 1:
        raise UsageError("review-which-contact", count=len(offered), verdict=answer.value)
    return offered[0]


def _answer_fields(ledger: Ledger, domain: str, item: UserItem, choice: str, author: str, reason: str) -> None:
    """Add answers to the values the ledger compares the record with; they hold for the two values that were asked about."""
    questions: dict[str, str] = item.evidence.get("differs", {})
    if item.record_id is None or not questions:
        raise UsageError("review-nothing-differs", user=item.user_id)
    run = ledger.start_run(domain=domain, mode=_MODE, scope=(item.username,), author=author)
    try:
        lease = ledger.acquire_lease(domain, run.id)
    except LeaseHeld:
        ledger.finish_run(run.id, RunState.ALREADY_RUNNING)
        raise
    try:
        stored = ledger.last_applied(domain).get((ANSWERS, item.record_id), {})
        at = datetime.now(UTC).isoformat(timespec="seconds")
        lines: dict[str, Value] = {
            f"{number:06d}": [choice, question, name, author, reason.strip(), at]
            for number, (name, question) in enumerate(sorted(questions.items()), start=len(stored) + 1)
        }
        ledger.learn(lease, run.id, {(ANSWERS, item.record_id): lines})
        action = {"take": "verdict.take_webitel", "keep": "verdict.keep_mine"}.get(choice, "verdict.withdrawn")
        ledger.note(author, action, domain=domain, subject=item.user_id, fields=sorted(questions), run=run.id)
        ledger.finish_run(run.id, RunState.COMPLETED)
    except BaseException:
        ledger.finish_run(run.id, RunState.FAILED)
        raise
    finally:
        ledger.release_lease(lease)


def withdraw(
    ledger: Ledger, domain: str, user: str, *, author: str, answer: Answer | None = None, contact_id: str | None = None
) -> int:
    """Take back what was said of a user and not carried out yet.

    Args:
        ledger: where it is remembered.
        domain: name of the domain in the settings.
        user: Webitel id or username.
        author: who takes it back.
        answer: only this kind of answer; None = all.
        contact_id: only what was said of this contact.

    Returns:
        How many answers were taken back.

    Raises:
        UsageError: the user is unknown, or nothing of the kind was said.
    """
    question = find_question(ledger, domain, user)
    mine = [
        verdict
        for verdict in question.verdicts
        if (answer is None or verdict.kind is KINDS.get(answer)) and contact_id in {None, verdict.contact_id}
    ]
    for verdict in mine:
        ledger.withdraw_verdict(verdict.id, author=author)
    count = len(mine)
    if contact_id is None and answer in {None, Answer.TAKE_WEBITEL, Answer.KEEP_MINE} and question.item.record_id:
        count += _withdraw_field_answers(ledger, domain, question.item, author)
    if not count:
        raise UsageError("review-nothing-to-withdraw", user=question.item.user_id)
    return count


def withdraw_last(ledger: Ledger, domain: str, *, author: str) -> tuple[str, str]:
    """Take back the last answer this author gave that stands and is not carried out; called again, the one before it.

    Returns:
        Webitel id of the user, and the kind of answer.

    Raises:
        UsageError: there is none among the last lines of the audit.
    """
    in_force = {verdict.id: verdict for verdict in ledger.verdicts(domain)}
    taken_back: set[str] = set()
    for line in ledger.audit(domain, limit=_LINES_LOOKED_AT):
        user_id, action = line.subject or "", line.action.removeprefix("verdict.")
        if action == "withdrawn" and "fields" in line.detail:
            taken_back.add(user_id)
        if line.actor != author or line.action == action:
            continue
        if action in _OF_FIELDS and user_id not in taken_back:
            withdraw(ledger, domain, user_id, author=author, answer=_OF_FIELDS[action])
            return user_id, _OF_FIELDS[action].value
        if line.detail.get("verdict") in in_force and action != "withdrawn":
            given = in_force[line.detail["verdict"]]
            ledger.withdraw_verdict(given.id, author=author)
            return user_id, next(answer.value for answer, kind in KINDS.items() if kind is given.kind)
    raise UsageError("review-nothing-said", author=author)


def _withdraw_field_answers(ledger: Ledger, domain: str, item: UserItem, author: str) -> int:
    stored = ledger.last_applied(domain).get((ANSWERS, item.record_id or ""), {})
    standing = field_answers(stored)
    names = {line[1]: line[2] for line in stored.values() if isinstance(line, list) and line[1] in standing}
    if names:
        differs = {name: question for question, name in names.items()}
        past = replace(item, evidence={"differs": differs})
        _answer_fields(ledger, domain, past, "withdrawn", author, "-")
    return len(names)


# What a run knows of it


def read_review(ledger: Ledger, domain: str) -> Review:
    """What humans said of a domain's users, and what they are still asked."""
    undecided, differing = what_was_asked([item for _, item in _latest_items(ledger, domain, only_questions=True)])
    said = tuple(
        Said(
            verdict.id, verdict.user_id, verdict.kind.value, verdict.contact_id.lower() if verdict.contact_id else None,
            verdict.until, verdict.author,
        )
        for verdict in ledger.verdicts(domain)
    )  # fmt: skip
    return Review(said, undecided, differing)


def require_same_verdicts(plan: Plan, review: Review) -> None:
    """A plan stands on what humans had said when it was made: of those it changes, nothing else may have been said since.

    Raises:
        VerdictsChanged: names the first user of whom it has.
    """
    changed = {operation.user_id for operation in plan.operations}
    for item in plan.items:
        if item.user_id in changed and list(item.evidence.get("verdicts", ())) != review.numbers(item.user_id):
            raise VerdictsChanged("review-verdicts-changed", user=item.user_id, plan=plan.hash[:12])


def end_carried_out(
    ledger: Ledger, run_id: str, domain: str, review: Review, items: Sequence[UserItem], failed: Collection[str]
) -> None:
    """End the verdicts that asked for something a run has done: from now on the link remembers it, and people may move it.

    Args:
        ledger: where they are remembered.
        run_id: the run; the audit names it as who ended them.
        domain: name of the domain in the settings.
        review: the verdicts the run obeyed.
        items: what the run's plan said of each user.
        failed: users of whom not everything was done.
    """
    wanted = [said for said in review.said if said.kind in _DONE_ONCE and said.user_id not in failed]
    if not wanted:
        return
    links, by_id = ledger.links(domain), {item.user_id: item for item in items}
    in_force = {verdict.id for verdict in ledger.verdicts(domain)}
    for said in wanted:
        item, link = by_id.get(said.user_id), links.get(said.user_id)
        if item is None or link is None or link.record_id is None or said.number not in in_force:
            continue
        settled = item.bucket not in {Bucket.REVIEW, Bucket.SKIPPED}
        if said.kind in {"must_link", "second_account"}:
            settled = link.contact_id == said.contact_id and (settled or item.contact_id == said.contact_id)
        if settled:
            ledger.withdraw_verdict(said.number, author=f"run:{run_id}")
