"""Logging in: guessing is slow, what is shown tells nothing, and nobody is sent anywhere else."""

from __future__ import annotations

import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from tests.databases import FakeTime
from tests.portal.inside import URL, Inside, form, log_in
from tests.portal.serving import PASSWORD, add_everybody
from usersync.ledger import Ledger
from usersync.portal.access import Role
from usersync.portal.doors import Doors, LoginRefused, TooManyLogins
from usersync.portal.gate import local_path
from usersync.settings import PortalSettings


@pytest.fixture
def ledger(sqlite_template: Path, tmp_path: Path, clock: FakeTime) -> Ledger:
    shutil.copy(sqlite_template, tmp_path / "ledger.db")
    opened = Ledger.open(f"sqlite:///{tmp_path / 'ledger.db'}", now=clock)
    add_everybody(opened)
    return opened


@pytest.fixture
def clock() -> FakeTime:
    return FakeTime()


@pytest.fixture
def doors() -> Doors:
    return Doors(PortalSettings(session_hours=12, idle_minutes=60))


def refused(doors: Doors, ledger: Ledger, name: str, address: str = "10.0.0.1", times: int = 1) -> None:
    for _ in range(times):
        with pytest.raises(LoginRefused):
            doors.log_in(ledger, name, "not the password", address=address)


def test_after_a_few_refusals_each_one_doubles_the_wait(doors: Doors, ledger: Ledger, clock: FakeTime) -> None:
    refused(doors, ledger, "operator", times=5)
    waits = []
    for _ in range(6):
        with pytest.raises(TooManyLogins) as caught:
            doors.log_in(ledger, "operator", PASSWORD, address="10.0.0.2")
        waits.append(caught.value.seconds)
        clock.pass_(seconds=caught.value.seconds)
        refused(doors, ledger, "Operator ")

    assert waits == sorted(waits)
    assert waits[-1] >= 2**5
    clock.pass_(minutes=16)
    assert doors.log_in(ledger, "operator", PASSWORD, address="10.0.0.1")


def test_a_good_login_forgives(doors: Doors, ledger: Ledger) -> None:
    refused(doors, ledger, "operator", times=4)
    doors.log_in(ledger, "operator", PASSWORD, address="10.0.0.1")
    refused(doors, ledger, "operator", times=4)


def test_many_names_from_one_address_are_slowed_too(doors: Doors, ledger: Ledger) -> None:
    for number in range(30):
        ledger.admit_attempt({f"user:guess{number}": 5, "address:10.0.0.9": 30})
    with pytest.raises(TooManyLogins):
        doors.log_in(ledger, "viewer", PASSWORD, address="10.0.0.9")

    assert doors.log_in(ledger, "viewer", PASSWORD, address="10.0.0.8")


def test_guesses_are_remembered_by_another_process(doors: Doors, ledger: Ledger) -> None:
    refused(doors, ledger, "operator", times=5)
    with pytest.raises(TooManyLogins):
        Doors(PortalSettings()).log_in(ledger, "operator", PASSWORD, address="10.0.0.1")


def test_who_does_not_exist_is_refused_as_who_does(doors: Doors, ledger: Ledger) -> None:
    ledger.change_portal_user("viewer", active=False, author="tester")
    said = set()
    for name, password in (
        ("nobody", PASSWORD),
        ("operator", "wrong"),
        ("viewer", PASSWORD),
        ("", ""),
        ("x" * 200, "y"),
    ):
        with pytest.raises(LoginRefused) as caught:
            doors.log_in(ledger, name, password, address="10.0.0.1")
        said.add(str(caught.value))

    assert len(said) == 1


def test_a_session_ends_by_its_age_and_by_being_idle(doors: Doors, ledger: Ledger, clock: FakeTime) -> None:
    secret = doors.log_in(ledger, "viewer", PASSWORD, address="10.0.0.1")

    def inside() -> bool:
        doors.forget_all()
        return doors.by_cookie(ledger, secret) is not None

    assert inside()
    for _ in range(14):
        clock.pass_(minutes=50)
        doors._seen.clear()
        assert inside()  # used every fifty minutes
    clock.pass_(minutes=50)
    assert not inside()  # twelve hours are over

    secret = doors.log_in(ledger, "viewer", PASSWORD, address="10.0.0.1")
    clock.pass_(minutes=61)
    assert not inside()


