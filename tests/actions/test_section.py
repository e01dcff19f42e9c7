"""After a manual action the section shows its one user as it stands, and touches nobody else."""

from __future__ import annotations

from tests.actions.conftest import OLHA, Live
from tests.actions.desk import ChangeLicense, CreateUser, DeleteUser, Desk, UpdateUser
from tests.process.town import CALL_CENTER
from usersync.ledger import RunState
from usersync.planning import Bucket, Situation
from usersync.planning.processes import Process
from usersync.planning.section import Flag, Requirement, SectionRow


def shown(desk: Desk) -> dict[str, SectionRow]:
    with desk.ledger() as ledger:
        return {row.username: row for row in ledger.section_users(desk.settings.name).values()}


def test_who_is_created_licensed_and_changed_is_shown_so_at_once(live: Live) -> None:
    desk = live()
    others = {name: row for name, row in shown(desk).items() if name != "o.bondar"}

    made = desk.act(CreateUser("o.bondar", extension="205"))

    row = shown(desk)["o.bondar"]
    assert (row.extension, row.contact_id, row.record_id) == ("205", OLHA.contact_id, desk.record("o.bondar")["Id"])
    assert (row.default_device, row.system_user, row.bucket) == ("o.bondar", "o.bondar", Bucket.CREATED)
    assert row.missing == (Requirement.LICENSE,)
    assert row.run_id == made.run.id
    assert row.last_synced_at is not None
    desk.act(ChangeLicense(Process.ADD_LICENSE, "o.bondar", CALL_CENTER))
    assert [held.id for held in shown(desk)["o.bondar"].licenses] == [CALL_CENTER]
    assert shown(desk)["o.bondar"].ready
    desk.act(UpdateUser("o.bondar", extension="206"))
    assert shown(desk)["o.bondar"].extension == "206"
    with desk.ledger() as ledger:
        seen = ledger.section_users(desk.settings.name, [row.user_id for row in others.values()])
    assert {row.username: (row.run_id, row.flags) for row in seen.values()} == {
        name: (row.run_id, row.flags) for name, row in others.items()
    }


def test_who_is_deleted_is_shown_as_gone(live: Live) -> None:
    desk = live()

    desk.act(DeleteUser("a.melnyk"))

    row = shown(desk)["a.melnyk"]
    assert (row.flags, row.situation, row.licenses) == ((Flag.GONE,), Situation.GONE, ())
    assert row.name == "Мельник Анна"


def test_what_is_half_done_is_shown_as_failed_with_the_reason_until_it_is_finished(live: Live) -> None:
    desk = live()
    desk.box.creatio.control.fault("status_before", traffic="batch", status=500, times=None)

    done = desk.act(CreateUser("o.bondar", extension="205"))

    assert done.state is RunState.COMPLETED_WITH_FAILURES
    row = shown(desk)["o.bondar"]
    assert {Flag.FAILED, Flag.PENDING} <= set(row.flags)
    assert row.record_id is None
    desk.box.creatio.control.clear_faults()
    desk.settled()
    assert Flag.FAILED not in shown(desk)["o.bondar"].flags
