"""The whole way: a deployment that is registered, a worker that takes it up, a run against both stand-ins."""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.prefect.conftest import ROOT
from tests.prefect.prefect_api import PrefectApi, wait_until
from tests.prefect.test_prefect_deploy import deployed
from tests.prefect_server import clean_environment, end, start
from usersync.ledger import Ledger, RunState, upgrade
from usersync.orchestration import ORDER_TAG
from usersync.portal.starting import Starter
from usersync.sandbox.process import Sandbox

RUN_SECONDS = 300.0
ENDED = {"COMPLETED", "FAILED", "CRASHED", "CANCELLED"}
LOG_SECONDS = 60.0
"""Lines of a log arrive after the end of their run."""


@dataclass
class Finished:
    """A flow run that has ended, and all that Prefect shows of it."""

    run: Any
    artifacts: dict[str, Any]
    logs: list[str]


@pytest.fixture(scope="module")
def box(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    with Sandbox.start(directory=tmp_path_factory.mktemp("sandbox") / "world") as running:
        yield running


@pytest.fixture(scope="module")
def ledger_url(tmp_path_factory: pytest.TempPathFactory) -> str:
    url = f"sqlite:///{tmp_path_factory.mktemp('ledger') / 'ledger.db'}"
    upgrade(url)
    return url


@pytest.fixture(scope="module")
def worker(api: PrefectApi, box: Sandbox, ledger_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A worker that polls the pool of the deployments; its log."""
    deployed(api, "--home-of-worker")  # so that the folder comes from the worker's own environment
    environment = clean_environment(
        **box.environment,
        USERSYNC_DATABASE_URL=ledger_url,
        USERSYNC_HOME=str(ROOT),
        PREFECT_API_URL=api.url,
        PREFECT_HOME=str(api.home),
        PREFECT_WORKER_QUERY_SECONDS="1",
    )
    log = tmp_path_factory.mktemp("worker") / "worker.log"
    process = start(["worker", "start", "--pool", "usersync"], environment, log)
    yield log
    end(process)


@pytest.fixture(scope="module")
def ran(api: PrefectApi, worker: Path, ledger_url: str) -> dict[str, Finished]:
    """The button, pressed once in the portal with mode preview, and once by somebody at Prefect with a tag like the portal's."""
    button = api.deployments()["button"]["id"]
    given = {"domain": "default", "mode": "preview", "scope": [], "assign_licenses": False, "plan": ""}
    with Ledger.open(ledger_url) as ledger, pytest.MonkeyPatch.context() as patch:
        patch.setenv("PREFECT_API_URL", api.url)
        pressed = Starter(here=False).start(
            ledger, "GetWebitelUsers", given, domain="default", author="portal:olha", key="press"
        )
        order = ledger.order(pressed.order_id)
    forged = {"parameters": {}, "tags": [f"{ORDER_TAG}{order.id}"]}
    runs = {
        "preview": str(order.flow_run_id),
        "apply": api.ask("POST", f"/deployments/{button}/create_flow_run", forged)["id"],
    }
    until = time.monotonic() + RUN_SECONDS
    while any(api.flow_run(run)["state"]["type"] not in ENDED for run in runs.values()):
        assert time.monotonic() < until, worker.read_text(errors="replace")[-2000:]
        time.sleep(0.5)
    return {name: Finished(api.flow_run(run), artifacts(api, run), logs(api, run)) for name, run in runs.items()}


@pytest.fixture(scope="module")
def preview(ran: dict[str, Finished]) -> Finished:
    return ran["preview"]


def artifacts(api: PrefectApi, run: str) -> dict[str, Any]:
    chosen = {"artifacts": {"flow_run_id": {"any_": [run]}}, "limit": 200}
    return {each["key"]: each for each in api.ask("POST", "/artifacts/filter", chosen)}


def logs(api: PrefectApi, run: str) -> list[str]:
    chosen = {"logs": {"flow_run_id": {"any_": [run]}}, "limit": 200, "sort": "TIMESTAMP_ASC"}

    def lines() -> list[str]:
        return [line["message"] for line in api.ask("POST", "/logs/filter", chosen)]

    return list(
        wait_until(
            lambda: (found := lines()) and any("Finished in state" in line for line in found) and found,
            LOG_SECONDS,
            "logs",
        )
    )


def personal_values(box: Sandbox) -> set[str]:
    """Every name, e-mail and phone of the made-up people, as both services know them.

    Without what Prefect may show: Webitel usernames, extensions, and the built-in account of every Creatio.
    """

    def rows(database: Path, query: str) -> set[str]:
        with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as opened:
            return {str(value) for row in opened.execute(query) for value in row if value}

    webitel, creatio = box.world.webitel_database, box.world.creatio_database
    people = rows(webitel, "SELECT name, email FROM users WHERE username <> 'svc.creatio'")
    people |= rows(creatio, "SELECT Name, Surname, Email, MobilePhone, Phone, HomePhone FROM Contact")
    people |= rows(creatio, "SELECT Number FROM ContactCommunication")
    shown = {username.casefold() for username in rows(webitel, "SELECT username FROM users")} | {"supervisor"}
    return {value for value in people if value.casefold() not in shown and len(value) > 4}


def test_the_run_completes_and_its_message_is_the_receipts_first_line(preview: Finished) -> None:
    assert preview.run["state"]["type"] == "COMPLETED", preview.logs
    assert preview.run["state"]["name"] == "Completed"
    assert preview.run["state"]["message"].startswith("8 Webitel users: ")


def test_the_runs_name_says_what_it_is(preview: Finished) -> None:
    assert preview.run["name"] == "preview default"
    assert {tag for tag in preview.run["tags"] if not tag.startswith(ORDER_TAG)} == {"usersync", "button"}


def test_the_artifacts_show_the_run_on_one_page_and_who_changes_and_why(preview: Finished) -> None:
    assert {"getwebitelusers-summary", "getwebitelusers-users"} <= set(preview.artifacts)
    assert "8 Webitel users: " in preview.artifacts["getwebitelusers-summary"]["data"]
    rows = json.loads(preview.artifacts["getwebitelusers-users"]["data"])
    assert rows
    assert all(row["Webitel user"] and row["what"] and row["why"] for row in rows)


def test_the_ledger_has_the_same_run(preview: Finished, ledger_url: str) -> None:
    with Ledger.open(ledger_url) as ledger:
        run = ledger.run_of_flow(preview.run["id"])
    assert run is not None
    assert run.state is RunState.COMPLETED


def test_the_first_import_ends_waiting_for_approval_and_writes_nothing(ran: dict[str, Finished], box: Sandbox) -> None:
    applied = ran["apply"]
    assert applied.run["state"]["type"] == "COMPLETED", applied.logs
    assert applied.run["state"]["name"] == "AwaitingApproval"
    assert applied.run["name"] == "apply default"
    assert any("Approval needed" in line for line in applied.logs)
    assert [service.control.counters()["writes"] for service in (box.webitel, box.creatio)] == [0, 0]


def test_nothing_personal_is_in_logs_artifacts_names_or_states(
    ran: dict[str, Finished], box: Sandbox, worker: Path
) -> None:
    shown = worker.read_text(errors="replace") + json.dumps(
        [[each.run, list(each.artifacts.values()), each.logs] for each in ran.values()], ensure_ascii=False
    )
    people = personal_values(box)
    assert len(people) > 40
    assert not {value for value in people if value.casefold() in shown.casefold()}


def test_the_author_is_whoever_pressed_in_the_portal(ran: dict[str, Finished], ledger_url: str) -> None:
    with Ledger.open(ledger_url) as ledger:
        run = ledger.run_of_flow(ran["preview"].run["id"])
        assert run is not None
        assert run.author == "portal:olha"
        assert [line.actor for line in ledger.audit(run_id=run.id, limit=500) if line.action == "run.started"] == [
            "portal:olha"
        ]


def test_a_tag_somebody_else_wrote_makes_nobody_an_author(ran: dict[str, Finished], ledger_url: str) -> None:
    with Ledger.open(ledger_url) as ledger:
        run = ledger.run_of_flow(ran["apply"].run["id"])
        assert run is not None
        assert run.author == "prefect"
