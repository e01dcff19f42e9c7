"""What is kept and why: a human changed it, something refers to it, it is protected, or records are not to be deleted."""

from __future__ import annotations

from typing import Any

import pytest

from tests.process.office import of
from tests.process.town import ANNA, BORYS, CALL_CENTER, CALL_MANAGER, NOBODY_KNOWS, Account, Person, Town, linked
from tests.undo.conftest import Live
from tests.undo.taking_back import House, Undone
from usersync.ledger import LinkState, RunState
from usersync.planning.rules import AccountRules
from usersync.stages.undo import MODE

EMAIL = "ee1c85c3-cfcb-df11-9b2a-001d60e938c6"
MOBILE = "d4a2dc80-30ca-df11-9b2a-001d60e938c6"
NAZAR = NOBODY_KNOWS


def _writes_nothing_for(undone: Undone, *entities: str) -> bool:
    return not any(op.entity in entities for op in undone.plan.operations)


@pytest.fixture
def town(live: Live) -> House:
    """Two people both sides know, and one only Webitel knows."""
    return live(Town((ANNA, BORYS, NAZAR)))


def test_a_field_changed_by_hand_stays_and_both_values_are_told_while_the_rest_goes_back(town: House) -> None:
    town.imported()
    town.in_webitel("11", extension="111", name="Мельник-Коваль Анна")
    run = town.imported()
    town.edit_record("a.melnyk", Extension="199")

    undone = town.undo(run)

    outcome = undone.outcome("record", "11")
    assert (str(outcome.fate), str(outcome.reason)) == ("kept", "changed by somebody since the run: extension")
    assert (outcome.ours, outcome.now) == ({"extension": "111"}, {"extension": "199"})
    assert town.record("a.melnyk")["Extension"] == "199"
    assert town.record("a.melnyk")["Name"] == "Мельник Анна"


def test_a_record_somebody_edited_is_not_removed_and_its_contact_stays_with_it(town: House) -> None:
    run = town.imported()
    town.edit_record("n.tymchuk", Extension="777")

    undone = town.undo(run)

    assert undone.fate("record", "21") == ("kept", "changed by somebody since the run: extension")
    assert undone.fate("contact", "21") == ("kept", "its record refers to it, and stays")
    assert undone.fate("link", "21") == ("kept", "its record stays, and so does the link")
    assert town.record("n.tymchuk")["Extension"] == "777"
    assert town.made_contact("21")["Name"] == "Тимчук Назар"
    assert "a.melnyk" not in town.records()


@pytest.mark.parametrize(
    ("column", "value", "why"),
    [
        ("MobilePhone", "+380501112233", "changed by somebody since the run: mobile_phone"),
        ("JobTitle", "Оператор", "somebody has worked on it since the run made it"),  # a column the process never reads
        ("Name", "Тимчук Назар Петрович", "changed by somebody since the run: name"),
    ],
)
def test_a_contact_somebody_has_worked_on_is_not_removed(town: House, column: str, value: str, why: str) -> None:
    run = town.imported()
    contact = town.made_contact("21")["Id"]
    town.in_creatio("Contact", contact, **{column: value})

    undone = town.undo(run)

    assert undone.fate("contact", "21") == ("kept", why)
    assert town.row("Contact", contact)[column] == value
    assert "n.tymchuk" not in town.records()
    assert town.link("21") is None


@pytest.mark.parametrize(
    ("entity", "row"),
    [
        ("Call", {"Caption": "Вхідний"}),
        ("Activity", {"Title": "Дзвінок"}),
        ("Case", {"Number": "SR1", "Subject": "Питання"}),
    ],
)
def test_a_contact_that_a_call_an_activity_or_a_case_refers_to_stays(town: House, entity: str, row: Any) -> None:
    run = town.imported()
    contact = town.made_contact("21")["Id"]
    town.box.creatio.control.insert(entity, {**row, "ContactId": contact})

    undone = town.undo(run)

    assert undone.fate("contact", "21") == ("kept", f"something refers to it: {entity}.Contact")
    assert undone.fate("record", "21")[0] == "reversed"
    assert town.row("Contact", contact)["Name"] == "Тимчук Назар"
    assert undone.state is RunState.COMPLETED


