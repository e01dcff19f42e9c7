"""Names somebody wrote into either service: shown as they are written, run by nothing."""

from __future__ import annotations

import csv
import io

import pytest

from tests.portal.browsing import Visits
from tests.portal.conftest import HOSTILE
from tests.portal.inside import Inside
from usersync.ledger import RunState


def whom(portal: Inside) -> dict[str, str]:
    """Hostile name → the user id that has it."""
    found = portal.ledger.section_users("default")
    return {row.name: user_id for user_id, row in found.items() if row.name in HOSTILE}


def test_the_world_of_these_tests_has_hostile_names(portal: Inside) -> None:
    assert whom(portal).keys() == set(HOSTILE)


def test_no_page_runs_a_name(visit: Visits, portal: Inside) -> None:
    applied = portal.ledger.runs("default", 1, states={RunState.COMPLETED})[0]
    users = [f"/users/{user_id}" for user_id in whom(portal).values()]
    paths = ["/users", *users, f"/runs/{applied.id}", f"/plans/{applied.plan_hash}", "/review", "/licenses"]
    seen = ""
    for path in paths:
        page = visit("administrator", path)
        page.wait_for_timeout(500)
        assert page.evaluate("window.hacked") is None, path
        text = page.locator("body").inner_text()
        assert "49" not in [word.strip("{}") for word in text.split() if "{" in word], path
        seen += text
        page.context.close()

    assert HOSTILE[0] in seen


def test_the_address_of_a_page_runs_nothing(visit: Visits) -> None:
    for path in ("/users?search=<script>window.hacked=1</script>{{7*7}}", "/runs/<img src=x onerror=window.hacked=1>"):
        page = visit("viewer", path)
        page.wait_for_timeout(300)
        assert page.evaluate("window.hacked") is None
    visit.complaints[:] = [said for said in visit.complaints if "status of 404" not in said]


@pytest.mark.parametrize("path", ["/api/runs/{run}/export?format=csv", "/api/reviews/export?everything=true"])
def test_no_cell_of_a_file_is_a_formula(portal: Inside, path: str) -> None:
    applied = portal.ledger.runs("default", 1, states={RunState.COMPLETED})[0]
    answer = portal.program().get(path.format(run=applied.id))
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))

    assert answer.headers["content-type"].startswith("text/csv")
    assert answer.headers["content-disposition"].startswith("attachment")
    assert len(rows) > 3
    assert [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@", "\t"))] == []
    if "runs" in path:
        assert any(HOSTILE[1] in cell for row in rows for cell in row)


def test_the_api_gives_names_as_json_and_as_nothing_else(portal: Inside) -> None:
    answer = portal.program().get("/api/users", headers={"Accept": "text/html"})

    assert answer.headers["content-type"] == "application/json"
    assert {user["name"] for user in answer.json()["users"]} > set(HOSTILE)


@pytest.mark.parametrize("name", [*HOSTILE, "../../etc/passwd", "' OR 1=1 --", "%27", "\u202eadmin"])
def test_a_hostile_name_of_a_portal_user_is_a_name(portal: Inside, name: str) -> None:
    portal.ledger.add_portal_user(name, role="viewer", language="en", password="x", author="tester")
    known = portal.ledger.portal_user(name)

    assert known is not None
    assert known.name == name.casefold()
    assert portal.program().get("/api/users", params={"search": name}).status_code == 200
