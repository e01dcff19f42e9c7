"""One imported world, one portal and one Prefect server for the session; a browser for each module."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from playwright.sync_api import Browser, sync_playwright

from tests.portal.browsing import Visits, chromium
from tests.portal.inside import Inside, copied, inside, settings_for
from tests.portal.serving import Served, add_everybody, serve
from tests.process.office import Office
from usersync.ledger import Ledger
from usersync.planning.rules import LicenseRule
from usersync.sandbox.process import Sandbox

HOSTILE = ("<script>window.hacked = 1</script> {{7*7}}", '=HYPERLINK("http://x.example")\'); -- ${7*7}')
"""Names two of the users have: what somebody could write into either service."""
RULES = 'language = "en"\n[rules]\nlicenses = [{ product = "CALL_MANAGER", who = "everyone" }]\n'


@pytest.fixture(scope="session", autouse=True)
def _quick_passwords() -> Iterator[None]:
    """Hashing as slowly as it should be would be most of the time of these tests."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("usersync.portal.secrets._hasher", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
        yield


@pytest.fixture(scope="session")
def box(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    """Eight users and sixty contacts."""
    with Sandbox.start(directory=tmp_path_factory.mktemp("portal-box"), users=8, contacts=60) as running:
        yield running


@pytest.fixture(scope="session")
def imported(box: Sandbox, sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ledger after the first import: a preview, an approval, an applied run; and a user of each role."""
    path = tmp_path_factory.mktemp("portal-ledger") / "ledger.db"
    shutil.copy(sqlite_template, path)
    for user, name in zip(box.webitel.control.rows("users")[-len(HOSTILE) :], HOSTILE, strict=True):
        box.webitel.control.edit("users", user["id"], {"name": name})
    office = Office(
        box, f"sqlite:///{path}", rules={"licenses": (LicenseRule(product="CALL_MANAGER", who="everyone"),)}
    )
    office.run(licenses=True)
    with Ledger.open(office.database_url) as ledger:
        add_everybody(ledger)
    return path


@pytest.fixture(scope="module")
def portal(box: Sandbox, imported: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Inside]:
    """The portal in this process, over a copy of the imported world: for the API and for whoever tries to get in."""
    settings = settings_for(box, copied(imported, tmp_path_factory.mktemp("inside")))
    running = inside(settings)
    yield running
    running.processes.go_on.set()
    running.portal.close()


@pytest.fixture(scope="session")
def served(
    box: Sandbox, imported: Path, prefect_api: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Served]:
    """The portal over the imported world; what it starts runs in child processes here.

    The importer's own login is not named, as it was not when the world was imported: the ledger is bound to that.

    Users `viewer`, `operator`, `approver`, `administrator` (see `serving`).
    """
    folder = tmp_path_factory.mktemp("portal")
    shutil.copy(imported, folder / "ledger.db")
    (folder / "usersync.toml").write_text(RULES, encoding="utf-8")
    given = {
        **{name: value for name, value in box.environment.items() if name != "USERSYNC_CREATIO__USERNAME"},
        "USERSYNC_DATABASE_URL": f"sqlite:///{folder / 'ledger.db'}",
        "USERSYNC_PORTAL__STARTS": "here", "PREFECT_API_URL": prefect_api,
    }  # fmt: skip
    with serve(folder, given) as running:
        yield running


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Ended with the module: while it lives, no asynchronous test can run in this process."""
    path = chromium()
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield running
        running.close()


@pytest.fixture
def visit(browser: Browser, served: Served) -> Iterator[Visits]:
    """`visit("operator", "/runs")`: that page as that user sees it. Afterwards nothing may have gone wrong in it."""
    visits = Visits(browser, served)
    yield visits
    visits.end()
    assert visits.complaints == []
