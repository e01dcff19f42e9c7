"""Where a verdict cannot simply be obeyed: contradictions, contacts that vanish, links that exist, questions left open."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from tests.process.office import BOSS, Office, run_once
from tests.process.town import ANNA, BORYS, CUSTOMER, USER_ROLE, VIRA, Person, Town, contact_id, linked, stranger
from tests.review.answering import DOMAIN, asked, in_force, say
from tests.review.conftest import Live
from usersync.errors import UsageError
from usersync.ledger import Ledger, RunState, VerdictContradicts, VerdictKind
from usersync.planning import Situation
from usersync.planning.identity import row_id
from usersync.stages.review import VerdictsChanged, withdraw

OLENA = stranger("o.bondar", "Бондар Олена", 21, "121", contact="Бондар Олена")
OTHER_OLENA = Person("o.bondar2", contact="Бондар Олена")
THIRD = Person("somebody", contact="Хтось Інший")
TOWN = Town((ANNA, BORYS, VIRA, OLENA, OTHER_OLENA, THIRD))
TARAS = stranger("t.rak", "Рак Тарас", 27, "127", contact="Рак Тарас", contact_type=CUSTOMER, account=None)


def test_who_was_asked_about_is_not_created_when_the_contact_proposed_disappears(live: Live) -> None:
    office = live(Town((ANNA, BORYS, VIRA, TARAS)))
    assert office.run().item("t.rak").bucket == "review"
    contacts = len(office.rows("Contact"))
    office.box.creatio.control.delete("Contact", contact_id("t.rak"))

    for _ in range(2):
        ran = office.run()
        assert ran.item("t.rak").reason.id == "review-still-open"
        assert len(office.rows("Contact")) == contacts - 1

    say(office, "t.rak", "create")
    assert office.run().item("t.rak").bucket == "created"


def test_a_link_to_a_contact_that_vanished_is_a_question_again_with_the_reason(live: Live) -> None:
    office = live(TOWN)
    office.run()
    say(office, "o.bondar", "link", contact_id=contact_id("somebody"))
    office.box.creatio.control.delete("Contact", contact_id("somebody"))

    item = office.run().item("o.bondar")

    assert (item.bucket, item.reason.id) == ("review", "review-contact-missing")
    assert item.reason.args["contact"] == contact_id("somebody")
    assert "o.bondar" not in office.records()


def test_a_link_to_another_users_contact_is_a_question_again_and_the_other_keeps_it(live: Live) -> None:
    office = live(TOWN)
    office.run()
    say(office, "o.bondar", "link", contact_id=contact_id("a.melnyk"))

    ran = office.run()

    assert ran.item("o.bondar").reason.id == "review-contact-taken"
    assert ran.item("o.bondar").reason.args["user"] == "11"
    assert ran.item("a.melnyk").bucket == "unchanged"


def test_a_portal_users_contact_is_a_customers_whoever_says_otherwise(live: Live) -> None:
    customer = Person("client", contact="Клієнт Порталу", login="client", portal=True, contact_type=CUSTOMER)
    office = live(Town((*TOWN.people, customer)))
    office.run()
    say(office, "o.bondar", "link", contact_id=contact_id("client"))

    assert office.run().item("o.bondar").reason.id == "review-contact-portal"


def test_a_linked_user_is_moved_to_the_contact_a_human_names_after_approval(live: Live) -> None:
    office = live(TOWN)
    office.run()
    say(office, "a.melnyk", "link", contact_id=contact_id("somebody"))

    waiting = office.run(approve=False)
    assert waiting.state is RunState.AWAITING_APPROVAL
    assert office.record("a.melnyk")["ContactId"] == contact_id("a.melnyk")
    office.settled()

    record = office.record("a.melnyk")
    assert (record["ContactId"], record["UserId"]) == (contact_id("somebody"), None)
    assert office.extensions(contact_id("somebody")) == ["101"]
    assert office.extensions(contact_id("a.melnyk")) == []


def test_two_users_linked_crosswise_are_exchanged(live: Live) -> None:
    office = live(TOWN)
    office.run()
    say(office, "a.melnyk", "link", contact_id=contact_id("b.koval"))
    say(office, "b.koval", "link", contact_id=contact_id("a.melnyk"))

    office.settled()

    assert office.record("a.melnyk")["ContactId"] == contact_id("b.koval")
    assert office.record("b.koval")["ContactId"] == contact_id("a.melnyk")


def test_not_the_same_said_of_a_link_asks_who_it_is_and_create_answers(live: Live) -> None:
    office = live(TOWN)
    office.run()
    say(office, "a.melnyk", "not-same")
    item = office.nothing_left().item("a.melnyk")
    assert (item.bucket, item.reason.id) == ("review", "review-contact-ruled-out")

    say(office, "a.melnyk", "create")
    office.settled()

    assert office.record("a.melnyk")["ContactId"] == row_id("7", "contact", "11")
    assert in_force(office) == [("11", "cannot_link")]


def test_a_contact_ruled_out_is_not_proposed_again(live: Live) -> None:
    office = live(TOWN)
    office.run()
    say(office, "o.bondar", "not-same", contact_id=contact_id("o.bondar2"))

    item = office.run().item("o.bondar")

    assert item.reason.id == "matching-rule-common-name"
    assert [candidate["contact_id"] for candidate in item.candidates] == [contact_id("o.bondar")]


def test_after_it_was_carried_out_a_human_may_move_the_contact_in_creatio(live: Live) -> None:
    office = live(TOWN)
    office.run()
    say(office, "o.bondar", "link", contact_id=contact_id("o.bondar2"))
    office.settled()

    office.edit_record("o.bondar", ContactId=contact_id("somebody"))
    ran = office.settled()

    assert ran.item("o.bondar").situation is Situation.CONTACT_MOVED
    assert office.record("o.bondar")["ContactId"] == contact_id("somebody")


def test_a_restored_record_that_is_deleted_again_stays_deleted(live: Live) -> None:
    office = live(TOWN)
    office.run()
    office.box.creatio.control.delete("WSysAccount", office.record("b.koval")["Id"])
    office.run()
    say(office, "b.koval", "restore")
    office.settled()

    office.box.creatio.control.delete("WSysAccount", office.record("b.koval")["Id"])

    assert office.nothing_left().item("b.koval").situation is Situation.RECORD_DELETED


def test_link_and_not_the_same_contradict_and_the_one_in_force_is_named(live: Live) -> None:
    office = live(TOWN)
    office.run(mode="preview")
    given = say(office, "o.bondar", "link", contact_id=contact_id("o.bondar"))

    with pytest.raises(VerdictContradicts, match=str(given.id if given else "")):
        say(office, "o.bondar", "not-same", contact_id=contact_id("o.bondar"))
    with pytest.raises(VerdictContradicts):
        say(office, "a.melnyk", "link", contact_id=contact_id("o.bondar"))


def test_a_verdict_withdrawn_before_the_next_run_changes_nothing(live: Live) -> None:
    office = live(TOWN)
    before = office.preview().plan.hash
    say(office, "o.bondar", "ignore")
    changed = office.preview()
    with Ledger.open(office.database_url) as ledger:
        assert withdraw(ledger, DOMAIN, "o.bondar", author=BOSS) == 1
        with pytest.raises(UsageError, match="Nothing"):
            withdraw(ledger, DOMAIN, "o.bondar", author=BOSS)

    assert changed.plan.hash != before
    assert office.preview().plan.hash == before


async def test_a_plan_approved_before_something_else_was_said_is_not_carried_out(live: Live) -> None:
    office = live(TOWN, approval={})
    ran = await run_once(office.settings, office.database_url, mode="apply")
    with Ledger.open(office.database_url) as ledger:
        ledger.approve(ran.plan.hash, author=BOSS)
    say(office, "a.melnyk", "ignore")

    with pytest.raises(VerdictsChanged, match="11"):
        await run_once(office.settings, office.database_url, mode="apply", plan_hash=ran.plan.hash)
    assert office.records() == {}


def test_an_account_that_is_excluded_or_our_own_stays_so_whatever_is_said(live: Live) -> None:
    office = live(TOWN, exclude=["b.*"])
    office.run(mode="preview")
    say(office, "b.koval", "import-anyway")
    say(office, "svc.creatio", "import-anyway")

    ran = office.run()

    assert {ran.item(name).reason.id for name in ("b.koval", "svc.creatio")} == {
        "planning-excluded",
        "planning-importer",
    }


def test_above_the_limit_the_contact_a_human_names_is_read(live: Live) -> None:
    customer = replace(THIRD, contact_type=CUSTOMER, account=None)
    office = live(Town((ANNA, BORYS, VIRA, OLENA, OTHER_OLENA, customer)), contact_limit=3)
    office.run()
    say(office, "o.bondar", "link", contact_id=contact_id("somebody"))

    office.settled()

    assert office.record("o.bondar")["ContactId"] == contact_id("somebody")


def test_a_lost_contact_is_replaced_by_the_one_a_human_names(live: Live) -> None:
    office = live(Town((ANNA, replace(BORYS, login=""), VIRA, THIRD)))
    office.run()
    office.box.creatio.control.delete("Contact", contact_id("b.koval"))
    assert office.run().item("b.koval").situation is Situation.CONTACT_LOST
    say(office, "b.koval", "link", contact_id=contact_id("somebody"))

    office.settled()

    assert office.record("b.koval")["ContactId"] == contact_id("somebody")


def test_a_reused_login_is_the_same_person_where_a_human_says_so(live: Live) -> None:
    former = linked("p.hai", "Гай Павло", 31, "131")
    office = live(Town((*TOWN.people, former)))
    office.run()
    office.dismiss("31")
    office.hire("41", "p.hai", "Зовсім Інша", extension="131")
    assert office.run().item("p.hai").situation is Situation.LOGIN_REUSED
    say(office, "p.hai", "link", contact_id=contact_id("p.hai"))

    office.settled()

    assert office.record("p.hai")["WebitelUserId"] == "41"
    assert office.record("p.hai")["ContactId"] == contact_id("p.hai")


def test_a_record_without_a_contact_gets_the_one_a_human_names(live: Live) -> None:
    zoia = stranger("zoia", "Зоя", 24, "124")
    office = live(Town((*TOWN.people, zoia)))
    _make_record_without_contact(office, "zoia")
    assert office.run().item("zoia").bucket == "review"
    say(office, "zoia", "link", contact_id=contact_id("somebody"))

    office.settled()

    assert office.record("zoia")["ContactId"] == contact_id("somebody")


def test_a_record_without_a_contact_gets_the_contact_matching_finds(live: Live) -> None:
    office = live(TOWN)
    _make_record_without_contact(office, "a.melnyk")

    office.settled()

    assert office.record("a.melnyk")["ContactId"] == contact_id("a.melnyk")


def _make_record_without_contact(office: Office, username: str) -> None:
    """As a CRM has it whose section does not insist on a contact."""
    row = {"Login": username, "Name": username, "ContactId": contact_id("somebody"), "RoleId": USER_ROLE}
    office.box.creatio.control.insert("WSysAccount", row)
    with office.creatio_database() as database, database:
        database.execute('UPDATE "WSysAccount" SET "ContactId" = NULL WHERE "Login" = ?', (username,))


def test_a_field_that_differs_is_asked_until_it_is_answered_and_again_when_it_differs_otherwise(live: Live) -> None:
    office = live(TOWN, fields={"record.name": "review"})
    office.run()
    office.edit_record("v.shulha", Name="Віруся")
    office.in_webitel("13", name="Шульга Віра Петрівна")
    for _ in range(2):
        assert office.run().item("v.shulha").bucket == "review"
    say(office, "v.shulha", "keep-mine")
    assert office.run().item("v.shulha").bucket == "unchanged"

    office.in_webitel("13", name="Шульга Віра Павлівна")
    assert office.run().item("v.shulha").bucket == "review"


def test_an_answer_about_a_field_can_be_withdrawn(live: Live) -> None:
    office = live(TOWN, fields={"record.name": "review"})
    office.run()
    office.edit_record("v.shulha", Name="Віруся")
    office.in_webitel("13", name="Шульга Віра Петрівна")
    office.run()
    say(office, "v.shulha", "keep-mine")
    assert "v.shulha" not in asked(office)
    with Ledger.open(office.database_url) as ledger:
        assert withdraw(ledger, DOMAIN, "v.shulha", author=BOSS) == 1

    assert office.run().item("v.shulha").bucket == "review"


def test_a_postponement_is_over_after_its_day(live: Live) -> None:
    office = live(TOWN)
    office.run()
    last_week = datetime.now(UTC) - timedelta(days=7)
    with Ledger.open(office.database_url, now=lambda: last_week) as ledger:
        ledger.give_verdict(
            DOMAIN, "21", VerdictKind.POSTPONE, author=BOSS, reason="on leave", until=last_week + timedelta(days=3)
        )
        assert ledger.verdicts(DOMAIN)

    assert office.preview().item("o.bondar").reason.id == "matching-rule-rivals"
    assert "o.bondar" in asked(office)


WRONG = [
    ("o.bondar", "restore", {}, "review-nothing-deleted"),
    ("o.bondar", "keep-mine", {}, "review-nothing-differs"),
    ("o.bondar", "link", {}, "review-which-contact"),
    ("o.bondar", "link", {"contact_id": "Олена"}, "review-contact-not-an-id"),
    ("o.bondar", "postpone", {"until": datetime(2020, 1, 1, tzinfo=UTC)}, "review-until-past"),
    ("a.melnyk", "create", {}, "review-linked-already"),
    ("nobody", "ignore", {}, "review-user-unknown"),
]


def test_an_answer_that_does_not_fit_its_question_is_refused_with_the_reason(live: Live) -> None:
    office = live(TOWN)
    office.run()
    for username, answer, more, message in WRONG:
        with pytest.raises(UsageError) as caught:
            say(office, username, answer, **more)
        assert (caught.value.message_id, bool(caught.value.next_step)) == (message, True)
    assert in_force(office) == []