def test_a_contact_with_more_calls_than_one_page_shows_stays_and_its_neighbour_goes(
    live: Live, monkeypatch: Any
) -> None:
    monkeypatch.setattr("usersync.stages.undo_state._MOST", 2)
    other = linked("s.bondar", "Бондар Софія", 22, contact="", login="")
    town = live(Town((ANNA, NAZAR, other)))
    run = town.imported()
    contact = town.made_contact("21")["Id"]
    for number in range(3):
        town.box.creatio.control.insert("Call", {"Caption": str(number), "ContactId": contact})

    undone = town.undo(run)

    assert undone.fate("contact", "21")[0] == "kept"
    assert undone.fate("contact", "22")[0] == "reversed"


def test_a_phone_somebody_entered_for_the_contact_keeps_it(town: House) -> None:
    run = town.imported()
    contact = town.made_contact("21")["Id"]
    communication = {
        "ContactId": contact,
        "CommunicationTypeId": "3dddb3cc-53ee-49c4-a71f-e9e257f59e49",
        "Number": "100",
    }
    row = town.box.creatio.control.insert("ContactCommunication", communication)

    undone = town.undo(run)

    assert undone.fate("contact", "21")[0] == "kept"
    assert town.row("ContactCommunication", row["Id"])["Number"] == "100"


def test_a_contact_that_another_record_refers_to_stays(town: House) -> None:
    run = town.imported()
    contact = town.made_contact("21")["Id"]
    by_hand = {
        "Login": "second",
        "Name": "Другий",
        "ContactId": contact,
        "RoleId": "7640dfbd-0cf2-4040-998e-4641042eff46",
    }
    town.box.creatio.control.insert("WSysAccount", by_hand)

    undone = town.undo(run)

    assert undone.fate("contact", "21") == ("kept", "another record in the section refers to it")
    assert undone.fate("record", "21")[0] == "reversed"
    assert set(town.records()) == {"second"}


def test_a_contact_that_became_a_creatio_user_stays(town: House) -> None:
    run = town.imported()
    contact = town.made_contact("21")["Id"]
    user = {"Name": "n.tymchuk", "SysAdminUnitTypeValue": 4, "ConnectionType": 0, "ContactId": contact, "Active": True}
    town.box.creatio.control.insert("SysAdminUnit", user)

    assert town.undo(run).fate("contact", "21") == ("kept", "something refers to it: SysAdminUnit.Contact")


def test_an_account_the_run_made_goes_with_its_last_contact_and_stays_with_another(live: Live) -> None:
    rules = AccountRules(name="Ластівка")
    foreign = (Account("11111111-1111-4111-8111-111111111111", "Клієнт", "03a75490-53e6-df11-971b-001d60e938c6"),)
    people = (linked("a.melnyk", "Мельник Анна", 11, "101", account=None), NAZAR)
    town = live(Town(people, accounts=foreign), account=rules)
    before = town.everything()
    run = town.imported()
    account = town.made_contact("21")["AccountId"]
    assert town.row("Account", account)["Name"] == "Ластівка"

    town.in_creatio("Contact", of("a.melnyk"), AccountId=account)
    kept = town.preview_undo(run)
    assert kept.fate("account") == ("kept", "1 contact of it stays")
    assert kept.fate("contact", "21")[0] == "reversed"
    town.in_creatio("Contact", of("a.melnyk"), AccountId=None)
    for career in town.rows("ContactCareer"):
        if career["ContactId"] == of("a.melnyk"):
            town.box.creatio.control.delete("ContactCareer", career["Id"])

    undone = town.undo(run)

    assert undone.fate("account") == ("reversed", "made by the run: removed")
    assert town.everything() == before


def test_a_set_of_licences_somebody_changed_since_stays_with_both_sets_told(town: House) -> None:
    town.ordain_both()
    run = town.imported(licenses=True)
    held = [row["license_id"] for row in town.box.webitel.control.rows("grants") if str(row["user_id"]) == "11"]
    assert CALL_CENTER in held
    town.box.webitel.control.edit("users", "11", {"license": [{"id": CALL_MANAGER}]})

    undone = town.undo(run)

    outcome = undone.outcome("user", "11")
    assert (str(outcome.fate), str(outcome.reason)) == ("kept", "its licences were changed since the run")
    assert outcome.now == {"licenses": [CALL_MANAGER]}
    assert "11" in town.holders(CALL_MANAGER)
    assert "12" not in town.holders(CALL_CENTER)
    assert "a.melnyk" not in town.records()


