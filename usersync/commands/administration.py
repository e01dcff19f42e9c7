"""`usersync creatio …`: what an administrator does in Creatio (the vendor's manual, chapters 1 and 2)."""

from __future__ import annotations

import asyncio
import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.table import Table

from usersync.commands.run import EXIT_FAILED, EXIT_WAITING, start_process
from usersync.commands.terminal import author, complaints, console, open_ledger, print_json, print_receipt
from usersync.words import Sentence, say

if TYPE_CHECKING:
    from usersync.creatio.workplace import SectionPlace
    from usersync.ledger import Ledger, Run
    from usersync.planning.administration import Chore
    from usersync.settings import DomainSettings, Settings

app = typer.Typer(
    help="What an administrator does in Creatio: the section's place, system users, the telephony licence.",
    no_args_is_help=True,
)
_SHOWN = 500

Domain = Annotated[str, typer.Option(help="Domain of the settings; needed where there are several.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print as JSON.")]
People = Annotated[list[str] | None, typer.Argument(help="Webitel usernames; everybody who was imported without them.")]
Preview = Annotated[bool, typer.Option("--preview", help="Show what would be done; write nothing.")]
Yes = Annotated[bool, typer.Option("--yes", help="Approve the plan as you, without being asked.")]
PlanHash = Annotated[str, typer.Option("--plan", help="Hash of an approved plan to carry out.")]
Deployment = Annotated[str, typer.Option(help="Submit to this deployment instead of running here.")]


@app.command("section")
def section(
    apply: Annotated[bool, typer.Option("--apply", help="Add the section to the workplace.")] = False,
    domain: Domain = "",
    as_json: AsJson = False,
) -> None:
    """Look whether the section "Webitel users" is in the workplace "Contact Center"; with --apply add it.

    Where the rights to do that are missing, the clicks to do it by hand are printed. `usersync undo RUN` takes it back.
    Exit code: 0 the section is there, 1 it is not, 2 bad usage or configuration.
    """
    from usersync.creatio.workplace import SectionState
    from usersync.settings import load_settings

    settings = load_settings()
    place, run_id, problem = asyncio.run(_section(settings, settings.domain(domain), apply=apply))
    if as_json:
        said = {"state": str(place.state), "text": str(place.sentence), "workplace": place.workplace, "run_id": run_id}
        print_json({**said, "section": place.section, "problem": None if problem is None else str(problem)})
    else:
        _tell_section(place, run_id, problem, apply=apply)
    if place.state is not SectionState.THERE:
        raise typer.Exit(EXIT_FAILED)


async def _section(
    settings: Settings, domain: DomainSettings, *, apply: bool
) -> tuple[SectionPlace, str, Sentence | None]:
    """Where the section is afterwards, the run it was done in, and what kept it from being added."""
    from usersync.creatio.errors import CreatioError
    from usersync.creatio.workplace import look_at_section
    from usersync.ledger import default_url
    from usersync.planning.administration import Chore
    from usersync.stages.administration.report import make_report
    from usersync.stages.administration.section import add_section, propose_section, section_client
    from usersync.stages.context import open_run

    mode, url = (Chore.SECTION.mode if apply else Chore.SECTION.preview), settings.database_url or default_url()
    run_id = ""
    place: SectionPlace | None = None
    try:
        async with open_run(domain, url, mode=mode, author=author(), writes=apply) as context:
            run_id = context.run.id
            async with section_client(context) as creatio:
                place = await look_at_section(creatio, domain.creatio.section)
                if apply:
                    place, _ = await add_section(context, creatio)
                else:
                    place, plan = await propose_section(context, creatio)
                    make_report(context, plan, applied=False)
    except CreatioError as error:
        if place is None:  # nothing could even be looked at
            raise
        return place, run_id, error.sentence
    return place, run_id, None


def _tell_section(place: SectionPlace, run_id: str, problem: Sentence | None, *, apply: bool) -> None:
    from usersync.creatio.workplace import SectionState
    from usersync.stages.administration.section import clicks
    from usersync.words import next_step

    mark = "[green]✓[/]" if place.state is SectionState.THERE else "[yellow]![/]"
    console.print(f"{mark} {place.sentence}", soft_wrap=True, highlight=False)
    if problem is not None:
        console.print(f"[red]{problem}[/]", soft_wrap=True, highlight=False)
    if place.state is SectionState.MISSING and not apply:
        console.print(f"  → {say('administration-section-apply')}", soft_wrap=True, highlight=False)
    elif place.state in (SectionState.MISSING, SectionState.UNREADABLE):
        console.print(f"  → {clicks(place)}", soft_wrap=True, highlight=False)
    elif step := next_step(place.sentence.id, **place.sentence.args):
        console.print(f"  → {step}", soft_wrap=True, highlight=False)
    if apply:
        console.print(say("cli-show", run=run_id))


