"""The section Access, click by click."""

from __future__ import annotations

import httpx

from tests.portal.browsing import Visits, assert_accessible
from tests.portal.serving import log_in

NEW = "something long enough"


def test_an_administrator_adds_a_user_who_then_logs_in(visit: Visits) -> None:
    page = visit("administrator", "/access")
    page.get_by_role("button", name="Add a user").click()
    dialog = page.get_by_role("dialog", name="Add a user")
    dialog.get_by_label("user").fill("Natalia")
    dialog.get_by_label("Password").fill("short")
    assert_accessible(page)
    dialog.get_by_role("button", name="Add a user").click()
    assert (
        "A password has 12 to 256 characters." in dialog.get_by_role("alert").filter(has_text="password").inner_text()
    )

    dialog.get_by_label("Password").fill(NEW)
    dialog.get_by_role("button", name="Add a user").click()
    dialog.wait_for(state="detached")
    page.get_by_role("cell", name="natalia", exact=True).wait_for()
    assert log_in(visit.served.url, "natalia", NEW)

    page.get_by_role("button", name="Disable: natalia").click()
    page.get_by_role("button", name="Enable: natalia").wait_for()
    with visit.served.ledger() as ledger:
        assert [line.actor for line in ledger.audit(subject="natalia")] == ["portal:administrator"] * 2
        assert ledger.portal_user("natalia").active is False


def test_an_administrator_cannot_shut_the_door_behind_oneself(visit: Visits) -> None:
    page = visit("administrator", "/access")

    page.get_by_role("button", name="Disable: operator").wait_for()
    assert page.get_by_role("button", name="Disable: administrator").count() == 0
    assert page.locator(".q-field--disabled").count() == 1


def test_a_token_is_shown_once_used_and_revoked(visit: Visits) -> None:
    page = visit("administrator", "/access")
    page.get_by_role("button", name="Make a token").click()
    dialog = page.get_by_role("dialog", name="Make a token")
    dialog.get_by_label("for", exact=True).fill("monitor")
    dialog.get_by_role("checkbox", name="start").click()
    dialog.get_by_role("button", name="Make a token").click()
    once = page.get_by_role("dialog", name="Copy the token now")
    secret = once.get_by_label("Token").input_value()
    assert_accessible(page)
    once.get_by_role("button", name="Close").click()
    once.wait_for(state="detached")
    page.get_by_role("cell", name="monitor", exact=True).wait_for()
    assert secret not in page.content()

    headers = {"Authorization": f"Bearer {secret}"}
    assert httpx.get(f"{visit.served.url}/api/runs", headers=headers).status_code == 200
    assert (
        httpx.post(f"{visit.served.url}/api/processes/GetWebitelUsers/runs", json={}, headers=headers).status_code
        == 403
    )

    page.get_by_role("button", name="Revoke: monitor").click()
    page.get_by_role("dialog").get_by_role("button", name="Revoke").click()
    page.get_by_role("button", name="Revoke: monitor").wait_for(state="detached")
    assert httpx.get(f"{visit.served.url}/api/runs", headers=headers).status_code == 401


def test_nobody_but_an_administrator_sees_the_page(visit: Visits) -> None:
    page = visit("approver", "/access")

    assert "You may not do this" in page.locator("#main").inner_text()
    assert page.get_by_role("button", name="Add a user").count() == 0
    visit.complaints.remove("Failed to load resource: the server responded with a status of 403 (Forbidden)")
