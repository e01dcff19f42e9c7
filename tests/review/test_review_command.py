"""`usersync review …` as it is typed."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from usersync.cli import app
from usersync.commands import terminal
from usersync.errors import UsageError
from usersync.ledger import Ledger, RunState, VerdictKind
from usersync.planning import Bucket, Situation, UserItem
from usersync.words import Sentence

CONTACT = "00000001-0000-4000-8000-000000000000"


@pytest.fixture
def url(sqlite_template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A ledger in which one user is asked about, and the settings that lead to it."""
    shutil.copy(sqlite_template, tmp_path / "ledger.db")
    url = f"sqlite:///{tmp_path / 'ledger.db'}"
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("USERSYNC_DATABASE_URL", url)
    monkeypatch.setattr(terminal.console, "width", 240)
    candidate = {
        "contact_id": CONTACT, "grade": "C", "score": 50.0, "reason": Sentence("review-contact-ruled-out").to_json(),
    }  # fmt: skip
    item = UserItem(
        "1145678901234567890", "o.bondar", Situation.DISPUTED, Bucket.REVIEW, "review", None, None,
        Sentence("review-still-open"), candidates=(candidate,),
    )  # fmt: skip
    with Ledger.open(url) as ledger:
        run = ledger.start_run(domain="default", mode="preview", author="olena")
        ledger.save_decisions(run.id, [item])
        ledger.finish_run(run.id, RunState.COMPLETED)
    return url


def _run(*words: str) -> Result:
    return CliRunner().invoke(app, ["review", *words])


def test_list_shows_who_why_what_to_do_and_the_candidates(url: str) -> None:
    shown = _run("list").output

    assert "o.bondar" in shown
    assert "usersync review decide" in " ".join(shown.split())
    assert CONTACT in shown.replace("\n", "")


def test_list_as_json_is_for_programs(url: str) -> None:
    (question,) = json.loads(_run("list", "--json").output)

    assert (question["username"], question["open"]) == ("o.bondar", True)
    assert question["candidates"][0]["contact_id"] == CONTACT


def test_decide_says_the_verdicts_number_and_the_question_is_not_asked_any_more(url: str) -> None:
    said = _run("decide", "O.Bondar", "link", "--reason", "seen her")

    assert said.exit_code == 0
    assert "link to this contact" in said.output
    assert json.loads(_run("list", "--json").output) == []
    (answered,) = json.loads(_run("list", "--json", "--all").output)
    assert answered["verdicts"][0]["reason"] == "seen her"
    with Ledger.open(url) as ledger:
        assert ledger.verdicts("default")[0].author.startswith("os:")


def test_the_last_answer_is_taken_back_and_then_the_one_before(url: str) -> None:
    _run("decide", "o.bondar", "not-same", "--contact", CONTACT, "--reason", "another")
    _run("decide", "o.bondar", "ignore", "--reason", "left")
    with Ledger.open(url) as ledger:
        ledger.give_verdict("default", "9", VerdictKind.IGNORE, author="os:somebody.else", reason="x")

    assert "“ignore”" in _run("withdraw", "--last").output
    assert "“not-same”" in _run("withdraw", "--last").output
    assert isinstance(_run("withdraw", "--last").exception, UsageError)
    with Ledger.open(url) as ledger:
        assert [verdict.user_id for verdict in ledger.verdicts("default")] == ["9"]
    for words in ((), ("o.bondar", "--last")):
        assert isinstance(_run("withdraw", *words).exception, UsageError)


def test_an_answer_about_fields_is_a_last_answer_too(url: str) -> None:
    differing = UserItem(
        "8", "v.shulha", Situation.CHANGED, Bucket.REVIEW, "keep", CONTACT, CONTACT, Sentence("review-still-open"),
        evidence={"differs": {"name": "question"}},
    )  # fmt: skip
    with Ledger.open(url) as ledger:
        run = ledger.start_run(domain="default", mode="preview", author="olena")
        ledger.save_decisions(run.id, [differing])
        ledger.finish_run(run.id, RunState.COMPLETED)
    _run("decide", "8", "ignore", "--reason", "left")
    _run("decide", "8", "keep-mine", "--reason", "mine")

    assert "“keep-mine”" in _run("withdraw", "--last").output
    assert "“ignore”" in _run("withdraw", "--last").output
    assert isinstance(_run("withdraw", "--last").exception, UsageError)


def test_withdraw_opens_the_question_again(url: str) -> None:
    _run("decide", "1145678901234567890", "ignore", "--reason", "left")

    assert "1 answer is withdrawn" in _run("withdraw", "o.bondar").output
    assert len(json.loads(_run("list", "--json").output)) == 1


def test_a_verdict_that_does_not_exist_is_refused_with_those_that_do(url: str) -> None:
    refused = _run("decide", "o.bondar", "perhaps", "--reason", "x")

    assert isinstance(refused.exception, UsageError)
    assert "separate-contact" in str(refused.exception)


def test_a_spreadsheet_goes_out_and_comes_back(url: str, tmp_path: Path) -> None:
    file = tmp_path / "review.csv"
    assert "1 question is in" in _run("export", str(file)).output
    header, row, _ = file.read_bytes().decode("utf-8-sig").split("\r\n")
    filled = row.removesuffix('"";""') + '"link 1";"seen her"'
    unknown = '"default";"x";"404";"";"";"";"";"";"";"";"ignore";"who"'
    file.write_text("\n".join([header, filled, unknown]), encoding="utf-8-sig")

    report = _run("import", str(file))

    assert report.exit_code == 1
    assert "Taken over: 1; known already: 0; without an answer: 0; refused: 1." in report.output
    assert "line 3:" in report.output


@pytest.mark.parametrize("command", ["import", "export"])
def test_a_file_that_cannot_be_used_is_named(url: str, tmp_path: Path, command: str) -> None:
    refused = _run(command, str(tmp_path / "nowhere" / "review.csv"))

    assert isinstance(refused.exception, UsageError)
    assert "nowhere" in str(refused.exception)


def test_the_words_are_ukrainian_where_that_is_chosen(url: str) -> None:
    shown = CliRunner().invoke(app, ["--language", "uk", "review", "list"]).output

    assert "Запитання до людини" in shown
    CliRunner().invoke(app, ["--language", "en", "review", "list"])
