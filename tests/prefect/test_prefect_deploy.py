"""`python -m deploy` against a real server: once, and again, and with other settings."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.prefect.conftest import ROOT
from tests.prefect.prefect_api import PrefectApi, wait_until
from tests.prefect_server import clean_environment
from usersync.orchestration import FLOWS, PrefectUnavailable, submit

SCHEDULER_SECONDS = 240.0
MANUAL = {process for process in FLOWS if process not in {"GetWebitelUsers", "Undo"}}
"""Flows whose deployment is called "manual"."""
SECRET = "https://127.0.0.1:9/hooks/v3ry-s3cret"
FOREIGN = {
    "name": "somebody else's",
    "trigger": {"type": "event", "posture": "Reactive", "expect": ["x.y"], "threshold": 1, "within": 0},
    "actions": [{"type": "do-nothing"}],
}


def deploy(api: PrefectApi, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run `python -m deploy`."""
    variables = clean_environment(
        **{"PREFECT_API_URL": api.url, "PREFECT_HOME": str(api.home), "USERSYNC_TIMEZONE": "Europe/Kyiv", **environment}
    )
    command = [sys.executable, "-m", "deploy", *arguments]
    return subprocess.run(command, cwd=ROOT, env=variables, capture_output=True, text=True, check=False)


@dataclass
class Deployed:
    """What a deploy said, and what the server has after it."""

    said: str
    deployments: dict[str, Any]
    automations: dict[str, Any]


def deployed(api: PrefectApi, *arguments: str, **environment: str) -> Deployed:
    ran = deploy(api, *arguments, **environment)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return Deployed(ran.stdout, api.deployments(), api.automations())


@pytest.fixture(scope="module")
def first(api: PrefectApi) -> Deployed:
    """After the first deploy."""
    return deployed(api)


@pytest.fixture(scope="module")
def second(api: PrefectApi, first: Deployed) -> Deployed:
    """After an operator has been at work, and a second deploy that knows a webhook."""
    scheduled = first.deployments["scheduled"]
    schedule = scheduled["schedules"][0]["id"]
    api.ask("PATCH", f"/deployments/{scheduled['id']}/schedules/{schedule}", {"active": True})
    zombies = first.automations["usersync: zombie runs"]
    api.ask("PATCH", f"/automations/{zombies['id']}", {"enabled": False})
    api.ask("POST", "/automations/", FOREIGN)
    return deployed(api, USERSYNC_NOTIFY__RUNS_BY="prefect", USERSYNC_NOTIFY__WEBHOOK_URL=SECRET)


@pytest.fixture(scope="module")
def third(api: PrefectApi, second: Deployed, tmp_path_factory: pytest.TempPathFactory) -> Deployed:
    """After a deploy with two domains, for hosts that differ, by somebody who does not know the webhook."""
    config = tmp_path_factory.mktemp("settings") / "usersync.toml"
    config.write_text("[domains.sales]\n[domains.support]\n[notify]\nruns_by = 'prefect'\n")
    return deployed(api, "--home-of-worker", USERSYNC_CONFIG=str(config), USERSYNC_HOME="/somewhere/else")


def test_the_first_deploy_makes_pool_deployments_and_the_watch_over_zombies(api: PrefectApi, first: Deployed) -> None:
    assert set(first.deployments) == {"scheduled", "button", "preview", "undo", *MANUAL}
    assert set(first.automations) == {"usersync: zombie runs"}
    pool = api.ask("GET", "/work_pools/usersync")
    assert pool["type"] == "process"
    assert pool["concurrency_limit"] is None
    assert "Deployment GetWebitelUsers/scheduled: made, schedule paused (Europe/Kyiv)" in first.said
    assert "told of by usersync itself" in first.said


def test_the_schedule_ships_paused_hourly_in_the_timezone_of_the_settings(first: Deployed) -> None:
    (schedule,) = first.deployments["scheduled"]["schedules"]
    assert schedule["active"] is False
    assert schedule["schedule"]["cron"] == "0 * * * *"
    assert schedule["schedule"]["timezone"] == "Europe/Kyiv"
    assert first.deployments["button"]["schedules"] == []


def test_deployments_run_the_module_in_the_projects_folder_without_a_limit(first: Deployed) -> None:
    for name, deployment in first.deployments.items():
        module = FLOWS[{"undo": "Undo"}.get(name, name if name in MANUAL else "GetWebitelUsers")]
        assert deployment["entrypoint"] == f"{module}.{module.rpartition('.')[2]}"
        assert deployment["pull_steps"] == [
            {"prefect.deployments.steps.set_working_directory": {"directory": str(ROOT)}}
        ]
        assert deployment["concurrency_limit"] is None
        assert deployment["work_pool_name"] == "usersync"
        assert deployment["description"]
    modes = {name: deployment["parameters"]["mode"] for name, deployment in first.deployments.items()}
    assert modes == {**dict.fromkeys(first.deployments, "preview"), "scheduled": "apply", "button": "apply"}


