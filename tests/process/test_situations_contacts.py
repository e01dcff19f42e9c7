"""What people do to contacts and records in Creatio, and what the process makes of it."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from tests.process.conftest import Live
from tests.process.office import of
from tests.process.town import (
    ANNA,
    BORYS,
    CUSTOMER,
    MAIL,
    NOBODY_KNOWS,
    TRIO,
    VIRA,
    Person,
    Town,
    linked,
    record_id,
    stranger,
    system_user_id,
)
from usersync.ledger import RunState
from usersync.planning import Situation

NAMESAKE = Person("twin", contact="Мельник Анна Олегівна")


def test_when_a_human_gives_the_record_another_contact_the_link_follows(live: Live) -> None:
    office = live(Town((*TRIO, NAMESAKE)))
    office.settled()

    office.edit_record("a.melnyk", ContactId=of("twin"))
    ran = office.settled()

    item = ran.item("a.melnyk")
    assert (item.situation, item.contact_id) == (Situation.CONTACT_MOVED, of("twin"))
    assert office.record("a.melnyk")["ContactId"] == of("twin")
    assert office.extensions(of("twin")) == ["101"]
    assert office.extensions(of("a.melnyk")) == []
    assert office.nothing_left().item("a.melnyk").situation is Situation.UNCHANGED


def test_when_two_contacts_are_merged_the_link_follows_the_record(live: Live) -> None:
    office = live(Town((*TRIO, NAMESAKE)))
    office.settled()

    office.box.creatio.control.merge_contacts(of("twin"), of("a.melnyk"))
    ran = office.settled()

    assert ran.item("a.melnyk").situation is Situation.CONTACT_MOVED
    assert office.record("a.melnyk")["ContactId"] == of("twin")
    assert len(office.records()) == 3


def test_a_contact_that_was_deleted_with_its_record_is_a_question_and_never_made_again(live: Live) -> None:
    office = live(Town((ANNA, BORYS, dataclasses.replace(VIRA, login=""))))
    office.settled()
    contacts = len(office.rows("Contact"))

    office.box.creatio.control.delete("Contact", of("v.shulha"))
    ran = office.nothing_left()

    item = ran.item("v.shulha")
    assert (item.situation, item.bucket) == (Situation.CONTACT_LOST, "review")
    assert "v.shulha" not in office.records()
    assert len(office.rows("Contact")) == contacts - 1


def test_a_record_deleted_by_hand_stays_deleted(live: Live) -> None:
    office = live()
    office.settled()

    office.box.creatio.control.delete("WSysAccount", office.record("a.melnyk")["Id"])
    ran = office.nothing_left()

    item = ran.item("a.melnyk")
    assert (item.situation, item.bucket) == (Situation.RECORD_DELETED, "skipped")
    assert set(office.records()) == {"b.koval", "v.shulha"}


# Adopting what people made


def test_a_record_with_the_same_username_is_adopted_with_all_that_was_entered_by_hand(live: Live) -> None:
    by_hand = {"Login": "A.MELNYK", "Name": "Аня з першої лінії", "EnableStun": True, "Extension": "101"}
    office = live(Town((dataclasses.replace(ANNA, record=by_hand, contact="Хтось Інший"), BORYS)))

    ran = office.settled()

    item = ran.item("a.melnyk")
    assert (item.situation, item.bucket) == (Situation.ADOPTED, "linked")
    assert item.kept == {"name": "Аня з першої лінії", "username": "A.MELNYK"}
    record = office.row("WSysAccount", record_id("a.melnyk"))
    assert (record["WebitelUserId"], record["DefaultDevice"]) == ("11", "SIP a.melnyk")
    assert (record["Name"], record["EnableStun"], record["ContactId"]) == (by_hand["Name"], True, of("a.melnyk"))
    assert len(office.rows("WSysAccount")) == 2


def test_an_adopted_records_hand_values_stay_when_webitel_changes_and_the_others_follow(live: Live) -> None:
    by_hand = {"Login": "a.melnyk", "Name": "Аня з першої лінії", "Extension": "101"}
    office = live(Town((dataclasses.replace(ANNA, record=by_hand), BORYS)))
    office.settled()

    office.in_webitel("11", name="Мельник-Гай Анна", extension="171")
    ran = office.settled()

    record = office.record("a.melnyk")
    assert (record["Name"], record["Extension"]) == ("Аня з першої лінії", "171")
    assert ran.item("a.melnyk").kept == {"name": "Аня з першої лінії"}


def test_the_matched_contacts_own_record_without_a_username_is_adopted_instead_of_making_a_second(live: Live) -> None:
    office = live(Town((dataclasses.replace(ANNA, record={"Login": "", "Name": "Аня"}), BORYS)))

    ran = office.settled()

    assert ran.item("a.melnyk").situation is Situation.ADOPTED
    record = office.record("a.melnyk")
    assert (record["Id"], record["WebitelUserId"], record["Name"]) == (record_id("a.melnyk"), "11", "Аня")
    assert not any(note.id == "planning-never-linked" for note in ran.plan.notes)


def test_the_system_user_is_filled_in_when_it_appears_later_and_left_when_a_human_chose_another(live: Live) -> None:
    late = dataclasses.replace(VIRA, login="")
    office = live(Town((ANNA, late)))
    office.settled()
    assert office.record("v.shulha")["UserId"] is None
    user = {"SysAdminUnitTypeValue": 4, "ConnectionType": 0, "ContactId": of("v.shulha"), "Active": True}

    made = office.box.creatio.control.insert("SysAdminUnit", {"Name": "v.shulha", **user})
    ran = office.settled()
    assert ran.item("v.shulha").bucket == "updated"
    assert office.record("v.shulha")["UserId"] == made["Id"]

    office.edit_record("v.shulha", UserId=system_user_id("a.melnyk"))
    office.nothing_left()
    assert office.record("v.shulha")["UserId"] == system_user_id("a.melnyk")


def test_the_system_user_is_not_guessed_between_two(live: Live) -> None:
    office = live()
    office.box.creatio.control.insert(
        "SysAdminUnit",
        {"Name": "anna2", "SysAdminUnitTypeValue": 4, "ConnectionType": 0, "ContactId": of("a.melnyk"), "Active": True},
    )

    office.settled()

    assert office.record("a.melnyk")["UserId"] is None


# Doubts


def test_several_records_of_one_user_are_a_question(live: Live) -> None:
    office = live(Town((dataclasses.replace(ANNA, record={"Login": "a.melnyk", "Name": "Анна"}), BORYS)))
    office.box.creatio.control.insert(
        "WSysAccount",
        {"Login": "A.Melnyk", "ContactId": of("b.koval"), "RoleId": "7640dfbd-0cf2-4040-998e-4641042eff46"},
    )

    ran = office.run()

    assert ran.item("a.melnyk").situation is Situation.DUPLICATE_RECORDS
    assert ran.item("a.melnyk").bucket == "review"
    assert not [op for op in ran.plan.operations if op.user_id == "11"]
    assert {row["WebitelUserId"] for row in office.rows("WSysAccount") if row["Login"].lower() == "a.melnyk"} == {None}


def test_a_contact_that_has_another_users_record_is_a_question(live: Live) -> None:
    other = {"Login": "anna.second", "Name": "Анна", "WebitelUserId": "11000"}
    office = live(Town((dataclasses.replace(ANNA, record=other), BORYS)))

    ran = office.run()

    assert ran.item("a.melnyk").bucket == "review"
    assert ran.item("a.melnyk").situation is Situation.DUPLICATE_RECORDS
    assert "a.melnyk" not in office.records()
    assert [note.args for note in ran.plan.notes if note.id == "planning-never-linked"] == [{"count": 1}]


@pytest.mark.parametrize("field", ["username", "extension"])
def test_users_that_share_a_login_or_an_extension_are_both_a_question(live: Live, field: str) -> None:
    office = live()
    office.settled()
    shared = {"username": "B.Koval"} if field == "username" else {"extension": "102"}

    office.in_webitel("11", **shared)
    ran = office.nothing_left()

    doubtful = [item for item in ran.plan.items if item.situation is Situation.DUPLICATE_IN_SOURCE]
    assert {item.user_id for item in doubtful} == {"11", "12"}
    assert {item.bucket for item in doubtful} == {"review"}
    assert office.record("a.melnyk")["Extension"] == "101"


def test_seats_that_many_share_are_one_kind_of_question_and_get_no_contact(live: Live) -> None:
    seats = [stranger(f"operator{n}", f"Оператор {n}", 30 + n, str(300 + n)) for n in (1, 2, 3)]
    office = live(Town((*TRIO, *seats)))
    contacts = len(office.rows("Contact"))

    ran = office.settled()

    assert {ran.item(seat.username).situation for seat in seats} == {Situation.SHARED_SEAT}
    assert len({ran.item(seat.username).evidence["group"] for seat in seats}) == 1
    assert len(office.rows("Contact")) == contacts
    assert set(office.records()) == {person.username for person in TRIO}


def test_a_name_of_one_word_is_a_question_and_gets_no_contact(live: Live) -> None:
    office = live(Town((*TRIO, stranger("zoia", "Зоя", 31))))

    ran = office.settled()

    assert ran.item("zoia").bucket == "review"
    assert "zoia" not in office.records()


def test_robots_and_those_a_rule_excludes_are_listed_and_left_alone(live: Live) -> None:
    robot = stranger("ivr.robot", "IVR robot", 31)
    office = live(Town((*TRIO, robot)), exclude=["B.*"])

    ran = office.settled()

    assert {item.username for item in ran.plan.items if item.bucket == "skipped"} == {
        "svc.creatio", "ivr.robot", "b.koval",
    }  # fmt: skip
    assert set(office.records()) == {"a.melnyk", "v.shulha"}


def test_a_portal_user_with_the_same_login_is_a_customer_and_never_linked(live: Live) -> None:
    customer = dataclasses.replace(ANNA, portal=True, contact_type=CUSTOMER, account=None)
    office = live(Town((customer, BORYS)))

    ran = office.run()

    assert ran.item("a.melnyk").contact_id != of("a.melnyk")
    assert not [
        op for op in ran.plan.operations if op.key == of("a.melnyk") or op.after.get("contact") == of("a.melnyk")
    ]


def test_a_customer_of_the_same_name_is_a_question_and_no_contact_is_made(live: Live) -> None:
    customer = dataclasses.replace(NOBODY_KNOWS, contact="Тимчук Назар", contact_type=CUSTOMER, account=None)
    office = live(Town((*TRIO, customer)))

    ran = office.settled()

    assert ran.item("n.tymchuk").bucket == "review"
    assert "n.tymchuk" not in office.records()


# More contacts than are read


@pytest.mark.parametrize("spelled", ["Тимчук Назар", "ТИМЧУК НАЗАР", "Tymchuk Nazar"])
def test_above_the_limit_everybody_is_searched_for_before_a_contact_is_made(live: Live, spelled: str) -> None:
    customer = dataclasses.replace(NOBODY_KNOWS, contact=spelled, contact_type=CUSTOMER, account=None)
    office = live(Town((*TRIO, customer)), contact_limit=3)

    ran = office.settled()

    assert ran.buckets == {"skipped": 1, "linked": 3, "review": 1}
    assert [candidate["contact_id"] for candidate in ran.item("n.tymchuk").candidates] == [of("n.tymchuk")]


def test_above_the_limit_a_customer_with_the_same_email_is_found_too(live: Live) -> None:
    email = f"n.tymchuk@{MAIL}"
    customer = dataclasses.replace(
        NOBODY_KNOWS, email=email, contact="Хтось", contact_email=email.upper(), contact_type=CUSTOMER, account=None
    )
    office = live(Town((*TRIO, customer)), contact_limit=3)
    office.box.creatio.control.switch(case_insensitive=True)

    assert office.settled().item("n.tymchuk").bucket == "review"


def test_above_the_limit_somebody_whom_no_contact_resembles_is_created(live: Live) -> None:
    others = [Person(f"c{n}", contact=f"Клієнт Номер{n}", contact_type=CUSTOMER, account=None) for n in range(5)]
    office = live(Town((*TRIO, NOBODY_KNOWS, *others)), contact_limit=3)

    ran = office.settled()

    assert ran.buckets == {"skipped": 1, "linked": 3, "created": 1}


def test_above_the_limit_a_linked_contact_outside_the_pool_keeps_its_link(live: Live) -> None:
    office = live(Town((*TRIO, *(Person(f"c{n}", contact=f"Клієнт Номер{n}") for n in range(5)))), contact_limit=3)
    office.settled()
    office.in_creatio("Contact", of("a.melnyk"), TypeId=CUSTOMER, AccountId=None)
    office.in_creatio("SysAdminUnit", system_user_id("a.melnyk"), Active=False)
    office.in_webitel("11", extension="171")

    ran = office.settled()

    assert ran.item("a.melnyk").contact_id == of("a.melnyk")
    assert office.record("a.melnyk")["Extension"] == "171"


# An empty ledger


def test_an_empty_ledger_on_an_imported_crm_creates_and_writes_nothing(
    live: Live, sqlite_template: Path, tmp_path: Path
) -> None:
    office = live(Town((*TRIO, NOBODY_KNOWS)))
    office.settled()
    office.edit_record("a.melnyk", Name="Аня")

    office.forget_everything(sqlite_template, tmp_path)
    ran = office.nothing_left()

    assert ran.state is RunState.COMPLETED
    assert ran.buckets == {"skipped": 1, "linked": 3, "review": 1}
    assert ran.item("a.melnyk").bucket == "review"
    assert dict(ran.item("a.melnyk").kept) == {"name": "Аня"}


def test_after_it_was_learnt_again_a_link_follows_webitel_as_before(
    live: Live, sqlite_template: Path, tmp_path: Path
) -> None:
    office = live(Town((*TRIO, linked("o.lys", "Лис Олег", 22, "122"))))
    office.settled()
    office.forget_everything(sqlite_template, tmp_path)
    office.run()

    office.in_webitel("22", extension="172")
    ran = office.settled()

    assert ran.item("o.lys").bucket == "updated"
    assert office.record("o.lys")["Extension"] == "172"
    assert office.extensions(of("o.lys")) == ["172"]
