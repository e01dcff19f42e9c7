"""Both stand-ins, a ledger, and the process as `flows/get_webitel_users.py` runs it, without Prefect around it."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
from collections.abc import Awaitable, Callable, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from usersync.errors import UsersyncError
from usersync.ledger import JournalEntry, Ledger, OperationState, Run
from usersync.planning import Plan
from usersync.sandbox.process import Sandbox
from usersync.sandbox.world import WorldDirectory
from usersync.settings import DomainSettings
from usersync.stages import carry_out, complete, fetch_source, fetch_target, guard, match_users, report, verify
from usersync.stages import plan as planning
from usersync.stages.context import RunContext, confirm_mapping, open_run
from usersync.stages.recover import recover

LICENSES = [
    {"product": "CALL_CENTER", "who": "extension", "priority": 1},
    {"product": "CALL_MANAGER", "who": "everyone", "priority": 2},
]
UNLIMITED = {
    "rules": {
        "approval": {
            "first_apply": False, "created_minimum": 999, "disabled_minimum": 999, "updated_minimum": 999, "relinks": False,
        }
    }
}  # fmt: skip
"""Nothing waits for approval: as in a scheduled run whose plans stay within the limits."""
OURS = ("Account", "Contact", "ContactCommunication", "WSysAccount", "WSysAccountLicense", "WSysAccountInWebitelRole")
"""What the process writes to in Creatio."""
_MOMENTS = {"CreatedOn", "ModifiedOn", "created_at", "updated_at", "issued_at", "IssuedOn", "deleted_at"}
_GIVEN_BY_THE_SERVER = {"ContactCareer", "ContactCommunication", "AccountCommunication"}

Hook = Callable[[RunContext], Awaitable[None] | None]
PlanHook = Callable[[RunContext, Plan], Awaitable[None] | None]


def settings_of(environment: Mapping[str, str], **overrides: Any) -> DomainSettings:
    """The settings the variables stand for; `webitel`, `creatio`, `rules`, `lease` are merged over them."""
    tree: dict[str, Any] = {"rules": {"licenses": LICENSES}}
    for name, value in environment.items():
        _, section, key = name.lower().replace("usersync_", "usersync__", 1).split("__")
        tree.setdefault(section, {})[key] = value
    tree["webitel"]["timeout"] = tree["creatio"]["timeout"] = tree["creatio"]["batch_timeout"] = 2.0
    for section, values in overrides.items():
        tree[section] = {**tree.get(section, {}), **values} if isinstance(values, dict) else values
    return DomainSettings.model_validate(tree)


@dataclass(frozen=True)
class Ran:
    """One run, ended."""

    run: Run
    plan: Plan | None
    error: UsersyncError | None
    operations: tuple[JournalEntry, ...]

    @property
    def state(self) -> str:
        return str(self.run.state)

    @property
    def receipt(self) -> dict[str, Any]:
        return dict(self.run.receipt or {})

    @property
    def said(self) -> str:
        """What a person is told."""
        if self.error is not None:
            return f"{self.error} → {self.error.next_step}"
        return str(self.run.error or "")

    def count(self, state: OperationState) -> int:
        return sum(entry.state is state for entry in self.operations)

    def outcome(self, entity: str, user_id: str, action: str | None = None) -> JournalEntry:
        """The one operation on this entity for this Webitel user."""
        found = [
            entry
            for entry in self.operations
            if entry.operation.entity == entity
            and entry.operation.user_id == user_id
            and (action is None or entry.operation.action == action)
        ]
        assert len(found) == 1, [entry.operation.id for entry in found]
        return found[0]


@dataclass
class Stand:
    """A pair of services and the ledger of the domain."""

    box: Sandbox
    ledger_url: str
    overrides: dict[str, Any] = field(default_factory=dict)

    def settings(self, **more: Any) -> DomainSettings:
        return settings_of(self.box.environment, **{**self.overrides, **more})

    def ledger(self) -> Ledger:
        return Ledger.open(self.ledger_url)

    def on_a_copy_of_the_ledger(self, path: Path) -> Stand:
        """The same services, what happens to the ledger is forgotten afterwards."""
        source = self.ledger_url.removeprefix("sqlite:///")
        with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(path)) as new:
            old.backup(new)
        return Stand(self.box, f"sqlite:///{path}", self.overrides)

    async def run(
        self,
        mode: str = "apply",
        *,
        plan: str | None = None,
        licenses: bool = True,
        scope: tuple[str, ...] = (),
        opened: Hook | None = None,
        planned: PlanHook | None = None,
        settings: Mapping[str, Any] | None = None,
    ) -> Ran:
        """One run of the process.

        Args:
            opened: called when the run has begun, before anything is read.
            planned: called right before the plan is carried out.
            settings: sections over those of the stand.
        """
        return await run_process(
            self.settings(**(settings or {})), self.ledger_url, mode, plan=plan, licenses=licenses, scope=scope,
            opened=opened, planned=planned,
        )  # fmt: skip

    async def run_approved(self, **options: Any) -> Ran:
        """Preview, approve, apply."""
        preview = await self.run(
            "preview", **{k: v for k, v in options.items() if k in {"licenses", "scope", "settings"}}
        )
        assert preview.error is None, preview.said
        if preview.plan is None or not preview.plan.operations:
            return await self.run(**options)
        self.approve(preview.plan.hash)
        return await self.run(plan=preview.plan.hash, **options)

    def approve(self, plan_hash: str, author: str = "os:boss") -> None:
        with self.ledger() as ledger:
            ledger.approve(plan_hash, author=author)

    def writes(self) -> int:
        """Requests that could have changed anything in either service since the counters were reset."""
        return sum(
            request["traffic"] in {"write", "batch"} and not request["path"].endswith("/connect/token")
            for control in (self.box.webitel.control, self.box.creatio.control)
            for request in control.requests()
        )

    def forget_requests(self) -> None:
        self.box.webitel.control.reset_requests()
        self.box.creatio.control.reset_requests()

    def state(self) -> dict[str, list[str]]:
        """What stands in both services, without moments and without the ids Creatio drew."""
        found = {
            entity: _comparable(entity, self.box.creatio.control.rows(entity)) for entity in (*OURS, "ContactCareer")
        }
        webitel = self.box.webitel.control
        return found | {table: _comparable(table, webitel.rows(table)) for table in ("users", "grants", "devices")}

    def reset(self, template: WorldDirectory) -> None:
        """Give both services the template's rows again, while they run."""
        _copy(template, self.box.world)

    def copy_services(self, path: Path) -> WorldDirectory:
        """A copy of both services as they are now, as one restores a backup elsewhere."""
        made = self.box.world.copy_to(path)
        _copy(self.box.world, made)
        return made

    def clear(self) -> None:
        """No faults, no latency, no add-on."""
        for control in (self.box.webitel.control, self.box.creatio.control):
            control.clear_faults()
            control.latency(0, 0)
        self.box.creatio.control.switch(addon="", rights={}, default_rights="full")


