"""prefect.yaml and automations.yaml, worked out for an installation; no server needed."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml
from fluent.syntax import FluentParser, ast
from fluent.syntax.visitor import Visitor

from deploy.automation_file import AutomationsFile, automations, read_automations, start_event
from deploy.channels import EMAIL_VARIABLE, WEBHOOK_VARIABLE, Channel, given_channels
from deploy.errors import ChannelWrong, ProjectFileWrong
from deploy.project import Project, ScheduleSwitch, read_project
from tests.prefect.conftest import ROOT
from usersync.orchestration import DEPLOYMENTS, FLOWS
from usersync.words import say, speak

MANUAL = [process for process in FLOWS if process not in {"GetWebitelUsers", "Undo"}]
CHANNEL = Channel("usersync-webhook", block_id="0190a5f0-0000-7000-8000-000000000001", written=True)  # type: ignore[arg-type]


@pytest.fixture
def project() -> Project:
    return read_project(ROOT, ["default"])


def test_one_domain_has_the_deployments_of_the_file(project: Project) -> None:
    assert [planned.full_name for planned in project.deployments] == [
        "GetWebitelUsers/scheduled",
        "GetWebitelUsers/button",
        "GetWebitelUsers/preview",
        "Undo/undo",
        *(f"{process}/manual" for process in MANUAL),
    ]
    modes = [planned.body["parameters"]["mode"] for planned in project.deployments]
    assert modes == ["apply", "apply", *["preview"] * (2 + len(MANUAL))]


def test_several_domains_have_one_schedule_each_and_share_button_and_preview() -> None:
    project = read_project(ROOT, ["sales", "support"])
    assert [planned.name for planned in project.deployments] == [
        "scheduled-sales",
        "scheduled-support",
        "button",
        "preview",
        "undo",
        *["manual"] * len(MANUAL),
    ]
    sections = {section["name"]: section for section in project.file({})["deployments"]}
    assert sections["scheduled-support"]["parameters"] == {"mode": "apply", "domain": "support"}
    assert sections["button"]["parameters"] == {"mode": "apply"}


def test_a_domain_with_a_section_of_its_own_keeps_its_own_rhythm(tmp_path: Path) -> None:
    content = yaml.safe_load((ROOT / "prefect.yaml").read_text(encoding="utf-8"))
    nightly = {"slug": "nightly", "cron": "0 3 * * *", "active": False}
    section = {**content["deployments"][0], "name": "scheduled-sales"}
    content["deployments"].append({**section, "parameters": {"domain": "sales"}, "schedules": [nightly]})
    (tmp_path / "prefect.yaml").write_text(yaml.safe_dump(content))

    project = read_project(tmp_path, ["sales", "support"])

    scheduled = {planned.name: planned.slugs for planned in project.of("scheduled")}
    assert scheduled == {"scheduled-support": {"hourly"}, "scheduled-sales": {"nightly"}}


def test_no_deployment_has_a_concurrency_limit_and_every_one_names_module_pool_and_description(
    project: Project,
) -> None:
    for planned in project.deployments:
        assert "concurrency_limit" not in planned.body
        module = FLOWS[planned.flow]
        assert planned.body["entrypoint"] == f"{module}.{module.rpartition('.')[2]}"
        assert planned.work_pool == "usersync"
        assert len(planned.body["description"]) > 40
        assert "usersync" in planned.body["tags"]


def test_every_process_has_a_deployment_it_is_ordered_through_and_is_watched_for_zombies(project: Project) -> None:
    assert set(DEPLOYMENTS.values()) <= {planned.full_name for planned in project.deployments}
    assert set(read_automations(ROOT).zombies.flows) == set(FLOWS) == set(DEPLOYMENTS)


def test_a_schedule_ships_paused_and_stays_as_the_operator_left_it(project: Project) -> None:
    def active(*switches: ScheduleSwitch) -> bool:
        section = project.file({"GetWebitelUsers/scheduled": switches})["deployments"][0]
        return bool(section["schedules"][0]["active"])

    assert active() is False
    assert active(ScheduleSwitch("1", "hourly", active=True)) is True
    assert active(ScheduleSwitch("1", "hourly", active=False)) is False


def test_schedules_are_not_sent_where_prefect_would_throw_away_one_made_by_hand(project: Project) -> None:
    made_by_hand = ScheduleSwitch("2", "", active=True)
    section = project.file({"GetWebitelUsers/scheduled": [made_by_hand]})["deployments"][0]
    assert "schedules" not in section


def test_working_the_file_out_leaves_what_was_read_as_it_was(project: Project) -> None:
    project.file({"GetWebitelUsers/scheduled": [ScheduleSwitch("1", "hourly", active=True)]})
    assert project.deployments[0].body["schedules"][0]["active"] is False


@pytest.mark.parametrize("content", ["", "deployments: 3", "deployments: [{name: x}]", "a: [", "deployments: [{}]"])
def test_a_prefect_yaml_that_is_no_use_is_said_with_its_path(tmp_path: Path, content: str) -> None:
    (tmp_path / "prefect.yaml").write_text(content)
    with pytest.raises(ProjectFileWrong) as caught:
        read_project(tmp_path, ["default"])
    assert str(tmp_path / "prefect.yaml") in str(caught.value)
    assert caught.value.exit_code == 2


def test_a_run_is_called_a_zombie_only_after_three_heartbeats(project: Project) -> None:
    silent = read_automations(ROOT).zombies.silent_seconds
    for planned in project.deployments:
        heartbeat = int(planned.body["work_pool"]["job_variables"]["env"]["PREFECT_FLOWS_HEARTBEAT_FREQUENCY"])
        assert silent >= 3 * heartbeat


def test_without_a_channel_only_zombies_are_watched_for(project: Project) -> None:
    assert [each.name for each in automations(read_automations(ROOT), project, [])] == ["usersync: zombie runs"]


def test_each_scheduled_deployment_has_its_own_three_notifications() -> None:
    project = read_project(ROOT, ["sales", "support"])
    names = [each.name for each in automations(read_automations(ROOT), project, [CHANNEL])]
    assert len(names) == len(set(names)) == 1 + 2 * 3
    assert "usersync: failed (GetWebitelUsers/scheduled-sales)" in names


def test_recovery_alone_does_not_count_being_applied_as_a_predecessor(project: Project) -> None:
    made = automations(read_automations(ROOT), project, [CHANNEL])
    told = {each.name.split()[1] for each in made if start_event(each) is not None}
    assert told == {"failed", "approval"}


def test_notifications_speak_the_language_of_the_settings(project: Project) -> None:
    speak("uk")
    try:
        made = automations(read_automations(ROOT), project, [CHANNEL])
    finally:
        speak("en")
    assert "імпорт за розкладом не вдався" in made[1].actions[0].subject  # type: ignore[union-attr]


def _changed(**changes: object) -> dict[str, object]:
    return {**yaml.safe_load((ROOT / "automations.yaml").read_text(encoding="utf-8")), **changes}


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"zombies": {"description": "", "flows": ["F"], "silent_seconds": 5}}, "zombies.silent_seconds"),
        ({"situations": {"well": {"states": ["Completed"]}}}, "failed"),
        ({"situations": {"well": {"states": ["A"], "types": ["FAILED"]}}}, "situations.well"),
        ({"surprise": 1}, "surprise"),
    ],
)
def test_an_automations_yaml_that_is_wrong_is_said_with_what_is_wrong(
    tmp_path: Path, changes: dict[str, object], named: str
) -> None:
    (tmp_path / "automations.yaml").write_text(yaml.safe_dump(_changed(**changes)))
    with pytest.raises(ProjectFileWrong) as caught:
        read_automations(tmp_path)
    assert named in str(caught.value)


def test_a_notification_about_a_deployment_that_is_not_there_is_refused(project: Project) -> None:
    file = AutomationsFile.model_validate(_changed(notifications={"deployment": "nightly", "of": []}))
    with pytest.raises(ProjectFileWrong, match="nightly"):
        automations(file, project, [])


def test_a_notification_without_words_is_refused(project: Project) -> None:
    unheard = {"id": "unheard", "description": "", "after": ["start"], "becomes": "failed"}
    file = AutomationsFile.model_validate(_changed(notifications={"deployment": "scheduled", "of": [unheard]}))
    with pytest.raises(ProjectFileWrong, match="deploy-notify-unheard"):
        automations(file, project, [CHANNEL])


@pytest.mark.parametrize(
    ("variable", "address"),
    [
        (WEBHOOK_VARIABLE, "hooks.example.org/s3cret"),
        (WEBHOOK_VARIABLE, "http://[s3cret"),
        (EMAIL_VARIABLE, "smtp://user:s3cret@smtp.example.org"),
        (EMAIL_VARIABLE, "admin@example.org?s3cret"),
    ],
)
def test_an_address_of_no_use_is_refused_by_the_name_of_its_setting(variable: str, address: str) -> None:
    with pytest.raises(ChannelWrong) as caught:
        given_channels({variable: address})
    assert variable in str(caught.value)
    assert "s3cret" not in f"{caught.value!r} {caught.value} {caught.value.next_step}"


class _Variables(Visitor):
    def __init__(self) -> None:
        self.names: set[str] = set()

    def visit_VariableReference(self, node: ast.VariableReference) -> None:  # noqa: N802 - the visitor's protocol
        self.names.add(node.id.name)


def _messages(language: str) -> dict[str, tuple[set[str], set[str]]]:
    path = ROOT / "usersync" / "words" / language / "deploy.ftl"
    resource = FluentParser().parse(path.read_text(encoding="utf-8"))
    assert not [entry for entry in resource.body if isinstance(entry, ast.Junk)]
    found = {}
    for entry in resource.body:
        if isinstance(entry, ast.Message):
            variables = _Variables()
            variables.visit(entry)
            found[entry.id.name] = ({attribute.id.name for attribute in entry.attributes}, variables.names)
    return found


def test_both_catalogues_have_the_same_messages_with_the_same_arguments() -> None:
    assert _messages("en") == _messages("uk")


def test_every_message_the_code_names_is_in_the_catalogues() -> None:
    sources = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "deploy").glob("*.py"))
    named = set(re.findall(r'"(deploy-[a-z-]+)"', sources))
    assert named
    assert named <= set(_messages("en"))


@pytest.mark.parametrize(("schedule", "end"), [("on", "up to date, schedule on (Europe/Kyiv)"), ("none", "up to date")])
def test_a_deployment_is_told_of_on_one_line(schedule: str, end: str) -> None:
    told = say("deploy-deployment", name="F/d", change="updated", schedule=schedule, timezone="Europe/Kyiv")
    assert told == f"Deployment F/d: {end}"
