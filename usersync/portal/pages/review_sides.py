"""The Webitel user beside its candidates: both as they are now, what agrees marked, why each is proposed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from nicegui import ui

from usersync.matching.agreement import Part, agreement
from usersync.matching.relation import FULL, Relation
from usersync.portal.cards import contact_address
from usersync.portal.here import Here
from usersync.stages.review import Answer, Question
from usersync.stages.sides import ContactSide, Sides, UserSide
from usersync.words import Sentence, next_step, say

Decide = Callable[[Answer, str | None], Any]


def show_user(question: Question, sides: Sides) -> None:
    """The Webitel user, and why it is asked about."""
    item = question.item
    user = sides.users.get(item.user_id) or UserSide(item.user_id, "", item.username, "", "")
    with ui.element("section").classes("side").props(f'aria-label="{say("portal-change-user")}"'):
        ui.label(say("portal-change-user")).classes("side-kind")
        ui.label(user.name or user.username or user.user_id).classes("side-name")
        _facts(
            {
                "username": user.username, "extension": user.extension, "email": user.email, "user-id": user.user_id,
            }
        )  # fmt: skip
        ui.label(_readable(question, sides)).classes("why")
        step = next_step(item.reason.id, **item.reason.args)
        if step:
            ui.label(step).classes("hint")


def show_candidates(here: Here, question: Question, sides: Sides, decide: Decide | None) -> None:
    """Up to three candidates; `decide` None: the visitor may only look."""
    user = sides.users.get(question.item.user_id)
    for number, candidate in enumerate(question.item.candidates, start=1):
        contact_id = str(candidate["contact_id"])
        contact = sides.contacts.get(contact_id)
        title = say("portal-review-candidate", number=number)
        with ui.element("section").classes("side").props(f'aria-label="{title}"'):
            ui.label(_graded(number, candidate)).classes("side-kind")
            if contact is None:
                ui.label(say("portal-review-contact-gone")).classes("side-name")
            else:
                _marked_name(user.name if user else "", contact.name)
                _facts(_contact_facts(contact), agreeing=_agreeing(user, contact))
            ui.label(str(Sentence.from_json(candidate["reason"]))).classes("why")
            if address := contact_address(here, contact_id):
                ui.link(say("portal-review-in-creatio"), address, new_tab=True)
            if decide is not None:
                with ui.row().classes("actions"):
                    _choice(decide, Answer.LINK, contact_id, f"{say('portal-answer-link')} ({number})", primary=True)
                    _choice(decide, Answer.NOT_SAME, contact_id, say("portal-answer-not-same"))
                    if question.item.situation == "duplicate_records":
                        _choice(decide, Answer.SECOND_ACCOUNT, contact_id, say("portal-answer-second-account"))


def _choice(decide: Decide, answer: Answer, contact_id: str, words: str, *, primary: bool = False) -> None:
    button = ui.button(words, on_click=lambda: decide(answer, contact_id))
    button.props(f"{'unelevated' if primary else 'outline'} no-caps dense").classes("choice")


def _graded(number: int, candidate: Mapping[str, Any]) -> str:
    score = candidate["score"]
    if score is None:
        return say("portal-review-candidate-grade", number=number, grade=candidate["grade"])
    return say("portal-review-candidate-score", number=number, grade=candidate["grade"], score=f"{score:.0f}")


def _readable(question: Question, sides: Sides) -> str:
    """Why it is a question; the candidates' ids are replaced by their names."""
    text = str(question.item.reason)
    for candidate in question.item.candidates:
        contact = sides.contacts.get(str(candidate["contact_id"]))
        if contact is not None:
            text = text.replace(str(candidate["contact_id"]), contact.name)
    return text


def _marked_name(user: str, contact: str) -> None:
    """The contact's name; words that agree with the user's are marked, those that contradict it are marked otherwise."""
    _, parts = agreement(user, contact)
    with ui.element("div").classes("side-name"):
        for part in parts:
            with ui.element(_TAG[_kind(part)]).classes(_kind(part)):
                ui.label(part.text).props(f'title="{say("portal-review-agrees", how=str(part.relation))}"')


_TAG: Final = {"agrees": "mark", "contradicts": "s", "near": "mark", "plain": "span"}


def _kind(part: Part) -> str:
    if part.relation is Relation.CONFLICT:
        return "contradicts"
    if part.relation.quality >= FULL:
        return "agrees"
    return "near" if part.relation is not Relation.NONE else "plain"


def _contact_facts(contact: ContactSide) -> dict[str, str]:
    return {
        "email": contact.email, "mobile": contact.mobile_phone, "phone": contact.phone, "account": contact.account,
    }  # fmt: skip


def _agreeing(user: UserSide | None, contact: ContactSide) -> frozenset[str]:
    same = user is not None and user.email and user.email.casefold() == contact.email.casefold()
    return frozenset({"email"}) if same else frozenset()


def _facts(facts: Mapping[str, str], agreeing: frozenset[str] = frozenset()) -> None:
    with ui.element("dl").classes("side-facts"):
        for name, value in facts.items():
            with ui.element("dt"):
                ui.label(say(f"portal-fact-{name}"))
            with ui.element("dd"):
                if name in agreeing:
                    with ui.element("mark").classes("agrees"):
                        ui.label(value)
                else:
                    ui.label(value or "—")
