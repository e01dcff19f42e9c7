"""Something is down: the page says which and what to do, and goes on by itself."""

from __future__ import annotations

import pytest

from tests.portal.browsing import Visits, assert_accessible
from usersync.sandbox.process import Sandbox

PATIENCE = 100_000


@pytest.mark.timeout(300)
def test_the_page_says_which_services_are_down_and_takes_it_back(visit: Visits, box: Sandbox) -> None:
    page = visit("operator", "/users")
    services = {"Webitel": box.webitel, "Creatio": box.creatio}
    banners = {name: page.locator(".banner.problem").filter(has_text=f"{name} is down") for name in services}
    try:
        for service in services.values():
            service.control.fault("status_before", status=503, times=None)
        for banner in banners.values():
            banner.wait_for(timeout=PATIENCE)
            assert banner.locator(".next-step").inner_text()
        assert page.locator(".banner.problem").count() == len(services)
        assert_accessible(page)
        page.get_by_role("button", name="Add", exact=True).click()
        page.get_by_role("dialog", name="Add a Webitel user").wait_for()
        page.get_by_text("Creatio is not available at the moment").nth(1).wait_for(timeout=PATIENCE)
        assert_accessible(page)
    finally:
        for service in services.values():
            service.control.clear_faults()
    for banner in banners.values():
        banner.wait_for(state="detached", timeout=PATIENCE)
