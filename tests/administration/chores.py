"""A town in which an administrator works: the stages in the order of the flows, without Prefect around them."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Any

from pydantic import SecretStr

from tests.process.office import BOSS, Office
from usersync.creatio.administration import MANAGE_LICENSES, MANAGE_USERS
from usersync.creatio.workplace import SectionPlace
from usersync.ledger import Ledger, RunState
from usersync.planning import Plan
from usersync.planning.administration import Chore
from usersync.planning.receipt import Receipt
from usersync.planning.section import Requirement, SectionRow
from usersync.settings import AdministrationSettings, DomainSettings
from usersync.stages.administration import carry_out, plans, undo
from usersync.stages.administration.credential import Administrator, administrator
from usersync.stages.administration.desks import desks_of
from usersync.stages.administration.propose import propose_system_users, propose_telephony
from usersync.stages.administration.report import make_report
from usersync.stages.administration.section import add_section, propose_section, section_client
from usersync.stages.context import RunContext, confirm_mapping, open_run
from usersync.stages.recover import recover
from usersync.stages.undo import UndoReport, take_approved_plan
from usersync.stages.undo import make_report as undo_report
from usersync.stages.undo import store as store_undo

OPERATION = "WebitelCollaboration.Use"
Hook = Callable[[RunContext], Awaitable[None]]
_PROPOSE = {Chore.USERS: propose_system_users, Chore.TELEPHONY: propose_telephony}
_NEEDS = {Chore.USERS: MANAGE_USERS, Chore.TELEPHONY: MANAGE_LICENSES}


@dataclass(frozen=True)
class Done:
    """One run of a process."""

    run_id: str
    plan: Plan
    receipt: Receipt
    state: RunState
    states: Mapping[str, str]

    @property
    def buckets(self) -> dict[str, int]:
        return {name: count for name, count in self.receipt.buckets.items() if count}

    @property
    def outcomes(self) -> dict[str, int]:
        return dict(Counter(self.states.values()))

    def said(self, username: str) -> tuple[str, str]:
        """What becomes of one person and why: bucket, id of the sentence."""
        item = next(item for item in self.plan.items if item.username == username)
        return str(item.bucket), item.reason.id.removeprefix("administration-")


@dataclass
class AdministeredOffice(Office):
    """An office whose settings have a second credential."""

    administration: dict[str, Any] = field(default_factory=dict)
    section: dict[str, Any] = field(default_factory=dict)

    @property
    def settings(self) -> DomainSettings:
        login = self.box.world.administrator
        given = {
            "enabled": True, "username": login.username, "client_id": login.client_id,
            "client_secret": SecretStr(login.client_secret), **self.administration,
        }  # fmt: skip
        plain = super().settings
        creatio = plain.creatio.model_copy(
            update={
                "username": self.box.world.creatio.username,
                "section": type(plain.creatio.section).model_validate(self.section),
            }
        )
        administration = AdministrationSettings.model_validate(given)
        return plain.model_copy(update={"administration": administration, "creatio": creatio})

    def ledger(self) -> Ledger:
        return Ledger.open(self.database_url)

    # The two flows

    def look(self, chore: Chore, *people: str) -> Done:
        """A preview."""
        return asyncio.run(self._chore(chore, people, writes=False))

    def ask(self, chore: Chore, *people: str) -> Done:
        """A start that would write: the plan waits for approval where there is anything to approve."""
        return asyncio.run(self._chore(chore, people, writes=True))

    def approve(self, plan_hash: str) -> None:
        with self.ledger() as ledger:
            ledger.approve(plan_hash, author=BOSS)

    def carry_out(self, chore: Chore, plan_hash: str, *, hook: Hook | None = None) -> Done:
        return asyncio.run(self._chore(chore, (), writes=True, plan_hash=plan_hash, hook=hook))

    def do(self, chore: Chore, *people: str, hook: Hook | None = None) -> Done:
        """Plan, approve, carry out; where there is nothing to do the plan is the end of it."""
        asked = self.ask(chore, *people)
        if not asked.plan.operations:
            assert asked.state is RunState.COMPLETED
            return asked
        assert asked.state is RunState.AWAITING_APPROVAL
        self.approve(asked.plan.hash)
        return self.carry_out(chore, asked.plan.hash, hook=hook)

    async def _chore(
        self,
        chore: Chore,
        people: Sequence[str],
        *,
        writes: bool,
        plan_hash: str | None = None,
        hook: Hook | None = None,
    ) -> Done:
        mode = chore.mode if writes else chore.preview
        async with open_run(
            self.settings,
            self.database_url,
            mode=mode,
            scope=people,
            plan_hash=plan_hash,
            author="tester",
            writes=writes,
        ) as context:
            await self._prepare(context)
            async with administrator(context, _NEEDS[chore]) as admin:
                if plan_hash is None:
                    plan = await _PROPOSE[chore](context, admin)
                    plans.store(context, plan)
                else:
                    plan = await self._written(context, admin, chore, plan_hash, hook)
                report = make_report(context, plan, applied=plan_hash is not None)
            states = {key: str(state) for key, state in context.journal.states.items()} if context.journal else {}
            return Done(context.run.id, plan, report.receipt, report.state, states)

    async def _written(
        self, context: RunContext, admin: Administrator, chore: Chore, plan_hash: str, hook: Hook | None
    ) -> Plan:
        settings = context.settings.administration
        desks = desks_of(admin, context.mapping, role_id=settings.role_id, packages=settings.license_packages)
        await carry_out.settle_dead_runs(context, desks)
        plan = plans.take(context, chore, plan_hash)
        if hook is not None:
            await hook(context)
        await carry_out.carry_out(context, plan, desks)
        return plan

    async def _prepare(self, context: RunContext) -> None:
        confirm_mapping(context, await context.creatio.metadata())
        await recover(context)

    # The section

    def see_section(self) -> SectionPlace:
        """A preview of the command."""
        return asyncio.run(self._section(writes=False))[0]

    def put_section(self) -> tuple[SectionPlace, str]:
        """The command with --apply; where the section is then, and the run's id."""
        return asyncio.run(self._section(writes=True))

    async def _section(self, *, writes: bool) -> tuple[SectionPlace, str]:
        mode = Chore.SECTION.mode if writes else Chore.SECTION.preview
        async with AsyncExitStack() as stack:
            context = await stack.enter_async_context(
                open_run(self.settings, self.database_url, mode=mode, author="tester", writes=writes)
            )
            creatio = await stack.enter_async_context(section_client(context))
            if writes:
                place, _ = await add_section(context, creatio)
            else:
                place, plan = await propose_section(context, creatio)
                make_report(context, plan, applied=False)
            return place, context.run.id

    # Undo, as `flows/undo_run.py` does it for these processes

    def take_back(self, run_id: str) -> UndoReport:
        """Plan, approve, carry out."""
        asked = asyncio.run(self._undo(run_id))
        if asked.receipt.plan_hash is None:
            return asked
        assert asked.state is RunState.AWAITING_APPROVAL
        self.approve(asked.receipt.plan_hash)
        return asyncio.run(self._undo(run_id, asked.receipt.plan_hash))

    async def _undo(self, run_id: str, plan_hash: str | None = None) -> UndoReport:
        async with open_run(
            self.settings, self.database_url, mode="undo", plan_hash=plan_hash, author="tester", writes=True
        ) as context:
            await self._prepare(context)
            assert undo.is_chore(context, run_id)
            async with undo.counter(context, run_id) as at:
                fresh = await undo.propose(context, run_id, at)
                if plan_hash is None:
                    store_undo(context, fresh)
                    return undo_report(context, fresh, applied=False)
                plan = take_approved_plan(context, run_id, plan_hash)
                await undo.take_back(context, plan, fresh, at)
                left = await undo.look_again(context, run_id, at)
                return undo_report(context, plan, applied=True, left=left)

    # What the ledger shows of the section

    def shown(self, username: str) -> SectionRow:
        with self.ledger() as ledger:
            return next(row for row in ledger.section_users(self.settings.name).values() if row.username == username)

    def lacks(self, username: str) -> list[str]:
        """What the user lacks to call, by Creatio."""
        return [
            str(item)
            for item in self.shown(username).missing
            if item in (Requirement.SYSTEM_USER, Requirement.TELEPHONY)
        ]

    # What stands in Creatio

    def users(self) -> dict[str, dict[str, Any]]:
        """System users by login."""
        return {row["Name"]: row for row in self.rows("SysAdminUnit") if row["SysAdminUnitTypeValue"] == 4}

    def sell(self, seats: int, name: str = "Webitel", operations: str = OPERATION) -> str:
        """A licence package of Creatio with so many seats; its id."""
        package = self.box.creatio.control.insert("SysLicPackage", {"Name": name, "Operations": operations})["Id"]
        self.box.creatio.control.insert("SysLic", {"SysLicPackageId": package, "Count": seats})
        return str(package)

    def license(self, package: str, *logins: str) -> None:
        """Somebody gives seats by hand."""
        users = self.users()
        for login in logins:
            row = {"SysLicPackageId": package, "SysUserId": users[login]["Id"]}
            self.box.creatio.control.insert("SysLicUser", row)

    def licensed(self, package: str) -> set[str]:
        """Logins of those who hold a package."""
        logins = {row["Id"]: login for login, row in self.users().items()}
        return {logins[row["SysUserId"]] for row in self.rows("SysLicUser") if row["SysLicPackageId"] == package}
