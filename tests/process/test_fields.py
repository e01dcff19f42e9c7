"""Who wins in each field: what we create, what a human edited, and the settings that say otherwise."""

from __future__ import annotations

import dataclasses

import pytest

from tests.process.conftest import Live
from tests.process.office import of
from tests.process.town import (
    ANNA,
    BORYS,
    COMPANY,
    CUSTOMER_ACCOUNT,
    MAIL,
    NOBODY_KNOWS,
    OUR_COMPANY,
    TRIO,
    Account,
    Town,
    stranger,
    system_user_id,
)
from usersync.planning import Situation
from usersync.planning.rules import AccountRules, FieldPolicy, NameOrder

SECOND = Account("5d6c8f4e-0000-4000-8000-000000000002", "Ромашка Захід")
FULL_NAME = stranger("i.soroka", "Сорока Інна Петрівна", 22, "122", email=f"i.soroka@{MAIL}")


# Three ways: what we wrote, what stands there, what Webitel says


def test_a_field_that_a_human_changed_since_our_last_write_is_kept_and_reported(live: Live) -> None:
    office = live()
    office.settled()

    office.edit_record("a.melnyk", Name="Аня")
    office.in_webitel("11", name="Мельник-Гай Анна", extension="171")
    ran = office.settled()

    record = office.record("a.melnyk")
    assert (record["Name"], record["Extension"]) == ("Аня", "171")
    assert dict(ran.item("a.melnyk").kept) == {"name": "Аня"}
    assert dict(office.nothing_left().item("a.melnyk").kept) == {"name": "Аня"}


def test_a_field_whose_policy_is_source_is_put_back(live: Live) -> None:
    office = live(fields={"record.name": FieldPolicy.SOURCE})
    office.settled()

    office.edit_record("a.melnyk", Name="Аня")
    ran = office.settled()

    assert ran.item("a.melnyk").bucket == "updated"
    assert office.record("a.melnyk")["Name"] == ANNA.name


def test_a_field_whose_policy_is_review_is_asked_about_until_both_sides_agree(live: Live) -> None:
    office = live(fields={"record.name": FieldPolicy.REVIEW})
    office.settled()

    office.edit_record("a.melnyk", Name="Аня")
    office.in_webitel("11", extension="171")
    ran = office.settled()

    assert ran.item("a.melnyk").bucket == "review"
    assert ran.item("a.melnyk").reason.args == {"fields": "name"}
    assert office.record("a.melnyk")["Extension"] == "171"  # a question about one field stops that field
    assert office.nothing_left().item("a.melnyk").bucket == "review"

    office.in_webitel("11", name="Аня")
    assert office.nothing_left().item("a.melnyk").bucket == "unchanged"


def test_stun_role_and_contact_are_the_humans(live: Live) -> None:
    office = live()
    office.settled()

    office.edit_record("a.melnyk", EnableStun=True, RoleId="85f6f2c0-16c5-40f4-bb75-becad578d495")
    office.nothing_left()

    record = office.record("a.melnyk")
    assert (record["EnableStun"], record["RoleId"]) == (True, "85f6f2c0-16c5-40f4-bb75-becad578d495")


def test_a_contact_that_existed_is_not_overwritten(live: Live) -> None:
    office = live(Town((dataclasses.replace(ANNA, account=None, contact_type=None, name="Анна Мельник"), BORYS)))
    before = office.row("Contact", of("a.melnyk"))

    office.settled()

    after = office.row("Contact", of("a.melnyk"))
    assert after == before


# What we create


def test_a_created_contact_has_the_owner_of_the_settings_and_never_the_integration_user(live: Live) -> None:
    town = Town((*TRIO, NOBODY_KNOWS))
    office = live(town)
    office.settled()
    assert not office.made_contact("21")["OwnerId"]

    office = live(town, owner_id=of("b.koval"))
    office.settled()
    assert office.made_contact("21")["OwnerId"] == of("b.koval")


def test_a_created_contact_has_one_extension_communication_and_the_email(live: Live) -> None:
    office = live(Town((*TRIO, FULL_NAME)))

    office.settled()

    made = office.made_contact("22")
    assert made["Email"] == FULL_NAME.email
    assert office.extensions(made["Id"]) == ["122"]


@pytest.mark.parametrize(
    ("order", "sent", "shown", "parts"),
    [
        ("surname_first", "Інна Петрівна Сорока", "Сорока Інна Петрівна", ("Сорока", "Інна", "Петрівна")),
        ("given_first", "Сорока Інна Петрівна", "Інна Петрівна Сорока", ("Сорока", "Інна", "Петрівна")),
        ("as_is", "Інна Петрівна Сорока", "Інна Петрівна Сорока", None),
        ("surname_first", "Інна Сорока", "Інна Сорока", None),
    ],
)
def test_a_created_contacts_name_is_in_the_order_of_the_site_where_its_parts_are_certain(
    live: Live, order: str, sent: str, shown: str, parts: tuple[str, str, str] | None
) -> None:
    office = live(Town((*TRIO, dataclasses.replace(FULL_NAME, name=sent))), name_order=NameOrder(order))
    office.box.creatio.control.switch(name_order="")  # whatever stands in the parts was sent by us

    office.settled()

    made = office.made_contact("22")
    assert made["Name"] == shown
    assert (made["Surname"], made["GivenName"], made["MiddleName"]) == (parts or (None, None, None))
    assert office.record("i.soroka")["Name"] == sent


