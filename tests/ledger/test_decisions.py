"""Decisions: what was said of whom, and how little room silence takes."""

import pytest
from sqlalchemy import func, select

from tests.ledger.people import DOMAIN, item
from usersync.ledger import RunNotFound
from usersync.ledger.schema import decisions, packs
from usersync.planning import Bucket


def _run(ledger):
    return ledger.start_run(domain=DOMAIN, mode="preview", author="olena").id


def _rows(ledger, table):
    with ledger._read() as connection:
        return connection.scalar(select(func.count()).select_from(table))


def test_decisions_come_back_whole_in_the_order_of_the_users_numbers(ledger):
    run_id = _run(ledger)
    items = [
        item("10", Bucket.REVIEW, evidence={"words": ["Іван=Ivan"]}, candidates=({"contact_id": "c", "score": 0.9},)),
        item("9", Bucket.UNCHANGED),
        item("2", Bucket.UNCHANGED, kept={"name": "by hand"}),
    ]
    ledger.save_decisions(run_id, items)

    assert ledger.decisions(run_id) == [items[2], items[1], items[0]]
    assert [ledger.decision(run_id, user_id) for user_id in ("10", "9", "2", "1")] == [*items, None]


def test_saving_again_replaces_what_was_said(ledger):
    run_id = _run(ledger)
    ledger.save_decisions(run_id, [item("1", Bucket.CREATED), item("2", Bucket.UNCHANGED)])
    ledger.save_decisions(run_id, [item("1", Bucket.FAILED)])

    assert ledger.decisions(run_id) == [item("1", Bucket.FAILED)]


def test_an_unchanged_world_adds_no_rows_however_often_it_is_looked_at(ledger):
    world = [item(str(number), Bucket.UNCHANGED) for number in range(500)]
    run_ids = [_run(ledger) for _ in range(5)]
    for run_id in run_ids:
        ledger.save_decisions(run_id, world[::-1] if run_id == run_ids[0] else world)

    assert (_rows(ledger, decisions), _rows(ledger, packs)) == (0, 1)
    assert all(len(ledger.decisions(run_id)) == 500 for run_id in run_ids)


def test_a_user_something_is_said_of_is_found_without_opening_the_pack(ledger):
    run_id = _run(ledger)
    ledger.save_decisions(run_id, [item("1", Bucket.UNCHANGED, kept={"name": "by hand"}), item("2", Bucket.REVIEW)])

    assert (_rows(ledger, decisions), _rows(ledger, packs)) == (2, 0)


def test_there_are_no_decisions_of_no_run(ledger):
    with pytest.raises(RunNotFound):
        ledger.save_decisions("r-none", [])
    with pytest.raises(RunNotFound):
        ledger.decisions("r-none")
