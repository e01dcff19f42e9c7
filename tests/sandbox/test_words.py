"""Everything the sandbox says is said in both languages."""

import re
from pathlib import Path

import pytest
from fluent.syntax import parse
from fluent.syntax.ast import Junk, Message

import usersync

PACKAGE = Path(usersync.__file__).parent


def messages(language: str) -> dict[str, Message]:
    body = parse((PACKAGE / "words" / language / "sandbox.ftl").read_text(encoding="utf-8")).body
    assert not [entry for entry in body if isinstance(entry, Junk)]
    return {entry.id.name: entry for entry in body if isinstance(entry, Message)}


def test_both_languages_have_the_same_messages_with_the_same_next_steps():
    steps = [
        {name: [item.id.name for item in entry.attributes] for name, entry in messages(lang).items()}
        for lang in ("en", "uk")
    ]
    assert steps[0] == steps[1]


def test_every_message_is_said_somewhere_and_none_is_missing():
    said = set()
    for path in (PACKAGE / "sandbox").rglob("*.py"):
        said |= set(re.findall(r'\("(sandbox-[a-z-]+)"', path.read_text(encoding="utf-8")))
    assert said == set(messages("en"))


@pytest.mark.parametrize(
    "name", ["sandbox-no-world", "sandbox-world-exists", "sandbox-not-started", "sandbox-unknown-choice"]
)
def test_an_error_says_what_to_do_now(name: str):
    assert [item.id.name for item in messages("en")[name].attributes] == ["next"]
