"""`usersync users`, `usersync users show`: the section "Webitel users" at a shell, and one person in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table

from usersync.commands.terminal import console, local_time, open_ledger, print_json
from usersync.errors import UsageError
from usersync.planning.section import Flag, Requirement
from usersync.words import next_step, say

if TYPE_CHECKING:
    from usersync.ledger import Ledger, Link, TimelineEntry
    from usersync.planning.section import SectionRow
    from usersync.settings import Settings

app = typer.Typer(help="The Webitel users as the section shows them.", invoke_without_command=True)
_DOMAIN = typer.Option("--domain", help="Domain of the settings; needed where there are several.")
_ORDERS = ("username", "name", "contact", "extension", "user_id")
_TIMELINE = 30


@app.callback()
def list_users(
    context: typer.Context,
    domain: Annotated[str, _DOMAIN] = "",
    search: Annotated[str, typer.Option(help="Words in login, name, contact, extension or User ID.")] = "",
    flag: Annotated[list[Flag] | None, typer.Option(help="Only those marked so; repeat for more.")] = None,
    order: Annotated[str, typer.Option(help=f"One of {', '.join(_ORDERS)}.")] = "username",
    descending: Annotated[bool, typer.Option("--descending", help="The other way round.")] = False,
    limit: Annotated[int, typer.Option(min=1, help="Rows of a page.")] = 50,
    page: Annotated[int, typer.Option(min=1, help="Which page.")] = 1,
    as_json: Annotated[bool, typer.Option("--json", help="Print as JSON.")] = False,
) -> None:
    """List the Webitel users as the last run left them: no service is asked."""
    if context.invoked_subcommand:
        return
    from usersync.settings import load_settings

    if order not in _ORDERS:
        raise typer.BadParameter(", ".join(_ORDERS), param_hint="--order")
    settings = load_settings()
    offset = (page - 1) * limit
    with open_ledger(settings) as ledger:
        found = ledger.section(
            settings.domain(domain).name, search=search, flags=flag or (), order=order,  # type: ignore[arg-type]
            descending=descending, limit=limit, offset=offset,
        )  # fmt: skip
    if as_json:
        counts = {str(name): count for name, count in found.counts_by_flag.items()}
        print_json({"total": found.total, "counts": counts, "users": [_json(row) for row in found.rows]})
        return
    if not found.everybody and not search:
        console.print(say("section-empty"))
        console.print(f"  → {next_step('section-empty')}", highlight=False)
        return
    if not found.rows:
        console.print(say("section-none-found"))
        return
    console.print(_table(found.rows))
    shown = say("section-page", **{"from": offset + 1, "to": offset + len(found.rows), "total": found.total})
    marks = [f"{name.sentence}: {count:,}" for name, count in found.counts_by_flag.items() if count]
    console.print(" · ".join([shown, *marks]), highlight=False)


@app.command("show")
def show_user(
    user: Annotated[str, typer.Argument(help="Webitel username, or User ID.")],
    domain: Annotated[str, _DOMAIN] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print as JSON.")] = False,
) -> None:
    """Show one person: both sides, the link and why, licences, what is missing to call, and what happened."""
    from usersync.settings import load_settings

    settings = load_settings()
    name = settings.domain(domain).name
    with open_ledger(settings) as ledger:
        row = find_user(ledger, name, user)
        link = ledger.links(name).get(row.user_id)
        story = ledger.timeline(name, row.user_id, _TIMELINE)
    if as_json:
        print_json({"user": _json(row), "link": _link_json(link), "timeline": [_entry_json(entry) for entry in story]})
        return
    _print_person(row, link, settings)
    table = Table(title=say("section-timeline"), title_justify="left", show_header=False)
    for entry in story:
        what = " ".join(part for part in (entry.what.replace(".", " ").replace("_", " "), entry.state) if part)
        table.add_row(
            local_time(entry.at, settings), entry.kind, escape(what), escape(str(entry.reason or "")),
            escape(entry.who), entry.run_id or "",
        )  # fmt: skip
    console.print(table)


def find_user(ledger: Ledger, domain: str, given: str) -> SectionRow:
    """The user the section shows under this Webitel username, whatever its case, or under this id.

    Raises:
        UsageError: the section shows nobody of this name.
    """
    row = ledger.section_user(domain, given)
    if row is not None:
        return row
    candidates = ledger.section(domain, search=given, limit=1_000).rows if given.strip() else ()
    found = [row for row in candidates if row.username.casefold() == given.casefold()]
    # Of several, one who is gone gave the name up.
    found.sort(key=lambda row: Flag.GONE in row.flags)
    if not found:
        raise UsageError("section-user-unknown", given=given[:60], domain=domain)
    return found[0]


def _table(rows: tuple[SectionRow, ...]) -> Table:
    table = Table(title=say("section-title"), title_justify="left")
    headings = (
        "section-username", "section-user-id", "section-name", "section-extension", "section-contact",
        "section-creatio-user", "section-state", "section-marks", "section-missing",
    )  # fmt: skip
    for heading in headings:
        table.add_column(say(heading), overflow="fold")
    for row in rows:
        table.add_row(
            escape(row.username), row.user_id, escape(row.name or ""), row.extension or "",
            escape(row.contact_name or ""), _system_user(row), str(row.bucket),
            ", ".join(str(flag.sentence) for flag in row.flags if flag is not Flag.NOT_READY),
            ", ".join(str(item.sentence) for item in row.missing) if row.counts else "",
        )  # fmt: skip
    return table


def _print_person(row: SectionRow, link: Link | None, settings: Settings) -> None:
    marks = ", ".join(str(flag.sentence) for flag in row.flags)
    console.print(
        f"[bold]{escape(row.username)}[/]  {row.bucket} · {escape(str(row.reason))}  {marks}", highlight=False
    )
    sides = Table(show_header=True)
    for heading in ("", say("section-webitel"), say("section-creatio")):
        sides.add_column(heading, overflow="fold")
    sides.add_row(say("section-user-id"), row.user_id, row.record_id or "")
    sides.add_row(say("section-name"), escape(row.name or ""), escape(row.contact_name or ""))
    sides.add_row(say("section-extension"), row.extension or "", "")
    sides.add_row(say("section-device"), escape(row.default_device or ""), "")
    sides.add_row(say("section-contact"), "", row.contact_id or "")
    sides.add_row(say("section-creatio-user"), "", _system_user(row))
    sides.add_row(say("section-active"), "", _answer(row.active))
    sides.add_row(say("section-stun"), "", _answer(row.stun))
    sides.add_row(say("section-roles"), escape(", ".join(role.name for role in row.webitel_roles)), "")
    for held in row.licenses:
        until = f"→ {local_time(held.expires_on, settings)}" if held.expires_on else ""
        sides.add_row(say("section-licenses"), escape(f"{held.name or held.product} ({held.id}) {until}"), "")
    console.print(sides)
    if link is not None:
        made = say("section-link-made", how=link.how, run=link.since_run, at=local_time(link.since, settings))
        console.print(f"{say('section-link')}: {escape(made)}", highlight=False)
    synced = local_time(row.last_synced_at, settings) or say("section-never")
    console.print(f"{say('section-synced')}: {synced}", highlight=False)
    if not row.counts:
        return
    console.print(f"[bold]{say('section-ready-to-call')}[/]")
    for item in Requirement:
        state = "unreadable" if item in row.unknown else "unmet" if item in row.missing else "met"
        sign = {"unreadable": "[yellow]?[/]", "unmet": "[red]✗[/]", "met": "[green]✓[/]"}[state]
        console.print(f"  {sign} {say(f'section-{state}', name=str(item.sentence))}", highlight=False)


def _system_user(row: SectionRow) -> str:
    if row.system_user is None:
        return ""
    return escape(row.system_user if row.system_user_active else f"{row.system_user} {say('section-inactive')}")


def _answer(value: bool | None) -> str:
    return "" if value is None else say("section-yes" if value else "section-no")


def _json(row: SectionRow) -> dict[str, Any]:
    return {
        **row.to_json(), "ready": row.ready, "reason": str(row.reason),
        "last_synced_at": row.last_synced_at.isoformat() if row.last_synced_at else None, "run_id": row.run_id,
    }  # fmt: skip


def _link_json(link: Link | None) -> dict[str, Any] | None:
    if link is None:
        return None
    return {
        "record_id": link.record_id, "contact_id": link.contact_id, "how": link.how, "since_run": link.since_run,
        "since": link.since.isoformat(), "state": str(link.state),
    }  # fmt: skip


def _entry_json(entry: TimelineEntry) -> dict[str, Any]:
    return {
        "at": entry.at.isoformat(), "kind": entry.kind, "what": entry.what, "who": entry.who, "run_id": entry.run_id,
        "state": entry.state, "reason": None if entry.reason is None else str(entry.reason), "detail": dict(entry.detail),
    }  # fmt: skip
