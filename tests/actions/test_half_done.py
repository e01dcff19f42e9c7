"""Webitel did its part and Creatio did not, or the process died: it is said, and the next import or `resume` finishes it."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import create_engine, text

from tests.actions.conftest import OLHA, Live
from tests.actions.desk import CreateUser, DeleteUser, Desk, UpdateUser
from tests.process.town import CALL_CENTER
from tests.safety.dying import mortal
from usersync.commands.resume import how_to_resume
from usersync.errors import UsageError
from usersync.ledger import PlanNotUsable, RunState
from usersync.ledger.database import address
from usersync.stages import context as run_context

OLHA_WITH_ALL = CreateUser("o.bondar", extension="205", roles=("Agents",), licenses=("CALL_CENTER",))


def _creatio_takes_no_records(desk: Desk) -> None:
    desk.box.creatio.control.fault("subrequest_500", method="POST", path_regex="^WSysAccount$", times=None)


def _whole(desk: Desk) -> None:
    """Everything the form asked for is there, once."""
    user, record = desk.webitel_user("o.bondar"), desk.record("o.bondar")
    assert desk.usernames().count("o.bondar") == 1
    assert (record["WebitelUserId"], record["ContactId"]) == (str(user["id"]), OLHA.contact_id)
    assert len([row for row in desk.box.webitel.control.rows("devices") if row["user_id"] == user["id"]]) == 1
    assert desk.holders(CALL_CENTER) == {str(user["id"])}
    assert set(desk.details("o.bondar")) == {CALL_CENTER}
    assert [row["Name"] for row in desk.rows("WSysAccountInWebitelRole")] == ["Agents"]
    assert desk.extensions(OLHA.contact_id) == ["205"]
    link = desk.link(str(user["id"]))
    assert link is not None
    assert (link.record_id, link.contact_id) == (record["Id"], OLHA.contact_id)
    desk.nothing_left()


def test_it_is_said_and_the_next_import_makes_the_record_for_the_right_contact(live: Live) -> None:
    desk = live()
    _creatio_takes_no_records(desk)
    done = desk.act(CreateUser("o.bondar", username="somebody.else", extension="205"))
    assert done.state is RunState.COMPLETED_WITH_FAILURES
    assert done.report.half_done
    assert done.run.receipt is not None
    assert done.run.receipt["action"]["half_done"] is True
    assert f"usersync resume {done.run.id}" in done.said
    assert "somebody.else" not in desk.records()

    desk.box.creatio.control.clear_faults()
    desk.settled()

    assert desk.record("somebody.else")["ContactId"] == OLHA.contact_id
    assert desk.record("somebody.else")["DefaultDevice"] == "somebody.else"


@pytest.mark.parametrize("fault", ["one row", "all batches"])
def test_resume_takes_the_plan_up_again_and_finishes_all_of_it(live: Live, fault: str) -> None:
    desk = live()
    if fault == "one row":
        _creatio_takes_no_records(desk)
    else:
        desk.box.creatio.control.fault("status_before", status=403, traffic="batch", times=None)
    done = desk.act(OLHA_WITH_ALL)
    assert (done.state, done.report.half_done) == (RunState.COMPLETED_WITH_FAILURES, True)
    desk.box.creatio.control.clear_faults()

    with desk.ledger() as ledger:
        process, parameters = how_to_resume(ledger, done.run)
    assert (process, parameters["plan"], parameters["mode"]) == ("CreateWebitelUser", done.run.plan_hash, "apply")
    again = desk.act(CreateUser(""), plan=parameters["plan"])

    assert again.state is RunState.COMPLETED, (again.said, again.outcomes)
    _whole(desk)
    with pytest.raises(PlanNotUsable):
        desk.act(CreateUser(""), plan=parameters["plan"])
    with desk.ledger() as ledger, pytest.raises(UsageError, match="is completed: there is nothing to resume"):
        how_to_resume(ledger, again.run)


def test_a_deletion_and_a_change_that_creatio_did_not_take_are_finished_by_the_import(live: Live) -> None:
    desk = live()
    desk.done(CreateUser("o.bondar", extension="205"))
    desk.box.creatio.control.fault("subrequest_500", method="PATCH", path_regex="WSysAccount", times=None)
    changed = desk.act(UpdateUser("a.melnyk", extension="150"))
    deleted = desk.act(DeleteUser("o.bondar"))
    assert changed.report.half_done
    assert deleted.report.half_done
    desk.box.creatio.control.clear_faults()
    desk.settled()
    assert desk.record("a.melnyk")["Extension"] == "150"
    assert desk.record("o.bondar")["Active"] is False


POINTS: list[tuple[str, str, int]] = [
    ("the user was announced, nothing sent", "intend", 1),
    ("the user was made, that is not written down", "-settle", 1),
    ("the user was made, its link is not", "settle", 1),
    ("the link was made, the device is not known", "apply_links", 1),
    ("the record was made, that is not written down", "-settle", 6),
    ("all was done, the run is not closed", "-finish_run", 1),
]


@pytest.mark.parametrize(("what", "write", "number"), POINTS, ids=[point[0] for point in POINTS])
def test_killed_it_is_finished_by_resume_and_nobody_is_there_twice(
    live: Live, what: str, write: str, number: int
) -> None:
    desk = live()
    _killed(desk, OLHA_WITH_ALL, write, number)
    with desk.ledger() as ledger:
        dead = ledger.latest_run("default", mode="create_webitel_user")
    assert dead is not None
    assert dead.plan_hash
    if number == 1 and write in {"-settle", "settle"}:
        # The import comes first: it knows whose user it is, and leaves licences and roles to whoever resumes.
        desk.run()
        assert desk.record("o.bondar")["ContactId"] == OLHA.contact_id

    again = desk.act(CreateUser(""), plan=dead.plan_hash)

    assert again.state is RunState.COMPLETED, (again.said, again.outcomes)
    _whole(desk)


def _killed(desk: Desk, form: CreateUser, write: str, number: int) -> None:
    """The action in a process of its own, killed right after (with `-`: before) the n-th write of this name to the ledger."""
    before, name = write.startswith("-"), write.lstrip("-")
    child = os.fork()
    if child == 0:
        try:
            run_context.Ledger = mortal(_at(name, number, before=before))  # type: ignore[misc]
            asyncio.run(desk._act(form, preview=False, plan="", hook=None))
        finally:
            os._exit(1)
    _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == -signal.SIGKILL, "it was not killed"
    engine = create_engine(address(desk.database_url))
    with engine.begin() as connection:
        connection.execute(text("UPDATE leases SET until = '2001-01-01 00:00:00+00:00'"))
    engine.dispose()


def _at(wanted: str, number: int, *, before: bool) -> Callable[[str, bool], bool]:
    seen: dict[str, Any] = {"count": 0}

    def now(name: str, is_before: bool) -> bool:
        seen["count"] += name == wanted and is_before
        return name == wanted and seen["count"] == number and is_before is before

    return now
