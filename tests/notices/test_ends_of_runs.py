"""At the end of every run, however it ended, whoever is to be told is told; and the watch sees what no run can say."""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.notices.receivers import DOMAIN, Chat, ended, settings
from usersync.errors import Retriable
from usersync.ledger import Ledger, RunState
from usersync.notices import Condition, look, look_at_all, watch
from usersync.settings import DomainSettings, Settings
from usersync.stages.context import open_run
from usersync.words import Sentence


async def _run(told: DomainSettings, url: str, fails: BaseException | None = None, **options: Any) -> str:
    """One run that does nothing but end."""
    async with open_run(told, url, mode="apply", author="prefect", writes=True, **options) as context:
        if fails is not None:
            raise fails
        context.ledger.finish_run(context.run.id, RunState.COMPLETED)
        return context.run.id


async def test_a_run_that_fails_tells_why_and_the_next_one_that_it_goes_well(ledger_url: str, chat: Chat) -> None:
    told = settings(notify={"webhook_url": chat.url})
    for _ in range(2):
        with pytest.raises(Retriable):
            await _run(told, ledger_url, Retriable("ledger-busy", seconds=15))
    well = await _run(told, ledger_url)
    assert chat.transitions == ["failed", "recovered"]
    assert "after 15 s it was still locked" in chat.bodies[0]["sentence"]
    assert chat.bodies[1]["run_id"] == well
    with Ledger.open(ledger_url) as ledger:
        assert [(stage.name, stage.done, stage.total) for stage in ledger.run(well).stages] == [("notify", 1, 1)]


async def test_what_breaks_off_shows_no_value_of_it(ledger_url: str, chat: Chat) -> None:
    with pytest.raises(ValueError, match="Olena"):
        await _run(settings(notify={"webhook_url": chat.url}), ledger_url, ValueError("Olena Melnyk, +380501234567"))
    assert "ValueError" in chat.bodies[0]["sentence"]
    assert "Olena" not in str(chat.bodies)


@pytest.mark.parametrize("webhook", ["http://127.0.0.1:9/s3cret", "no address"])
async def test_a_message_that_cannot_be_sent_fails_no_run_and_is_said(
    ledger_url: str, webhook: str, caplog: pytest.LogCaptureFixture
) -> None:
    problems: list[Sentence] = []
    told = settings(notify={"webhook_url": webhook, "timeout": 1})
    with caplog.at_level(logging.WARNING, logger="usersync"), pytest.raises(Retriable):
        await _run(told, ledger_url, Retriable("ledger-busy", seconds=15), on_notice=problems.append)
    assert await _run(told, ledger_url)
    assert len(problems) == 1
    assert str(problems[0]) in caplog.text
    assert "s3cret" not in caplog.text
    with Ledger.open(ledger_url) as ledger:
        assert [str(run.state) for run in ledger.runs(DOMAIN)] == ["completed", "failed"]


async def test_a_run_that_was_killed_is_told_of_by_the_watch(ledger_url: str, chat: Chat) -> None:
    told = settings(notify={"webhook_url": chat.url})
    with Ledger.open(ledger_url, now=lambda: datetime.now(UTC) - timedelta(minutes=5)) as past:
        dead = past.start_run(domain=DOMAIN, mode="apply", author="prefect")
        past.acquire_lease(DOMAIN, dead.id)
    with Ledger.open(ledger_url) as ledger:
        alive = ledger.start_run(domain="support", mode="apply", author="prefect")
        ledger.acquire_lease("support", alive.id)
        seen = await look(ledger, told)
        assert (seen.crashed, seen.condition) == (dead.id, Condition.FAILED)
        assert (await look(ledger, told)).crashed is None
        assert (await look(ledger, settings("support"))).crashed is None
    assert chat.transitions == ["failed"]
    assert chat.bodies[0]["run_id"] == dead.id
    assert "killed" in chat.bodies[0]["sentence"]


async def test_a_run_that_did_not_begin_is_told_of_by_the_watch_and_the_next_one_says_it_goes_well(
    ledger_url: str, chat: Chat
) -> None:
    told = settings(
        notify={"webhook_url": chat.url}, schedule={"cron": "* * * * *", "grace_minutes": 60}, timezone="Europe/Kyiv"
    )
    with Ledger.open(ledger_url, now=lambda: datetime.now(UTC) - timedelta(hours=3)) as past:
        ended(past, RunState.COMPLETED)
    with Ledger.open(ledger_url) as ledger:
        assert (await look(ledger, told)).condition is Condition.MISSED
        await look(ledger, told)
    await _run(told, ledger_url)
    assert chat.transitions == ["missed", "recovered"]
    assert "the last one began at" in chat.bodies[0]["sentence"]


async def test_the_watch_looks_at_every_domain_and_outlives_what_goes_wrong(
    ledger_url: str, chat: Chat, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    import asyncio

    all_of_them = Settings(
        database_url=ledger_url, domains={"sales": {}, "support": {}}, notify={"webhook_url": chat.url}, language="uk"
    )
    with Ledger.open(ledger_url) as ledger:
        ended(ledger, RunState.FAILED, domain="support")
    assert [seen.domain for seen in await look_at_all(all_of_them)] == ["sales", "support"]
    assert chat.bodies[0]["subject"] == "usersync: імпорт support не вдався"

    calls = 0

    def given() -> Settings:
        nonlocal calls
        calls += 1
        return (
            all_of_them
            if calls > 2
            else all_of_them.model_copy(update={"database_url": "sqlite:////nowhere/at/all.db"})
        )

    watching = asyncio.create_task(watch(given, every=0.01))
    with caplog.at_level(logging.WARNING, logger="usersync"):
        async with asyncio.timeout(20):
            while calls < 4:  # noqa: ASYNC110 - a task of its own is watched
                await asyncio.sleep(0.02)
    watching.cancel()
    with pytest.raises(asyncio.CancelledError):
        await watching
    assert len(caplog.records) == 1, "what stays wrong is logged once"
