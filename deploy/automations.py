"""Apply automations by name: make what is missing, change what differs, leave alone what is not ours."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal
from uuid import uuid4

from prefect.client.orchestration import PrefectClient
from prefect.events.schemas.automations import Automation, AutomationCore

from deploy.automation_file import PREFIX, TAG, start_event

_PAGE = 200
Change = Literal["made", "changed", "unchanged", "removed"]


@dataclass(frozen=True)
class Applied:
    """What became of one automation."""

    name: str
    change: Change


async def apply(client: PrefectClient, wanted: Iterable[AutomationCore]) -> list[Applied]:
    """Bring our automations to what is wanted.

    Ours are those of a wanted name, and those that bear both our tag and our prefix. One that somebody switched off
    stays off. One that is as wanted is not touched: a change would make it forget what it has seen.
    """
    wanted = list(wanted)
    present = await _present(client)
    applied: list[Applied] = []
    fresh: list[AutomationCore] = []
    for core in wanted:
        mine = [automation for automation in present if automation.name == core.name]
        for twin in mine[1:]:  # of two deploys at the same time
            await client.delete_automation(twin.id)
        change: Change = "unchanged"
        if not mine:
            await client.create_automation(_spelt_out(core))
            change = "made"
        elif _shape(mine[0]) != _shape(core):
            await client.update_automation(mine[0].id, _spelt_out(core, enabled=mine[0].enabled))
            change = "changed"
        if change != "unchanged":
            fresh.append(core)
        applied.append(Applied(core.name, change))
    names = {core.name for core in wanted}
    for automation in present:
        if automation.name not in names and automation.name.startswith(PREFIX) and TAG in automation.tags:
            await client.delete_automation(automation.id)
            applied.append(Applied(automation.name, "removed"))
    await _tell_applied(client, fresh)
    return applied


async def _present(client: PrefectClient) -> list[Automation]:
    found: list[Automation] = []
    while page := await client.read_automations(limit=_PAGE, offset=len(found)):
        found += page
        if len(page) < _PAGE:
            break
    return found


async def _tell_applied(client: PrefectClient, fresh: Iterable[AutomationCore]) -> None:
    """Tell those that are new that they have been applied, the predecessor of the first change they may see."""
    now = datetime.now(UTC).isoformat()
    events = [
        {**event, "occurred": now, "id": str(uuid4()), "payload": {}, "related": []}
        for core in fresh
        if (event := start_event(core)) is not None
    ]
    if events:
        answer = await client.request("POST", "/events", json=events)
        answer.raise_for_status()


def _spelt_out(core: AutomationCore, *, enabled: bool = True) -> AutomationCore:
    """The automation with nothing left to defaults: an update sends only what was set.

    All but the owner, which the server refuses to be told.
    """
    return AutomationCore.model_validate(
        {**core.model_dump(mode="json", exclude={"owner_resource"}), "enabled": enabled}
    )


def _shape(automation: AutomationCore) -> Any:
    """What the automation does, in a form two of them can be compared by."""
    fields = set(AutomationCore.model_fields) - {"enabled", "owner_resource"}
    return _plain(automation.model_dump(mode="json", include=fields))


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain(inner) for name, inner in value.items() if name != "id" and inner is not None}
    if isinstance(value, list):
        inner_values = [_plain(inner) for inner in value]
        return sorted(inner_values) if all(isinstance(inner, str) for inner in inner_values) else inner_values
    return value
