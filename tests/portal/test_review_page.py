"""The review queue by keyboard: read, link, take back; and the spreadsheet."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.portal.browsing import Visits, assert_accessible
from usersync.ledger import VerdictKind
from usersync.stages.review import Question, open_questions


@pytest.fixture
def questions(visit: Visits) -> list[Question]:
    with visit.served.ledger() as ledger:
        found = open_questions(ledger, "default")
    assert found, "the small world asks about somebody"
    return found


def _verdicts(visit: Visits) -> list[tuple[str, VerdictKind]]:
    with visit.served.ledger() as ledger:
        return [(verdict.user_id, verdict.kind) for verdict in ledger.verdicts("default")]


def test_the_queue_is_worked_by_keyboard_and_the_last_answer_is_taken_back(
    visit: Visits, questions: list[Question]
) -> None:
    page = visit("operator", "/review")
    place = next((n for n, question in enumerate(questions) if question.item.candidates), None)
    assert place is not None
    for _ in range(place):
        page.keyboard.press("j")
    asked = questions[place].item
    expect(page.get_by_role("region", name="Candidate 1")).to_be_visible()
    expect(page.get_by_role("region", name="Webitel user", exact=True)).to_contain_text(asked.username)
    assert_accessible(page)

    page.keyboard.press("1")
    expect(page.get_by_text(f"{asked.username}: Link. The next run obeys it.")).to_be_visible()
    assert _verdicts(visit) == [(asked.user_id, VerdictKind.MUST_LINK)]

    page.keyboard.press("u")
    expect(page.get_by_text("The answer is taken back.")).to_be_visible()
    assert _verdicts(visit) == []


def test_keys_are_letters_where_somebody_writes_a_reason(visit: Visits) -> None:
    page = visit("operator", "/review")
    page.get_by_label("Reason").fill("1 i p c u")
    page.get_by_label("Reason").press("i")
    page.wait_for_timeout(500)

    assert _verdicts(visit) == []


def test_a_viewer_looks_and_cannot_answer(visit: Visits) -> None:
    page = visit("viewer", "/review")
    expect(page.get_by_role("region", name="Webitel user", exact=True)).to_be_visible()
    page.keyboard.press("i")
    page.wait_for_timeout(500)

    assert page.get_by_role("button", name="Ignore (i)").count() == 0
    assert _verdicts(visit) == []


def test_the_questions_go_out_as_a_spreadsheet_and_their_answers_come_in(
    visit: Visits, questions: list[Question], tmp_path: Path
) -> None:
    page = visit("operator", "/review")
    with page.expect_download() as started:
        page.get_by_role("link", name="Export as a spreadsheet").click()
    sheet = tmp_path / "review.csv"
    started.value.save_as(sheet)
    with sheet.open(encoding="utf-8-sig", newline="") as file:
        header, first, *_ = csv.reader(file, delimiter=";")
    place = next(number for number, name in enumerate(header) if name.startswith("verdict"))
    first[place : place + 2] = ["ignore", "seen in the sheet"]
    with sheet.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file, delimiter=";").writerows([header, first])

    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Import a spreadsheet").first.click()
    chooser.value.set_files(sheet)
    expect(page.get_by_text("Taken over: 1.")).to_be_visible()
    assert _verdicts(visit) == [(questions[0].item.user_id, VerdictKind.IGNORE)]
    with visit.served.ledger() as ledger:
        for verdict in ledger.verdicts("default"):
            ledger.withdraw_verdict(verdict.id, author="tester")
