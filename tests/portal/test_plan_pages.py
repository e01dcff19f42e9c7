"""A plan in a browser: looked at, cut, approved, carried out, taken back; by two people at once."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from playwright.sync_api import expect

from tests.portal.browsing import Visits, assert_accessible
from tests.portal.pages import office_of, on_a_run
from tests.portal.serving import Served
from usersync.ledger import PlanState
from usersync.sandbox.process import Sandbox


@pytest.fixture
def waiting(box: Sandbox, served: Served) -> str:
    """A plan that would rename two users; its hash."""
    ours = [user for user in box.webitel.control.rows("users") if user["username"] in _linked(served)][:2]
    for number, user in enumerate(ours):
        box.webitel.control.edit("users", user["id"], {"name": f"Renamed {number} {user['name'][:40]}"})
    with ThreadPoolExecutor(1) as thread:  # while a browser is open this thread's event loop is taken
        plan = thread.submit(office_of(box, served).preview, licenses=True).result().plan
    assert len({op.user_id for op in plan.operations}) == 2
    return plan.hash


def _linked(served: Served) -> set[str]:
    with served.ledger() as ledger:
        return {link.username for link in ledger.links("default").values()}


@pytest.mark.timeout(400)
def test_a_plan_is_approved_by_its_hash_carried_out_and_the_run_taken_back(visit: Visits, waiting: str) -> None:
    operator, approver = visit("operator", f"/plans/{waiting}"), visit("approver", f"/plans/{waiting}")
    expect(operator.get_by_role("button", name="Approve")).to_have_count(0)
    expect(approver.get_by_text(re.compile(r"name: .* → Renamed 0"))).to_be_visible()
    expect(approver.get_by_text(waiting)).to_be_visible()
    assert_accessible(approver)

    approver.get_by_role("button", name="Approve").click()
    approver.get_by_label("Comment").fill("looked at both")
    assert_accessible(approver)
    approver.get_by_role("dialog").get_by_role("button", name="Approve").click()
    expect(approver.get_by_text("Approved by portal:approver")).to_be_visible()
    expect(approver.get_by_text("“looked at both”")).to_be_visible()

    operator.reload()
    operator.get_by_role("button", name="Carry out").click()
    run = on_a_run(operator)
    expect(operator.get_by_text("completed", exact=True)).to_be_visible()
    assert_accessible(operator)
    with visit.served.ledger() as ledger:
        assert ledger.run(run).author == "portal:operator"
        assert ledger.plan(waiting).used_by == run

    operator.get_by_role("button", name="Undo").click()
    operator.get_by_role("button", name="Make the undo plan").click()
    operator.wait_for_url(lambda url: "/runs/r-" in url and run not in url, timeout=120_000)
    on_a_run(operator)
    operator.get_by_role("link", name="Look at the plan").click()
    operator.wait_for_url(re.compile(r"/plans/[0-9a-f]{64}"))
    expect(operator.get_by_role("button", name=re.compile("^(Kept in part|Taken back) "))).not_to_have_count(0)
    undo = operator.url.rpartition("/plans/")[2].partition("?")[0]
    with visit.served.ledger() as ledger:
        assert ledger.plan(undo).plan.undo is not None
        assert ledger.plan(undo).state is PlanState.WAITING


def test_rows_are_left_out_as_a_new_plan_and_the_second_approver_is_told(visit: Visits, waiting: str) -> None:
    first, second = visit("approver", f"/plans/{waiting}"), visit("administrator", f"/plans/{waiting}")
    first.get_by_role("button", name="Leave ticked rows out").click()
    expect(first.get_by_text("Tick the rows that shall be left out first.")).to_be_visible()
    first.get_by_role("checkbox", name=re.compile("^Leave out ")).first.click()
    first.get_by_role("button", name="Leave ticked rows out").click()
    first.get_by_role("dialog").get_by_role("button", name="Leave ticked rows out").click()
    first.wait_for_url(lambda url: "/plans/" in url and waiting not in url)
    expect(first.get_by_role("link", name=f"Made from {waiting[:12]} by leaving rows out")).to_be_visible()

    second.get_by_role("button", name="Approve").click()
    second.get_by_role("dialog").get_by_role("button", name="Approve").click()
    expect(second.get_by_text(re.compile("superseded|newer plan"))).to_be_visible()
    with visit.served.ledger() as ledger:
        assert ledger.plan(waiting).state is PlanState.SUPERSEDED


def test_plans_are_listed_and_filtered(visit: Visits, waiting: str) -> None:
    page = visit("viewer", "/plans")
    page.get_by_role("button", name="waiting for approval").click()
    expect(page.get_by_role("link", name=waiting[:12])).to_be_visible()
    page.wait_for_url(re.compile("flag=waiting"))
    assert_accessible(page)
