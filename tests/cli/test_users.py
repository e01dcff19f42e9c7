"""`usersync users`: the section at a shell, in this process, from a ledger that a run has filled."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from usersync.cli import app
from usersync.errors import UsageError
from usersync.ledger import Ledger, RunState
from usersync.planning import Bucket, LinkChange, Situation
from usersync.planning.section import Flag, Readiness, Requirement, SectionLicense, SectionRow
from usersync.words import Sentence

Ask = Callable[..., Result]
CONTACT = "c0000000-0000-4000-8000-000000000007"


def _row(user_id: str, username: str, name: str, **more: object) -> SectionRow:
    values = {
        "situation": Situation.UNCHANGED, "bucket": Bucket.UNCHANGED, "band": "keep",
        "reason": Sentence("planning-unchanged"), "contact_id": CONTACT, "contact_name": f"{name} (contact)",
    }  # fmt: skip
    return SectionRow(user_id=user_id, username=username, name=name, **values | more)  # type: ignore[arg-type]


ANNA = _row(
    "7", "A.Melnyk", "Мельник Анна", extension="101", default_device="SIP 101", system_user="a.melnyk",
    system_user_active=True, licenses=(SectionLicense("cc-1", "CALL_CENTER"),), unknown=(Requirement.TELEPHONY,),
)  # fmt: skip
BORYS = _row(
    "12", "b.koval", "[bold]Коваль[/]", flags=(Flag.NO_EXTENSION, Flag.NOT_READY), missing=(Requirement.EXTENSION,)
)
FORMER = _row("5", "a.melnyk", "Стара Анна", flags=(Flag.GONE,), situation=Situation.GONE)


@pytest.fixture
def ask(sqlite_template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Ask:
    """`ask("users", …)`: the command, over a ledger that knows three people."""
    shutil.copy(sqlite_template, tmp_path / "ledger.db")
    url = f"sqlite:///{tmp_path / 'ledger.db'}"
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("USERSYNC_DATABASE_URL", url)
    monkeypatch.setenv("USERSYNC_WEBITEL__URL", "http://webitel.test")
    monkeypatch.setenv("USERSYNC_CREATIO__URL", "http://creatio.test")
    monkeypatch.setenv("COLUMNS", "250")
    with Ledger.open(url) as ledger:
        run = ledger.start_run(domain="default", mode="apply", author="olena")
        lease = ledger.acquire_lease("default", run.id)
        ledger.apply_links(lease, run.id, [LinkChange("7", "r7", CONTACT, "login")], usernames={"7": "A.Melnyk"})
        ledger.save_section(run.id, [ANNA, BORYS, FORMER], synced=True, whole=True)
        ledger.save_readiness(run.id, Readiness.of([ANNA, BORYS, FORMER]))
        ledger.finish_run(run.id, RunState.COMPLETED, _RECEIPT)
    return lambda *arguments: CliRunner().invoke(app, arguments)


_RECEIPT = {
    "buckets": {}, "gone": {}, "seats": {}, "operations": {}, "requests": {}, "seconds": 1.0, "overhead_seconds": 0.1,
    "converged": None, "residue": 0,
}  # fmt: skip


def test_the_list_shows_both_sides_what_is_missing_and_how_many_there_are_of_each_kind(ask: Ask) -> None:
    said = ask("users")

    assert said.exit_code == 0
    assert "Мельник Анна (contact)" in said.output
    assert "[bold]Коваль[/]" in said.output  # a name is no markup
    assert "an extension" in said.output
    assert "1–3 of 3" in said.output
    assert "no extension: 1" in said.output


def test_it_is_searched_filtered_and_turned_over(ask: Ask) -> None:
    assert [user["user_id"] for user in json.loads(ask("users", "--search", "КОВАЛЬ", "--json").output)["users"]] == [
        "12"
    ]
    found = json.loads(ask("users", "--flag", "no_extension", "--json").output)
    assert (found["total"], found["counts"]["gone"], found["users"][0]["missing"]) == (1, 1, ["extension"])
    second = json.loads(ask("users", "--order", "user_id", "--limit", "2", "--page", "2", "--json").output)
    assert [user["user_id"] for user in second["users"]] == ["12"]
    assert ask("users", "--order", "height").exit_code == 2
    assert "Nobody is found." in ask("users", "--search", "zzz").output


def test_one_person_is_shown_with_both_sides_the_link_and_what_happened(ask: Ask) -> None:
    said = ask("users", "show", "a.MELNYK")  # of two with this login the one who is still there

    assert said.exit_code == 0
    for part in ("Мельник Анна", "SIP 101", CONTACT, "CALL_CENTER (cc-1)", "Ready to call", "link made", "login"):
        assert part in said.output
    assert "? a Creatio licence for telephony: cannot be read" in said.output
    assert "✓ an extension: yes" in said.output
    told = json.loads(ask("users", "show", "7", "--json").output)
    assert (told["user"]["ready"], told["link"]["how"], told["timeline"][0]["what"]) == (True, "login", "link.made")
    assert "✗ an extension: missing" in ask("users", "show", "12").output


def test_somebody_nobody_knows_is_said(ask: Ask) -> None:
    failed = ask("users", "show", "koval")

    assert isinstance(failed.exception, UsageError)
    assert "usersync users --search" in (failed.exception.next_step or "")


def test_an_empty_section_says_what_fills_it(ask: Ask, sqlite_template: Path, tmp_path: Path) -> None:
    shutil.copy(sqlite_template, tmp_path / "ledger.db")

    assert "usersync run --preview" in ask("users").output


def test_a_run_is_shown_with_who_is_ready_and_what_to_mend_by_hand(ask: Ask) -> None:
    run_id = json.loads(ask("runs", "--json").output)[0]["run_id"]

    said = ask("show", run_id).output

    assert "1 of 2 ready to call" in said
    assert "of 1 it cannot be read" in said
    assert "b.koval" in said
    assert json.loads(ask("show", run_id, "--json").output)["readiness"]["fixes"] == {"no_extension": 1}
