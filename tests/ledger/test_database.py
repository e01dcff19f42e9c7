"""The address of a ledger, and what is said where it cannot be used."""

import sqlite3
from datetime import datetime
from pathlib import Path

import pytest

from tests.databases import FakeTime
from tests.ledger.people import DOMAIN, begin
from usersync.errors import Retriable, UsageError
from usersync.ledger import (
    Ledger,
    LedgerAddressWrong,
    LedgerBusy,
    LedgerDamaged,
    LedgerUnreachable,
    database,
    default_url,
    upgrade,
)


def test_the_default_ledger_is_one_file_at_an_absolute_path_wherever_we_are(tmp_path, monkeypatch):
    first = default_url()
    monkeypatch.chdir(tmp_path)

    assert default_url() == first
    assert Path(str(database.address(first).database)).is_absolute()


@pytest.mark.parametrize("given", ["postgresql://u:p@db/x", "postgres://u:p@db/x", "postgresql+psycopg://u:p@db/x"])
def test_every_spelling_of_postgresql_means_psycopg_3(given):
    assert database.address(given).drivername == "postgresql+psycopg"


def test_a_relative_path_is_made_absolute_before_it_is_used(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    assert database.address("sqlite:///ledger.db").database == str(tmp_path / "ledger.db")


@pytest.mark.parametrize(
    "wrong", ["", "nonsense", "mysql://h/x", "sqlite://", "sqlite:///:memory:", "postgresql+asyncpg://h/x", "sqlite:///file:x?uri=true"]
)  # fmt: skip
def test_an_address_we_cannot_use_is_refused_and_the_setting_is_named(wrong):
    with pytest.raises(LedgerAddressWrong) as caught:
        database.address(wrong)

    assert isinstance(caught.value, UsageError)
    assert "USERSYNC_DATABASE_URL" in (caught.value.next_step or "")


def test_a_server_that_is_not_there_is_unreachable_and_its_password_is_not_shown():
    with pytest.raises(LedgerUnreachable) as caught:
        Ledger.open("postgresql://usersync:hunter2@127.0.0.1:9/ledger")

    assert isinstance(caught.value, Retriable)
    assert "hunter2" not in str(caught.value) + repr(caught.value) + str(caught.value.next_step)


def test_a_file_that_is_no_database_is_said_to_be_damaged(tmp_path):
    path = tmp_path / "ledger.db"
    path.write_bytes(b"This is a letter, not a ledger. " * 64)

    with pytest.raises(LedgerDamaged, match=str(path)):
        Ledger.open(f"sqlite:///{path}")


def test_a_database_locked_for_too_long_is_busy_and_worth_another_try(tmp_path, monkeypatch):
    monkeypatch.setattr(database, "BUSY_SECONDS", 0.05)
    path = tmp_path / "ledger.db"
    upgrade(f"sqlite:///{path}")
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        with Ledger.open(f"sqlite:///{path}") as ledger, pytest.raises(LedgerBusy):
            ledger.start_run(domain=DOMAIN, mode="apply", author="olena")
    finally:
        other.close()


def test_an_error_of_the_database_shows_no_personal_values(ledger):
    with pytest.raises(Exception, match=r"(?i)foreign key") as caught:
        ledger.note_stage("r-no-such-run", "Іваненко Іван", 1, 2)

    assert "Іваненко" not in str(caught.value)


def test_a_time_without_a_zone_is_refused(ledger, clock: FakeTime):
    clock.moment = datetime(2026, 11, 24, 10)  # noqa: DTZ001 the mistake in question

    with pytest.raises(Exception, match="zone"):
        ledger.start_run(domain=DOMAIN, mode="apply", author="olena")


def test_a_time_comes_back_as_it_went_in_to_the_microsecond_and_in_utc(ledger, clock: FakeTime):
    run = ledger.start_run(domain=DOMAIN, mode="apply", author="olena")

    assert ledger.run(run.id).started_at == clock.moment
    assert ledger.run(run.id).started_at.utcoffset().total_seconds() == 0


def test_an_opened_ledger_shows_its_place_and_not_its_password(ledger, ledger_url):
    assert repr(ledger) == f"<Ledger {ledger.place}>"
    assert "@" not in ledger.place


def test_a_sqlite_ledger_can_be_read_while_another_connection_writes(tmp_path):
    url = f"sqlite:///{tmp_path / 'ledger.db'}"
    upgrade(url)
    other = sqlite3.connect(tmp_path / "ledger.db", isolation_level=None)
    with Ledger.open(url) as ledger:
        begin(ledger)
        other.execute("BEGIN IMMEDIATE")
        other.execute("DELETE FROM runs")
        try:
            assert len(ledger.runs()) == 1
        finally:
            other.execute("ROLLBACK")
            other.close()
