"""History: every run of the domain, the newest first, with what it did in numbers."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import quote

from usersync.ledger import Ledger, Run, RunState
from usersync.planning import Bucket
from usersync.portal.here import Here
from usersync.portal.listing import Asked, Badge, Column, Listing, Shown, Tone, badge
from usersync.portal.page import page
from usersync.portal.wording import mode_words
from usersync.words import say

TONES: Final[dict[RunState, Tone]] = {
    RunState.RUNNING: "note", RunState.COMPLETED: "good", RunState.AWAITING_APPROVAL: "warning",
    RunState.ALREADY_RUNNING: "plain", RunState.STOPPED: "warning", RunState.COMPLETED_WITH_FAILURES: "problem",
    RunState.FAILED: "problem", RunState.CRASHED: "problem", RunState.QUARANTINED: "warning",
}  # fmt: skip
_FILTERS: Final[dict[str, tuple[RunState, ...]]] = {
    "running": (RunState.RUNNING,),
    "waiting": (RunState.AWAITING_APPROVAL,),
    "failed": (RunState.FAILED, RunState.CRASHED, RunState.COMPLETED_WITH_FAILURES),
}
_COUNTED: Final = (Bucket.CREATED, Bucket.LINKED, Bucket.UPDATED, Bucket.REVIEW, Bucket.FAILED)


@page("/runs", title="portal-nav-runs", section="runs")
async def runs_page(here: Here) -> None:
    """The history."""
    columns = [
        Column("id", say("portal-run"), "link"),
        Column("started", say("portal-run-started"), "unbroken"),
        Column("what", say("portal-run-what")),
        Column("state", say("portal-run-state"), "badges"),
        Column("author", say("portal-run-author")),
        Column("users", say("portal-run-users"), "number"),
        *(Column(str(bucket), say(f"portal-bucket-{bucket}"), "number") for bucket in _COUNTED),
        Column("writes", say("portal-run-writes"), "number"),
        Column("seconds", say("portal-run-seconds"), "number"),
    ]

    async def fetch(asked: Asked) -> Shown:
        states = [state for name in asked.flags for state in _FILTERS[name]]
        found, total = await here.ask(lambda ledger: _some(ledger, here.domain.name, states, asked))
        return Shown([_row(here, run) for run in found], total)

    listing = Listing(
        columns,
        fetch,
        caption=say("portal-runs-caption"),
        flags={name: say(f"portal-runs-only-{name}") for name in _FILTERS},
        empty=say("portal-runs-none"),
    )
    await listing.show()


def _some(ledger: Ledger, domain: str, states: list[RunState], asked: Asked) -> tuple[list[Run], int]:
    return (
        ledger.runs(domain, asked.limit, states or None, offset=asked.offset),
        ledger.count_runs(domain, states or None),
    )


def _row(here: Here, run: Run) -> dict[str, Any]:
    receipt = run.receipt or {}
    buckets = receipt.get("buckets", {})
    seconds = (run.finished_at - run.started_at).total_seconds() if run.finished_at else None
    return {
        "id": run.id,
        "id_href": here.address(f"/runs/{quote(run.id)}"),
        "started": here.time(run.started_at),
        "what": what_of(run),
        "state": [state_badge(run.state)],
        "author": run.author,
        "users": f"{receipt['users']:,}" if "users" in receipt else "",
        **{str(bucket): f"{buckets[bucket]:,}" if buckets.get(bucket) else "" for bucket in _COUNTED},
        "writes": f"{done:,}" if (done := receipt.get("operations", {}).get("done")) else "",
        "seconds": f"{seconds:,.1f}" if seconds is not None else "",
    }


def state_badge(state: RunState) -> Badge:
    """The state of a run as a badge."""
    return badge(say(f"ledger-run-state-{state}"), TONES[state])


def what_of(run: Run) -> str:
    """What a run is, in words: an import, a preview, an undo, a manual action; and for whom."""
    words = mode_words(run.mode)
    return say("portal-run-of-some", what=words, count=len(run.scope)) if run.scope else words
