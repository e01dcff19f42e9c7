"""Two names side by side: which words of one agree with which of the other, to be marked for a human who compares them."""

from __future__ import annotations

from dataclasses import dataclass

from usersync.matching.fold import fold
from usersync.matching.normalise import clean_names, repair_word
from usersync.matching.relation import Relation, relate
from usersync.matching.word import Word, describe


@dataclass(frozen=True)
class Part:
    """One word of a name as it is written.

    Attributes:
        relation: how it agrees with the word of the other name that is nearest to it; `NONE` where none is near.
    """

    text: str
    relation: Relation


def agreement(one: str, other: str) -> tuple[tuple[Part, ...], tuple[Part, ...]]:
    """The words of both names, each with how it agrees. Symmetric: swapping the names swaps the answer."""
    mine, theirs = _words(one), _words(other)
    return _parts(mine, theirs), _parts(theirs, mine)


def _words(name: str) -> list[tuple[str, Word | None]]:
    written = name.split()
    cleaned = [repair_word(word.replace(" ", "")) for word in clean_names(written)]
    folds = fold(cleaned)
    columns = zip(written, cleaned, folds.strict, folds.loose, folds.skeleton, folds.spelled, strict=True)
    return [(shown, describe(text, *rest) if text else None) for shown, text, *rest in columns]


def _parts(words: list[tuple[str, Word | None]], others: list[tuple[str, Word | None]]) -> tuple[Part, ...]:
    return tuple(Part(shown, _nearest(word, others)) for shown, word in words)


def _nearest(word: Word | None, others: list[tuple[str, Word | None]]) -> Relation:
    """The best relation; a conflict (another given name) only where nothing agrees."""
    if word is None:
        return Relation.NONE
    relations = [relate(word, other) for _, other in others if other is not None]
    best = max(relations, key=lambda relation: relation.quality, default=Relation.NONE)
    return best if best.quality else (Relation.CONFLICT if Relation.CONFLICT in relations else Relation.NONE)