@app.command("system-users")
def system_users(
    people: People = None,
    preview: Preview = False,
    yes: Yes = False,
    plan: PlanHash = "",
    domain: Domain = "",
    deployment: Deployment = "",
    as_json: AsJson = False,
) -> None:
    """Create the system users of imported people who have none, without a licence (CreateSystemUsers).

    Needs administration.enabled and a credential of its own. At a terminal you are asked before anything is created; elsewhere
    give --yes, or approve the plan and start again with --plan. Exit code: 0 done, 1 failed, 2 bad usage or configuration, 3
    waiting for approval.
    """
    from usersync.planning.administration import Chore

    _run_chore(Chore.USERS, people or [], domain, plan, deployment, preview=preview, yes=yes, as_json=as_json)


@app.command("telephony")
def telephony(
    people: People = None,
    preview: Preview = False,
    yes: Yes = False,
    plan: PlanHash = "",
    domain: Domain = "",
    deployment: Deployment = "",
    as_json: AsJson = False,
) -> None:
    """Give imported people the Creatio licence that opens telephony, as far as there are seats (OpenTelephony).

    Needs administration.enabled and a credential of its own. At a terminal you are asked before anything is given; elsewhere
    give --yes, or approve the plan and start again with --plan. Exit code: 0 done, 1 failed, 2 bad usage or configuration, 3
    waiting for approval.
    """
    from usersync.planning.administration import Chore

    _run_chore(Chore.TELEPHONY, people or [], domain, plan, deployment, preview=preview, yes=yes, as_json=as_json)


def _run_chore(
    chore: Chore,
    people: list[str],
    domain: str,
    plan: str,
    deployment: str,
    *,
    preview: bool,
    yes: bool,
    as_json: bool,
) -> None:
    from usersync.ledger import RunState
    from usersync.settings import load_settings
    from usersync.stages import plans

    settings = load_settings()
    chosen = settings.domain(domain)
    with open_ledger(settings) as ledger:
        parameters: dict[str, object] = {
            "domain": chosen.name, "mode": "preview" if preview else "apply", "people": people,
            "plan": ledger.plan(plan).hash if plan else "",
        }  # fmt: skip
        finished, code = start_process(ledger, parameters, deployment, quiet=as_json, process=chore.value)
        if finished.state is RunState.AWAITING_APPROVAL and finished.plan_hash:
            if not as_json:
                _print_people(ledger, finished)
            if not (yes or (not as_json and _agreed(chore, ledger.plan(finished.plan_hash).operations))):
                _print_end(ledger, finished, settings, as_json=as_json)
                raise typer.Exit(EXIT_WAITING)
            plans.approve(ledger, settings, finished.plan_hash, author=author(), comment=f"usersync {chore}")
            parameters["plan"] = finished.plan_hash
            finished, code = start_process(ledger, parameters, deployment, quiet=as_json, process=chore.value)
        if not as_json:
            _print_people(ledger, finished)
        _print_end(ledger, finished, settings, as_json=as_json)
    raise typer.Exit(code)


def _agreed(chore: Chore, count: int) -> bool:
    """Whether a human at the terminal says yes; False where there is none to ask."""
    if not sys.stdin.isatty():
        return False
    asked = f"administration-ask-{chore.mode.replace('_', '-')}"
    if typer.confirm(say(asked, count=count), default=False):
        return True
    console.print(say("undo-declined"))
    return False


def _print_people(ledger: Ledger, run: Run) -> None:
    """What becomes of each person, and what the plan says besides."""
    if run.plan_hash:
        for note in ledger.plan(run.plan_hash).plan.notes:
            console.print(f"  · {note}", soft_wrap=True, highlight=False)
    failed = {entry.operation.user_id: entry for entry in ledger.operations(run.id) if entry.detail is not None}
    table = Table(title_justify="left")
    for heading in ("cli-webitel-user", "cli-what", "cli-situation", "cli-why"):
        table.add_column(say(heading), overflow="fold")
    items = ledger.decisions(run.id)
    for item in items[:_SHOWN]:
        entry = failed.get(item.user_id)
        what, why = (str(entry.state), entry.detail) if entry is not None else (str(item.bucket), item.reason)
        table.add_row(item.username, what.replace("_", " "), str(item.situation.sentence), str(why))
    if items:
        console.print(table)


def _print_end(ledger: Ledger, run: Run, settings: Settings, *, as_json: bool) -> None:
    if as_json:
        people: list[dict[str, Any]] = [item.to_json() for item in ledger.decisions(run.id)]
        print_json({"receipt": run.receipt, "plan": run.plan_hash, "people": people})
        if run.error is not None:
            complaints.print(str(run.error), soft_wrap=True, highlight=False)
        return
    print_receipt(run, settings)
    if str(run.state) == "awaiting_approval" and run.plan_hash:
        console.print(say("administration-waits", plan=run.plan_hash[:12]), soft_wrap=True)
    console.print(say("cli-show", run=run.id))
