from __future__ import annotations

import pickle
from typing import Any

import pytest

from usersync import errors as base
from usersync import webitel
from usersync.webitel import errors
from usersync.webitel.errors import WebitelError
from usersync.words import Sentence, say, speak

LEAVES = [
    kind
    for kind in vars(errors).values()
    if isinstance(kind, type) and issubclass(kind, WebitelError) and kind is not WebitelError
]
EXTRA_ARGUMENTS: dict[str, Any] = {"places": "items.0.id", "location": "https://x", "members": "x", "path": "/x"}


def made(kind: type[WebitelError], **options: Any) -> WebitelError:
    return kind(method="GET", url="https://webitel.example.com/api/users", status=418, **EXTRA_ARGUMENTS, **options)


@pytest.mark.parametrize("kind", LEAVES)
def test_every_error_says_what_the_caller_may_do(kind: type[WebitelError]) -> None:
    families = [family for family in (base.Fatal, base.Retriable, base.Skippable) if issubclass(kind, family)]
    assert len(families) == 1


@pytest.mark.parametrize("kind", LEAVES)
def test_every_error_is_public_and_drawn_in_the_tree(kind: type[WebitelError]) -> None:
    assert kind.__name__ in webitel.__all__
    assert f" {kind.__name__} " in (errors.__doc__ or "").replace("\n", " \n")


@pytest.mark.parametrize("language", ["en", "uk"])
@pytest.mark.parametrize("kind", LEAVES)
def test_every_error_has_its_sentence_and_the_next_step_in_both_languages(
    kind: type[WebitelError], language: str
) -> None:
    speak(language)
    try:
        error = made(kind)
        sentence, next_step = str(error), error.next_step
        assert "{" not in sentence, "an argument is missing"
        assert next_step
        assert "{" not in next_step
        if language == "uk":
            assert any("а" <= letter <= "я" for letter in sentence)
    finally:
        speak("en")


@pytest.mark.parametrize("kind", LEAVES)
def test_every_error_survives_the_way_between_processes(kind: type[WebitelError]) -> None:
    error = made(kind, error_id="app.x", detail="no", request_id="r1", outcome_unknown=True, retry_after=3.0)
    again = pickle.loads(pickle.dumps(error))
    assert type(again) is kind
    assert str(again) == str(error)
    assert vars(again) == vars(error)
    assert (again.outcome_unknown, again.retry_after, again.request_id, again.error_id) == (True, 3.0, "r1", "app.x")


def test_a_status_is_written_without_a_thousands_separator() -> None:
    assert "1,234" not in str(errors.ServerFailed(method="GET", url="https://x", status=1234))


def test_a_broken_list_says_what_is_broken_about_it() -> None:
    problem = Sentence("webitel-problem-endless", {"pages": 5})
    error = errors.PagingBroken(method="GET", url="https://x/api/roles", problems=(problem,))
    assert str(error).endswith(say("webitel-problem-endless", pages=5))
    assert pickle.loads(pickle.dumps(error)).problems == (problem,)
