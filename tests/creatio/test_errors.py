from __future__ import annotations

import pickle
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from fluent.syntax import FluentParser, ast
from fluent.syntax.visitor import Visitor

import usersync.words
from usersync import errors as base
from usersync.creatio import errors
from usersync.creatio.errors import CreatioError, LoginFailed, ServerFailed
from usersync.words import Sentence, next_step, say, speak

LEAVES = [
    kind
    for kind in vars(errors).values()
    if isinstance(kind, type) and issubclass(kind, CreatioError) and kind is not CreatioError
]
CATALOGUES = Path(usersync.words.__file__).parent
SOURCES = Path(errors.__file__).parent
REFUSALS_OF_SETTINGS = {"creatio-field-unknown", "creatio-name-not-a-name", "creatio-key-is-fixed"}


class Variables(Visitor):
    def __init__(self) -> None:
        self.names: set[str] = set()

    def visit_VariableReference(self, node: ast.VariableReference) -> None:  # noqa: N802 - the visitor's protocol
        self.names.add(node.id.name)


def messages(language: str) -> dict[str, tuple[bool, frozenset[str]]]:
    """Id → (has a next step, its arguments)."""
    resource = FluentParser().parse((CATALOGUES / language / "creatio.ftl").read_text(encoding="utf-8"))
    assert not [entry for entry in resource.body if isinstance(entry, ast.Junk)]
    found = {}
    for entry in resource.body:
        if isinstance(entry, ast.Message):
            variables = Variables()
            variables.visit(entry)
            found[entry.id.name] = (bool(entry.attributes), frozenset(variables.names))
    return found


@pytest.fixture(autouse=True)
def _english_again() -> Iterator[None]:
    yield
    speak("en")


@pytest.mark.parametrize("kind", LEAVES)
def test_every_error_says_what_the_caller_may_do(kind: type[CreatioError]) -> None:
    families = [family for family in (base.Fatal, base.Retriable, base.Skippable) if issubclass(kind, family)]
    assert len(families) == 1


@pytest.mark.parametrize("kind", LEAVES)
def test_every_error_is_drawn_in_the_tree_under_its_family(kind: type[CreatioError]) -> None:
    family = next(family for family in (base.Fatal, base.Retriable, base.Skippable) if issubclass(kind, family))
    assert re.search(rf"─ {kind.__name__} +{family.__name__} ", errors.__doc__ or "")


@pytest.mark.parametrize("kind", LEAVES)
def test_every_error_survives_the_way_between_processes(kind: type[CreatioError]) -> None:
    error = kind(text="no", status=418, request_id="r1", url="https://x", outcome_unknown=True, retry_after=3.0)
    again = pickle.loads(pickle.dumps(error))
    assert type(again) is kind
    assert vars(again) == vars(error)
    assert str(again) == str(error)


def test_both_catalogues_have_the_same_messages_with_the_same_arguments() -> None:
    assert messages("en") == messages("uk")


def test_every_message_is_used_and_every_message_used_is_there() -> None:
    code = "".join(path.read_text(encoding="utf-8") for path in SOURCES.glob("*.py"))
    assert set(re.findall(r'"(creatio-[a-z-]+)"', code)) == set(messages("en"))


@pytest.mark.parametrize("language", ["en", "uk"])
@pytest.mark.parametrize("message_id", sorted(messages("en")))
def test_every_message_reads_as_a_sentence_and_says_what_to_do_next(message_id: str, language: str) -> None:
    has_next, names = messages(language)[message_id]
    speak(language)
    args = {name: 10_000 if name in ("status", "length", "limit", "rows", "count") else f"<{name}>" for name in names}
    for text in (say(message_id, **args), next_step(message_id, **args) if has_next else None):
        if text is not None:
            assert "{" not in text
            assert "10,000" not in text
            assert text[-1] in ".»" or text.endswith(">")
            assert any("а" <= letter <= "я" for letter in text) == (language == "uk")
    assert has_next or message_id in REFUSALS_OF_SETTINGS


def test_a_sentence_without_an_explanation_simply_ends() -> None:
    assert str(LoginFailed(text="none")) == "Creatio refused the user name and password."
    assert str(LoginFailed(text="Locked.")).endswith("It said: Locked.")


def test_an_error_can_be_stored_and_said_in_another_language_later() -> None:
    error = ServerFailed(text="none", operation="PATCH Contact", status=502)
    stored = Sentence.from_json(error.sentence.to_json())
    speak("uk")
    assert str(stored) == "У Creatio стався збій, HTTP 502 (PATCH Contact)."


def test_an_error_knows_its_service() -> None:
    assert ServerFailed().service == "creatio"
