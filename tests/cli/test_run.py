"""`usersync run` from beginning to end: what is printed, what the shell is told, and that nothing private gets out.

The tests of this file are one story in their order: each real run takes seconds of Prefect's.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

import httpx
import pytest

from tests.cli.conftest import Said, Shell
from usersync.sandbox.process import Sandbox

KEYS = [
    "run_id", "domain", "mode", "state", "users", "buckets", "gone", "seats", "operations", "requests", "seconds",
    "overhead_seconds", "plan_hash", "converged", "residue",
]  # fmt: skip
pytestmark = pytest.mark.xdist_group("one-prefect-server")

_said: list[Said] = []


def _remember(said: Said) -> Said:
    _said.append(said)
    return said


def test_the_first_apply_waits_for_approval_and_tells_the_shell_so(recorded_shell: Shell) -> None:
    said = _remember(recorded_shell("run", "--json", "--licenses"))
    assert said.code == 3, said.text
    assert list(said.json) == KEYS
    assert said.json["state"] == "awaiting_approval"
    assert said.json["users"] == sum(said.json["buckets"].values()) == 8
    assert said.json["operations"] == {"planned": sum(said.json["operations"].values())}


def test_an_approved_plan_is_carried_out_and_the_history_shows_it(recorded_shell: Shell, box: Sandbox) -> None:
    plan = recorded_shell("plan", "list", "--json").json[0]
    assert plan["state"] == "waiting"
    assert recorded_shell("plan", "approve", plan["hash"][:10], "--comment", "looks right").code == 0
    said = _remember(recorded_shell("run", "--plan", plan["hash"][:10], "--licenses"))
    assert said.code == 0, said.text
    assert "completed" in said.text
    assert "planning again leaves nothing" in said.text
    run = recorded_shell("runs", "--json").json[0]
    assert run["state"] == "completed"
    assert run["author"].startswith("os:")
    shown = _remember(recorded_shell("show", run["run_id"], "--all"))
    assert shown.code == 0
    receipt = recorded_shell("show", run["run_id"], "--json").json["receipt"]
    assert list(receipt) == KEYS
    assert receipt["converged"] is True
    linked = [row for row in box.creatio.control.rows("WSysAccount") if row["WebitelUserId"]]
    assert len(linked) == receipt["buckets"]["created"] + receipt["buckets"]["linked"]


def test_a_token_that_expired_is_a_mistake_of_the_settings(recorded_shell: Shell, box: Sandbox) -> None:
    writes = _writes(box)
    said = _remember(recorded_shell("run", "--json", USERSYNC_WEBITEL__TOKEN="expired-since-yesterday"))
    assert said.code == 2, said.text
    assert list(said.json) == KEYS
    assert said.json["state"] == "failed"
    assert "USERSYNC_WEBITEL__TOKEN" in said.err
    assert "expired-since-yesterday" not in said.text
    assert _writes(box) == writes


def test_an_empty_source_fails_and_says_what_is_usual(recorded_shell: Shell, box: Sandbox) -> None:
    writes = _writes(box)
    box.webitel.control.fault("empty_page", path_regex="/users$", times=None)
    said = _remember(recorded_shell("run"))
    box.webitel.control.clear_faults()
    assert said.code == 1, said.text
    assert "Webitel returned no users at all (of usual 8); nothing was written." in said.text
    assert "→ Check that USERSYNC_WEBITEL__URL" in said.text
    assert _writes(box) == writes


def test_one_bad_record_makes_the_run_one_with_failures(recorded_shell: Shell, box: Sandbox) -> None:
    linked = [row for row in box.creatio.control.rows("WSysAccount") if row["WebitelUserId"] and row["Extension"]]
    box.webitel.control.edit("users", linked[0]["WebitelUserId"], {"extension": "7" * 60})
    said = _remember(recorded_shell("run", "--json"))
    assert said.code == 1, said.text
    assert list(said.json) == KEYS
    assert said.json["state"] == "completed_with_failures"
    assert said.json["buckets"]["failed"] == 1


def test_prefect_shows_runs_by_what_they_are_and_by_how_they_truly_ended(prefect_api: str) -> None:
    runs = httpx.post(f"{prefect_api}/flow_runs/filter", json={"sort": "START_TIME_ASC"}, timeout=20).json()
    assert [run["state_name"] for run in runs] == [
        "AwaitingApproval", "Completed", "NotAuthorized", "NotTrusted", "CompletedWithFailures",
    ]  # fmt: skip
    assert [run["state_type"] for run in runs] == ["COMPLETED", "COMPLETED", "FAILED", "FAILED", "FAILED"]
    assert all("apply" in run["name"] for run in runs)


def test_neither_secrets_nor_persons_are_in_logs_artifacts_or_on_the_screen(
    recorded_shell: Shell, box: Sandbox, prefect_api: str
) -> None:
    texts = {
        "run.log": recorded_shell.log.read_text(encoding="utf-8"),
        "screen": "\n".join(said.out + said.err for said in _said),
    }
    for kind in ("logs", "artifacts", "flow_runs", "task_runs"):
        rows, offset = [], 0
        while page := httpx.post(f"{prefect_api}/{kind}/filter", json={"offset": offset}, timeout=20).json():
            rows += page
            offset += len(page)
        assert rows, kind
        texts[kind] = json.dumps(rows, ensure_ascii=False)
    private = _private(box)
    assert len(private) > 40
    for where, text in texts.items():
        found = [value for value in private if value in text]
        assert not found, f"{where}: {len(found)} private values, such as {found[0]!r}"


def _private(box: Sandbox) -> set[str]:
    """Secrets of both logins; names, e-mails and phones of everybody in either system."""
    world = box.world
    found = {world.webitel.token, world.webitel.password, world.creatio.password, world.creatio.client_secret}
    for user in box.webitel.control.rows("users"):
        found |= {user["name"], user["email"]}
    for contact in box.creatio.control.rows("Contact"):
        found |= {str(contact[name] or "") for name in ("Name", "Email", "Phone", "MobilePhone")}
    for row in box.creatio.control.rows("ContactCommunication"):
        if not re.fullmatch(r"\d{1,5}", str(row["Number"] or "")):  # an extension says nothing of a person
            found.add(str(row["Number"] or ""))
    return {value for value in found if len(value.strip()) > 4 and value != "Supervisor"}


def _writes(box: Sandbox) -> int:
    counted = (box.webitel.control.counters(), box.creatio.control.counters())
    return sum(int(counters["writes"] + counters["batches"]) for counters in counted)


def test_a_run_that_is_not_there_and_a_plan_that_is_not_there_are_bad_usage(
    recorded_shell: Shell, tmp_path: Path
) -> None:
    del tmp_path
    assert recorded_shell("show", "r-none").code == 2
    assert recorded_shell("run", "--plan", "0000").code == 2
