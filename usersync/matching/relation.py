"""How two words of names agree."""

from __future__ import annotations

import re
from enum import StrEnum
from functools import lru_cache
from typing import Self

from rapidfuzz.distance import OSA

from usersync.matching.word import Kind, Word, initial_fits


class Relation(StrEnum):
    """How two words agree, best first; `CONFLICT` is said of two names that are known to be different ones.

    Attributes:
        quality: 0 to 100.
    """

    quality: int

    EXACT = "exact", 100
    FOLDED = "folded", 99
    SPELLING = "spelling", 96
    EQUIVALENT = "equivalent", 97
    PET_FORM = "pet form", 94
    TYPO = "typo", 85
    TYPOS = "two typos", 80
    GENDER_FORM = "gender form", 84
    AMBIGUOUS = "ambiguous short form", 80
    INITIAL = "initial", 60
    SIMILAR = "similar", 70
    NONE = "none", 0
    CONFLICT = "conflict", 0

    def __new__(cls, text: str, quality: int) -> Self:
        """A member, which is its text."""
        member = str.__new__(cls, text)
        member._value_ = text
        member.quality = quality
        return member

    __hash__ = str.__hash__  # an enumeration's own is a function in Python, and these are keys millions of times


FULL = 94
"""From this quality on two words are taken for the same word."""

_GENDER_FORMS = (
    (re.compile("(ськ|цьк|зьк|ск|цк|зк)(ий|ій|ый|ая|а|ой)$"), r"\1"),
    (re.compile("(ов|ев|єв|ёв|ів|їв|ин|ін|їн|ын)а?$"), r"\1"),
    (re.compile("(sk|ck|tsk|zk)(i|y|yi|yj|ii|iy|ij|a|aia|aya|aja)$"), r"\1"),
    (re.compile("(ov|ev|iv|in|yn)a?$"), r"\1"),
    (re.compile("(ova|ová|ovaia)$"), "ov"),
    (re.compile("(ий|ый|ой|а|ая)$"), ""),
)


_FATHERS_ENDING = re.compile("i?(?:[eoia]vna|[eo]vic|[eo]vix)$")


def relate(one: Word, other: Word) -> Relation:
    """How two words agree. Symmetric."""
    if one.text == other.text:
        return Relation.EXACT
    if (one.kind | other.kind) & Kind.INITIAL:
        return _relate_initial(one, other)
    if (one.kind | other.kind) & Kind.CJK:
        return Relation.NONE
    if one.kind & other.kind & Kind.GIVEN:
        return _relate_given(one, other)
    if one.strict == other.strict:
        return Relation.FOLDED
    if one.loose[0] == other.loose[0]:
        return Relation.SPELLING
    if one.kind & other.kind & Kind.PATRONYMIC:
        return _relate_patronymics(one, other)
    if not (one.cyrillic and other.cyrillic) and not set(one.loose).isdisjoint(other.loose):
        return Relation.SPELLING
    return _relate_spelling(one, other)


def _relate_initial(one: Word, other: Word) -> Relation:
    if len(one.text) > 1:
        one, other = other, one
    return Relation.INITIAL if initial_fits(one.text, other) else Relation.CONFLICT


def _relate_given(one: Word, other: Word) -> Relation:
    if one.strict == other.strict:
        # One spelling in two alphabets (Ростіслав, Ростислав), whatever the table says of each.
        return Relation.FOLDED
    if one.given.full & other.given.full:
        return Relation.EQUIVALENT
    if one.given.groups & other.given.groups:
        return Relation.AMBIGUOUS if one.given.ambiguous or other.given.ambiguous else Relation.PET_FORM
    return Relation.CONFLICT


def _relate_patronymics(one: Word, other: Word) -> Relation:
    if one.gender != other.gender:
        return Relation.CONFLICT
    if one.father and other.father:
        return Relation.EQUIVALENT if one.father & other.father else Relation.CONFLICT
    if _FATHERS_ENDING.sub("", one.loose[0]) == _FATHERS_ENDING.sub("", other.loose[0]):
        # Вазгенівна, Вазгеновна: the ending tells the language.
        return Relation.EQUIVALENT
    distance = OSA.distance(one.loose[0], other.loose[0], score_cutoff=2)
    if distance <= 1:
        return Relation.TYPO
    return Relation.TYPOS if distance == 2 and min(len(one.loose[0]), len(other.loose[0])) >= 9 else Relation.CONFLICT


def _relate_spelling(one: Word, other: Word) -> Relation:
    shortest = min(len(one.text), len(other.text))
    if one.kind & Kind.PATRONYMIC or other.kind & Kind.PATRONYMIC:
        # A surname is not a patronymic that was mistyped: only a letter or two may differ.
        near = OSA.distance(one.loose[0], other.loose[0], score_cutoff=1) <= 1
        return Relation.TYPO if near and one.gender == other.gender else Relation.NONE
    if shortest >= 4 and one.text[:3] == other.text[:3] and _surname_stem(one.text) == _surname_stem(other.text):
        return Relation.GENDER_FORM
    if shortest >= 4 and (distance := edits(one, other)) <= 2:
        if distance <= 1:
            return Relation.TYPO if shortest >= 5 else Relation.SIMILAR
        if shortest >= 9:
            return Relation.TYPOS
        if shortest >= 5:
            return Relation.SIMILAR
    if one.skeleton == other.skeleton and len(one.skeleton) >= 3:
        return Relation.SIMILAR
    return Relation.NONE


def edits(one: Word, other: Word) -> int:
    """Fewest edits (insert, delete, change, swap neighbours) between two words, 3 = more than two.

    Compared as written where both are of one script, as spelled in Latin letters, and between their folds. One edit in a
    reading other than the romanised one counts as two: with so many readings something always comes near.
    """
    mine, theirs = (one.text, other.text) if one.cyrillic == other.cyrillic else (one.spelled, other.spelled)
    best = OSA.distance(mine, theirs, score_cutoff=2) if min(len(mine), len(theirs)) >= 4 else 3
    if best > 1:
        best = min(best, _fold_edits(one.loose[0], other.loose[0]))
    if best <= 2 or one.cyrillic == other.cyrillic:
        return best
    latin, cyrillic = (other, one) if one.cyrillic else (one, other)
    near = any(_fold_edits(reading, cyrillic.loose[0]) <= 1 for reading in latin.loose[1:])
    return 2 if near else best


def _fold_edits(one: str, other: str) -> int:
    # The fold has fewer letters than the word: an edit in a very short fold is another name.
    return OSA.distance(one, other, score_cutoff=2) if min(len(one), len(other)) >= 4 else 3


@lru_cache(maxsize=65_536)
def _surname_stem(text: str) -> str:
    """A surname without the ending that tells a man from a woman (Вишневський, Вишневська)."""
    for pattern, stem in _GENDER_FORMS:
        changed = pattern.sub(stem, text)
        if changed != text and len(changed) >= 3:
            return changed
    return text
