"""Trying to get in."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from httpx import Response

from tests.portal.inside import URL, Inside, form, log_in, secret_of
from tests.portal.serving import PASSWORD
from usersync.ledger import LedgerUnreachable
from usersync.portal.access import Permission

API = (
    ("GET", "/api/runs"), ("GET", "/api/plans"), ("GET", "/api/reviews"), ("GET", "/api/licenses"), ("GET", "/api/users"),
    ("GET", "/api/openapi.json"), ("POST", "/api/processes/GetWebitelUsers/runs"), ("POST", "/api/runs/r-1/stop"),
    ("POST", f"/api/plans/{'0' * 64}/approve"), ("POST", "/api/reviews/1/decide"), ("GET", "/metrics"),
)  # fmt: skip
PAGES = ("/users", "/runs", "/review", "/plans", "/licenses", "/access", "/", "/nowhere", "/../etc/passwd")


def problem(answer: Response) -> str:
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    return answer.json()["type"].removeprefix("urn:usersync:")


@pytest.mark.parametrize(("method", "path"), API)
def test_without_a_token_the_api_says_nothing(portal: Inside, method: str, path: str) -> None:
    answer = portal.nobody().request(method, path)

    assert answer.status_code == 401
    assert problem(answer) == "portal-no-login"
    assert answer.headers["www-authenticate"].startswith("Bearer")


@pytest.mark.parametrize("path", PAGES)
def test_without_a_login_every_page_is_the_login(portal: Inside, path: str) -> None:
    answer = portal.nobody().get(path)

    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/login")


@pytest.mark.parametrize(
    "header",
    [
        "Bearer",
        "Bearer ",
        "Bearer x",
        "bearer null",
        "Basic dTpw",
        "Bearer usync_0 usync_0",
        "Negotiate x",
        "Bearer \xff",
    ],
)
def test_what_is_no_token_opens_nothing(portal: Inside, header: str) -> None:
    portal.program()
    answer = portal.nobody().get("/api/runs", headers={"Authorization": header.encode("latin-1")})

    assert answer.status_code == 401


def test_a_token_opens_the_api_and_no_page(portal: Inside) -> None:
    program = portal.program()

    assert program.get("/api/runs").status_code == 200
    assert program.get("/users").headers["location"].startswith("/login")


def test_a_revoked_token_is_worth_nothing(portal: Inside) -> None:
    program = portal.program()
    token = portal.ledger.tokens()[0]
    portal.ledger.revoke_token(token.id, author="tester")
    portal.portal.doors.forget_all()

    assert program.get("/api/runs").status_code == 401


def test_a_token_does_what_it_is_for_and_no_more(portal: Inside) -> None:
    program = portal.program(Permission.VIEW)

    assert program.get("/api/runs").status_code == 200
    refused = program.post("/api/processes/GetWebitelUsers/runs", json={"mode": "preview"})
    assert refused.status_code == 403
    assert problem(refused) == "portal-not-permitted"
    assert portal.processes.started == []


def test_a_token_of_another_domain_sees_nothing_of_this_one(portal: Inside) -> None:
    program = portal.program(domains=("elsewhere",))
    run = portal.ledger.runs(limit=1)[0]
    plan = portal.ledger.plans(limit=1)[0]

    for path in (
        "/api/runs",
        f"/api/runs/{run.id}",
        f"/api/plans/{plan.hash}",
        "/api/reviews",
        "/api/runs?domain=default",
    ):
        assert problem(program.get(path)) == "portal-not-your-domain"
    assert problem(program.post(f"/api/runs/{run.id}/stop")) == "portal-not-your-domain"
    assert problem(program.post(f"/api/plans/{plan.hash}/reject", json={})) == "portal-not-your-domain"


@pytest.mark.parametrize("role", ["viewer", "operator"])
def test_a_role_that_may_not_approve_does_not(portal: Inside, role: str) -> None:
    browser = portal.browser(role)
    visitor = portal.csrf(browser)
    plan = portal.ledger.plans(limit=1)[0]
    answer = browser.post(f"/api/plans/{plan.hash}/approve", json={}, headers={"Origin": URL, "X-CSRF-Token": visitor})

    assert answer.status_code == 403
    assert problem(answer) == "portal-not-permitted"


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "null", "http://portal.example", "https://portal.example.evil", ""]
)
def test_a_page_elsewhere_cannot_write_with_the_browsers_cookie(portal: Inside, origin: str) -> None:
    browser = portal.browser("administrator")
    value = portal.csrf(browser)
    answer = browser.post(
        "/api/processes/GetWebitelUsers/runs", json={}, headers={"Origin": origin, "X-CSRF-Token": value}
    )

    assert answer.status_code == 403
    assert problem(answer) == "portal-foreign-origin"


def test_a_page_of_ours_cannot_write_without_the_value_of_its_session(portal: Inside) -> None:
    browser, other = portal.browser("operator"), portal.browser("approver")
    for value in ("", "x", portal.csrf(other)):
        answer = browser.post(
            "/api/processes/GetWebitelUsers/runs", json={}, headers={"Origin": URL, "X-CSRF-Token": value}
        )
        assert problem(answer) == "portal-no-csrf"


def test_a_page_of_ours_with_its_value_may_write(portal: Inside) -> None:
    browser = portal.browser("operator")
    headers = {"Origin": URL, "X-CSRF-Token": portal.csrf(browser)}
    answer = browser.post("/api/runs/r-none/stop", headers=headers)

    assert problem(answer) == "ledger-run-not-found"


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1", "portal.example:8480", "portal.example.evil", ""])
def test_another_name_for_this_machine_is_no_way_in(portal: Inside, host: str) -> None:
    answer = portal.browser("administrator").get("/api/runs", headers={"Host": host})

    assert answer.status_code == 421


@pytest.mark.parametrize(
    "change", [lambda c: c[:-1] + ("A" if c[-1] != "A" else "B"), lambda c: c.upper(), lambda c: c + "x"]
)
def test_a_cookie_that_was_tampered_with_is_none(portal: Inside, change: Callable[[str], str]) -> None:
    secret = change(secret_of(portal.browser("viewer")))

    assert portal.holding(secret).get("/api/runs").status_code == 401


def test_what_the_ledger_keeps_of_a_session_or_token_opens_nothing(portal: Inside) -> None:
    from usersync.portal.secrets import digest

    kept = digest(secret_of(portal.browser("viewer")))
    assert portal.holding(kept).get("/api/runs").status_code == 401

    program = portal.program()
    program.headers["Authorization"] = f"Bearer {digest('usync_0')}"
    assert program.get("/api/runs").status_code == 401


def test_after_the_logout_the_old_cookie_is_worth_nothing(portal: Inside) -> None:
    browser = portal.browser("operator", anew=True)
    assert browser.get("/api/runs").status_code == 200
    gone = browser.post("/logout", data={"csrf": portal.csrf(browser)}, headers={"Origin": URL})
    assert gone.status_code == 303

    assert browser.get("/api/runs").status_code == 401


def test_a_foreign_page_cannot_log_anybody_out(portal: Inside) -> None:
    browser = portal.browser("operator")

    assert browser.post("/logout", data={"csrf": "x"}, headers={"Origin": URL}).status_code == 403
    assert browser.post("/logout", data={"csrf": portal.csrf(browser)}, headers={"Origin": "null"}).status_code == 403
    assert browser.get("/api/runs").status_code == 200


def test_a_new_role_ends_the_sessions_of_the_old_one(portal: Inside) -> None:
    portal.ledger.add_portal_user(
        "promoted", role="viewer", language="en", password=portal.ledger.portal_user("viewer").password, author="tester"
    )
    browser = portal.browser("promoted")
    portal.ledger.change_portal_user("promoted", role="operator", author="tester")
    portal.portal.doors.forget_all()

    assert browser.get("/api/runs").status_code == 401


def test_every_answer_tells_the_browser_what_to_refuse(portal: Inside) -> None:
    for answer in (portal.nobody().get("/login"), portal.nobody().get("/users"), portal.program().get("/api/runs")):
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "same-origin"
        assert answer.headers["strict-transport-security"].startswith("max-age=")
        assert answer.headers["cache-control"] == "no-store"
        assert "server" not in answer.headers


def test_a_cookie_goes_by_tls_only_and_is_no_scripts_business(portal: Inside) -> None:
    client = portal.nobody()
    answer = client.post(
        "/login",
        data={"name": "viewer", "password": PASSWORD, "csrf": form(client), "next": "/"},
        headers={"Origin": URL},
    )
    said = next(value for value in answer.headers.get_list("set-cookie") if value.startswith("__Host-usersync="))

    assert {"HttpOnly", "Secure", "SameSite=lax", "Path=/"} <= {part.strip() for part in said.split(";")}
    assert "Domain" not in said


@pytest.mark.parametrize("path", ["/api/runs", "/login"])
def test_a_request_that_is_too_large_is_not_read(portal: Inside, path: str) -> None:
    answer = portal.program().post(path, content=b"x" * 1_000_001)

    assert answer.status_code == 413


@pytest.mark.parametrize(
    "path",
    [
        "/portal-assets/../app.py", "/portal-assets/%2e%2e/app.py", "/portal-assets/..%2fapp.py", "/portal-assets//etc/passwd",
        "/portal-assets/portal.css%00.py", "/portal-assets/",
    ],
)  # fmt: skip
def test_the_stylesheets_folder_is_not_left(portal: Inside, path: str) -> None:
    answer = portal.nobody().get(path)

    assert answer.status_code in {303, 404, 405}
    assert "import" not in answer.text


def test_the_old_secret_is_worth_nothing_after_a_new_login(portal: Inside) -> None:
    """A session somebody slipped into the browser is not the one that is logged in afterwards."""
    client = portal.nobody()
    before = log_in(client, "viewer")
    after = log_in(client, "approver")

    assert after != before
    assert portal.holding(before).get("/api/runs").status_code == 401
    assert portal.holding(after).get("/api/runs").status_code == 200


def test_while_the_ledger_is_away_nobody_is_told_where_it_is(portal: Inside, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_: object) -> None:
        raise LedgerUnreachable("ledger-unreachable", reason="no such host db.inside.example")

    monkeypatch.setattr(portal.portal.doors, "by_cookie", away)
    monkeypatch.setattr(portal.portal.doors, "by_token", away)
    page = portal.holding("anything").get("/users")
    answer = portal.nobody().get("/api/runs", headers={"Authorization": "Bearer usync_0"})

    assert (page.status_code, answer.status_code) == (503, 503)
    assert problem(answer) == "portal-ledger-away"
    assert "does not answer" in page.text
    assert "inside.example" not in page.text + answer.text
