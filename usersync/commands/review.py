"""`usersync review list | decide | withdraw | export | import`: what a human is asked, and the answers."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

import typer
from rich.markup import escape
from rich.table import Table

from usersync.commands.terminal import author, complaints, console, local_time, open_ledger, print_json
from usersync.errors import UsageError
from usersync.words import Sentence, next_step, say

if TYPE_CHECKING:
    from usersync.settings import Settings
    from usersync.stages.review import Answer, Question

app = typer.Typer(
    help="What is asked of a human, and the answers; a run obeys them from then on.", no_args_is_help=True
)
_DOMAIN = typer.Option("--domain", help="Domain of the settings; needed where there are several.")
_USER = typer.Argument(help="Webitel id or username.")
_VERDICT = typer.Argument(
    help="link, not-same, create, separate-contact, second-account, import-anyway, ignore, postpone, restore, "
    "take-webitel or keep-mine."
)


@app.command("list")
def list_questions(
    domain: Annotated[str, _DOMAIN] = "",
    everything: Annotated[bool, typer.Option("--all", help="Also the answered, postponed and left out.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print as JSON.")] = False,
) -> None:
    """List whom somebody is asked about, why, and up to three candidates each."""
    from usersync.settings import load_settings
    from usersync.stages.review import open_questions

    settings = load_settings()
    with open_ledger(settings) as ledger:
        found = open_questions(ledger, settings.domain(domain).name, everything=everything)
    if as_json:
        print_json([question.to_json() for question in found])
        return
    if not found:
        console.print(say("review-nothing-asked"))
        return
    table = Table(title=say("review-title"), title_justify="left")
    for heading in ("cli-webitel-user", "cli-situation", "cli-why", "review-candidates", "review-said"):
        table.add_column(say(heading), overflow="fold")
    for question in found:
        item = question.item
        reason = item.reason
        step = next_step(reason.id, **reason.args)
        table.add_row(
            escape(f"{item.username}\n#{item.user_id}"), str(item.situation.sentence),
            escape(f"{reason}\n→ {step}" if step else str(reason)), escape(_candidates(question)),
            escape(_said(question, settings)),
        )  # fmt: skip
    console.print(table)


@app.command("decide")
def decide_question(
    user: Annotated[str, _USER],
    verdict: Annotated[str, _VERDICT],
    reason: Annotated[str, typer.Option(help="Why, in your words.")],
    contact: Annotated[str, typer.Option(help="Id of the contact; needed where several are offered.")] = "",
    until: Annotated[str, typer.Option(help="Day a postponement ends, such as 2027-01-31.")] = "",
    domain: Annotated[str, _DOMAIN] = "",
) -> None:
    """Answer for one user as the OS user at this keyboard."""
    from usersync.settings import load_settings
    from usersync.stages.review import decide
    from usersync.stages.review_sheet import parse_day

    settings = load_settings()
    answer = _answer(verdict)
    end = parse_day(until, ZoneInfo(settings.timezone)) if until else None
    with open_ledger(settings) as ledger:
        given = decide(
            ledger, settings.domain(domain).name, user, answer, author=author(), reason=reason,
            contact_id=contact or None, until=end,
        )  # fmt: skip
    if given is None:
        console.print(say("review-answered", user=user), highlight=False, markup=False)
        return
    kind = say(f"ledger-verdict-kind-{given.kind.value}")
    console.print(say("review-given", number=given.id, user=user, kind=kind), highlight=False, markup=False)


@app.command("withdraw")
def withdraw_answer(
    user: Annotated[str, typer.Argument(help="Webitel id or username.")] = "",
    verdict: Annotated[str, typer.Argument(help="Only this verdict; without it all of the user's.")] = "",
    contact: Annotated[str, typer.Option(help="Only what was said of this contact.")] = "",
    last: Annotated[bool, typer.Option("--last", help="The last answer you gave, whoever it is about.")] = False,
    domain: Annotated[str, _DOMAIN] = "",
) -> None:
    """Take back what was said of a user and no run has carried out yet; with --last your last answer."""
    from usersync.settings import load_settings
    from usersync.stages.review import withdraw, withdraw_last

    if last == bool(user.strip()) or (last and contact):
        raise UsageError("review-withdraw-whose")
    settings = load_settings()
    name = settings.domain(domain).name
    with open_ledger(settings) as ledger:
        if last:
            whom, kind = withdraw_last(ledger, name, author=author())
            console.print(say("review-withdrawn-last", verdict=kind, user=whom), highlight=False, markup=False)
            return
        count = withdraw(
            ledger, name, user, author=author(), answer=_answer(verdict) if verdict else None,
            contact_id=contact.lower() or None,
        )  # fmt: skip
    console.print(say("review-withdrawn", count=count))


@app.command("export")
def export_file(
    file: Annotated[Path, typer.Argument(help="CSV file to write.")],
    domain: Annotated[str, _DOMAIN] = "",
    everything: Annotated[bool, typer.Option("--all", help="Also the answered, postponed and left out.")] = False,
) -> None:
    """Write the open questions as a spreadsheet with an empty column for the verdict and one for the reason."""
    from usersync.settings import load_settings
    from usersync.stages.review import open_questions
    from usersync.stages.review_sheet import export_questions

    settings = load_settings()
    name = settings.domain(domain).name
    with open_ledger(settings) as ledger:
        count = len(open_questions(ledger, name, everything=everything))
        data = export_questions(ledger, name, everything=everything)
        try:
            file.write_bytes(data)
        except OSError as error:
            raise UsageError("review-file-unwritable", file=str(file), problem=error.strerror or "") from None
        ledger.note(author(), "review.exported", domain=name, questions=count)
    console.print(say("review-exported", count=count, file=str(file)), soft_wrap=True, highlight=False, markup=False)


@app.command("import")
def import_file(
    file: Annotated[Path, typer.Argument(help="CSV file that was exported and filled in.")],
    domain: Annotated[str, _DOMAIN] = "",
) -> None:
    """Take over the verdicts of a spreadsheet as the OS user at this keyboard. Exit code 1: some lines were refused."""
    from usersync.settings import load_settings
    from usersync.stages.review_sheet import import_answers

    settings = load_settings()
    try:
        data = file.read_bytes()
    except OSError as error:
        raise UsageError("review-file-unreadable", file=str(file), problem=error.strerror or "") from None
    with open_ledger(settings) as ledger:
        report = import_answers(
            ledger, settings.domain(domain).name, data, author=author(), timezone=ZoneInfo(settings.timezone)
        )
    for bad in report.refused:
        text = say("review-line", line=bad.line, problem=str(bad.problem))
        step = next_step(bad.problem.id, **bad.problem.args)
        complaints.print(text, soft_wrap=True, highlight=False, markup=False)
        if step:
            complaints.print(f"  → {step}", soft_wrap=True, highlight=False, markup=False)
    counts = {"given": report.given, "known": report.known, "blank": report.blank, "refused": len(report.refused)}
    console.print(say("review-imported", **counts), highlight=False)
    if report.refused:
        raise typer.Exit(1)


def _answer(verdict: str) -> Answer:
    """The verdict as it is typed on the command line.

    Raises:
        UsageError: there is no such verdict; the sentence names them all.
    """
    from usersync.stages.review import Answer

    try:
        return Answer(verdict.strip().lower().replace("_", "-"))
    except ValueError:
        allowed = ", ".join(answer.value for answer in Answer)
        raise UsageError("review-verdict-unknown", verdict=verdict[:40], allowed=allowed) from None


def _candidates(question: Question) -> str:
    lines = [
        say(
            "review-candidate", number=number, contact=candidate["contact_id"], grade=candidate["grade"],
            reason=str(Sentence.from_json(candidate["reason"])),
        )
        for number, candidate in enumerate(question.item.candidates, start=1)
    ]  # fmt: skip
    return "\n".join(lines)


def _said(question: Question, settings: Settings) -> str:
    lines = [
        " · ".join(
            filter(
                None,
                (
                    say(f"ledger-verdict-kind-{verdict.kind.value}"), verdict.contact_id,
                    local_time(verdict.until, settings)[:10], verdict.author, verdict.reason,
                ),
            )
        )
        for verdict in question.verdicts
    ]  # fmt: skip
    return "\n".join(lines)
