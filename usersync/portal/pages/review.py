"""The review queue: one question after another, answered by mouse or keyboard; equal cases at once; a last answer taken back."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from html import escape
from typing import Final
from zoneinfo import ZoneInfo

from nicegui import ui
from nicegui.events import KeyEventArguments, UploadEventArguments

from usersync.errors import UsersyncError
from usersync.planning.values import Situation
from usersync.portal.access import Permission
from usersync.portal.asking import confirmed
from usersync.portal.frame import tell
from usersync.portal.here import Here
from usersync.portal.page import page
from usersync.portal.pages.review_sides import show_candidates, show_user
from usersync.portal.wording import verdict_words
from usersync.stages.review import Answer, Question, decide, open_questions, withdraw
from usersync.stages.review_sheet import import_answers
from usersync.stages.sides import Sides, read_sides
from usersync.words import say

_POSTPONED: Final = timedelta(days=7)
_SHOWN: Final = 200
_FILE_BYTES: Final = 5_000_000
_UPLOAD: Final = """
<button type="button" class="upload-button" @click="props.pickFiles">{words}</button>
<label class="unseen">{words}<q-uploader-add-trigger /></label>
"""
"""Quasar's own button has no name and holds the file field, which nobody who only hears the page would find."""
_KEYS: Final = {
    "c": Answer.CREATE,
    "s": Answer.SEPARATE_CONTACT,
    "a": Answer.IMPORT_ANYWAY,
    "i": Answer.IGNORE,
    "p": Answer.POSTPONE,
}
"""Answers that name no contact, by key. Contacts are linked by their number."""


@page("/review", title="portal-nav-review", section="review")
async def review_page(here: Here) -> None:
    """The queue."""
    queue = _Queue(here)
    await queue.load()
    _tools(here, queue)
    queue.build()
    await queue.show()
    if here.may(Permission.REVIEW):
        ui.keyboard(on_key=queue.key, repeating=False, ignore=["input", "textarea", "select"])


