"""Starting processes: the button's own address, and following a start until its run is open."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Awaitable, Callable
from typing import Annotated, Final

from fastapi import APIRouter, Header, Path, Response

from usersync.ledger import Order
from usersync.portal.api.answers import Started, Words
from usersync.portal.api.bodies import BODIES, Body
from usersync.portal.api.callers import Caller, Viewer, may
from usersync.portal.here import permission_for

router: Final = APIRouter(tags=["processes"])
_PATIENCE_SECONDS: Final = 5.0
IdempotencyKey = Annotated[
    str,
    Header(
        alias="Idempotency-Key",
        max_length=200,
        pattern=r"^[\x21-\x7e]*$",
        description="The same key with the same body leads to the same run, also after a restart. "
        "Without one, two requests are two starts, as far as no run is at work.",
    ),
]


async def start(caller: Caller, process: str, body: Body, key: str, answer: Response) -> Started:
    """Start a process for a caller: 201 a new run, 202 ordered and not open yet, 200 a run that was there already."""
    portal, author = caller.portal, caller.visitor.author
    domain = caller.domain(body.domain).name
    starter, ledger = portal.starter, await asyncio.to_thread(lambda: portal.ledger)
    parameters = body.parameters(domain)
    pressed = await asyncio.to_thread(
        lambda: starter.start(ledger, process, parameters, domain=domain, author=author, key=key or uuid.uuid4().hex)
    )
    if pressed.run_id is not None:
        order = await caller.ask(lambda ledger: ledger.order(pressed.order_id))
        answer.status_code = 200
    else:
        order = await asyncio.to_thread(lambda: starter.wait(ledger, pressed.order_id, _PATIENCE_SECONDS))
        answer.status_code = 201 if order.run_id else 202
    started = _started(order, portal.origins.public, going=pressed.going)
    answer.headers["Location"] = started.address
    return started


def _started(order: Order, public: str, *, going: bool = False) -> Started:
    address = f"/api/runs/{order.run_id}" if order.run_id else f"/api/orders/{order.id}"
    page = f"{public}/runs/{order.run_id}" if order.run_id else None
    return Started(
        order=order.id, run=order.run_id, going=going, address=f"{public}{address}", page=page,
        error=Words.of_any(order.error),
    )  # fmt: skip


def _press(process: str, form: type[Body]) -> Callable[..., Awaitable[Started]]:
    async def press(body: Body, answer: Response, caller: Caller, key: IdempotencyKey = "") -> Started:
        return await start(caller, process, body, key, answer)

    press.__annotations__ |= {"body": form, "caller": Annotated[Caller, may(permission_for(process))]}
    press.__doc__ = form.__doc__
    return press


for _process, _form in BODIES.items():
    router.add_api_route(
        f"/processes/{_process}/runs",
        _press(_process, _form),
        methods=["POST"],
        operation_id=f"start{_process}",
        summary=f"Start {_process}",
        response_model=Started,
        status_code=201,
        responses={
            200: {"model": Started, "description": "The run this key led to before, or the run that is at work."},
            202: {"model": Started, "description": "Ordered; its run is not open yet. Ask the address again."},
        },
    )


@router.get("/orders/{order}", summary="What became of a start")
async def order(
    caller: Viewer, order: Annotated[str, Path(max_length=60, description="As the start was answered with.")]
) -> Started:
    """The run that came of a start, as soon as it is open; or why none did."""
    portal = caller.portal
    found = await caller.ask(lambda ledger: portal.starter.wait(ledger, order, 0))
    caller.require_domain(found.domain)
    return _started(found, portal.origins.public)
