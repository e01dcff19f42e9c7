"""What every task has in common: it is tried again where that may help, and says nothing private."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from prefect.settings import PREFECT_API_URL, PREFECT_LOGGING_TO_API_WHEN_MISSING_FLOW, temporary_settings

from tasks.step import step
from usersync.errors import BrokeOff, Retriable, UsageError


@pytest.fixture(scope="module")
def prefect(prefect_api: str) -> Iterator[None]:
    with temporary_settings({PREFECT_API_URL: prefect_api, PREFECT_LOGGING_TO_API_WHEN_MISSING_FLOW: "ignore"}):
        yield


class Failing:
    """Something that fails with these errors, one at each attempt, and then succeeds."""

    def __init__(self, *errors: Exception) -> None:
        self.errors = list(errors)
        self.attempts = 0

    async def attempt(self) -> str:
        self.attempts += 1
        if self.errors:
            raise self.errors.pop(0)
        return "done"


async def test_what_may_succeed_later_is_tried_again(prefect: None) -> None:
    failing = Failing(Retriable("ledger-busy", seconds=15))

    assert await step("Busy", retries=1)(failing.attempt)() == "done"
    assert failing.attempts == 2


@pytest.mark.parametrize(
    ("error", "told"),
    [(UsageError("ledger-address-unreadable"), UsageError), (ValueError("olena.k@example.com"), BrokeOff)],
)
async def test_what_will_not_is_not_and_a_foreign_error_is_named_only(
    prefect: None, error: Exception, told: type[Exception]
) -> None:
    failing = Failing(error)

    with pytest.raises(told) as caught:
        await step("Wrong", retries=1)(failing.attempt)()

    assert failing.attempts == 1
    assert "olena" not in str(caught.value)
