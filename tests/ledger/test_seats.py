"""Seats between runs: what the last plan said, and the most people at a time."""

import pytest

from tests.ledger.people import DOMAIN
from usersync.ledger import RunNotFound
from usersync.planning import SeatDemand
from usersync.words import Sentence

SHORT = SeatDemand(
    "cc-1", "CALL_CENTER", True, 4, 2, ("11",), ("12", "13"), 2, reserved=1, expires_on="2027-01-01T00:00:00+00:00",
    why=Sentence("planning-seats-short", {"product": "CALL_CENTER", "limit": 4, "here": 3, "others": 0, "reserved": 1}),
)  # fmt: skip
MOBILE = SeatDemand("mo-1", "MOBILE", False, 3, 1, (), ())


def _run(ledger) -> str:
    return ledger.start_run(domain=DOMAIN, mode="apply", author="olena").id


def test_what_a_plan_said_is_read_back_with_its_run_and_who_was_refused(ledger, clock):
    run_id = _run(ledger)
    ledger.save_seats(run_id, [SHORT, MOBILE], {"cc-1": {"11"}})

    found = ledger.seats(DOMAIN)

    assert (found["cc-1"].demand, found["cc-1"].refused, found["cc-1"].run_id) == (SHORT, ("11",), run_id)
    assert (found["mo-1"].demand, found["mo-1"].refused, found["mo-1"].at) == (MOBILE, (), clock())
    assert ledger.seats("elsewhere") == {}


def test_of_a_licence_that_no_rule_shares_out_any_more_only_its_use_is_left(ledger):
    ledger.save_seats(_run(ledger), [SHORT, MOBILE], {})
    ledger.note_use(DOMAIN, {"mo-1": 2})
    ledger.save_seats(_run(ledger), [SHORT], {})

    found = ledger.seats(DOMAIN)

    assert (found["mo-1"].demand, found["mo-1"].run_id, found["mo-1"].peak) == (None, None, 2)
    assert found["cc-1"].demand == SHORT


def test_the_most_people_at_a_time_in_the_last_thirty_days_is_remembered_with_the_last_day_it_was_so(ledger, clock):
    first = clock().date().isoformat()
    for count in (3, 7, 5):
        ledger.note_use(DOMAIN, {"mo-1": count})
    assert (ledger.seats(DOMAIN)["mo-1"].peak, ledger.seats(DOMAIN)["mo-1"].peak_on) == (7, first)
    clock.pass_(days=20)
    ledger.note_use(DOMAIN, {"mo-1": 4})
    assert ledger.seats(DOMAIN)["mo-1"].peak == 7
    clock.pass_(days=20)
    later = clock().date().isoformat()
    ledger.note_use(DOMAIN, {"mo-1": 4})
    assert (ledger.seats(DOMAIN)["mo-1"].peak, ledger.seats(DOMAIN)["mo-1"].peak_on) == (4, later)
    clock.pass_(days=60)
    assert ledger.seats(DOMAIN)["mo-1"].peak is None


def test_seats_of_an_unknown_run_are_refused(ledger):
    with pytest.raises(RunNotFound):
        ledger.save_seats("r-nope", [SHORT], {})
