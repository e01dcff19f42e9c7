"""Webitel's licences: who gets a seat, who waits, and what is never taken."""

from __future__ import annotations

import dataclasses
from datetime import datetime
from typing import Any

import pytest
from pydantic import ValidationError

from tests.process.conftest import Live
from tests.process.office import Office
from tests.process.town import (
    ANNA,
    BORYS,
    CALL_CENTER,
    CALL_MANAGER,
    CHAT,
    EXPIRED,
    IMPORTER,
    SEATS,
    TRIO,
    VIRA,
    Seats,
    Town,
    linked,
)
from usersync.ledger import RunState
from usersync.planning.rules import LicenseRule

EVERYONE = LicenseRule(product="CALL_CENTER")
MUTE = linked("a.aardvark", "Яценко Юхим", 10)
"""The oldest id, but no extension."""


def _seats(count: int) -> dict[str, Any]:
    """A town's licences: so many seats of the call centre, one of them the importer's own."""
    return {"seats": (Seats(CALL_CENTER, "CALL_CENTER", count),), "importer_licenses": (CALL_CENTER,)}


def _holding(*licenses: str) -> Town:
    return Town((dataclasses.replace(ANNA, licenses=licenses), BORYS, VIRA))


# Assigning


def test_a_rule_gives_a_seat_to_everybody_it_names_and_the_detail_shows_it(live: Live) -> None:
    office = live()
    office.ordain(LicenseRule(product="CALL_CENTER", who="people:a.melnyk, B.KOVAL"))

    ran = office.settled(licenses=True)

    assert office.holders(CALL_CENTER) == {"11", "12"}
    assert ran.receipt.seats == {"wanted": 2, "held": 0, "assigned": 2, "waiting": 0, "refused": 0}
    grants = {
        row["user_id"]: row for row in office.box.webitel.control.rows("grants") if row["license_id"] == CALL_CENTER
    }
    for username, user_id in (("a.melnyk", 11), ("b.koval", 12)):
        (row,) = office.details(username).values()
        assert (row["LicenseId"], row["Product"]) == (CALL_CENTER, "CALL_CENTER")
        assert _milliseconds(row["IssuedOn"]) == grants[user_id]["issued_at"]
        assert _milliseconds(row["ExpiresOn"]) == grants[user_id]["expires_at"]
    assert not office.details("v.shulha")


@pytest.mark.parametrize(
    ("who", "whom"),
    [
        ("everyone", {"10", "11", "12"}),
        ("extension", {"11", "12"}),
        ("role:agents", {"12"}),
        ("login:A.*", {"10", "11"}),
        ("people:b.koval", {"12"}),
    ],
)
def test_rules_name_people_in_five_ways(live: Live, who: str, whom: set[str]) -> None:
    office = live(Town((MUTE, ANNA, dataclasses.replace(BORYS, roles=("1020",)))))
    office.ordain(LicenseRule(product="CALL_CENTER", who=who))

    office.settled(licenses=True)

    assert office.holders(CALL_CENTER) == whom


def test_a_rule_that_names_nobody_understandably_is_refused_before_anything_is_withdrawn() -> None:
    for who in ("group:agents", "people:", "Everyone", "role: "):
        with pytest.raises(ValidationError):
            LicenseRule(product="CALL_CENTER", who=who, exclusive=True)


def test_somebody_new_gets_record_licence_and_detail_in_one_run(live: Live) -> None:
    office = live()
    office.ordain(EVERYONE)
    office.settled(licenses=True)

    office.hire("31", "o.pryima", "Прийма Оксана", extension="131")
    office.box.webitel.control.edit("licenses", CALL_CENTER, {"seats": 9})
    ran = office.settled(licenses=True)

    assert ran.item("o.pryima").bucket == "created"
    assert "31" in office.holders(CALL_CENTER)
    assert set(office.details("o.pryima")) == {CALL_CENTER}


def test_without_assigning_no_licence_is_touched_but_the_detail_mirrors_webitel(live: Live) -> None:
    office = live(_holding(CALL_CENTER))
    office.ordain(LicenseRule(product="CALL_CENTER", who="people:b.koval", exclusive=True))

    office.settled(licenses=False)

    assert office.holders(CALL_CENTER) == {"11"}
    assert office.box.webitel.control.counters()["writes"] == 0
    assert set(office.details("a.melnyk")) == {CALL_CENTER}


def test_those_who_wait_for_a_decision_get_no_seat(live: Live) -> None:
    office = live()
    office.hire("41", "olena", "Олена")
    office.ordain(EVERYONE)

    ran = office.settled(licenses=True)

    assert ran.item("olena").bucket == "review"
    assert "41" not in office.holders(CALL_CENTER)


# A shortage


