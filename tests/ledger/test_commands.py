"""The commands that keep, show and let go of what the ledger holds, as they are typed."""

from __future__ import annotations

import csv
import io
import json
import stat
from datetime import timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from tests.ledger.people import begin, create, do, done, item, link, plan, row_id, update
from usersync.cli import app
from usersync.commands import terminal
from usersync.errors import UsageError
from usersync.ledger import Ledger, Outcome, PlanNotUsable, RunState
from usersync.ledger.values import OperationState
from usersync.planning import Bucket

NAME, LOGIN = "Незабудько Оксана", "o.nezabudko"
DOMAIN = "default"


def _run(*words: str, answer: str | None = None) -> Result:
    return CliRunner().invoke(app, list(words), input=answer)


@pytest.fixture
def run_id(at_hand: Ledger) -> str:
    """A run of user 7 that was carried out but for one change, and a plan that waits."""
    lease = begin(at_hand, domain=DOMAIN)
    made = create("7", name=NAME, username=LOGIN)
    at_hand.save_decisions(lease.run_id, [item("7", username=LOGIN), item("8", Bucket.UNCHANGED)])
    do(at_hand, lease, made)
    stale = update("7", {"name": NAME}, {"name": f"{NAME}-Рись"})
    found = {"name": "By Hand"}
    at_hand.pass_over(lease, lease.run_id, [(stale, Outcome(stale.id, OperationState.STALE, after_read=found))])
    at_hand.apply_links(lease, lease.run_id, [link("7")], usernames={"7": LOGIN})
    at_hand.release_lease(lease)
    waiting = plan(create("7", name=NAME), items=(item("7", username=LOGIN),), domain=DOMAIN)
    at_hand.save_plan(lease.run_id, waiting, needs_approval=[{"x": 1}], expires_in=timedelta(days=1))
    at_hand.finish_run(lease.run_id, RunState.COMPLETED)
    return lease.run_id


def test_a_run_is_exported_to_a_file_of_its_owners_alone_in_the_format_its_name_says(
    run_id: str, at_hand: Ledger
) -> None:
    said = _run("export", run_id[-4:], "--output", "run.csv")

    assert said.exit_code == 0, said.output
    path = Path("run.csv")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    rows = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig")), delimiter=";"))
    assert {row["webitel_username"] for row in rows} == {LOGIN, "u8"}
    (stale,) = [row for row in rows if row["state"] == "stale"]
    assert (stale["before"], stale["after"], stale["found"]) == (NAME, f"{NAME}-Рись", "By Hand")
    assert at_hand.audit(DOMAIN)[0].action == "run.exported"


def test_a_run_is_printed_as_json_unless_csv_is_asked_for(run_id: str) -> None:
    document = json.loads(_run("export", run_id).output)
    assert document["run"]["id"] == run_id
    assert [decision["user_id"] for decision in document["decisions"]] == ["7", "8"]
    assert _run("export", run_id, "--csv").output.startswith("\ufeffrun;")
    assert isinstance(_run("export", run_id, "--csv", "--json").exception, UsageError)
    assert isinstance(_run("export", run_id, "--output", "no/such/folder.json").exception, UsageError)


def test_show_tells_the_values_of_what_was_not_done_only_where_they_are_asked_for(run_id: str) -> None:
    assert NAME not in _run("show", run_id, "--all").output
    shown = " ".join(_run("show", run_id, "--values").output.split())
    for words in ("left: changed since the plan was made", NAME, f"{NAME}-Рись", "By Hand"):
        assert words in shown


def test_the_audit_says_who_did_what_to_whom(run_id: str) -> None:
    (made,) = json.loads(_run("audit", "--about", LOGIN.upper(), "--json").output)
    assert (made["action"], made["subject"], made["run_id"]) == ("link.made", "7", run_id)
    lines = json.loads(_run("audit", "--run", run_id[-4:], "--limit", "100", "--json").output)
    assert (lines[0]["action"], lines[-1]["action"]) == ("run.finished", "run.started")
    table = _run("audit", "--domain", DOMAIN).output
    assert "run.started" in table
    assert "olena" in table
    assert NAME not in table


