"""`python -m deploy`: work pool, deployments and automations at PREFECT_API_URL. Safe to repeat."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import Annotated

import typer

from deploy.automation_file import automations, read_automations
from deploy.automations import Applied, apply
from deploy.channels import ensure_channels, given_channels
from deploy.deployments import Registered, register
from deploy.project import read_project
from deploy.server import ensure_work_pools, prefect_server
from usersync.errors import UsersyncError
from usersync.settings import load_settings
from usersync.words import say, speak

ROOT = Path(__file__).resolve().parent.parent


def deploy(
    home: Annotated[
        Path | None,
        typer.Option(
            envvar="USERSYNC_HOME", help="Folder a worker runs flows in (usersync.toml, .env). Default: here."
        ),
    ] = None,
    home_of_worker: Annotated[
        bool, typer.Option("--home-of-worker", help="Leave that folder to the variable USERSYNC_HOME of each worker.")
    ] = False,
) -> None:
    """Register usersync's deployments and automations at PREFECT_API_URL; repeating it changes nothing."""
    try:
        folder = None if home_of_worker else str((home or ROOT).expanduser().resolve())
        asyncio.run(_deploy(folder))
    except UsersyncError as error:
        typer.echo(str(error), err=True)
        if error.next_step:
            typer.echo(f"  → {error.next_step}", err=True)
        sys.exit(error.exit_code)


async def _deploy(home: str | None) -> None:
    settings = load_settings()
    speak(settings.language)
    project = read_project(ROOT, settings.domain_names())
    file = read_automations(ROOT)
    by_prefect = settings.notify.runs_by == "prefect"
    given = given_channels() if by_prefect else {}
    async with prefect_server() as client:
        for pool in await ensure_work_pools(client, (planned.work_pool for planned in project.deployments)):
            typer.echo(say("deploy-pool-made", name=pool))
        for one in await register(client, project, root=ROOT, home=home, timezone=settings.timezone):
            typer.echo(_told(one, settings.timezone))
        channels = await ensure_channels(client, given) if by_prefect else []
        for applied in await apply(client, automations(file, project, channels)):
            typer.echo(_told_automation(applied))
        for channel in channels:
            typer.echo(say("deploy-channel", name=channel.name, change="written" if channel.written else "kept"))
        if not by_prefect:
            typer.echo(say("deploy-told-by-usersync"))
        elif not channels:
            typer.echo(say("deploy-no-channel"))


def _told(one: Registered, timezone: str) -> str:
    if one.retired:
        return say("deploy-deployment-retired", name=one.full_name)
    if one.handmade:
        return say("deploy-deployment-handmade", name=one.full_name)
    schedule = "none" if not one.switches else "on" if one.running else "off"
    change = "made" if one.made else "updated"
    return say("deploy-deployment", name=one.full_name, change=change, schedule=schedule, timezone=timezone)


def _told_automation(applied: Applied) -> str:
    return say("deploy-automation", name=applied.name, change=applied.change)


if __name__ == "__main__":
    typer.run(deploy)
