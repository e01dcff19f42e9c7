"""Which contacts may be which user, by their names: found with arrays, judged later one by one.

A contact is a candidate where two of its words are neighbours of two words of the user, or where one side has only one full
word (a surname with or without initials) and that one agrees.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from usersync.matching.neighbours import Neighbours, find_neighbours, ranges
from usersync.matching.relation import FULL
from usersync.matching.vocabulary import NameTable, Vocabulary
from usersync.matching.word import initial_fits

Int = NDArray[np.int64]
_LEAST_PAIR = 165
"""Two words together: a typo with a typo is enough, a typo with no more than similar consonants is not."""
_MOST_NAMESAKES = 400
_ENOUGH_NAMESAKES = 8
"""With more people of one surname only those are looked at whose other names can begin with the user's initials."""
_RARE_HOLDERS = 30
_RARE = 6
_ENOUGH_WORDS = 20


@dataclass(frozen=True)
class Query:
    """One name to look for: one user may have several readings of a login.

    Attributes:
        user: row of the user.
        words: numbers of the words.
        by_login: whether it is a reading of the login, which never links by itself.
    """

    user: int
    words: tuple[int, ...]
    by_login: bool = False


@dataclass(frozen=True)
class Found:
    """Pairs of query and contact, as arrays of one length, ordered by query."""

    query: Int
    contact: Int
    rough: Int


