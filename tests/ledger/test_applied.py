"""What we wrote last, and which licences are ours."""

from tests.ledger.people import DOMAIN, begin, create, delete, do, licenses, row_id, update
from usersync.ledger import OperationState, Outcome


def _record(user_id):
    return ("record", row_id("record", user_id))


def test_a_created_row_is_remembered_with_all_its_fields(ledger):
    lease = begin(ledger)
    do(ledger, lease, create("1", name="Іваненко Іван", extension=None, active=True))

    assert ledger.last_applied(DOMAIN) == {_record("1"): {"name": "Іваненко Іван", "extension": None, "active": True}}
    assert ledger.last_applied("support") == {}


def test_an_update_adds_to_what_is_known_of_the_row(ledger):
    lease = begin(ledger)
    do(ledger, lease, create("1", name="A", extension="101"))
    do(
        ledger,
        lease,
        update("1", {"extension": "101"}, {"extension": "102"}),
        update("2", {"name": "B"}, {"name": "C"}),
    )

    assert ledger.last_applied(DOMAIN) == {_record("1"): {"name": "A", "extension": "102"}, _record("2"): {"name": "C"}}


def test_two_steps_of_one_row_in_one_batch_leave_the_later_value(ledger):
    lease = begin(ledger)
    do(ledger, lease, create("1", extension="101"))
    free, give = (
        update("1", {"extension": "101"}, {"extension": None}),
        update("1", {"extension": None}, {"extension": "102"}, step=1),
    )
    do(ledger, lease, free, give)

    assert ledger.last_applied(DOMAIN) == {_record("1"): {"extension": "102"}}


def test_a_deleted_row_is_forgotten(ledger):
    lease = begin(ledger)
    do(ledger, lease, create("1", name="A"), create("2", name="B"))
    do(ledger, lease, delete("1", name="A"))

    assert ledger.last_applied(DOMAIN) == {_record("2"): {"name": "B"}}


def test_rows_of_two_entities_with_one_key_are_two_rows(ledger):
    lease = begin(ledger)
    contact = create("1", "contact", name="A")
    record = type(contact)(**{**contact.__dict__, "entity": "record", "after": {"name": "B"}})
    do(ledger, lease, contact, record)

    assert ledger.last_applied(DOMAIN) == {
        ("contact", contact.key): {"name": "A"},
        ("record", contact.key): {"name": "B"},
    }


def test_only_what_succeeded_is_ours(ledger):
    lease = begin(ledger)
    operations = [create(str(number)) for number in range(5)]
    ledger.intend(lease, lease.run_id, operations, "request")
    states = [
        OperationState.FAILED,
        OperationState.STALE,
        OperationState.UNKNOWN,
        OperationState.REFUSED,
        OperationState.SKIPPED,
    ]
    ledger.settle(lease, lease.run_id, [Outcome(o.id, s) for o, s in zip(operations, states, strict=True)])

    assert ledger.last_applied(DOMAIN) == {}


def test_it_is_the_value_sent_that_counts_not_the_one_read_back(ledger):
    """Else a CRM that trims a value would be written to again by every run."""
    lease = begin(ledger)
    operation = create("1", name=" A ")
    ledger.intend(lease, lease.run_id, [operation], "request")
    ledger.settle(lease, lease.run_id, [Outcome(operation.id, OperationState.DONE, after_read={"name": "A"})])

    assert ledger.last_applied(DOMAIN) == {_record("1"): {"name": " A "}}


def test_settling_twice_changes_nothing(ledger):
    first = begin(ledger)
    operation = create("1", name="A")
    do(ledger, first, operation)
    do(ledger, first, update("1", {"name": "A"}, {"name": "B"}))
    ledger.settle(first, first.run_id, [Outcome(operation.id, OperationState.DONE)])

    assert ledger.last_applied(DOMAIN) == {_record("1"): {"name": "B"}}


def test_values_that_were_found_are_learnt_but_never_over_what_we_wrote(ledger):
    lease = begin(ledger)
    do(ledger, lease, create("1", name="ours"))
    ledger.learn(
        lease, lease.run_id, {_record("1"): {"name": "found", "extension": "101"}, _record("2"): {"name": "found"}}
    )
    ledger.learn(lease, lease.run_id, {})

    assert ledger.last_applied(DOMAIN) == {
        _record("1"): {"name": "ours", "extension": "101"},
        _record("2"): {"name": "found"},
    }


def test_granted_licenses_are_ours_and_those_held_before_are_not(ledger):
    lease = begin(ledger)
    do(ledger, lease, licenses("7", ["10"], ["10", "11", "12"]))

    assert ledger.grants_made(DOMAIN) == {("7", "11"), ("7", "12")}
    assert ledger.last_applied(DOMAIN) == {}


def test_a_withdrawn_license_is_no_longer_ours(ledger):
    lease = begin(ledger)
    do(ledger, lease, licenses("7", [], ["11", "12"]))
    ledger.release_lease(lease)
    later = begin(ledger)
    do(ledger, later, licenses("7", ["11", "12"], ["12"]))

    assert ledger.grants_made(DOMAIN) == {("7", "12")}


def test_a_license_granted_again_is_ours_again(ledger):
    for before, after in (([], ["11"]), (["11"], []), ([], ["11"])):
        lease = begin(ledger)
        do(ledger, lease, licenses("7", before, after))
        ledger.release_lease(lease)

    assert ledger.grants_made(DOMAIN) == {("7", "11")}


def test_undoing_a_withdrawal_gives_back_ours_as_ours_and_a_humans_as_a_humans(ledger):
    lease = begin(ledger)
    do(ledger, lease, licenses("7", ["10"], ["10", "11"]))
    ledger.release_lease(lease)
    withdrawing = begin(ledger)
    do(ledger, withdrawing, licenses("7", ["10", "11"], []))
    ledger.release_lease(withdrawing)
    assert ledger.grants_made(DOMAIN) == set()

    undoing = begin(ledger, mode="undo")
    do(ledger, undoing, licenses("7", [], ["10", "11"]))

    assert ledger.grants_made(DOMAIN) == {("7", "11")}


def test_undoing_a_grant_ends_it(ledger):
    lease = begin(ledger)
    do(ledger, lease, licenses("7", [], ["11"]))
    ledger.release_lease(lease)
    undoing = begin(ledger, mode="undo")
    do(ledger, undoing, licenses("7", ["11"], []))

    assert ledger.grants_made(DOMAIN) == set()
