"""`usersync run` from beginning to end: what is printed, what the shell is told, and that nothing private gets out.

Each real run takes seconds of Prefect's, so there is one story of five runs, told once, and what is to be seen of it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from tests.cli.conftest import Said, Shell
from tests.prefect.prefect_api import PrefectApi
from usersync.sandbox.process import Sandbox

KEYS = [
    "run_id", "domain", "mode", "state", "users", "buckets", "gone", "seats", "operations", "requests", "seconds",
    "overhead_seconds", "plan_hash", "converged", "residue",
]  # fmt: skip
EXPIRED = "expired-since-yesterday"


@dataclass
class Story:
    """Five runs of one domain, and what was asked about them.

    Attributes:
        writes: requests of each run that could have changed anything.
        plan: what `usersync plan list` says of the plan that waited.
        imported: records with a User ID after the second run.
        flow_runs: ids of the five at Prefect, in their order.
        persons: names, e-mails and phones of everybody in either system.
    """

    shell: Shell
    first: Said = field(init=False)
    approval: Said = field(init=False)
    applied: Said = field(init=False)
    expired: Said = field(init=False)
    empty: Said = field(init=False)
    failing: Said = field(init=False)
    plan: dict[str, Any] = field(default_factory=dict)
    imported: int = 0
    flow_runs: list[str] = field(default_factory=list)
    persons: set[str] = field(default_factory=set)
    writes: dict[str, int] = field(default_factory=dict)


@pytest.fixture(scope="module")
def box(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    """Eight users of this module's own: they are imported here."""
    with Sandbox.start(directory=tmp_path_factory.mktemp("box"), users=8, contacts=60) as running:
        yield running


@pytest.fixture(scope="module")
def story(recorded_shell: Shell, box: Sandbox, prefect_server: PrefectApi) -> Story:
    told = Story(recorded_shell, persons=_persons(box))
    others = [run["id"] for run in _all(prefect_server, "flow_runs")]

    def run(name: str, *options: str, **changes: str) -> Said:
        box.webitel.control.reset_requests()
        box.creatio.control.reset_requests()
        command = recorded_shell.apart if name == "first" else recorded_shell
        said = command("run", *options, **changes)
        counted = (box.webitel.control.counters(), box.creatio.control.counters())
        told.writes[name] = sum(int(counters["writes"] + counters["batches"]) for counters in counted)
        return said

    told.first = run("first", "--json", "--licenses")
    told.plan = recorded_shell("plan", "list", "--json").json[0]
    told.approval = recorded_shell("plan", "approve", told.plan["hash"][:10], "--comment", "looks right")
    told.applied = run("applied", "--plan", told.plan["hash"][:10], "--licenses")
    records = [row for row in box.creatio.control.rows("WSysAccount") if row["WebitelUserId"]]
    told.imported = len(records)
    told.expired = run("expired", "--json", USERSYNC_WEBITEL__TOKEN=EXPIRED)
    box.webitel.control.fault("empty_page", path_regex="/users$", times=None)
    told.empty = run("empty")
    box.webitel.control.clear_faults()
    someone = next(row for row in records if row["Extension"])
    box.webitel.control.edit("users", someone["WebitelUserId"], {"extension": "7" * 60})
    told.failing = run("failing", "--json")
    told.flow_runs = [run["id"] for run in _all(prefect_server, "flow_runs") if run["id"] not in others]
    return told


def test_the_first_apply_waits_for_approval_and_tells_the_shell_so(story: Story) -> None:
    assert story.first.code == 3, story.first.text
    receipt = story.first.json
    assert list(receipt) == KEYS
    assert receipt["state"] == "awaiting_approval"
    assert receipt["users"] == sum(receipt["buckets"].values()) == 8
    assert set(receipt["operations"]) == {"planned"}
    assert story.writes["first"] == 0
    assert story.plan["state"] == "waiting"


def test_an_approved_plan_is_carried_out_and_the_history_shows_it(story: Story) -> None:
    assert story.approval.code == 0, story.approval.text
    assert story.applied.code == 0, story.applied.text
    assert "completed" in story.applied.text
    assert "planning again leaves nothing" in story.applied.text
    runs = story.shell("runs", "--json").json
    assert [run["state"] for run in runs] == [
        "completed_with_failures", "failed", "failed", "completed", "awaiting_approval",
    ]  # fmt: skip
    assert all(run["author"].startswith("os:") for run in runs)
    receipt = story.shell("show", runs[3]["run_id"], "--json").json["receipt"]
    assert list(receipt) == KEYS
    assert receipt["converged"] is True
    assert receipt["plan_hash"] == story.plan["hash"]
    assert story.imported == receipt["buckets"]["created"] + receipt["buckets"]["linked"]


def test_a_token_that_expired_is_a_mistake_of_the_settings(story: Story) -> None:
    assert story.expired.code == 2, story.expired.text
    assert list(story.expired.json) == KEYS
    assert story.expired.json["state"] == "failed"
    assert "USERSYNC_WEBITEL__TOKEN" in story.expired.err
    assert EXPIRED not in story.expired.text
    assert story.writes["expired"] == 0


