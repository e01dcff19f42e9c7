"""The portal put together: one FastAPI application with NiceGUI inside, and the gate around it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import RedirectResponse, Response
from starlette.staticfiles import StaticFiles

import usersync
from usersync.errors import BrokeOff, UsersyncError
from usersync.portal import login
from usersync.portal.api import api_router
from usersync.portal.gate import ASSETS, Gate
from usersync.portal.monitoring import monitoring_router
from usersync.portal.portal import Portal
from usersync.portal.problems import problem_response, status_of
from usersync.words import Sentence

_RECONNECT_SECONDS = 30.0


def assemble(portal: Portal) -> FastAPI:
    """Everything but the pages: gate, login, API. May be called as often as one likes."""

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        yield
        await portal.health.close()
        await asyncio.to_thread(portal.close)

    app = FastAPI(
        title="usersync", version=usersync.__version__, docs_url=None, redoc_url=None, openapi_url="/api/openapi.json",
        lifespan=lifespan,
    )  # fmt: skip
    app.include_router(login.router)
    app.include_router(api_router())
    app.include_router(monitoring_router(lambda: portal.settings))
    app.mount(ASSETS, StaticFiles(directory=Path(__file__).parent / "assets"), name="assets")
    app.add_exception_handler(UsersyncError, _sentence)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _refused)
    app.add_exception_handler(Exception, _broke)
    app.add_middleware(Gate, portal=portal)
    app.add_middleware(GZipMiddleware, minimum_size=1_000)
    return app


def create_app(portal: Portal) -> FastAPI:
    """The whole portal. NiceGUI is one for a process, so this is called once in it."""
    from nicegui import core, ui

    from usersync.portal import pages
    from usersync.portal.page import show_broken, show_nothing, speak_ukrainian

    app = assemble(portal)

    @app.get("/", include_in_schema=False)
    async def start() -> Response:
        """The first page is the section."""
        return RedirectResponse("/users", 303)

    pages.load()
    speak_ukrainian()
    ui.run_with(
        app,
        title="usersync",
        favicon=Path(__file__).parent / "assets" / "favicon.svg",
        gzip_middleware_factory=None,
        reconnect_timeout=_RECONNECT_SECONDS,
        tailwind=False,
        show_welcome_message=False,
    )
    core.app.add_exception_handler(404, show_nothing)
    core.app.on_page_exception(show_broken)
    core.app.config.socket_io_js_transports = ["websocket"]
    return app


async def _sentence(request: Request, error: Exception) -> Response:
    del request
    if not isinstance(error, UsersyncError):
        raise error
    return problem_response(status_of(error), error.sentence)


async def _invalid(request: Request, error: Exception) -> Response:
    del request
    if not isinstance(error, RequestValidationError):
        raise error
    first = error.errors()[0]
    where = ".".join(str(part) for part in first["loc"])
    return problem_response(422, Sentence("portal-invalid", {"where": where, "problem": first["msg"]}))


async def _refused(request: Request, error: Exception) -> Response:
    del request
    if not isinstance(error, HTTPException):
        raise error
    named = f"portal-http-{error.status_code}" if error.status_code in {404, 405} else "portal-http"
    return problem_response(error.status_code, Sentence(named), headers=error.headers)


async def _broke(request: Request, error: Exception) -> Response:
    del request
    return problem_response(500, BrokeOff.by(error, "portal-broke").sentence)
