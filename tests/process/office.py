"""The process over HTTP against both stand-ins: started as the flow does it, seen through both services' own rows."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from tests.process.first_import import FirstImports, Untouched
from tests.process.town import DC, EXTENSION, Town, contact_id
from usersync.ledger import Ledger, RunState
from usersync.planning import Operation, Plan, UserItem
from usersync.planning.identity import row_id
from usersync.planning.receipt import Receipt
from usersync.planning.rules import LicenseRule, Rules
from usersync.sandbox.process import Sandbox
from usersync.sandbox.world import WorldDirectory
from usersync.settings import CreatioSettings, DomainSettings, WebitelSettings
from usersync.stages import (
    carry_out,
    complete,
    fetch_source,
    fetch_target,
    guard,
    match_users,
    recover,
    report,
    verify,
)
from usersync.stages import plan as planning
from usersync.stages.context import confirm_mapping, open_run

BOSS = "boss"


@dataclass(frozen=True)
class Ran:
    """One run of the process: its receipt, its plan, and what the journal says of each operation."""

    receipt: Receipt
    plan: Plan
    state: RunState
    states: Mapping[str, str]

    def item(self, username: str) -> UserItem:
        return next(item for item in self.plan.items if item.username == username)

    def operations(self, entity: str, action: str | None = None) -> list[Operation]:
        return [op for op in self.plan.operations if op.entity == entity and action in (None, str(op.action))]

    @property
    def buckets(self) -> dict[str, int]:
        return {name: count for name, count in self.receipt.buckets.items() if count}

    @property
    def gone(self) -> dict[str, int]:
        return {name: count for name, count in self.receipt.gone.items() if count}

    @property
    def outcomes(self) -> Counter[str]:
        return Counter(self.states.values())


async def run_once(
    settings: DomainSettings,
    database_url: str,
    *,
    mode: str,
    scope: Sequence[str] = (),
    licenses: bool = False,
    plan_hash: str | None = None,
) -> Ran:
    """One run, step by step as `flows.get_webitel_users` does it."""
    async with open_run(
        settings, database_url, mode=mode, scope=scope, plan_hash=plan_hash, assign_licenses=licenses, author="tester",
        writes=mode == "apply",
    ) as context:  # fmt: skip
        confirm_mapping(context, await context.creatio.metadata())
        await recover.recover(context)
        read, target = await asyncio.gather(
            fetch_source.fetch_source(
                context.webitel, settings.rules, context.memory.links, scope=context.scope,
                page_size=settings.webitel.page_size, with_licenses=licenses,
            ),
            fetch_target.fetch_target(context.creatio, context.mapping, settings.rules),
        )  # fmt: skip
        context.proven_gone, source = read.proven_gone, read.snapshot
        guard.trust_snapshots(
            context.ledger, context.run.id, context.domain, source, target, context.memory, settings.rules
        )
        if plan_hash:
            plan = planning.take_approved_plan(context, plan_hash)
        else:
            with context.stopwatch.part("matching"):
                matched = match_users.match_users(
                    source, target, context.memory.links, settings.rules, proven_gone=context.proven_gone,
                    settings=context.match_settings,
                )  # fmt: skip
            source, target, matched = await complete.complete_target(context, source, target, matched)
            context.matched = matched
            plan = planning.propose(context, source, target, matched)
            planning.store(context, plan)
        waits = not plan_hash and bool(plan.operations) and context.needs_approval
        if mode == "apply" and not waits:
            await carry_out.carry_out(context, plan, source)
            await verify.verify(context, plan, source, target)
        receipt, _, state = report.make_receipt(context, plan)
        states = {key: str(value) for key, value in context.journal.states.items()} if context.journal else {}
        return Ran(receipt, plan, state, states)


def run_process(
    settings: DomainSettings,
    database_url: str,
    *,
    mode: str = "apply",
    scope: Sequence[str] = (),
    licenses: bool = False,
    approve: bool = True,
) -> Ran:
    """A run as an operator at a terminal starts it: what waits for approval is approved and carried out."""
    ran = asyncio.run(run_once(settings, database_url, mode=mode, scope=scope, licenses=licenses))
    if ran.state is not RunState.AWAITING_APPROVAL or not approve:
        return ran
    with Ledger.open(database_url) as ledger:
        ledger.approve(ran.plan.hash, author=BOSS)
    return asyncio.run(
        run_once(settings, database_url, mode=mode, scope=scope, licenses=licenses, plan_hash=ran.plan.hash)
    )


@dataclass
class Office:
    """A town that is being lived in: both services over HTTP, a ledger, and the settings of the domain."""

    box: Sandbox
    database_url: str
    profile: str = "callmanager"
    rules: dict[str, Any] = field(default_factory=dict)
    untouched: Untouched | None = None

    @property
    def settings(self) -> DomainSettings:
        world = self.box.world
        profile: Any = self.profile
        return DomainSettings(
            webitel=WebitelSettings(url=self.box.webitel.url, token=SecretStr(world.webitel.token)),
            creatio=CreatioSettings(
                url=self.box.creatio.url, runtime="netframework", profile=profile, identity_url=self.box.creatio.url,
                client_id=world.creatio.client_id, client_secret=SecretStr(world.creatio.client_secret),
            ),
            rules=Rules(**self.rules),
        )  # fmt: skip

    def ordain(self, *rules: LicenseRule) -> None:
        """Set the rules of the licences."""
        self.rules["licenses"] = rules

    def run(self, **options: Any) -> Ran:
        return run_process(self.settings, self.database_url, **options)

    def preview(self, **options: Any) -> Ran:
        return self.run(mode="preview", **options)

    def settled(self, **options: Any) -> Ran:
        """A run after which the next one finds nothing to do; the first one of a town is remembered."""
        ran: Ran = self.remembered_first("settled", options, lambda: self._settled(**options))
        return ran

    def remembered_first(self, what: str, options: Mapping[str, Any], run: Callable[[], Any]) -> Any:
        """What a run gives; in a town that is still untouched, what it gave when another test began with it."""
        if self.untouched is None:
            return run()
        return self.untouched.lived(self.database_url, f"{what} {options} {self.settings!r}", run)

    def _settled(self, **options: Any) -> Ran:
        ran = self.run(**options)
        assert ran.state is RunState.COMPLETED, (ran.state, ran.outcomes, [str(i.reason) for i in ran.plan.items])
        assert ran.receipt.converged, ran.receipt.residue
        self.nothing_left(**options)
        return ran

    def nothing_left(self, **options: Any) -> Ran:
        """Run once more: neither service is written to."""
        before = self.writes()
        again = self.run(**options)
        assert not again.plan.operations, [
            (op.entity, op.action, dict(op.before), dict(op.after)) for op in again.plan.operations
        ]
        assert self.writes() == before
        return again

    def writes(self) -> tuple[int, ...]:
        """Requests to write, of each service, and a number of each database that any change changes."""
        counts = (service.control.counters()["writes"] for service in (self.box.webitel, self.box.creatio))
        return (*counts, *(watcher.execute("PRAGMA data_version").fetchone()[0] for watcher in self._watchers))

    @cached_property
    def _watchers(self) -> tuple[sqlite3.Connection, ...]:
        world = self.box.world
        return tuple(sqlite3.connect(path) for path in (world.webitel_database, world.creatio_database))

    def close(self) -> None:
        for watcher in self._watchers:
            watcher.close()
        if self.untouched is not None:
            self.untouched.close()

    # What stands in both services

    def rows(self, entity: str) -> list[dict[str, Any]]:
        return self.box.creatio.control.rows(entity)

    def row(self, entity: str, key: str) -> dict[str, Any]:
        return next(row for row in self.rows(entity) if row["Id"] == key)

    def record(self, username: str) -> dict[str, Any]:
        found = [row for row in self.rows("WSysAccount") if row["Login"] == username]
        assert len(found) == 1, f"{len(found)} records of {username}"
        return found[0]

    def records(self) -> dict[str, dict[str, Any]]:
        return {row["Login"]: row for row in self.rows("WSysAccount")}

    def extensions(self, contact: str, *, actual: bool = True) -> list[str]:
        return sorted(
            row["Number"] for row in self.rows("ContactCommunication")
            if row["ContactId"] == contact and row["CommunicationTypeId"] == EXTENSION and row["NonActual"] is not actual
        )  # fmt: skip

    def details(self, username: str) -> dict[str, dict[str, Any]]:
        """Rows of the detail "User Licenses" by licence."""
        record = self.record(username)["Id"]
        return {row["LicenseId"]: row for row in self.rows("WSysAccountLicense") if row["WSysAccountId"] == record}

    def holders(self, license_id: str) -> set[str]:
        """Webitel ids of those who hold a licence, tombstones too."""
        return {
            str(row["user_id"]) for row in self.box.webitel.control.rows("grants") if row["license_id"] == license_id
        }

    def made_contact(self, user_id: str) -> dict[str, Any]:
        """The contact the process made for a Webitel user."""
        return self.row("Contact", row_id(str(DC), "contact", user_id))

    def creatio_database(self) -> closing[sqlite3.Connection]:
        """What Creatio's own pages do not show: passwords."""
        return closing(sqlite3.connect(self.box.world.creatio_database))

    # What people do meanwhile

    def in_webitel(self, user_id: str, **values: Any) -> None:
        self.box.webitel.control.edit("users", user_id, values)

    def hire(self, user_id: str, username: str, name: str, **values: Any) -> None:
        self.box.webitel.control.insert("users", {"id": int(user_id), "username": username, "name": name, **values})

    def dismiss(self, user_id: str, *, permanent: bool = True) -> None:
        self.box.webitel.control.delete("users", user_id, permanent=permanent)

    def in_creatio(self, entity: str, key: str, **values: Any) -> None:
        self.box.creatio.control.edit(entity, key, values)

    def edit_record(self, username: str, **values: Any) -> None:
        self.in_creatio("WSysAccount", self.record(username)["Id"], **values)

    def forget_everything(self, sqlite_template: Path, folder: Path) -> None:
        """The ledger is lost: an empty one takes its place."""
        path = folder / "another-ledger.db"
        shutil.copy(sqlite_template, path)
        self.database_url = f"sqlite:///{path}"


