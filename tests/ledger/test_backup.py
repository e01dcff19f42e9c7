"""Backup and restore of a ledger in a file."""

import sqlite3
import stat

import pytest

from tests.ledger.people import DOMAIN, begin, create, do, link
from usersync.ledger import BackupRefused, LeaseHeld, LeaseLost, Ledger, backup, restore, upgrade


@pytest.fixture
def url(tmp_path):
    address = f"sqlite:///{tmp_path / 'ledger.db'}"
    upgrade(address)
    return address


def _use(url, *user_ids, release=True):
    with Ledger.open(url) as ledger:
        lease = begin(ledger)
        do(ledger, lease, *(create(user_id) for user_id in user_ids))
        ledger.apply_links(lease, lease.run_id, [link(user_id) for user_id in user_ids])
        if release:
            ledger.release_lease(lease)
        return lease


def _known(url):
    with Ledger.open(url) as ledger:
        return set(ledger.links(DOMAIN)), len(ledger.last_applied(DOMAIN)), len(ledger.runs())


def test_a_restored_ledger_knows_what_the_backup_knew_and_nothing_since(url, tmp_path):
    _use(url, "1", "2")
    copy = backup(url, tmp_path / "copy.db")
    _use(url, "3")
    assert _known(url) == ({"1", "2", "3"}, 3, 2)

    restore(url, copy)

    assert _known(url) == ({"1", "2"}, 2, 1)
    _use(url, "4")
    assert _known(url) == ({"1", "2", "4"}, 3, 2)


def test_a_backup_is_made_while_a_run_is_writing_and_is_whole(url, tmp_path):
    _use(url, "1", release=False)
    writer = sqlite3.connect(tmp_path / "ledger.db", isolation_level=None)
    writer.execute("BEGIN IMMEDIATE")
    writer.execute("DELETE FROM links")
    try:
        copy = backup(url, tmp_path / "copy.db")
    finally:
        writer.close()

    assert _known(f"sqlite:///{copy}") == ({"1"}, 1, 1)


def test_only_its_owner_may_read_a_backup(url, tmp_path):
    assert stat.S_IMODE(backup(url, tmp_path / "copy.db").stat().st_mode) == 0o600


def test_a_backup_can_be_restored_where_there_was_nothing(url, tmp_path):
    _use(url, "1")
    copy = backup(url, tmp_path / "copy.db")
    elsewhere = f"sqlite:///{tmp_path / 'other' / 'ledger.db'}"

    restore(elsewhere, copy)

    assert _known(elsewhere) == ({"1"}, 1, 1)
    journal_mode = sqlite3.connect(tmp_path / "other" / "ledger.db")
    assert journal_mode.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    journal_mode.close()


def test_a_writer_of_before_the_restore_is_not_taken_for_one_of_after(url, tmp_path):
    copy = backup(url, tmp_path / "copy.db")
    old = _use(url, "1")
    restore(url, copy)

    with Ledger.open(url) as ledger:
        new = begin(ledger)
        assert new.fence > old.fence
        with pytest.raises(LeaseLost):
            ledger.renew_lease(old)


def test_nothing_is_restored_over_a_run_at_work(url, tmp_path):
    copy = backup(url, tmp_path / "copy.db")
    lease = _use(url, "1", release=False)

    with pytest.raises(LeaseHeld, match=lease.run_id):
        restore(url, copy)
    assert _known(url)[0] == {"1"}


def test_a_lease_in_the_backup_itself_holds_nobody_up(url, tmp_path):
    _use(url, "1", release=False)
    copy = backup(url, tmp_path / "copy.db")
    with Ledger.open(url) as ledger:
        ledger.release_lease(ledger.lease_of(DOMAIN))
    restore(url, copy)

    assert _use(url, "2")


def test_a_file_that_is_there_is_not_overwritten(url, tmp_path):
    (tmp_path / "copy.db").write_text("precious")

    with pytest.raises(BackupRefused, match="copy"):
        backup(url, tmp_path / "copy.db")
    assert (tmp_path / "copy.db").read_text() == "precious"


@pytest.mark.parametrize("content", [b"no database", b"", b"SQLite format 3\x00" + b"\x00" * 4096])
def test_what_is_no_ledger_is_not_restored_and_the_ledger_stays(url, tmp_path, content):
    _use(url, "1")
    wrong = tmp_path / "wrong.db"
    wrong.write_bytes(content)

    with pytest.raises(BackupRefused, match="wrong"):
        restore(url, wrong)
    assert _known(url)[0] == {"1"}


def test_a_backup_of_a_newer_usersync_is_not_restored(url, tmp_path):
    copy = backup(url, tmp_path / "copy.db")
    connection = sqlite3.connect(copy)
    with connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()

    with pytest.raises(BackupRefused):
        restore(url, copy)


def test_there_is_nothing_to_back_up_or_restore_where_there_is_no_file(tmp_path):
    with pytest.raises(BackupRefused, match="none"):
        backup(f"sqlite:///{tmp_path / 'none.db'}", tmp_path / "copy.db")
    with pytest.raises(BackupRefused, match="none"):
        restore(f"sqlite:///{tmp_path / 'ledger.db'}", tmp_path / "none.db")
    assert list(tmp_path.iterdir()) == []


def test_a_backup_that_cannot_be_written_leaves_no_file(url, tmp_path):
    with pytest.raises(BackupRefused):
        backup(url, tmp_path / "no" / "such" / "folder.db")
    (tmp_path / "empty.db").touch()
    with pytest.raises(BackupRefused):
        backup(f"sqlite:///{tmp_path / 'empty.db'}", tmp_path / "copy.db")
    assert not (tmp_path / "copy.db").exists()
