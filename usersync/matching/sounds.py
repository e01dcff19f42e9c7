"""Second look, by ear: names that no spelling brings together (Desjardins, Дежарден). Shown to a human, never linked.

For users whom nothing better resembles. A contact that shares a word with the user, or has one that is close, is a candidate
where the other words sound alike (`usersync.matching.ear`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from usersync.matching.candidates import CandidateIndex, Query
from usersync.matching.ear import LEAST_LIKENESS, Ear, Floats, Int
from usersync.matching.grade import Comparison, compare
from usersync.matching.neighbours import ranges
from usersync.matching.relation import FULL, Relation
from usersync.matching.values import Grade
from usersync.matching.word import Word

_LEAST = ((30, LEAST_LIKENESS), (250, 0.85), (1_000, 0.9))
"""Least likeness of a word beside one that agrees, by how many employees have the one that agrees: the more there are, the more
likely a stranger among them sounds alike (of pairs drawn at random .0014 reach .8, .0005 reach .85, .0002 reach .9)."""
_LEAST_OF_ALL = 0.9
"""Least mean likeness where no word agrees."""
_NEVER = 2.0
_MOST_NEAR = 200
"""Names looked at for a word that is only close."""
_CHUNK = 200_000
_CEILING = 0.6
_AGREEING = frozenset((Grade.A, Grade.A3, Grade.A_TYPO))
_LAST_LATIN = "\u024f"


@dataclass(frozen=True)
class Heard:
    """A contact that sounds like a user.

    Attributes:
        user: row of the user.
        contact: row of the contact's name.
        comparison: grade C, its score by likeness.
    """

    user: int
    contact: int
    comparison: Comparison


def sound_alike(
    index: CandidateIndex,
    queries: Sequence[Query],
    member: NDArray[np.bool_],
    surnames: Callable[[int], frozenset[str]],
    relation: Callable[[Word, Word], Relation],
) -> list[Heard]:
    """Contacts that sound like the users.

    Args:
        index: the names that are searched.
        queries: names of users, all of them among those of the index.
        member: which names are searched.
        surnames: of a name the words that its contact's own column says are the surname.
        relation: how two words agree.
    """
    return _Listener(index, member, surnames, relation).listen(queries)


class _Listener:
    def __init__(
        self,
        index: CandidateIndex,
        member: NDArray[np.bool_],
        surnames: Callable[[int], frozenset[str]],
        relation: Callable[[Word, Word], Relation],
    ) -> None:
        self.vocabulary, self.contacts, self.neighbours = index.vocabulary, index.contacts, index.neighbours
        self.surnames, self.relation = surnames, relation
        words, rows = index.postings
        inside = member[rows]
        self._postings = words[inside], rows[inside]
        self._aside = self.vocabulary.patronymics | self.vocabulary.single
        self._latin = np.fromiter(
            (word[0] <= _LAST_LATIN for word in self.vocabulary.words), dtype=bool, count=len(self.vocabulary)
        )
        near = self.neighbours
        same = near.quality >= FULL
        users = np.repeat(near.users, np.diff(near.start))[same].astype(np.int64)
        self._same = users * len(self.vocabulary) + near.words[same]
        self._ear = Ear(self.vocabulary)
        self._agreeing: dict[int, tuple[Int, float]] = {}

    def listen(self, queries: Sequence[Query]) -> list[Heard]:
        found: list[Heard] = []
        part: list[tuple[Query, Int, Floats]] = []
        size = 0
        for query in queries:
            rows, least = self._near(query)
            part.append((query, rows, least))
            size += len(rows) * len(query.words)
            if size > _CHUNK:
                found += self._among(part)
                part, size = [], 0
        return found + self._among(part)

    def _near(self, query: Query) -> tuple[Int, Floats]:
        """Names with one of the query's words or one close to it, where these are not too many.

        Each with the least likeness of another word: `_NEVER` is enough where no word agrees.
        """
        rows, least = [np.empty(0, dtype=np.int64)], [np.empty(0)]
        for word in query.words:
            if self._aside[word]:
                continue
            agreeing, enough = self._with(word)
            close = self._holders(word, 0, _MOST_NEAR)
            rows += [agreeing, close]
            least += [np.full(len(agreeing), enough), np.full(len(close), _NEVER)]
        row, likeness = np.concatenate(rows), np.concatenate(least)
        order = np.lexsort((likeness, row))
        row, likeness = row[order], likeness[order]
        first = np.append(True, row[1:] != row[:-1])[: len(row)]
        return row[first], likeness[first]

    def _with(self, word: int) -> tuple[Int, float]:
        """Names with a word in any spelling, none where they are too many; and how much another word must sound alike."""
        found = self._agreeing.get(word)
        if found is None:
            rows = self._holders(word, FULL, _LEAST[-1][0])
            least = next(least for most, least in _LEAST if len(rows) <= most)
            found = self._agreeing[word] = rows, least
        return found

    def _holders(self, word: int, least: int, most: int) -> Int:
        """Names with a neighbour of a word of at least this quality; none where they are more than `most`."""
        words, rows = self._postings
        near = self.neighbours.of(word, least)
        lower = np.searchsorted(words, near, "left").astype(np.int64)
        counts = np.searchsorted(words, near, "right") - lower
        return np.unique(rows[ranges(lower, counts)]) if counts.sum() <= most else np.empty(0, dtype=np.int64)

    def _among(self, part: Sequence[tuple[Query, Int, Floats]]) -> list[Heard]:
        """Those of the names near the queries that sound like them."""
        if not part:
            return []
        size = len(self.vocabulary)
        asked = np.repeat(np.arange(len(part)), [len(rows) for _, rows, _ in part])
        row, least = (np.concatenate([one[column] for one in part]) for column in (1, 2))
        counts = self.contacts.counts[row]
        theirs = self.contacts.flat[ranges(self.contacts.start[row], counts)].astype(np.int64)
        place = np.repeat(np.arange(len(row)), counts)
        most = max(len(query.words) for query, *_ in part)
        words = np.full((len(part), most), -1, dtype=np.int64)
        for number, (query, *_) in enumerate(part):
            words[number, : len(query.words)] = query.words
        keys = []
        for column in range(most):
            mine = words[asked[place], column]
            able = (mine >= 0) & ~self._aside[mine] & ~self._aside[theirs]
            # The table knows more of two given names than the ear, and words in the same letters are spelled, not heard.
            able &= ~(self.vocabulary.given[mine] & self.vocabulary.given[theirs])
            able &= self._latin[mine] != self._latin[theirs]
            key = np.where(able, mine * size + theirs, -1)
            keys.append(np.where(np.isin(key, self._same), -1, key))
        pairs, where = np.unique(np.concatenate(keys), return_inverse=True)
        enough = np.full(len(pairs), 1.0)
        np.minimum.at(enough, where, np.tile(np.where(least == _NEVER, LEAST_LIKENESS, least)[place], most))
        self._ear.hear(pairs[pairs >= 0], enough[pairs >= 0])
        begin = np.cumsum(counts) - counts
        likeness = [np.maximum.reduceat(self._ear.of(key), begin) for key in keys] if len(row) else []
        sounding = (least == _NEVER) & (sum(likeness) >= 2 * _LEAST_OF_ALL) if likeness else np.zeros(0, dtype=bool)
        for heard in likeness:
            sounding |= heard >= least
        found = []
        for number in np.flatnonzero(sounding).tolist():
            query = part[int(asked[number])][0]
            comparison = self._compare(query, int(row[number]), float(least[number]))
            if comparison:
                found.append(Heard(query.user, int(row[number]), comparison))
        return found

    def _compare(self, query: Query, row: int, least: float) -> Comparison | None:
        """The names graded as if words that sound alike were one word; None where even then they do not agree."""
        enough = LEAST_LIKENESS if least == _NEVER else least

        def heard(one: Word, other: Word) -> Relation:
            found = self.relation(one, other)
            return Relation.SPELLING if not _sure(found) and self._likeness(one, other) >= enough else found

        mine = [self.vocabulary.word(number) for number in query.words]
        theirs = [self.vocabulary.word(number) for number in self.contacts.words(row)]
        supposed = compare(mine, theirs, self.surnames(row), heard)
        if supposed.grade not in _AGREEING:
            return None
        pairs, likeness = [], []
        for pair in supposed.pairs:
            sure = _sure(self.relation(pair.user, pair.contact))
            pairs.append(pair if sure else pair._replace(relation=Relation.SIMILAR))
            likeness.append(1.0 if sure else self._likeness(pair.user, pair.contact))
        one_agrees = any(pair.quality >= FULL for pair in pairs)
        if min(likeness) < least if one_agrees else sum(likeness) < _LEAST_OF_ALL * len(likeness):
            return None
        weights = [min(len(pair.user.text), len(pair.contact.text)) for pair in pairs]
        score = round(supposed.score * float(np.average(likeness, weights=weights)) * _CEILING, 1)
        return supposed._replace(grade=Grade.C, score=score, pairs=tuple(pairs), kind=str(Relation.SIMILAR))

    def _likeness(self, one: Word, other: Word) -> float:
        key = self.vocabulary.number(one.text) * len(self.vocabulary) + self.vocabulary.number(other.text)
        return self._ear.alike.get(key, 0.0)


def _sure(relation: Relation) -> bool:
    """Whether the spelling says enough of two words."""
    return relation.quality >= FULL or relation in {Relation.CONFLICT, Relation.INITIAL}
