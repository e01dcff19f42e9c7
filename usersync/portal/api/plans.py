"""Plans: what a run proposes, and a human's answer to it."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from usersync.ledger import PlanHead, PlanState
from usersync.planning.values import Bucket
from usersync.portal.api.answers import PlanOut, PlanRowOut, PlanRowsOut, PlansOut
from usersync.portal.api.callers import Approver, Caller, DomainName, Limit, Offset, Search, Viewer
from usersync.stages import plans

router: Final = APIRouter(tags=["plans"])
Hash = Annotated[
    str, Path(pattern=r"^[0-9a-f]{64}$", description="The whole hash of the plan: what is approved is what was read.")
]


Name = Annotated[str, StringConstraints(min_length=1, max_length=300)]


class Comment(BaseModel):
    """Why."""

    model_config = ConfigDict(extra="forbid")

    comment: str = Field(default="", max_length=2_000)


class LeftOut(BaseModel):
    """What shall not be done."""

    model_config = ConfigDict(extra="forbid")

    users: list[Name] = Field(default=[], max_length=10_000, description="User IDs or Webitel usernames.")
    operations: list[Name] = Field(default=[], max_length=10_000, description="Ids of operations.")


async def _plan(caller: Caller, plan_hash: str) -> PlanHead:
    head = await caller.ask(lambda ledger: ledger.plan_head(plan_hash))
    caller.require_domain(head.domain)
    return head


@router.get("/plans", summary="Plans, the newest first")
async def list_plans(
    caller: Viewer,
    domain: DomainName = "",
    state: Annotated[list[PlanState] | None, Query(description="Only plans in these states.")] = None,
    limit: Limit = 50,
) -> PlansOut:
    """Plans of one domain, unopened."""
    name = caller.domain(domain).name
    heads = await caller.ask(lambda ledger: ledger.plans(name, states=state or None, limit=limit))
    return PlansOut(plans=[PlanOut.of(head, caller.portal.origins.public) for head in heads])


@router.get("/plans/{plan}", summary="One plan")
async def show_plan(caller: Viewer, plan: Hash) -> PlanOut:
    """What is known of it, and why it waits for approval."""
    return PlanOut.of(await _plan(caller, plan), caller.portal.origins.public)


@router.get("/plans/{plan}/rows", summary="What a plan changes")
async def rows_of_plan(
    caller: Viewer,
    plan: Hash,
    outcome: Annotated[list[Bucket] | None, Query(description="Only users with these outcomes.")] = None,
    search: Search = "",
    limit: Limit = 50,
    offset: Offset = 0,
) -> PlanRowsOut:
    """A page of it, user by user, with every value from old to new and why."""
    head = await _plan(caller, plan)
    page = await caller.ask(
        lambda ledger: ledger.plan_page(head.hash, outcomes=outcome or (), search=search, offset=offset, limit=limit)
    )
    return PlanRowsOut(rows=[PlanRowOut.of(row) for row in page.rows], total=page.total, offset=page.offset)


@router.post("/plans/{plan}/approve", summary="Approve a plan")
async def approve_plan(caller: Approver, plan: Hash, body: Comment) -> PlanOut:
    """Approve exactly this plan, once. Then start its process with `plan` set to the hash."""
    head = await _plan(caller, plan)
    settings, author = caller.portal.settings, caller.visitor.author
    approved = await caller.ask(
        lambda ledger: plans.approve(ledger, settings, head.hash, author=author, comment=body.comment)
    )
    return PlanOut.of(approved, caller.portal.origins.public)


@router.post("/plans/{plan}/reject", summary="Reject a plan")
async def reject_plan(caller: Approver, plan: Hash, body: Comment) -> PlanOut:
    """Reject a waiting plan, or take an approval back that was not used."""
    head = await _plan(caller, plan)
    author = caller.visitor.author
    rejected = await caller.ask(lambda ledger: ledger.reject(head.hash, author=author, comment=body.comment or None))
    return PlanOut.of(rejected, caller.portal.origins.public)


@router.post("/plans/{plan}/exclude", summary="Leave rows out of a plan")
async def exclude_rows(caller: Approver, plan: Hash, body: LeftOut) -> PlanOut:
    """Makes a new plan, with a hash of its own, that waits in place of this one. What needs what is left out goes with it."""
    head = await _plan(caller, plan)
    settings, author = caller.portal.settings, caller.visitor.author
    part = await caller.ask(
        lambda ledger: plans.exclude_rows(
            ledger, settings, head.hash, users=body.users, operations=body.operations, author=author
        )
    )
    return PlanOut.of(part, caller.portal.origins.public)
