"""Runs: start, progress, stop, end, and what is usual."""

from datetime import timedelta

import pytest

from tests.ledger.people import DOMAIN, begin, create
from usersync.ledger import LeaseLost, RunNotFound, RunState
from usersync.words import Sentence


def _start(ledger, **more):
    return ledger.start_run(**{"domain": DOMAIN, "mode": "apply", "author": "olena", **more})


def test_a_run_comes_back_as_it_was_started(ledger, clock):
    run = _start(ledger, scope=("o.koval", "i.bondar"), flow_run_id="flow-1", settings={"classic": True})

    found = ledger.run(run.id)
    assert found == run
    assert (found.domain, found.mode, found.scope, found.state) == (
        DOMAIN,
        "apply",
        ("o.koval", "i.bondar"),
        RunState.RUNNING,
    )
    assert (found.author, found.flow_run_id, found.settings, found.started_at) == (
        "olena",
        "flow-1",
        {"classic": True},
        clock.moment,
    )


def test_ids_sort_as_their_runs_started(ledger, clock):
    ids = []
    for _ in range(5):
        ids.append(_start(ledger).id)
        clock.pass_(seconds=1)

    assert ids == sorted(ids)
    assert [run.id for run in ledger.runs()] == ids[::-1]
    assert [run.id for run in ledger.runs(limit=2, offset=1)] == [ids[3], ids[2]]
    assert ledger.count_runs() == ledger.count_runs(DOMAIN, [RunState.RUNNING]) == 5
    assert ledger.count_runs("another") == ledger.count_runs(DOMAIN, [RunState.FAILED]) == 0


def test_many_runs_of_one_second_have_ids_of_their_own(ledger):
    assert len({_start(ledger).id for _ in range(50)}) == 50


def test_a_run_is_found_by_a_beginning_of_its_id_and_by_its_end(ledger):
    run = _start(ledger)

    for part in (run.id, run.id[:-2], run.id.removeprefix("r-"), run.id[-4:]):
        assert ledger.run(part).id == run.id


def test_a_beginning_that_fits_two_runs_is_refused_with_both(ledger):
    first, second = _start(ledger), _start(ledger)

    with pytest.raises(RunNotFound) as caught:
        ledger.run("r-2026")
    assert first.id in str(caught.value)
    assert second.id in str(caught.value)


@pytest.mark.parametrize("nothing", ["", "r-1999", "%", "_", "r-2026%"])
def test_what_fits_no_run_is_said_to_be_no_run(ledger, nothing):
    _start(ledger)

    with pytest.raises(RunNotFound):
        ledger.run(nothing)


def test_secrets_in_the_settings_are_never_stored(ledger):
    run = _start(
        ledger, settings={"creatio": {"client_secret": "hunter2", "url": "https://crm"}, "tokens": ["hunter3"]}
    )

    assert ledger.run(run.id).settings == {"creatio": {"client_secret": "***", "url": "https://crm"}, "tokens": "***"}


def test_the_end_of_a_run_keeps_its_receipt_and_its_error(ledger, clock):
    run = _start(ledger)
    clock.pass_(seconds=9)
    ledger.finish_run(run.id, RunState.FAILED, {"users": 8}, Sentence("ledger-plan-not-found", {"given": "x"}))

    found = ledger.run(run.id)
    assert (found.state, found.receipt, found.finished_at) == (RunState.FAILED, {"users": 8}, clock.moment)
    assert found.error == Sentence("ledger-plan-not-found", {"given": "x"})


def test_runs_are_narrowed_by_domain_mode_and_state(ledger, clock):
    ended = _start(ledger, mode="preview")
    ledger.finish_run(ended.id, RunState.COMPLETED)
    clock.pass_(seconds=1)
    running = _start(ledger)
    clock.pass_(seconds=1)
    other = _start(ledger, domain="support")

    assert [run.id for run in ledger.runs()] == [other.id, running.id, ended.id]
    assert [run.id for run in ledger.runs(DOMAIN)] == [running.id, ended.id]
    assert [run.id for run in ledger.runs(DOMAIN, limit=1)] == [running.id]
    assert [run.id for run in ledger.runs(states=[RunState.COMPLETED])] == [ended.id]
    assert ledger.latest_run(DOMAIN).id == running.id
    assert ledger.latest_run(DOMAIN, mode="preview").id == ended.id
    assert ledger.latest_run(DOMAIN, states=[RunState.FAILED]) is None


def test_a_run_is_found_by_the_orchestrators_id_the_newest_of_several_tries(ledger, clock):
    _start(ledger, flow_run_id="flow-7")
    clock.pass_(seconds=1)
    second = _start(ledger, flow_run_id="flow-7")

    assert ledger.run_of_flow("flow-7").id == second.id
    assert ledger.run_of_flow("flow-8") is None


