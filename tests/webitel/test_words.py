"""The two catalogues say the same things."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from fluent.syntax import FluentParser, ast
from fluent.syntax.visitor import Visitor

import usersync.words
from usersync.words import say, speak

CATALOGUES = Path(usersync.words.__file__).parent
SOURCES = Path(usersync.__file__ or usersync.words.__file__).parent / "webitel"


class Variables(Visitor):
    def __init__(self) -> None:
        self.names: set[str] = set()

    def visit_VariableReference(self, node: ast.VariableReference) -> None:  # noqa: N802 - the visitor's protocol
        self.names.add(node.id.name)


def messages(language: str) -> dict[str, tuple[set[str], set[str]]]:
    """Id → (attributes, variables) of each message."""
    resource = FluentParser().parse((CATALOGUES / language / "webitel.ftl").read_text(encoding="utf-8"))
    assert not [entry for entry in resource.body if isinstance(entry, ast.Junk)]
    found = {}
    for entry in resource.body:
        if isinstance(entry, ast.Message):
            variables = Variables()
            variables.visit(entry)
            found[entry.id.name] = ({attribute.id.name for attribute in entry.attributes}, variables.names)
    return found


def test_both_catalogues_have_the_same_messages_with_the_same_arguments() -> None:
    assert messages("en") == messages("uk")


def test_every_message_is_used_and_every_message_used_is_there() -> None:
    code = "".join(path.read_text(encoding="utf-8") for path in SOURCES.glob("*.py"))
    assert set(re.findall(r'"(webitel-[a-z-]+)"', code)) == set(messages("en"))


def test_every_error_says_what_to_do_next() -> None:
    without = {id_ for id_, (attributes, _) in messages("en").items() if "next" not in attributes}
    assert all(id_.startswith("webitel-problem-") for id_ in without)


@pytest.mark.parametrize(
    ("count", "words"), [(1, "1 запис прийшов"), (2, "2 записи прийшли"), (5, "5 записів прийшли"), (21, "21 запис ")]
)
def test_ukrainian_counts_agree_with_their_noun(count: int, words: str) -> None:
    speak("uk")
    try:
        assert words in say("webitel-problem-overlap", count=count)
    finally:
        speak("en")
