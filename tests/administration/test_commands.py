"""`usersync creatio section` and what `doctor` says of the administrator's side, at a shell."""

from __future__ import annotations

import json
from typing import Any

import pytest
from typer.testing import CliRunner

from tests.administration.conftest import Live
from tests.administration.test_section import furnish
from tests.process.town import ANNA, Town
from usersync.cli import app
from usersync.commands.resume import how_to_resume
from usersync.errors import UsageError
from usersync.ledger import RunState
from usersync.planning.administration import Chore
from usersync.sandbox.process import Sandbox

ONE = Town((ANNA,))


@pytest.fixture
def shell(live: Live, monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> Any:
    """A town whose settings are in the environment; `usersync …` in this process."""
    office = live(ONE)
    furnish(office)
    for name, value in _environment(office.box).items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("USERSYNC_DATABASE_URL", office.database_url)
    monkeypatch.setenv("COLUMNS", "300")
    monkeypatch.delenv("PREFECT_API_URL", raising=False)
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str) -> tuple[int, str]:
        result = CliRunner().invoke(app, list(arguments))
        return result.exit_code, " ".join(result.output.split())

    return run


def _environment(box: Sandbox) -> dict[str, str]:
    return {**box.environment, "USERSYNC_WEBITEL__TOKEN": box.world.webitel.token}


def test_the_section_is_seen_refused_with_the_clicks_and_added_by_whoever_may(
    shell: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    code, said = shell("creatio", "section")
    assert (code, "creatio section --apply" in said) == (1, True), said
    code, said = shell("creatio", "section", "--apply")
    assert code == 1
    assert "Workplace setup" in said
    assert "SysModuleInWorkplace" in said
    monkeypatch.setenv("USERSYNC_ADMINISTRATION__ENABLED", "true")
    code, said = shell("creatio", "section", "--apply", "--json")
    told = json.loads(said)
    assert (code, told["state"], told["problem"]) == (0, "there", None)
    assert shell("creatio", "section")[0] == 0


def test_doctor_tells_where_the_section_is_and_what_the_second_credential_may(
    shell: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, said = shell("doctor", "--json")
    found = {item["text"]: item["level"] for item in json.loads(said)}
    assert found["The section Webitel users is not in the workplace Contact Center."] == "warning"
    assert "second credential" not in said
    monkeypatch.setenv("USERSYNC_ADMINISTRATION__ENABLED", "true")
    _, said = shell("doctor", "--json")
    found = {item["text"]: item["level"] for item in json.loads(said)}
    for operation in ("CanManageAdministration", "CanManageLicUsers"):
        assert found[f"The second credential may execute {operation}."] == "ok"
    assert (
        found["No licence package with the operation WebitelCollaboration.Use is shown to the second credential."]
        == "warning"
    )


def test_a_run_that_broke_off_is_gone_on_with_by_planning_again_for_the_same_people(live: Live) -> None:
    with live(ONE).ledger() as ledger:
        run = ledger.start_run(domain="default", mode=Chore.USERS.mode, scope=["a.melnyk"], author="tester")
        ledger.finish_run(run.id, RunState.FAILED)
        assert how_to_resume(ledger, ledger.run(run.id)) == (
            "CreateSystemUsers", {"domain": "default", "mode": "apply", "people": ["a.melnyk"], "plan": ""},
        )  # fmt: skip
        preview = ledger.start_run(domain="default", mode=Chore.USERS.preview, author="tester")
        ledger.finish_run(preview.id, RunState.FAILED)
        with pytest.raises(UsageError):
            how_to_resume(ledger, ledger.run(preview.id))
