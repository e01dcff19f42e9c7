"""`automations.yaml` as typed values, and the Prefect automations it means. No I/O but the reading."""

from __future__ import annotations

import glob
from collections.abc import Iterable, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any, Self

import yaml
from prefect.client.schemas.objects import StateType
from prefect.events.actions import ChangeFlowRunState, SendNotification
from prefect.events.schemas.automations import (
    AutomationCore,
    CompoundTrigger,
    EventTrigger,
    Posture,
    SequenceTrigger,
    TriggerTypes,
)
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from deploy.channels import Channel
from deploy.errors import ProjectFileWrong
from deploy.project import Planned, Project
from usersync.words import say

AUTOMATIONS_FILE = "automations.yaml"
PREFIX = "usersync: "
"""How the names of our automations begin."""
TAG = "usersync"
START = "start"
"""The predecessor every notification has: the moment it was applied."""
START_EVENT = "usersync.automation.applied"
_HEARTBEAT = "prefect.flow-run.heartbeat"
_ANY_FLOW_RUN_EVENT = "prefect.flow-run.*"


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Zombies(_Part):
    """Runs that have fallen silent.

    Attributes:
        description: shown in the Prefect UI.
        flows: names of the flows watched over.
        silent_seconds: how long a run may give no sign of life; three heartbeats are a good measure.
    """

    description: str
    flows: list[str] = Field(min_length=1)
    silent_seconds: int = Field(ge=10)  # the server's own least


class Situation(_Part):
    """What the state of a finished run may mean: one of these names, or one of these types."""

    states: list[str] = Field(default_factory=list)
    types: list[StateType] = Field(default_factory=list)

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if bool(self.states) == bool(self.types):
            raise ValueError("give either states or types")
        return self


class Notification(_Part):
    """One message for each change of situation.

    Attributes:
        id: names it, and its words in the catalogues: `deploy-notify-<id>`.
        description: shown in the Prefect UI.
        after: situations it may have been in before; `start` is the moment the automation is applied.
        becomes: the situation told of.
    """

    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*$")]
    description: str
    after: list[str] = Field(min_length=1)
    becomes: str


class Notifications(_Part):
    """The messages, and the deployment of prefect.yaml they are about."""

    deployment: str
    of: list[Notification]


class AutomationsFile(_Part):
    """The whole file; docs/prefect.md#automations describes it."""

    zombies: Zombies
    situations: dict[str, Situation]
    notifications: Notifications

    @model_validator(mode="after")
    def _known_situations(self) -> Self:
        named = {name for each in self.notifications.of for name in (*each.after, each.becomes)}
        unknown = sorted(named - set(self.situations) - {START})
        if unknown or any(each.becomes == START for each in self.notifications.of):
            raise ValueError(f"not among the situations: {', '.join(unknown) or START}")
        return self


def read_automations(root: Path) -> AutomationsFile:
    """Read automations.yaml.

    Raises:
        ProjectFileWrong: it is missing or says something unknown.
    """
    path = root / AUTOMATIONS_FILE
    try:
        return AutomationsFile.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        detail = f"{'.'.join(str(part) for part in first['loc'])}: {first['msg']}"
    except (OSError, yaml.YAMLError) as error:
        detail = f"{type(error).__name__}: {error}"
    raise ProjectFileWrong("deploy-project-wrong", path=str(path), detail=detail)


def automations(file: AutomationsFile, project: Project, channels: Sequence[Channel]) -> list[AutomationCore]:
    """The automations the file means, for these deployments and channels.

    Raises:
        ProjectFileWrong: the file names a deployment that prefect.yaml has not.
    """
    watched = project.of(file.notifications.deployment)
    made = [_zombies(file.zombies)]
    if channels:
        made += [
            _notification(file, notification, planned, channels)
            for planned in watched
            for notification in file.notifications.of
        ]
    return made