def test_with_too_few_seats_it_is_said_who_waits_and_how_many_to_buy(live: Live) -> None:
    office = live(Town((MUTE, *TRIO), **_seats(3)))
    office.ordain(EVERYONE)

    ran = office.settled(licenses=True)

    (demand,) = ran.plan.seats
    assert (demand.assigned, demand.waiting, demand.to_buy) == (("11", "12"), ("13", "10"), 2)
    assert ran.receipt.seats == {"wanted": 4, "held": 0, "assigned": 2, "waiting": 2, "refused": 0}
    assert office.holders(CALL_CENTER) == {IMPORTER, "11", "12"}


def test_priority_comes_before_extension_and_age_and_nobody_loses_a_seat_to_another(live: Live) -> None:
    town = Town((dataclasses.replace(MUTE, licenses=(CALL_CENTER,)), *TRIO), **_seats(3))
    office = live(town)
    office.ordain(EVERYONE, LicenseRule(product="CALL_CENTER", who="people:v.shulha", priority=1))

    ran = office.settled(licenses=True)

    assert office.holders(CALL_CENTER) == {IMPORTER, "10", "13"}
    assert ran.plan.seats[0].waiting == ("11", "12")


def test_the_importers_own_seat_is_never_taken_however_the_rules_are(live: Live) -> None:
    office = live(Town(TRIO, **_seats(2)))
    office.ordain(LicenseRule(product="CALL_CENTER", who="people:a.melnyk,b.koval", exclusive=True))

    office.settled(licenses=True)

    assert office.holders(CALL_CENTER) == {IMPORTER, "11"}


def test_every_seat_is_handed_out_where_the_importer_has_one_of_another_product(live: Live) -> None:
    office = live(Town((MUTE, *TRIO)))
    office.ordain(EVERYONE)

    ran = office.settled(licenses=True)

    assert office.holders(CALL_CENTER) == {"10", "11", "12", "13"}
    assert ran.plan.seats[0].to_buy == 0


def test_seats_can_be_kept_back_by_a_rule(live: Live) -> None:
    office = live(Town(TRIO, **_seats(4)))
    office.ordain(LicenseRule(product="CALL_CENTER", reserve=2))

    office.settled(licenses=True)

    assert office.holders(CALL_CENTER) == {IMPORTER, "11"}


def test_a_licence_cut_below_what_is_held_gives_nobody_a_seat_that_is_none(live: Live) -> None:
    people = [dataclasses.replace(person, licenses=(CALL_CENTER,)) for person in TRIO]
    office = live(Town((*people, linked("o.lys", "Лис Олег", 14, "104")), **_seats(2)))
    office.ordain(LicenseRule(product="CALL_CENTER", who="people:b.koval,v.shulha,o.lys", exclusive=True))

    ran = office.settled(licenses=True)

    assert office.holders(CALL_CENTER) == {IMPORTER, "12", "13"}
    assert ran.plan.seats[0].waiting == ("14",)
    assert ran.receipt.seats["refused"] == 0


def test_of_two_licences_of_a_product_the_one_that_lasts_longer_is_handed_out_first(live: Live) -> None:
    seats = (Seats("cc-short", "CALL_CENTER", 2, days_left=20), Seats("cc-long", "CALL_CENTER", 2, days_left=300))
    office = live(Town(TRIO, seats=seats, importer_licenses=("cc-short",)))
    office.ordain(EVERYONE)

    office.settled(licenses=True)

    assert office.holders("cc-long") == {"11", "12"}
    assert office.holders("cc-short") == {IMPORTER, "13"}


# Refusals


def test_a_refusal_is_recorded_and_the_rest_goes_on(live: Live) -> None:
    office = live()
    office.ordain(EVERYONE)
    office.box.webitel.control.fault("license_refusal", path_regex="/users/12$", times=None)

    ran = office.run(licenses=True)

    assert ran.state is RunState.COMPLETED
    assert office.holders(CALL_CENTER) == {"11", "13"}
    assert ran.receipt.seats == {"wanted": 3, "held": 0, "assigned": 2, "waiting": 0, "refused": 1}
    assert ran.buckets == {"skipped": 1, "linked": 3}
    assert office.record("b.koval")["ContactId"]
    assert not office.details("b.koval")

    office.box.webitel.control.clear_faults()
    office.settled(licenses=True)
    assert office.holders(CALL_CENTER) == {"11", "12", "13"}
    assert set(office.details("b.koval")) == {CALL_CENTER}


def test_a_product_that_no_user_holds_is_refused_with_the_reason(live: Live) -> None:
    office = live()
    office.ordain(LicenseRule(product="CHAT"))

    ran = office.settled(licenses=True)

    assert office.holders(CHAT) == set()
    assert [(note.id, note.args) for note in ran.plan.notes] == [
        ("planning-product-not-assigned-to-users", {"product": "CHAT"})
    ]


def test_an_expired_licence_is_not_assigned_and_not_taken_from_who_holds_it(live: Live) -> None:
    office = live(_holding(EXPIRED))
    office.ordain(LicenseRule(product="VOIP_DEVICE"))

    ran = office.settled(licenses=True)

    assert office.holders(EXPIRED) == {"11"}
    assert {note.id for note in ran.plan.notes} == {"planning-product-without-valid-license"}


