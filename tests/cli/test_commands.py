"""The commands that need no run of their own: each answers, and tells the shell the truth."""

from __future__ import annotations

import asyncio
import json
import signal
import subprocess
import sys
import uuid

import pytest

from tests.cli.conftest import Shell
from tests.safety.stand import Stand
from usersync.ledger import Ledger, LedgerBoundElsewhere
from usersync.sandbox.process import Sandbox

HEAVY = {"alembic", "fastapi", "httpx", "nicegui", "numpy", "pandas", "prefect", "pydantic", "scipy", "sqlalchemy"}


def test_help_comes_at_once_and_lists_the_commands(shell: Shell) -> None:
    said = shell.apart("--help")
    assert said.code == 0
    for command in ("run", "runs", "show", "stop", "plan", "db", "doctor", "sandbox", "match"):
        assert command in said.out
    loaded = subprocess.run(
        [sys.executable, "-c", "import sys, usersync.cli; print(*sys.modules)"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    assert "usersync.cli" in loaded
    assert not HEAVY & set(loaded)  # seconds on a slow machine


def test_an_unknown_option_is_bad_usage(shell: Shell) -> None:
    assert shell("run", "--no-such-option").code == 2


def test_the_doctor_names_the_settings_that_are_missing(shell: Shell) -> None:
    said = shell("doctor", USERSYNC_WEBITEL__TOKEN=None, USERSYNC_CREATIO__CLIENT_SECRET=None)
    assert said.code == 1
    assert "USERSYNC_WEBITEL__TOKEN" in said.text
    assert "USERSYNC_CREATIO__CLIENT_SECRET" in said.text


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("USERSYNC_CREATIO__PROFILE", "telepathy"),
        ("USERSYNC_TIMEZONE", "Kyiv"),
        ("USERSYNC_LEASE__RENEWAL", "59"),
        ("USERSYNC_WEBITEL__PAGE_SIZE", "0"),
    ],
)
def test_a_setting_that_is_wrong_is_named_and_its_value_is_not_repeated(
    shell: Shell, variable: str, value: str
) -> None:
    said = shell("runs", **{variable: value})
    assert said.code == 2
    assert variable.rpartition("__")[0] in said.err or variable in said.err
    assert "→" in said.err
    assert "Traceback" not in said.err


def test_a_mapping_of_a_field_nobody_knows_is_refused_before_anything_is_asked(shell: Shell) -> None:
    (shell.folder / "usersync.toml").write_text('[creatio.mapping.record.columns]\nphone = "Phone"\n', encoding="utf-8")
    said = shell("doctor")
    assert said.code == 2
    assert "mapping" in said.err
    assert "phone" in said.err


def test_a_ledger_that_was_never_made_is_said_with_the_command_that_makes_it(shell: Shell) -> None:
    fresh = {"USERSYNC_DATABASE_URL": f"sqlite:///{shell.folder / 'fresh.db'}"}
    said = shell.apart("run", **fresh)
    assert said.code == 2
    assert "usersync db upgrade" in said.err
    assert shell("db", "upgrade", **fresh).code == 0
    assert shell("runs", "--json", **fresh).json == []
    revisions = shell("db", "current", **fresh).out.split()
    assert revisions[0] == revisions[2]
    copy = shell.folder / "copy.db"
    assert shell("db", "backup", str(copy), **fresh).code == 0
    assert copy.exists()


def test_the_doctor_finds_a_healthy_installation_healthy(shell: Shell) -> None:
    said = shell.apart("doctor", "--json")
    assert said.code == 0, said.text
    levels = {finding["level"] for finding in said.json}
    assert "bad" not in levels
    assert {finding["subject"] for finding in said.json} >= {"Ledger", "Webitel", "Creatio", "Prefect"}


def test_the_doctor_says_what_is_ill_and_what_to_do(shell: Shell) -> None:
    said = shell("doctor", USERSYNC_WEBITEL__TOKEN="wrong-token", USERSYNC_CREATIO__CLIENT_SECRET="wrong-secret")
    assert said.code == 1
    assert "USERSYNC_WEBITEL__TOKEN" in said.text
    assert "USERSYNC_CREATIO__CLIENT_" in said.text
    assert "→" in said.text
    assert "wrong-token" not in said.text
    assert "wrong-secret" not in said.text


