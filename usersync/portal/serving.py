"""The portal as a server process."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from typing import Final

import uvicorn

from usersync.errors import BrokeOff
from usersync.notices import watch
from usersync.portal.app import create_app
from usersync.portal.portal import Portal
from usersync.settings import Settings
from usersync.words import say

_LOGGERS: Final = ("nicegui", "uvicorn.error", "asyncio")


class Discreet(logging.Filter):
    """Names a mistake of ours in the log by its kind and place: its text and its traceback may hold a person's data."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Take the exception out of the record."""
        error = record.exc_info[1] if record.exc_info else record.msg
        if isinstance(error, BaseException):
            record.msg, record.args = str(BrokeOff.by(error, "portal-broke")), ()
            record.exc_info = record.exc_text = None
        return True


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
    for name in _LOGGERS:
        logging.getLogger(name).addFilter(Discreet())
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
