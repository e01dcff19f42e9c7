"""The manual's chapters 3, 4, 5, 6, 8 and 9 in a browser, click by click."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.portal.browsing import Visits, assert_accessible
from tests.portal.pages import RUN_MS, on_a_run
from usersync.sandbox.process import Sandbox

pytestmark = pytest.mark.timeout(600)


@pytest.fixture
def section(visit: Visits) -> Iterator[Page]:
    page = visit("operator", "/users")
    expect(page.get_by_role("table")).to_be_visible()
    return page


def _card(page: Page, username: str) -> None:
    page.goto(re.sub(r"/(users|runs).*$", "/users", page.url))
    page.get_by_role("link", name=username, exact=True).click()
    expect(page.get_by_role("region", name="User Licenses")).to_be_visible()


def test_chapter_9_get_webitel_users_is_started_from_the_actions_menu(section: Page, visit: Visits) -> None:
    section.get_by_role("button", name="Actions").click()
    expect(section.get_by_role("menuitem")).to_have_text("GetWebitelUsers")
    assert_accessible(section)
    section.get_by_role("menuitem").click()
    dialog = section.get_by_role("dialog", name="Start process")
    expect(dialog.get_by_label("Process")).to_have_value("GetWebitelUsers")
    assert_accessible(section)
    dialog.get_by_role("button", name="Start", exact=True).click()
    run = on_a_run(section)

    expect(section.get_by_text("GetWebitelUsers, preview")).to_be_visible()
    with visit.served.ledger() as ledger:
        assert (ledger.run(run).mode, ledger.run(run).author) == ("preview", "portal:operator")


def test_chapters_3_to_8_a_user_is_added_licensed_given_stun_and_deleted(
    section: Page, visit: Visits, box: Sandbox
) -> None:
    before = {user["id"] for user in box.webitel.control.rows("users")}
    # 3 Add: choose the Creatio user; Webitel username and Contact fill themselves; enter the Extension; Save.
    section.get_by_role("button", name="Add", exact=True).click()
    form = section.get_by_role("dialog", name="Add a Webitel user")
    form.get_by_role("button", name="Save").click()
    expect(form.get_by_text("Choose the Creatio user first.")).to_be_visible()
    form.get_by_label("User (a Creatio user)").click()
    offered = section.get_by_role("option").filter(has_not_text=re.compile("Supervisor|usersync")).first
    expect(offered).to_be_visible()
    assert_accessible(section)  # with its list open, too
    offered.click()
    expect(form.get_by_label("Contact")).not_to_have_value("", timeout=20_000)
    username = form.get_by_label("Webitel username").input_value()
    assert username
    form.get_by_label("Extension").fill("12a")
    expect(form.get_by_role("status")).to_have_text(re.compile("digits"), timeout=20_000)
    form.get_by_label("Extension").fill("7788")
    expect(form.get_by_text("This extension is free.")).to_be_visible(timeout=20_000)
    assert_accessible(section)
    form.get_by_role("button", name="Save").click()
    on_a_run(section)
    expect(section.get_by_text("completed", exact=True)).to_be_visible()
    made = next(user for user in box.webitel.control.rows("users") if user["id"] not in before)
    assert (made["username"], made["extension"]) == (username, "7788")

    # User ID and Default device have filled themselves.
    _card(section, username)
    webitel = section.get_by_role("region", name="Webitel", exact=True)
    expect(webitel).to_contain_text(str(made["id"]))
    expect(webitel).to_contain_text(re.compile("Default device\\s*\\S+"))
    assert_accessible(section)

    # 5 Licence: + beside User Licenses; pick the licence.
    section.get_by_role("button", name=re.compile("^Add a licence")).click()
    section.get_by_label("Licence", exact=True).click()
    assert_accessible(section)
    section.get_by_role("option").filter(has_text="CALL_MANAGER").first.click()
    section.get_by_role("dialog").get_by_role("button", name="Add", exact=True).click()
    on_a_run(section)
    _card(section, username)
    licenses = section.get_by_role("region", name="User Licenses")
    expect(licenses).to_contain_text("CALL_MANAGER")

    # 6 Remove it again: the detail's Delete.
    licenses.get_by_role("button", name=re.compile("^Delete CALL_MANAGER")).click()
    section.get_by_role("dialog").get_by_role("button", name="Yes").click()
    on_a_run(section)
    _card(section, username)
    expect(section.get_by_role("region", name="User Licenses")).not_to_contain_text("CALL_MANAGER")

    # 8 STUN: the switch on the card.
    section.get_by_role("switch", name="Enable STUN").click()
    on_a_run(section)
    _card(section, username)
    expect(section.get_by_role("switch", name="Enable STUN")).to_be_checked()

    # 4 Delete: select the record, Delete, Yes.
    section.goto(f"{visit.served.url}/users?search={username}")
    section.get_by_role("checkbox", name=f"Select {username}").click()
    section.get_by_role("button", name="Delete", exact=True).click()
    section.get_by_role("dialog").get_by_role("button", name="Yes").click()
    on_a_run(section)
    expect(section.get_by_text("completed", exact=True)).to_be_visible(timeout=RUN_MS)
    left = {user["id"] for user in box.webitel.control.rows("users") if not user.get("deleted_at")}
    assert made["id"] not in left


def test_the_section_is_searched_filtered_and_sorted_and_the_address_says_so(section: Page, visit: Visits) -> None:
    section.get_by_role("textbox", name=re.compile("^Username, name")).fill("no such person")
    expect(section.get_by_text("Nothing fits what is asked for.")).to_be_visible()
    section.get_by_role("textbox", name=re.compile("^Username, name")).fill("")
    section.get_by_role("button", name=re.compile("^needs review")).click()
    expect(section.get_by_role("button", name=re.compile("^needs review"))).to_have_attribute("aria-pressed", "true")
    pressed, not_pressed = (
        section.get_by_role("button", name=re.compile(f"^{name}")).evaluate(
            "it => getComputedStyle(it).backgroundColor"
        )
        for name in ("needs review", "failed")
    )
    assert pressed != not_pressed
    section.get_by_role("button", name="Extension", exact=True).press("Enter")
    expect(section.get_by_role("columnheader", name="Extension")).to_have_attribute("aria-sort", "ascending")
    expect(section).to_have_url(re.compile("flag=needs_review&order=extension"))

    again = visit("viewer", section.url.removeprefix(visit.served.url))
    expect(again.get_by_role("button", name=re.compile("^needs review"))).to_have_attribute("aria-pressed", "true")
    assert again.get_by_role("button", name="Add", exact=True).count() == 0


def test_hostile_names_are_text(section: Page) -> None:
    expect(section.get_by_text("<script>window.hacked = 1</script> {{7*7}}")).to_be_visible()
    assert section.evaluate("window.hacked") is None


def test_on_a_phone_nothing_is_wider_than_the_screen(visit: Visits) -> None:
    for path in ("/users", "/runs", "/review", "/plans", "/licenses"):
        page = visit("operator", path, width=390, height=800)
        page.wait_for_timeout(500)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, path
        assert_accessible(page)


def test_in_ukrainian_the_section_is_ukrainian(visit: Visits) -> None:
    page = visit("operator", "/users")
    page.get_by_role("button", name="Українською").click()
    expect(page.get_by_role("button", name="Дії")).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_have_text("Користувачі Webitel")
    assert "З’єднання втрачено." in page.content()
    assert_accessible(page)
    page.get_by_role("button", name="In English").click()
    expect(page.get_by_role("button", name="Actions")).to_be_visible()
