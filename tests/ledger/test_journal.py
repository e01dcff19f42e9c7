"""The journal: announced before, settled after, read back when nobody knows."""

import sqlite3

import pytest
from sqlalchemy.dialects import sqlite

from tests.ledger.people import DOMAIN, begin, create, delete, do, done, licenses, update
from usersync.ledger import OperationState, OperationUnknown, Outcome, RunNotFound, journal
from usersync.words import Sentence

EACH_KIND = [
    create("1", name="Іваненко Іван", active=True, extension=None),
    update("2", {"extension": "101"}, {"extension": "102"}, step=1),
    delete("3", name="X", username="x"),
    licenses("4", ["10"], ["10", "11"]),
]


def test_an_announced_operation_comes_back_whole_with_its_inverse(ledger, clock):
    lease = begin(ledger)
    ledger.intend(lease, lease.run_id, EACH_KIND, "req-1")

    entries = ledger.operations(lease.run_id)
    assert [entry.operation for entry in entries] == EACH_KIND
    assert [entry.inverse for entry in entries] == [operation.inverse() for operation in EACH_KIND]
    for entry in entries:
        assert (entry.state, entry.request_id, entry.attempts) == (OperationState.INTENDED, "req-1", 1)
        assert (entry.intended_at, entry.settled_at, entry.detail) == (clock.moment, None, None)


def test_outcomes_are_kept_with_their_reasons_and_what_was_read_after(ledger, clock):
    lease = begin(ledger)
    ledger.intend(lease, lease.run_id, EACH_KIND, "req-1")
    clock.pass_(seconds=3)
    why = Sentence("ledger-plan-not-found", {"given": "x"})
    outcomes = [
        Outcome(EACH_KIND[0].id, OperationState.DONE, after_read={"name": "Іваненко Іван"}),
        Outcome(EACH_KIND[1].id, OperationState.FAILED, why, request_id="req-1b"),
        Outcome(EACH_KIND[2].id, OperationState.UNKNOWN),
    ]
    ledger.settle(lease, lease.run_id, outcomes)

    made, failed, unknown, waiting = ledger.operations(lease.run_id)
    assert (made.state, made.after_read, made.settled_at) == (
        OperationState.DONE,
        {"name": "Іваненко Іван"},
        clock.moment,
    )
    assert (failed.state, failed.detail, failed.request_id) == (OperationState.FAILED, why, "req-1b")
    assert (unknown.state, waiting.state) == (OperationState.UNKNOWN, OperationState.INTENDED)
    assert ledger.operations(lease.run_id, OperationState.FAILED) == [failed]


def test_announcing_again_counts_the_attempt_and_keeps_what_was_planned_from(ledger):
    lease = begin(ledger)
    first = update("1", {"extension": "101"}, {"extension": "102"})
    again = update("1", {"extension": "102"}, {"extension": "102"})
    ledger.intend(lease, lease.run_id, [first], "req-1")
    ledger.intend(lease, lease.run_id, [again], "req-2")

    (entry,) = ledger.operations(lease.run_id)
    assert (entry.operation.before, entry.request_id, entry.attempts) == ({"extension": "101"}, "req-2", 2)


def test_a_failed_operation_that_is_announced_again_is_open_again(ledger):
    lease = begin(ledger)
    operation = create("1")
    ledger.intend(lease, lease.run_id, [operation], "req-1")
    ledger.settle(lease, lease.run_id, [Outcome(operation.id, OperationState.FAILED, Sentence("ledger-busy"))])
    ledger.intend(lease, lease.run_id, [operation], "req-2")

    (entry,) = ledger.operations(lease.run_id)
    assert (entry.state, entry.detail, entry.settled_at) == (OperationState.INTENDED, None, None)


def test_what_is_done_stays_done(ledger):
    lease = begin(ledger)
    operation = create("1")
    do(ledger, lease, operation)
    ledger.intend(lease, lease.run_id, [operation], "req-2")
    ledger.settle(lease, lease.run_id, [Outcome(operation.id, OperationState.FAILED)])
    ledger.pass_over(lease, lease.run_id, [(operation, Outcome(operation.id, OperationState.STALE))])

    (entry,) = ledger.operations(lease.run_id)
    assert (entry.state, entry.attempts) == (OperationState.DONE, 1)


def test_nothing_can_be_settled_that_was_never_announced_in_that_run(ledger):
    lease = begin(ledger)
    known, unheard_of = create("1"), create("2")
    ledger.intend(lease, lease.run_id, [known], "req-1")

    with pytest.raises(OperationUnknown) as caught:
        ledger.settle(lease, lease.run_id, done(known, unheard_of))

    assert unheard_of.id in str(caught.value)
    assert [entry.state for entry in ledger.operations(lease.run_id)] == [OperationState.INTENDED]
    assert ledger.last_applied(DOMAIN) == {}


