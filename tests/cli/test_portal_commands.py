"""Users and tokens of the portal, as the commands make them; in this process, for starting one takes longer than the command."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from click.testing import Result
from typer.testing import CliRunner

from usersync.cli import app
from usersync.errors import UsageError
from usersync.ledger import Ledger
from usersync.portal.secrets import digest, is_password

SECRET = "seven words are easier than signs"
Command = Callable[..., Result]


@pytest.fixture
def command(sqlite_template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Command:
    """`command("token", "list")`, over an empty ledger; `stdin` is what is piped in."""
    shutil.copy(sqlite_template, tmp_path / "ledger.db")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("USERSYNC_DATABASE_URL", f"sqlite:///{tmp_path / 'ledger.db'}")
    monkeypatch.setattr("usersync.portal.secrets._hasher", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    return lambda *arguments, stdin="": CliRunner().invoke(app, list(arguments), input=stdin)


@pytest.fixture
def ledger(command: Command, tmp_path: Path) -> Ledger:
    return Ledger.open(f"sqlite:///{tmp_path / 'ledger.db'}")


def test_a_password_is_piped_in_or_in_the_environment_and_only_its_hash_is_kept(
    command: Command, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    piped = command("portal", "user", "add", "Petro", stdin=f"{SECRET}\n")
    monkeypatch.setenv("USERSYNC_PORTAL_PASSWORD", SECRET)
    given = command("portal", "user", "add", "olha", "--role", "administrator")

    assert (piped.exit_code, given.exit_code) == (0, 0)
    assert SECRET not in piped.output + given.output
    people = {user.name: user for user in ledger.portal_users()}
    assert {name: user.role for name, user in people.items()} == {"olha": "administrator", "petro": "viewer"}
    assert all(is_password(SECRET, user.password) for user in people.values())
    assert ledger.audit(subject="olha")[0].actor.startswith("os:")


def test_a_user_is_changed_by_command_and_that_ends_the_sessions(command: Command, ledger: Ledger) -> None:
    from datetime import timedelta

    command("portal", "user", "add", "petro", stdin=f"{SECRET}\n")
    for arguments in (("role", "petro", "approver"), ("disable", "petro"), ("enable", "petro")):
        ledger.open_session(arguments[0], "petro", lifetime=timedelta(hours=1))
        assert command("portal", "user", *arguments).exit_code == 0
        assert ledger.find_session(arguments[0], idle=timedelta(hours=1)) is None
    assert ledger.portal_user("petro").role == "approver"


def test_a_token_is_shown_once_listed_without_its_secret_and_revoked(command: Command, ledger: Ledger) -> None:
    secret = command("token", "create", "button", "--permission", "start", "--days", "30").stdout.strip()
    token = ledger.token_of(digest(secret))

    assert secret.startswith("usync_")
    assert token.permissions == ("start",)
    assert command("token", "revoke", token.id).exit_code == 0
    assert ledger.token_of(digest(secret)) is None
    assert secret not in command("token", "list").output


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("portal", "user", "add", "x", "--role", "king"), "portal-no-such-role"),
        (("portal", "user", "add", "x"), "portal-password-length"),
        (("portal", "user", "disable", "nobody"), "ledger-portal-user-not-found"),
        (("token", "create", "t", "--permission", "administer"), "portal-no-such-permission"),
        (("token", "create", "t", "--domain", "elsewhere"), "settings-no-such-domain"),
        (("token", "revoke", "none"), "ledger-token-not-found"),
        (("portal", "--host", "0.0.0.0"), "portal-needs-tls"),
    ],
)
def test_what_is_wrong_is_said_with_its_next_step(command: Command, arguments: tuple[str, ...], message: str) -> None:
    refused = command(*arguments, stdin="short\n").exception

    assert isinstance(refused, UsageError)
    assert (refused.message_id, bool(refused.next_step)) == (message, True)


def test_a_password_is_no_argument(command: Command) -> None:
    assert "--password" not in command("portal", "user", "add", "--help").output
