"""Leavers, the gone, and those who come back."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import create_engine, text

from tests.process.conftest import Live
from tests.process.office import Office, of
from tests.process.town import ANNA, BORYS, CALL_CENTER, TRIO, VIRA, Seats, Town, linked, stranger, system_user_id
from usersync.ledger import RunState
from usersync.planning import Situation
from usersync.planning.rules import GonePolicy, LicenseRule
from usersync.stages.guard import NotTrusted

ANNA_WITH_A_SEAT = dataclasses.replace(ANNA, licenses=(CALL_CENTER,))
SEATED = Town((ANNA_WITH_A_SEAT, BORYS, VIRA))
EVERYONE_CALLS = LicenseRule(product="CALL_CENTER", who="extension")


# Leavers: in Webitel still, but the system user is inactive


def test_a_leaver_is_listed_with_its_seats_and_nothing_is_taken(live: Live) -> None:
    office = live(SEATED)
    office.settled(licenses=True)
    office.in_creatio("SysAdminUnit", system_user_id("a.melnyk"), Active=False)

    ran = office.nothing_left(licenses=True)

    item = ran.item("a.melnyk")
    assert (item.situation, item.bucket) == (Situation.LEAVER, "unchanged")
    assert item.reason.args == {"seats": 1}
    assert office.holders(CALL_CENTER) == {"11"}


def test_releasing_the_seats_of_a_leaver_is_a_policy_and_they_go_to_who_waits_in_the_same_run(live: Live) -> None:
    town = Town(
        (ANNA_WITH_A_SEAT, BORYS), seats=(Seats(CALL_CENTER, "CALL_CENTER", 1),), importer_licenses=(CALL_CENTER,)
    )
    town = dataclasses.replace(town, seats=(Seats(CALL_CENTER, "CALL_CENTER", 2),))
    office = live(town, leavers="release")
    office.ordain(EVERYONE_CALLS)
    office.settled(licenses=True)
    assert office.holders(CALL_CENTER) == {"1", "11"}
    assert office.preview(licenses=True).plan.seats[0].waiting == ("12",)
    office.in_creatio("SysAdminUnit", system_user_id("a.melnyk"), Active=False)

    ran = office.settled(licenses=True)

    assert ran.item("a.melnyk").situation is Situation.LEAVER
    assert office.holders(CALL_CENTER) == {"1", "12"}
    assert not office.details("a.melnyk")
    assert set(office.details("b.koval")) == {CALL_CENTER}


# Gone from Webitel


@pytest.mark.parametrize("permanent", [True, False], ids=["hard", "soft"])
def test_a_deleted_users_record_is_switched_off_and_its_licence_rows_go(live: Live, permanent: bool) -> None:
    office = live(SEATED)
    office.settled(licenses=True)
    record = office.record("a.melnyk")
    assert set(office.details("a.melnyk")) == {CALL_CENTER}

    office.dismiss("11", permanent=permanent)
    ran = office.settled(licenses=True)

    assert ran.gone == {"disabled": 1}
    after = office.record("a.melnyk")
    assert after["Active"] is False
    assert (after["Id"], after["ContactId"], after["WebitelUserId"]) == (record["Id"], of("a.melnyk"), "11")
    assert not office.details("a.melnyk")
    assert office.holders(CALL_CENTER) == set()
    assert office.nothing_left(licenses=True).gone == {"left": 1}


def test_the_seats_of_a_deleted_user_are_cleared_once_and_go_to_who_waits_in_the_same_run(live: Live) -> None:
    town = Town(
        (ANNA_WITH_A_SEAT, BORYS), seats=(Seats(CALL_CENTER, "CALL_CENTER", 2),), importer_licenses=(CALL_CENTER,)
    )
    office = live(town)
    office.ordain(EVERYONE_CALLS)
    office.settled(licenses=True)

    office.dismiss("11", permanent=False)
    ran = office.settled(licenses=True)

    assert [op.after for op in ran.operations("user") if op.key == "11"] == [{"licenses": []}]
    assert office.holders(CALL_CENTER) == {"1", "12"}


def test_without_licences_the_set_of_a_deleted_user_stays_until_a_run_with_them(live: Live) -> None:
    office = live(SEATED)
    office.settled(licenses=True)
    office.dismiss("11", permanent=False)

    office.settled(licenses=False)
    assert office.holders(CALL_CENTER) == {"11"}

    office.settled(licenses=True)
    assert office.holders(CALL_CENTER) == set()


def test_a_deleted_user_that_was_never_ours_is_left_alone(live: Live) -> None:
    office = live(SEATED)
    office.hire("77", "former", "Колишній Іван", license=[CALL_CENTER])
    office.dismiss("77", permanent=False)

    office.settled(licenses=True)

    assert office.holders(CALL_CENTER) == {"11", "77"}


def test_each_missing_user_is_asked_for_before_it_is_called_gone(live: Live) -> None:
    office = live()
    office.settled()
    office.dismiss("11")
    office.box.webitel.control.reset_requests()

    office.settled()

    asked = [request["path"] for request in office.box.webitel.control.requests()]
    assert "/api/users/11" in asked


def test_a_user_missing_from_the_list_but_there_when_asked_for_makes_the_read_untrusted(live: Live) -> None:
    office = live()
    office.settled()
    before = office.writes()

    office.box.webitel.control.fault("short_page", path_regex="/users$", times=None, rows=1)
    with pytest.raises(NotTrusted) as caught:
        office.run()

    assert "guard-source-unproven" in {reason.id for reason in caught.value.reasons}
    assert office.writes() == before


def test_a_policy_deletes_the_record_after_the_grace_period_and_not_before(live: Live) -> None:
    office = live(gone=GonePolicy(reaction="delete", grace_days=30))
    office.settled()
    office.dismiss("11")

    assert office.settled().gone == {"disabled": 1}
    assert office.nothing_left().gone == {"left": 1}
    _gone_for(office, "11", days=31)
    ran = office.settled()

    assert ran.gone == {"deleted": 1}
    assert "a.melnyk" not in office.records()
    assert office.row("Contact", of("a.melnyk"))["Name"] == ANNA.contact


def test_a_policy_leaves_the_gone_as_they_are(live: Live) -> None:
    office = live(gone=GonePolicy(reaction="leave"))
    office.settled()
    office.dismiss("11")

    assert office.nothing_left().gone == {"left": 1}
    assert office.record("a.melnyk")["Active"] is True


@pytest.mark.parametrize("protected", ["a.melnyk", "anna.admin"], ids=["its login", "its Creatio login"])
def test_a_protected_account_is_never_switched_off_deleted_or_unlicensed(live: Live, protected: str) -> None:
    anna = dataclasses.replace(ANNA_WITH_A_SEAT, login="anna.admin", contact="A.Melnyk")
    office = live(
        Town((anna, BORYS)), protected=[protected], leavers="release", gone=GonePolicy(reaction="delete", grace_days=0)
    )
    office.ordain(LicenseRule(product="CALL_CENTER", who="people:nobody", exclusive=True))
    office.settled(licenses=True)
    assert office.holders(CALL_CENTER) == {"11"}

    office.in_creatio("SysAdminUnit", system_user_id("a.melnyk"), Active=False)
    office.nothing_left(licenses=True)
    assert office.holders(CALL_CENTER) == {"11"}

    office.dismiss("11", permanent=False)
    assert office.nothing_left(licenses=True).gone == {"left": 1}
    assert office.record("a.melnyk")["Active"] is True
    assert office.holders(CALL_CENTER) == {"11"}


# Back again


def test_who_returns_under_the_same_id_finds_record_and_link_alive(live: Live) -> None:
    office = live(SEATED)
    office.settled(licenses=True)
    record = office.record("a.melnyk")["Id"]
    office.dismiss("11", permanent=False)
    office.settled(licenses=True)

    office.in_webitel("11", deleted_at=None, license=[CALL_CENTER])
    ran = office.settled(licenses=True)

    item = ran.item("a.melnyk")
    assert (item.situation, item.bucket) == (Situation.RETURNED, "linked")
    after = office.record("a.melnyk")
    assert (after["Id"], after["Active"], after["ContactId"]) == (record, True, of("a.melnyk"))
    assert set(office.details("a.melnyk")) == {CALL_CENTER}


def test_who_returns_after_the_record_was_deleted_by_policy_gets_a_new_one_for_the_same_contact(live: Live) -> None:
    office = live(gone=GonePolicy(reaction="delete", grace_days=0))
    office.settled()
    office.dismiss("11", permanent=False)
    office.settled()
    assert "a.melnyk" not in office.records()

    office.in_webitel("11", deleted_at=None)
    ran = office.settled()

    assert ran.item("a.melnyk").situation is Situation.RETURNED
    assert office.record("a.melnyk")["ContactId"] == of("a.melnyk")


@pytest.mark.parametrize("noticed", [True, False], ids=["noticed before", "in one go"])
def test_who_returns_under_a_new_id_with_the_same_login_and_name_gets_the_same_record(
    live: Live, noticed: bool
) -> None:
    office = live()
    office.settled()
    record = office.record("a.melnyk")["Id"]
    office.dismiss("11")
    if noticed:
        office.settled()

    office.hire("91", "a.melnyk", "Анна Мельник", extension="101")
    ran = office.settled()

    item = ran.item("a.melnyk")
    assert (item.situation, item.bucket) == (Situation.RETURNED, "linked")
    after = office.record("a.melnyk")
    assert (after["Id"], after["WebitelUserId"], after["Active"]) == (record, "91", True)
    assert after["ContactId"] == of("a.melnyk")
    assert office.nothing_left().gone == {}


def test_a_return_under_a_new_id_waits_for_approval_as_every_relink_does(live: Live) -> None:
    office = live()
    office.settled()
    office.dismiss("11")
    office.hire("91", "a.melnyk", "Мельник Анна", extension="101")
    before = office.writes()

    ran = office.run(approve=False)

    assert ran.state is RunState.AWAITING_APPROVAL
    assert office.writes() == before


def test_a_login_that_was_given_to_somebody_else_is_a_question(live: Live) -> None:
    office = live()
    office.settled()
    office.dismiss("11")

    office.hire("91", "a.melnyk", "Тимчук Назар", extension="101")
    ran = office.run()

    item = ran.item("a.melnyk")
    assert (item.situation, item.bucket) == (Situation.LOGIN_REUSED, "review")
    assert ran.gone == {"disabled": 1}
    record = office.record("a.melnyk")
    assert (record["WebitelUserId"], record["ContactId"]) == ("11", of("a.melnyk"))
    office.nothing_left()


# With a scope


def test_a_run_for_one_login_judges_nobody_gone_and_releases_nothing(live: Live) -> None:
    office = live(
        Town((*TRIO, stranger("n.tymchuk", "Тимчук Назар", 21), linked("o.lys", "Лис Олег", 22))), leavers="release"
    )
    office.ordain(LicenseRule(product="CALL_CENTER", who="login:*"))
    office.settled(licenses=True)
    held = office.holders(CALL_CENTER)
    office.dismiss("11", permanent=False)
    office.in_creatio("SysAdminUnit", system_user_id("o.lys"), Active=False)
    office.in_webitel("12", extension="172")
    office.in_webitel("13", extension="173")

    office.ordain(LicenseRule(product="CALL_CENTER", who="people:nobody", exclusive=True))
    ran = office.settled(licenses=True, scope=["B.Koval"])

    assert ran.receipt.users == 1
    assert ran.receipt.gone == {"disabled": 0, "deleted": 0, "left": 0}
    records = office.records()
    assert records["a.melnyk"]["Active"] is True
    assert (records["b.koval"]["Extension"], records["v.shulha"]["Extension"]) == ("172", "103")
    assert office.holders(CALL_CENTER) == held


def _gone_for(office: Office, user_id: str, *, days: int) -> None:
    """So much time passes since somebody was found gone."""
    engine = create_engine(office.database_url)
    moment: Any = datetime.now(UTC) - timedelta(days=days)
    with engine.begin() as connection:
        connection.execute(
            text("UPDATE links SET gone_since = :moment WHERE user_id = :user"),
            {"moment": moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ"), "user": user_id},
        )
    engine.dispose()
