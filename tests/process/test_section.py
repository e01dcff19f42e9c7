"""The section as the ledger shows it after runs over HTTP: both sides, the flags, and who is ready to call."""

from __future__ import annotations

import dataclasses
import shutil
import threading
from pathlib import Path

import pytest

from tests.process.conftest import Live
from tests.process.office import Office, Stage, of
from tests.process.town import (
    ANNA,
    BORYS,
    CALL_CENTER,
    NOBODY_KNOWS,
    TRIO,
    VIRA,
    Town,
    linked,
    system_user_id,
)
from usersync.creatio.errors import CreatioError
from usersync.ledger import Ledger, RunState
from usersync.planning import Bucket, Plan, Situation
from usersync.planning.rules import LicenseRule
from usersync.planning.section import Flag, Readiness, Requirement, SectionRow
from usersync.stages import plan as planning
from usersync.stages.context import RunContext

PACKAGE = "c0ffee00-0000-4000-8000-000000000001"


def section(office: Office) -> dict[str, SectionRow]:
    with Ledger.open(office.database_url) as ledger:
        return ledger.section_users(office.settings.name)


def readiness(office: Office) -> Readiness:
    with Ledger.open(office.database_url) as ledger:
        found = ledger.runs(limit=1)[0].readiness
    assert found is not None
    return Readiness.from_json(found)


