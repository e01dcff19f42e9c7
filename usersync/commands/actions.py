"""`usersync users add | edit | delete | licenses | roles`: the manual actions (the vendor's manual, chapters 3 to 8)."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table

from usersync.commands.run import EXIT_WAITING, start_process
from usersync.commands.terminal import complaints, console, open_ledger, print_json, print_receipt
from usersync.commands.users import app
from usersync.words import Sentence, say

if TYPE_CHECKING:
    from usersync.ledger import Ledger, Run
    from usersync.settings import Settings

licenses = typer.Typer(help="Add a licence to a Webitel user, or remove one.", no_args_is_help=True)
app.add_typer(licenses, name="licenses")

_WHO = typer.Argument(help="Webitel username or User ID.")
_LICENSE = typer.Argument(help="Product (CALL_CENTER) or id of the licence.")
_DOMAIN = typer.Option("--domain", help="Domain of the settings; needed where there are several.")
_PREVIEW = typer.Option("--preview", help="Show what would be done; write nothing.")
_YES = typer.Option("--yes", help="Do it without being asked.")
_PLAN = typer.Option("--plan", help="Hash of a plan to carry out: of a preview, or an approved one.")
_DEPLOYMENT = typer.Option("--deployment", help="Submit to this deployment instead of running here.")
_JSON = typer.Option("--json", help="Print receipt and changes as JSON.")


@app.command("add")
def add_user(
    user: Annotated[str, typer.Argument(help="The Creatio user: login, or name of its contact.")] = "",
    username: Annotated[str, typer.Option(help="Webitel username; made of the login where none is given.")] = "",
    extension: Annotated[str, typer.Option(help="Internal number: digits, unique.")] = "",
    name: Annotated[str, typer.Option(help="What others see; the contact's name where none is given.")] = "",
    email: Annotated[str, typer.Option(help="E-mail; the Creatio user's own where none is given.")] = "",
    role: Annotated[list[str] | None, typer.Option(help="Role in Webitel; repeat for more.")] = None,
    license: Annotated[list[str] | None, typer.Option(help="Licence, by product or id; repeat for more.")] = None,  # noqa: A002
    stun: Annotated[bool, typer.Option("--stun", help="Switch STUN on.")] = False,
    preview: Annotated[bool, _PREVIEW] = False,
    yes: Annotated[bool, _YES] = False,
    plan: Annotated[str, _PLAN] = "",
    domain: Annotated[str, _DOMAIN] = "",
    deployment: Annotated[str, _DEPLOYMENT] = "",
    as_json: Annotated[bool, _JSON] = False,
) -> None:
    """Create a Webitel user for a Creatio user (chapter 3). At a terminal it is shown first, and you are asked.

    Exit code: 0 done, 1 failed, 2 bad usage or configuration, 3 waiting for an answer or an approval.
    """
    form = {
        "user": user, "username": username, "extension": extension, "name": name, "email": email,
        "roles": list(role or ()), "licenses": list(license or ()), "stun": stun,
    }  # fmt: skip
    act = _Act("CreateWebitelUser", form, domain, deployment, as_json=as_json)
    act.go(preview=preview, plan=plan, ask=not yes)


@app.command("edit")
def edit_user(
    user: Annotated[str, _WHO] = "",
    extension: Annotated[str | None, typer.Option(help="New internal number; '' takes it away.")] = None,
    name: Annotated[str | None, typer.Option(help="New name.")] = None,
    email: Annotated[str | None, typer.Option(help="New e-mail in Webitel.")] = None,
    username: Annotated[str | None, typer.Option(help="New Webitel username.")] = None,
    stun: Annotated[bool | None, typer.Option("--stun/--no-stun", help="Switch STUN (chapter 8).")] = None,
    preview: Annotated[bool, _PREVIEW] = False,
    plan: Annotated[str, _PLAN] = "",
    domain: Annotated[str, _DOMAIN] = "",
    deployment: Annotated[str, _DEPLOYMENT] = "",
    as_json: Annotated[bool, _JSON] = False,
) -> None:
    """Change a Webitel user, in Webitel and in the section. What is not given stays as it is."""
    form = {
        "webitel_user": user,
        "extension": extension,
        "name": name,
        "email": email,
        "username": username,
        "stun": stun,
    }
    act = _Act("UpdateWebitelUser", form, domain, deployment, as_json=as_json)
    act.go(preview=preview, plan=plan)


@app.command("delete")
def delete_user(
    user: Annotated[str, _WHO] = "",
    permanent: Annotated[
        str, typer.Option(metavar="USERNAME", help="Delete for good; give the username once more. Cannot be reversed.")
    ] = "",
    preview: Annotated[bool, _PREVIEW] = False,
    yes: Annotated[bool, _YES] = False,
    plan: Annotated[str, _PLAN] = "",
    domain: Annotated[str, _DOMAIN] = "",
    deployment: Annotated[str, _DEPLOYMENT] = "",
    as_json: Annotated[bool, _JSON] = False,
) -> None:
    """Delete a Webitel user (chapter 4): its licences are released, its contact is kept. You are asked first."""
    form = {"webitel_user": user, "permanent": bool(permanent), "confirm_username": permanent}
    act = _Act("DeleteWebitelUser", form, domain, deployment, as_json=as_json)
    act.go(preview=preview, plan=plan, ask=not yes)


@app.command("roles")
def set_roles(
    user: Annotated[str, _WHO] = "",
    role: Annotated[
        list[str] | None, typer.Option(help="Role by name or id; repeat for more. None = no roles.")
    ] = None,
    preview: Annotated[bool, _PREVIEW] = False,
    plan: Annotated[str, _PLAN] = "",
    domain: Annotated[str, _DOMAIN] = "",
    deployment: Annotated[str, _DEPLOYMENT] = "",
    as_json: Annotated[bool, _JSON] = False,
) -> None:
    """Set the roles of a Webitel user, all it shall have (chapter 7)."""
    form = {"webitel_user": user, "roles": list(role or ())}
    _Act("SetWebitelRoles", form, domain, deployment, as_json=as_json).go(preview=preview, plan=plan)


@licenses.command("add")
def add_license(
    user: Annotated[str, _WHO],
    license: Annotated[str, _LICENSE],  # noqa: A002
    preview: Annotated[bool, _PREVIEW] = False,
    plan: Annotated[str, _PLAN] = "",
    domain: Annotated[str, _DOMAIN] = "",
    deployment: Annotated[str, _DEPLOYMENT] = "",
    as_json: Annotated[bool, _JSON] = False,
) -> None:
    """Add a Webitel licence to a user (chapter 5)."""
    form = {"webitel_user": user, "license": license}
    _Act("AddWebitelLicense", form, domain, deployment, as_json=as_json).go(preview=preview, plan=plan)


@licenses.command("remove")
def remove_license(
    user: Annotated[str, _WHO],
    license: Annotated[str, _LICENSE],  # noqa: A002
    preview: Annotated[bool, _PREVIEW] = False,
    plan: Annotated[str, _PLAN] = "",
    domain: Annotated[str, _DOMAIN] = "",
    deployment: Annotated[str, _DEPLOYMENT] = "",
    as_json: Annotated[bool, _JSON] = False,
) -> None:
    """Remove a Webitel licence from a user (chapter 6)."""
    form = {"webitel_user": user, "license": license}
    _Act("RemoveWebitelLicense", form, domain, deployment, as_json=as_json).go(preview=preview, plan=plan)


class _Act:
    """One action, as it was typed."""

    def __init__(self, process: str, form: Mapping[str, Any], domain: str, deployment: str, *, as_json: bool) -> None:
        from usersync.settings import load_settings

        self._settings: Settings = load_settings()
        self._process = process
        self._deployment = deployment
        self._as_json = as_json
        self._parameters: dict[str, object] = {**form, "domain": self._settings.domain(domain).name, "plan": ""}

    def go(self, *, preview: bool, plan: str, ask: bool = False) -> None:
        """Look first where somebody is to be asked; then do it, and print what became of it.

        Raises:
            typer.Exit: with the exit code.
        """
        from usersync.ledger import RunState

        with open_ledger(self._settings) as ledger:
            if plan:
                self._parameters["plan"] = ledger.plan(plan).hash
            looks = preview or (ask and not plan)
            run, code = self._start(ledger, "preview" if looks else "apply")
            if looks and not preview and run.state is RunState.COMPLETED and run.plan_hash:
                if not self._as_json:
                    print_changes(ledger, run)
                if self._as_json or not _agreed():
                    self._print(ledger, run, changes=False)
                    if not self._as_json:
                        console.print(say("action-waits", plan=run.plan_hash[:12]), soft_wrap=True)
                    raise typer.Exit(EXIT_WAITING)
                self._parameters["plan"] = run.plan_hash
                run, code = self._start(ledger, "apply")
            self._print(ledger, run)
        raise typer.Exit(code)

    def _start(self, ledger: Ledger, mode: str) -> tuple[Run, int]:
        def show(password: str) -> None:
            complaints.print(say("action-password", password=password), soft_wrap=True, highlight=False, markup=False)

        return start_process(
            ledger, {**self._parameters, "mode": mode}, self._deployment, quiet=self._as_json, process=self._process,
            show=show,
        )  # fmt: skip

    def _print(self, ledger: Ledger, run: Run, *, changes: bool = True) -> None:
        print_action(ledger, run, self._settings, as_json=self._as_json, changes=changes)


def print_action(ledger: Ledger, run: Run, settings: Settings, *, as_json: bool, changes: bool = True) -> None:
    """What became of an action: its changes, its receipt, and what must not be overlooked."""
    if as_json:
        print_json({"receipt": run.receipt, "changes": changes_of(ledger, run)})
        if run.error is not None:
            complaints.print(str(run.error), soft_wrap=True, highlight=False)
        return
    if changes:
        print_changes(ledger, run)
    print_receipt(run, settings)
    for sentence in ((run.receipt or {}).get("action") or {}).get("says", ()):
        console.print(str(Sentence.from_json(sentence)), soft_wrap=True, highlight=False, markup=False)
    console.print(say("cli-show", run=run.id))


def changes_of(ledger: Ledger, run: Run) -> list[dict[str, Any]]:
    """What a run did, or would do: one for each change, with the values."""
    states = {entry.operation.id: str(entry.state) for entry in ledger.operations(run.id)}
    done = [entry.operation for entry in ledger.operations(run.id)]
    planned = ledger.plan(run.plan_hash).plan.operations if run.plan_hash and not done else ()
    return [{**op.to_json(), "state": states.get(op.id, "planned")} for op in (*done, *planned)]


def print_changes(ledger: Ledger, run: Run) -> None:
    """The changes as a table, values and all: it is printed for whoever is at the keyboard."""
    from usersync.stages.action_report import changes_title

    changes = changes_of(ledger, run)
    table = Table(title=changes_title(change["state"] for change in changes), title_justify="left")
    for heading in ("cli-what", "cli-before", "cli-after", "cli-state", "cli-why"):
        table.add_column(say(heading), overflow="fold")
    for change in changes:
        what = f"{change['service'].capitalize()}: {change['entity']} {change['action']}".replace("_", " ")
        reason = str(Sentence.from_json(change["reason"]))
        table.add_row(what, _fields(change["before"]), _fields(change["after"]), change["state"], escape(reason))
    if table.row_count:
        console.print(table)


def _fields(values: Mapping[str, Any]) -> str:
    return escape("\n".join(f"{name}: {value}" for name, value in values.items() if value not in (None, "")))


def _agreed() -> bool:
    """Whether a human at the terminal says yes; False where there is none to ask."""
    return sys.stdin.isatty() and typer.confirm(say("action-ask"), default=False)
