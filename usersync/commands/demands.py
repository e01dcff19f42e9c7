"""Seats as a plan shares them out: who gets one, who waits and why, how many to buy, and until when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from rich.markup import escape
from rich.table import Table

from usersync.commands.terminal import console
from usersync.words import say

if TYPE_CHECKING:
    from usersync.planning import Plan

_NAMED = 10
"""So many logins are named in one cell; the whole of it is in the plan."""


def print_demands(plan: Plan) -> None:
    """Print the seats of a plan that shares some out."""
    if not plan.seats:
        return
    logins = {item.user_id: item.username for item in plan.items}
    table = Table(title=say("report-seats"), title_justify="left")
    texts = ("licenses-product", "licenses-license", "licenses-until")
    for heading in (
        "licenses-product", "licenses-license", "licenses-limit", "licenses-held", "licenses-get", "licenses-waiting",
        "licenses-reserved", "licenses-to-buy", "licenses-until",
    ):  # fmt: skip
        table.add_column(say(heading), overflow="fold", justify="left" if heading in texts else "right")
    for demand in plan.seats:
        limit = str(demand.limit) if demand.named else f"{demand.limit} {say('licenses-concurrent')}"
        table.add_row(
            escape(demand.product), escape(demand.license_id), limit, str(demand.held), str(len(demand.assigned) or ""),
            str(len(demand.waiting) or ""), str(demand.reserved or ""), str(demand.to_buy or ""),
            (demand.expires_on or "")[:10],
        )  # fmt: skip
    console.print(table)
    for demand in plan.seats:
        for words, people in (("licenses-get", demand.assigned), ("licenses-waiting", demand.waiting)):
            if people:
                console.print(
                    f"  · {demand.product}, {say(words)}: {_people(people, logins)}", highlight=False, markup=False
                )
        if demand.why is not None:
            console.print(f"  · {demand.product}: {demand.why}", soft_wrap=True, highlight=False, markup=False)


def _people(user_ids: Sequence[str], logins: Mapping[str, str]) -> str:
    named = [logins.get(user_id) or user_id for user_id in user_ids[:_NAMED]]
    if len(user_ids) > _NAMED:
        named.append(say("section-more", count=len(user_ids) - _NAMED))
    return ", ".join(named)
