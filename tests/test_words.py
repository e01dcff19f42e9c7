"""Every sentence exists in both languages, with the same arguments, and every sentence the code names exists."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from fluent.syntax import FluentParser, ast

import usersync
from usersync.words import LANGUAGES, Sentence, next_step, say, speak

ROOT = Path(usersync.__file__).parent
CODE = [ROOT, ROOT.parent / "flows", ROOT.parent / "tasks", ROOT.parent / "deploy"]


def catalogue(language: str) -> dict[str, ast.Message]:
    messages: dict[str, ast.Message] = {}
    for path in sorted((ROOT / "words" / language).glob("*.ftl")):
        for entry in FluentParser().parse(path.read_text(encoding="utf-8")).body:
            assert not isinstance(entry, ast.Junk), f"{path.name}: {entry.content[:80]}"
            if isinstance(entry, ast.Message):
                assert entry.id.name not in messages, f"{entry.id.name} stands twice"
                messages[entry.id.name] = entry
    return messages


def variables(node: ast.BaseNode) -> set[str]:
    found: set[str] = set()

    def walk(value: object) -> None:
        if isinstance(value, ast.VariableReference):
            found.add(value.id.name)
        if isinstance(value, ast.BaseNode):
            for child in vars(value).values():
                walk(child)
        elif isinstance(value, list):
            for child in value:
                walk(child)

    walk(node)
    return found


def test_both_languages_say_the_same_things() -> None:
    english, ukrainian = (catalogue(language) for language in ("en", "uk"))
    assert sorted(english) == sorted(ukrainian)
    assert len(english) > 100


def test_a_sentence_takes_the_same_arguments_in_both_languages() -> None:
    english, ukrainian = (catalogue(language) for language in ("en", "uk"))
    different = {name for name, message in english.items() if variables(message) != variables(ukrainian[name])}
    assert different == set()


def test_a_sentence_with_a_next_step_has_it_in_both_languages() -> None:
    english, ukrainian = (catalogue(language) for language in ("en", "uk"))
    steps = {
        name
        for name, message in english.items()
        if {part.id.name for part in message.attributes} != {part.id.name for part in ukrainian[name].attributes}
    }
    assert steps == set()


def test_every_sentence_the_code_names_exists() -> None:
    known = catalogue("en")
    areas = {path.stem for path in (ROOT / "words" / "en").glob("*.ftl")} | {name.split("-")[0] for name in known}
    missing: set[str] = set()
    for folder in CODE:
        for path in folder.rglob("*.py"):
            if "sandbox/people" in path.as_posix():
                continue  # names and words of made-up people look like ids
            for name in re.findall(
                r"(?:Sentence|say|next_step|Error|raise \w+)\(\s*\"([a-z]+(?:-[a-z0-9]+)+)\"", path.read_text("utf-8")
            ):
                if name.split("-")[0] in areas and name not in known:
                    missing.add(f"{path.name}: {name}")
    assert missing == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_stored_sentence_is_worded_when_it_is_read(language: str) -> None:
    sentence = Sentence.from_json(Sentence("guard-source-shrunk", {"seen": 12, "usual": 240}).to_json())
    speak(language)
    try:
        assert "12" in str(sentence)
        assert "240" in str(sentence)
        assert next_step(sentence.id, **sentence.args)
    finally:
        speak("en")


def test_ukrainian_has_its_own_plurals() -> None:
    speak("uk")
    try:
        forms = {
            say("report-promise", users=n, section=n, waiting=0, excluded=0, without=0).split(" Webitel")[0]
            for n in (1, 3, 5)
        }
    finally:
        speak("en")
    assert forms == {"1 користувач", "3 користувачі", "5 користувачів"}


def test_a_sentence_nobody_wrote_is_a_mistake_of_ours() -> None:
    with pytest.raises(KeyError):
        say("guard-no-such-sentence")
