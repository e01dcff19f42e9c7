"""A town in which runs are taken back: the stages of undo in the order of `flows/undo_run.py`, without Prefect around them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from tests.process.office import BOSS, Office, Ran
from usersync.ledger import Ledger, Link, OperationState, RunState
from usersync.planning import Plan
from usersync.planning.rules import LicenseRule
from usersync.planning.undoing import RowOutcome
from usersync.stages import fetch_source, fetch_target, guard, undo
from usersync.stages.context import RunContext, confirm_mapping, open_run
from usersync.stages.recover import recover
from usersync.stages.undo_state import Seen

CREATIO = (
    "Account", "Contact", "ContactCommunication", "ContactCareer", "WSysAccount", "WSysAccountLicense",
    "WSysAccountInWebitelRole",
)  # fmt: skip
WEBITEL = ("users", "grants", "devices")
_STAMPS = {
    "CreatedOn", "ModifiedOn", "CreatedById", "ModifiedById", "updated_at", "updated_by", "issued_at", "IssuedOn",
}  # fmt: skip
"""Columns each server keeps for itself: who changed a row, and when; a grant given back is a grant of today."""
_MADE_BY_CREATIO = {"ContactCommunication", "ContactCareer"}

Hook = Callable[[RunContext], Awaitable[None]]


@dataclass(frozen=True)
class Undone:
    """One run that took another back, or would have."""

    run_id: str
    plan: Plan
    report: undo.UndoReport

    @property
    def state(self) -> RunState:
        return self.report.state

    @property
    def counts(self) -> dict[str, int]:
        return {name: count for name, count in self.report.counts.items() if count}

    def outcome(self, entity: str, user_id: str | None = None, key: str | None = None) -> RowOutcome:
        """The one outcome of an entity for a Webitel user."""
        found = [
            outcome for outcome in self.report.outcomes
            if outcome.entity == entity and user_id in (None, outcome.user_id) and key in (None, outcome.key)
        ]  # fmt: skip
        assert len(found) == 1, [(outcome.key, str(outcome.fate)) for outcome in found]
        return found[0]

    def fate(self, entity: str, user_id: str | None = None, key: str | None = None) -> tuple[str, str]:
        """What becomes of it and why, in words."""
        outcome = self.outcome(entity, user_id, key)
        return str(outcome.fate), str(outcome.reason)


@dataclass
class House(Office):
    """A town whose runs can be taken back."""

    def ordain_both(self) -> None:
        """Licences for everybody with an extension, the other one for all."""
        self.ordain(
            LicenseRule(product="CALL_CENTER", who="extension", priority=1),
            LicenseRule(product="CALL_MANAGER", who="everyone", priority=2),
        )

    def ledger(self) -> Ledger:
        return Ledger.open(self.database_url)

    def last_run(self, mode: str = "apply") -> str:
        with self.ledger() as ledger:
            found = ledger.latest_run("default", mode=mode)
        assert found is not None
        return found.id

    def imported(self, **options: Any) -> str:
        """One run that succeeds; its id. The first one of a town is remembered."""
        run_id: str = self.remembered_first("imported", options, lambda: self._imported(**options))
        return run_id

    def _imported(self, **options: Any) -> str:
        ran: Ran = self.run(**options)
        assert ran.state is RunState.COMPLETED, (ran.state, ran.outcomes)
        return ran.receipt.run_id

    def preview_undo(self, run_id: str) -> Undone:
        return asyncio.run(self._undo(run_id, writes=False))

    def propose_undo(self, run_id: str) -> Undone:
        """A run that would write, and waits for approval where there is anything to approve."""
        return asyncio.run(self._undo(run_id, writes=True))

    def approve(self, plan_hash: str) -> None:
        with self.ledger() as ledger:
            ledger.approve(plan_hash, author=BOSS)

    def carry_out_undo(self, run_id: str, plan_hash: str, *, hook: Hook | None = None) -> Undone:
        return asyncio.run(self._undo(run_id, writes=True, plan_hash=plan_hash, hook=hook))

    def undo(self, run_id: str, *, hook: Hook | None = None) -> Undone:
        """Plan, approve, carry out; where nothing is left the plan is the end of it."""
        proposed = self.propose_undo(run_id)
        if not proposed.plan.changes:
            assert proposed.state is RunState.COMPLETED
            return proposed
        assert proposed.state is RunState.AWAITING_APPROVAL
        self.approve(proposed.plan.hash)
        return self.carry_out_undo(run_id, proposed.plan.hash, hook=hook)

    async def _undo(
        self, run_id: str, *, writes: bool, plan_hash: str | None = None, hook: Hook | None = None
    ) -> Undone:
        settings = self.settings
        mode = undo.MODE if writes else undo.PREVIEW
        async with open_run(
            settings, self.database_url, mode=mode, plan_hash=plan_hash, author="tester", writes=writes
        ) as context:
            metadata = await context.creatio.metadata()
            confirm_mapping(context, metadata)
            await recover(context)
            read, target = await asyncio.gather(
                fetch_source.fetch_source(context.webitel, settings.rules, context.memory.links, with_licenses=False),
                fetch_target.fetch_target(context.creatio, context.mapping, settings.rules),
            )
            guard.trust_snapshots(
                context.ledger, context.run.id, context.domain, read.snapshot, target, context.memory, settings.rules
            )
            seen = Seen(read.snapshot, target, metadata)
            fresh = await undo.propose(context, run_id, seen)
            if plan_hash is None:
                undo.store(context, fresh)
                return Undone(context.run.id, fresh, undo.make_report(context, fresh, applied=False))
            if hook is not None:
                await hook(context)
            plan = undo.take_approved_plan(context, run_id, plan_hash)
            await undo.take_back(context, plan, fresh, seen)
            left = await undo.look_again(context, run_id, seen)
            return Undone(context.run.id, plan, undo.make_report(context, plan, applied=True, left=left))

    # What stands in both services, and what the ledger remembers

    def everything(self, *, ids_of_creatio: bool = True) -> dict[str, list[str]]:
        """All rows the process may touch, without what the servers stamp; ids Creatio drew itself on request."""
        found = {entity: self.box.creatio.control.rows(entity) for entity in CREATIO}
        found |= {table: self.box.webitel.control.rows(table) for table in WEBITEL}
        return {
            name: sorted(
                str(sorted((key, str(value)) for key, value in row.items() if key not in dropped)) for row in rows
            )
            for name, rows in found.items()
            for dropped in (_STAMPS | ({"Id"} if not ids_of_creatio and name in _MADE_BY_CREATIO else set()),)
        }

    def remembered(self) -> tuple[dict[str, tuple[Any, ...]], Mapping[Any, Any], set[tuple[str, str]]]:
        """Links, last-applied values, grants."""
        with self.ledger() as ledger:
            links = {user_id: _image(link) for user_id, link in ledger.links("default").items()}
            return links, undated(ledger.last_applied("default")), ledger.grants_made("default")

    def link(self, user_id: str) -> Link | None:
        with self.ledger() as ledger:
            return ledger.links("default").get(user_id)

    def states(self, run_id: str) -> dict[str, OperationState]:
        with self.ledger() as ledger:
            return {entry.operation.id: entry.state for entry in ledger.operations(run_id)}


def _image(link: Link) -> tuple[Any, ...]:
    """All of a link but when it was made, which the audit knows to the millisecond only."""
    return link.record_id, link.contact_id, link.how, link.since_run, link.username, str(link.state)


def undated(applied: Mapping[Any, Mapping[str, Any]]) -> dict[Any, dict[str, Any]]:
    """A licence given back is dated anew."""
    return {
        place: {name: value for name, value in fields.items() if name != "issued_on"}
        for place, fields in applied.items()
    }
