"""The pictures of the portal in README and docs, taken from the demo.

make demo SERVE=1                                              # in another terminal; it prints address and password
.venv/bin/python -m benchmarks.screenshots http://127.0.0.1:PORT PASSWORD
"""

from __future__ import annotations

import argparse
import shutil
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

FOLDER = Path(__file__).parents[1] / "docs" / "images"
USER = "taras"


def connected(page: Page) -> None:
    """Wait until the page is alive and has shown its rows."""
    page.wait_for_function("window.socket !== undefined && window.socket.connected")
    page.wait_for_timeout(2_000)


def main() -> None:
    """Log in as the demo's approver, and take a picture of each main page."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("url")
    parser.add_argument("password")
    arguments = parser.parse_args()
    url = arguments.url.rstrip("/")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1280, "height": 860}, reduced_motion="reduce")
        page.goto(f"{url}/login")
        page.locator("input[name=name]").fill(USER)
        page.locator("input[name=password]").fill(arguments.password)
        page.locator("button[type=submit]").first.click()
        page.wait_for_url("**/users")
        for name, path in {"users": "/users", "runs": "/runs", "review": "/review", "licenses": "/licenses"}.items():
            page.goto(f"{url}{path}")
            connected(page)
            if name == "review":  # the first question that has candidates
                for _ in range(8):
                    if page.get_by_text("Candidate 1").count():
                        break
                    page.keyboard.press("j")
                    page.wait_for_timeout(1_500)
            page.screenshot(path=FOLDER / f"portal-{name}.png")
        page.goto(f"{url}/users?order=username")
        connected(page)
        page.locator(".list tbody a").first.click()
        connected(page)
        page.screenshot(path=FOLDER / "portal-card.png")
        page.goto(f"{url}/plans")
        connected(page)
        page.locator(".list tbody a").last.click()
        connected(page)
        page.screenshot(path=FOLDER / "portal-plan.png")
        browser.close()


if __name__ == "__main__":
    main()