def open_telephony(office: Office, *usernames: str) -> None:
    """Give Creatio's own licence for telephony."""
    control = office.box.creatio.control
    control.insert("SysLicPackage", {"Id": PACKAGE, "Name": "CTI", "Operations": "WebitelCollaboration.Use"})
    for username in usernames:
        control.insert(
            "SysLicUser", {"SysLicPackageId": PACKAGE, "SysUserId": system_user_id(username), "Active": True}
        )


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_both_sides_of_everybody_are_shown_and_who_is_ready_to_call(
    stage: Stage, database: str, sqlite_template: Path, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    ready = dataclasses.replace(ANNA, licenses=(CALL_CENTER,), roles=("1020",))
    no_phone = dataclasses.replace(BORYS, extension="", licenses=(CALL_CENTER,))
    box = stage.set(Town((ready, no_phone, VIRA, NOBODY_KNOWS)))
    server = request.getfixturevalue("postgres_server") if database == "postgresql" else None
    shutil.copy(sqlite_template, tmp_path / "ledger.db")
    url = server.take() if server else f"sqlite:///{tmp_path / 'ledger.db'}"
    office = Office(box, url)
    open_telephony(office, "a.melnyk", "b.koval")

    ran = office.run()

    rows = section(office)
    anna = rows["11"]
    assert (anna.username, anna.name, anna.extension, anna.contact_id) == (
        "a.melnyk",
        ready.name,
        "101",
        of("a.melnyk"),
    )
    assert (anna.contact_name, anna.record_id) == (ready.contact, office.record("a.melnyk")["Id"])
    assert (anna.system_user, anna.system_user_active, anna.stun, anna.active) == ("a.melnyk", True, False, True)
    assert (anna.device_id, anna.default_device) == ("511", "SIP a.melnyk")
    assert [(held.id, held.product) for held in anna.licenses] == [(CALL_CENTER, "CALL_CENTER")]
    assert [role.name for role in anna.webitel_roles] == ["Agents"]
    assert (anna.bucket, anna.situation, anna.flags, anna.ready) == (Bucket.LINKED, Situation.LINKED_NOW, (), True)
    assert anna.run_id == ran.receipt.run_id
    assert anna.last_synced_at is not None
    assert rows["12"].missing == (Requirement.EXTENSION, Requirement.DEVICE)
    assert rows["12"].flags == (Flag.NO_EXTENSION, Flag.NOT_READY)
    assert rows["13"].missing == (Requirement.TELEPHONY, Requirement.LICENSE)
    assert rows["13"].flags == (Flag.NO_SEAT, Flag.NOT_READY)
    stranger = rows["21"]
    assert (stranger.bucket, stranger.contact_name) == (Bucket.CREATED, NOBODY_KNOWS.name)
    assert Flag.NO_CREATIO_USER in stranger.flags
    assert rows["1"].excluded
    assert (readiness(office).ready, readiness(office).users) == (1, 4)
    if server:
        server.give_back(url)


def test_an_unchanged_world_is_written_once_as_unchanged_and_then_never_again(live: Live) -> None:
    office = live()
    office.settled()  # the second of its two runs says "unchanged"
    before = section(office)

    office.nothing_left()

    after = section(office)
    assert {key: row.run_id for key, row in after.items()} == {key: row.run_id for key, row in before.items()}
    assert after["11"].last_synced_at > before["11"].last_synced_at  # type: ignore[operator]
    assert {row.bucket for row in after.values()} == {Bucket.UNCHANGED, Bucket.SKIPPED}


def test_what_cannot_be_read_of_creatios_licences_is_unknown_and_not_missing(live: Live) -> None:
    office = live(Town((dataclasses.replace(ANNA, licenses=(CALL_CENTER,)),)))

    office.run()

    anna = section(office)["11"]
    assert (anna.missing, anna.unknown) == ((), (Requirement.TELEPHONY,))
    assert readiness(office).unknown == {"telephony": 1}


def test_a_preview_shows_what_waits_and_changes_nothing_of_what_is_there(live: Live) -> None:
    office = live(Town((*TRIO, NOBODY_KNOWS)))

    office.preview()

    rows = section(office)
    assert rows["21"].flags[:1] == (Flag.NO_SEAT,)
    assert Flag.PENDING in rows["21"].flags
    assert (rows["21"].record_id, rows["21"].contact_id, rows["21"].last_synced_at) == (None, None, None)
    assert (rows["11"].contact_id, rows["11"].record_id) == (of("a.melnyk"), None)
    assert all(Flag.PENDING not in row.flags for row in _after_run(office).values())


def _after_run(office: Office) -> dict[str, SectionRow]:
    office.run()
    return section(office)


def test_who_waits_for_a_seat_is_marked(live: Live) -> None:
    office = live()
    office.ordain(LicenseRule(product="CALL_CENTER", reserve=2))

    office.run(licenses=True)

    assert {key for key, row in section(office).items() if Flag.NO_SEAT in row.flags} == {"13"}
    assert [held.id for held in section(office)["11"].licenses] == [CALL_CENTER]


def test_a_leaver_with_seats_and_a_value_changed_by_hand_are_marked(live: Live) -> None:
    office = live(Town((dataclasses.replace(ANNA, licenses=(CALL_CENTER,)), BORYS)))
    office.settled()
    office.in_creatio("SysAdminUnit", system_user_id("a.melnyk"), Active=False)
    office.edit_record("b.koval", Name="Борис")

    office.run()

    rows = section(office)
    assert {Flag.LEAVER, Flag.LEAVER_WITH_SEATS, Flag.NO_CREATIO_USER, Flag.NOT_READY} <= set(rows["11"].flags)
    assert Flag.CHANGED_BY_HAND in rows["12"].flags
    assert readiness(office).fixes == {"leaver_with_seats": 1}


def test_somebody_who_is_gone_stays_marked_as_gone_and_comes_back_unmarked(live: Live) -> None:
    office = live()
    office.settled()
    office.dismiss("13", permanent=False)

    office.run()

    gone = section(office)["13"]
    assert (gone.flags, gone.situation, gone.active) == ((Flag.GONE,), Situation.GONE, False)
    assert (gone.username, gone.contact_name) == ("v.shulha", VIRA.contact)
    assert readiness(office).users == 2


def test_whoever_left_webitel_before_anybody_knew_them_is_not_shown_any_more(live: Live) -> None:
    office = live(Town((*TRIO, linked("shared", "Оператор 5", 30, contact="", login=""))))
    office.run()
    assert Flag.NEEDS_REVIEW in section(office)["30"].flags
    office.dismiss("30")

    office.run()

    assert "30" not in section(office)


def test_a_run_over_one_login_rewrites_its_row_only(live: Live) -> None:
    office = live()
    office.settled()
    before = section(office)
    office.in_webitel("11", name="Мельник Ганна")
    office.in_webitel("12", name="Коваль Богдан")

    ran = office.run(scope=["a.melnyk"])

    after = section(office)
    assert (after["11"].name, after["11"].run_id) == ("Мельник Ганна", ran.receipt.run_id)
    assert {key: row for key, row in after.items() if key != "11"} == {
        key: row for key, row in before.items() if key != "11"
    }


def test_a_row_that_could_not_be_written_is_marked_with_the_reason(live: Live) -> None:
    office = live()
    office.settled()
    office.in_webitel("11", name="Мельник Ганна")
    office.in_webitel("12", name="Коваль Богдан")
    office.box.creatio.control.fault("subrequest_500", method="PATCH", after=1, times=None)

    ran = office.run()

    assert ran.state is RunState.COMPLETED_WITH_FAILURES
    failed = [row for row in section(office).values() if Flag.FAILED in row.flags]
    assert [row.bucket for row in failed] == [Bucket.FAILED]
    assert failed[0].reason != ran.item(failed[0].username).reason


def test_a_run_that_breaks_off_shows_what_it_wrote_and_what_is_left(live: Live) -> None:
    office = live()
    office.settled()
    for user_id, name in (("11", "Мельник Ганна"), ("12", "Коваль Богдан"), ("13", "Шульга Вера")):
        office.in_webitel(user_id, name=name)
    read_again = {"path_regex": "WSysAccount$", "query_regex": "filter=Id", "after": 2}  # twice for the first record
    office.box.creatio.control.fault("status_before", **read_again, status=403, times=None)

    with pytest.raises(CreatioError):
        office.run()

    with Ledger.open(office.database_url) as ledger:
        run = ledger.runs(limit=1)[0]
        done = {str(entry.operation.user_id) for entry in ledger.operations(run.id) if str(entry.state) == "done"}
    assert (run.state, len(done)) == (RunState.FAILED, 1)
    shown = section(office)
    assert {key for key, row in shown.items() if Flag.PENDING in row.flags} == {"11", "12", "13"} - done
    assert {shown[key].run_id for key in done} == {run.id}
    assert "ready" in (run.readiness or {})


def test_a_preview_that_was_overtaken_by_a_run_that_wrote_shows_nothing_older(
    live: Live, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = live()
    store = planning.store

    def meanwhile(context: RunContext, plan: Plan) -> None:
        store(context, plan)
        if context.mode == "preview":
            other = threading.Thread(target=office.run)
            other.start()
            other.join()

    monkeypatch.setattr(planning, "store", meanwhile)

    office.preview()

    assert all(Flag.PENDING not in row.flags for row in section(office).values())
    assert section(office)["11"].record_id is not None
