"""What cannot be taken back, and why."""

from __future__ import annotations

from tests.process.office import of
from tests.process.town import ANNA, BORYS, CALL_CENTER, NOBODY_KNOWS, VIRA, Town
from tests.undo.conftest import Live
from usersync.ledger import OperationState, RunState
from usersync.planning.rules import LicenseRule


def test_what_was_erased_on_a_persons_request_cannot_be_put_back(live: Live) -> None:
    town = live(Town((ANNA, NOBODY_KNOWS)))
    run = town.imported()
    with town.ledger() as ledger:
        ledger.erase("default", author="dpo", user_id="21")

    undone = town.undo(run)

    why = "its values were erased on the person's request: nobody knows any more what to put back"
    assert undone.fate("record", "21") == ("impossible", why)
    assert undone.fate("contact", "21") == ("impossible", why)
    assert "n.tymchuk" in town.records()
    assert "a.melnyk" not in town.records()


def test_an_undo_plan_that_speaks_of_somebody_erased_cannot_be_approved(live: Live) -> None:
    town = live(Town((ANNA, NOBODY_KNOWS)))
    run = town.imported()
    proposed = town.propose_undo(run)
    assert "Тимчук" in proposed.plan.canonical
    with town.ledger() as ledger:
        ledger.erase("default", author="dpo", user_id="21")
        stored = ledger.plan(proposed.plan.hash)

    assert stored.erased
    assert "Тимчук" not in stored.plan.canonical


def test_licences_of_somebody_deleted_for_good_are_nobodys_to_give_back(live: Live) -> None:
    town = live(Town((ANNA, BORYS, VIRA)))
    town.ordain_both()
    run = town.imported(licenses=True)
    town.dismiss("12")

    undone = town.undo(run)

    assert undone.fate("user", "12") == ("impossible", "the user is not in Webitel any more")
    assert undone.fate("user", "11")[0] == "reversed"
    assert undone.state is RunState.COMPLETED


def test_licences_of_somebody_deleted_softly_are_taken_back(live: Live) -> None:
    town = live(Town((ANNA, BORYS, VIRA)))
    town.ordain_both()
    run = town.imported(licenses=True)
    town.dismiss("12", permanent=False)

    assert town.undo(run).fate("user", "12")[0] == "reversed"
    assert "12" not in town.holders(CALL_CENTER)


def test_a_row_that_was_deleted_since_has_nothing_to_put_back_into(live: Live) -> None:
    town = live(Town((ANNA, BORYS)))
    town.imported()
    town.in_webitel("11", extension="111")
    run = town.imported()
    town.box.creatio.control.delete("WSysAccount", town.record("a.melnyk")["Id"])

    undone = town.undo(run)

    why = "deleted since the run: there is nothing to put it back into"
    assert undone.fate("record", "11") == ("impossible", why)
    assert town.extensions(of("a.melnyk")) == ["101"]


def test_a_detail_whose_record_was_deleted_since_cannot_be_made_again(live: Live) -> None:
    town = live(Town((ANNA, BORYS, VIRA)))
    town.ordain_both()
    town.imported(licenses=True)
    town.dismiss("12")
    run = town.imported(licenses=True)
    town.box.creatio.control.delete("WSysAccount", town.record("b.koval")["Id"])

    undone = town.undo(run)

    details = [outcome for outcome in undone.report.outcomes if outcome.entity == "license_row"]
    assert details
    assert {(str(each.fate), str(each.reason)) for each in details} == {
        ("impossible", "what it belonged to was deleted since the run (the record)")
    }


def test_a_seat_that_somebody_else_has_taken_is_refused_in_webitels_own_words_and_the_rest_goes_on(live: Live) -> None:
    people = (ANNA, BORYS, VIRA)
    town = live(Town(people))
    town.ordain(LicenseRule(product="CALL_CENTER", who="extension"))
    town.imported(licenses=True)
    town.ordain(LicenseRule(product="CALL_CENTER", who="people:b.koval,v.shulha"))
    run = town.imported(licenses=True)
    assert "11" not in town.holders(CALL_CENTER)
    for user_id in ("31", "32"):  # the customer has four of them
        town.hire(user_id, f"agent{user_id}", f"Новий Агент{user_id}", license=[{"id": CALL_CENTER}])

    undone = town.undo(run)

    assert undone.fate("user", "11")[0] == "impossible"
    assert OperationState.REFUSED in town.states(undone.run_id).values()
    assert undone.state is RunState.COMPLETED
    assert undone.counts["impossible"] >= 1
