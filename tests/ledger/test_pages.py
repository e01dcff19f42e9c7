"""Pages of a run and of a plan: what is counted, found and shown, and that a page costs as much as its own rows."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.ledger.people import DOMAIN, begin, create, do, item, link, operation, plan, update
from usersync.ledger import Ledger, OperationState, Outcome, RunNotFound, pages
from usersync.planning import Action, Bucket, GoneUser, Situation
from usersync.words import Sentence

WEEK = timedelta(days=7)


@pytest.fixture
def run_id(ledger):
    """Five users something is said of, and twenty nothing happens to."""
    run = ledger.start_run(domain=DOMAIN, mode="preview", author="olena").id
    loud = [
        item("3", Bucket.CREATED, username="Anna.Kovalenko"), item("20", Bucket.REVIEW), item("4", Bucket.REVIEW),
        item("5", Bucket.SKIPPED), replace(item("6", Bucket.UPDATED), situation=Situation.LEAVER),
    ]  # fmt: skip
    ledger.save_decisions(run, [*loud, *(item(str(number), Bucket.UNCHANGED) for number in range(100, 120))])
    return run


def _ids(page):
    return [shown.user_id for shown in page.rows]


def test_users_are_counted_by_bucket_and_every_bucket_is_named(ledger, run_id):
    counts = ledger.bucket_counts(run_id)

    assert list(counts) == list(Bucket)
    assert {bucket: count for bucket, count in counts.items() if count} == {
        Bucket.REVIEW: 2, Bucket.SKIPPED: 1, Bucket.CREATED: 1, Bucket.UPDATED: 1, Bucket.UNCHANGED: 20,
    }  # fmt: skip


def test_pages_follow_each_other_through_all_users_in_the_order_of_their_numbers(ledger, run_id):
    seen = [ledger.items_page(run_id, offset=offset, limit=10) for offset in (0, 10, 20, 30)]

    assert [len(page.rows) for page in seen] == [10, 10, 5, 0]
    assert {page.total for page in seen} == {25}
    assert [shown for page in seen for shown in page.rows] == ledger.decisions(run_id)


def test_a_page_holds_only_the_buckets_situations_and_names_asked_for(ledger, run_id):
    assert _ids(ledger.items_page(run_id, buckets=[Bucket.REVIEW])) == ["4", "20"]
    assert _ids(ledger.items_page(run_id, buckets=["review", "skipped"], limit=2)) == ["4", "5"]
    assert _ids(ledger.items_page(run_id, situations=["leaver"])) == ["6"]
    assert _ids(ledger.items_page(run_id, search=" KOVAL")) == ["3"]
    assert _ids(ledger.items_page(run_id, search="u10", limit=3)) == ["100", "101", "102"]
    assert ledger.items_page(run_id, search="u10").total == 10
    assert _ids(ledger.items_page(run_id, buckets=["review"], search="20")) == ["20"], "a number is a User ID, whole"
    assert ledger.items_page(run_id, buckets=["failed"]).total == 0


def test_a_run_is_found_by_a_beginning_and_none_is_said(ledger, run_id):
    assert ledger.items_page(run_id[-4:]).total == 25
    for ask in (ledger.items_page, ledger.bucket_counts, ledger.operations_page, ledger.operation_counts):
        with pytest.raises(RunNotFound):
            ask("r-none")


def test_whoever_nothing_happens_to_is_opened_once_for_all_pages_and_runs(ledger, run_id, monkeypatch):
    opened = []
    monkeypatch.setattr(pages, "unsqueeze", lambda body: opened.append(1) or _unsqueeze(body))
    again = ledger.start_run(domain=DOMAIN, mode="preview", author="olena").id
    ledger.save_decisions(again, [item(str(number), Bucket.UNCHANGED) for number in range(100, 120)])
    for offset in range(0, 20, 5):
        ledger.items_page(run_id, buckets=["unchanged"], offset=offset, limit=5)
        ledger.items_page(again, offset=offset, limit=5)

    assert opened == [1]


_unsqueeze = pages.unsqueeze


def test_what_is_shown_of_somebody_erased_is_empty_at_once(ledger: Ledger, run_id):
    assert ledger.items_page(run_id, search="u110").total == 1
    ledger.erase(DOMAIN, author="ivan", user_id="110")
    ledger.erase(DOMAIN, author="ivan", user_id="3")

    assert ledger.items_page(run_id, search="u110").total == 0
    assert ledger.items_page(run_id, search="koval").total == 0
    assert [shown.username for shown in ledger.items_page(run_id, search="110").rows] == [""]


def test_operations_are_counted_by_state_and_turned_over_by_page(ledger):
    lease = begin(ledger)
    do(ledger, lease, *(create(str(number)) for number in range(7)))
    stale, failed = update("8", {"name": "a"}, {"name": "b"}), create("9")
    ledger.pass_over(lease, lease.run_id, [(stale, Outcome(stale.id, OperationState.STALE))])
    ledger.intend(lease, lease.run_id, [failed], "request")

    counts = ledger.operation_counts(lease.run_id)
    assert {state: count for state, count in counts.items() if count} == {
        OperationState.DONE: 7, OperationState.STALE: 1, OperationState.INTENDED: 1,
    }  # fmt: skip
    page = ledger.operations_page(lease.run_id, states=["done"], offset=5, limit=5)
    assert ([entry.operation.user_id for entry in page.rows], page.total) == (["5", "6"], 7)
    mine = ledger.operations_page(lease.run_id, user_id="8")
    assert [(entry.operation, entry.state) for entry in mine.rows] == [(stale, OperationState.STALE)]


def _save(ledger, made):
    run = ledger.start_run(domain=DOMAIN, mode="preview", author="olena").id
    return ledger.save_plan(run, made, needs_approval=[], expires_in=WEEK)


def _a_plan():
    swap = ({"extension": "101", "name": "Old"}, {"extension": None, "name": "New"})
    account = replace(create("0", "account", name="Company"), user_id=None)
    return plan(
        account, create("12", "contact", name="Anna", email="anna@example.com"), update("7", *swap), create("12"),
        update("7", {"extension": None}, {"extension": "102"}, step=1), update("30", {"active": True}, {"active": False}),
        items=(
            item("7", Bucket.UPDATED, username="Petro", kept={"device": "x"}), item("9", Bucket.UNCHANGED),
            item("12", Bucket.CREATED), item("13", Bucket.LINKED),
        ),
        gone=(GoneUser("30", "left.him", "r", "disabled", Sentence("planning-gone-disabled")),),
        links=(link("12"), link("13")),
    )  # fmt: skip


def test_a_plan_is_shown_user_by_user_with_every_value_from_old_to_new(ledger):
    page = ledger.plan_page(_save(ledger, _a_plan()))

    assert [(row.user_id, row.username, row.outcome) for row in page.rows] == [
        (None, "", ""), ("7", "Petro", "updated"), ("12", "u12", "created"), ("13", "u13", "linked"),
        ("30", "left.him", "disabled"),
    ]  # fmt: skip
    shared, renamed, created, linked, gone = page.rows
    assert [(field.name, field.old, field.new) for field in shared.changes[0].fields] == [("name", None, "Company")]
    assert [(change.entity, change.action) for change in created.changes] == [
        ("contact", Action.CREATE), ("record", Action.CREATE),
    ]  # fmt: skip
    assert (linked.changes, linked.link) == ((), link("13"))
    assert [(field.name, field.old, field.new) for field in gone.changes[0].fields] == [("active", True, False)]
    assert (renamed.kept, renamed.reason) == ({"device": "x"}, item("7").reason)


def test_a_number_that_changes_hands_in_two_steps_is_one_change_to_the_reader(ledger):
    (row,) = ledger.plan_page(_save(ledger, _a_plan()), search="petro").rows
    (change,) = row.changes

    assert [(field.name, field.old, field.new) for field in change.fields] == [
        ("extension", "101", "102"), ("name", "Old", "New"),
    ]  # fmt: skip
    assert [key.rpartition(":")[2] for key in change.operations] == ["0", "1"]


def test_a_row_that_goes_is_shown_from_what_it_was_to_nothing(ledger):
    removed = operation(Action.DELETE, "1", "license_row", {"license": "L1", "product": "CC"}, {})
    (row,) = ledger.plan_page(_save(ledger, plan(removed, items=(item("1"),)))).rows

    assert [(field.name, field.old, field.new) for field in row.changes[0].fields] == [
        ("license", "L1", None), ("product", "CC", None),
    ]  # fmt: skip


def test_a_plan_is_narrowed_by_outcome_kind_of_row_and_name(ledger):
    plan_hash = _save(ledger, _a_plan())

    assert _ids(ledger.plan_page(plan_hash, outcomes=[Bucket.CREATED, "disabled"])) == ["12", "30"]
    assert _ids(ledger.plan_page(plan_hash, entities=["contact", "account"])) == [None, "12"]
    assert _ids(ledger.plan_page(plan_hash, search="LEFT")) == ["30"]
    page = ledger.plan_page(plan_hash[:12], offset=1, limit=2)
    assert (_ids(page), page.total, page.offset) == (["7", "12"], 5, 1)
    counts = ledger.plan_outcomes(plan_hash)
    assert counts["disabled"] == ledger.plan_page(plan_hash, outcomes=["disabled"]).total == 1
    assert sum(counts.values()) == 4, "what many share comes to nothing by itself"


def test_a_plan_is_opened_once_and_what_is_erased_in_it_is_gone_from_the_next_page(ledger, monkeypatch):
    opened = []
    monkeypatch.setattr(pages, "unsqueeze", lambda body: opened.append(1) or _unsqueeze(body))
    plan_hash = _save(ledger, _a_plan())
    for offset in range(5):
        ledger.plan_page(plan_hash, offset=offset, limit=1)
    assert opened == [1]
    ledger.erase(DOMAIN, author="ivan", user_id="12")
    page = ledger.plan_page(plan_hash)

    assert [row.username for row in page.rows if row.user_id == "12"] == [""]
    values = [field.new for row in page.rows if row.user_id == "12" for c in row.changes for field in c.fields]
    assert set(values) == {None}


def test_the_meters_of_a_plan_are_kept_with_it(ledger):
    run = ledger.start_run(domain=DOMAIN, mode="preview", author="olena").id
    meter = {"name": "created", "value": 2, "limit": 3, "exceeded": False}
    plan_hash = ledger.save_plan(run, plan(create("1")), needs_approval=[], expires_in=WEEK, meters=[meter])

    assert ledger.plan(plan_hash).meters == (meter,)
    assert ledger.plans(DOMAIN)[0].meters == (meter,)


def test_runs_and_plans_are_turned_over_too(ledger, clock):
    hashes = []
    for number in range(5):
        hashes.append(_save(ledger, plan(create(str(number)))))
        clock.pass_(seconds=1)

    assert [found.hash for found in ledger.plans(DOMAIN, limit=2, offset=1)] == [hashes[3], hashes[2]]
    assert [run.plan_hash for run in ledger.runs(DOMAIN, 2, offset=3)] == [hashes[1], hashes[0]]
