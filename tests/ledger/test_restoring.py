"""A backup is put in place: what was taken away since it was made does not come back. On both databases."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.ledger.people import DOMAIN, begin, create, do, link, plan
from tests.ledger.test_backup_postgresql import tools  # noqa: F401 a fixture
from usersync.ledger import Ledger, PlanNotUsable, PlanState, RunState, backup, restore, upgrade
from usersync.ledger.schema import notices

NAME = "Незабудько Оксана"


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'ledger.db'}"
        return
    request.getfixturevalue("tools")
    server = request.getfixturevalue("postgres_server")
    made = server.create()
    yield made
    server.drop(made)


def _token(ledger: Ledger, name: str) -> str:
    made = ledger.add_token(
        name, token_hash=name * 8, domains=(), permissions=("view",), lifetime=timedelta(days=9), author="os:olha"
    )
    return made.id


def _fill(ledger: Ledger) -> str:
    lease = begin(ledger)
    do(ledger, lease, create("7", name=NAME), create("8"))
    ledger.apply_links(lease, lease.run_id, [link("7"), link("8")])
    plan_hash = ledger.save_plan(
        lease.run_id, plan(create("9")), needs_approval=[{"id": "x"}], expires_in=timedelta(days=3)
    )
    ledger.approve(plan_hash, author="olha")
    ledger.release_lease(lease)
    ledger.finish_run(lease.run_id, RunState.COMPLETED)
    ledger.add_portal_user("olha", role="administrator", language="uk", password="former", author="os:root")
    ledger.add_portal_user("petro", role="approver", language="uk", password="hash", author="os:root")
    ledger.open_session("session", "olha", lifetime=timedelta(hours=1))
    _token(ledger, "stolen")
    _token(ledger, "good")
    return plan_hash


def test_what_was_taken_away_since_does_not_come_back(url, tmp_path):
    upgrade(url)
    with Ledger.open(url) as ledger:
        plan_hash = _fill(ledger)
        dying = ledger.start_run(domain="support", mode="apply", author="olena")
        with ledger.restoring() as connection:
            row = {
                "notice": "n", "domain": DOMAIN, "transition": "failed", "sentences": "[]", "channel": "webhook",
                "at": ledger.now(), "attempts": 0, "due": ledger.now(),
            }  # fmt: skip
            connection.execute(notices.insert().values(row))
        copy = backup(url, tmp_path / "copy")
        ledger.finish_run(dying.id, RunState.COMPLETED)
        lease = begin(ledger)
        ledger.take_plan(plan_hash, lease, lease.run_id)
        ledger.release_lease(lease)
        ledger.finish_run(lease.run_id, RunState.COMPLETED)
        ledger.revoke_token(next(token.id for token in ledger.tokens() if token.name == "stolen"), author="olha")
        _token(ledger, "newer")
        ledger.change_portal_user("petro", active=False, author="portal:olha")
        ledger.change_portal_user("olha", password="newer", author="portal:olha")
        ledger.erase(DOMAIN, author="olha", user_id="7")

    restore(url, copy, author="os:root")

    with Ledger.open(url) as ledger:
        assert ledger.find_session("session", idle=timedelta(hours=1)) is None
        good = {name for name in ("stolen", "good", "newer") if ledger.token_of(name * 8)}
        assert good == {"good", "newer"}
        assert [(user.name, user.active, user.password) for user in ledger.portal_users()] == [
            ("olha", True, "newer"), ("petro", False, "hash"),
        ]  # fmt: skip
        assert ledger.plan_head(plan_hash).state is PlanState.EXPIRED
        lease = begin(ledger)
        with pytest.raises(PlanNotUsable):
            ledger.take_plan(plan_hash, lease, lease.run_id)
        assert ledger.run(dying.id).state is RunState.CRASHED
        with ledger.restoring() as connection:
            assert connection.scalar(notices.select().with_only_columns(notices.c.due)) is None
        assert ledger.is_erased(DOMAIN, user_id="7")
        assert NAME not in repr([ledger.export_run(run.id) for run in ledger.runs(DOMAIN)])
        told = [line.action for line in reversed(ledger.audit(limit=1000))]
        assert told.count("plan.taken") == told.count("token.revoked") == told.count("ledger.restored") == 1


def test_where_nothing_was_the_users_come_from_the_backup_and_its_tokens_are_revoked(url, tmp_path):
    upgrade(url)
    with Ledger.open(url) as ledger:
        _fill(ledger)
    copy = backup(url, tmp_path / "copy")
    if url.startswith("sqlite"):
        url = f"sqlite:///{tmp_path / 'elsewhere' / 'ledger.db'}"
    else:
        with Ledger.open(url) as ledger, ledger.restoring() as connection:
            connection.exec_driver_sql("DROP SCHEMA public CASCADE")
            connection.exec_driver_sql("CREATE SCHEMA public")

    restore(url, copy)

    with Ledger.open(url) as ledger:
        assert [user.name for user in ledger.portal_users()] == ["olha", "petro"]
        assert [ledger.token_of(name * 8) for name in ("stolen", "good")] == [None, None]
        assert ledger.audit()[0].action == "ledger.restored"


def test_a_file_that_cannot_be_read_is_put_aside_and_the_backup_takes_its_place(tmp_path):
    url = f"sqlite:///{tmp_path / 'ledger.db'}"
    upgrade(url)
    with Ledger.open(url) as ledger:
        _fill(ledger)
    copy = backup(url, tmp_path / "copy")
    (tmp_path / "ledger.db").write_bytes(b"torn" * 5000)

    aside = restore(url, copy)

    assert aside is not None
    assert aside.read_bytes().startswith(b"torn")
    with Ledger.open(url) as ledger:
        assert set(ledger.links(DOMAIN)) == {"7", "8"}
