"""Plans: what runs propose, and what became of each proposal."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import quote

from usersync.ledger import PlanHead, PlanState
from usersync.portal.here import Here
from usersync.portal.listing import Asked, Column, Listing, Shown, Tone, badge
from usersync.portal.page import page
from usersync.words import say

TONES: Final[dict[PlanState, Tone]] = {
    PlanState.WAITING: "warning", PlanState.APPROVED: "note", PlanState.REJECTED: "problem", PlanState.USED: "good",
    PlanState.EXPIRED: "plain", PlanState.SUPERSEDED: "plain",
}  # fmt: skip
_ALL: Final = 10_000


@page("/plans", title="portal-nav-plans", section="plans")
async def plans_page(here: Here) -> None:
    """The plans of the domain, the newest first."""
    columns = [
        Column("id", say("portal-plan"), "link"),
        Column("made", say("portal-plan-made"), "unbroken"),
        Column("state", say("portal-run-state"), "badges"),
        Column("users", say("portal-run-users"), "number"),
        Column("changes", say("portal-plan-changes"), "number"),
        Column("author", say("portal-plan-asked-by")),
        Column("decided", say("portal-plan-decided")),
        Column("until", say("portal-plan-until"), "unbroken"),
    ]

    async def fetch(asked: Asked) -> Shown:
        states = [PlanState(name) for name in asked.flags]
        heads = await here.ask(lambda ledger: ledger.plans(here.domain.name, states=states or None, limit=_ALL))
        some = heads[asked.offset : asked.offset + asked.limit]
        return Shown([_row(here, head) for head in some], len(heads))

    await Listing(
        columns,
        fetch,
        caption=say("portal-plans-caption"),
        flags={state: say(f"ledger-plan-state-{state}") for state in (PlanState.WAITING, PlanState.APPROVED)},
        empty=say("portal-plans-none"),
    ).show()


def _row(here: Here, head: PlanHead) -> dict[str, Any]:
    open_ = head.state in (PlanState.WAITING, PlanState.APPROVED)
    return {
        "id": head.hash[:12],
        "id_href": here.address(f"/plans/{quote(head.hash)}"),
        "made": here.time(head.created_at),
        "state": [badge(say(f"ledger-plan-state-{head.state}"), TONES[head.state])],
        "users": f"{head.users:,}",
        "changes": f"{head.operations:,}",
        "author": head.author,
        "decided": f"{head.decided_by} {here.time(head.decided_at)}" if head.decided_by else "",
        "until": here.time(head.expires_at) if open_ else "",
    }