def test_neither_password_nor_secret_is_in_the_ledger(doors: Doors, ledger: Ledger, tmp_path: Path) -> None:
    secret = doors.log_in(ledger, "approver", PASSWORD, address="10.0.0.1")
    ledger.close()
    kept = b"".join(path.read_bytes() for path in tmp_path.iterdir())

    assert secret.encode() not in kept
    assert PASSWORD.encode() not in kept
    assert b"$argon2id$" in kept


def test_the_audit_names_logins_logouts_and_refusals(doors: Doors, ledger: Ledger) -> None:
    refused(doors, ledger, "operator")
    secret = doors.log_in(ledger, "operator", PASSWORD, address="10.0.0.1")
    visitor = doors.by_cookie(ledger, secret)
    assert visitor is not None
    doors.log_out(ledger, visitor)
    lines = [(line.actor, line.action) for line in ledger.audit(limit=3)]

    assert lines == [
        ("portal:operator", "portal.logout"),
        ("portal:operator", "portal.login"),
        ("portal", "portal.login_refused"),
    ]


@pytest.mark.parametrize("role", list(Role))
def test_a_role_is_what_the_table_says(doors: Doors, ledger: Ledger, role: Role) -> None:
    from usersync.portal.access import PERMISSIONS

    visitor = doors.by_cookie(ledger, doors.log_in(ledger, role, PASSWORD, address="10.0.0.1"))

    assert visitor is not None
    assert visitor.permissions == PERMISSIONS[role]


@pytest.mark.parametrize(
    "target",
    [
        "//evil.example", "https://evil.example", "/\\evil.example", "\\\\evil.example", "javascript:alert(1)", "",
        "users", "/\t/evil.example", "/users\r\nSet-Cookie: x=1", "http:evil", "/\x00",
    ],
)  # fmt: skip
def test_after_the_login_nobody_is_sent_elsewhere(target: str) -> None:
    assert local_path(target) == "/"


@pytest.mark.parametrize("target", ["/", "/runs/r-1?domain=sales", "/users?search=%D0%86"])
def test_after_the_login_one_is_where_one_wanted_to_be(target: str) -> None:
    assert local_path(target) == target


def test_the_login_form_shows_what_is_sent_to_it_as_text(portal: Inside) -> None:
    client = portal.nobody()
    hostile = "/\"><script>alert(1)</script>{{7*7}}'"
    page = client.get("/login", params={"next": hostile}).text

    assert "<script>" not in page
    assert "&lt;script&gt;" in page
    assert "{{7*7}}" in page


@pytest.mark.parametrize("change", ["csrf", "origin", "cookie"])
def test_a_login_form_that_is_not_ours_logs_nobody_in(portal: Inside, change: str) -> None:
    client = portal.nobody()
    data = {"name": "viewer", "password": PASSWORD, "csrf": form(client), "next": "/"}
    headers = {"Origin": URL}
    if change == "csrf":
        data["csrf"] = "x"
    elif change == "origin":
        headers["Origin"] = "https://evil.example"
    else:
        client.cookies.clear()
    answer = client.post("/login", data=data, headers=headers)

    assert answer.status_code == 403
    assert "__Host-usersync" not in answer.cookies


def test_a_wrong_password_is_said_in_the_readers_language(portal: Inside) -> None:
    client = portal.nobody()
    client.headers["Accept-Language"] = "uk-UA,uk;q=0.9"
    data = {"name": "viewer", "password": "wrong", "csrf": form(client), "next": "/runs"}
    answer = client.post("/login", data=data, headers={"Origin": URL})

    assert answer.status_code == 401
    assert "не збігаються" in answer.text
    assert '<html lang="uk">' in answer.text
    assert "wrong" not in answer.text


def test_a_login_leads_on(portal: Inside) -> None:
    assert len(log_in(portal.nobody(), " Viewer ")) > 40


def test_the_longest_wait_is_a_quarter_of_an_hour(ledger: Ledger, clock: FakeTime) -> None:
    until = None
    for _ in range(40):
        until = ledger.admit_attempt({"user:x": 5})
        if until is not None:
            assert until - clock() <= timedelta(minutes=15)
            clock.moment = until

    assert until is not None
