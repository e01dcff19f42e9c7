"""Something is down: the page says which and what to do, and goes on by itself."""

from __future__ import annotations

import pytest

from tests.portal.browsing import Visits, assert_accessible
from usersync.sandbox.process import Sandbox

PATIENCE = 100_000


@pytest.mark.timeout(300)
def test_the_page_says_which_service_is_down_and_takes_it_back(visit: Visits, box: Sandbox) -> None:
    page = visit("viewer", "/runs")
    try:
        box.webitel.control.fault("status_before", status=503, times=None)
        banner = page.locator(".banner.problem").filter(has_text="Webitel is down")
        banner.wait_for(timeout=PATIENCE)
        assert banner.locator(".next-step").inner_text()
        assert page.locator(".banner.problem").filter(has_text="Creatio is down").count() == 0
        assert_accessible(page)
    finally:
        box.webitel.control.clear_faults()
    banner.wait_for(state="detached", timeout=PATIENCE)
