"""The pictures of the portal in README and docs, taken from the demo.

make demo SERVE=1                                              # in another terminal; it prints address and password
.venv/bin/python -m benchmarks.screenshots http://127.0.0.1:PORT PASSWORD

The plan that is shown is one that takes the demo's run back; it is rejected afterwards.
"""

from __future__ import annotations

import argparse
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

FOLDER = Path(__file__).parents[1] / "docs" / "images"
USER = "taras"
RUN_MS = 120_000
LARGEST_BYTES = 200_000


def settle(page: Page) -> None:
    """Wait until the page is alive and has shown its rows."""
    page.wait_for_function("window.socket !== undefined && window.socket.connected")
    page.wait_for_timeout(1_500)


def go(page: Page, path: str) -> None:
    """Open a page of the portal."""
    page.goto(re.sub(r"(://[^/]+).*", r"\1", page.url) + path)
    settle(page)


def shoot(page: Page, name: str) -> None:
    """Take a picture of what is seen."""
    path = FOLDER / f"portal-{name}.png"
    page.locator(".banner.problem").first.wait_for(state="detached", timeout=RUN_MS)  # a busy machine is no subject
    page.mouse.move(0, 0)
    page.screenshot(path=path)
    size = path.stat().st_size
    print(f"{path.name}: {size // 1000} kB{' (too large)' if size > LARGEST_BYTES else ''}")


@contextmanager
def visitor(browser: Browser, url: str, password: str, *, width: int, height: int) -> Iterator[Page]:
    """The demo's approver, logged in."""
    page = browser.new_page(viewport={"width": width, "height": height}, reduced_motion="reduce")
    page.goto(f"{url}/login")
    page.locator("input[name=name]").fill(USER)
    page.locator("input[name=password]").fill(password)
    page.locator("button[type=submit]").first.click()
    page.wait_for_url("**/users")
    settle(page)
    yield page
    page.close()


def pages(page: Page) -> None:
    """Every main page on a desk's screen."""
    shoot(page, "users")
    page.get_by_role("button", name="Actions").click()
    page.get_by_role("menuitem").click()
    page.wait_for_timeout(500)
    shoot(page, "start")
    go(page, "/users?order=username")
    page.locator(".list tbody a").first.click()
    settle(page)
    shoot(page, "card")
    go(page, "/review")
    for _ in range(page.locator(".questions li").count()):  # the first question that has candidates
        if page.get_by_text(re.compile("^Candidate 1")).count():
            break
        page.keyboard.press("j")
        page.wait_for_timeout(1_500)
    shoot(page, "review")
    go(page, "/licenses")
    shoot(page, "licenses")
    go(page, "/runs")


def run_and_plan(page: Page) -> None:
    """The run that imported everybody, and the plan that would take it back."""
    wrote = page.locator(".list tbody tr").filter(has_text="os:").filter(has_not_text="preview")
    wrote.nth(1).get_by_role("link").first.click()
    settle(page)
    shoot(page, "run")
    imported = page.url
    page.get_by_role("button", name="Undo", exact=True).click()
    page.get_by_role("dialog").get_by_role("button", name="Make the undo plan").click()
    page.wait_for_url(lambda address: address != imported, timeout=RUN_MS)
    page.get_by_role("link", name="Look at the plan").click(timeout=RUN_MS)
    page.wait_for_url("**/plans/**")
    settle(page)
    shoot(page, "plan")
    page.get_by_role("button", name="Reject", exact=True).click()
    page.get_by_role("dialog").get_by_role("button", name="Reject").click()
    page.get_by_role("button", name="Reject", exact=True).wait_for(state="detached")


def main() -> None:
    """Take a picture of each main page, and of the section on a phone."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("url")
    parser.add_argument("password")
    arguments = parser.parse_args()
    url = arguments.url.rstrip("/")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        with visitor(browser, url, arguments.password, width=1280, height=800) as page:
            pages(page)
            run_and_plan(page)
        with visitor(browser, url, arguments.password, width=390, height=780) as page:
            shoot(page, "phone")
        browser.close()


if __name__ == "__main__":
    main()
