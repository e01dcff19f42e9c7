"""What a finished run did, in tabs: changes, who failed, who waits for an answer, who was left out, licences, settings."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final
from urllib.parse import quote

from nicegui import ui

from usersync.ledger import Ledger, OperationState, PlanNotFound, Run
from usersync.planning import Bucket, UserItem
from usersync.portal.changes import CHANGES_ROWS, change_row, outcome_words
from usersync.portal.here import Here
from usersync.portal.listing import Asked, Column, Listing, Shown, scrolling
from usersync.words import say

_GROUPS: Final[dict[str, tuple[Bucket, ...]]] = {
    "failed": (Bucket.FAILED,),
    "review": (Bucket.REVIEW,),
    "skipped": (Bucket.SKIPPED,),
}

_UNDO: Final = frozenset({"undo", "undo_preview"})

Builder = Callable[[], Awaitable[None]]


async def show_tabs(here: Here, run: Run) -> None:
    """Counts, and the tabs; each is filled when it is opened."""
    receipt = run.receipt or {}
    undo = run.mode in _UNDO
    _counts(receipt, undo=undo)
    buckets = receipt.get("buckets", {})
    builders: dict[str, tuple[str, Builder]] = {"changes": (say("portal-tab-changes"), lambda: _changes(here, run))}
    for name, group in _GROUPS.items():
        count = sum(buckets.get(bucket, 0) for bucket in group)
        builders[name] = (f"{outcome_words(name, undo=undo)} {count:,}", lambda name=name: _people(here, run, name))  # type: ignore[misc]
    builders["licenses"] = (say("portal-tab-licenses"), lambda: _licenses(here, run))
    builders["settings"] = (say("portal-tab-settings"), lambda: _settings(run))
    first = "failed" if buckets.get("failed") else "changes"
    with ui.tabs().props("no-caps align=left outside-arrows mobile-arrows dense") as tabs:
        tabs.props["aria-label"] = say("portal-run")
        for name, (words, _) in builders.items():
            ui.tab(name, label=words)
    tabs.set_value(first)
    place = ui.column().classes("full").props(f'role=region aria-label="{builders[first][0]}"')

    async def open_tab(name: str) -> None:
        place.clear()
        place.props["aria-label"] = builders[name][0]
        with place:
            await builders[name][1]()

    tabs.on_value_change(lambda event: open_tab(str(event.value)))
    await open_tab(first)


def _counts(receipt: Mapping[str, Any], *, undo: bool) -> None:
    """The receipt in numbers that must add up."""
    buckets = [(outcome_words(name, undo=undo), count) for name, count in receipt.get("buckets", {}).items() if count]
    gone = [(outcome_words(name), count) for name, count in receipt.get("gone", {}).items() if count]
    operations = [
        (say("portal-run-written" if name == OperationState.DONE else f"ledger-operation-state-{name}"), count)
        for name, count in receipt.get("operations", {}).items()
        if name in set(OperationState)
    ]
    with ui.element("dl").classes("counts"):
        for words, count in [(say("portal-run-users"), receipt.get("users", 0)), *buckets, *gone, *operations]:
            with ui.element("div"):
                with ui.element("dt"):
                    ui.label(words)
                with ui.element("dd"):
                    ui.label(f"{count:,}")


async def _changes(here: Here, run: Run) -> None:
    plan = run.plan_hash
    if plan is None:
        ui.label(say("portal-run-no-changes")).classes("hint")
        return

    def ask(ledger: Ledger, asked: Asked) -> Shown:
        try:
            page = ledger.plan_page(plan, search=asked.search, offset=asked.offset, limit=asked.limit)
        except PlanNotFound:  # its time of keeping is over
            return Shown([], 0)
        states: dict[str, OperationState] = {}
        for row in page.rows:
            if row.user_id is not None:
                done = ledger.operations_page(run.id, user_id=row.user_id, limit=1_000)
                states |= {entry.operation.id: entry.state for entry in done.rows}
        return Shown([change_row(here, row, states, undo=run.mode in _UNDO) for row in page.rows], page.total)

    columns = [
        Column("username", say("portal-change-user"), "link"),
        Column("outcome", say("portal-change-outcome"), "badges"),
        Column("changes", say("portal-change-what"), "changes"),
        Column("state", say("portal-run-state"), "badges"),
        Column("why", say("portal-change-why")),
    ]
    await Listing(
        columns,
        lambda asked: here.ask(lambda ledger: ask(ledger, asked)),
        caption=say("portal-tab-changes"),
        search=say("portal-search-user"),
        empty=say("portal-run-no-changes"),
        limit=CHANGES_ROWS,
        in_address=False,
    ).show()


async def _people(here: Here, run: Run, name: str) -> None:
    async def fetch(asked: Asked) -> Shown:
        page = await here.ask(
            lambda ledger: ledger.items_page(
                run.id, buckets=_GROUPS[name], search=asked.search, offset=asked.offset, limit=asked.limit
            )
        )
        return Shown([_person(here, item) for item in page.rows], page.total)

    columns = [
        Column("username", say("portal-change-user"), "link"),
        Column("id", say("portal-user-id")),
        Column("situation", say("portal-situation")),
        Column("why", say("portal-change-why")),
    ]
    await Listing(
        columns,
        fetch,
        caption=outcome_words(name, undo=run.mode in _UNDO),
        search=say("portal-search-user"),
        empty=say("portal-run-nobody"),
        in_address=False,
    ).show()


def _person(here: Here, item: UserItem) -> dict[str, Any]:
    return {
        "id": item.user_id,
        "username": item.username or item.user_id,
        "username_href": here.address(f"/users/{quote(item.user_id)}"),
        "situation": str(item.situation.sentence),
        "why": str(item.reason),
    }


async def _licenses(here: Here, run: Run) -> None:
    seats = (run.receipt or {}).get("seats", {})
    ui.label(
        say(
            "portal-run-seats",
            **{name: seats.get(name, 0) for name in ("wanted", "held", "assigned", "waiting", "refused")},
        )
    )
    if run.plan_hash is None:
        return
    plan = run.plan_hash
    try:
        stored = await here.ask(lambda ledger: ledger.plan(plan))
    except PlanNotFound:
        return
    columns = [
        {"name": name, "label": say(f"portal-seats-{name.replace('_', '-')}"), "field": name, "align": align}
        for name, align in (
            ("product", "left"), ("license", "left"), ("limit", "right"), ("held", "right"), ("assigned", "right"),
            ("waiting", "right"), ("to_buy", "right"),
        )
    ]  # fmt: skip
    rows = [
        {
            "license": demand.license_id, "product": demand.product,
            "limit": str(demand.limit) if demand.named else say("portal-seats-concurrent", limit=demand.limit),
            "held": demand.held, "assigned": len(demand.assigned), "waiting": len(demand.waiting), "to_buy": demand.to_buy,
        }
        for demand in stored.plan.seats
    ]  # fmt: skip
    if rows:
        with scrolling(say("portal-tab-licenses")):
            table = (
                ui.table(columns=columns, rows=rows, row_key="license")
                .props("flat dense hide-pagination")
                .classes("list")
            )
        table.props["aria-label"] = say("portal-tab-licenses")
    for note in stored.plan.notes:
        ui.label(f"· {note}")


async def _settings(run: Run) -> None:
    text = json.dumps(run.settings, indent=2, ensure_ascii=False, sort_keys=True, default=str)
    with ui.element("pre").classes("settings").props(f'tabindex=0 aria-label="{say("portal-tab-settings")}"'):
        ui.label(text).classes("as-is")