def test_the_stages_of_a_run_show_how_far_it_is(ledger, clock):
    run = _start(ledger)
    ledger.note_stage(run.id, "fetch", 3, 10)
    clock.pass_(seconds=2)
    ledger.note_stage(run.id, "fetch", 10, 10)
    ledger.note_stage(run.id, "match", 0, 120)

    fetch, match = ledger.run(run.id).stages
    assert (fetch.name, fetch.done, fetch.total, fetch.updated_at - fetch.started_at) == (
        "fetch",
        10,
        10,
        timedelta(seconds=2),
    )
    assert (match.name, match.done, match.total) == ("match", 0, 120)
    assert ledger.runs()[0].stages == (fetch, match)


def test_a_stop_is_seen_by_the_run_and_says_who_asked_first(ledger):
    run = _start(ledger)
    assert not ledger.stop_requested(run.id)

    assert ledger.request_stop(run.id, "ivan")
    assert ledger.request_stop(run.id, "petro")

    assert ledger.stop_requested(run.id)
    assert ledger.run(run.id).stop_requested_by == "ivan"


def test_a_run_that_has_ended_cannot_be_stopped(ledger):
    run = _start(ledger)
    ledger.finish_run(run.id, RunState.COMPLETED)

    assert not ledger.request_stop(run.id, "ivan")
    assert not ledger.stop_requested(run.id)


def test_a_run_that_fell_silent_is_closed_as_crashed_but_not_one_that_speaks_or_holds_the_lease(ledger, clock):
    silent, speaking = _start(ledger, mode="preview"), _start(ledger, mode="preview")
    clock.pass_(minutes=10)
    holder = begin(ledger).run_id
    ledger.note_stage(speaking.id, "match", 1, 2)
    clock.pass_(seconds=30)

    assert ledger.close_dead_runs(DOMAIN, timedelta(seconds=20)) == sorted([silent.id, speaking.id])
    assert ledger.run(silent.id).state is RunState.CRASHED
    assert ledger.run(holder).state is RunState.RUNNING


def test_a_run_that_spoke_lately_is_not_closed(ledger, clock):
    run = _start(ledger)
    clock.pass_(minutes=10)
    ledger.note_stage(run.id, "match", 1, 2)

    assert ledger.close_dead_runs(DOMAIN, timedelta(minutes=5)) == []


def _read(ledger, clock, users, *, trusted=True, scope=(), side="source"):
    run = _start(ledger, scope=scope)
    ledger.record_snapshot(run.id, side, {"users": users, "licenses": 3}, f"print-{users}", trusted=trusted)
    clock.pass_(minutes=1)
    return run


def test_nothing_is_usual_before_the_first_trusted_read_of_the_whole_domain(ledger, clock):
    _read(ledger, clock, 12, trusted=False)
    _read(ledger, clock, 1, scope=("o.koval",))
    _read(ledger, clock, 900, side="target")

    assert ledger.usual_counts(DOMAIN, "source") is None
    assert ledger.usual_counts("support", "target") is None


def test_one_smaller_read_does_not_change_what_is_usual_but_a_lasting_change_does(ledger, clock):
    for users in (240, 241, 240, 150):
        _read(ledger, clock, users)
    assert ledger.usual_counts(DOMAIN, "source") == {"users": 240, "licenses": 3}

    for users in (150, 151):
        _read(ledger, clock, users)
    assert ledger.usual_counts(DOMAIN, "source") == {"users": 151, "licenses": 3}


def test_a_snapshot_recorded_again_in_one_run_replaces_the_first(ledger, clock):
    run = _read(ledger, clock, 12, trusted=False)
    ledger.record_snapshot(run.id, "source", {"users": 240}, "second", trusted=True)

    (found,) = ledger.snapshots(DOMAIN, "source")
    assert (found.run_id, found.counts, found.fingerprint, found.trusted, found.complete) == (
        run.id,
        {"users": 240},
        "second",
        True,
        True,
    )


def test_an_unknown_run_can_neither_be_finished_nor_given_a_snapshot(ledger):
    with pytest.raises(RunNotFound):
        ledger.finish_run("r-none", RunState.COMPLETED)
    with pytest.raises(RunNotFound):
        ledger.record_snapshot("r-none", "source", {}, "x", trusted=True)


def test_the_lease_of_a_run_cannot_be_used_for_another_run(ledger):
    lease, other = begin(ledger), _start(ledger)

    with pytest.raises(LeaseLost):
        ledger.intend(lease, other.id, [create("1")], "request")
