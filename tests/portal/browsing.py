"""The browser of the tests: the Chromium that is installed, with an eye on everything a page does that it should not."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass, field

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, Request

from tests.portal.serving import Served

REQUIRED = "USERSYNC_TEST_BROWSER"
"""Set to `required` where tests without a browser would be worth nothing (continuous integration)."""
_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def chromium() -> str:
    """The installed Chromium; without one the test is skipped, or fails where one is required."""
    found = next((path for name in _NAMES if (path := shutil.which(name))), None)
    if found:
        return found
    sentence = "no Chromium on this machine: install it (apt-get install chromium) to run the tests in a browser"
    if os.environ.get(REQUIRED) == "required":
        pytest.fail(sentence)
    pytest.skip(sentence)


@dataclass
class Visits:
    """Opens pages as somebody; afterwards nothing may have gone wrong in any of them.

    Attributes:
        complaints: errors of scripts, of the content security policy, and requests to other places.
    """

    browser: Browser
    served: Served
    complaints: list[str] = field(default_factory=list)
    _contexts: list[BrowserContext] = field(default_factory=list)

    def __call__(self, role: str, path: str = "/", *, width: int = 1280, height: int = 800) -> Page:
        """A page as the user of that role sees it, connected and ready to be clicked."""
        context = self.browser.new_context(
            viewport={"width": width, "height": height}, locale="en-GB", reduced_motion="reduce"
        )
        context.set_default_timeout(30_000)
        self._contexts.append(context)
        if role:
            cookie = {"name": "usersync", "value": self.served.cookie(role), "url": self.served.url}
            context.add_cookies([cookie])
        page = context.new_page()
        page.on("console", lambda said: said.type == "error" and self.complaints.append(said.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("request", self._watch)
        page.goto(f"{self.served.url}{path}")
        if role:
            connected(page)
        return page

    def _watch(self, request: Request) -> None:
        if not request.url.startswith((self.served.url, "data:", "blob:")):
            self.complaints.append(f"a request left the machine: {request.url}")

    def end(self) -> None:
        """Close everything."""
        for context in self._contexts:
            context.close()


def connected(page: Page) -> None:
    """Wait until the page is there and its websocket open: what is clicked before is lost."""
    page.locator("#main .page-title").wait_for()
    page.wait_for_function("window.socket !== undefined && window.socket.connected")


_AT_REST = """() => !document.querySelector("[class*='-enter-'], [class*='-leave-']") && document.getAnimations().every(
    one => one.playState !== "running" || one.effect.getComputedTiming().iterations === Infinity)"""


def assert_accessible(page: Page) -> None:
    """axe-core finds nothing serious or critical on the page as it is now, once what moves has come to rest."""
    page.wait_for_function(_AT_REST)
    found = [
        (
            violation["impact"],
            violation["id"],
            [f"{node['html'][:150]} {node['failureSummary'][:200]}" for node in violation["nodes"]][:3],
        )
        for violation in Axe().run(page).response["violations"]
        if violation["impact"] in {"serious", "critical"}
    ]
    assert found == [], found
