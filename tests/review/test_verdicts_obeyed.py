"""Every kind of answer, said once and obeyed by the next run; the run after that finds nothing to do."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from tests.process.office import Office, Ran, Stage
from tests.process.town import ANNA, BORYS, CUSTOMER, VIRA, Person, Town, contact_id, linked, stranger
from tests.review.answering import AUTHOR, DOMAIN, asked, in_force, say
from tests.review.conftest import FREELY
from usersync.ledger import Ledger
from usersync.planning import Situation
from usersync.planning.identity import row_id

HALYNA = linked("h.kit", "Кіт Галина", 14, "104")
OLENA = stranger("o.bondar", "Бондар Олена", 21, "121", contact="Бондар Олена")
OTHER_OLENA = Person("o.bondar2", contact="Бондар Олена")
IRYNA = stranger("i.lys", "Лис Ірина", 22, "122", contact="Лис Ірина", contact_type=CUSTOMER, account=None)
PETRO = stranger("p.vovk", "Вовк Петро", 23, "123", contact="Вовк Петро", contact_type=CUSTOMER, account=None)
ZOIA = stranger("zoia", "Зоя", 24, "124")
ANNA_AGAIN = stranger("anna.evening", "Мельник Анна", 25, "125")
ROBOT = stranger("ivr.robot", "IVR robot", 26, "126")
TARAS = stranger("t.rak", "Рак Тарас", 27, "127", contact="Рак Тарас", contact_type=CUSTOMER, account=None)
DARIA = stranger("d.sova", "Сова Дарія", 28, "128", contact="Сова Дарія", contact_type=CUSTOMER, account=None)
EVERYBODY = (
    ANNA, BORYS, VIRA, HALYNA, OLENA, OTHER_OLENA, IRYNA, PETRO, ZOIA, ANNA_AGAIN, ROBOT, TARAS, DARIA,
)  # fmt: skip
TOMORROW = datetime.now(UTC) + timedelta(days=1)


@dataclass(frozen=True)
class Story:
    """What happened: asked, answered, obeyed, and run once more."""

    office: Office
    before: Ran
    obeyed: Ran
    again: Ran

    def made_contact(self, person: Person) -> str:
        return row_id("7", "contact", person.user_id)

    def contact_of(self, person: Person) -> str:
        return str(self.office.record(person.username)["ContactId"])


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def story(request: pytest.FixtureRequest, stage: Stage, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    if request.param == "sqlite":
        path = tmp_path_factory.mktemp("story") / "ledger.db"
        path.write_bytes(request.getfixturevalue("sqlite_template").read_bytes())
        url = f"sqlite:///{path}"
    else:
        server = request.getfixturevalue("postgres_server")
        url = server.take()
    office = Office(stage.set(Town(EVERYBODY)), url, rules={"fields": {"record.name": "review"}, "approval": FREELY})
    office.run()
    office.box.creatio.control.delete("WSysAccount", office.record("b.koval")["Id"])
    office.edit_record("v.shulha", Name="Віруся")
    office.edit_record("h.kit", Name="Галя")
    office.in_webitel("13", name="Шульга Віра Петрівна")
    office.in_webitel("14", name="Кіт Галина Іванівна")
    before = office.run()
    say(office, "o.bondar", "link", contact_id=contact_id("o.bondar2"))
    say(office, "i.lys", "not-same")
    say(office, "p.vovk", "separate-contact")
    say(office, "zoia", "create")
    say(office, "anna.evening", "second-account")
    say(office, "ivr.robot", "import-anyway")
    say(office, "t.rak", "ignore")
    say(office, "d.sova", "postpone", until=TOMORROW)
    say(office, "b.koval", "restore")
    say(office, "v.shulha", "take-webitel")
    say(office, "h.kit", "keep-mine")
    obeyed = office.run()
    writes = office.writes()
    again = office.run()
    assert office.writes() == writes, [
        (o.entity, o.action, dict(o.before), dict(o.after), o.user_id) for o in again.plan.operations
    ]
    yield Story(office, before, obeyed, again)
    if request.param == "postgresql":
        server.give_back(url)


def test_the_run_that_obeys_leaves_nothing_to_do_for_the_next(story: Story) -> None:
    assert story.obeyed.receipt.converged
    assert set(story.obeyed.outcomes) == {"done"}
    assert story.again.plan.operations == ()


def test_who_is_undecided_is_asked_and_gets_nothing(story: Story) -> None:
    review = {item.username for item in story.before.plan.items if item.bucket == "review"}
    assert review == {"o.bondar", "i.lys", "p.vovk", "zoia", "anna.evening", "t.rak", "d.sova", "v.shulha", "h.kit"}
    assert not story.before.plan.operations


def test_link_makes_a_record_for_the_contact_that_was_chosen(story: Story) -> None:
    assert story.contact_of(OLENA) == contact_id("o.bondar2")
    assert story.obeyed.item("o.bondar").reason.id == "review-linked"


def test_not_the_same_makes_a_contact_where_nobody_else_comes_into_question(story: Story) -> None:
    assert story.contact_of(IRYNA) == story.made_contact(IRYNA) != contact_id("i.lys")


def test_a_separate_employee_contact_is_made_beside_the_customer(story: Story) -> None:
    assert story.contact_of(PETRO) == story.made_contact(PETRO)
    assert story.office.row("Contact", contact_id("p.vovk"))["TypeId"] == CUSTOMER
    assert story.office.row("Contact", story.made_contact(PETRO))["Name"] == "Вовк Петро"


def test_create_makes_a_contact_even_of_one_word(story: Story) -> None:
    assert story.office.row("Contact", story.contact_of(ZOIA))["Name"] == "Зоя"


def test_a_second_account_gets_a_record_of_its_own_for_the_same_contact(story: Story) -> None:
    assert story.contact_of(ANNA_AGAIN) == story.contact_of(ANNA) == contact_id("a.melnyk")
    assert story.office.extensions(contact_id("a.melnyk")) == ["101", "125"]
    assert story.again.item("a.melnyk").bucket == story.again.item("anna.evening").bucket == "unchanged"


def test_a_service_is_imported_anyway(story: Story) -> None:
    assert story.before.item("ivr.robot").bucket == "skipped"
    assert story.obeyed.item("ivr.robot").bucket == "created"


def test_the_ignored_is_left_out_and_stays_so(story: Story) -> None:
    assert story.again.item("t.rak").bucket == "skipped"
    assert "t.rak" not in story.office.records()


def test_the_postponed_waits_and_is_not_listed_meanwhile(story: Story) -> None:
    assert story.again.item("d.sova").bucket == "review"
    assert story.again.item("d.sova").reason.id == "review-postponed"
    assert set(asked(story.office)) == set()
    assert {"d.sova", "t.rak"} <= set(asked(story.office, everything=True))


def test_a_restored_record_is_made_again_for_the_same_contact(story: Story) -> None:
    assert story.before.item("b.koval").situation is Situation.RECORD_DELETED
    assert story.contact_of(BORYS) == contact_id("b.koval")
    assert story.again.item("b.koval").bucket == "unchanged"


def test_webitels_value_is_taken_and_mine_is_kept_without_asking_again(story: Story) -> None:
    assert {name: sorted(story.before.item(name).kept) for name in ("v.shulha", "h.kit")} == {
        "v.shulha": ["name"], "h.kit": ["name"],
    }  # fmt: skip
    assert story.office.record("v.shulha")["Name"] == "Шульга Віра Петрівна"
    assert story.office.record("h.kit")["Name"] == "Галя"
    assert story.again.item("h.kit").bucket == "unchanged"


def test_what_was_carried_out_is_ended_by_the_run_and_what_forbids_stays(story: Story) -> None:
    assert sorted(in_force(story.office)) == [("22", "cannot_link"), ("27", "ignore"), ("28", "postpone")]
    with Ledger.open(story.office.database_url) as ledger:
        ended, said = ledger.audit(DOMAIN, subject="21", limit=2)[0], ledger.audit(DOMAIN, subject="21")[-1]
    assert (said.actor, said.action) == (AUTHOR, "verdict.must_link")
    assert ended.actor == f"run:{story.obeyed.receipt.run_id}"


def test_the_answers_about_fields_are_audited_with_their_author(story: Story) -> None:
    with Ledger.open(story.office.database_url) as ledger:
        lines = {entry.subject: entry for entry in ledger.audit(DOMAIN, limit=1000) if "mine" in entry.action}
        taken = [entry.actor for entry in ledger.audit(DOMAIN, subject="13") if entry.action == "verdict.take_webitel"]
    assert (lines["14"].actor, lines["14"].detail["fields"]) == (AUTHOR, ["name"])
    assert taken == [AUTHOR]
