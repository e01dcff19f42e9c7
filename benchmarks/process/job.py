"""One run of the process through its stages, without Prefect, with what each part cost."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from usersync.planning import Plan
from usersync.planning.receipt import Receipt
from usersync.settings import load_settings
from usersync.stages import carry_out, complete, fetch_source, fetch_target, guard, match_users, plan, report, verify
from usersync.stages.context import RunContext, confirm_mapping, open_run
from usersync.stages.recover import recover


@dataclass
class Measured:
    """One run: its receipt, and seconds and requests by part (prepare, fetch, matching, plan, write, verify)."""

    name: str
    receipt: Receipt | None = None
    seconds: dict[str, float] = field(default_factory=dict)
    requests: dict[str, int] = field(default_factory=dict)

    @contextmanager
    def part(self, name: str, context: RunContext) -> Iterator[None]:
        """Count the block's seconds and requests as `name`."""
        began, asked = time.perf_counter(), sum(context.requests().values())
        yield
        self.seconds[name] = time.perf_counter() - began
        self.requests[name] = sum(context.requests().values()) - asked

    @property
    def told(self) -> Receipt:
        """The receipt of a run that has ended."""
        assert self.receipt is not None
        return self.receipt

    @property
    def operations(self) -> int:
        """Operations of the plan, whatever became of them."""
        return sum(self.told.operations.values())

    @property
    def all_requests(self) -> int:
        """Requests to both services."""
        return sum(self.told.requests.values())


async def run(
    name: str, ledger_url: str, *, apply: bool, plan_hash: str | None = None, licenses: bool = False
) -> tuple[Measured, Plan]:
    """Run the process once; `plan_hash` is of an approved plan to carry out."""
    settings = load_settings().domain()
    measured = Measured(name)
    async with open_run(
        settings, ledger_url, mode="apply" if apply else "preview", plan_hash=plan_hash, author="bench", writes=apply,
        assign_licenses=licenses,
    ) as context:  # fmt: skip
        with measured.part("prepare", context):
            confirm_mapping(context, await context.creatio.metadata())
            await recover(context)
        with measured.part("fetch", context):
            read, target = await asyncio.gather(
                fetch_source.fetch_source(
                    context.webitel, settings.rules, context.memory.links, with_licenses=licenses
                ),
                fetch_target.fetch_target(context.creatio, context.mapping, settings.rules),
            )
        context.proven_gone = read.proven_gone
        source = read.snapshot
        guard.trust_snapshots(
            context.ledger, context.run.id, context.domain, source, target, context.memory, settings.rules
        )
        if plan_hash:
            proposal = plan.take_approved_plan(context, plan_hash)
        else:
            with measured.part("matching", context), context.stopwatch.part("matching"):
                context.matched = match_users.match_users(
                    source, target, context.memory.links, settings.rules, proven_gone=read.proven_gone
                )
            with measured.part("complete", context):
                source, target, context.matched = await complete.complete_target(
                    context, source, target, context.matched
                )
            proposal = plan.propose(context, source, target, context.matched)
            plan.store(context, proposal)
        if apply:
            with measured.part("write", context):
                await carry_out.carry_out(context, proposal, source)
            with measured.part("verify", context):
                await verify.verify(context, proposal, source, target)
        measured.receipt, _, _ = report.make_receipt(context, proposal)
    return measured, proposal