def test_erasing_is_asked_about_and_refused_where_nobody_can_be_asked(run_id: str, at_hand: Ledger) -> None:
    refused = _run("erase", "--user", LOGIN)
    assert isinstance(refused.exception, UsageError)
    assert "--yes" in (refused.exception.next_step or "")
    for words in ((), ("--user", "7", "--contact", row_id("contact", "7")), ("--contact", "7")):
        assert isinstance(_run("erase", *words, "--yes").exception, UsageError), words
    assert isinstance(_run("erase", "--user", "nobody", "--yes").exception, UsageError)
    assert at_hand.links(DOMAIN)["7"].username == LOGIN


def test_erasing_blanks_the_person_and_ends_the_plans_that_name_it(run_id: str, at_hand: Ledger) -> None:
    said = _run("erase", "--user", LOGIN, "--yes")

    assert said.exit_code == 0, said.output
    assert "operations 2" in said.output
    assert "usersync db backup" in said.output
    exported = _run("export", run_id).output
    assert NAME not in exported
    assert LOGIN not in exported
    (waiting,) = at_hand.plans(DOMAIN)
    assert waiting.erased
    assert isinstance(_run("plan", "approve", waiting.hash).exception, PlanNotUsable)
    assert {line.actor[:3] for line in at_hand.audit(DOMAIN) if line.action == "person.erased"} == {"os:"}


def test_a_contact_stands_for_all_its_users(run_id: str, at_hand: Ledger) -> None:
    assert _run("erase", "--contact", row_id("contact", "7").upper(), "--yes").exit_code == 0
    assert at_hand.is_erased(DOMAIN, user_id="7")


def test_at_a_terminal_a_human_may_say_no(run_id: str, at_hand: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(terminal, "can_ask", lambda: True)
    assert _run("erase", "--user", LOGIN, answer="n\n").exit_code == 1
    assert at_hand.links(DOMAIN)["7"].username == LOGIN
    assert _run("erase", "--user", LOGIN, answer="y\n").exit_code == 0
    assert at_hand.links(DOMAIN)["7"].username == ""


def test_a_backup_is_made_and_put_back(run_id: str, at_hand: Ledger) -> None:
    assert _run("db", "backup", "copy.db").exit_code == 0
    lease = begin(at_hand, domain=DOMAIN)
    at_hand.intend(lease, lease.run_id, [create("9")], "request")
    at_hand.settle(lease, lease.run_id, done(create("9")))
    at_hand.release_lease(lease)
    at_hand.finish_run(lease.run_id, RunState.COMPLETED)
    at_hand.close()

    assert isinstance(_run("db", "restore", "copy.db").exception, UsageError)
    restored = _run("db", "restore", "copy.db", "--yes")
    assert restored.exit_code == 0, restored.output
    assert [found.id for found in at_hand.runs(DOMAIN)] == [run_id]
    assert at_hand.audit()[0].action == "ledger.restored"
    assert isinstance(_run("db", "backup", "copy.db").exception, UsageError), "it is not overwritten"


def test_what_is_old_goes_by_the_setting_or_by_the_word(run_id: str, at_hand: Ledger) -> None:
    at_hand.finish_run(at_hand.start_run(domain=DOMAIN, mode="preview", author="olena").id, RunState.COMPLETED)
    _age(at_hand, run_id, days=40)

    assert "runs 0" in _run("db", "prune", "--yes").output, "a year is kept where nothing is said"
    Path("usersync.toml").write_text("[retention]\ndays = 0\n", encoding="utf-8")
    assert isinstance(_run("db", "prune", "--yes").exception, UsageError)
    assert isinstance(_run("db", "prune", "--older-than", "30").exception, UsageError), "it is asked about"
    assert "runs 1" in _run("db", "prune", "--older-than", "30", "--yes").output
    assert run_id not in [found.id for found in at_hand.runs(DOMAIN)]


def _age(ledger: Ledger, run_id: str, *, days: int) -> None:
    ended = ledger.run(run_id).started_at - timedelta(days=days)
    with ledger._write() as connection:
        from usersync.ledger.schema import runs

        connection.execute(runs.update().where(runs.c.id == run_id).values(started_at=ended, finished_at=ended))
