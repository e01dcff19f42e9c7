"""The section "Webitel users" in its workplace: seen, added, taken back, and the clicks where rights are missing."""

from __future__ import annotations

import pytest

from tests.administration.chores import AdministeredOffice
from tests.administration.conftest import Live
from tests.process.town import ANNA, Town
from usersync.creatio.errors import RightsMissing
from usersync.creatio.workplace import SectionState
from usersync.ledger import RunState
from usersync.stages.administration.section import clicks

ONE = Town((ANNA,))


def furnish(
    office: AdministeredOffice, workplace: str = "Contact Center", caption: str = "Webitel users"
) -> dict[str, str]:
    """Two workplaces and two sections, none of them in its place; ids by name."""
    insert = office.box.creatio.control.insert
    made = {name: insert("SysWorkplace", {"Name": name})["Id"] for name in (workplace, "Sales")}
    modules = (("Contacts", "Contact"), (caption, "WSysAccount"))
    made |= {code: insert("SysModule", {"Caption": name, "Code": code})["Id"] for name, code in modules}
    row = {"SysWorkplaceId": made[workplace], "SysModuleId": made["Contact"], "Position": 4}
    insert("SysModuleInWorkplace", row)
    return {name: str(key) for name, key in made.items()}


def test_a_missing_section_is_added_last_and_taken_back(live: Live) -> None:
    office = live(ONE)
    made = furnish(office)
    before = office.writes()
    seen = office.see_section()
    assert (seen.state, office.writes()) == (SectionState.MISSING, before)
    place, run_id = office.put_section()
    assert place.state is SectionState.THERE
    (row,) = [row for row in office.rows("SysModuleInWorkplace") if row["SysModuleId"] == made["WSysAccount"]]
    assert (row["SysWorkplaceId"], row["Position"]) == (made["Contact Center"], 5)
    with office.ledger() as ledger:
        run = ledger.run(run_id)
        assert (run.mode, run.state) == ("add_section", RunState.COMPLETED)
        assert ledger.plan(str(run.plan_hash)).used_by == run_id
        assert [str(entry.state) for entry in ledger.operations(run_id)] == ["done"]
    again, second = office.put_section()
    assert again.state is SectionState.THERE
    with office.ledger() as ledger:
        assert ledger.operations(second) == []

    report = office.take_back(run_id)
    assert (report.state, report.counts["reversed"], report.left) == (RunState.COMPLETED, 1, 0)
    assert office.see_section().state is SectionState.MISSING
    assert office.take_back(run_id).counts["nothing_left"] == 1


def test_a_row_somebody_moved_since_is_kept(live: Live) -> None:
    office = live(ONE)
    furnish(office)
    place, run_id = office.put_section()
    office.in_creatio("SysModuleInWorkplace", str(place.row_id), Position=1)
    report = office.take_back(run_id)
    assert report.counts["kept"] == 1
    assert "position" in str(report.outcomes[0].reason)
    assert office.see_section().state is SectionState.THERE


def test_localised_names_are_found_by_the_settings_and_ids_count_first(live: Live) -> None:
    office = live(ONE)
    made = furnish(office, "Контакт-центр", "Користувачі Webitel")
    seen = office.see_section()
    assert (seen.state, seen.seen) == (SectionState.NO_WORKPLACE, ("Sales", "Контакт-центр"))
    office.section["workplace"] = "контакт-центр"
    assert office.see_section().state is SectionState.MISSING
    office.section |= {"code": "", "caption": "Користувачі webitel"}
    assert office.see_section().section == "Користувачі Webitel"
    office.section["caption"] = "Something else"
    assert office.see_section().state is SectionState.NO_SECTION
    office.section |= {"id": made["WSysAccount"], "workplace_id": made["Sales"]}
    place, _ = office.put_section()
    assert (place.state, place.workplace_id) == (SectionState.THERE, made["Sales"])


def test_of_several_workplaces_of_one_name_none_is_guessed_unless_the_section_is_in_one(live: Live) -> None:
    office = live(ONE)
    made = furnish(office)
    twin = office.box.creatio.control.insert("SysWorkplace", {"Name": "Contact Center"})["Id"]
    assert office.see_section().state is SectionState.SEVERAL
    row = {"SysWorkplaceId": twin, "SysModuleId": made["WSysAccount"], "Position": 0}
    office.box.creatio.control.insert("SysModuleInWorkplace", row)
    assert office.see_section().state is SectionState.THERE


def test_without_rights_nothing_is_added_and_the_clicks_are_told(live: Live) -> None:
    office = live(ONE, administration={"enabled": False})  # then the importer is asked, who may not
    furnish(office)
    with pytest.raises(RightsMissing):
        office.put_section()
    with office.ledger() as ledger:
        (run,) = ledger.runs("default", limit=1)
        assert run.state is RunState.FAILED
        assert [str(entry.state) for entry in ledger.operations(run.id)] == ["failed"]
    told = clicks(office.see_section())
    assert "Contact Center" in str(told)
    assert "Webitel users" in str(told)
    office.box.creatio.control.switch(rights={"SysWorkplace": "none"})
    assert office.see_section().state is SectionState.UNREADABLE


def test_an_answer_that_is_lost_adds_nothing_twice(live: Live) -> None:
    office = live(ONE)
    furnish(office)
    office.box.creatio.control.fault("500_after", method="POST", path_regex="SysModuleInWorkplace")
    place, _ = office.put_section()
    assert place.state is SectionState.THERE
    assert len(office.rows("SysModuleInWorkplace")) == 2
