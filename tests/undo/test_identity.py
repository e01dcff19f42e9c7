"""The law: a run and its undo are nothing, in both services and in what the ledger remembers."""

from __future__ import annotations

from tests.process.town import ANNA, BORYS, CALL_CENTER, NOBODY_KNOWS, VIRA, Town, linked
from tests.undo.conftest import Live
from tests.undo.taking_back import House
from usersync.ledger import RunState
from usersync.planning.rules import LicenseRule


def test_an_import_and_its_undo_leave_both_services_and_the_ledger_as_they_were(eight: House) -> None:
    before, memory = eight.everything(), eight.remembered()
    run = eight.imported(licenses=True)
    assert eight.everything() != before

    undone = eight.undo(run)

    assert undone.state is RunState.COMPLETED
    assert set(undone.counts) == {"reversed"}
    assert undone.report.left == 0
    assert eight.everything() == before
    assert eight.remembered() == memory


def test_the_second_undo_says_that_nothing_is_left_and_writes_nothing(eight: House) -> None:
    run = eight.imported(licenses=True)
    eight.undo(run)
    before = eight.everything()
    writes = eight.box.webitel.control.counters()["writes"]

    again = eight.undo(run)

    assert set(again.counts) == {"nothing_left"}
    assert again.plan.operations == ()
    assert again.report.receipt.plan_hash is None
    assert eight.everything() == before
    assert eight.box.webitel.control.counters()["writes"] == writes


def test_the_undo_of_an_undo_is_as_the_run_had_left_it(eight: House) -> None:
    run = eight.imported(licenses=True)
    after, memory = eight.everything(ids_of_creatio=False), eight.remembered()
    undone = eight.undo(run)

    redone = eight.undo(undone.run_id)

    assert redone.state is RunState.COMPLETED
    assert eight.everything(ids_of_creatio=False) == after
    assert eight.remembered() == memory
    eight.nothing_left(licenses=True)


def test_a_second_run_is_taken_back_to_where_the_first_had_left_it(live: Live) -> None:
    town = live(Town((ANNA, BORYS, VIRA)))
    town.ordain_both()
    town.imported(licenses=True)
    before, memory = town.everything(), town.remembered()
    town.in_webitel("11", extension="111", name="Мельник-Коваль Анна", username="a.melnyk-koval")
    town.in_webitel("12", email="b.koval@romashka.example")
    town.ordain(LicenseRule(product="CALL_CENTER", who="login:nobody"))
    source = town.everything()
    run = town.imported(licenses=True)
    assert town.holders(CALL_CENTER) == set()

    undone = town.undo(run)

    assert set(undone.counts) == {"reversed"}
    after = town.everything()
    assert {name: after[name] for name in after if name != "users"} == {
        name: before[name] for name in before if name != "users"
    }
    assert after["users"] == source["users"]  # Webitel's own data is not ours to take back
    assert town.remembered() == memory


def test_two_runs_are_taken_back_one_after_the_other(live: Live) -> None:
    town = live(Town((ANNA, BORYS, VIRA, NOBODY_KNOWS)))
    town.ordain_both()
    before, memory = town.everything(), town.remembered()
    first = town.imported(licenses=True)
    town.in_webitel("21", extension="222")
    second = town.imported(licenses=True)

    early = town.preview_undo(first)
    assert early.fate("record", "21") == ("kept", "changed by a later run: extension")

    town.undo(second)
    assert set(town.undo(first).counts) == {"reversed"}

    town.in_webitel("21", extension="121")
    assert town.everything() == before
    assert town.remembered() == memory


def test_swapped_extensions_are_swapped_back_without_ever_being_there_twice(live: Live) -> None:
    town = live(Town((ANNA, BORYS)))
    town.imported()
    before, memory = town.everything(), town.remembered()
    town.in_webitel("11", extension="")
    town.in_webitel("12", extension="101")
    town.in_webitel("11", extension="102")
    run = town.imported()
    assert town.record("a.melnyk")["Extension"] == "102"

    undone = town.undo(run)

    assert undone.state is RunState.COMPLETED
    assert town.record("a.melnyk")["Extension"] == "101"
    assert town.record("b.koval")["Extension"] == "102"
    freed = [op for op in undone.plan.operations if op.entity == "record" and op.after == {"extension": None}]
    assert freed
    after = town.everything()
    assert {n: after[n] for n in after if n != "users"} == {n: before[n] for n in before if n != "users"}
    assert town.remembered() == memory


def test_a_record_that_was_there_before_is_adopted_and_given_back(live: Live) -> None:
    mine = {"Login": "o.lys", "Name": "Лис Оксана", "Extension": "109"}
    oksana = linked("o.lys", "Лис Оксана", 31, "109", record=mine)
    town = live(Town((oksana, ANNA)))
    before, memory = town.everything(), town.remembered()
    run = town.imported()
    assert town.record("o.lys")["WebitelUserId"] == "31"

    undone = town.undo(run)

    assert undone.fate("record", "31")[0] == "reversed"
    assert undone.fate("link", "31") == ("reversed", "linked by the run: the link is forgotten")
    assert town.everything() == before
    assert town.remembered() == memory


def test_a_departure_is_taken_back_the_record_wakes_and_its_details_are_there_again(live: Live) -> None:
    town = live(Town((ANNA, BORYS, VIRA)))
    town.ordain_both()
    town.imported(licenses=True)
    before, memory = town.everything(), town.remembered()
    town.dismiss("12")
    run = town.imported(licenses=True)
    assert town.record("b.koval")["Active"] is False
    assert town.link("12").state == "gone"  # type: ignore[union-attr]

    undone = town.undo(run)

    assert undone.fate("link", "12") == ("reversed", "the link is as it was before the run")
    assert town.record("b.koval")["Active"] is True
    after = town.everything()
    for name in ("WSysAccount", "WSysAccountLicense", "ContactCommunication", "Contact"):
        assert after[name] == before[name], name
    assert town.remembered()[0] == memory[0]


def test_a_user_who_came_back_is_sent_to_sleep_again(live: Live) -> None:
    town = live(Town((ANNA, BORYS, VIRA)))
    town.imported()
    town.dismiss("12", permanent=False)
    town.imported()
    gone = town.link("12")
    town.box.webitel.control.edit("users", "12", {"deleted_at": None})
    before, memory = town.everything(), town.remembered()
    run = town.imported()
    assert town.record("b.koval")["Active"] is True

    town.undo(run)

    assert town.everything() == before
    assert town.remembered() == memory
    back = town.link("12")
    assert back is not None
    assert gone is not None
    assert abs((back.gone_since - gone.gone_since).total_seconds()) < 1  # type: ignore[operator]
