"""What stands around every page, in a real browser."""

from __future__ import annotations

import logging
import sys

import pytest

from tests.portal.browsing import Visits, assert_accessible, connected
from usersync.portal.serving import Discreet

SECTIONS = ["Webitel users", "Runs", "Review", "Plans", "Licences"]


@pytest.mark.parametrize("path", ["/users", "/runs", "/review", "/plans", "/licenses", "/access"])
def test_every_section_is_accessible(visit: Visits, path: str) -> None:
    page = visit("administrator", path)

    assert page.locator('nav a[aria-current="page"]').count() == 1
    assert_accessible(page)


def test_only_an_administrator_sees_the_section_access(visit: Visits) -> None:
    assert visit("viewer", "/users").locator("nav a").all_inner_texts() == SECTIONS
    assert visit("administrator", "/users").locator("nav a").all_inner_texts() == [*SECTIONS, "Access"]


def test_the_language_is_the_users_own(visit: Visits) -> None:
    page = visit("viewer", "/users")
    assert page.locator("html").get_attribute("lang") == "en-US"
    page.get_by_role("button", name="Українською").click()
    page.get_by_role("button", name="In English").wait_for()

    assert page.locator("html").get_attribute("lang") == "uk"
    assert visit("operator", "/users").locator("html").get_attribute("lang") == "en-US"
    page.wait_for_load_state()
    connected(page)
    page.get_by_role("button", name="In English").click()
    page.get_by_role("button", name="Українською").wait_for()


def test_the_first_stop_of_the_keyboard_leads_past_the_header(visit: Visits) -> None:
    page = visit("viewer", "/users")
    page.keyboard.press("Tab")

    assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def test_whoever_logs_out_is_out(visit: Visits) -> None:
    page = visit("approver", "/users")
    page.get_by_role("button", name="Log out").click()
    page.wait_for_url("**/login")

    visit.served._cookies.pop("approver")
    page.goto(f"{visit.served.url}/runs")
    assert "/login?next=/runs" in page.url
    assert_accessible(page)


def test_an_address_without_a_page_leads_on(visit: Visits) -> None:
    page = visit("viewer", "/nowhere/at/all")

    assert "There is nothing at this address." in page.locator("#main").inner_text()
    assert page.locator("nav a").count() == len(SECTIONS)
    assert_accessible(page)
    visit.complaints.remove("Failed to load resource: the server responded with a status of 404 (Not Found)")


def test_a_run_that_is_none_is_said_once(visit: Visits) -> None:
    page = visit("viewer", "/runs/r-none")

    page.get_by_role("alert").filter(has_text="r-none").wait_for()
    assert page.get_by_text("This page asks again by itself.").count() == 0
    visit.complaints.clear()


def test_a_mistake_of_ours_is_named_in_the_log_without_what_it_held() -> None:
    record = logging.LogRecord("nicegui", logging.ERROR, "", 0, ValueError("Olha Kovalenko, +380501234567"), (), None)
    try:
        raise ValueError("Olha Kovalenko, +380501234567")
    except ValueError:
        with_traceback = logging.LogRecord("nicegui", logging.ERROR, "", 0, "said %s", ("Olha",), sys.exc_info())
    for line in (record, with_traceback):
        assert Discreet().filter(line)
        text = logging.Formatter().format(line)
        assert "ValueError" in text
        assert "Olha" not in text
