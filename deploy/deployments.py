"""Register the deployments with Prefect's own `prefect deploy --all`, so that what it reads is what its manual describes."""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml
from prefect.client.orchestration import PrefectClient
from prefect.client.schemas.filters import FlowFilter, FlowFilterName
from prefect.client.schemas.responses import DeploymentResponse

from deploy.errors import DeployFailed
from deploy.project import Planned, Project, ScheduleSwitch, has_handmade
from usersync.redaction import redact

HOME_VARIABLE = "USERSYNC_HOME"
"""The folder a worker changes to before it runs a flow: where usersync.toml and .env are read from."""
TIMEZONE_VARIABLE = "USERSYNC_TIMEZONE"
_PAGE = 200


@dataclass(frozen=True)
class Registered:
    """What became of one deployment.

    Attributes:
        full_name: `GetWebitelUsers/scheduled`.
        made: whether it is new.
        switches: its schedules.
        handmade: whether its schedules were left as they are, because one was made by hand.
        retired: it is of a domain that is gone; its schedules are switched off.
    """

    full_name: str
    made: bool
    switches: tuple[ScheduleSwitch, ...]
    handmade: bool = False
    retired: bool = False

    @property
    def running(self) -> bool:
        """Whether one of its schedules is on."""
        return any(switch.active for switch in self.switches)


async def register(
    client: PrefectClient, project: Project, *, root: Path, home: str | None, timezone: str
) -> list[Registered]:
    """Create or update every deployment, and switch off those of domains that are gone.

    Args:
        client: of the server.
        project: what prefect.yaml asks for.
        root: the project's folder, where the flows are imported from.
        home: the folder workers change to; None leaves it to the variable USERSYNC_HOME of each worker.
        timezone: of the schedules, an IANA name.

    Raises:
        DeployFailed: Prefect gave up; what it said is in the sentence.
    """
    before = await _present(client, project.flows)
    await _prefect_deploy(project.file(_switches(before)), root=root, home=home, timezone=timezone)
    after = await _present(client, project.flows)
    missing = [planned.full_name for planned in project.deployments if planned.full_name not in after]
    if missing:
        raise DeployFailed("deploy-missing", names=", ".join(missing))
    switches = _switches(after)
    registered = [
        Registered(
            name,
            name not in before,
            tuple(switches[name]),
            handmade=bool(planned.slugs) and has_handmade(switches[name]),
        )
        for planned in project.deployments
        for name in (planned.full_name,)
    ]
    return registered + await _retire(client, project, after)


async def _present(client: PrefectClient, flows: Sequence[str]) -> dict[str, DeploymentResponse]:
    """The deployments of our flows, by full name."""
    found: dict[str, DeploymentResponse] = {}
    for flow in flows:
        chosen = FlowFilter(name=FlowFilterName(any_=[flow]))
        while page := await client.read_deployments(flow_filter=chosen, limit=_PAGE, offset=_count(found, flow)):
            found |= {f"{flow}/{deployment.name}": deployment for deployment in page}
            if len(page) < _PAGE:
                break
    return found


def _count(found: Mapping[str, object], flow: str) -> int:
    return sum(name.startswith(f"{flow}/") for name in found)


def _switches(present: Mapping[str, DeploymentResponse]) -> dict[str, list[ScheduleSwitch]]:
    return {
        name: [ScheduleSwitch(str(each.id), each.slug or "", each.active) for each in deployment.schedules]
        for name, deployment in present.items()
    }


async def _prefect_deploy(content: Mapping[str, object], *, root: Path, home: str | None, timezone: str) -> None:
    environment = {**os.environ, TIMEZONE_VARIABLE: timezone}
    environment.pop(HOME_VARIABLE, None)  # left out, the placeholder stays in the pull step, for the worker to fill
    if home is not None:
        environment[HOME_VARIABLE] = home
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "prefect.yaml"
        file.write_text(yaml.safe_dump(dict(content), allow_unicode=True, sort_keys=False), encoding="utf-8")
        arguments = ["-m", "prefect", "--no-prompt", "deploy", "--all", "--prefect-file", str(file)]
        child = await asyncio.create_subprocess_exec(
            sys.executable, *arguments, cwd=root, env=environment, stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
        )  # fmt: skip
        output, _ = await child.communicate()
    if child.returncode:
        lines = [line.strip() for line in output.decode(errors="replace").splitlines() if line.strip()]
        raise DeployFailed("deploy-failed", detail=redact(" ".join(lines[-4:])))


async def _retire(
    client: PrefectClient, project: Project, present: Mapping[str, DeploymentResponse]
) -> list[Registered]:
    """Switch off what was made for a domain that is gone: it would fail at every hour. Its history stays."""
    wanted = {planned.full_name for planned in project.deployments}
    retired: list[Registered] = []
    for name, deployment in present.items():
        if name in wanted or not any(_made_of(planned, name) for planned in project.deployments):
            continue
        for schedule in deployment.schedules:
            if schedule.active:
                await client.update_deployment_schedule(deployment.id, schedule.id, active=False)
        off = tuple(ScheduleSwitch(str(each.id), each.slug or "", active=False) for each in deployment.schedules)
        retired.append(Registered(name, made=False, switches=off, retired=True))
    return retired


def _made_of(planned: Planned, full_name: str) -> bool:
    """Whether the deployment was once made of the same section of prefect.yaml, for another set of domains."""
    base = f"{planned.flow}/{planned.base}"
    return bool(planned.slugs) and (full_name == base or full_name.startswith(f"{base}-"))
