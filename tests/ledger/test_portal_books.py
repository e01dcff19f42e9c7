"""What the ledger keeps for the portal: users, sessions, tokens, refused logins, orders; on both databases."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest

from tests.databases import FakeTime
from usersync.ledger import (
    Ledger,
    OrderNotFound,
    OrderReused,
    PortalUserExists,
    PortalUserNotFound,
    RunState,
    TokenNotFound,
)
from usersync.words import Sentence

SILENT = timedelta(minutes=10)


def add(ledger: Ledger, name: str = "Olha", role: str = "operator") -> None:
    ledger.add_portal_user(name, role=role, language="uk", password="hash", author="os:root")


def order(ledger: Ledger, key: str = "1", author: str = "portal:olha", joins: bool = True, **parameters: object):
    given = {"domain": "sales", "mode": "apply", **parameters}
    return ledger.place_order(
        author=author,
        key=key,
        domain="sales",
        process="GetWebitelUsers",
        parameters=given,
        silent_for=SILENT,
        joins=joins,
    )


def test_a_users_name_is_one_whatever_its_case(ledger: Ledger) -> None:
    add(ledger)

    assert ledger.portal_user(" OLHA ").role == "operator"
    with pytest.raises(PortalUserExists):
        add(ledger, "olha ")
    with pytest.raises(PortalUserNotFound):
        ledger.change_portal_user("petro", author="os:root", active=False)


def test_a_session_is_good_until_it_is_old_idle_closed_or_its_user_changes(ledger: Ledger, clock: FakeTime) -> None:
    add(ledger)
    idle = timedelta(hours=1)
    for end in ("old", "idle", "closed", "changed", "disabled"):
        ledger.open_session(end, "olha", lifetime=timedelta(hours=2))
        assert ledger.find_session(end, idle=idle).user.name == "olha"
        if end == "old":
            for _ in range(3):
                clock.pass_(minutes=45)
                ledger.see_session(end)
        elif end == "idle":
            clock.pass_(minutes=61)
        elif end == "closed":
            ledger.close_session(end, author="portal:olha")
        elif end == "changed":
            ledger.change_portal_user("olha", author="os:root", role="viewer")
        else:
            ledger.change_portal_user("olha", author="os:root", active=False)
        assert ledger.find_session(end, idle=idle) is None, end


def test_a_session_remembers_the_domain_looked_at(ledger: Ledger) -> None:
    add(ledger)
    ledger.open_session("s", "olha", lifetime=timedelta(hours=2))
    ledger.see_session("s", domain="sales")
    ledger.see_session("s")

    assert ledger.find_session("s", idle=timedelta(hours=1)).domain == "sales"


def test_a_token_is_good_until_it_expires_or_is_revoked(ledger: Ledger, clock: FakeTime) -> None:
    made = ledger.add_token(
        "button", token_hash="h", domains=["sales"], permissions=["view", "start"], lifetime=timedelta(days=1), author="os:root"
    )  # fmt: skip
    assert ledger.token_of("h") == made
    assert made.permissions == ("start", "view")
    assert ledger.token_of("other") is None
    ledger.use_token(made.id)
    assert ledger.tokens()[0].used_at == clock()

    clock.pass_(days=1)
    assert ledger.token_of("h") is None
    ledger.revoke_token(made.id, author="os:root")
    with pytest.raises(TokenNotFound):
        ledger.revoke_token(made.id, author="os:root")


def test_the_same_key_is_the_same_order_and_nothing_else(ledger: Ledger) -> None:
    first = order(ledger)
    again = order(ledger)

    assert (first.new, again.new) == (True, False)
    assert again.order == first.order
    with pytest.raises(OrderReused):
        order(ledger, mode="preview")
    with pytest.raises(OrderNotFound):
        ledger.order("o-none")


def test_while_an_order_waits_for_its_run_others_join_it(ledger: Ledger, clock: FakeTime) -> None:
    first = order(ledger)
    assert order(ledger, key="2", author="portal:petro").order == first.order
    alone = order(ledger, key="3", joins=False, scope=["a"])
    assert alone.order != first.order

    clock.pass_(minutes=31)  # nobody took it up: it is lost
    assert order(ledger, key="4").new


def test_an_order_that_failed_is_not_waited_for(ledger: Ledger) -> None:
    first = order(ledger)
    ledger.fail_order(first.order.id, Sentence("orchestration-no-api"))
    assert ledger.order(first.order.id).error == Sentence("orchestration-no-api")
    assert order(ledger, key="2").new

    ledger.retry_order(first.order.id)
    assert ledger.order(first.order.id).error is None


def test_a_run_that_writes_answers_every_order_of_its_domain(ledger: Ledger) -> None:
    run = ledger.start_run(domain="sales", mode="apply", author="prefect")
    lease = ledger.acquire_lease("sales", run.id)
    for number, joins in enumerate((True, False)):
        placed = order(ledger, key=str(number), joins=joins)
        assert (placed.going.id, placed.order.run_id) == (run.id, run.id)
    ledger.finish_run(run.id, RunState.COMPLETED)
    ledger.release_lease(lease)

    assert order(ledger, key="later").going is None


def test_a_run_that_reads_answers_only_who_would_join_it_and_while_it_is_heard_of(
    ledger: Ledger, clock: FakeTime
) -> None:
    run = ledger.start_run(domain="sales", mode="preview", author="prefect")
    assert order(ledger, key="1", joins=False).going is None
    assert order(ledger, key="2", mode="preview").going.id == run.id
    clock.pass_(minutes=11)
    assert ledger.going_run("sales", silent_for=SILENT) is None
    ledger.note_stage(run.id, "fetch", 1, 2)

    assert ledger.going_run("sales", silent_for=SILENT).id == run.id


def test_the_first_flow_run_an_order_is_bound_to_stays(ledger: Ledger) -> None:
    placed = order(ledger)
    ledger.bind_order(placed.order.id, "flow-1")
    ledger.bind_order(placed.order.id, "flow-2")

    assert ledger.order(placed.order.id).flow_run_id == "flow-1"


def test_many_presses_at_once_are_one_order(ledger: Ledger) -> None:
    orders: list[str] = []
    lock = threading.Lock()

    def press(number: int) -> None:
        placed = order(ledger, key=str(number))
        with lock:
            orders.append(placed.order.id)

    threads = [threading.Thread(target=press, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(orders) == 8
    assert len(set(orders)) == 1


def test_guesses_sent_at_once_are_counted_each(ledger: Ledger) -> None:
    admitted: list[bool] = []
    lock = threading.Lock()

    def guess() -> None:
        free = ledger.admit_attempt({"user:olha": 5, "address:10.0.0.1": 30}) is None
        with lock:
            admitted.append(free)

    threads = [threading.Thread(target=guess) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sum(admitted) == 5
