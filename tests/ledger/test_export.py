"""A run as a document and as a table."""

import csv
import io
import json

import pytest

from tests.ledger.people import DOMAIN, begin, create, do, item, update
from usersync.ledger import OperationState, Outcome, RunNotFound, RunState
from usersync.ledger.export import COLUMNS
from usersync.planning import Bucket
from usersync.words import Sentence


def _run(ledger):
    lease = begin(ledger, scope=("u1",), settings={"password": "hunter2"})
    ledger.record_snapshot(lease.run_id, "source", {"users": 2}, "print", trusted=True)
    ledger.save_decisions(
        lease.run_id, [item("1"), item("2", Bucket.UNCHANGED), item("3", Bucket.REVIEW, username="@me")]
    )
    do(ledger, lease, create("1", name="=HYPERLINK(1)", extension="0101"))
    changed = update("2", {"phone": "+380441234567", "note": "a;b"}, {"phone": "@SUM(1)", "note": 'say "x"'})
    ledger.intend(lease, lease.run_id, [changed], "req-2")
    why = Sentence("ledger-busy", {"seconds": 15})
    ledger.settle(lease, lease.run_id, [Outcome(changed.id, OperationState.FAILED, why, after_read={"phone": "102"})])
    ledger.finish_run(lease.run_id, RunState.COMPLETED_WITH_FAILURES, {"users": 2})
    return lease.run_id


def test_the_document_holds_all_the_ledger_knows_of_the_run_and_is_json(ledger):
    run_id = _run(ledger)
    document = json.loads(json.dumps(ledger.export_run(run_id[-4:]).document))

    assert (document["run"]["id"], document["run"]["state"], document["run"]["receipt"]) == (
        run_id, "completed_with_failures", {"users": 2},
    )  # fmt: skip
    assert [decision["user_id"] for decision in document["decisions"]] == ["1", "2", "3"]
    assert [(done["state"], done["inverse"]["action"]) for done in document["operations"]] == [
        ("done", "delete"),
        ("failed", "update"),
    ]
    assert document["snapshots"][0]["counts"] == {"users": 2}
    assert [line["action"] for line in document["audit"]][:2] == ["run.started", "lease.acquired"]
    assert "hunter2" not in json.dumps(document)


def test_the_table_has_a_row_for_each_field_with_values_and_reasons(ledger):
    text = ledger.export_run(_run(ledger)).csv()

    assert text.startswith("\ufeff")
    rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff")), delimiter=";"))
    assert tuple(rows[0]) == COLUMNS
    assert [(row["field"], row["before"], row["after"], row["state"]) for row in rows] == [
        ("extension", "", "0101", "done"),
        ("name", "", "'=HYPERLINK(1)", "done"),
        ("note", "a;b", 'say "x"', "failed"),
        ("phone", "'+380441234567", "'@SUM(1)", "failed"),
        ("", "", "", ""),
    ]
    assert [(row["webitel_user_id"], row["webitel_username"], row["bucket"]) for row in rows[::2]] == [
        ("1", "u1", "created"), ("2", "u2", "unchanged"), ("3", "'@me", "review"),
    ]  # fmt: skip
    assert [row["found"] for row in rows[2:4]] == ["", "102"]
    assert "15" in rows[-2]["detail"]
    assert rows[0]["request_id"] == "request"


def test_a_reason_whose_words_are_gone_is_shown_by_its_id(ledger):
    rows = ledger.export_run(_run(ledger)).rows

    assert rows[0][COLUMNS.index("reason")] == "planning-made"


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "\uff1d"])
def test_no_cell_begins_like_a_formula(ledger, start):
    lease = begin(ledger)
    do(ledger, lease, create("1", name=f"{start}cmd|' /C calc'!A0"))
    text = ledger.export_run(lease.run_id).csv()

    rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline=""), delimiter=";"))
    assert rows[0]["after"] == f"'{start}cmd|' /C calc'!A0"


def test_no_run_is_exported_in_vain(ledger):
    with pytest.raises(RunNotFound):
        ledger.export_run("r-none")
    assert ledger.runs(DOMAIN) == []
