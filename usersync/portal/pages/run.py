"""One run: how far it is, what it did and why, and what can be done about it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Final
from urllib.parse import quote

from nicegui import ui

from usersync.ledger import Ledger, OperationState, PlanNotFound, PlanState, Run, RunState
from usersync.planning import Bucket
from usersync.portal.access import NotPermitted, Permission
from usersync.portal.asking import confirmed
from usersync.portal.frame import banner, entitle
from usersync.portal.here import Here
from usersync.portal.outcome import open_run_of
from usersync.portal.page import page
from usersync.portal.pages.run_tabs import show_tabs
from usersync.portal.pages.runs import TONES, what_of
from usersync.portal.wording import how_far, stage_words
from usersync.words import next_step, say

_LOOK_SECONDS: Final = 1.0
_ALL: Final = 100_000


@page("/runs/{run_id}", title="portal-run", section="runs")
async def run_page(here: Here, run_id: str) -> None:
    """The run, kept up to date while it is at work."""
    run = await here.ask(lambda ledger: ledger.run(run_id))
    if not here.visitor.sees(run.domain):
        raise NotPermitted("portal-not-your-domain", domain=run.domain)
    entitle(say("portal-run-named", run=run.id))
    place = ui.column().classes("full")

    async def build(now: Run) -> None:
        place.clear()
        with place:
            _head(here, now)
            await _said(here, now)
            _actions(here, now)
            if now.state is not RunState.RUNNING:
                await show_tabs(here, now)

    await build(run)
    if run.state is RunState.RUNNING:
        await _progress(here, run, anew=build)


def _head(here: Here, run: Run) -> None:
    with ui.row().classes("facts"):
        ui.label(say(f"ledger-run-state-{run.state}")).classes(f"badge {TONES[run.state]}")
        ui.label(what_of(run))
        ui.label(say("portal-run-began", at=here.time(run.started_at, seconds=True), author=run.author))
        if run.finished_at:
            seconds = (run.finished_at - run.started_at).total_seconds()
            ui.label(say("portal-run-took", seconds=f"{seconds:,.1f}"))
        ui_url = here.settings.portal.prefect_ui_url.rstrip("/")
        if run.flow_run_id and ui_url:
            ui.link(say("portal-run-prefect"), f"{ui_url}/runs/flow-run/{quote(run.flow_run_id)}", new_tab=True)
    if run.scope:
        ui.label(say("portal-run-scope", logins=", ".join(run.scope))).classes("hint")


async def _said(here: Here, run: Run) -> None:
    """What stopped it or what it waits for, and what to do now."""
    if run.error is not None:
        banner(str(run.error), next_step(run.error.id, **run.error.args))
    if run.stop_requested_by and run.state is RunState.RUNNING:
        banner(say("portal-run-stopping", author=run.stop_requested_by), kind="warning")
    if run.state is RunState.AWAITING_APPROVAL and run.plan_hash:
        state = await here.ask(lambda ledger: _state_of_plan(ledger, run.plan_hash or ""))
        waits = state in (None, PlanState.WAITING)
        words = say(
            "portal-run-waits" if waits else "portal-run-plan-was",
            state=say(f"ledger-plan-state-{state}") if state else "",
        )
        with banner(words, kind="warning" if waits else "note"):
            ui.link(say("portal-run-to-plan"), here.address(f"/plans/{run.plan_hash}"))
    receipt = run.receipt or {}
    if receipt.get("converged") is False and run.state is RunState.COMPLETED:  # of another state it follows
        banner(say("portal-run-not-converged", count=receipt.get("residue") or 0), kind="warning")


def _state_of_plan(ledger: Ledger, plan: str) -> PlanState | None:
    """What has become of a plan; None where its time of keeping is over."""
    try:
        return ledger.plan(plan).state
    except PlanNotFound:
        return None


def _actions(here: Here, run: Run) -> None:
    receipt = run.receipt or {}
    at_work = run.state is RunState.RUNNING
    wrote = bool(receipt.get("operations", {}).get("done")) and run.mode not in ("preview", "undo_preview")
    with ui.row().classes("actions"):
        if at_work and not run.stop_requested_by and here.may(Permission.START):
            ui.button(say("portal-run-stop"), on_click=lambda: _stop(here, run)).props(
                "unelevated no-caps color=negative"
            )
        if not at_work and receipt.get("buckets", {}).get("failed") and here.may(Permission.START):
            ui.button(say("portal-run-retry"), on_click=lambda: _retry(here, run)).props("unelevated no-caps")
        if not at_work and wrote and here.may(Permission.START):
            ui.button(say("portal-run-undo"), on_click=lambda: _undo(here, run)).props("outline no-caps")
        if run.plan_hash and not at_work:
            ui.link(say("portal-run-plan"), here.address(f"/plans/{run.plan_hash}"))
        if not at_work and here.may(Permission.EXPORT):
            for kind in ("csv", "json"):
                address = f"/api/runs/{quote(run.id)}/export?format={kind}"
                ui.link(say("portal-run-download", kind=kind.upper()), address).props(f'download="{run.id}.{kind}"')


async def _stop(here: Here, run: Run) -> None:
    here.require(Permission.START)
    if await confirmed(say("portal-run-stop-ask"), yes=say("portal-run-stop"), hint=say("portal-run-stop-hint")):
        author = here.author
        asked = await here.ask(lambda ledger: ledger.request_stop(run.id, author))
        ui.notify(say("portal-run-stop-asked" if asked else "portal-run-over"))


async def _retry(here: Here, run: Run) -> None:
    here.require(Permission.START)
    failed = await here.ask(lambda ledger: ledger.items_page(run.id, buckets=[Bucket.FAILED], limit=_ALL))
    logins = [item.username for item in failed.rows if item.username]
    question = say("portal-run-retry-ask", count=len(logins))
    if logins and await confirmed(question, yes=say("portal-run-retry")):
        seats = (run.receipt or {}).get("seats", {}).get("wanted")
        await open_run_of(here, "GetWebitelUsers", {"mode": "apply", "scope": logins, "assign_licenses": bool(seats)})


async def _undo(here: Here, run: Run) -> None:
    here.require(Permission.START)
    if await confirmed(say("portal-run-undo-ask"), yes=say("portal-run-undo-plan"), hint=say("portal-run-undo-hint")):
        await open_run_of(here, "Undo", {"run": run.id, "mode": "apply"})


async def _progress(here: Here, run: Run, *, anew: Callable[[Run], Awaitable[None]]) -> None:
    """Stages, live counts, rate and what is left; looks again every second, and hands over when the run has ended.

    Args:
        here: whose page.
        run: as it was shown.
        anew: shows the run's head again: when somebody has asked it to stop, and when it has ended.
    """
    with ui.column().classes("full") as place:
        words = ui.label().props('role=status aria-live="polite"')
        with ui.element("div").classes("bar-place"):
            bar = ui.linear_progress(0.0, show_value=False)
            bar.props(f'aria-label="{say("portal-run-progress")}" size=1.1rem')
        stages = ui.column().classes("stages")
    asked = [run.stop_requested_by]

    async def look() -> None:
        now = await here.ask(lambda ledger: ledger.run(run.id))
        if now.state is not RunState.RUNNING:
            timer.cancel()
            place.delete()
            await anew(now)
            return
        if now.stop_requested_by != asked[0]:
            asked[0] = now.stop_requested_by
            await anew(now)
        counts = await here.ask(lambda ledger: ledger.operation_counts(run.id))
        _show_stages(now, stages)
        words.set_text(_how_far(now, counts))
        last = now.stages[-1] if now.stages else None
        bar.set_value(last.done / last.total if last and last.total else 0.0)

    timer = ui.timer(_LOOK_SECONDS, look)


def _show_stages(run: Run, place: ui.column) -> None:
    place.clear()
    with place:
        for stage in run.stages:
            ui.label(stage_words(stage))


def _how_far(run: Run, counts: dict[OperationState, int]) -> str:
    """One sentence: what is done, rows written, how many in a second, seconds that are left."""
    done = counts[OperationState.DONE]
    last = run.stages[-1] if run.stages else None
    if last is None or not last.total:
        return say("portal-run-begins")
    seconds = max((datetime.now(UTC) - last.started_at).total_seconds(), 0.001)
    rate = last.done / seconds
    if not rate or last.done >= last.total:
        return say("portal-run-far", far=how_far(last), written=done)
    return say(
        "portal-run-rate", far=how_far(last), written=done, rate=f"{rate:,.1f}", left=f"{(last.total - last.done) / rate:,.0f}",
    )  # fmt: skip
