"""`usersync licenses`, `usersync licenses suggest`: seats, who waits and until when; rules out of today's assignments."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape
from rich.table import Table

from usersync.commands.terminal import console, local_time, open_ledger, print_json
from usersync.words import Sentence, say

if TYPE_CHECKING:
    from usersync.ledger import Ledger
    from usersync.planning.seat_lines import SeatLine
    from usersync.planning.suggest import Suggestion
    from usersync.settings import DomainSettings, Settings

app = typer.Typer(
    help="Webitel's licences: seats, who waits, and rules to share them out.", invoke_without_command=True
)
_DOMAIN = typer.Option("--domain", help="Domain of the settings; needed where there are several.")
_JSON = typer.Option("--json", help="Print as JSON.")


@app.callback()
def list_licenses(
    context: typer.Context, domain: Annotated[str, _DOMAIN] = "", as_json: Annotated[bool, _JSON] = False
) -> None:
    """List Webitel's licences as they are now, with who waited for a seat in the last plan and why."""
    if context.invoked_subcommand:
        return
    from usersync.settings import load_settings

    settings = load_settings()
    with open_ledger(settings) as ledger:
        lines, refusals = asyncio.run(_seats(ledger, settings.domain(domain)))
    if as_json:
        print_json([line.to_json() for line in lines])
        return
    console.print(_table(lines, settings) if lines else say("licenses-none"))
    for line in lines:
        _print_trouble(line, settings)
    for refusal in refusals:
        console.print(f"  · {refusal}", soft_wrap=True, highlight=False, markup=False)


@app.command("suggest")
def suggest_rules(domain: Annotated[str, _DOMAIN] = "", as_json: Annotated[bool, _JSON] = False) -> None:
    """Propose licence rules from who holds what in Webitel today, as TOML for usersync.toml. Nothing is changed."""
    from usersync.planning.suggest import as_toml
    from usersync.settings import load_settings

    settings = load_settings()
    chosen = settings.domain(domain)
    found = asyncio.run(_suggest(chosen))
    if as_json:
        print_json([item.to_json() for item in found])
    elif not found:
        console.print(say("licenses-nothing-to-suggest"))
    else:
        print(as_toml(found, f"domains.{chosen.name}.rules" if settings.domains else "rules"))


async def _seats(ledger: Ledger, domain: DomainSettings) -> tuple[tuple[SeatLine, ...], tuple[Sentence, ...]]:
    """The licences, and why rules of the settings are not carried out today."""
    from usersync.planning.seat_lines import refused_rules
    from usersync.stages.connect import webitel_client
    from usersync.stages.fetch_source import licenses_of
    from usersync.stages.seats import known_seats

    async with webitel_client(domain.webitel) as webitel:
        licenses = licenses_of(await webitel.licenses())
    lines = known_seats(ledger, domain.name, domain.rules, licenses)
    return lines, refused_rules(licenses, domain.rules.licenses, ledger.now())


async def _suggest(domain: DomainSettings) -> tuple[Suggestion, ...]:
    from usersync.ledger import utc_now
    from usersync.stages.connect import webitel_client
    from usersync.stages.seats import suggest_rules as from_webitel

    async with webitel_client(domain.webitel) as webitel:
        return await from_webitel(webitel, domain.rules, utc_now())


def _table(lines: tuple[SeatLine, ...], settings: Settings) -> Table:
    table = Table(title=say("licenses-title"), title_justify="left")
    numbers = {"licenses-used", "licenses-limit", "licenses-reserved", "licenses-waiting", "licenses-to-buy"}
    headings = (
        "licenses-product", "licenses-license", "licenses-kind", "licenses-used", "licenses-limit", "licenses-reserved",
        "licenses-waiting", "licenses-to-buy", "licenses-until", "licenses-peak",
    )  # fmt: skip
    for heading in headings:
        table.add_column(say(heading), justify="right" if heading in numbers else "left", overflow="fold")
    for line in lines:
        until = local_time(line.valid_until, settings)[:10]
        state = "" if line.validity == "valid" else " " + say(f"licenses-{line.validity.replace('_', '-')}")
        kind = say("licenses-named" if line.named else "licenses-concurrent")
        peak = f"{line.peak} ({line.peak_on})" if line.peak is not None else ""
        table.add_row(
            escape(line.product), escape(f"{line.name} ({line.license_id})" if line.name else line.license_id),
            kind if line.to_users else say("licenses-not-to-users"), str(line.used), str(line.limit),
            str(line.reserved or ""), str(len(line.waiting) or ""), str(line.to_buy or ""), until + state, peak,
        )  # fmt: skip
    return table


def _print_trouble(line: SeatLine, settings: Settings) -> None:
    """Who waits and why, and whom Webitel refused a seat; of which run that is."""
    if not line.waiting and not line.refused:
        return
    run, at = line.as_of or ("", None)
    console.print(f"[bold]{escape(line.product)}[/]  {run} {local_time(at, settings)}", highlight=False)
    if line.waiting:
        why = f" ({line.why})" if line.why else ""
        console.print(
            escape(f"  {say('licenses-wait')}: {', '.join(line.waiting)}{why}"), highlight=False, soft_wrap=True
        )
    if line.refused:
        console.print(
            escape(f"  {say('licenses-refused')}: {', '.join(line.refused)}"), highlight=False, soft_wrap=True
        )
