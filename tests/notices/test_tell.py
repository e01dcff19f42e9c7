"""Messages get through once for each change, by webhook and by letter; what does not get through is tried again."""

from __future__ import annotations

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from tests.notices.receivers import DOMAIN, Chat, Post, ended, settings
from usersync.ledger import KnownLicense, Ledger, RunState
from usersync.notices import Webhook, channels_of, tell, telling
from usersync.words import Sentence

F, W, A = RunState.FAILED, RunState.COMPLETED, RunState.AWAITING_APPROVAL


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Between two tries at once; the waits of hours are the clock's."""
    monkeypatch.setattr(telling, "_PAUSE_SECONDS", 0.0)


async def test_an_import_that_fails_all_night_is_told_once_and_once_more_when_it_goes_well(ledger, clock, chat: Chat):
    told = settings(notify={"webhook_url": chat.url})
    for state in (F, F, RunState.CRASHED, RunState.STOPPED, F, W, W, A, A, W):
        clock.pass_(hours=1)
        ended(ledger, state)
        await tell(ledger, told)
        await tell(ledger, told)
    assert chat.transitions == ["failed", "recovered", "approval"]
    assert all(body["domain"] == DOMAIN and body["run_id"].startswith("r-") for body in chat.bodies)
    assert len({body["id"] for body in chat.bodies}) == 3
    assert chat.keys == [body["id"] for body in chat.bodies]
    assert [delivery.attempts for delivery in ledger.deliveries(DOMAIN)] == [1, 1, 1]


async def test_previews_undos_and_runs_of_a_part_say_nothing_of_the_domain(ledger, chat: Chat):
    for mode, scope in (("preview", ()), ("undo", ()), ("apply", ("a.melnyk",))):
        ended(ledger, F, mode=mode, scope=scope)
        await tell(ledger, settings(notify={"webhook_url": chat.url}))
    assert chat.bodies == []


async def test_a_letter_says_it_to_every_recipient_and_the_chat_hears_it_too(ledger, chat: Chat, post: Post):
    ended(ledger, F, error=Sentence("guard-source-shrunk", {"seen": 12, "usual": 240}))
    told = await tell(ledger, settings(notify={"webhook_url": chat.url, "email_url": post.url}))
    assert told.delivered == 2
    (letter,) = post.letters
    assert str(letter["To"]) == "a@example.org, b@example.org"
    assert str(letter["From"]) == "usersync@example.org"
    assert str(letter["Subject"]) == "usersync: the import of sales failed" == chat.bodies[0]["subject"]
    assert letter["Message-ID"]
    text = letter.get_content().replace("\r\n", "\n")
    assert "12" in text
    assert "240" in text
    assert chat.bodies[0]["id"] in text


async def test_nobody_to_tell_means_nothing_is_remembered_and_the_first_to_be_told_hears_how_it_stands(ledger, chat):
    ended(ledger, F)
    assert (await tell(ledger, settings())).new == ()
    assert ledger.domain_facts(DOMAIN).condition is None
    told = await tell(ledger, settings(notify={"webhook_url": chat.url}))
    assert [notice.transition for notice in told.new] == ["failed"]


def test_of_many_workers_that_look_at_once_one_tells(ledger_url: str, chat: Chat):
    with Ledger.open(ledger_url) as ledger:
        ended(ledger, F)

    def look(_: int) -> int:
        with Ledger.open(ledger_url) as mine:
            return len(asyncio.run(tell(mine, settings(notify={"webhook_url": chat.url}))).new)

    with ThreadPoolExecutor(4) as workers:
        assert sorted(workers.map(look, range(4))) == [0, 0, 0, 1]
    assert chat.transitions == ["failed"]


async def test_what_is_refused_is_said_tried_again_later_and_comes_through_with_the_same_id(ledger, clock, chat: Chat):
    chat.answer = 503
    ended(ledger, F)
    told = await tell(ledger, settings(notify={"webhook_url": chat.url}))
    assert told.delivered == 0
    assert "HTTP 503" in str(told.problems[0])
    assert len(chat.keys) == 3, "a short trouble is sat out at once"
    (waiting,) = ledger.deliveries(DOMAIN)
    assert (waiting.attempts, waiting.due) == (1, clock() + timedelta(minutes=1))
    assert ledger.undelivered() == {(DOMAIN, "webhook"): (1, 0)}

    chat.answer = 200
    assert (await tell(ledger, settings(notify={"webhook_url": chat.url}))).delivered == 0, "it is not yet due"
    clock.pass_(minutes=1)
    told = await tell(ledger, settings(notify={"webhook_url": chat.url}))
    assert (told.new, told.delivered) == ((), 1)
    assert set(chat.keys) == {chat.bodies[0]["id"]}
    assert ledger.undelivered() == {}


