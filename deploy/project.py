"""What `prefect.yaml` registers, worked out for the domains of this installation. No I/O but the reading."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from deploy.errors import ProjectFileWrong

PROJECT_FILE = "prefect.yaml"


@dataclass(frozen=True)
class ScheduleSwitch:
    """One schedule of a deployment as the server has it.

    Attributes:
        id: of the server.
        slug: the name it has in prefect.yaml; "" where somebody made it by hand.
        active: whether it is switched on.
    """

    id: str
    slug: str
    active: bool


@dataclass(frozen=True)
class Planned:
    """One deployment that prefect.yaml asks for.

    Attributes:
        name: `scheduled`, or `scheduled-sales` where it was made for one of several domains.
        base: its name in prefect.yaml.
        domain: the domain it was made for; "" for any.
        body: its section of the file.
    """

    name: str
    base: str
    domain: str
    body: Mapping[str, Any] = field(repr=False)

    @property
    def flow(self) -> str:
        """Name of the flow."""
        return str(self.body["flow_name"])

    @property
    def full_name(self) -> str:
        """`GetWebitelUsers/scheduled`, as Prefect and `usersync run --deployment` call it."""
        return f"{self.flow}/{self.name}"

    @property
    def work_pool(self) -> str:
        """Name of the work pool its runs wait in."""
        return str(self.body["work_pool"]["name"])

    @property
    def slugs(self) -> frozenset[str]:
        """The slugs of its schedules."""
        return frozenset(str(schedule["slug"]) for schedule in self.body.get("schedules") or ())


@dataclass(frozen=True)
class Project:
    """What prefect.yaml says, worked out.

    Attributes:
        deployments: all it asks for, in the order of the file.
        head: the rest of the file (pull steps and the like).
    """

    deployments: tuple[Planned, ...]
    head: Mapping[str, Any] = field(repr=False)

    @property
    def flows(self) -> tuple[str, ...]:
        """Names of the flows, each once."""
        return tuple(dict.fromkeys(planned.flow for planned in self.deployments))

    def of(self, base: str) -> tuple[Planned, ...]:
        """The deployments made of one section of the file.

        Raises:
            ProjectFileWrong: prefect.yaml has no such section.
        """
        found = tuple(planned for planned in self.deployments if planned.base == base)
        if not found:
            raise ProjectFileWrong("deploy-no-section", name=base)
        return found

    def file(self, switches: Mapping[str, Sequence[ScheduleSwitch]]) -> dict[str, Any]:
        """The content of the file `prefect deploy` is given.

        Whether a schedule is on is the operator's decision: what the server has wins over the file. Where somebody made
        a schedule by hand, Prefect would throw it away on an update of the others, so that none is sent.

        Args:
            switches: the schedules the server has, by the full name of their deployment.
        """
        sections = []
        for planned in self.deployments:
            section = {**deepcopy(dict(planned.body)), "name": planned.name}
            present = switches.get(planned.full_name, ())
            on = {switch.slug: switch.active for switch in present}
            if has_handmade(present):
                section.pop("schedules", None)
            for schedule in section.get("schedules") or ():
                schedule["active"] = on.get(schedule["slug"], schedule.get("active", False))
            sections.append(section)
        return {**self.head, "deployments": sections}


def has_handmade(switches: Sequence[ScheduleSwitch]) -> bool:
    """Whether one of the schedules has no slug: somebody made it in the UI."""
    return any(not switch.slug for switch in switches)


def read_project(root: Path, domains: Sequence[str]) -> Project:
    """Read prefect.yaml and work it out for the domains of the settings.

    Args:
        root: the folder of the file.
        domains: names of all domains; where there are several, a scheduled deployment that names none is made for each.

    Raises:
        ProjectFileWrong: the file is missing or is not what Prefect and we expect.
    """
    path = root / PROJECT_FILE
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
        head = {name: value for name, value in content.items() if name not in {"deployments", "definitions"}}
        sections = content["deployments"]
        own = {(section["flow_name"], section["name"]) for section in sections}
        planned = [each for section in sections for each in _worked_out(section, domains, own)]
        if not all(each.flow and each.work_pool and each.slugs is not None for each in planned):
            raise ValueError("flow_name or work_pool is empty")
    except (OSError, yaml.YAMLError, AttributeError, LookupError, TypeError, ValueError) as error:
        raise ProjectFileWrong(
            "deploy-project-wrong", path=str(path), detail=f"{type(error).__name__}: {error}"
        ) from None
    return Project(tuple(planned), head)


def _worked_out(section: Mapping[str, Any], domains: Sequence[str], own: Collection[tuple[str, str]]) -> list[Planned]:
    """A section as it stands; one with schedules for each domain that has no section of its own (`scheduled-sales`)."""
    flow, name = str(section["flow_name"]), str(section["name"])
    parameters = dict(section.get("parameters") or {})
    domain = str(parameters.get("domain") or "")
    if domain:
        base = name.removesuffix(f"-{domain}")
        return [Planned(name, base if (flow, base) in own else name, domain, section)]
    if not section.get("schedules") or len(domains) < 2:
        return [Planned(name, name, "", section)]
    return [
        Planned(f"{name}-{each}", name, each, {**section, "parameters": {**parameters, "domain": each}})
        for each in domains
        if (flow, f"{name}-{each}") not in own
    ]
