"""`usersync …`: the command line. Each command lives in `usersync.commands`; here they are put together."""

from __future__ import annotations

import sys

import typer

import usersync
from usersync.commands import (
    actions,  # noqa: F401 - its commands join those of users
    administration,
    database,
    demo,
    doctor,
    erase,
    export,
    history,
    licenses,
    match,
    plans,
    portal,
    resume,
    review,
    run,
    token,
    undo,
    users,
    watch,
)
from usersync.errors import UsersyncError
from usersync.sandbox.cli import app as sandbox_app
from usersync.words import speak

app = typer.Typer(
    name="usersync",
    help="The business process GetWebitelUsers: Webitel users into Creatio, matched, previewed, provable, reversible.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
app.command("run")(run.run)
app.command("runs")(history.runs)
app.command("show")(history.show)
app.command("stop")(history.stop)
app.command("resume")(resume.resume)
app.command("undo")(undo.undo)
app.command("watch")(watch.watch)
app.command("export")(export.export)
app.command("audit")(history.audit)
app.command("erase")(erase.erase)
app.command("doctor")(doctor.doctor)
app.command("match", context_settings=match.HANDED_ON)(match.match)
app.command("demo")(demo.demo)
app.add_typer(plans.app, name="plan")
app.add_typer(review.app, name="review")
app.add_typer(users.app, name="users")
app.add_typer(licenses.app, name="licenses")
app.add_typer(administration.app, name="creatio")
app.add_typer(database.app, name="db")
app.add_typer(portal.app, name="portal")
app.add_typer(token.app, name="token")
app.add_typer(sandbox_app, name="sandbox")


@app.callback(invoke_without_command=True)
def _options(
    version: bool = typer.Option(False, "--version", help="Print the version and stop."),
    language: str = typer.Option("", "--language", help="en or uk; USERSYNC_LANGUAGE without it."),
) -> None:
    if language:
        speak(language)
    if version:
        typer.echo(f"usersync {usersync.__version__}")
        raise typer.Exit


def main() -> None:
    """Run the command line; an error of ours is one sentence and the next step, not a traceback."""
    try:
        app()
    except UsersyncError as error:
        sys.stderr.write(f"{error}\n")
        if error.next_step:
            sys.stderr.write(f"  → {error.next_step}\n")
        sys.exit(error.exit_code)


if __name__ == "__main__":
    main()
