"""`usersync token create | list | revoke`: how other programs come in."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

import typer
from rich.table import Table

from usersync.commands.terminal import author, complaints, console, local_time, open_ledger
from usersync.words import say

app = typer.Typer(help="Tokens for the portal's HTTP API.", no_args_is_help=True)


@app.command("create")
def create(
    name: Annotated[str, typer.Argument(help="What it is for; the audit names its acts by it.")],
    permission: Annotated[
        list[str] | None,
        typer.Option(
            help="view, export, start, change, review or approve; repeat for more. Without it: view and start."
        ),
    ] = None,
    domain: Annotated[list[str] | None, typer.Option(help="Only for this domain; repeat for more.")] = None,
    days: Annotated[int, typer.Option(min=1, max=3650, help="Days it is good for.")] = 365,
) -> None:
    """Make a token. It is shown once, on standard output, and cannot be shown again: only its hash is kept."""
    from usersync.portal.access import permissions_of_token
    from usersync.portal.secrets import TOKEN_PREFIX, digest, new_secret
    from usersync.settings import load_settings

    settings = load_settings()
    domains = [settings.domain(wanted).name for wanted in domain or ()]
    permissions = permissions_of_token(permission or ["view", "start"])
    secret = f"{TOKEN_PREFIX}{new_secret()}"
    with open_ledger(settings) as ledger:
        made = ledger.add_token(
            name, token_hash=digest(secret), domains=domains, permissions=permissions, lifetime=timedelta(days=days),
            author=author(),
        )  # fmt: skip
    complaints.print(
        say("portal-token-made", id=made.id, name=name, until=local_time(made.expires_at, settings)[:10]),
        soft_wrap=True, highlight=False, markup=False,
    )  # fmt: skip
    print(secret)


@app.command("list")
def list_tokens() -> None:
    """List the tokens: what they may, until when, and when they were last used."""
    from usersync.settings import load_settings

    settings = load_settings()
    with open_ledger(settings) as ledger:
        found = ledger.tokens()
    table = Table(title=say("portal-tokens"), title_justify="left")
    for heading in ("id", "name", "may", "domains", "until", "used", "revoked-at"):
        table.add_column(say(f"portal-token-{heading}"), overflow="fold")
    for token in found:
        table.add_row(
            token.id, token.name, ", ".join(token.permissions), ", ".join(token.domains) or "*",
            local_time(token.expires_at, settings)[:10], local_time(token.used_at, settings),
            local_time(token.revoked_at, settings),
        )  # fmt: skip
    console.print(table)


@app.command("revoke")
def revoke(token: Annotated[str, typer.Argument(help="Id of the token, as the list shows it.")]) -> None:
    """Make a token worth nothing from now on."""
    from usersync.settings import load_settings

    with open_ledger(load_settings()) as ledger:
        gone = ledger.revoke_token(token, author=author())
    console.print(say("portal-token-revoked", id=gone.id, name=gone.name), highlight=False, markup=False)
