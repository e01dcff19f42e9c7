"""A town in which manual actions are taken: the steps of `tasks/actions.py` without Prefect around them."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable, Mapping
from contextlib import closing, nullcontext
from dataclasses import dataclass, field
from typing import Any, ClassVar
from unittest.mock import patch

import httpx

from tests.contracts.webitel_contract import check_request
from tests.process.office import BOSS
from tests.undo.taking_back import House
from usersync.ledger import JournalEntry, Run, RunState
from usersync.planning import Plan
from usersync.planning.actions import (
    ActionImpossible,
    ChangeLicense,
    CreateUser,
    DeleteUser,
    Form,
    SetRoles,
    UpdateUser,
)
from usersync.planning.processes import PREVIEW, Process
from usersync.settings import ActionSettings, DomainSettings
from usersync.stages import act, action_propose, action_report, action_section, action_verify, connect
from usersync.stages.action_report import ActionReport, Taken
from usersync.stages.context import RunContext, confirm_mapping, open_run
from usersync.stages.recover import recover
from usersync.webitel import WebitelClient

Hook = Callable[[RunContext], Awaitable[None]]


@dataclass(frozen=True)
class Done:
    """One action: its run as the ledger has it, and what it said."""

    run: Run
    plan: Plan
    report: ActionReport
    operations: tuple[JournalEntry, ...]

    @property
    def state(self) -> RunState:
        return self.run.state

    @property
    def said(self) -> str:
        return " ".join(str(sentence) for sentence in self.report.says)

    @property
    def outcomes(self) -> dict[str, str]:
        """What became of each operation: `webitel_user create` → `done`."""
        return {f"{entry.operation.entity} {entry.operation.action}": str(entry.state) for entry in self.operations}


class Contracted(httpx.AsyncHTTPTransport):
    """Lets out only what the strict contract allows; the same request is looked at once in a session."""

    allowed: ClassVar[set[tuple[str, str, bytes]]] = set()

    def __init__(self, server: str) -> None:
        super().__init__()
        self._server = server

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        await request.aread()
        asked = request.method, str(request.url), request.content
        if asked not in self.allowed:
            check_request(request, server=self._server)
            self.allowed.add(asked)
        return await super().handle_async_request(request)


def checked(settings: Any) -> WebitelClient:
    """A client each of whose requests the strict contract allows."""
    transport = Contracted(f"{settings.url}/api")
    auth = connect.TokenAuth(settings.token.get_secret_value())
    return WebitelClient(settings.url, auth, transport=transport, requests_per_second=None)


@dataclass
class Desk(House):
    """Where forms are filled in."""

    actions: Mapping[str, Any] = field(default_factory=dict)
    shown: list[str] = field(default_factory=list)
    contract: bool = True

    @property
    def settings(self) -> DomainSettings:
        return super().settings.model_copy(update={"actions": ActionSettings(**self.actions)})

    def act(self, form: Form, *, preview: bool = False, plan: str = "", hook: Hook | None = None) -> Done:
        return asyncio.run(self._act(form, preview=preview, plan=plan, hook=hook))

    def done(self, form: Form, **options: Any) -> Done:
        """An action that comes to its end, after which the import has nothing to do."""
        done = self.act(form, **options)
        assert done.state is RunState.COMPLETED, (done.said, done.outcomes)
        if done.plan.operations:
            assert done.report.receipt.converged, done.report.receipt.residue
        self.nothing_left()
        return done

    def create(self, user: str, **fields: Any) -> CreateUser:
        return CreateUser(user, **fields)

    async def _act(self, form: Form, *, preview: bool, plan: str, hook: Hook | None) -> Done:
        mode = form.process.mode + (PREVIEW if preview else "")
        client = patch("usersync.stages.context.webitel_client", checked) if self.contract else nullcontext()
        with client:
            async with open_run(
                self.settings, self.database_url, mode=mode, plan_hash=plan or None, author="tester", writes=not preview
            ) as context:
                confirm_mapping(context, await context.creatio.metadata())
                await recover(context)
                report, made = await self._steps(context, form, preview=preview, plan=plan, hook=hook)
        with self.ledger() as ledger:
            return Done(
                ledger.run(report.receipt.run_id), made, report, tuple(ledger.operations(report.receipt.run_id))
            )

    async def _steps(
        self, context: RunContext, form: Form, *, preview: bool, plan: str, hook: Hook | None
    ) -> tuple[ActionReport, Plan]:
        if plan:
            taken = await action_report.take(context, form.process, plan)
        else:
            proposal = await action_propose.propose(context, form)
            waits = action_report.store(context, proposal)
            if preview or waits or not proposal.operations:
                return action_report.make_report(context, proposal), proposal
            taken = await action_report.take(context, form.process, proposal.hash)
        if hook is not None:
            await hook(context)
        acted = await act.carry_out_action(context, taken.plan, begun_by=taken.begun_by, show=self.shown.append)
        await action_verify.look_again(context, acted)
        await action_section.show_user(context, acted)
        return action_report.make_report(context, acted.plan, acted=acted), acted.plan

    def approve_as(self, plan_hash: str, author: str = BOSS) -> None:
        with self.ledger() as ledger:
            ledger.approve(plan_hash, author=author, four_eyes=True)

    def webitel_user(self, username: str) -> dict[str, Any]:
        found = [row for row in self.box.webitel.control.rows("users") if row["username"] == username]
        assert len(found) == 1, f"{len(found)} users {username}"
        return found[0]

    def column(self, table: str, name: str, key: int) -> str:
        """What Webitel's own pages do not show: passwords."""
        with closing(sqlite3.connect(self.box.world.webitel_database)) as webitel:
            (value,) = webitel.execute(f"SELECT {name} FROM {table} WHERE id = ?", (key,)).fetchone()
        return str(value or "")

    def everything_in_the_ledger(self) -> str:
        """Every value of every table, compressed ones opened."""
        with closing(sqlite3.connect(self.database_url.removeprefix("sqlite:///"))) as ledger:
            tables = [name for (name,) in ledger.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
            rows = [row for table in tables for row in ledger.execute(f'SELECT * FROM "{table}"')]
        with self.ledger() as opened:
            plans = [opened.plan(head.hash).plan.canonical for head in opened.plans()]
        return f"{rows} {plans}"

    def usernames(self) -> list[str]:
        return sorted(row["username"] for row in self.box.webitel.control.rows("users"))


__all__ = [
    "ActionImpossible",
    "ChangeLicense",
    "CreateUser",
    "DeleteUser",
    "Desk",
    "Done",
    "Process",
    "SetRoles",
    "Taken",
    "UpdateUser",
]