class Stage:
    """One pair of running services, into which town after town is put."""

    def __init__(self, box: Sandbox, folder: Path) -> None:
        self.box = box
        self._folder = folder
        self._written: dict[str, WorldDirectory] = {}
        self._imports = FirstImports(folder / "imported")
        self._usual = (box.webitel.control.switch(), box.creatio.control.switch())

    def set(self, town: Town) -> Sandbox:
        """Put a town in place of whatever the services held; faults and switches are as at the start."""
        name = repr(town)
        if name not in self._written:
            profile: Any = town.profile
            self._written[name] = WorldDirectory.write(self._folder / str(len(self._written)), town, profile)
        world = self._written[name]
        for source, target in (
            (world.webitel_database, self.box.world.webitel_database),
            (world.creatio_database, self.box.world.creatio_database),
        ):
            with closing(sqlite3.connect(source)) as template, closing(sqlite3.connect(target)) as live:
                template.backup(live)
        for service, usual in zip((self.box.webitel, self.box.creatio), self._usual, strict=True):
            service.control.clear_faults()
            service.control.switch(**usual)
            service.control.reset_requests()
        return self.box

    def untouched(self, town: Town) -> Untouched:
        """The town that was just set, until somebody does something in it."""
        return Untouched(self._imports, self.box, repr(town), self._usual)


def of(username: str) -> str:
    """Id of the contact a person of the town has."""
    return contact_id(username)
