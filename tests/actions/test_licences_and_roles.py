"""Chapters 5 to 7: one licence more or less, the roles as chosen; the complete set is read, changed and read back."""

from __future__ import annotations

from typing import Any

import pytest

from tests.actions.conftest import TWO, Live
from tests.actions.desk import ActionImpossible, ChangeLicense, Process, SetRoles
from tests.process.town import CALL_CENTER, CALL_MANAGER, CHAT, EXPIRED, SEATS, Seats, Town, linked
from usersync.ledger import RunState
from usersync.planning.rules import LicenseRule


def add(user: str, license_: str) -> ChangeLicense:
    return ChangeLicense(Process.ADD_LICENSE, user, license_)


def remove(user: str, license_: str) -> ChangeLicense:
    return ChangeLicense(Process.REMOVE_LICENSE, user, license_)


def test_a_licence_is_added_by_product_and_removed_by_id_and_the_detail_follows(live: Live) -> None:
    desk = live()
    done = desk.done(add("a.melnyk", "call_center"))
    assert desk.holders(CALL_CENTER) == {"11"}
    assert set(desk.details("a.melnyk")) == {CALL_CENTER, CALL_MANAGER}
    assert (done.run.mode, len(done.plan.operations)) == ("add_webitel_license", 2)
    with desk.ledger() as ledger:
        assert ledger.grants_made("default") == set()
    desk.done(remove("11", CALL_CENTER))
    assert desk.holders(CALL_CENTER) == set()
    assert set(desk.details("a.melnyk")) == {CALL_MANAGER}


def test_what_the_rules_would_give_again_is_said(live: Live) -> None:
    desk = live(licenses=(LicenseRule(product="CALL_MANAGER", who="extension"),))
    assert "would give it back" in desk.act(remove("a.melnyk", CALL_MANAGER), preview=True).said


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        (add("a.melnyk", "CALL_MANAGER"), "holds CALL_MANAGER already"),
        (add("a.melnyk", CHAT), "CHAT is not assigned to users"),
        (add("a.melnyk", EXPIRED), "No licence of VOIP_DEVICE is valid today"),
        (add("a.melnyk", "WFM"), "no licence WFM"),
        (add("a.melnyk", "MOBILE"), "No seat of MOBILE is left: all 1 are taken"),
        (remove("a.melnyk", CALL_CENTER), "does not hold cc-1"),
        (remove("svc.creatio", CALL_MANAGER), "usersync itself works with"),
        (SetRoles("a.melnyk", ("Nobody",)), "no role Nobody"),
        (SetRoles("a.melnyk", ("12",)), "is another user's own"),
    ],
)
def test_it_is_refused_with_a_sentence(live: Live, form: Any, sentence: str) -> None:
    desk = live(FULL)
    desk.box.webitel.control.insert("roles", {"id": 12, "name": "b.koval", "user": True}) if "own" in sentence else None
    with pytest.raises(ActionImpossible, match=sentence):
        desk.act(form, preview=True)


FULL = Town(
    (*TWO.people, linked("b.koval", "Коваль Борис", 12, "102", licenses=("mo-1",))),
    seats=(*SEATS, Seats("mo-1", "MOBILE", 1)),
)


def test_of_several_licences_of_a_product_the_one_that_lasts_longest_and_has_a_seat_is_taken(live: Live) -> None:
    later = (Seats("cc-2", "CALL_CENTER", 5, days_left=300), Seats("cc-3", "CALL_CENTER", 0, days_left=900))
    desk = live(Town(TWO.people, seats=(*SEATS, *later)))
    (change, _) = desk.act(add("a.melnyk", "CALL_CENTER"), preview=True).plan.operations
    assert change.after == {"licenses": ["cc-2", CALL_MANAGER]}


@pytest.mark.parametrize("fault", ["500_after", "reset_after"])
def test_a_set_whose_answer_is_lost_is_read_back(live: Live, fault: str) -> None:
    desk = live()
    desk.box.webitel.control.fault(fault, method="PATCH")
    desk.done(add("a.melnyk", CALL_CENTER))


def test_a_set_that_somebody_changed_meanwhile_is_not_overwritten(live: Live) -> None:
    desk = live()

    async def somebody_is_quicker(_: Any) -> None:
        desk.in_webitel("11", license=[])

    done = desk.act(add("a.melnyk", CALL_CENTER), hook=somebody_is_quicker)
    assert done.state is RunState.COMPLETED_WITH_FAILURES
    assert desk.holders(CALL_CENTER) == set()
    assert "changed by somebody else" in done.said


def test_roles_are_set_as_a_whole_and_a_users_own_role_stays(live: Live) -> None:
    desk = live()
    desk.box.webitel.control.insert("roles", {"id": 77, "name": "a.melnyk", "user": True})
    desk.in_webitel("11", roles=["1021", "77"])
    desk.settled()
    desk.done(SetRoles("a.melnyk", ("Agents",)))
    held = {row["role_id"] for row in desk.box.webitel.control.rows("user_roles") if row["user_id"] == 11}
    assert held == {1020, 77}
    assert [row["Name"] for row in desk.rows("WSysAccountInWebitelRole")] == ["Agents"]
    desk.done(SetRoles("a.melnyk"))
    assert desk.rows("WSysAccountInWebitelRole") == []


def test_a_user_without_a_record_gets_its_licence_all_the_same(live: Live) -> None:
    desk = live()
    desk.hire("55", "only.webitel", "Тільки Вебітел")
    done = desk.act(add("only.webitel", CALL_CENTER))
    assert done.state is RunState.COMPLETED
    assert "In Creatio nothing follows from it" in done.said
    assert desk.holders(CALL_CENTER) == {"55"}
