"""Runs: what they did, page by page; stopping them and taking them back."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Body, Path, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from usersync.ledger import OperationState, Run, RunState
from usersync.planning.values import Bucket
from usersync.portal.api.answers import (
    OperationOut,
    OperationsOut,
    RunDetail,
    RunOut,
    RunsOut,
    Started,
    Stopping,
    UserOfRun,
    UsersOfRun,
)
from usersync.portal.api.bodies import PlanHash, Undo
from usersync.portal.api.callers import Caller, DomainName, Exporter, Limit, Offset, Search, Starter, Viewer
from usersync.portal.api.processes import IdempotencyKey, start

router: Final = APIRouter(tags=["runs"])
RunId = Annotated[str, Path(max_length=40, description="Id of the run, or a beginning of it.")]


async def _run(caller: Caller, given: str) -> Run:
    run = await caller.ask(lambda ledger: ledger.run(given))
    caller.require_domain(run.domain)
    return run


@router.get("/runs", summary="Runs, the newest first")
async def list_runs(
    caller: Viewer,
    domain: DomainName = "",
    state: Annotated[list[RunState] | None, Query(description="Only runs in these states.")] = None,
    limit: Limit = 50,
    offset: Offset = 0,
) -> RunsOut:
    """Runs of one domain."""
    name = caller.domain(domain).name
    found = await caller.ask(lambda ledger: ledger.runs(name, limit, states=state or None, offset=offset))
    return RunsOut(runs=[RunOut.of(run, caller.portal.origins.public) for run in found])


@router.get("/runs/{run}", summary="One run")
async def show_run(caller: Viewer, run: RunId) -> RunDetail:
    """State, stages, receipt, and counts of users and operations as they stand now."""
    found = await _run(caller, run)
    users = await caller.ask(lambda ledger: ledger.bucket_counts(found.id))
    operations = await caller.ask(lambda ledger: ledger.operation_counts(found.id))
    return RunDetail(
        **RunOut.of(found, caller.portal.origins.public).model_dump(),
        users={str(bucket): count for bucket, count in users.items()},
        operations={str(state): count for state, count in operations.items()},
    )


@router.get("/runs/{run}/users", summary="What a run said of its users")
async def users_of_run(
    caller: Viewer,
    run: RunId,
    bucket: Annotated[list[Bucket] | None, Query(description="Only users in these buckets.")] = None,
    search: Search = "",
    limit: Limit = 50,
    offset: Offset = 0,
) -> UsersOfRun:
    """A page of them, in the order of their User IDs, each with the reason."""
    found = await _run(caller, run)
    page = await caller.ask(
        lambda ledger: ledger.items_page(found.id, buckets=bucket or (), search=search, offset=offset, limit=limit)
    )
    return UsersOfRun(users=[UserOfRun.of(item) for item in page.rows], total=page.total, offset=page.offset)


@router.get("/runs/{run}/operations", summary="What a run changed")
async def operations_of_run(
    caller: Exporter,
    run: RunId,
    state: Annotated[list[OperationState] | None, Query(description="Only operations in these states.")] = None,
    user: Annotated[str | None, Query(max_length=40, description="Only those done for this User ID.")] = None,
    limit: Limit = 50,
    offset: Offset = 0,
) -> OperationsOut:
    """A page of its operations with every value before and after: personal data."""
    found = await _run(caller, run)
    page = await caller.ask(
        lambda ledger: ledger.operations_page(found.id, states=state or (), user_id=user, offset=offset, limit=limit)
    )
    rows = [OperationOut.of(entry) for entry in page.rows]
    return OperationsOut(operations=rows, total=page.total, offset=page.offset)


@router.get(
    "/runs/{run}/export",
    summary="A run as a file",
    response_class=Response,
    responses={200: {"content": {"text/csv": {}, "application/json": {}}, "description": "The file."}},
)
async def export_run(
    caller: Exporter,
    run: RunId,
    format: Annotated[Literal["json", "csv"], Query()] = "json",  # noqa: A002 - the query's word
) -> Response:
    """Everything the ledger knows of a run: personal data. CSV is made for spreadsheets, no cell of it is a formula."""
    import json

    found = await _run(caller, run)
    export = await caller.ask(lambda ledger: ledger.export_run(found.id))
    author = caller.visitor.author
    await caller.ask(
        lambda ledger: ledger.note(author, "run.exported", domain=found.domain, subject=found.id, format=format)
    )
    if format == "csv":
        body, kind = export.csv(), "text/csv; charset=utf-8"
    else:
        body, kind = json.dumps(export.document, ensure_ascii=False, default=str), "application/json"
    name = {"Content-Disposition": f'attachment; filename="{found.id}.{format}"'}
    return Response(body, media_type=kind, headers=name)


@router.post("/runs/{run}/stop", summary="Stop a run")
async def stop_run(caller: Starter, run: RunId) -> Stopping:
    """Ask a run to stop before its next write; nothing new is written after that."""
    found = await _run(caller, run)
    author = caller.visitor.author
    return Stopping(stopping=await caller.ask(lambda ledger: ledger.request_stop(found.id, author)))


class UndoBody(BaseModel):
    """How to take a run back."""

    model_config = ConfigDict(extra="forbid")

    mode: Literal["preview", "apply"] = Field(default="apply", description="apply stores the plan for approval first.")
    plan: PlanHash = Field(default="", description="Hash of the approved undo plan.")


@router.post(
    "/runs/{run}/undo",
    summary="Take a run back",
    status_code=201,
    responses={
        200: {"model": Started, "description": "The run this key led to before, or the run that is at work."},
        202: {"model": Started, "description": "Ordered; its run is not open yet. Ask the address again."},
    },
)
async def undo_run(
    caller: Starter,
    run: RunId,
    answer: Response,
    body: Annotated[UndoBody | None, Body()] = None,
    key: IdempotencyKey = "",
) -> Started:
    """Start the process Undo for this run: it plans first, and nothing is written before a human has approved the plan."""
    found = await _run(caller, run)
    wish: dict[str, Any] = (body or UndoBody()).model_dump()
    return await start(caller, "Undo", Undo(run=found.id, domain=found.domain, **wish), key, answer)
