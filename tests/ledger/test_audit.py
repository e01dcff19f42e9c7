"""The audit: everything that was done, by whom, and nobody can take a line back."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError, IntegrityError

from tests.ledger.people import DOMAIN, begin, create, do
from usersync.ledger import RunState


def test_a_run_can_be_read_from_its_lines(ledger):
    lease = begin(ledger)
    do(ledger, lease, create("1"), create("2"))
    ledger.request_stop(lease.run_id, "ivan")
    ledger.release_lease(lease)
    ledger.finish_run(lease.run_id, RunState.STOPPED)

    lines = ledger.audit(run_id=lease.run_id)[::-1]
    assert [(line.actor, line.action) for line in lines] == [
        ("olena", "run.started"), ("usersync", "lease.acquired"), ("usersync", "operations.intended"),
        ("usersync", "operations.settled"), ("ivan", "run.stop_requested"), ("usersync", "lease.released"),
        ("usersync", "run.finished"),
    ]  # fmt: skip
    assert lines[3].detail == {"done": 2}


def test_no_personal_value_gets_into_the_audit(ledger):
    lease = begin(ledger, scope=("o.koval",), settings={"note": "Іваненко"})
    do(ledger, lease, create("1", name="Іваненко Іван", email="ivan@example.com"))

    said = str(ledger.audit())
    assert not any(value in said for value in ("Іваненко", "ivan@example.com", "o.koval"))


@pytest.mark.parametrize(
    "statement",
    ["UPDATE audit SET actor = 'nobody'", "DELETE FROM audit", "DELETE FROM audit WHERE id = 1"],
)
def test_no_line_can_be_changed_or_taken_out_even_with_sql(ledger, statement):
    begin(ledger)
    before = ledger.audit()

    with pytest.raises((DatabaseError, IntegrityError), match="append-only"), ledger._write() as connection:
        connection.execute(text(statement))

    assert ledger.audit() == before


def test_no_line_can_be_replaced_on_sqlite_nor_the_table_emptied_on_postgresql(ledger, ledger_url):
    begin(ledger)
    before = ledger.audit()
    sqlite = "INSERT OR REPLACE INTO audit (id, at, actor, action, detail) VALUES (1, '2026', 'x', 'x', '{}')"

    with pytest.raises((DatabaseError, IntegrityError), match="append-only"), ledger._write() as connection:
        connection.execute(text(sqlite if ledger_url.startswith("sqlite") else "TRUNCATE audit"))

    assert ledger.audit() == before


def test_what_happens_outside_the_ledger_can_be_noted(ledger, clock):
    ledger.note("ivan", "run.exported", domain=DOMAIN, subject="r-1", rows=12)

    (line,) = ledger.audit(DOMAIN)
    assert (line.at, line.actor, line.action, line.subject, line.detail) == (
        clock.moment,
        "ivan",
        "run.exported",
        "r-1",
        {"rows": 12},
    )


def test_the_lines_are_narrowed_and_bounded(ledger):
    for number in range(5):
        ledger.note("ivan", "user.seen", domain=DOMAIN, subject=str(number))
    ledger.note("ivan", "user.seen", domain="support", subject="3")

    assert len(ledger.audit(DOMAIN)) == 5
    assert [line.subject for line in ledger.audit(DOMAIN, limit=2)] == ["4", "3"]
    assert [line.domain for line in ledger.audit(subject="3")] == ["support", DOMAIN]