def test_the_doctor_sees_a_user_without_rights(shell: Shell, box: Sandbox) -> None:
    box.creatio.control.switch(rights={"SysAdminUnit": "none"})
    said = shell("doctor")
    box.creatio.control.switch(rights={})
    assert said.code == 1
    assert "no active system users" in said.text


def test_plans_are_listed_shown_and_rejected_and_ended_runs_cannot_be_stopped(shell: Shell, box: Sandbox) -> None:
    stand = Stand(box, shell.environment["USERSYNC_DATABASE_URL"])
    preview = asyncio.run(stand.run("preview"))
    assert preview.plan is not None
    plan = preview.plan.hash
    listed = shell("plan", "list")
    assert plan[:12] in listed.out
    shown = shell("plan", "show", plan[:8])
    assert shown.code == 0
    assert "first apply of this domain" in shown.text
    assert json.loads(shell("plan", "show", plan, "--json").out)["operations"]
    assert shell("plan", "reject", plan[:8], "--comment", "no").code == 0
    again = shell("plan", "approve", plan[:8])
    assert again.code == 2
    assert "reject" in again.err
    assert shell("stop", preview.run.id).code == 1
    assert shell("stop", "r-none").code == 2
    shown = shell("show", preview.run.id[-4:])
    assert shown.code == 0
    assert preview.run.id in shown.out


def test_the_ledger_is_bound_anew_where_a_human_says_that_the_systems_are_the_same(shell: Shell, box: Sandbox) -> None:
    assert shell("db", "bind").code == 0, "nothing is asked where nothing was known"
    moved = shell.environment["USERSYNC_DATABASE_URL"]
    with Ledger.open(moved) as ledger:
        dc, creatio = ledger.binding("default") or ("", "")
        site, _, user = creatio.rpartition("#")
        assert user not in ("", "-")
        ledger.bind_anew("default", dc, f"{site}#{uuid.uuid4()}", author="test")

    refused = asyncio.run(Stand(box, moved).run()).error
    assert isinstance(refused, LedgerBoundElsewhere)
    assert "--yes" in shell("db", "bind").text
    assert creatio in shell("db", "bind", "--yes").text.replace(" ", "")
    with Ledger.open(moved) as ledger:
        assert ledger.binding("default") == (dc, creatio)


def test_a_run_at_work_is_told_to_stop(shell: Shell, box: Sandbox) -> None:
    stand = Stand(box, shell.environment["USERSYNC_DATABASE_URL"])
    with stand.ledger() as ledger:
        run = ledger.start_run(domain="default", mode="apply", author="os:test")
        said = shell("stop", run.id)
        assert said.code == 0, said.text
        assert ledger.stop_requested(run.id)
        assert str(ledger.run(run.id).stop_requested_by).startswith("os:")


def test_the_sandbox_serves_until_ctrl_c(shell: Shell) -> None:
    command = [sys.executable, "-m", "usersync.cli", "sandbox", "serve", "--json"]
    with subprocess.Popen(
        command, env=shell.environment, cwd=shell.folder, stdout=subprocess.PIPE, text=True
    ) as serving:
        assert serving.stdout is not None
        told = json.loads(serving.stdout.readline())
        healthy = shell("doctor", **told["environment"])
        serving.send_signal(signal.SIGINT)
        assert serving.wait(20) == 0
    assert healthy.code == 0, healthy.text


def test_ukrainian_is_spoken_where_it_is_asked_for(shell: Shell) -> None:
    said = shell("doctor", USERSYNC_WEBITEL__TOKEN="wrong-token", USERSYNC_LANGUAGE="uk")
    assert said.code == 1
    assert "Webitel" in said.text
    assert "USERSYNC_WEBITEL__TOKEN" in said.text
    assert any(letter in said.text for letter in "їієґ")