def start_event(automation: AutomationCore) -> dict[str, Any] | None:
    """The event that tells a notification it has just been applied; None where it does not listen for it."""
    if START_EVENT not in str(automation.trigger):
        return None
    resource = {"prefect.resource.id": _start_id(automation.name), "prefect.resource.name": automation.name}
    return {"event": START_EVENT, "resource": resource}


def _zombies(zombies: Zombies) -> AutomationCore:
    # Any event of the run is a sign of life. A list of the states a run can end in would miss the names we give to
    # states (AwaitingApproval, …), and call runs zombies that have long ended.
    trigger = EventTrigger(
        after={_HEARTBEAT},
        expect={_ANY_FLOW_RUN_EVENT},
        match={"prefect.resource.id": "prefect.flow-run.*"},
        match_related={"prefect.resource.role": "flow", "prefect.resource.name": zombies.flows},
        for_each={"prefect.resource.id"},
        posture=Posture.Proactive,
        threshold=1,
        within=timedelta(seconds=zombies.silent_seconds),
    )
    message = say("deploy-zombie-message", seconds=zombies.silent_seconds)
    action = ChangeFlowRunState(state=StateType.CRASHED, name=None, message=message, force=False)
    return _automation("zombie runs", zombies.description, trigger, [action])


def _notification(
    file: AutomationsFile, notification: Notification, planned: Planned, channels: Sequence[Channel]
) -> AutomationCore:
    about = f"{notification.id} ({planned.full_name})"
    before: list[TriggerTypes] = [
        _applied(PREFIX + about) if name == START else _ended(file.situations[name], planned)
        for name in notification.after
    ]
    first = before[0] if len(before) == 1 else CompoundTrigger(triggers=before, require="any", within=None)
    becomes = _ended(file.situations[notification.becomes], planned)
    trigger = SequenceTrigger(triggers=[first, becomes], within=None)
    words = {
        "deployment": planned.full_name,
        "domain": planned.domain or "-",
        "run": "{{ flow_run.name }}",
        "state": "{{ flow_run.state.name }}",
        "message": "{{ flow_run.state.message }}",
        "link": "{{ flow_run|ui_url }}",
    }
    try:
        subject = say(f"deploy-notify-{notification.id}", **words)
        body = say(f"deploy-notify-{notification.id}-body", **words)
    except KeyError as error:
        raise ProjectFileWrong("deploy-no-words", id=str(error.args[0])) from None
    actions = [SendNotification(block_document_id=each.block_id, subject=subject, body=body) for each in channels]
    return _automation(about, notification.description, trigger, actions)


def _ended(situation: Situation, planned: Planned) -> EventTrigger:
    """A run of the deployment came to the situation. By deployment: a run that dies before it starts has no name yet."""
    label = "prefect.state-name" if situation.states else "prefect.state-type"
    values = [glob.escape(name) for name in situation.states] or [kind.value for kind in situation.types]
    return EventTrigger(
        expect={_ANY_FLOW_RUN_EVENT},
        match={"prefect.resource.id": "prefect.flow-run.*", label: values},
        match_related=[
            {"prefect.resource.role": "deployment", "prefect.resource.name": glob.escape(planned.name)},
            {"prefect.resource.role": "flow", "prefect.resource.name": glob.escape(planned.flow)},
        ],
        posture=Posture.Reactive,
        threshold=1,
        within=timedelta(0),
    )


def _applied(name: str) -> EventTrigger:
    return EventTrigger(
        expect={START_EVENT},
        match={"prefect.resource.id": glob.escape(_start_id(name))},
        posture=Posture.Reactive,
        threshold=1,
        within=timedelta(0),
    )


def _start_id(name: str) -> str:
    return f"usersync.automation.{name.removeprefix(PREFIX)}"


def _automation(
    name: str, description: str, trigger: TriggerTypes, actions: Iterable[ChangeFlowRunState | SendNotification]
) -> AutomationCore:
    return AutomationCore(
        name=PREFIX + name, description=description, tags=[TAG], trigger=trigger, actions=list(actions)
    )
