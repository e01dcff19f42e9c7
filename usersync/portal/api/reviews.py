"""Review: whom somebody is asked about, and the answers."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Final
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from usersync.portal.api.answers import Words
from usersync.portal.api.callers import DomainName, Exporter, Reviewer, Viewer
from usersync.stages.review import Answer, Question, decide, open_questions, withdraw
from usersync.stages.review_sheet import export_questions, import_answers
from usersync.words import Sentence

router: Final = APIRouter(tags=["review"])
User = Annotated[str, Path(max_length=255, description="Webitel User ID or username.")]


class CandidateOut(BaseModel):
    """A contact the user may be."""

    contact_id: str
    grade: str
    score: float | None
    why: Words


class VerdictOut(BaseModel):
    """What somebody said of a user."""

    number: int
    verdict: str
    contact_id: str | None
    author: str
    reason: str
    at: datetime
    until: datetime | None


class QuestionOut(BaseModel):
    """One user somebody is asked about."""

    user_id: str
    username: str
    situation: str
    open: bool
    why: Words
    contact_id: str | None
    run: str
    asked_at: datetime
    candidates: list[CandidateOut]
    fields: list[str] = Field(description="Fields whose two values differ, where that is the question.")
    verdicts: list[VerdictOut]

    @classmethod
    def of(cls, question: Question) -> QuestionOut:
        """The question."""
        item = question.item
        return cls(
            user_id=item.user_id, username=item.username, situation=str(item.situation), open=question.open,
            why=Words.of(item.reason), contact_id=item.contact_id, run=question.run_id, asked_at=question.asked_at,
            candidates=[
                CandidateOut(
                    contact_id=str(candidate["contact_id"]), grade=str(candidate["grade"]), score=candidate["score"],
                    why=Words.of(Sentence.from_json(candidate["reason"])),
                )
                for candidate in item.candidates
            ],
            fields=sorted(item.evidence.get("differs", {})),
            verdicts=[
                VerdictOut(
                    number=verdict.id, verdict=str(verdict.kind), contact_id=verdict.contact_id, author=verdict.author,
                    reason=verdict.reason, at=verdict.at, until=verdict.until,
                )
                for verdict in question.verdicts
            ],
        )  # fmt: skip


class QuestionsOut(BaseModel):
    """Whom somebody is asked about, by User ID."""

    questions: list[QuestionOut]


class AnswerBody(BaseModel):
    """What is said of a user."""

    model_config = ConfigDict(extra="forbid")

    answer: Answer
    reason: str = Field(min_length=1, max_length=2_000, description="Why, in your own words; it is kept and shown.")
    contact_id: str | None = Field(default=None, max_length=40, description="The contact it speaks of.")
    until: AwareDatetime | None = Field(default=None, description="End of a postponement.")


class WithdrawBody(BaseModel):
    """Which answers are taken back."""

    model_config = ConfigDict(extra="forbid")

    answer: Answer | None = Field(default=None, description="Only this kind of answer; null: all.")
    contact_id: str | None = Field(default=None, max_length=40, description="Only what was said of this contact.")


class Decided(BaseModel):
    """The verdict's number; null for answers about fields, which become part of what runs compare with."""

    verdict: int | None


class Withdrawn(BaseModel):
    """How many answers were taken back."""

    count: int


class RefusedLine(BaseModel):
    """A line of the file that was not taken over."""

    line: int
    why: Words


class Imported(BaseModel):
    """What became of the lines of a file."""

    given: int
    known: int
    blank: int
    refused: list[RefusedLine]


@router.get("/reviews", summary="Whom somebody is asked about")
async def list_questions(
    caller: Viewer,
    domain: DomainName = "",
    everything: Annotated[bool, Query(description="Also the answered, the postponed and those left out.")] = False,
) -> QuestionsOut:
    """The questions of one domain, each with up to three candidates."""
    name = caller.domain(domain).name
    found = await caller.ask(lambda ledger: open_questions(ledger, name, everything=everything))
    return QuestionsOut(questions=[QuestionOut.of(question) for question in found])


@router.get(
    "/reviews/export",
    summary="The questions as a spreadsheet",
    response_class=Response,
    responses={200: {"content": {"text/csv": {}}, "description": "CSV with an empty column for the verdict."}},
)
async def export_reviews(
    caller: Exporter,
    domain: DomainName = "",
    everything: Annotated[bool, Query(description="Also those that need no answer.")] = False,
) -> Response:
    """CSV to be filled in and imported. No cell of it is a formula."""
    name, author = caller.domain(domain).name, caller.visitor.author
    data = await caller.ask(lambda ledger: export_questions(ledger, name, everything=everything))
    await caller.ask(lambda ledger: ledger.note(author, "review.exported", domain=name))
    headers = {"Content-Disposition": 'attachment; filename="review.csv"'}
    return Response(data, media_type="text/csv; charset=utf-8", headers=headers)


@router.post(
    "/reviews/import",
    summary="Take over the verdicts of a spreadsheet",
    openapi_extra={"requestBody": {"required": True, "content": {"text/csv": {"schema": {"type": "string"}}}}},
)
async def import_reviews(caller: Reviewer, request: Request, domain: DomainName = "") -> Imported:
    """The file as it was exported, with verdicts and reasons filled in. Lines that do not fit are refused one by one."""
    name, author = caller.domain(domain).name, caller.visitor.author
    zone, file = ZoneInfo(caller.portal.settings.timezone), await request.body()
    report = await caller.ask(lambda ledger: import_answers(ledger, name, file, author=author, timezone=zone))
    refused = [RefusedLine(line=bad.line, why=Words.of(bad.problem)) for bad in report.refused]
    return Imported(given=report.given, known=report.known, blank=report.blank, refused=refused)


@router.post("/reviews/{user}/decide", summary="Answer for one user")
async def decide_review(caller: Reviewer, user: User, body: AnswerBody, domain: DomainName = "") -> Decided:
    """The answer is obeyed from the next run on."""
    name, author = caller.domain(domain).name, caller.visitor.author
    given: dict[str, Any] = {"contact_id": body.contact_id, "until": body.until}
    verdict = await caller.ask(
        lambda ledger: decide(ledger, name, user, body.answer, author=author, reason=body.reason, **given)
    )
    return Decided(verdict=verdict.id if verdict else None)


@router.post("/reviews/{user}/withdraw", summary="Take answers back")
async def withdraw_review(caller: Reviewer, user: User, body: WithdrawBody, domain: DomainName = "") -> Withdrawn:
    """What no run has carried out yet."""
    name, author = caller.domain(domain).name, caller.visitor.author
    count = await caller.ask(
        lambda ledger: withdraw(
            ledger, name, user, author=author, answer=body.answer, contact_id=(body.contact_id or "").lower() or None
        )
    )
    return Withdrawn(count=count)
