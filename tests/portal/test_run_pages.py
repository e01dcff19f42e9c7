"""History and runs in a browser."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.portal.browsing import Visits, assert_accessible


def _applied(visit: Visits) -> str:
    with visit.served.ledger() as ledger:
        return next(
            run.id for run in reversed(ledger.runs("default")) if (run.receipt or {}).get("operations", {}).get("done")
        )


def test_the_history_counts_what_each_run_did(visit: Visits) -> None:
    page = visit("viewer", "/runs")
    run = _applied(visit)
    row = page.get_by_role("row").filter(has=page.get_by_role("link", name=run))

    expect(row).to_contain_text("completed")
    row.get_by_role("link", name=run).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Run {run}")


def test_a_run_shows_changes_people_licences_and_settings_in_tabs(visit: Visits) -> None:
    page = visit("operator", f"/runs/{_applied(visit)}")

    expect(page.get_by_text(re.compile("Record in the section: new"))).not_to_have_count(0)
    for tab, words in {
        "Skipped": "the account usersync itself is logged in with", "Licences": "CALL_MANAGER",
        "Settings used": '"page_size"',
    }.items():  # fmt: skip
        page.get_by_role("tab", name=re.compile(f"^{tab}")).click()
        expect(page.get_by_text(re.compile(re.escape(words))).first).to_be_visible()
        assert_accessible(page)


def test_a_hostile_name_is_shown_as_it_is_written_and_runs_nowhere(visit: Visits) -> None:
    page = visit("viewer", f"/runs/{_applied(visit)}")
    page.get_by_role("textbox").fill("operator")
    page.wait_for_timeout(1_000)

    assert page.evaluate("window.hacked") is None


def test_who_may_not_export_is_offered_no_file_and_who_may_gets_it(visit: Visits) -> None:
    run = _applied(visit)
    assert visit("viewer", f"/runs/{run}").get_by_role("link", name="Download CSV").count() == 0
    page = visit("operator", f"/runs/{run}")
    with page.expect_download() as started:
        page.get_by_role("link", name="Download CSV").click()

    assert started.value.suggested_filename == f"{run}.csv"
