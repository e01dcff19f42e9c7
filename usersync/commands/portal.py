"""`usersync portal`: the section in a browser, and its users."""

from __future__ import annotations

import os
import sys
from typing import Annotated

import typer
from rich.table import Table

from usersync.commands.terminal import author, console, local_time, open_ledger
from usersync.errors import UsageError
from usersync.words import say

app = typer.Typer(help="The section “Webitel users” in a browser, with the HTTP API; and its users.")
users = typer.Typer(help="Who may log in.", no_args_is_help=True)
app.add_typer(users, name="user")
PASSWORD_VARIABLE = "USERSYNC_PORTAL_PASSWORD"  # noqa: S105 - the name of a variable
_NAME = typer.Argument(help="Name of the user.")
_ROLE = typer.Option(help="viewer, operator, approver or administrator.")


@app.callback(invoke_without_command=True)
def serve(
    context: typer.Context,
    host: Annotated[str, typer.Option(help="Where to listen; the setting portal.host without it.")] = "",
    port: Annotated[int, typer.Option(help="Port; the setting portal.port without it.")] = 0,
) -> None:
    """Serve the portal until Ctrl-C."""
    if context.invoked_subcommand is not None:
        return
    from usersync.portal.serving import serve as run_server
    from usersync.settings import load_settings

    settings = load_settings()
    given = {name: value for name, value in (("host", host), ("port", port)) if value}
    run_server(settings.model_copy(update={"portal": settings.portal.model_copy(update=given)}))


@users.command("add")
def add_user(
    name: Annotated[str, _NAME],
    role: Annotated[str, _ROLE] = "viewer",
    language: Annotated[str, typer.Option(help="en or uk.")] = "en",
) -> None:
    """Add a user. The password is asked for, or read from stdin or USERSYNC_PORTAL_PASSWORD; it is never an argument."""
    from usersync.portal.access import role_named
    from usersync.portal.secrets import hash_password
    from usersync.settings import load_settings

    chosen = role_named(role)
    with open_ledger(load_settings()) as ledger:
        user = ledger.add_portal_user(
            name, role=chosen, language=language, password=hash_password(_password()), author=author()
        )
    console.print(say("portal-user-added", name=user.name, role=user.role))


@users.command("list")
def list_users() -> None:
    """List the users."""
    from usersync.settings import load_settings

    settings = load_settings()
    with open_ledger(settings) as ledger:
        found = ledger.portal_users()
    table = Table(title=say("portal-users"), title_justify="left")
    for heading in ("portal-user", "portal-role", "portal-active", "portal-added"):
        table.add_column(say(heading))
    for user in found:
        table.add_row(user.name, user.role, "✓" if user.active else "–", local_time(user.created_at, settings))
    console.print(table)


@users.command("role")
def change_role(
    name: Annotated[str, _NAME],
    role: Annotated[str, typer.Argument(help="viewer, operator, approver or administrator.")],
) -> None:
    """Give a user another role; its sessions end."""
    from usersync.portal.access import role_named

    _change(name, role=role_named(role))


@users.command("password")
def change_password(name: Annotated[str, _NAME]) -> None:
    """Give a user another password; its sessions end."""
    from usersync.portal.secrets import hash_password

    _change(name, password=hash_password(_password()))


@users.command("disable")
def disable(name: Annotated[str, _NAME]) -> None:
    """Let a user log in no more; its sessions end."""
    _change(name, active=False)


@users.command("enable")
def enable(name: Annotated[str, _NAME]) -> None:
    """Let a user log in again."""
    _change(name, active=True)


def _change(name: str, *, role: str | None = None, password: str | None = None, active: bool | None = None) -> None:
    from usersync.settings import load_settings

    with open_ledger(load_settings()) as ledger:
        user = ledger.change_portal_user(name, author=author(), role=role, password=password, active=active)
    console.print(say("portal-user-changed", name=user.name))


def _password() -> str:
    """The new password: from the environment, a pipe, or whoever sits here (twice)."""
    given = os.environ.get(PASSWORD_VARIABLE)
    if given:
        return given
    if not sys.stdin.isatty():
        line = sys.stdin.readline().rstrip("\r\n")
        if not line:
            raise UsageError("portal-no-password", variable=PASSWORD_VARIABLE)
        return line
    return str(typer.prompt(say("portal-password"), hide_input=True, confirmation_prompt=True))
