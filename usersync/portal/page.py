"""The decorator of pages: login and permission, the frame, and a banner instead of a traceback."""

from __future__ import annotations

import inspect
import typing
from collections.abc import Awaitable, Callable
from contextvars import copy_context
from typing import Any, Final

from nicegui import Client, ui
from nicegui.language import Language
from starlette.requests import Request
from starlette.responses import Response

from usersync.errors import BrokeOff, UsageError, UsersyncError
from usersync.portal.access import Permission
from usersync.portal.current import current_portal, current_visitor
from usersync.portal.frame import banner, frame
from usersync.portal.here import Here
from usersync.portal.problems import status_of
from usersync.words import current_language, say, speak

_TRIED_AGAIN_SECONDS: Final = 5.0
_BUILD_SECONDS: Final = 30.0
_SERVER_ERROR: Final = 500

Builder = Callable[..., Awaitable[None]]


class _SpokenPage(ui.page):
    """A page whose language is the visitor's: Quasar's own words, and the `lang` of the document."""

    def resolve_language(self) -> Language | None:
        """The language of the request that is answered."""
        return "uk" if current_language() == "uk" else "en-US"


def page(
    path: str, *, title: str, section: str, permission: Permission = Permission.VIEW
) -> Callable[[Builder], Builder]:
    """Make a page of a coroutine function `build(here, **path parameters)`.

    Args:
        path: as NiceGUI has it, e.g. `/runs/{run_id}`. The query's `domain` chooses the domain.
        title: id of a message: the document's title and the page's heading.
        section: which section of the frame is marked.
        permission: who may see it; handlers that change something call `here.require` besides.

    While the ledger or a service is down, the page is a banner that says so and what to do; it is built anew every five
    seconds until it works.

    Example:
        @page("/runs/{run_id}", title="run-title", section="runs")
        async def run_page(here: Here, run_id: str) -> None:
            run = await here.ask(lambda ledger: ledger.run(run_id))
    """

    def decorate(build: Builder) -> Builder:
        hints = typing.get_type_hints(build)
        parameters = [
            parameter.replace(annotation=hints[parameter.name])
            for parameter in list(inspect.signature(build).parameters.values())[1:]
        ]

        async def shown(**arguments: Any) -> None:
            here, problem = _where(permission)
            with frame(here, say(title), section):
                if problem is None:
                    await _steady(lambda: build(here, **arguments))
                else:
                    _refuse(problem)

        shown.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
        shown.__name__ = build.__name__
        _SpokenPage(path, response_timeout=_BUILD_SECONDS)(shown)
        return build

    return decorate


def speak_ukrainian() -> None:
    """Teach NiceGUI the Ukrainian for its own words, such as those for a lost connection."""
    from nicegui.translations import translations

    def words() -> dict[str, str]:
        speak("uk")
        return {name: say(f"portal-own-{name.replace('_', '-')}") for name in translations["en-US"]}

    translations["uk"] = copy_context().run(words)


def show_nothing(request: Request, error: Exception) -> Response:
    """The answer to an address where there is no page: inside the frame, so that one finds out again."""
    del error
    if request.url.path.startswith("/_nicegui"):
        return Response(status_code=404)
    with Client(_SpokenPage(""), request=request) as client:
        here, problem = _where(Permission.VIEW)
        with frame(here, say("portal-nothing-here"), ""):
            _refuse(problem or NothingHere("portal-http-404"))
        return client.build_response(request, 404)


def show_broken(error: Exception) -> None:
    """What is shown of a mistake of ours that nothing else caught: its kind and place, never its text."""
    broke = BrokeOff.by(error, "portal-broke")
    banner(str(broke), broke.next_step)


class NothingHere(UsageError):
    """There is no page at this address."""


def _where(permission: Permission) -> tuple[Here, UsersyncError | None]:
    """Whose page it is and of which domain; and why it is not shown, if it is not."""
    portal, visitor = current_portal(), current_visitor()
    wanted = ui.context.client.request.query_params.get("domain", "")
    try:
        visitor.require(permission)
        return Here(portal, portal.domain(visitor, wanted)), None
    except UsersyncError as error:
        return Here(portal, portal.domain(visitor)), error


def _refuse(error: UsersyncError) -> None:
    """Say why there is nothing to see, in a way that trying again does not change."""
    ui.context.client.status_code = status_of(error)
    banner(str(error), error.next_step)


async def _steady(build: Callable[[], Awaitable[None]]) -> None:
    """Build a page's content; where something is down, say what and try again until it works."""
    place = ui.element("div").classes("content")

    async def attempt() -> None:
        place.clear()
        with place:
            try:
                await build()
            except UsersyncError as error:
                place.clear()
                _failed(error)
            except Exception as error:  # noqa: BLE001 - a traceback on a page may hold a person's data
                place.clear()
                _failed(BrokeOff.by(error, "portal-broke"))

    def _failed(error: UsersyncError) -> None:
        if status_of(error) < _SERVER_ERROR:
            _refuse(error)
            return
        banner(str(error), error.next_step)
        ui.label(say("portal-asks-again")).classes("hint")
        ui.timer(_TRIED_AGAIN_SECONDS, attempt, once=True)

    await attempt()
