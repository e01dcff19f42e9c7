"""What comes of a start: its run is opened, or why there is none is said."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from nicegui import ui

from usersync.portal.frame import tell
from usersync.portal.here import Here
from usersync.words import next_step, say

_QUEUE_SECONDS: Final = 600.0
"""How long a start is waited for that no worker has picked up yet."""


async def open_run_of(here: Here, process: str, parameters: Mapping[str, Any], *, key: str = "") -> None:
    """Start a process as the visitor, and go to its run; a press while a run is going goes to that run.

    Args:
        here: whose page.
        process: `GetWebitelUsers` …
        parameters: of the flow; the domain is filled in.
        key: idempotency key: one for each dialog that is opened, so that a double click is one start.
    """
    order = await here.start(process, parameters, key=key)
    if order.run_id is None and order.error is None:
        ui.notify(say("portal-run-queued"))
        order = await here.wait(order.id, _QUEUE_SECONDS)
    if order.run_id:
        ui.navigate.to(here.address(f"/runs/{order.run_id}"))
    elif order.error is not None:
        step = next_step(order.error.id, **order.error.args)
        tell(f"{order.error} {step or ''}".strip(), problem=True)
