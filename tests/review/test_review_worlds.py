"""Generated worlds, small and of usual size: all questions answered in one spreadsheet, obeyed, and nothing left to do."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.process.office import Office
from tests.review.answering import AUTHOR, DOMAIN, asked
from tests.review.conftest import FREELY
from usersync.ledger import Ledger
from usersync.sandbox.process import Sandbox
from usersync.stages.review_sheet import export_questions, import_answers, read_rows, write_rows

ANSWERS = ("link 1", "create", "ignore", "separate-contact")


@pytest.mark.parametrize(("users", "contacts"), [(8, 60), (120, 600)])
def test_every_question_of_a_world_is_answered_by_spreadsheet_and_obeyed(
    users: int, contacts: int, sqlite_template: Path, tmp_path: Path
) -> None:
    shutil.copy(sqlite_template, tmp_path / "ledger.db")
    with Sandbox.start(directory=tmp_path / "box", seed=11, users=users, contacts=contacts) as box:
        office = Office(box, f"sqlite:///{tmp_path / 'ledger.db'}", rules={"approval": FREELY})
        first = office.run()
        questions = asked(office)
        assert questions
        answers: dict[str, str] = {}
        with Ledger.open(office.database_url) as ledger:
            rows = [row for _, row in read_rows(export_questions(ledger, DOMAIN)) if row is not None]
            taken: set[str] = set()
            for number, row in enumerate(rows):
                answer = ANSWERS[number % len(ANSWERS)]
                first_candidate = row["candidate_1"].partition(" ")[0]
                if answer == "link 1" and (not first_candidate or first_candidate in taken):
                    answer = "create"
                taken.add(first_candidate)
                row["verdict"], row["reason"] = answer, "=the list of the personnel department"
                answers[row["user_id"]] = answer
            report = import_answers(ledger, DOMAIN, write_rows(list(rows)), author=AUTHOR)
            assert (report.given, report.refused) == (len(questions), ())
        obeyed = office.run()

        waiting = {item.user_id for item in first.plan.items if item.bucket == "review"}
        assert waiting == set(answers)
        assert obeyed.receipt.converged
        items = {item.user_id: item for item in obeyed.plan.items}
        assert {str(items[user].bucket) for user, answer in answers.items() if answer == "ignore"} <= {"skipped"}
        made = {user for user, answer in answers.items() if answer in {"create", "separate-contact"}}
        doubtful = {
            "planning-duplicate-in-source", "planning-contact-has-record", "review-contact-taken",
            "planning-duplicate-records",
        }  # fmt: skip
        assert not [
            (user, str(items[user].reason)) for user in made
            if items[user].bucket != "created" and items[user].reason.id not in doubtful
        ]  # fmt: skip
        before = office.writes()
        again = office.run()
        assert (again.plan.operations, office.writes()) == ((), before)