def test_a_link_that_was_moved_since_stays_where_it_is(live: Live) -> None:
    town = live(Town((ANNA, BORYS, Person("k.rudenko", contact="Руденко Карина", login="k.rudenko"))))
    run = town.imported()
    town.edit_record("b.koval", ContactId=of("k.rudenko"))
    town.imported()  # the link follows the record

    undone = town.undo(run)

    assert undone.fate("link", "12") == ("kept", "the link was changed since the run")
    assert undone.fate("record", "12")[0] == "kept"
    link = town.link("12")
    assert link is not None
    assert link.contact_id == of("k.rudenko")


def test_a_protected_account_keeps_record_and_licences(live: Live) -> None:
    town = live(Town((ANNA, BORYS)), protected=("b.koval",))
    town.ordain_both()
    run = town.imported(licenses=True)

    undone = town.undo(run)

    why = "a protected account is never switched off, deleted or left without its licences"
    assert undone.fate("record", "12") == ("kept", why)
    assert undone.fate("user", "12") == ("kept", why)
    assert "b.koval" in town.records()
    assert "12" in town.holders(CALL_CENTER)
    assert "a.melnyk" not in town.records()


def test_until_records_may_be_deleted_they_are_switched_off_and_their_contacts_stay(live: Live) -> None:
    town = live(Town((ANNA, NAZAR)), records_may_be_deleted=False)
    run = town.imported()

    undone = town.undo(run)

    assert undone.fate("record", "21") == (
        "kept", "made by the run: switched off, not deleted (rules.records_may_be_deleted)"
    )  # fmt: skip
    assert undone.fate("contact", "21") == ("kept", "its record refers to it, and stays")
    assert undone.fate("communication", "21")[0] == "reversed"
    assert not any(op.entity in ("record", "contact") and op.action == "delete" for op in undone.plan.operations)
    assert {row["Active"] for row in town.rows("WSysAccount")} == {False}
    link = town.link("21")
    assert link is not None
    assert link.state is LinkState.GONE

    again = town.undo(run)
    assert again.plan.operations == ()
    assert again.fate("record", "21")[0] == "kept"


def test_what_was_switched_off_is_woken_by_the_next_run_once_a_human_approves(live: Live) -> None:
    town = live(Town((ANNA, NAZAR)), records_may_be_deleted=False)
    run = town.imported()
    town.undo(run)

    waiting = town.run(approve=False)
    assert waiting.state is RunState.AWAITING_APPROVAL
    assert {row["Active"] for row in town.rows("WSysAccount")} == {False}

    town.settled()
    assert {row["Active"] for row in town.rows("WSysAccount")} == {True}
    link = town.link("21")
    assert link is not None
    assert link.state is LinkState.ACTIVE


def test_switching_off_can_itself_be_taken_back(live: Live) -> None:
    town = live(Town((ANNA, NAZAR)), records_may_be_deleted=False)
    run = town.imported()
    before, memory = town.everything(), town.remembered()
    town.undo(run)

    town.undo(town.last_run(MODE))

    assert town.everything() == before
    assert town.remembered()[0] == memory[0]


def test_in_the_classic_profile_records_are_tagged_as_departures_are(live_classic: Any) -> None:
    town = live_classic(ANNA, BORYS, records_may_be_deleted=False)
    before = town.rows("WSysAccountTag")
    run = town.imported()

    undone = town.undo(run)

    assert undone.fate("record", "11") == (
        "kept", "made by the run: tagged “not in Webitel”, not deleted (rules.records_may_be_deleted)"
    )  # fmt: skip
    made = [row for row in town.rows("WSysAccountTag") if row not in before]
    assert [row["Name"] for row in made] == ["not in Webitel"]
    assert len(town.rows("WSysAccountInTag")) == 2
    assert town.undo(run).plan.operations == ()
    town.undo(undone.run_id)
    assert town.rows("WSysAccountInTag") == []
    assert town.rows("WSysAccountTag") == before


def test_in_the_classic_profile_a_run_and_its_undo_are_nothing(live_classic: Any) -> None:
    town = live_classic(ANNA, BORYS, NAZAR)
    rows = {name: town.rows(name) for name in ("WSysAccount", "Contact", "ContactCommunication", "ContactCareer")}
    memory = town.remembered()
    run = town.imported()

    undone = town.undo(run)

    assert set(undone.counts) == {"reversed"}
    assert {name: town.rows(name) for name in rows} == rows
    assert town.remembered() == memory