def form_of(deployment: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The fields as a form reads them: what a field does not say itself, its definition says."""
    schema = deployment["parameter_openapi_schema"]
    return {
        name: {**schema["definitions"].get(str(field.get("$ref", "")).rpartition("/")[2], {}), **field}
        for name, field in schema["properties"].items()
    }


def test_the_form_has_titles_descriptions_and_the_choice_of_modes(first: Deployed) -> None:
    fields = form_of(first.deployments["button"])
    titles = {field["position"]: field["title"] for field in fields.values()}
    assert titles == {0: "Domain", 1: "Mode", 2: "Only these logins", 3: "Approved plan", 4: "Assign licences"}
    assert all(len(field["description"]) > 20 for field in fields.values())
    assert fields["mode"]["enum"] == ["preview", "apply"]
    assert fields["mode"]["default"] == "preview"
    assert fields["assign_licenses"]["default"] is False


def test_a_manual_action_has_a_form_in_the_manuals_words(first: Deployed) -> None:
    fields = form_of(first.deployments["CreateWebitelUser"])
    titles = [field["title"] for field in sorted(fields.values(), key=lambda field: field["position"])]
    assert titles == [
        "User", "Webitel username", "Extension", "Name", "E-mail", "User roles", "User Licenses", "Enable STUN", "Mode", "Plan",
        "Domain",
    ]  # fmt: skip
    assert "cannot register a SIP phone" in fields["extension"]["description"]
    for name in MANUAL:
        assert all(field.get("description") for field in form_of(first.deployments[name]).values()), name


def test_parameters_that_do_not_fit_the_form_are_refused(api: PrefectApi, first: Deployed) -> None:
    button = first.deployments["button"]["id"]
    answer = api.post(f"/deployments/{button}/create_flow_run", json={"parameters": {"mode": "destroy"}})
    assert answer.status_code == 409


def test_a_second_deploy_makes_nothing_twice(first: Deployed, second: Deployed) -> None:
    ids = {name: deployment["id"] for name, deployment in first.deployments.items()}
    assert {name: deployment["id"] for name, deployment in second.deployments.items()} == ids
    zombies = "usersync: zombie runs"
    assert second.automations[zombies]["id"] == first.automations[zombies]["id"]
    assert f"Automation {zombies}: up to date" in second.said


def test_what_the_operator_switched_stays_switched(second: Deployed) -> None:
    assert second.deployments["scheduled"]["schedules"][0]["active"] is True
    assert "schedule on" in second.said
    assert second.automations["usersync: zombie runs"]["enabled"] is False


def test_a_schedule_that_is_switched_on_makes_runs_that_know_a_clock_started_them(
    api: PrefectApi, second: Deployed
) -> None:
    """A server may start, run what it is told, and still never make a scheduled run (docs/decisions/0001)."""
    chosen = {"deployments": {"id": {"any_": [second.deployments["scheduled"]["id"]]}}}
    made = wait_until(lambda: api.ask("POST", "/flow_runs/filter", chosen), SCHEDULER_SECONDS, "scheduled runs")
    assert {(run["state"]["type"], run["auto_scheduled"]) for run in made} == {("SCHEDULED", True)}


def test_a_webhook_brings_three_notifications_and_stays_secret(api: PrefectApi, second: Deployed) -> None:
    assert {name for name in second.automations if "GetWebitelUsers/scheduled" in name} == {
        f"usersync: {what} (GetWebitelUsers/scheduled)" for what in ("failed", "approval", "recovered")
    }
    blocks = api.ask("POST", "/block_documents/filter", {"include_secrets": False})
    assert [block["name"] for block in blocks if block["name"].startswith("usersync")] == ["usersync-webhook"]
    assert "v3ry-s3cret" not in f"{blocks} {second.automations} {second.deployments} {second.said}"


def test_what_is_not_ours_is_left_alone(second: Deployed, third: Deployed) -> None:
    assert third.automations["somebody else's"] == second.automations["somebody else's"]


def test_each_of_several_domains_has_its_own_schedule(third: Deployed) -> None:
    scheduled = {"scheduled", "scheduled-sales", "scheduled-support"}
    assert set(third.deployments) == {*scheduled, "button", "preview", "undo", *MANUAL}
    assert third.deployments["scheduled-sales"]["parameters"] == {"mode": "apply", "domain": "sales"}
    assert third.deployments["scheduled-sales"]["schedules"][0]["active"] is False


def test_the_deployment_of_a_domain_that_is_gone_is_switched_off_not_deleted(third: Deployed) -> None:
    assert third.deployments["scheduled"]["schedules"][0]["active"] is False
    assert "GetWebitelUsers/scheduled: its domain is not in the settings any more" in third.said


def test_a_deploy_that_does_not_know_the_webhook_keeps_it(third: Deployed) -> None:
    assert "Notifications go to usersync-webhook: address kept as it was" in third.said
    ours = {name for name in third.automations if name.startswith("usersync: ")}
    assert ours == {"usersync: zombie runs"} | {
        f"usersync: {what} (GetWebitelUsers/scheduled-{domain})"
        for what in ("failed", "approval", "recovered")
        for domain in ("sales", "support")
    }


def test_the_folder_can_be_left_to_each_worker(third: Deployed) -> None:
    (step,) = third.deployments["button"]["pull_steps"]
    assert step["prefect.deployments.steps.set_working_directory"]["directory"] == "{{ $USERSYNC_HOME }}"


def test_a_deployment_nobody_has_registered_is_said_by_name(
    api: PrefectApi, first: Deployed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PREFECT_API_URL", api.url)
    with pytest.raises(PrefectUnavailable, match="GetWebitelUsers/nightly") as caught:
        submit("nightly", {})
    assert "make deploy" in (caught.value.next_step or "")


def test_without_an_address_the_deploy_ends_with_what_to_set(api: PrefectApi, tmp_path: Path) -> None:
    ran = deploy(api, PREFECT_API_URL="", PREFECT_HOME=str(tmp_path))
    assert ran.returncode == 2
    assert "PREFECT_API_URL is not set" in ran.stderr
    assert "Traceback" not in ran.stderr
