"""The spreadsheet: opened, filled in, saved by whatever program, and taken over line by line."""

from __future__ import annotations

import csv
import io
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.databases import FakeTime
from usersync.errors import UsageError
from usersync.ledger import Ledger, RunState, VerdictKind
from usersync.planning import Bucket, Situation, UserItem
from usersync.stages.review import Answer
from usersync.stages.review_sheet import (
    cell_text,
    export_questions,
    import_answers,
    parse_verdict,
    read_rows,
    safe_cell,
    write_rows,
)
from usersync.words import Sentence

DOMAIN = "sales"
C1, C2, C3 = (f"0000000{n}-0000-4000-8000-000000000000" for n in (1, 2, 3))
COLUMNS = ("domain", "question", "user_id", "username", "situation", "why", "contact_id", "candidate_1", "candidate_2",
           "candidate_3", "verdict", "reason")  # fmt: skip
ANYTHING = st.text(st.characters(codec="utf-8"), max_size=40)


def _item(user_id: str, username: str, contacts: tuple[str, ...] = (C1, C2), **more: object) -> UserItem:
    candidates = tuple(
        {"contact_id": contact, "grade": "C", "score": 50.0, "reason": Sentence("review-linked").to_json()}
        for contact in contacts
    )
    values: dict[str, object] = {
        "situation": Situation.DISPUTED, "bucket": Bucket.REVIEW, "reason": Sentence("review-still-open"),
        "contact_id": None, "record_id": None, "band": "review", **more,
    }  # fmt: skip
    return UserItem(user_id=user_id, username=username, candidates=candidates, **values)  # type: ignore[arg-type]


def _ask(ledger: Ledger, *items: UserItem) -> None:
    run = ledger.start_run(domain=DOMAIN, mode="preview", author="olena")
    ledger.save_decisions(run.id, items)
    ledger.finish_run(run.id, RunState.COMPLETED)


def _fill(data: bytes, answers: dict[str, tuple[str, str]], **cells: str) -> bytes:
    """The exported file with (verdict, reason) put in by user id, and other cells of all rows replaced."""
    rows = [row for _, row in read_rows(data) if row is not None]
    for row in rows:
        row["verdict"], row["reason"] = answers.get(row["user_id"], ("", ""))
        row.update(cells)
    return write_rows(list(rows))


def _cells(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), delimiter=";"))


# Cells


@given(ANYTHING)
def test_any_text_comes_back_from_a_cell_as_it_was(text: str) -> None:
    assert cell_text(safe_cell(text)) == text


@given(st.lists(st.fixed_dictionaries(dict.fromkeys(COLUMNS, ANYTHING)), max_size=4))
def test_any_rows_come_back_from_a_file_as_they_were(rows: list[dict[str, str]]) -> None:
    kept = [row for row in rows if any(row.values())]
    assert [row for _, row in read_rows(write_rows(list(rows)))] == kept


@given(ANYTHING)
def test_no_cell_begins_like_a_formula_or_is_taken_for_a_number(text: str) -> None:
    cell = safe_cell(text)
    assert not cell or cell[0] == "'" or cell[0].isalpha()
    assert cell[:1] == "'" or not any(character.isdigit() for character in cell)


@pytest.mark.parametrize(
    "text", ["=1+1", "+380501234567", "-5", "@SUM(A1)", "\tx", "\rx", "0101", "1145678901234567890", "1-2", "mar1", "TRUE",
             "'quoted", "(5)", "1e5"],
)  # fmt: skip
def test_what_a_program_would_run_or_change_is_marked_as_text(text: str) -> None:
    assert safe_cell(text) == f"'{text}"


def test_a_file_begins_with_the_utf8_mark_and_has_semicolons_and_names_the_verdicts(ledger: Ledger) -> None:
    _ask(ledger, _item("1145678901234567890", "0101"))

    data = export_questions(ledger, DOMAIN)

    assert data.startswith(b"\xef\xbb\xbf")
    header, row = _cells(data)
    assert [name.partition(" ")[0] for name in header] == list(COLUMNS)
    assert all(answer.value in header[10] for answer in Answer)
    assert row[2:4] == ["'1145678901234567890", "'0101"]
    assert row[7].startswith(f"'{C1} C")


# Answers


def test_answers_are_taken_over_once_and_known_the_second_time(ledger: Ledger) -> None:
    _ask(ledger, _item("1", "a"), _item("2", "b"), _item("3", "c"), _item("4", "d"))
    answers = {"1": ("link 2", "seen"), "2": (" Ignore ", "gone"), "3": ("postpone 2199-01-31", "later")}
    data = _fill(export_questions(ledger, DOMAIN), answers)

    first = import_answers(ledger, DOMAIN, data, author="olena", timezone=ZoneInfo("Europe/Kyiv"))
    second = import_answers(ledger, DOMAIN, data, author="olena", timezone=ZoneInfo("Europe/Kyiv"))

    assert (first.given, first.known, first.blank, first.refused) == (3, 0, 1, ())
    assert (second.given, second.known, second.blank, second.refused) == (0, 3, 1, ())
    said = {verdict.user_id: verdict for verdict in ledger.verdicts(DOMAIN)}
    assert (said["1"].kind, said["1"].contact_id, said["1"].reason) == (VerdictKind.MUST_LINK, C2, "seen")
    assert (said["2"].kind, said["2"].author) == (VerdictKind.IGNORE, "olena")
    assert said["3"].until is not None
    assert said["3"].until.isoformat() == "2199-01-30T22:00:00+00:00"


