"""The button: one press is one run, whoever presses, however often, also after a restart."""

from __future__ import annotations

import ast
import importlib.util
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from tests.portal.inside import URL, Inside, copied, inside, settings_for
from tests.portal.inside import form as form_value
from tests.portal.serving import PASSWORD
from usersync.ledger import Ledger, RunState
from usersync.orchestration import FLOWS, ProcessDidNotStart
from usersync.portal.api.bodies import BODIES
from usersync.sandbox.process import Sandbox

BUTTON = "/api/processes/GetWebitelUsers/runs"


@pytest.fixture
def portal(box: Sandbox, imported: Path, tmp_path: Path) -> Iterator[Inside]:
    running = inside(settings_for(box, copied(imported, tmp_path)))
    yield running
    running.processes.go_on.set()
    running.portal.close()


def press(client: TestClient, body: dict[str, object], key: str = "") -> tuple[int, dict[str, object]]:
    answer = client.post(BUTTON, json=body, headers={"Idempotency-Key": key} if key else {})
    return answer.status_code, answer.json()


def at_its_end(portal: Inside, run_id: object) -> None:
    until = time.monotonic() + 60
    while portal.ledger.run(str(run_id)).state is RunState.RUNNING:
        assert time.monotonic() < until
        time.sleep(0.02)


def test_a_press_starts_the_process_and_says_where_its_run_is(portal: Inside) -> None:
    status, said = press(portal.program(), {"scope": ["operator1"], "assign_licenses": True})

    assert status == 201
    assert said["address"] == f"https://portal.example/api/runs/{said['run']}"
    assert said["page"] == f"https://portal.example/runs/{said['run']}"
    assert said["going"] is False
    given = {"domain": "default", "mode": "apply", "scope": ["operator1"], "assign_licenses": True, "plan": ""}
    assert portal.processes.started == [("GetWebitelUsers", given)]


def test_the_runs_author_is_whoever_pressed(portal: Inside) -> None:
    _, said = press(portal.program(), {"mode": "preview"})

    assert portal.ledger.run(str(said["run"])).author == "token:button"
    actions = [(line.actor, line.action) for line in portal.ledger.audit(limit=20)]
    assert ("token:button", "order.placed") in actions
    assert ("token:button", "run.started") in actions


def test_the_same_key_leads_to_the_same_run_also_after_a_restart(portal: Inside) -> None:
    program = portal.program()
    _, first = press(program, {"mode": "preview"}, key="k-1")
    at_its_end(portal, first["run"])
    status, second = press(program, {"mode": "preview"}, key="k-1")
    assert (status, second["run"]) == (200, first["run"])

    later = portal.again()
    again = later.nobody()
    again.headers["Authorization"] = program.headers["Authorization"]
    status, third = press(again, {"mode": "preview"}, key="k-1")
    assert (status, third["run"]) == (200, first["run"])
    assert len(portal.processes.started) == 1
    later.portal.close()


def test_the_same_key_with_another_body_is_refused(portal: Inside) -> None:
    program = portal.program()
    press(program, {"mode": "preview"}, key="k-1")
    status, said = press(program, {"mode": "apply"}, key="k-1")

    assert status == 409
    assert said["type"] == "urn:usersync:ledger-order-reused"


def test_a_key_is_its_askers_own(portal: Inside) -> None:
    _, first = press(portal.program(), {"mode": "preview"}, key="k-1")
    at_its_end(portal, first["run"])
    browser = portal.browser("operator")
    headers = {"Origin": "https://portal.example", "X-CSRF-Token": portal.csrf(browser), "Idempotency-Key": "k-1"}
    answer = browser.post(BUTTON, json={"mode": "preview"}, headers=headers)

    assert answer.status_code == 201
    assert answer.json()["run"] != first["run"]


@pytest.mark.parametrize("mode", ["apply", "preview"])
def test_a_press_while_a_run_is_going_opens_that_run(portal: Inside, mode: str) -> None:
    portal.processes.go_on.clear()
    _, first = press(portal.program(), {"mode": mode}, key="k-1")
    status, second = press(portal.program(), {"mode": "apply"}, key="k-2")

    assert (status, second["run"], second["going"]) == (200, first["run"], True)
    portal.processes.go_on.set()
    at_its_end(portal, first["run"])
    assert len(portal.processes.started) == 1


def test_two_presses_before_the_run_is_open_are_one_start(portal: Inside) -> None:
    ledger, author = portal.ledger, "portal:anna"
    given = {"domain": "default", "mode": "apply"}
    from usersync.portal.starting import SILENT

    first = ledger.place_order(
        author=author,
        key="1",
        domain="default",
        process="GetWebitelUsers",
        parameters=given,
        silent_for=SILENT,
        joins=True,
    )
    second = ledger.place_order(
        author="portal:bert", key="2", domain="default", process="GetWebitelUsers", parameters={**given, "mode": "preview"},
        silent_for=SILENT, joins=True,
    )  # fmt: skip

    assert second.order == first.order


def test_a_process_that_did_not_start_says_so_and_may_be_pressed_again(portal: Inside) -> None:
    program = portal.program()
    portal.processes.dies = ProcessDidNotStart("orchestration-did-not-start", log="run.log", detail="no module")
    status, said = press(program, {"mode": "preview"}, key="k-1")
    assert status == 202
    assert said["run"] is None
    assert said["error"]["id"] == "orchestration-did-not-start"
    followed = program.get(f"/api/orders/{said['order']}").json()
    assert followed["error"] == said["error"]

    portal.processes.dies = None
    status, said = press(program, {"mode": "preview"}, key="k-1")
    assert status == 201
    assert said["run"] is not None
    assert said["error"] is None


