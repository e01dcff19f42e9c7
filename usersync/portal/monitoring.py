"""`/healthz` and `/metrics`: for the probes and the Prometheus of whoever runs the server. No secrets, no names of people."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse, PlainTextResponse
from prometheus_client import CONTENT_TYPE_LATEST

from usersync.errors import UsersyncError
from usersync.ledger import Ledger, default_url, head_revision
from usersync.notices.metrics import exposition
from usersync.portal.access import Visitor
from usersync.settings import Settings


def monitoring_router(settings: Callable[[], Settings]) -> APIRouter:
    """The two routes. The ledger is opened for each request: a restart or an upgrade of it needs none of the server.

    Who may read the metrics is the gate's to say (usersync.portal.gate): health needs no login, metrics an API token.

    Args:
        settings: asked for each request.
    """
    router = APIRouter(tags=["monitoring"])

    @router.get("/healthz", summary="Whether the ledger answers and is of this version")
    async def healthz() -> JSONResponse:
        """200 where it does, 503 with the reason where it does not. Says nothing of the domains."""
        try:
            await asyncio.to_thread(lambda: _open(settings()).close())
        except UsersyncError as error:
            return JSONResponse({"status": "unavailable", "reason": error.message_id}, status_code=503)
        return JSONResponse({"status": "ok", "ledger": "reachable", "schema": head_revision()})

    @router.get("/metrics", summary="How every domain fares, for Prometheus", response_class=PlainTextResponse)
    async def metrics(request: Request) -> Response:
        """In Prometheus' text format, of the domains the token may see; 503 where the ledger is away."""
        visitor: Visitor | None = getattr(request.state, "visitor", None)
        try:
            body = await asyncio.to_thread(_metrics, settings(), visitor)
        except UsersyncError as error:
            return PlainTextResponse(f"# {error.message_id}\n", status_code=503)
        return Response(body, media_type=CONTENT_TYPE_LATEST)

    return router


def _open(settings: Settings) -> Ledger:
    return Ledger.open(settings.database_url or default_url())


def _metrics(settings: Settings, visitor: Visitor | None) -> bytes:
    seen = [name for name in settings.domain_names() if visitor is None or visitor.sees(name)]
    with _open(settings) as ledger:
        return exposition(ledger, {name: settings.domain(name) for name in seen})
