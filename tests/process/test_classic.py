"""The base package's section: the record's login is the extension, and much is known to the ledger only."""

from __future__ import annotations

import dataclasses
from pathlib import Path

from tests.process.conftest import Live
from tests.process.office import Office, of
from tests.process.town import ANNA, BORYS, CALL_CENTER, NOBODY_KNOWS, TRIO, USER_ROLE, VIRA, linked
from usersync.ledger import RunState
from usersync.planning import Situation

SILENT = linked("d.dovbnia", "Довбня Дмитро", 14)


def _by_contact(office: Office) -> dict[str, dict[str, object]]:
    return {row["ContactId"]: row for row in office.rows("WSysAccount")}


def _tags(office: Office) -> list[tuple[str, str]]:
    names = {row["Id"]: row["Name"] for row in office.rows("WSysAccountTag")}
    return [(names[row["TagId"]], row["EntityId"]) for row in office.rows("WSysAccountInTag")]


def test_the_whole_import_bears_the_extension_as_login_and_the_role_user(live_classic: Live) -> None:
    office = live_classic(*TRIO, NOBODY_KNOWS)

    ran = office.settled()

    assert ran.buckets == {"skipped": 1, "linked": 3, "created": 1}
    records = _by_contact(office)
    for person in TRIO:
        record = records[of(person.username)]
        assert (record["Login"], record["Name"], record["RoleId"]) == (person.extension, person.name, USER_ROLE)
    assert "planning-classic-no-password" in {note.id for note in ran.plan.notes}


def test_a_user_without_an_extension_gets_no_record_but_a_question(live_classic: Live) -> None:
    office = live_classic(*TRIO, SILENT)

    ran = office.settled()

    assert (ran.item("d.dovbnia").situation, ran.item("d.dovbnia").bucket) == (Situation.NO_EXTENSION, "review")
    assert of("d.dovbnia") not in _by_contact(office)
    assert office.extensions(of("d.dovbnia")) == []


def test_a_record_whose_user_loses_the_extension_keeps_its_login_and_is_a_question(live_classic: Live) -> None:
    office = live_classic(*TRIO)
    office.settled()

    office.in_webitel("11", extension="")
    ran = office.run()

    assert (ran.state, ran.item("a.melnyk").situation) == (RunState.COMPLETED, Situation.NO_EXTENSION)
    assert _by_contact(office)[of("a.melnyk")]["Login"] == "101"
    office.nothing_left()


def test_the_gone_are_tagged_and_who_returns_loses_the_tag(live_classic: Live) -> None:
    office = live_classic(*TRIO)
    office.settled()
    record = _by_contact(office)[of("a.melnyk")]["Id"]
    other = _by_contact(office)[of("b.koval")]["Id"]

    office.dismiss("11", permanent=False)
    assert office.settled().gone == {"disabled": 1}
    assert _tags(office) == [("not in Webitel", record)]

    office.dismiss("12", permanent=False)
    assert office.settled().gone == {"disabled": 1, "left": 1}
    assert sorted(_tags(office)) == sorted([("not in Webitel", record), ("not in Webitel", other)])
    assert len(office.rows("WSysAccountTag")) == 1

    office.in_webitel("11", deleted_at=None)
    ran = office.settled()
    assert ran.item("a.melnyk").situation is Situation.RETURNED
    assert _tags(office) == [("not in Webitel", other)]


def test_a_renamed_user_with_a_new_extension_keeps_its_record(live_classic: Live) -> None:
    office = live_classic(*TRIO)
    office.settled()
    record = _by_contact(office)[of("a.melnyk")]["Id"]

    office.in_webitel("11", username="a.kravets", name="Кравець Анна", extension="171")
    office.settled()

    after = _by_contact(office)[of("a.melnyk")]
    assert (after["Id"], after["Login"], after["Name"]) == (record, "171", "Кравець Анна")
    assert office.extensions(of("a.melnyk")) == ["171"]


def test_two_who_swap_extensions_are_both_changed(live_classic: Live) -> None:
    office = live_classic(*TRIO)
    office.settled()

    office.in_webitel("11", extension="102")
    office.in_webitel("12", extension="101")
    office.settled()

    records = _by_contact(office)
    assert (records[of("a.melnyk")]["Login"], records[of("b.koval")]["Login"]) == ("102", "101")


def test_a_record_made_by_hand_for_the_matched_contact_is_adopted(live_classic: Live) -> None:
    by_hand = dataclasses.replace(ANNA, record={"Login": "101", "Name": "Аня"})
    office = live_classic(by_hand, BORYS, VIRA)

    ran = office.settled()

    assert (ran.item("a.melnyk").situation, ran.item("a.melnyk").bucket) == (Situation.ADOPTED, "linked")
    assert len(office.rows("WSysAccount")) == 3
    assert _by_contact(office)[of("a.melnyk")]["Name"] == "Аня"


def test_an_empty_ledger_learns_the_links_again_without_a_write(
    live_classic: Live, sqlite_template: Path, tmp_path: Path
) -> None:
    office = live_classic(*TRIO, NOBODY_KNOWS)
    office.settled()
    office.in_webitel("12", name="Коваль Борис Борисович")

    office.forget_everything(sqlite_template, tmp_path)
    ran = office.nothing_left()

    assert ran.buckets == {"skipped": 1, "linked": 3, "review": 1}
    assert ran.item("b.koval").bucket == "review"


def test_that_the_licences_cannot_be_shown_here_is_said_once_and_only_where_there_are_any(live_classic: Live) -> None:
    holding = dataclasses.replace(ANNA, licenses=(CALL_CENTER,))
    office = live_classic(holding, BORYS)

    ran = office.settled()

    assert [note.id for note in ran.plan.notes].count("planning-classic-no-license-detail") == 1
    assert office.rows("WSysAccount")
    nobody = live_classic(ANNA)
    assert "planning-classic-no-license-detail" not in {note.id for note in nobody.run().plan.notes}