# The account of a created contact


def test_a_missing_account_is_created_once_for_all_who_need_it(live: Live) -> None:
    town = Town((*TRIO, NOBODY_KNOWS, FULL_NAME), accounts=())
    town = dataclasses.replace(town, people=tuple(dataclasses.replace(person, account=None) for person in town.people))
    office = live(town, account=AccountRules(name="ТОВ Барвінок"))

    ran = office.settled()

    assert ran.buckets == {"skipped": 1, "linked": 3, "created": 2}
    (made,) = office.rows("Account")
    assert (made["Name"], made["TypeId"]) == ("ТОВ Барвінок", OUR_COMPANY)
    assert {office.made_contact(user)["AccountId"] for user in ("21", "22")} == {made["Id"]}

    office.hire("41", "o.pryima", "Прийма Оксана")
    assert not office.settled().operations("account")


def test_the_account_of_the_same_name_is_found_whatever_its_case_and_type(live: Live) -> None:
    customer = Account(COMPANY, "ТОВ «БАРВІНОК»", CUSTOMER_ACCOUNT)
    office = live(Town((*TRIO, NOBODY_KNOWS), accounts=(customer,)), account=AccountRules(name="тов Барвінок"))

    office.settled()

    assert office.made_contact("21")["AccountId"] == COMPANY
    assert len(office.rows("Account")) == 1


def test_an_account_with_another_legal_form_is_a_question(live: Live) -> None:
    customer = Account(COMPANY, "ПРАТ БАРВІНОК", CUSTOMER_ACCOUNT)
    office = live(Town((*TRIO, NOBODY_KNOWS), accounts=(customer,)), account=AccountRules(name="ТОВ Барвінок"))

    ran = office.settled()

    assert ran.item("n.tymchuk").bucket == "review"
    assert ran.item("n.tymchuk").reason.id == "planning-account-other-legal-form"
    assert len(office.rows("Account")) == 1


def test_without_an_own_account_or_a_setting_the_company_is_named_for_the_webitel_domain(live: Live) -> None:
    office = live(Town((*TRIO, NOBODY_KNOWS), accounts=(Account(COMPANY, "Інша", CUSTOMER_ACCOUNT),)))

    office.settled()

    assert {row["Name"] for row in office.rows("Account")} == {"Інша", MAIL}


def test_between_several_own_accounts_nobody_guesses(live: Live) -> None:
    office = live(Town((*TRIO, NOBODY_KNOWS), accounts=(Account(COMPANY, "Ромашка"), SECOND)))

    ran = office.settled()

    assert ran.item("n.tymchuk").bucket == "review"
    assert ran.item("n.tymchuk").situation is Situation.UNMATCHED
    assert ran.item("n.tymchuk").reason.id == "planning-account-which"
    assert len(office.rows("Account")) == 2


def test_between_several_own_accounts_the_email_domain_or_the_profile_decides(live: Live) -> None:
    west = dataclasses.replace(FULL_NAME, email="i.soroka@west.example")
    profiled = dataclasses.replace(NOBODY_KNOWS, profile={"company": "ромашка"})
    accounts = (Account(COMPANY, "Ромашка"), SECOND)
    rules = AccountRules(profile_variable="company", email_domains={"West.example": "Ромашка Захід"})
    office = live(Town((*TRIO, west, profiled), accounts=accounts), account=rules)

    office.settled()

    assert office.made_contact("22")["AccountId"] == SECOND.id
    assert office.made_contact("21")["AccountId"] == COMPANY


def test_the_account_of_the_settings_wins_and_one_that_does_not_exist_is_a_question(live: Live) -> None:
    town = Town((*TRIO, NOBODY_KNOWS), accounts=(Account(COMPANY, "Ромашка"), SECOND))
    office = live(town, account=AccountRules(id=SECOND.id.upper()))
    office.settled()
    assert office.made_contact("21")["AccountId"] == SECOND.id

    office = live(town, account=AccountRules(id="5d6c8f4e-0000-4000-8000-00000000ffff"))
    ran = office.settled()
    assert ran.item("n.tymchuk").reason.id == "planning-account-unknown"


def test_a_matched_contacts_account_is_never_changed(live: Live) -> None:
    elsewhere = dataclasses.replace(ANNA, account=SECOND.id)
    office = live(
        Town((elsewhere, BORYS), accounts=(Account(COMPANY, "Ромашка"), SECOND)), account=AccountRules(id=COMPANY)
    )

    office.settled()

    assert office.row("Contact", of("a.melnyk"))["AccountId"] == SECOND.id
    assert office.record("a.melnyk")["UserId"] == system_user_id("a.melnyk")
