"""The exception tree: sentences that survive processes, exit codes, and exceptions of others that are only named."""

from __future__ import annotations

import pickle

import pytest

from usersync.errors import BrokeOff, Fatal, Retriable, ServiceError, Skippable, UsageError, UsersyncError


def test_an_error_is_a_sentence_and_a_next_step() -> None:
    error = UsageError("settings-missing", setting="USERSYNC_WEBITEL__URL")
    assert "USERSYNC_WEBITEL__URL" in str(error)
    assert error.next_step
    assert error.exit_code == 2


@pytest.mark.parametrize("kind", [Fatal, Retriable, Skippable])
def test_what_is_not_usage_fails_with_exit_code_1(kind: type[UsersyncError]) -> None:
    assert kind("guard-source-empty").exit_code == 1


def test_an_error_survives_the_way_to_another_process() -> None:
    error = ServiceError("guard-source-empty", status=503, request_id="r1", url="https://x/y", outcome_unknown=True)
    again = pickle.loads(pickle.dumps(error))
    assert (str(again), again.status, again.request_id, again.outcome_unknown) == (str(error), 503, "r1", True)


def test_an_exception_of_others_is_named_by_type_and_place_and_its_text_stays_here() -> None:
    try:
        raise ValueError("Olena Kovalchuk, +380671234567")
    except ValueError as error:
        broke = BrokeOff.by(error)
    assert "ValueError" in str(broke)
    assert "test_errors.py" in str(broke)
    assert "Olena" not in str(broke)
