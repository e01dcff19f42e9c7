"""Bringing a ledger's tables up to date."""

import json
import stat
from contextlib import closing
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text

from tests.ledger.people import DOMAIN, item
from usersync.errors import UsageError
from usersync.ledger import (
    Ledger,
    LedgerAddressWrong,
    SchemaUnusable,
    current_revision,
    head_revision,
    migration,
    upgrade,
)
from usersync.ledger.database import address, connect, writing
from usersync.ledger.schema import REVISIONS, metadata
from usersync.planning import Bucket


def _execute(url: str, statement: str) -> None:
    engine = connect(address(url))
    with writing(engine).connect() as connection, connection.begin():
        connection.execute(text(statement))
    engine.dispose()


def test_an_absent_ledger_is_refused_and_the_command_that_makes_it_is_named(empty_database_url):
    with pytest.raises(SchemaUnusable) as caught:
        Ledger.open(empty_database_url)

    assert isinstance(caught.value, UsageError)
    assert "usersync db upgrade" in (caught.value.next_step or "")


def test_opening_an_absent_ledger_makes_no_file(tmp_path):
    with pytest.raises(SchemaUnusable):
        Ledger.open(f"sqlite:///{tmp_path / 'ledger.db'}")

    assert list(tmp_path.iterdir()) == []


def test_upgrade_makes_the_ledger_and_says_what_it_applied_and_then_has_nothing_to_do(empty_database_url):
    assert current_revision(empty_database_url) is None

    assert upgrade(empty_database_url) == list(REVISIONS)
    assert upgrade(empty_database_url) == []
    assert current_revision(empty_database_url) == head_revision()


def test_the_migrations_make_exactly_the_tables_the_program_uses(empty_database_url):
    upgrade(empty_database_url)
    engine = connect(address(empty_database_url))

    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, metadata) == []
    engine.dispose()


def test_the_list_of_known_revisions_is_the_chain_of_migrations():
    scripts = ScriptDirectory.from_config(migration.configuration())

    assert [script.revision for script in reversed(list(scripts.walk_revisions()))] == list(REVISIONS)


def test_a_ledger_of_a_newer_version_is_neither_opened_nor_upgraded(empty_database_url):
    upgrade(empty_database_url)
    _execute(empty_database_url, "UPDATE alembic_version SET version_num = '9999'")

    with pytest.raises(SchemaUnusable, match="newer"):
        Ledger.open(empty_database_url)
    with pytest.raises(SchemaUnusable, match="9999"):
        upgrade(empty_database_url)


def test_a_ledger_of_an_older_version_is_refused_until_it_is_upgraded(empty_database_url, monkeypatch):
    upgrade(empty_database_url)
    monkeypatch.setattr(migration, "REVISIONS", (*REVISIONS, "9000"))

    with pytest.raises(SchemaUnusable, match="needs 9000") as caught:
        Ledger.open(empty_database_url)
    assert "usersync db upgrade" in (caught.value.next_step or "")


def test_an_upgrade_that_fails_leaves_nothing_behind_and_can_be_repeated(empty_database_url, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(migration, "_run_alembic", _die_half_way(migration._run_alembic))
        with pytest.raises(RuntimeError, match="half-way"):
            upgrade(empty_database_url)

    assert current_revision(empty_database_url) is None
    assert upgrade(empty_database_url) == list(REVISIONS)


def test_what_runs_said_before_the_columns_were_there_is_found_by_username_after_the_upgrade(empty_database_url):
    upgrade_to(empty_database_url, "0001")
    said = item("7", Bucket.REVIEW, username="Anna.K")
    _execute(
        empty_database_url,
        "INSERT INTO runs (id, domain, mode, scope, state, author, settings, started_at)"
        f" VALUES ('r-1', '{DOMAIN}', 'preview', '[]', 'completed', 'olena', '{{}}', '2026-11-24T10:15:03.000000Z')",
    )
    _execute(
        empty_database_url,
        "INSERT INTO decisions (run_id, user_id, domain, bucket, body)"
        f" VALUES ('r-1', '7', '{DOMAIN}', 'review', '{json.dumps(said.to_json())}')".replace(":", "\\:"),
    )

    assert "0002" in upgrade(empty_database_url)
    with closing(Ledger.open(empty_database_url)) as ledger:
        assert ledger.items_page("r-1", search="anna", situations=["changed"]).rows == (said,)


def upgrade_to(url: str, revision: str) -> None:
    engine = connect(address(url))
    with writing(engine).connect() as connection, connection.begin():
        config = migration.configuration()
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
    engine.dispose()


def _die_half_way(migrate):
    def die(connection):
        migrate(connection)
        raise RuntimeError("half-way")

    return die


def test_the_file_of_a_sqlite_ledger_is_its_owners_alone(tmp_path):
    path = tmp_path / "new" / "folder" / "ledger.db"
    upgrade(f"sqlite:///{path}")

    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_a_place_where_no_file_can_be_made_is_named(tmp_path):
    (tmp_path / "taken").write_text("a file, not a folder")

    with pytest.raises(LedgerAddressWrong, match="taken") as caught:
        upgrade(f"sqlite:///{tmp_path / 'taken' / 'ledger.db'}")
    assert "USERSYNC_DATABASE_URL" in (caught.value.next_step or "")


def test_a_path_with_a_percent_sign_is_no_trouble(tmp_path: Path):
    folder = tmp_path / "100%done"
    folder.mkdir()
    url = f"sqlite:///{folder / 'ledger.db'}"

    upgrade(url)

    with closing(Ledger.open(url)) as ledger:
        assert ledger.runs() == []
