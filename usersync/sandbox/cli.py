"""`usersync sandbox`: a Webitel and a Creatio on this machine, from the command line."""

from __future__ import annotations

import json
import signal
import tempfile
import threading
from contextlib import ExitStack
from pathlib import Path
from typing import Annotated

import typer

from usersync.errors import UsageError
from usersync.words import say

app = typer.Typer(name="sandbox", help=say("sandbox-help"), no_args_is_help=True)

_PROFILES = ("callmanager", "classic")
_RUNTIMES = ("netframework", "net")

Users = Annotated[int, typer.Option(help=say("sandbox-help-users"), min=8, max=10_000)]
Contacts = Annotated[int, typer.Option(help=say("sandbox-help-contacts"), min=60, max=1_000_000)]
Seed = Annotated[int, typer.Option(help=say("sandbox-help-seed"))]
Profile = Annotated[str, typer.Option(help=say("sandbox-help-profile"))]
Runtime = Annotated[str, typer.Option(help=say("sandbox-help-runtime"))]
AsJson = Annotated[bool, typer.Option("--json", help=say("sandbox-help-json"))]


@app.command(help=say("sandbox-help-serve"))
def serve(
    users: Users = 8,
    contacts: Contacts = 60,
    seed: Seed = 7,
    profile: Profile = "callmanager",
    runtime: Runtime = "netframework",
    directory: Annotated[Path | None, typer.Option(help=say("sandbox-help-directory"))] = None,
    webitel_port: Annotated[int, typer.Option(help=say("sandbox-help-port", service="Webitel"), min=0, max=65535)] = 0,
    creatio_port: Annotated[int, typer.Option(help=say("sandbox-help-port", service="Creatio"), min=0, max=65535)] = 0,
    addon: Annotated[bool, typer.Option(help=say("sandbox-help-addon"))] = False,
    as_json: AsJson = False,
) -> None:
    """Serve both until Ctrl-C; print where they are and the variables that point usersync at them."""
    from usersync.sandbox.process import Sandbox

    ended = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: ended.set())
    with ExitStack() as ends:
        at = directory or Path(ends.enter_context(tempfile.TemporaryDirectory(prefix="usersync-sandbox-")))
        box = ends.enter_context(
            Sandbox.start(
                directory=at,
                seed=seed,
                users=users,
                contacts=contacts,
                profile="classic" if _known("--profile", profile, _PROFILES) == "classic" else "callmanager",
                runtime="net" if _known("--runtime", runtime, _RUNTIMES) == "net" else "netframework",
                addon=addon,
                webitel_port=webitel_port,
                creatio_port=creatio_port,
            )
        )
        if as_json:
            addresses = {"webitel": box.webitel.url, "creatio": box.creatio.url, "directory": str(at)}
            typer.echo(json.dumps({**addresses, "environment": box.environment}))
        else:
            typer.echo(say("sandbox-serving", webitel=box.webitel.url, creatio=box.creatio.url, directory=str(at)))
            for name, value in box.environment.items():
                typer.echo(f"export {name}={value}")
        ended.wait()


@app.command(help=say("sandbox-help-generate"))
def generate(
    directory: Annotated[Path, typer.Option(help=say("sandbox-help-directory"))],
    users: Users = 8,
    contacts: Contacts = 60,
    seed: Seed = 7,
    profile: Profile = "callmanager",
    as_json: AsJson = False,
) -> None:
    """Generate a world into a directory, to be served or copied later."""
    from usersync.sandbox.world import generate as generate_world

    chosen = _known("--profile", profile, _PROFILES)
    generate_world(
        directory,
        seed=seed,
        users=users,
        contacts=contacts,
        profile="classic" if chosen == "classic" else "callmanager",
    )
    if as_json:
        typer.echo(json.dumps({"directory": str(directory), "users": users, "contacts": contacts, "seed": seed}))
    else:
        typer.echo(say("sandbox-generated", directory=str(directory), users=users, contacts=contacts))


def _known(option: str, value: str, allowed: tuple[str, ...]) -> str:
    if value not in allowed:
        raise UsageError("sandbox-unknown-choice", option=option, value=value, allowed=", ".join(allowed))
    return value