def test_an_empty_source_fails_and_says_what_is_usual(story: Story) -> None:
    assert story.empty.code == 1, story.empty.text
    assert "Webitel returned no users at all (of usual 8); nothing was written." in story.empty.text
    assert "→ Check that USERSYNC_WEBITEL__URL" in story.empty.text
    assert story.writes["empty"] == 0


def test_one_bad_record_makes_the_run_one_with_failures(story: Story) -> None:
    assert story.failing.code == 1, story.failing.text
    assert list(story.failing.json) == KEYS
    assert story.failing.json["state"] == "completed_with_failures"
    assert story.failing.json["buckets"]["failed"] == 1


def test_prefect_shows_how_each_run_truly_ended(story: Story, prefect_server: PrefectApi) -> None:
    runs = [prefect_server.flow_run(run) for run in story.flow_runs]
    assert [run["state_name"] for run in runs] == [
        "AwaitingApproval", "Completed", "NotAuthorized", "NotTrusted", "CompletedWithFailures",
    ]  # fmt: skip
    assert [run["state_type"] for run in runs] == ["COMPLETED", "COMPLETED", "FAILED", "FAILED", "FAILED"]
    assert all("apply" in run["name"] for run in runs)


def test_an_administrator_makes_the_missing_system_users_and_sees_what_undo_would_remove(
    story: Story, box: Sandbox
) -> None:
    shell, enabled = story.shell, {"USERSYNC_ADMINISTRATION__ENABLED": "true"}
    before = len(box.creatio.control.rows("SysAdminUnit"))
    said = shell("creatio", "system-users", "--yes", "--json", **enabled)
    assert said.code == 0, said.text
    made = said.json["receipt"]["operations"]["done"]
    assert made >= 1
    assert len(box.creatio.control.rows("SysAdminUnit")) == before + made
    run = shell("runs", "--json").json[0]
    assert (run["mode"], run["state"]) == ("create_system_users", "completed")
    undo = shell("undo", run["run_id"], "--preview", "--json", **enabled)
    assert undo.code == 0, undo.text
    assert undo.json["receipt"]["undo"]["reversed"] == made


def test_neither_secrets_nor_persons_are_in_logs_artifacts_or_on_the_screen(
    story: Story, box: Sandbox, prefect_server: PrefectApi
) -> None:
    runs = story.shell("runs")
    shown = story.shell("show", story.first.json["run_id"], "--all")
    screen = (story.first, story.approval, story.applied, story.expired, story.empty, story.failing, runs, shown)
    texts = {
        "run.log": story.shell.log.read_text(encoding="utf-8"),
        "screen": "\n".join(said.out + said.err for said in screen),
    }
    for kind in ("logs", "artifacts", "flow_runs", "task_runs"):
        of_flow_run = "id" if kind == "flow_runs" else "flow_run_id"
        rows = _all(prefect_server, kind, **{kind: {of_flow_run: {"any_": story.flow_runs}}})
        assert rows, kind
        texts[kind] = json.dumps(rows, ensure_ascii=False)
    world = box.world
    secrets = {
        world.webitel.token,
        world.webitel.password,
        world.creatio.password,
        world.creatio.client_secret,
        world.administrator.password,
        world.administrator.client_secret,
        EXPIRED,
    }
    private = story.persons | secrets
    assert len(private) > 60
    for where, text in texts.items():
        found = sorted(value for value in private if value in text)
        assert not found, f"{where}: {len(found)} private values, such as {found[0]!r}"


def test_a_run_or_a_plan_that_is_not_there_is_bad_usage(story: Story) -> None:
    assert story.shell("show", "r-none").code == 2
    assert story.shell("run", "--plan", "0000").code == 2


def _all(prefect: PrefectApi, kind: str, **chosen: Any) -> list[Any]:
    """Everything of a kind that Prefect has, oldest runs first."""
    order = {"sort": "START_TIME_ASC"} if kind == "flow_runs" else {}
    rows: list[Any] = []
    while page := prefect.ask("POST", f"/{kind}/filter", {**chosen, **order, "offset": len(rows)}):
        rows += page
    return rows


def _persons(box: Sandbox) -> set[str]:
    found: set[str] = set()
    for user in box.webitel.control.rows("users"):
        found |= {user["name"], user["email"]}
    for contact in box.creatio.control.rows("Contact"):
        found |= {str(contact[name] or "") for name in ("Name", "Email", "Phone", "MobilePhone")}
    for row in box.creatio.control.rows("ContactCommunication"):
        if not re.fullmatch(r"\d{1,5}", str(row["Number"] or "")):  # an extension says nothing of a person
            found.add(str(row["Number"] or ""))
    return {value for value in found if len(value.strip()) > 4 and value != "Supervisor"}
