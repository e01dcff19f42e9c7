"""The card and chapter 8: what the form says is in Webitel and in the section, and nothing else is touched."""

from __future__ import annotations

from typing import Any

import pytest

from tests.actions.conftest import ANNA, TWO, Live
from tests.actions.desk import ActionImpossible, UpdateUser
from tests.process.town import Town, linked
from usersync.ledger import RunState


def test_a_new_extension_reaches_webitel_the_record_and_the_contact(live: Live) -> None:
    desk = live()
    done = desk.done(UpdateUser("a.melnyk", extension="150"))
    assert desk.webitel_user("a.melnyk")["extension"] == desk.record("a.melnyk")["Extension"] == "150"
    assert desk.extensions(ANNA.contact_id) == ["150"]
    assert desk.extensions(ANNA.contact_id, actual=False) == ["101"]
    assert done.run.mode == "update_webitel_user"
    assert done.report.receipt.buckets["updated"] == 1


def test_username_name_email_and_stun_are_changed_by_user_id(live: Live) -> None:
    desk = live()
    desk.done(UpdateUser("11", username="anna.m", name="Мельник Ганна", email="anna@romashka.example", stun=True))
    user, record = desk.webitel_user("anna.m"), desk.record("anna.m")
    assert (user["name"], user["email"]) == ("Мельник Ганна", "anna@romashka.example")
    assert (record["Name"], record["EnableStun"], record["WebitelUserId"]) == ("Мельник Ганна", True, "11")
    assert desk.row("Contact", ANNA.contact_id)["Email"] == "anna@romashka.example", "a blank e-mail is filled"
    link = desk.link("11")
    assert link is not None
    assert link.username == "anna.m"
    again = desk.act(UpdateUser("anna.m", stun=True, name="Мельник Ганна"))
    assert (again.state, again.plan.operations) == (RunState.COMPLETED, ())
    assert "It already is so" in again.said


def test_what_was_due_anyway_is_left_to_the_import(live: Live) -> None:
    desk = live()
    desk.in_webitel("11", name="Інше Ім'я")
    done = desk.act(UpdateUser("a.melnyk", extension="150"))
    assert done.report.receipt.converged
    assert desk.record("a.melnyk")["Name"] == "Мельник Анна"
    desk.settled()
    assert desk.record("a.melnyk")["Name"] == "Інше Ім'я"


def test_the_form_is_a_humans_word_over_what_was_entered_by_hand_before(live: Live) -> None:
    desk = live()
    desk.edit_record("a.melnyk", Extension="999")
    desk.done(UpdateUser("a.melnyk", extension="150"))
    assert desk.record("a.melnyk")["Extension"] == "150"


def test_what_somebody_changed_meanwhile_is_not_overwritten(live: Live) -> None:
    desk = live()

    async def somebody_is_quicker(_: Any) -> None:
        desk.in_webitel("11", extension="188")

    done = desk.act(UpdateUser("a.melnyk", extension="150"), hook=somebody_is_quicker)
    assert done.state is RunState.COMPLETED_WITH_FAILURES
    assert done.outcomes["webitel_user update"] == done.outcomes["record update"] == "stale"
    assert "changed by somebody else since the plan was made: extension" in done.said
    assert desk.webitel_user("a.melnyk")["extension"] == "188"


def test_an_extension_may_be_taken_away_and_what_that_means_is_said(live: Live) -> None:
    desk = live()
    done = desk.done(UpdateUser("a.melnyk", extension=""))
    assert "cannot register a SIP phone" in done.said
    assert desk.record("a.melnyk")["Extension"] in (None, "")


CASES = {
    "nobody": (UpdateUser("z.nobody", name="X"), "no Webitel user z.nobody"),
    "an extension of somebody else": (UpdateUser("a.melnyk", extension="102"), "taken by the Webitel user b.koval"),
    "a username of somebody else": (UpdateUser("a.melnyk", username="b.koval"), "taken by the Webitel user 12"),
    "no name": (UpdateUser("a.melnyk", name=" "), "needs a name"),
    "the importer itself": (UpdateUser("svc.creatio", name="X"), "usersync itself works with"),
    "a protected account renamed": (UpdateUser("b.koval", username="bb"), "is a protected account"),
}


@pytest.mark.parametrize("what", CASES)
def test_it_is_refused_with_a_sentence(live: Live, what: str) -> None:
    desk = live(Town((*TWO.people, linked("b.koval", "Коваль Борис", 12, "102"))), protected=("Supervisor", "B.Koval"))
    form, sentence = CASES[what]
    with pytest.raises(ActionImpossible, match=sentence):
        desk.act(form, preview=True)