async def run_process(
    settings: DomainSettings,
    ledger_url: str,
    mode: str = "apply",
    *,
    plan: str | None = None,
    licenses: bool = True,
    scope: tuple[str, ...] = (),
    opened: Hook | None = None,
    planned: PlanHook | None = None,
) -> Ran:
    """One run of the process, whatever becomes of it; see `Stand.run`."""
    proposal: Plan | None = None
    failure: UsersyncError | None = None
    run_id = ""

    def started(found: str) -> None:
        nonlocal run_id
        run_id = found

    try:
        async with open_run(
            settings, ledger_url, mode=mode, scope=scope, plan_hash=plan, assign_licenses=licenses,
            author="os:test", writes=mode == "apply", on_start=started,
        ) as context:  # fmt: skip
            if opened is not None:
                await _maybe(opened(context))
            proposal = await _process(context, plan, planned)
    except UsersyncError as error:
        failure = error
    with Ledger.open(ledger_url) as ledger:
        return Ran(ledger.run(run_id), proposal, failure, tuple(ledger.operations(run_id)))


async def _process(context: RunContext, plan_hash: str | None, planned: PlanHook | None) -> Plan:
    """The stages in the order of the flow."""
    confirm_mapping(context, await context.creatio.metadata())
    await recover(context)
    rules = context.settings.rules
    read, target = await asyncio.gather(
        fetch_source.fetch_source(
            context.webitel, rules, context.memory.links, scope=context.scope,
            page_size=context.settings.webitel.page_size, with_licenses=context.assign_licenses,
        ),
        fetch_target.fetch_target(context.creatio, context.mapping, rules),
    )  # fmt: skip
    source = read.snapshot
    context.proven_gone = read.proven_gone
    guard.trust_snapshots(context.ledger, context.run.id, context.domain, source, target, context.memory, rules)
    if plan_hash:
        proposal = planning.take_approved_plan(context, plan_hash)
    else:
        matched = match_users.match_users(
            source, target, context.memory.links, rules, proven_gone=context.proven_gone,
            settings=context.match_settings,
        )  # fmt: skip
        source, target, matched = await complete.complete_target(context, source, target, matched)
        context.matched = matched
        proposal = planning.propose(context, source, target, matched)
        planning.store(context, proposal)
        if context.mode == "preview" or (proposal.changes and context.needs_approval):
            report.make_receipt(context, proposal)
            return proposal
    if planned is not None:
        await _maybe(planned(context, proposal))
    await carry_out.carry_out(context, proposal, source)
    await verify.verify(context, proposal, source, target)
    report.make_receipt(context, proposal)
    return proposal


async def _maybe(result: Awaitable[None] | None) -> None:
    if result is not None:
        await result


def _comparable(entity: str, rows: list[dict[str, Any]]) -> list[str]:
    dropped = _MOMENTS | ({"Id"} if entity in _GIVEN_BY_THE_SERVER else set())
    return sorted(str(sorted((k, v) for k, v in row.items() if k not in dropped)) for row in rows)


def _copy(template: WorldDirectory, world: WorldDirectory) -> None:
    for source, target in (
        (template.webitel_database, world.webitel_database),
        (template.creatio_database, world.creatio_database),
    ):
        with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(target)) as new:
            old.backup(new)


def copy_ledger(template: Path, path: Path) -> str:
    """A fresh ledger, as a URL."""
    shutil.copy(template, path)
    return f"sqlite:///{path}"


def record_of(stand: Stand, user_id: str) -> dict[str, Any]:
    """The record of a Webitel user in the section."""
    found = [row for row in stand.box.creatio.control.rows("WSysAccount") if row["WebitelUserId"] == user_id]
    assert len(found) == 1, found
    return found[0]
