"""Answers to questions, given as a person gives them."""

from __future__ import annotations

from typing import Any

from tests.process.office import Office
from usersync.ledger import Ledger, Verdict
from usersync.stages.review import Answer, Question, decide, open_questions

DOMAIN = "default"
AUTHOR = "os:olena"


def say(office: Office, username: str, answer: str, **more: Any) -> Verdict | None:
    """Decide, with a reason."""
    with Ledger.open(office.database_url) as ledger:
        return decide(ledger, DOMAIN, username, Answer(answer), author=AUTHOR, reason="I asked her", **more)


def asked(office: Office, *, everything: bool = False) -> dict[str, Question]:
    """Username → question."""
    with Ledger.open(office.database_url) as ledger:
        found = open_questions(ledger, DOMAIN, everything=everything)
    return {question.item.username: question for question in found}


def in_force(office: Office) -> list[tuple[str, str]]:
    with Ledger.open(office.database_url) as ledger:
        return [(verdict.user_id, verdict.kind.value) for verdict in ledger.verdicts(DOMAIN)]