@pytest.mark.parametrize(
    "body",
    [
        {"mode": "apply", "author": "portal:boss"}, {"approve": True}, {"mode": "everything"}, {"scope": "operator1"},
        {"scope": [""]}, {"plan": "../x"}, {"assign_licenses": "si"}, {"scope": ["a\nb"]}, [], "x",
    ],
)  # fmt: skip
def test_what_is_not_understood_is_refused_and_nothing_starts(portal: Inside, body: object) -> None:
    answer = portal.program().post(BUTTON, json=body)

    assert answer.status_code == 422
    assert answer.json()["type"] == "urn:usersync:portal-invalid"
    assert portal.processes.started == []


@pytest.mark.parametrize("process", FLOWS)
def test_the_form_of_a_process_has_the_fields_of_its_flow(process: str) -> None:
    source = ast.parse(Path(importlib.util.find_spec(FLOWS[process]).origin).read_text("utf-8"))
    flow = next(node for node in ast.walk(source) if isinstance(node, ast.AsyncFunctionDef))

    assert sorted(BODIES[process].model_fields) == sorted(argument.arg for argument in flow.args.args)


def test_prefects_address_and_credential_stay_here(portal: Inside, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PREFECT_API_URL", "http://127.0.0.1:9/api")
    monkeypatch.setenv("PREFECT_API_AUTH_STRING", "admin:sesame")
    from usersync.portal.starting import Starter

    portal.portal.starter = Starter(here=False)
    monkeypatch.setattr("usersync.orchestration.time.sleep", lambda _: None)
    answer = portal.program().post(BUTTON, json={"mode": "preview"})

    assert answer.status_code == 503
    assert answer.json()["type"] == "urn:usersync:orchestration-unreachable"
    for secret in ("127.0.0.1:9", "sesame", "admin"):
        assert secret not in answer.text


def test_a_ledger_that_is_away_is_said_and_comes_back_by_itself(portal: Inside) -> None:
    program, path = portal.program(), Path(portal.portal.settings.database_url.removeprefix("sqlite:///"))
    portal.portal.close()
    away = path.rename(path.with_suffix(".away"))
    portal.portal.doors.forget_all()
    answer = program.get("/api/runs")
    assert answer.status_code == 503
    assert answer.json()["detail"]
    down = portal.browser_down()
    assert down.status_code == 503
    assert "usersync db upgrade" in down.text
    assert str(path) not in down.text + answer.text
    assert down.headers["refresh"] == "5"
    client = portal.nobody()
    form = {"name": "viewer", "password": PASSWORD, "csrf": form_value(client), "next": "/"}
    assert client.post("/login", data=form, headers={"Origin": URL}).status_code == 503

    away.rename(path)
    assert client.post("/login", data=form, headers={"Origin": URL}).status_code == 303
    assert program.get("/api/runs").status_code == 200


def test_stop_tells_the_run_and_the_audit_by_whom(portal: Inside) -> None:
    portal.processes.go_on.clear()
    program = portal.program()
    _, said = press(program, {"mode": "apply"})
    assert program.post(f"/api/runs/{said['run']}/stop").json() == {"stopping": True}
    assert program.get(f"/api/runs/{said['run']}").json()["stopping"] is True
    assert portal.ledger.run(str(said["run"])).stop_requested_by == "token:button"

    portal.processes.go_on.set()
    at_its_end(portal, said["run"])
    assert program.post(f"/api/runs/{said['run']}/stop").json() == {"stopping": False}


def test_undo_orders_the_process_undo_for_that_run(portal: Inside) -> None:
    applied = portal.ledger.runs("default", 1, states={RunState.COMPLETED})[0]
    answer = portal.program().post(f"/api/runs/{applied.id}/undo", json={"mode": "preview"})

    assert answer.status_code == 201
    given = {"run": applied.id, "mode": "preview", "plan": "", "domain": "default"}
    assert portal.processes.started == [("Undo", given)]


def test_the_ledger_of_an_order_is_read_by_another_process(portal: Inside) -> None:
    """What a worker sees of an order: its author, if it is the flow run it was submitted as, with the parameters it had."""
    from usersync.portal.starting import SILENT
    from usersync.stages.ordered import OrderBegun, Ordered

    url, given = portal.portal.settings.database_url, {"domain": "default", "mode": "apply"}
    order = portal.ledger.place_order(
        author="portal:anna", key="1", domain="default", process="GetWebitelUsers", parameters=given, silent_for=SILENT
    ).order
    portal.ledger.bind_order(order.id, "flow-1")

    assert Ordered.by_flow_run(url, order.id, "flow-1", {**given, "scope": None}).author == "portal:anna"
    assert Ordered.by_flow_run(url, order.id, "flow-2", given) is None
    assert Ordered.by_flow_run(url, order.id, "flow-1", {**given, "mode": "preview"}) is None
    assert Ordered.by_flow_run(url, "o-made-up", "flow-1", given) is None
    assert Ordered.here(url, order.id).author == "portal:anna"
    with Ledger.open(url) as ledger:
        ledger.begin_order(order.id, ledger.runs(limit=1)[0].id)
    with pytest.raises(OrderBegun):
        Ordered.here(url, order.id)
