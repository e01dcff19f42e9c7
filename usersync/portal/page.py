"""The decorator of pages: login and permission, the frame, and a banner instead of a traceback."""

from __future__ import annotations

import inspect
import typing
from collections.abc import Awaitable, Callable
from typing import Any, Final

from nicegui import ui
from nicegui.language import Language

from usersync.errors import BrokeOff, UsersyncError
from usersync.portal.access import NotPermitted, Permission
from usersync.portal.current import current_portal, current_visitor
from usersync.portal.frame import banner, frame
from usersync.portal.here import Here
from usersync.words import current_language, say

_TRIED_AGAIN_SECONDS: Final = 5.0
_BUILD_SECONDS: Final = 30.0

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
            portal, visitor = current_portal(), current_visitor()
            wanted = ui.context.client.request.query_params.get("domain", "")
            problem: UsersyncError | None = None
            try:
                visitor.require(permission)
                domain = portal.domain(visitor, wanted)
            except NotPermitted as error:
                problem, domain = error, portal.domain(visitor)
                ui.context.client.status_code = 403
            except UsersyncError as error:
                problem, domain = error, portal.domain(visitor)
                ui.context.client.status_code = 404
            here = Here(portal, domain)
            with frame(here, say(title), section):
                if problem is not None:
                    banner(str(problem), problem.next_step)
                    return
                await _steady(lambda: build(here, **arguments))

        shown.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
        shown.__name__ = build.__name__
        _SpokenPage(path, response_timeout=_BUILD_SECONDS)(shown)
        return build

    return decorate


async def _steady(build: Callable[[], Awaitable[None]]) -> None:
    """Build a page's content; where that fails, say why and try again until it works."""
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
                _failed(BrokeOff.by(error))

    def _failed(error: UsersyncError) -> None:
        banner(str(error), error.next_step)
        ui.label(say("portal-asks-again")).classes("hint")
        ui.timer(_TRIED_AGAIN_SECONDS, attempt, once=True)

    await attempt()
