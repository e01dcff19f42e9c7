"""One plan: how far it goes, what it changes of whom and why; approved by its hash, with or without some of its rows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import quote

from nicegui import ui

from usersync.ledger import PlanHead, PlanState, StoredPlan
from usersync.planning import Bucket
from usersync.planning.rows import PlanRow
from usersync.portal.access import NotPermitted, Permission
from usersync.portal.asking import commented, confirmed
from usersync.portal.changes import CHANGES_ROWS, change_row, outcome_words
from usersync.portal.frame import banner, entitle
from usersync.portal.here import Here
from usersync.portal.listing import Asked, Column, Listing, Shown
from usersync.portal.outcome import open_run_of
from usersync.portal.page import page
from usersync.portal.pages.plans import TONES
from usersync.stages.plans import approve, exclude_rows
from usersync.words import Sentence, next_step, say

_OUTCOMES: Final = (*(str(bucket) for bucket in Bucket), "disabled", "deleted", "left")


@page("/plans/{plan_hash}", title="portal-plan", section="plans")
async def plan_page(here: Here, plan_hash: str) -> None:
    """The plan, and what may be done with it."""
    stored = await here.ask(lambda ledger: ledger.plan(plan_hash))
    if not here.visitor.sees(stored.domain):
        raise NotPermitted("portal-not-your-domain", domain=stored.domain)
    counts = await here.ask(lambda ledger: ledger.plan_outcomes(stored.hash))
    size = {"users": sum(counts.get(name, 0) for name in _OUTCOMES), "changes": stored.operations}
    _head(here, stored, size)
    _said(here, stored)
    _meters(stored)
    listing = _rows(here, stored, counts)
    _actions(here, stored, listing, size)
    for note in stored.plan.notes:
        ui.label(f"· {note}")
    await listing.show()


def _head(here: Here, stored: StoredPlan, size: Mapping[str, int]) -> None:
    entitle(say("portal-plan-named", plan=stored.hash[:12]))
    with ui.row().classes("facts"):
        ui.label(say(f"ledger-plan-state-{stored.state}")).classes(f"badge {TONES[stored.state]}")
        ui.link(say("portal-plan-run", run=stored.run_id), here.address(f"/runs/{quote(stored.run_id)}"))
        ui.label(say("portal-plan-began", at=here.time(stored.created_at), author=stored.author))
        ui.label(say("portal-plan-size", **size))
        if stored.derived_from:
            address = here.address(f"/plans/{stored.derived_from}")
            ui.link(say("portal-plan-derived", plan=stored.derived_from[:12]), address)
    ui.label(say("portal-plan-hash", hash=stored.hash)).classes("hint hash")
    if stored.scope:
        ui.label(say("portal-run-scope", logins=", ".join(stored.scope))).classes("hint")


def _said(here: Here, stored: StoredPlan) -> None:
    """What state it is in, in one sentence, and what can be done now."""
    args = {
        "author": stored.decided_by or "", "at": here.time(stored.decided_at), "until": here.time(stored.expires_at),
        "run": stored.used_by or "",
    }  # fmt: skip
    kind = "warning" if stored.state is PlanState.WAITING else "note"
    message = f"portal-plan-is-{stored.state}"
    step = next_step(message, **args) if here.may(Permission.APPROVE) else None
    with banner(say(message, **args), step, kind=kind):
        if stored.comment:
            ui.label(say("portal-plan-comment", comment=stored.comment))
        if stored.used_by:
            ui.link(stored.used_by, here.address(f"/runs/{quote(stored.used_by)}"))
    if stored.erased:
        banner(say("portal-plan-erased"), kind="warning")
    meters = {meter["name"] for meter in stored.meters if meter["exceeded"]}
    for reason in stored.needs_approval:
        sentence = Sentence.from_json(reason)
        if sentence.id.removeprefix("guard-meter-") not in meters:
            ui.label(str(sentence)).classes("badge warning reason")


def _meters(stored: StoredPlan) -> None:
    """How far it goes, limit by limit; a full bar is over the limit."""
    if not stored.meters:
        return
    with ui.element("div").classes("meters").props(f'role=group aria-label="{say("portal-plan-meters")}"'):
        for meter in stored.meters:
            words = say(f"guard-meter-{meter['name']}", value=meter["value"], limit=meter["limit"] or 0)
            ui.label(f"{'! ' if meter['exceeded'] else ''}{words}")
            share = 1.0 if meter["exceeded"] else meter["value"] / max(meter["limit"] or 1, 1)
            bar = ui.linear_progress(
                min(share, 1.0), show_value=False, color="negative" if meter["exceeded"] else "primary"
            )
            bar.props["aria-label"] = words


def _rows(here: Here, stored: StoredPlan, counts: Mapping[str, int]) -> Listing:
    present = [name for name in _OUTCOMES if name in counts]
    cut = _may_be_cut(here, stored)

    async def fetch(asked: Asked) -> Shown:
        page = await here.ask(
            lambda ledger: ledger.plan_page(
                stored.hash, outcomes=asked.flags, search=asked.search, offset=asked.offset, limit=asked.limit
            )
        )
        return Shown([_row(here, row, undo=undo) for row in page.rows], page.total, counts)

    columns = [
        *([Column("out", say("portal-plan-leave-out"), "check")] if cut else []),
        Column("username", say("portal-change-user"), "link"),
        Column("outcome", say("portal-change-outcome"), "badges"),
        Column("changes", say("portal-change-what"), "changes"),
        Column("why", say("portal-change-why")),
    ]
    undo = stored.plan.undo is not None
    groups = {name: outcome_words(name, undo=undo) for name in present}
    return Listing(
        columns, fetch, caption=say("portal-tab-changes"), flags=groups, search=say("portal-search-user"),
        empty=say("portal-run-no-changes"), limit=CHANGES_ROWS,
    )  # fmt: skip


def _row(here: Here, row: PlanRow, *, undo: bool) -> dict[str, Any]:
    shown = change_row(here, row, undo=undo)
    return {**shown, "out": say("portal-plan-leave-out-one", user=shown["username"]) if row.user_id else ""}


def _may_be_cut(here: Here, head: PlanHead) -> bool:
    return head.state in (PlanState.WAITING, PlanState.APPROVED) and not head.erased and here.may(Permission.APPROVE)


def _actions(here: Here, stored: StoredPlan, listing: Listing, size: Mapping[str, int]) -> None:
    with ui.row().classes("actions"):
        if stored.state is PlanState.WAITING and not stored.erased and here.may(Permission.APPROVE):
            ui.button(say("portal-plan-approve"), on_click=lambda: _approve(here, stored, size)).props(
                "unelevated no-caps"
            )
        if stored.state is PlanState.APPROVED and here.may(Permission.START):
            ui.button(say("portal-plan-carry-out"), on_click=lambda: _carry_out(here, stored)).props(
                "unelevated no-caps"
            )
        if _may_be_cut(here, stored):
            ui.button(say("portal-plan-reject"), on_click=lambda: _reject(here, stored)).props(
                "outline no-caps color=negative"
            )
            cut = ui.button(say("portal-plan-cut"), on_click=lambda: _cut(here, stored, listing))
            cut.props("outline no-caps")


async def _approve(here: Here, stored: StoredPlan, size: Mapping[str, int]) -> None:
    here.require(Permission.APPROVE)
    comment = await commented(
        say("portal-plan-approve-ask", plan=stored.hash[:12], **size),
        yes=say("portal-plan-approve"), label=say("portal-plan-comment-label"), hint=say("portal-plan-approve-hint"),
    )  # fmt: skip
    if comment is None:
        return
    author = here.author
    await here.ask(lambda ledger: approve(ledger, here.settings, stored.hash, author=author, comment=comment))
    ui.navigate.reload()


async def _reject(here: Here, stored: StoredPlan) -> None:
    here.require(Permission.APPROVE)
    comment = await commented(
        say("portal-plan-reject-ask"), yes=say("portal-plan-reject"), label=say("portal-plan-comment-label")
    )
    if comment is None:
        return
    author = here.author
    await here.ask(lambda ledger: ledger.reject(stored.hash, author=author, comment=comment or None))
    ui.navigate.reload()


async def _cut(here: Here, stored: StoredPlan, listing: Listing) -> None:
    here.require(Permission.APPROVE)
    if not listing.ticked:
        ui.notify(say("portal-plan-cut-none"))
        return
    question = say("portal-plan-cut-ask", count=len(listing.ticked))
    if await confirmed(question, yes=say("portal-plan-cut"), hint=say("portal-plan-cut-hint")):
        author, users = here.author, sorted(listing.ticked)
        head = await here.ask(
            lambda ledger: exclude_rows(ledger, here.settings, stored.hash, users=users, author=author)
        )
        ui.navigate.to(here.address(f"/plans/{head.hash}"))


async def _carry_out(here: Here, stored: StoredPlan) -> None:
    here.require(Permission.START)
    process, parameters = _process(stored)
    await open_run_of(here, process, parameters)


def _process(stored: StoredPlan) -> tuple[str, dict[str, Any]]:
    """Which process carries the plan out, and with which parameters."""
    if stored.plan.undo is not None:
        return "Undo", {"run": stored.plan.undo["run_id"], "mode": "apply", "plan": stored.hash}
    if stored.plan.process:
        return stored.plan.process, {"mode": "apply", "plan": stored.hash}
    seats = bool(stored.plan.seats)
    return "GetWebitelUsers", {
        "mode": "apply", "scope": list(stored.scope), "plan": stored.hash, "assign_licenses": seats,
    }  # fmt: skip
