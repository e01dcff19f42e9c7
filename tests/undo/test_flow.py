"""The flow on Prefect, and the command a person types."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from prefect.settings import PREFECT_API_URL, temporary_settings

from flows.create_system_users import create_system_users
from flows.get_webitel_users import get_webitel_users
from flows.open_telephony import open_telephony
from flows.undo_run import undo_run
from tests.process.town import ANNA, BORYS, NOBODY_KNOWS, Town
from tests.undo.conftest import Live
from tests.undo.taking_back import House
from usersync.ledger import PlanState, RunState


@pytest.fixture(scope="module")
def prefect(prefect_api: str) -> Iterator[None]:
    with temporary_settings({PREFECT_API_URL: prefect_api}):
        yield


@pytest.fixture
def surroundings(live: Live, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> House:
    """A town, and the environment that names it; the working directory has no settings of its own."""
    town = live(Town((ANNA, BORYS, NOBODY_KNOWS)))
    world = town.box.world
    variables = {
        "USERSYNC_WEBITEL__URL": town.box.webitel.url, "USERSYNC_WEBITEL__TOKEN": world.webitel.token,
        "USERSYNC_CREATIO__URL": town.box.creatio.url, "USERSYNC_CREATIO__RUNTIME": "netframework",
        "USERSYNC_CREATIO__IDENTITY_URL": town.box.creatio.url, "USERSYNC_CREATIO__CLIENT_ID": world.creatio.client_id,
        "USERSYNC_CREATIO__CLIENT_SECRET": world.creatio.client_secret, "USERSYNC_DATABASE_URL": town.database_url,
        "USERSYNC_RULES__RECORDS_MAY_BE_DELETED": "true",
    }  # fmt: skip
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)
    return town


def test_the_flow_waits_for_approval_and_with_the_approved_plan_takes_the_run_back(
    prefect: None, surroundings: House
) -> None:
    town = surroundings
    before, memory = town.everything(), town.remembered()
    run = town.imported()

    seen = asyncio.run(undo_run(run=run, return_state=True))
    assert seen.name == "Completed"
    assert "Taking run" in (seen.message or "")

    waiting = asyncio.run(undo_run(run=run, mode="apply", return_state=True))
    assert waiting.name == "AwaitingApproval"
    with town.ledger() as ledger:
        proposed = ledger.latest_run("default", mode="undo")
        assert proposed is not None
        assert proposed.plan_hash is not None
    imported = town.everything()
    refused = asyncio.run(undo_run(run=run, mode="apply", plan=proposed.plan_hash, return_state=True))
    assert refused.name == "PlanNotUsable", "a parameter approves nothing"
    assert town.everything() == imported
    with town.ledger() as ledger:
        ledger.approve(proposed.plan_hash, author="boss")

    taken = asyncio.run(undo_run(run=run, mode="apply", plan=proposed.plan_hash, return_state=True))
    assert taken.name == "Completed"
    assert town.everything() == before
    assert town.remembered() == memory

    again = asyncio.run(undo_run(run=run, mode="apply", return_state=True))
    assert again.name == "Completed"

    nowhere = asyncio.run(undo_run(run="r-20200101-000000-zzzz", return_state=True))
    assert nowhere.name == "RunNotFound"
    with town.ledger() as ledger:
        modes = [each.mode for each in ledger.runs("default", limit=5)]
    assert modes == ["undo_preview", "undo", "undo", "undo", "undo"]


@pytest.mark.timeout(600)
def test_no_parameter_of_the_import_approves_a_plan(prefect: None, surroundings: House) -> None:
    town = surroundings
    before = town.everything()
    assert asyncio.run(get_webitel_users(mode="apply", return_state=True)).name == "AwaitingApproval"
    with town.ledger() as ledger:
        (waiting,) = ledger.plans("default")

    refused = asyncio.run(get_webitel_users(mode="apply", plan=waiting.hash, return_state=True))
    assert refused.name == "PlanNotUsable"
    assert "waiting for approval" in (refused.message or "")
    made_up = asyncio.run(get_webitel_users(mode="apply", plan="0" * 64, return_state=True))
    assert made_up.name == "PlanNotFound"
    assert town.everything() == before
    with town.ledger() as ledger:
        assert ledger.plan(waiting.hash).state is PlanState.WAITING
        assert ledger.plan(waiting.hash).decided_by is None


def test_what_an_administrator_did_is_taken_back_by_the_same_flow(
    prefect: None, surroundings: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    town = surroundings
    town.imported()
    login = town.box.world.administrator
    given = {"ENABLED": "true", "CLIENT_ID": login.client_id, "CLIENT_SECRET": login.client_secret}
    refused = asyncio.run(create_system_users(return_state=True))
    assert refused.name == "UsageError"
    assert "ADMINISTRATION__ENABLED" in (refused.message or "")
    for name, value in given.items():
        monkeypatch.setenv(f"USERSYNC_ADMINISTRATION__{name}", value)

    waiting = asyncio.run(create_system_users(mode="apply", people=["n.tymchuk"], return_state=True))
    assert waiting.name == "AwaitingApproval", waiting.message
    plan = _approve_latest(town, "create_system_users")
    made = asyncio.run(create_system_users(mode="apply", plan=plan, return_state=True))
    assert made.name == "Completed", made.message
    logins = [row["Name"] for row in town.box.creatio.control.rows("SysAdminUnit")]
    assert "n.tymchuk" in logins

    package = town.box.creatio.control.insert("SysLicPackage", {"Name": "W", "Operations": "WebitelCollaboration.Use"})
    town.box.creatio.control.insert("SysLic", {"SysLicPackageId": package["Id"], "Count": 9})
    seen = asyncio.run(open_telephony(return_state=True))
    assert seen.name == "Completed"
    assert "3 would get the telephony licence" in (seen.message or "")
    assert town.box.creatio.control.rows("SysLicUser") == []

    run = town.last_run("create_system_users")
    assert asyncio.run(undo_run(run=run, mode="apply", return_state=True)).name == "AwaitingApproval"
    taken = asyncio.run(undo_run(run=run, mode="apply", plan=_approve_latest(town, "undo"), return_state=True))
    assert taken.name == "Completed", taken.message
    assert "n.tymchuk" not in [row["Name"] for row in town.box.creatio.control.rows("SysAdminUnit")]


def _approve_latest(town: House, mode: str) -> str:
    with town.ledger() as ledger:
        run = ledger.latest_run("default", mode=mode)
        assert run is not None
        assert run.plan_hash is not None
        ledger.approve(run.plan_hash, author="boss")
        return run.plan_hash


def _usersync(*arguments: str, folder: Path, prefect_api: str = "") -> subprocess.CompletedProcess[str]:
    environment = {
        **os.environ, "PREFECT_HOME": str(folder / "prefect"), "XDG_STATE_HOME": str(folder),
        "PYTHONPATH": str(Path(__file__).resolve().parents[2]), "PREFECT_API_URL": prefect_api,
    }  # fmt: skip
    return subprocess.run(
        [sys.executable, "-m", "usersync.cli", *arguments], capture_output=True, text=True, stdin=subprocess.DEVNULL,
        env=environment, cwd=folder, check=False, timeout=400,
    )  # fmt: skip


def test_the_command_asks_where_there_is_somebody_to_ask_and_needs_yes_elsewhere(
    surroundings: House, tmp_path: Path, prefect_api: str
) -> None:
    town = surroundings
    before = town.everything()
    run = town.imported()
    town.edit_record("a.melnyk", Extension="199")

    waiting = _usersync("undo", run, folder=tmp_path, prefect_api=prefect_api)

    assert waiting.returncode == 3, waiting.stderr
    assert "changed by somebody since the run: extension" in " ".join(waiting.stdout.split())
    assert f"usersync undo {run} --plan" in " ".join(waiting.stdout.split())
    assert town.records().keys() == {"a.melnyk", "b.koval", "n.tymchuk"}

    done = _usersync("undo", run, "--yes", "--json", folder=tmp_path)  # with a Prefect that lives as long as the run

    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["receipt"]["state"] == RunState.COMPLETED
    assert told["receipt"]["undo"]["left"] == 0
    kept = [row for row in told["outcomes"] if row["outcome"] == "kept" and row["entity"] == "record"]
    assert [(row["username"], row["before"], row["after"]) for row in kept] == [
        ("a.melnyk", {"extension": "101"}, {"extension": "199"})
    ]
    assert town.records().keys() == {"a.melnyk"}
    assert town.everything()["Account"] == before["Account"]