BAD = [
    ("link 3", "because", "review-sheet-no-candidate"),
    ("link", "because", "review-which-contact"),
    ("link nobody", "because", "review-contact-not-an-id"),
    ("create it", "because", "review-sheet-surplus"),
    ("maybe", "because", "review-verdict-unknown"),
    ("postpone", "because", "review-until-unreadable"),
    ("postpone 31.12.2199", "because", "review-until-unreadable"),
    ("postpone 2020-01-01", "because", "review-until-past"),
    ("ignore", "  ", "review-no-reason"),
    ("restore", "because", "review-nothing-deleted"),
]


def test_a_bad_line_is_reported_by_its_number_and_the_others_go_on(ledger: Ledger) -> None:
    items = [_item(str(number), f"user{number}") for number in range(1, len(BAD) + 2)]
    _ask(ledger, *items)
    answers = {str(number): (verdict, reason) for number, (verdict, reason, _) in enumerate(BAD, start=1)}
    answers[str(len(BAD) + 1)] = ("ignore", "gone")

    report = import_answers(ledger, DOMAIN, _fill(export_questions(ledger, DOMAIN), answers), author="olena")

    assert [(bad.line, bad.problem.id) for bad in report.refused] == [
        (number, message) for number, (_, _, message) in enumerate(BAD, start=2)
    ]
    assert [verdict.user_id for verdict in ledger.verdicts(DOMAIN)] == [str(len(BAD) + 1)]


def test_two_lines_that_contradict_are_refused_by_the_second_ones_number(ledger: Ledger) -> None:
    _ask(ledger, _item("1", "a"), _item("2", "b"))
    data = _fill(export_questions(ledger, DOMAIN), {"1": ("link 1", "seen"), "2": ("link 1", "seen")})

    report = import_answers(ledger, DOMAIN, data, author="olena")

    assert report.given == 1
    assert [(bad.line, bad.problem.id) for bad in report.refused] == [(3, "ledger-verdict-contact-taken")]


def test_a_question_whose_candidates_changed_is_refused(ledger: Ledger, clock: FakeTime) -> None:
    _ask(ledger, _item("1", "a"))
    data = _fill(export_questions(ledger, DOMAIN), {"1": ("link 1", "seen")})
    clock.pass_(hours=1)
    _ask(ledger, _item("1", "a", (C1, C3)))

    report = import_answers(ledger, DOMAIN, data, author="olena")

    assert [bad.problem.id for bad in report.refused] == ["review-sheet-outdated"]
    assert ledger.verdicts(DOMAIN) == []


def test_a_question_that_answered_itself_is_refused(ledger: Ledger, clock: FakeTime) -> None:
    _ask(ledger, _item("1", "a"))
    data = _fill(export_questions(ledger, DOMAIN), {"1": ("link 1", "seen")})
    clock.pass_(hours=1)
    _ask(ledger, _item("1", "a", bucket=Bucket.UNCHANGED, contact_id=C1))

    report = import_answers(ledger, DOMAIN, data, author="olena")

    assert [bad.problem.id for bad in report.refused] == ["review-sheet-answered"]


def test_a_file_of_another_domain_is_refused_as_a_whole(ledger: Ledger) -> None:
    _ask(ledger, _item("1", "a"), _item("2", "b"))
    data = _fill(export_questions(ledger, DOMAIN), {"1": ("ignore", "gone")}, domain="support")

    with pytest.raises(UsageError, match="support"):
        import_answers(ledger, DOMAIN, data, author="olena")
    assert ledger.verdicts(DOMAIN) == []


@pytest.mark.parametrize("delimiter", [",", "\t"])
def test_a_file_saved_with_another_delimiter_and_without_the_mark_is_read(ledger: Ledger, delimiter: str) -> None:
    _ask(ledger, _item("0101", "a"))
    rows = _cells(_fill(export_questions(ledger, DOMAIN), {"0101": ("ignore", "a;b, c")}))
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter).writerows(rows)

    report = import_answers(ledger, DOMAIN, out.getvalue().encode(), author="olena")

    assert report.given == 1
    assert ledger.verdicts(DOMAIN)[0].reason == "a;b, c"


@pytest.mark.parametrize(
    ("data", "problem"),
    [(b"", "empty"), ("reason;вердикт".encode("cp1251"), "encoding"), (b"a;b\r\n1;2\r\n", "header")],
)
def test_what_is_no_spreadsheet_of_ours_is_refused_with_what_is_wrong(
    ledger: Ledger, data: bytes, problem: str
) -> None:
    with pytest.raises(UsageError) as caught:
        import_answers(ledger, DOMAIN, data, author="olena")
    assert caught.value.args_of_message == {"problem": problem}


def test_a_line_with_too_few_cells_is_reported_and_a_reason_of_two_lines_does_not_shift_the_count(
    ledger: Ledger,
) -> None:
    _ask(ledger, _item("1", "a"), _item("2", "b"))
    data = _fill(export_questions(ledger, DOMAIN), {"1": ("ignore", "two\nlines"), "2": ("ignore", "gone")})
    data += b"1;2;3\r\n"

    report = import_answers(ledger, DOMAIN, data, author="olena")

    assert report.given == 2
    assert [(bad.line, bad.problem.id) for bad in report.refused] == [(5, "review-sheet-row-short")]


@given(st.text(max_size=30))
def test_whatever_stands_in_the_verdict_column_is_refused_unless_it_is_an_answer(text: str) -> None:
    if text.strip().partition(" ")[0].lower().replace("_", "-") not in set(Answer):
        with pytest.raises(UsageError, match="Allowed"):
            parse_verdict(text, [C1], ZoneInfo("UTC"))
