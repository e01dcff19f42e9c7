"""The portal as a server process."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress

import uvicorn

from usersync.notices import watch
from usersync.portal.app import create_app
from usersync.portal.portal import Portal
from usersync.settings import Settings
from usersync.words import say


def serve(settings: Settings, say_where: Callable[[str], None] = print) -> None:
    """Serve the portal until it is told to end.

    Raises:
        UsageError: it would be reached from other machines without TLS.
    """
    chosen = settings.portal
    portal = Portal(settings)
    app = create_app(portal)
    server = uvicorn.Server(
        uvicorn.Config(
            app,
            host=chosen.host,
            port=chosen.port,
            ssl_certfile=chosen.certificate,
            ssl_keyfile=chosen.key,
            proxy_headers=bool(chosen.trusted_proxies),
            forwarded_allow_ips=list(chosen.trusted_proxies),
            server_header=False,
            access_log=False,
            log_level="warning",
        )
    )
    say_where(say("portal-serving", address=portal.origins.public))
    asyncio.run(_serve(server, settings))


async def _serve(server: uvicorn.Server, settings: Settings) -> None:
    """The server, and beside it the watch over all domains: it tells of workers that are dead, so it must not be one."""
    watching = asyncio.create_task(watch(lambda: settings))
    try:
        await server.serve()
    finally:
        watching.cancel()
        with suppress(asyncio.CancelledError):
            await watching
