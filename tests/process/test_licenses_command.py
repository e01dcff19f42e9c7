"""`usersync licenses` over HTTP, in this process: seats, who waits and why, peak use, and rules out of what people hold."""

from __future__ import annotations

import dataclasses
import json
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from tests.process.conftest import Live
from tests.process.office import Office
from tests.process.town import ANNA, BORYS, CALL_CENTER, CALL_MANAGER, CHAT, EXPIRED, SEATS, VIRA, Seats, Town
from usersync.cli import app
from usersync.planning.rules import LicenseRule, Rules
from usersync.webitel import WebitelError

Ask = Callable[..., Result]


@pytest.fixture
def ask(monkeypatch: pytest.MonkeyPatch, tmp_path) -> Callable[[Office], Ask]:
    """`ask(office)("licenses")`: the command, as the office's administrator gives it."""

    def sit_down(office: Office) -> Ask:
        world = office.box.world
        settings = {
            "DATABASE_URL": office.database_url, "WEBITEL__URL": office.box.webitel.url,
            "WEBITEL__TOKEN": world.webitel.token, "CREATIO__URL": office.box.creatio.url, "LANGUAGE": "en",
        }  # fmt: skip
        for name, value in settings.items():
            monkeypatch.setenv(f"USERSYNC_{name}", value)
        monkeypatch.setenv("COLUMNS", "250")
        monkeypatch.chdir(tmp_path)
        return lambda *arguments: CliRunner().invoke(app, arguments)

    return sit_down


def test_seats_are_shown_with_who_waits_and_why_and_who_was_refused(live: Live, ask: Callable[[Office], Ask]) -> None:
    office = live(Town((ANNA, BORYS, VIRA), seats=(Seats(CALL_CENTER, "CALL_CENTER", 3), *SEATS[1:])))
    office.ordain(LicenseRule(product="CALL_CENTER", reserve=1), LicenseRule(product="CALL_MANAGER", who="extension"))
    office.box.webitel.control.fault("license_refusal", path_regex="/users/12$", times=None)
    office.run(licenses=True)
    shell = ask(office)

    found = {line["license_id"]: line for line in json.loads(shell("licenses", "--json").output)}

    calls = found[CALL_CENTER]
    assert (calls["named"], calls["limit"], calls["used"], calls["free"], calls["reserved"]) == (True, 3, 1, 2, 1)
    assert (calls["waiting"], calls["refused"], calls["to_buy"]) == (["v.shulha"], ["b.koval"], 1)
    assert "kept in reserve" in calls["why"]
    manager = found[CALL_MANAGER]
    assert (manager["named"], manager["free"], manager["waiting"]) == (False, None, [])
    assert (found[EXPIRED]["validity"], found[CHAT]["to_users"]) == ("expired", False)
    said = shell("licenses").output
    assert "wait: v.shulha (no seat of CALL_CENTER is free" in said
    assert "refused by Webitel: b.koval" in said
    assert "(expired)" in said
    assert "not for users" in said


def test_the_most_people_at_a_time_is_remembered_of_a_concurrent_licence(
    live: Live, ask: Callable[[Office], Ask]
) -> None:
    office = live()
    for user_id in ("11", "12"):
        office.in_webitel(user_id, license=[CALL_MANAGER], status="web")
    shell = ask(office)
    line = next(item for item in json.loads(shell("licenses", "--json").output) if item["license_id"] == CALL_MANAGER)
    assert (line["used"], line["peak"]) == (2, 2)

    office.in_webitel("12", status="")

    line = next(item for item in json.loads(shell("licenses", "--json").output) if item["license_id"] == CALL_MANAGER)
    assert (line["used"], line["peak"]) == (1, 2)


def test_who_was_waiting_is_forgotten_as_soon_as_nobody_waits(live: Live, ask: Callable[[Office], Ask]) -> None:
    office = live(Town((ANNA, BORYS), seats=(Seats(CALL_CENTER, "CALL_CENTER", 1), *SEATS[1:])))
    office.ordain(LicenseRule(product="CALL_CENTER"))
    office.run(licenses=True)
    shell = ask(office)
    assert "b.koval" in shell("licenses").output
    office.dismiss("11", permanent=False)

    office.settled(licenses=True)

    assert "b.koval" not in shell("licenses").output


def test_rules_are_proposed_from_what_people_hold_and_obeying_them_changes_nothing(
    live: Live, ask: Callable[[Office], Ask]
) -> None:
    holding = [dataclasses.replace(person, licenses=(CALL_CENTER,), roles=("1020",)) for person in (ANNA, BORYS, VIRA)]
    others = [dataclasses.replace(person, username=f"z{n}", user_id=str(30 + n), extension="", contact="", login="")
              for n, person in enumerate((ANNA, BORYS, VIRA))]  # fmt: skip
    office = live(Town((*holding, *others)))

    text = ask(office)("licenses", "suggest").output

    rules = Rules(**tomllib.loads(text)["rules"]).licenses
    assert rules == (LicenseRule(product="CALL_CENTER", who="extension"),)
    office.ordain(*rules)
    office.settled(licenses=True)
    assert office.holders(CALL_CENTER) == {"11", "12", "13"}
    assert json.loads(ask(office)("licenses", "suggest", "--json").output)[0]["holders"] == 3


def test_a_webitel_that_is_down_is_said_in_a_sentence(live: Live, ask: Callable[[Office], Ask]) -> None:
    office = live()
    shell = ask(office)
    office.box.webitel.control.fault("status_before", path_regex="/license", status=403, times=None)

    assert isinstance(shell("licenses").exception, WebitelError)


def test_a_rule_that_cannot_be_carried_out_is_said_beside_the_seats_before_any_run(
    live: Live, ask: Callable[[Office], Ask], tmp_path: Path
) -> None:
    shell = ask(live(Town((ANNA,))))
    rules = "".join(f'[[rules.licenses]]\nproduct = "{name}"\n' for name in ("CHAT", "CALL_CENTRE", "CALL_CENTER"))
    (tmp_path / "usersync.toml").write_text(rules, encoding="utf-8")

    said = shell("licenses").output

    assert "CHAT is not assigned to users; its rule is not carried out." in said
    assert "Webitel has no licence of CALL_CENTRE; its rule is not carried out." in said
    assert said.count("not carried out") == 2