@dataclass
class _Queue:
    """The questions, and the one that is looked at.

    Attributes:
        given: what was answered from this page, the last at the end; it can be taken back.
    """

    here: Here
    questions: list[Question] = field(default_factory=list)
    everything: bool = False
    at: int = 0
    given: list[tuple[str, Answer, str | None]] = field(default_factory=list)
    sides: Sides = field(default_factory=Sides)

    async def load(self) -> None:
        """Ask the ledger again."""
        name, everything = self.here.domain.name, self.everything
        self.questions = await self.here.ask(lambda ledger: open_questions(ledger, name, everything=everything))
        self.at = min(self.at, max(len(self.questions) - 1, 0))

    @property
    def question(self) -> Question | None:
        """The one that is looked at."""
        return self.questions[self.at] if self.questions else None

    def build(self) -> None:
        """The list on the left, the question on the right."""
        self.told = ui.label().props('role=status aria-live="polite"').classes("hint")
        with ui.element("div").classes("queue"):
            self.list = ui.element("ol").classes("questions").props(f'aria-label="{say("portal-review-questions")}"')
            self.place = ui.element("div").classes("question-place")

    async def show(self) -> None:
        """The question that is looked at, with both sides as they are now."""
        self.told.set_text(say("portal-review-open", count=sum(question.open for question in self.questions)))
        self._list()
        self.place.clear()
        question = self.question
        if question is None:
            with self.place:
                ui.label(say("portal-review-none"))
            return
        contacts = [str(candidate["contact_id"]) for candidate in question.item.candidates]
        self.sides = await read_sides(self.here.domain, [question.item.user_id], contacts)
        self.place.clear()
        with self.place:
            self._question(question)

    def _list(self) -> None:
        self.list.clear()
        first = max(0, min(self.at - _SHOWN // 2, len(self.questions) - _SHOWN))
        with self.list:
            for number, question in enumerate(self.questions[first : first + _SHOWN], start=first):
                with ui.element("li"):
                    button = ui.button(on_click=lambda _, number=number: self.go(number), color=None)
                    button.props("flat no-caps dense align=left").classes("" if question.open else "answered")
                    with button, ui.element("span").classes("question-words"):
                        ui.label(question.item.username or question.item.user_id)
                        ui.label(str(question.item.situation.sentence)).classes("situation")
                    if number == self.at:
                        button.props('aria-current="true"')

    def _question(self, question: Question) -> None:
        may = self.here.may(Permission.REVIEW)
        with ui.element("div").classes("sides"):
            show_user(question, self.sides)
            show_candidates(self.here, question, self.sides, self.answer if may else None)
        for verdict in question.verdicts:
            ui.label(say("portal-review-said", verdict=verdict_words(verdict.kind), author=verdict.author,
                         at=self.here.time(verdict.at), reason=verdict.reason)).classes("said")  # fmt: skip
        if not may:
            return
        self.reason = ui.input(say("portal-review-reason"), value=say("portal-review-reason-given")).props(
            "outlined dense"
        )
        self.reason.classes("full").props("maxlength=2000")
        with ui.row().classes("actions"):
            for answer, key in _offered(question):
                words = f"{say(f'portal-answer-{answer}')} ({key})" if key else say(f"portal-answer-{answer}")
                ui.button(words, on_click=lambda _, answer=answer: self.answer(answer, None)).props(
                    "outline no-caps dense"
                )
        self._bulk(question)

    def _bulk(self, question: Question) -> None:
        """Whoever is asked about for the same reason, with a first candidate of the same grade."""
        equal = [other for other in self.questions if other.open and _case(other) == _case(question)]
        if question.item.candidates and len(equal) > 1:
            words = say("portal-review-equal", count=len(equal))
            ui.button(words, on_click=lambda: self.link_equal(equal)).props("flat no-caps dense")

    async def go(self, number: int) -> None:
        """Look at another question."""
        if 0 <= number < len(self.questions):
            self.at = number
            await self.show()

    async def answer(self, answer: Answer, contact_id: str | None) -> None:
        """Answer the question that is looked at, and go on to the next."""
        self.here.require(Permission.REVIEW)
        question = self.question
        if question is None:
            return
        try:
            await self._say(question, answer, contact_id)
        except UsersyncError:  # somebody else has answered meanwhile
            await self._on()
            raise
        ui.notify(say("portal-review-answered", user=question.item.username, answer=say(f"portal-answer-{answer}")))
        await self._on()

    async def link_equal(self, equal: list[Question]) -> None:
        """Link everybody of one case to the first candidate, after a look at how many they are."""
        self.here.require(Permission.REVIEW)
        names = ", ".join(question.item.username for question in equal[:12])
        question = say("portal-review-equal-ask", count=len(equal))
        if await confirmed(question, yes=say("portal-answer-link"), hint=names + (" …" if len(equal) > 12 else "")):
            for each in equal:
                await self._say(each, Answer.LINK, str(each.item.candidates[0]["contact_id"]))
            await self._on()

    async def take_back(self) -> None:
        """Take the last answer given here back."""
        self.here.require(Permission.REVIEW)
        if not self.given:
            ui.notify(say("portal-review-nothing-given"))
            return
        user, answer, contact_id = self.given.pop()
        name, author = self.here.domain.name, self.here.author
        await self.here.ask(
            lambda ledger: withdraw(ledger, name, user, author=author, answer=answer, contact_id=contact_id)
        )
        await self.load()
        places = [number for number, question in enumerate(self.questions) if question.item.user_id == user]
        self.at = places[0] if places else self.at
        await self.show()
        ui.notify(say("portal-review-taken-back"))

    async def key(self, event: KeyEventArguments) -> None:
        """Digits link, letters answer, j and k go on and back, u takes back."""
        if not event.action.keydown or event.modifiers.ctrl or event.modifiers.alt or event.modifiers.meta:
            return
        name, question = str(event.key.name).casefold(), self.question
        if name in ("j", "k"):
            await self.go(self.at + (1 if name == "j" else -1))
        elif name == "u":
            await self.take_back()
        elif question is not None and name.isdigit() and 1 <= int(name) <= len(question.item.candidates):
            await self.answer(Answer.LINK, str(question.item.candidates[int(name) - 1]["contact_id"]))
        elif question is not None and (name, _KEYS.get(name)) in [(key, answer) for answer, key in _offered(question)]:
            await self.answer(_KEYS[name], None)

    async def _say(self, question: Question, answer: Answer, contact_id: str | None) -> None:
        name, author = self.here.domain.name, self.here.author
        reason = (self.reason.value or "").strip() or say("portal-review-reason-given")
        until = datetime.now(UTC) + _POSTPONED if answer is Answer.POSTPONE else None
        user = question.item.user_id
        await self.here.ask(
            lambda ledger: decide(
                ledger, name, user, answer, author=author, reason=reason, contact_id=contact_id, until=until
            )
        )
        self.given.append((user, answer, contact_id))

    async def _on(self) -> None:
        """The next open question; where answered ones are shown too, the one after this."""
        before = self.at
        await self.load()
        if self.everything:
            self.at = min(before + 1, max(len(self.questions) - 1, 0))
        await self.show()


def _offered(question: Question) -> list[tuple[Answer, str]]:
    """What may be answered besides a candidate, with its key ("" = none)."""
    item = question.item
    keys = {answer: key for key, answer in _KEYS.items()}
    offered = [Answer.CREATE, Answer.SEPARATE_CONTACT, Answer.IMPORT_ANYWAY, Answer.IGNORE, Answer.POSTPONE]
    if item.situation is Situation.RECORD_DELETED:
        offered.insert(0, Answer.RESTORE)
    if item.evidence.get("differs"):
        offered = [Answer.TAKE_WEBITEL, Answer.KEEP_MINE, Answer.POSTPONE]
    elif item.contact_id:
        offered.insert(0, Answer.SECOND_ACCOUNT)
    return [(answer, keys.get(answer, "")) for answer in offered]


def _case(question: Question) -> tuple[str, str]:
    first = question.item.candidates[0]["grade"] if question.item.candidates else ""
    return question.item.reason.id, str(first)


def _tools(here: Here, queue: _Queue) -> None:
    async def switch(on: bool) -> None:
        queue.everything, queue.at = on, 0
        await queue.load()
        await queue.show()

    with ui.row().classes("actions"):
        ui.checkbox(say("portal-review-everything"), on_change=lambda event: switch(bool(event.value)))
        if here.may(Permission.REVIEW):
            ui.button(say("portal-review-take-back"), on_click=queue.take_back).props("outline no-caps dense")
        if here.may(Permission.EXPORT):
            address = here.address("/api/reviews/export")
            ui.link(say("portal-review-export"), address).props('download="review.csv"')
        if here.may(Permission.REVIEW):
            upload = ui.upload(auto_upload=True, max_file_size=_FILE_BYTES).props('accept=".csv,text/csv" flat')
            upload.classes("import").add_slot("header", _UPLOAD.format(words=escape(say("portal-review-import"))))
            upload.add_slot("list", "<span></span>")
            upload.on_upload(lambda event: _take_over(here, queue, event))
    if here.may(Permission.REVIEW):
        ui.label(say("portal-review-keys")).classes("hint")


async def _take_over(here: Here, queue: _Queue, event: UploadEventArguments) -> None:
    """Answers of a spreadsheet; what is refused is told line by line."""
    here.require(Permission.REVIEW)
    data, name, author = await event.file.read(), here.domain.name, here.author
    zone = ZoneInfo(here.settings.timezone)
    report = await here.ask(lambda ledger: import_answers(ledger, name, data, author=author, timezone=zone))
    lines = [say("portal-review-refused", line=bad.line, why=str(bad.problem)) for bad in report.refused[:20]]
    told = say("portal-review-imported", given=report.given, known=report.known, refused=len(report.refused))
    tell("\n".join([told, *lines]))
    await queue.load()
    await queue.show()
