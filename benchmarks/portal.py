"""The portal's list of 10,000 users: how long a page takes, from the click to the rows, in a real browser.

    python -m benchmarks.portal                  10,000 users, 60 pages
    python -m benchmarks.portal --users 1000

Goal: p95 below 300 ms per page. The ledger is SQLite, the browser the installed Chromium, all on this machine. Beside it, in the
same run, what the server alone needs for a page (`ledger.section`).
"""

from __future__ import annotations

import argparse
import math
import random
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, sync_playwright
from rich.console import Console
from rich.table import Table

from benchmarks.section import scene
from tests.portal.serving import add_everybody, serve
from usersync.ledger import Ledger, RunState, upgrade
from usersync.planning.section_rows import section_rows

DOMAIN = "default"
GOAL_MS = 300
console = Console(width=120)


def fill(url: str, users: int) -> list[float]:
    """A section of so many users, as a run leaves it; seconds the ledger needs for pages of it."""
    world, said = scene(users)
    with Ledger.open(url) as ledger:
        run = ledger.start_run(domain=DOMAIN, mode="apply", author="bench", settings={}, scope=(), plan_hash=None)
        ledger.save_section(run.id, section_rows(world, said), synced=True, whole=True)
        ledger.finish_run(run.id, RunState.COMPLETED)
        add_everybody(ledger)
        seconds = []
        for _ in range(30):
            began = time.perf_counter()
            ledger.section(DOMAIN, order="username", offset=random.randrange(max(users - 50, 1)))
            seconds.append(time.perf_counter() - began)
    return seconds


def timed(page: Page, act: Callable[[], None]) -> float:
    """Seconds from the act to other rows in the table, as the browser's own clock has them."""
    page.evaluate(
        """() => { const body = document.querySelector('.list tbody'); window.shown = new Promise(done => {
            const watch = new MutationObserver(() => {
                watch.disconnect(); requestAnimationFrame(() => done(performance.now())); });
            watch.observe(body, {subtree: true, childList: true, characterData: true}); });
            window.addEventListener('pointerdown', () => { window.began = performance.now(); }, {once: true, capture: true});
            window.addEventListener('keydown', () => { window.began = performance.now(); }, {once: true, capture: true}); }"""
    )
    act()
    return float(page.evaluate("async () => (await window.shown) - window.began")) / 1000


def measure(url: str, cookie: str, pages: int) -> dict[str, list[float]]:
    """Turn, sort, filter in the browser; seconds of each."""
    found: dict[str, list[float]] = {"open the section": [], "next page": [], "sort": [], "filter": []}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        context = browser.new_context(viewport={"width": 1400, "height": 900})
        context.add_cookies([{"name": "usersync", "value": cookie, "url": url}])
        page = context.new_page()
        for _ in range(10):
            began = time.perf_counter()
            page.goto(f"{url}/users?offset={50 * random.randrange(100)}")
            page.locator(".list tbody tr").nth(10).wait_for()
            found["open the section"].append(time.perf_counter() - began)
        page.wait_for_function("window.socket !== undefined && window.socket.connected")
        page.goto(f"{url}/users")
        page.locator(".list tbody tr").nth(10).wait_for()
        page.wait_for_function("window.socket !== undefined && window.socket.connected")
        for number in range(pages):
            found["next page"].append(timed(page, page.locator(".q-pagination button[aria-label='2']").click
                                            if number == 0 else page.locator(".q-pagination button").last.click))  # fmt: skip
        for number in range(pages // 4):
            name = ("Name", "Extension", "Contact", "Webitel username")[number % 4]
            found["sort"].append(timed(page, page.get_by_role("button", name=name, exact=True).click))
        for _ in range(pages // 4):
            found["filter"].append(timed(page, page.locator(".flag").nth(7).click))
        browser.close()
    return found


def main() -> None:
    """Measure, print, judge."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--users", type=int, default=10_000)
    parser.add_argument("--pages", type=int, default=60)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        url = f"sqlite:///{home / 'ledger.db'}"
        upgrade(url)
        ledger_seconds = fill(url, arguments.users)
        nowhere = {"USERSYNC_WEBITEL__URL": "http://127.0.0.1:9", "USERSYNC_WEBITEL__TOKEN": "none",
                   "USERSYNC_CREATIO__URL": "http://127.0.0.1:9", "USERSYNC_CREATIO__CLIENT_ID": "none",
                   "USERSYNC_CREATIO__CLIENT_SECRET": "none"}  # fmt: skip
        with serve(home, {**nowhere, "USERSYNC_DATABASE_URL": url}) as served:
            found = measure(served.url, served.cookie("operator"), arguments.pages)
    table = Table(title=f"The section in Chromium, {arguments.users:,} users", title_justify="left")
    for heading in ("what", "times", "median", "p95", f"p95 < {GOAL_MS} ms"):
        table.add_column(heading)
    for what, seconds in {"ledger.section alone": ledger_seconds, **found}.items():
        p95 = sorted(seconds)[math.ceil(0.95 * len(seconds)) - 1]
        goal = "yes" if 1000 * p95 < GOAL_MS else "NO"
        table.add_row(
            what, str(len(seconds)), f"{1000 * statistics.median(seconds):.0f} ms", f"{1000 * p95:.0f} ms", goal
        )
    console.print(table)


if __name__ == "__main__":
    main()
