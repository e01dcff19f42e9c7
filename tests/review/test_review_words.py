"""Every sentence of the review is there in both languages, with the same arguments and the same next step."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import usersync
from usersync.words import LANGUAGES

_HOME = Path(usersync.__file__).parent
_PLACES = [
    *(_HOME / "stages").glob("review*.py"),
    *(_HOME / "commands").glob("review.py"),
    *(_HOME / "planning").glob("*.py"),
]


def _catalogue(language: str) -> dict[str, str]:
    text = (_HOME / "words" / language / "review.ftl").read_text(encoding="utf-8")
    found = re.findall(r"^(review-[a-z-]+) =(.*(?:\n[ \t]+.*)*)", text, re.MULTILINE)
    return dict(found)


def _used() -> set[str]:
    return {name for path in _PLACES for name in re.findall(r'"(review-[a-z-]+)"', path.read_text(encoding="utf-8"))}


def test_what_the_code_says_is_in_the_catalogues_and_nothing_else_is() -> None:
    assert _used() == set(_catalogue("en")) == set(_catalogue("uk"))


@pytest.mark.parametrize("name", sorted(_catalogue("en")))
def test_both_languages_have_the_same_arguments_and_a_next_step_or_none(name: str) -> None:
    english, ukrainian = (_catalogue(language)[name] for language in LANGUAGES)

    assert set(re.findall(r"\$\w+", english)) == set(re.findall(r"\$\w+", ukrainian))
    assert (".next =" in english) == (".next =" in ukrainian)