class CandidateIndex:
    """Finds the contacts of many queries at once."""

    def __init__(
        self,
        vocabulary: Vocabulary,
        contacts: NameTable,
        queries: Sequence[Query],
        precedence: Callable[[int], tuple[bool, str]],
    ) -> None:
        """Prepare the search.

        Args:
            vocabulary: the words of both tables.
            contacts: the names that are searched.
            queries: the names that are looked for.
            precedence: which contacts come first where there are too many: the pool, then by id; never by row.
        """
        self.vocabulary, self.contacts, self.queries, self._precedence = vocabulary, contacts, queries, precedence
        words = {word for query in queries for word in query.words}
        present = np.flatnonzero(np.bincount(contacts.flat, minlength=len(vocabulary)))
        self.neighbours: Neighbours = find_neighbours(vocabulary, words, present)
        self._wanted = np.zeros(len(vocabulary), dtype=bool)
        self._wanted[self.neighbours.words] = True
        # A name of nothing but given names and patronymics: one of them is the surname (Петрович Іван).
        plain = vocabulary.given | vocabulary.patronymics | vocabulary.single
        self._says_nothing = plain
        self._nameless = self._count(~plain) == 0
        self._full_count = self._count(~vocabulary.single)

    def _count(self, flag: NDArray[np.bool_]) -> Int:
        """How many words with the flag each contact has."""
        sums = np.concatenate(([0], np.cumsum(flag[self.contacts.flat])))
        return (sums[self.contacts.start[1:]] - sums[self.contacts.start[:-1]]).astype(np.int64)

    def find(self) -> Found:
        """All pairs worth a look, each once, with a rough sum of the qualities of their words."""
        two = self._two_words()
        parts = [two, *self._one_word(), *self._rare_word(two)]
        query = np.concatenate([part.query for part in parts])
        contact = np.concatenate([part.contact for part in parts])
        rough = np.concatenate([part.rough for part in parts])
        key = query * max(1, len(self.contacts)) + contact
        order = np.argsort(key, kind="stable")
        key, rough = key[order], rough[order]
        first = np.ones(len(key), dtype=bool)
        first[1:] = key[1:] != key[:-1]
        begin = np.flatnonzero(first)
        sums = np.add.reduceat(rough, begin) if len(begin) else rough
        return Found(query[order][begin], contact[order][begin], sums)

    def frequency(self, member: NDArray[np.bool_], least: int = FULL) -> dict[int, float]:
        """For each word of the queries: how many names of the given contacts have it, in any spelling.

        Args:
            member: which contacts are counted.
            least: quality from which on a word counts as the same; less than `FULL` counts mistyped ones too.
        """
        table = self.contacts
        counted = table.flat[member[table.rows]]
        df = np.bincount(counted, minlength=len(self.vocabulary)).astype(np.int64)
        near = self.neighbours
        strong = np.where(near.quality >= least, df[near.words], 0)
        sums = np.concatenate(([0], np.cumsum(strong)))
        return dict(zip(near.users.tolist(), (sums[near.start[1:]] - sums[near.start[:-1]]).tolist(), strict=True))

    def turing(self, counted: NDArray[np.integer]) -> list[float]:
        """Good–Turing estimates for rare surnames: place r holds (r + 1) · n(r+1) / n(r), as long as n(r) is worth counting.

        Args:
            counted: how many names have each word of the vocabulary.
        """
        rest = np.flatnonzero(
            ~(self.vocabulary.given | self.vocabulary.patronymics | self.vocabulary.single) & (counted > 0)
        )
        by_fold: dict[str, int] = {}
        loose = self.vocabulary.folds.loose
        for word, times in zip(rest.tolist(), counted[rest].tolist(), strict=True):
            by_fold[loose[word][0]] = by_fold.get(loose[word][0], 0) + times
        many = np.bincount(np.minimum(np.fromiter(by_fold.values(), dtype=np.int64), _RARE + 1), minlength=_RARE + 2)
        estimates = [0.0]
        for seen in range(1, _RARE):
            if many[seen] < _ENOUGH_WORDS:
                break
            estimates.append(float((seen + 1) * many[seen + 1] / many[seen]))
        return estimates

    def _says_little(self, one: NDArray[np.integer], other: NDArray[np.integer]) -> NDArray[np.bool_]:
        """A patronymic with a given name or another patronymic: thousands share them."""
        given, father = self.vocabulary.given, self.vocabulary.patronymics
        little: NDArray[np.bool_] = (father[one] & (given[other] | father[other])) | (father[other] & given[one])
        return little

    def _two_words(self) -> Found:
        keys, rows = self._contact_pairs()
        order = np.argsort(keys, kind="stable")
        keys, rows = keys[order], rows[order]
        asked, query, rough = self._query_pairs()
        lower, upper = np.searchsorted(keys, asked, "left"), np.searchsorted(keys, asked, "right")
        hit = upper > lower
        lengths = (upper - lower)[hit]
        places = ranges(lower[hit], lengths)
        return Found(np.repeat(query[hit], lengths), rows[places], np.repeat(rough[hit], lengths))

    def _contact_pairs(self) -> tuple[Int, Int]:
        table, size = self.contacts, len(self.vocabulary)
        keys: list[Int] = []
        rows: list[Int] = []
        most = int(table.counts.max()) if len(table) else 0
        for first in range(most):
            for second in range(first + 1, most):
                row = np.flatnonzero(table.counts > second)
                one, other = table.flat[table.start[row] + first], table.flat[table.start[row] + second]
                keep = self._wanted[one] & self._wanted[other]
                row, one, other = row[keep], one[keep], other[keep]
                keep = self._nameless[row] | ~self._says_little(one, other)
                low, high = np.minimum(one, other)[keep].astype(np.int64), np.maximum(one, other)[keep]
                keys.append(low * size + high)
                rows.append(row[keep])
        empty = np.empty(0, dtype=np.int64)
        return (np.concatenate(keys), np.concatenate(rows)) if keys else (empty, empty)

    def _query_pairs(self) -> tuple[Int, Int, Int]:
        """Every pair of neighbours of every pair of words: (key, query, sum of qualities), ordered by key."""
        single = self.vocabulary.single
        pairs = [
            (number, one, other)
            for number, query in enumerate(self.queries)
            for place, one in enumerate(query.words)
            for other in query.words[place + 1 :]
            if not (single[one] or single[other])
        ]
        if not pairs:
            empty = np.empty(0, dtype=np.int64)
            return empty, empty, empty
        number, one, other = (np.asarray(column, dtype=np.int64) for column in zip(*pairs, strict=True))
        nameless = np.fromiter(
            (self._says_nothing[list(query.words)].all() for query in self.queries), dtype=bool, count=len(self.queries)
        )
        keep = nameless[number] | ~self._says_little(one, other)
        number, one, other = number[keep], one[keep], other[keep]
        near, size = self.neighbours, len(self.vocabulary)
        left, right = near.position(one), near.position(other)
        wide_left, wide_right = np.diff(near.start)[left], np.diff(near.start)[right]
        count = wide_left * wide_right
        which = np.repeat(np.arange(len(number)), count)
        place = np.arange(int(count.sum())) - np.repeat(np.cumsum(count) - count, count)
        a = near.start[left][which] + place // np.maximum(1, wide_right)[which]
        b = near.start[right][which] + place % np.maximum(1, wide_right)[which]
        rough = near.quality[a].astype(np.int64) + near.quality[b]
        good = (rough >= _LEAST_PAIR) & (near.words[a] != near.words[b])
        a, b, which, rough = a[good], b[good], which[good], rough[good]
        low, high = np.minimum(near.words[a], near.words[b]).astype(np.int64), np.maximum(near.words[a], near.words[b])
        key = low * size + high
        order = np.argsort(key, kind="stable")
        return key[order], number[which][order], rough[order]

    def _one_word(self) -> list[Found]:
        """A contact or a query with one full word (and perhaps initials)."""
        near, single = self.neighbours, self.vocabulary.single
        lone = np.flatnonzero(self._full_count == 1)
        parts: list[Found] = []
        lone_words: dict[int, list[int]] = {}
        for row in lone.tolist():
            for word in self.contacts.words(row):
                if not single[word]:
                    lone_words.setdefault(word, []).append(row)
        for number, query in enumerate(self.queries if lone_words else ()):
            full = [word for word in query.words if not single[word]]
            rows: list[int] = []
            for word in full:
                if len(full) == 1 or not self.vocabulary.given[word]:
                    for neighbour in near.of(word, FULL).tolist():
                        rows += lone_words.get(neighbour, ())
            if rows:
                contact = self._bounded(np.asarray(rows, dtype=np.int64))
                parts.append(Found(np.full(len(contact), number), contact, np.full(len(contact), FULL)))
        alone = [
            number for number, query in enumerate(self.queries) if sum(not single[word] for word in query.words) == 1
        ]
        if alone:
            parts += self._by_surname(alone)
        return parts

    def _rare_word(self, two: Found) -> list[Found]:
        """Where no two words agree: contacts that share one rare word. Perhaps the table does not know the given name."""
        found = np.zeros(len(self.queries), dtype=bool)
        found[two.query] = True
        parts: list[Found] = []
        for number in np.flatnonzero(~found).tolist():
            words = [word for word in self.queries[number].words if not self._says_nothing[word]]
            for word in words:
                rows = self._holders(word)
                if len(rows) <= _RARE_HOLDERS:
                    parts.append(Found(np.full(len(rows), number), rows, np.full(len(rows), FULL)))
        return parts

    def _holders(self, word: int) -> Int:
        """Contacts that have a word in any spelling."""
        words, rows = self.postings
        near = self.neighbours.of(word, FULL)
        lower = np.searchsorted(words, near, "left").astype(np.int64)
        upper = np.searchsorted(words, near, "right").astype(np.int64)
        return np.unique(rows[ranges(lower, upper - lower)])

    @cached_property
    def postings(self) -> tuple[Int, Int]:
        """Words that are neighbours of the queries' words, each as often as it stands in a name, in order; and these names."""
        table = self.contacts
        order = np.flatnonzero(self._wanted[table.flat])
        order = order[np.argsort(table.flat[order], kind="stable")]
        return table.flat[order].astype(np.int64), table.rows[order]

    def _by_surname(self, numbers: list[int]) -> list[Found]:
        single = self.vocabulary.single
        parts: list[Found] = []
        for number in numbers:
            query = self.queries[number]
            word = next(word for word in query.words if not single[word])
            letters = [self.vocabulary.words[other] for other in query.words if single[other]]
            rows = self._holders(word)
            if letters and len(rows) > _ENOUGH_NAMESAKES:
                rows = rows[self._has_initial(rows, letters)]
            rows = self._bounded(rows)
            parts.append(Found(np.full(len(rows), number), rows, np.full(len(rows), FULL)))
        return parts

    def _bounded(self, rows: Int) -> Int:
        if len(rows) <= _MOST_NAMESAKES:
            return rows
        return np.asarray(sorted(rows.tolist(), key=self._precedence)[:_MOST_NAMESAKES], dtype=np.int64)

    def _has_initial(self, rows: Int, letters: list[str]) -> NDArray[np.bool_]:
        table = self.contacts
        counts = table.counts[rows]
        words, place = np.unique(table.flat[ranges(table.start[rows], counts)], return_inverse=True)
        described = [self.vocabulary.word(number) for number in words.tolist()]
        fits = np.asarray([any(initial_fits(letter, word) for letter in letters) for word in described])[place]
        result = np.zeros(len(rows), dtype=bool)
        result[np.repeat(np.arange(len(rows)), counts)[fits]] = True
        return result