def test_concurrent_licences_are_given_to_all_whatever_remains_now(live: Live) -> None:
    office = live(Town(TRIO, seats=SEATS))
    for user_id in ("11", "12"):
        office.in_webitel(user_id, license=[CALL_MANAGER], status="web")
    office.ordain(LicenseRule(product="CALL_MANAGER"))

    ran = office.settled(licenses=True)

    assert office.holders(CALL_MANAGER) == {IMPORTER, "11", "12", "13"}
    assert ran.plan.seats[0].waiting == ()


# Taking away


def test_what_others_granted_stays_when_no_rule_names_it(live: Live) -> None:
    office = live(_holding(CALL_CENTER))
    office.ordain(LicenseRule(product="CALL_CENTER", who="people:b.koval"))

    office.settled(licenses=True)

    assert office.holders(CALL_CENTER) == {"11", "12"}


def test_what_usersync_granted_is_withdrawn_when_the_rule_does_not_name_it_any_more(live: Live) -> None:
    office = live(_holding(CALL_CENTER))
    office.ordain(LicenseRule(product="CALL_CENTER", who="people:a.melnyk,b.koval"))
    office.settled(licenses=True)

    office.ordain(LicenseRule(product="CALL_CENTER", who="people:v.shulha"))
    ran = office.settled(licenses=True)

    assert ran.item("b.koval").bucket == "updated"
    assert office.holders(CALL_CENTER) == {"11", "13"}
    assert not office.details("b.koval")


def test_an_exclusive_product_is_withdrawn_from_everybody_the_rules_do_not_name(live: Live) -> None:
    office = live(_holding(CALL_CENTER, CALL_MANAGER))
    office.ordain(LicenseRule(product="CALL_CENTER", who="people:b.koval", exclusive=True))

    office.settled(licenses=True)

    assert office.holders(CALL_CENTER) == {"12"}
    assert office.holders(CALL_MANAGER) == {IMPORTER, "11"}


def test_a_seat_that_changes_hands_is_left_before_it_is_taken(live: Live) -> None:
    people = (dataclasses.replace(ANNA, licenses=(CALL_CENTER,)), dataclasses.replace(BORYS, licenses=("wfm-1",)))
    seats = (Seats(CALL_CENTER, "CALL_CENTER", 2), Seats("wfm-1", "WFM", 2))
    office = live(Town(people, seats=seats, importer_licenses=(CALL_CENTER, "wfm-1")))
    office.ordain(
        LicenseRule(product="CALL_CENTER", who="people:b.koval", exclusive=True),
        LicenseRule(product="WFM", who="people:a.melnyk", exclusive=True),
    )

    ran = office.settled(licenses=True)

    assert ran.receipt.seats == {"wanted": 2, "held": 0, "assigned": 2, "waiting": 0, "refused": 0}
    assert (office.holders(CALL_CENTER), office.holders("wfm-1")) == ({IMPORTER, "12"}, {IMPORTER, "11"})


def test_a_seat_that_webitel_gave_or_took_meanwhile_is_mirrored(live: Live) -> None:
    office = live(_holding(CALL_CENTER))
    office.settled(licenses=True)

    office.in_webitel("11", license=[CALL_MANAGER])
    office.in_webitel("12", license=[CALL_CENTER])
    office.settled(licenses=True)

    assert _shown(office) == {"a.melnyk": {CALL_MANAGER}, "b.koval": {CALL_CENTER}, "v.shulha": set()}


def test_a_renewed_licence_is_shown_with_its_new_dates(live: Live) -> None:
    office = live(_holding(CALL_CENTER))
    office.settled(licenses=True)

    office.box.webitel.control.edit("licenses", CALL_CENTER, {"not_after": 1_900_000_000_000})
    office.in_webitel("11", license=[])
    office.in_webitel("11", license=[CALL_CENTER])
    office.settled(licenses=True)

    (row,) = office.details("a.melnyk").values()
    (grant,) = (row for row in office.box.webitel.control.rows("grants") if row["user_id"] == 11)
    assert _milliseconds(row["ExpiresOn"]) == 1_900_000_000_000
    assert _milliseconds(row["IssuedOn"]) // 1000 == grant["issued_at"] // 1000


def test_a_row_of_the_detail_that_somebody_deleted_is_shown_again(live: Live) -> None:
    office = live(_holding(CALL_CENTER))
    office.settled(licenses=True)

    office.box.creatio.control.delete("WSysAccountLicense", office.details("a.melnyk")[CALL_CENTER]["Id"])
    office.settled(licenses=True)

    assert set(office.details("a.melnyk")) == {CALL_CENTER}


def _shown(office: Office) -> dict[str, set[str]]:
    return {username: set(office.details(username)) for username in office.records()}


def _milliseconds(moment: str) -> int:
    return round(datetime.fromisoformat(moment).timestamp() * 1000)
