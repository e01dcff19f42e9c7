"""What tests of pages share: the world behind the portal, and waiting for what a page says."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.portal.serving import Served
from tests.process.office import Office
from usersync.planning.rules import LicenseRule
from usersync.sandbox.process import Sandbox

RUN_MS = 120_000
"""A run in a child process on a busy machine."""


def office_of(box: Sandbox, served: Served) -> Office:
    """The process over the portal's own ledger, in this process: quick."""
    rules = {"licenses": (LicenseRule(product="CALL_MANAGER", who="everyone"),)}
    return Office(box, served.database_url, rules=rules)


def on_a_run(page: Page) -> str:
    """Wait until the page is a run's, and the run has ended; its id."""
    page.wait_for_url(re.compile(r"/runs/r-"), timeout=RUN_MS)
    expect(page.get_by_role("tablist")).to_be_visible(timeout=RUN_MS)
    return page.url.rpartition("/runs/")[2].partition("?")[0]
