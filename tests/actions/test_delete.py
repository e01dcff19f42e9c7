"""Chapter 4: the user is gone in Webitel, its record with it or switched off, the contact stays, and nobody brings it back."""

from __future__ import annotations

import pytest

from tests.actions.conftest import ANNA, OLHA, Live
from tests.actions.desk import ActionImpossible, CreateUser, DeleteUser, Desk
from tests.process.town import CALL_MANAGER
from usersync.ledger import LinkState, RunState
from usersync.planning.section import Flag


def _kept(desk: Desk) -> None:
    """The contact is as it was, and another import does not bring anybody back."""
    assert desk.row("Contact", ANNA.contact_id)["Name"] == "Мельник Анна"
    desk.nothing_left()
    assert len([row for row in desk.rows("WSysAccount") if row["Active"]]) == 0


def test_softly_licences_are_released_the_record_is_switched_off_and_the_contact_kept(live: Live) -> None:
    desk = live()
    assert desk.holders(CALL_MANAGER) >= {"11"}
    done = desk.done(DeleteUser("a.melnyk"))
    assert [str(op.entity) for op in done.plan.operations][:2] == ["user", "webitel_user"]
    assert "its username and extension may stay taken" in done.said
    assert desk.webitel_user("a.melnyk")["deleted_at"]
    assert "11" not in desk.holders(CALL_MANAGER)
    record = desk.record("a.melnyk")
    assert (record["Active"], desk.details("a.melnyk")) == (False, {})
    link = desk.link("11")
    assert link is not None
    assert link.state is LinkState.GONE
    assert done.report.receipt.gone["disabled"] == 1
    with desk.ledger() as ledger:
        (row,) = ledger.section("default", search="a.melnyk").rows
    assert Flag.GONE in row.flags
    _kept(desk)


def test_for_good_it_asks_for_the_username_and_frees_it(live: Live) -> None:
    desk = live()
    with pytest.raises(ActionImpossible, match="its username must be given once more"):
        desk.act(DeleteUser("a.melnyk", permanent=True, confirm_username="a.m"))
    assert "cannot be reversed" in desk.act(DeleteUser("a.melnyk", permanent=True), preview=True).said
    desk.done(DeleteUser("a.melnyk", permanent=True, confirm_username="a.melnyk"))
    assert "a.melnyk" not in desk.usernames()
    _kept(desk)


def test_where_records_may_be_deleted_the_record_goes_and_a_returned_user_gets_a_new_one(live: Live) -> None:
    desk = live(records_may_be_deleted=True)
    desk.done(DeleteUser("11"))
    assert desk.rows("WSysAccount") == []
    _kept(desk)
    desk.in_webitel("11", deleted_at=None)
    desk.settled()
    assert desk.record("a.melnyk")["ContactId"] == ANNA.contact_id


@pytest.mark.parametrize("fault", ["500_after", "reset_after", "500_before"])
def test_an_answer_that_is_lost_is_looked_for(live: Live, fault: str) -> None:
    desk = live()
    desk.box.webitel.control.fault(fault, method="DELETE")
    desk.done(DeleteUser("a.melnyk"))
    assert desk.webitel_user("a.melnyk")["deleted_at"]


def test_what_webitel_refuses_leaves_the_record_as_it_is(live: Live) -> None:
    desk = live()
    desk.box.webitel.control.fault("status_before", status=403, method="DELETE")
    done = desk.act(DeleteUser("a.melnyk"))
    assert done.state is RunState.COMPLETED_WITH_FAILURES
    assert (done.outcomes["webitel_user delete"], done.outcomes["record update"]) == ("failed", "skipped")
    assert desk.record("a.melnyk")["Active"] is True


def test_the_importer_and_protected_accounts_are_never_deleted(live: Live) -> None:
    desk = live(protected=("a.melnyk",))
    for user, sentence in (("svc.creatio", "usersync itself works with"), ("11", "is a protected account")):
        with pytest.raises(ActionImpossible, match=sentence):
            desk.act(DeleteUser(user))


def test_who_was_deleted_may_be_created_again_with_the_record_from_before(live: Live) -> None:
    desk = live()
    desk.done(CreateUser("o.bondar", extension="205"))
    first = desk.record("o.bondar")
    desk.done(DeleteUser("o.bondar"))
    desk.done(CreateUser("o.bondar", extension="206"))
    assert desk.webitel_user("o.bondar2")["extension"] == "206"
    record = desk.record("o.bondar2")
    assert (record["Id"], record["Active"], record["ContactId"]) == (first["Id"], True, OLHA.contact_id)
    assert desk.extensions(OLHA.contact_id) == ["206"]


def test_an_add_on_that_deletes_the_user_with_its_record_is_noticed(live: Live) -> None:
    desk = live(records_may_be_deleted=True)
    token = desk.box.world.webitel.token
    desk.box.creatio.control.switch(addon="careful", addon_url=desk.box.webitel.url, addon_token=token)
    done = desk.act(DeleteUser("a.melnyk"))
    assert done.state is RunState.COMPLETED
    assert "is gone from Webitel for good: an add-on of Creatio removes it" in done.said
