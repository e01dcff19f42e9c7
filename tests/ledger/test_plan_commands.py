"""`usersync plan …` as it is typed."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from datetime import timedelta

import pytest
from typer.testing import CliRunner, Result

from tests.ledger.people import item, link, plan
from usersync.cli import app
from usersync.commands import terminal
from usersync.errors import UsageError, UsersyncError
from usersync.ledger import Ledger, PlanState
from usersync.planning import Action, Bucket, Operation, Plan, Situation
from usersync.words import Sentence

REASON = {"id": "guard-meter-created", "args": {"value": 4, "limit": 3}}
METERS = (
    {"name": "first", "value": 9, "limit": None, "exceeded": True},
    {"name": "created", "value": 4, "limit": 3, "exceeded": True},
    {"name": "updated", "value": 1, "limit": 5, "exceeded": False},
)


def _operation(action: Action, entity: str, user_id: str, before: dict, after: dict, *needs: str) -> Operation:
    return Operation(
        "creatio", action, entity, f"{entity}-{user_id}", user_id, before, after, Sentence("planning-changed"),
        Situation.CHANGED, needs=needs,
    )  # fmt: skip


def _a_plan() -> Plan:
    contact = _operation(Action.CREATE, "contact", "10", {}, {"name": "[red]Anna"})
    record = _operation(Action.CREATE, "record", "10", {}, {"username": "anna"}, contact.id)
    renamed = _operation(Action.UPDATE, "record", "20", {"name": "Old"}, {"name": "New"})
    said = {"reason": Sentence("planning-changed")}
    people = (
        item("10", Bucket.CREATED, username="anna.k"),
        item("20", Bucket.UPDATED, username="petro", kept={"stun": True}),
    )
    made = plan(
        contact, record, renamed, links=(link("10"),), items=tuple(replace(person, **said) for person in people)
    )
    return replace(made, domain="default")


@pytest.fixture
def ledger(at_hand: Ledger) -> Ledger:
    return at_hand


@pytest.fixture
def stored(ledger: Ledger) -> Plan:
    """A plan that waits."""
    run = ledger.start_run(domain="default", mode="preview", author="os:olena")
    made = _a_plan()
    ledger.save_plan(run.id, made, needs_approval=[REASON], expires_in=timedelta(days=1), meters=METERS)
    return made


def _run(*words: str) -> Result:
    return CliRunner().invoke(app, ["plan", *words])


def _words(result: Result) -> str:
    return " ".join(result.output.split())


def test_show_tells_how_far_the_plan_goes_and_every_value_from_old_to_new(stored: Plan) -> None:
    said = _run("show", stored.hash[:8])

    assert said.exit_code == 0, said.output
    for words in (
        stored.hash, "waiting for approval", "os:olena", "first apply of this domain: 9 changes",
        "contacts to create: 4 (limit 3)", "users to update: 1 (limit 5)", "anna.k", "[red]Anna", "name: Old", "name: New",
        "kept, as entered by hand: stun",
    ):  # fmt: skip
        assert words in _words(said), words
    assert said.output.count("contacts to create") == 1, "a meter that is a reason is told once"


def test_show_is_narrowed_to_a_user_and_tells_the_ids_that_exclude_takes(stored: Plan) -> None:
    said = _run("show", stored.hash, "--user", "PETRO", "--ids")
    assert "creatio:record:record-20:update:0" in said.output.replace("\n", "")
    assert "anna.k" not in said.output

    page = _run("show", stored.hash, "--limit", "1")
    assert "1 of 2 rows" in _words(page)


def test_the_json_is_what_the_hash_is_made_of(stored: Plan) -> None:
    printed = json.loads(_run("show", stored.hash, "--json").output)

    text = json.dumps(printed, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert hashlib.sha256(text.encode()).hexdigest() == stored.hash


def test_exclude_makes_a_new_plan_with_what_depends_on_it_left_out(stored: Plan, ledger: Ledger) -> None:
    said = _run("exclude", stored.hash[:8], "--operation", "creatio:contact:contact-10")

    assert said.exit_code == 0, said.output
    assert "Left out: 1 user, 2 changes." in _words(said)
    part, whole = json.loads(_run("list", "--json").output)
    assert (part["operations"], part["derived_from"], part["state"]) == (1, stored.hash, "waiting")
    assert whole["state"] == "superseded"
    assert [head["hash"] for head in json.loads(_run("list", "--waiting", "--json").output)] == [part["hash"]]
    assert f"part of plan {stored.hash[:12]}" in _words(_run("show", part["hash"]))
    assert ledger.audit(subject=part["hash"])[0].actor.startswith("os:")


def test_exclude_wants_to_know_what(stored: Plan) -> None:
    for words, problem in ((), "Say what"), (("--user", "nobody"), "knows no Webitel user"):
        error = _run("exclude", stored.hash, *words).exception
        assert isinstance(error, UsageError)
        assert problem in str(error)


def test_approve_names_the_os_user_and_happens_once(stored: Plan, ledger: Ledger) -> None:
    said = _run("approve", stored.hash[:8], "--comment", "looks right")

    assert said.exit_code == 0, said.output
    head = ledger.plan(stored.hash)
    assert (head.state, head.comment) == (PlanState.APPROVED, "looks right")
    assert str(head.decided_by).startswith("os:")
    again = _run("approve", stored.hash[:8]).exception
    assert isinstance(again, UsersyncError)
    assert "already approved" in str(again)
    assert "looks right" in _words(_run("show", stored.hash))


def test_with_four_eyes_who_asked_does_not_approve(
    stored: Plan, ledger: Ledger, tmp_path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "usersync.toml").write_text("[rules.approval]\nfour_eyes = true\n", encoding="utf-8")
    monkeypatch.setattr(terminal, "_os_user", lambda: "olena")
    refused = _run("approve", stored.hash).exception
    assert isinstance(refused, UsersyncError)
    assert "four eyes are required" in str(refused)
    assert ledger.plan(stored.hash).state is PlanState.WAITING

    monkeypatch.setattr(terminal, "_os_user", lambda: "ivan")
    assert _run("approve", stored.hash).exit_code == 0


def test_reject_ends_a_plan_and_takes_back_an_approval(stored: Plan, ledger: Ledger) -> None:
    _run("approve", stored.hash)
    assert _run("reject", stored.hash, "--comment", "no").exit_code == 0
    assert ledger.plan(stored.hash).state is PlanState.REJECTED