def test_operations_of_another_domain_cannot_be_settled(ledger):
    ours, theirs = begin(ledger), begin(ledger, domain="support")
    ledger.intend(theirs, theirs.run_id, [create("1")], "req-1")

    with pytest.raises(OperationUnknown):
        ledger.settle(ours, theirs.run_id, done(create("1")))


def test_operations_not_even_tried_are_kept_with_the_reason(ledger):
    lease = begin(ledger)
    stale, skipped, tried = create("1"), create("2"), create("3")
    ledger.intend(lease, lease.run_id, [tried], "req-1")
    why = Sentence("ledger-busy", {"seconds": 1})
    ledger.pass_over(
        lease,
        lease.run_id,
        [
            (stale, Outcome(stale.id, OperationState.STALE, why, after_read={"name": "now"})),
            (skipped, Outcome(skipped.id, OperationState.SKIPPED)),
            (tried, Outcome(tried.id, OperationState.SKIPPED)),
        ],
    )

    entries = {entry.operation.user_id: entry for entry in ledger.operations(lease.run_id)}
    assert (entries["1"].state, entries["1"].detail, entries["1"].after_read) == (
        OperationState.STALE,
        why,
        {"name": "now"},
    )
    assert (entries["1"].attempts, entries["1"].intended_at) == (0, None)
    assert (entries["3"].state, entries["3"].attempts) == (OperationState.SKIPPED, 1)


def test_the_next_run_finds_what_a_dead_one_left_open_and_settles_it(ledger, clock):
    dead = begin(ledger)
    operations = [create("1"), create("2"), create("3")]
    ledger.intend(dead, dead.run_id, operations, "req-1")
    ledger.settle(dead, dead.run_id, [done(operations[0])[0], Outcome(operations[1].id, OperationState.UNKNOWN)])
    clock.pass_(minutes=2)
    heir = begin(ledger)

    left = ledger.unsettled(DOMAIN)
    assert [(entry.run_id, entry.operation) for entry in left] == [
        (dead.run_id, operations[1]),
        (dead.run_id, operations[2]),
    ]
    ledger.settle(heir, dead.run_id, [done(operations[1])[0], Outcome(operations[2].id, OperationState.FAILED)])

    assert ledger.unsettled(DOMAIN) == []
    assert set(ledger.last_applied(DOMAIN)) == {("record", operation.key) for operation in operations[:2]}


def test_what_the_living_run_has_under_way_is_not_taken_for_left_open(ledger):
    lease = begin(ledger)
    ledger.intend(lease, lease.run_id, [create("1")], "req-1")

    assert ledger.unsettled(DOMAIN) == []
    ledger.release_lease(lease)
    assert len(ledger.unsettled(DOMAIN)) == 1
    assert ledger.unsettled("support") == []


def test_announcing_many_is_all_or_nothing(ledger, clock):
    lease = begin(ledger)
    broken = create("2", name=object())

    with pytest.raises(TypeError):
        ledger.intend(lease, lease.run_id, [create("1"), broken], "req-1")

    assert ledger.operations(lease.run_id) == []


def test_nothing_to_announce_or_settle_is_nothing_to_write(ledger):
    lease = begin(ledger)
    before = len(ledger.audit())
    ledger.intend(lease, lease.run_id, [], "req-1")
    ledger.settle(lease, lease.run_id, [])
    ledger.pass_over(lease, lease.run_id, [])

    assert len(ledger.audit()) == before


def test_thousands_of_operations_are_settled_at_once_and_keep_their_order(ledger):
    lease = begin(ledger)
    operations = [create(str(number)) for number in range(1200)]
    do(ledger, lease, *operations)

    entries = ledger.operations(lease.run_id)
    assert [entry.operation.user_id for entry in entries] == [str(number) for number in range(1200)]
    assert {entry.state for entry in entries} == {OperationState.DONE}


def test_the_history_of_one_user_goes_over_all_runs_the_newest_first(ledger):
    for name in ("a", "b"):
        lease = begin(ledger)
        do(ledger, lease, update("1", {"name": ""}, {"name": name}), update("2", {"name": ""}, {"name": name}))
        ledger.release_lease(lease)

    assert [entry.operation.after["name"] for entry in ledger.operations_of_user(DOMAIN, "1")] == ["b", "a"]
    assert ledger.operations_of_user("support", "1") == []


def test_the_operations_of_no_run_are_asked_for_in_vain(ledger):
    with pytest.raises(RunNotFound):
        ledger.operations("r-none")


def test_settling_finds_its_rows_by_their_ids_however_large_the_domain_is(sqlite_template):
    """SQLite once walked all operations of the domain for each batch."""
    statement = journal._SETTLED.params(b_refs=["o", "p"])
    text = str(statement.compile(dialect=sqlite.dialect(), compile_kwargs={"render_postcompile": True}))
    connection = sqlite3.connect(sqlite_template)
    plan = connection.execute(f"EXPLAIN QUERY PLAN {text}", ["o", "p"]).fetchall()
    connection.close()

    assert "(ref=?)" in plan[0][3]
