"""Every error and every state of the ledger has words in both languages."""

import re
from pathlib import Path

import pytest
from fluent.syntax import FluentParser, ast

import usersync.ledger
import usersync.words
from usersync.ledger import LinkState, OperationState, PlanState, RunState, VerdictKind
from usersync.words import LANGUAGES, next_step, say, speak

_WORDS = Path(usersync.words.__file__).parent
_CODE = Path(usersync.ledger.__file__).parent


def _catalogue(language):
    resource = FluentParser().parse((_WORDS / language / "ledger.ftl").read_text(encoding="utf-8"))
    assert not [entry for entry in resource.body if isinstance(entry, ast.Junk)]
    return {entry.id.name: entry for entry in resource.body if isinstance(entry, ast.Message)}


def _variables(message):
    return set(_names(message.to_json()))


def _names(node):
    if isinstance(node, dict):
        if node.get("type") == "VariableReference":
            yield node["id"]["name"]
        for value in node.values():
            yield from _names(value)
    elif isinstance(node, list):
        for value in node:
            yield from _names(value)


def _ids_in_code():
    found = set()
    for path in _CODE.glob("*.py"):
        found |= set(re.findall(r'"(ledger-[a-z-]+[a-z])"', path.read_text(encoding="utf-8")))
    return found | {f"ledger-plan-is-{state.value}" for state in PlanState}


def _captions():
    kinds = {
        "run-state": RunState,
        "operation-state": OperationState,
        "link-state": LinkState,
        "plan-state": PlanState,
        "verdict-kind": VerdictKind,
    }
    return {f"ledger-{name}-{member.value}" for name, kind in kinds.items() for member in kind}


def test_both_catalogues_have_the_same_messages_with_the_same_variables():
    english, ukrainian = _catalogue("en"), _catalogue("uk")

    assert english.keys() == ukrainian.keys()
    for name, message in english.items():
        assert _variables(message) == _variables(ukrainian[name]), name
        assert bool(message.attributes) == bool(ukrainian[name].attributes), name


def test_the_catalogues_hold_what_the_program_says_and_nothing_else():
    assert _catalogue("en").keys() == _ids_in_code() | _captions()


def test_every_error_says_what_to_do_now():
    for name in _ids_in_code():
        assert [attribute.id.name for attribute in _catalogue("en")[name].attributes] == ["next"], name


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_message_can_be_said(language):
    speak(language)
    try:
        for name, message in _catalogue(language).items():
            values = {
                variable: 1234 if variable in {"seconds", "number", "more"} else "ЗНАЧЕННЯ"
                for variable in _names(message.to_json())
            }
            text = say(name, **values) + (next_step(name, **values) or "")
            assert "{" not in text, text
            for value in values.values():
                assert str(value) in text, f"{name}: {text}"
    finally:
        speak("en")


def test_an_unknown_operation_is_told_alone_and_with_others():
    alone = say("ledger-operation-unknown", operation="o", run="r", more=0)
    others = say("ledger-operation-unknown", operation="o", run="r", more=3)

    assert alone.endswith("announced.")
    assert others.endswith("announced (and 3 more).")