async def test_a_dead_channel_does_not_keep_the_other_silent_and_gives_up_after_a_day(ledger, clock, post: Post):
    def dead(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError(f"nobody at {request.url}", request=request)

    mail = channels_of(settings(notify={"email_url": post.url}).notify)
    both = [Webhook("https://chat.example.org/s3cret", transport=httpx.MockTransport(dead)), *mail]
    ended(ledger, F)
    told = await tell(ledger, settings(), channels=both)
    assert (told.delivered, len(told.problems)) == (1, 1)
    assert "s3cret" not in f"{told} {ledger.deliveries()} {ledger.audit()}"
    tries = 0
    while ledger.undelivered()[DOMAIN, "webhook"] == (1, 0):
        clock.pass_(minutes=31)
        tries += len((await tell(ledger, settings(), channels=both)).problems)
        assert tries < 60
    assert tries == 46
    assert ledger.undelivered() == {(DOMAIN, "webhook"): (0, 1)}
    assert len(post.letters) == 1


async def test_who_died_while_delivering_is_not_waited_for_long(ledger, clock, chat: Chat):
    ended(ledger, F)
    webhook = settings(notify={"webhook_url": chat.url})
    ledger.judge(
        DOMAIN, lambda facts: telling.judge(facts, telling.policy_of(webhook, facts.at), facts.at), ["webhook"]
    )
    claim = ["webhook"]
    assert len(ledger.claim_deliveries(DOMAIN, claim, hold=timedelta(minutes=2), lifetime=timedelta(days=1))) == 1
    assert (await tell(ledger, webhook)).delivered == 0
    clock.pass_(minutes=2)
    assert (await tell(ledger, webhook)).delivered == 1


async def test_a_run_waits_no_longer_than_it_should_for_a_channel_that_hangs(ledger, monkeypatch):
    monkeypatch.setattr(telling, "_AT_MOST_SECONDS", 0.2)

    async def hang(request: httpx.Request) -> httpx.Response:
        await asyncio.sleep(60)
        return httpx.Response(200, request=request)

    ended(ledger, F)
    began = time.monotonic()
    told = await tell(
        ledger, settings(), channels=[Webhook("https://chat.example.org", transport=httpx.MockTransport(hang))]
    )
    assert time.monotonic() - began < 10
    assert "timeout" in str(told.problems[0])


async def test_a_licence_that_ends_soon_is_told_once_until_it_is_renewed(ledger, clock, chat: Chat):
    told = settings(notify={"webhook_url": chat.url, "license_days": 7})
    ended(ledger, W)

    def seen(days: float, *, complete: bool = True) -> None:
        ends = datetime(2026, 12, 1, tzinfo=UTC) + timedelta(days=days)
        ledger.remember_licenses(DOMAIN, [KnownLicense("s-1", "CALL_CENTER", ends)], complete=complete)

    for now in ("2026-11-20", "2026-11-25", "2026-11-26", "2026-11-30"):
        clock.moment = datetime.fromisoformat(now).replace(tzinfo=UTC)
        seen(0)
        await tell(ledger, told)
    assert chat.transitions == ["license_expiring"]
    assert "CALL_CENTER (s-1): 2026-12-01" in chat.bodies[0]["sentence"]
    seen(365)
    await tell(ledger, told)
    seen(3, complete=False)
    await tell(ledger, told)
    assert chat.transitions == ["license_expiring"] * 2


def test_what_a_read_did_not_show_stays_known_unless_it_showed_all(ledger):
    one, two = KnownLicense("s-1", "CALL_CENTER", None), KnownLicense("s-2", "CHAT", None)
    ledger.remember_licenses(DOMAIN, [one, two], complete=True)
    ledger.remember_licenses(DOMAIN, [one], complete=False)
    assert ledger.domain_facts(DOMAIN).licenses == (one, two)
    ledger.remember_licenses(DOMAIN, [one], complete=True)
    assert ledger.domain_facts(DOMAIN).licenses == (one,)


@pytest.mark.parametrize("answer", ["550 no such recipient", "421 not now"])
async def test_a_mail_server_that_refuses_is_tried_again(ledger, post: Post, answer: str):
    post.refuses = answer
    ended(ledger, F)
    told = await tell(ledger, settings(notify={"email_url": post.url}))
    assert told.delivered == 0
    assert "email" in str(told.problems[0])
    assert "example.org" not in str(told.problems[0])


def test_old_messages_go_with_the_runs_and_what_is_still_to_be_tried_stays(ledger, clock):
    ended(ledger, F)
    decide = lambda facts: telling.judge(facts, telling.policy_of(settings(), facts.at), facts.at)  # noqa: E731
    ledger.judge(DOMAIN, decide, ["webhook", "email"])
    (delivered,) = ledger.claim_deliveries(DOMAIN, ["email"], hold=timedelta(1), lifetime=timedelta(1))
    ledger.settle_delivery(delivered)
    clock.pass_(days=40)
    ledger.prune(timedelta(days=30), author="os:olena")
    assert [delivery.channel for delivery in ledger.deliveries()] == ["webhook"]
