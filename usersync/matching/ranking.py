"""Candidates of each user, graded and ordered."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from usersync.matching.candidates import CandidateIndex, Found, Query
from usersync.matching.evidence import EvidenceTable, Weight
from usersync.matching.grade import Comparison, compare
from usersync.matching.keys import SMALLEST_POOL, Key, KeyHits, Support
from usersync.matching.relation import FULL, Relation, relate
from usersync.matching.settings import MatchSettings
from usersync.matching.sounds import sound_alike
from usersync.matching.values import Grade
from usersync.matching.vocabulary import NameTable, Vocabulary
from usersync.matching.word import Kind, Word

NAMED = frozenset((Grade.A, Grade.A3, Grade.A_TYPO))
WORTH = NAMED | {Grade.B, Grade.C}
_BETTER = NAMED | {Grade.B}
_NO_WEIGHT = Weight()
_NOTHING = Comparison(Grade.NONE, 0.0, (), kind="none")
_LIKE_PATRONYMIC = Kind.PATRONYMIC | Kind.SON | Kind.INITIAL
_LOOSER = {
    Relation.TYPO: 10.0, Relation.TYPOS: 20.0, Relation.GENDER_FORM: 10.0, Relation.AMBIGUOUS: 3.0, Relation.SIMILAR: 40.0,
    Relation.PET_FORM: 2.0, Relation.EQUIVALENT: 2.0,
}  # fmt: skip
"""How many times more words agree this loosely than exactly."""
_RIVALS_ENOUGH = 6
"""So many contacts with the user's very name: whatever else there is, a human is asked and shown three."""
_ENOUGH = 8
_CLASS = 12
_OUTSIDE_SHARE = 3
"""Of the contacts outside the pool a third as many are looked at: they are never linked, only shown."""


@dataclass(frozen=True)
class Ranked:
    """One contact for one user.

    Attributes:
        row: row of the contact.
        contact_id: its id.
        comparison: of the names.
        score: 0 to 100.
        pooled: whether it is in the employee pool.
        by_login: whether it was compared with the login, there being no name.
        keys: strong keys that lead to it.
        supports: what corroborates it.
        same_extension: whether it holds the user's extension.
        weight: what further columns say.
    """

    row: int
    contact_id: str
    comparison: Comparison
    score: float
    pooled: bool
    by_login: bool = False
    keys: tuple[Key, ...] = ()
    supports: tuple[Support, ...] = ()
    same_extension: bool = False
    weight: Weight = _NO_WEIGHT

    @property
    def grade(self) -> Grade:
        """Of the names."""
        return self.comparison.grade

    @property
    def order(self) -> tuple[float, str]:
        """Best first; the extension and the pool only order what a human is shown."""
        bonus = 4.0 * self.pooled + 2.0 * self.same_extension + 10.0 * bool(self.keys or self.supports)
        return (-(self.score + bonus), self.contact_id)


@dataclass
class Rankings:
    """Candidates of all users, and how common their words are.

    Attributes:
        of: user row → candidates, best first.
        frequency: word number → names in the pool that have it in any spelling.
        near_frequency: the same, mistyped words counted too.
        raw_frequency: word number → names in the pool that have exactly it.
        pool_size: N of λ.
        turing: for a word seen r times the expected number of others, by place r; see `others`.
    """

    of: list[list[Ranked]]
    frequency: dict[int, float]
    near_frequency: dict[int, float]
    raw_frequency: NDArray[np.int64]
    pool_size: int
    vocabulary: Vocabulary = field(repr=False)
    contacts: NameTable = field(repr=False)
    turing: Sequence[float] = ()

    def words_of(self, row: int) -> list[Word]:
        """The words of a contact's name."""
        return [self.vocabulary.word(number) for number in self.contacts.words(row)]

    def word(self, text: str) -> Word:
        """A word of a user's name, described."""
        return self.vocabulary.word(self.vocabulary.number(text))

    def others(self, count: float) -> float:
        """Expected number of *other* people with a word that `count` names in the pool have.

        Good and Turing (1953): a word seen r times stands for (r + 1) · n(r+1) / n(r) sightings in a second sample, n(r) being
        the number of words seen r times. A word seen once is not unique: among surnames with a long tail the next stranger
        has it almost as likely as not.
        """
        seen = round(count)
        if 1 <= seen < len(self.turing):
            return max(self.turing[seen], count - 1.0, 0.1)
        return max(count - 1.0, 0.1)

    def likeness(self, found: Ranked) -> float:
        """λ with everything that is known of a pair: names, how well they agree, and further columns."""
        expected = self.namesakes(found.comparison)
        for pair in found.comparison.pairs:
            expected *= _LOOSER.get(pair.relation, 1.0)
        left = min(len(found.comparison.user_left), len(found.comparison.contact_left))
        return expected * found.weight.factor * 20.0**left

    def namesakes(self, comparison: Comparison) -> float:
        """λ: the expected number of other people in the pool with the words that agree.

        λ = N · 2^(words that tell the sex, but one) · Π others(df(word)) / N over the words of the name that agree
        (docs/matching.md#namesakes).
        """
        size = max(SMALLEST_POOL, self.pool_size)
        expected = float(size)
        gendered = 0
        for pair in comparison.pairs:
            if pair.relation is Relation.INITIAL:
                continue
            gendered += bool(pair.contact.gender)
            # A word with a typing error may be any word one edit away.
            frequency = self.frequency if pair.quality >= FULL else self.near_frequency
            count = max(
                frequency.get(self.vocabulary.number(pair.user.text), 0.0),
                float(self.raw_frequency[self.vocabulary.number(pair.contact.text)]),
            )
            share = self.others(count) / size
            # Chinese, Japanese and Korean names are one word that holds two names.
            expected *= share * (0.1 if pair.user.kind & Kind.CJK and len(comparison.pairs) == 1 else 1.0)
        # Words that tell the sex are not independent: Іванівна is twice as likely among the Оленас as among all.
        return expected * 2.0 ** max(0, gendered - 1)


class Ranker:
    """Compares what `CandidateIndex` found."""

    def __init__(
        self,
        vocabulary: Vocabulary,
        queries: Sequence[Query],
        contacts: NameTable,
        owners: NDArray[np.int64],
        contact_ids: Sequence[str],
        surnames: Callable[[int], frozenset[str]],
        pool: NDArray[np.bool_],
        hits: KeyHits,
        settings: MatchSettings,
        evidence: EvidenceTable | None = None,
    ) -> None:
        """Prepare.

        Args:
            vocabulary: the words of both tables.
            queries: the names that are looked for.
            contacts: the names that are searched; the first of them are those of the contacts, row by row.
            owners: for each of these names the row of its contact.
            contact_ids: of each contact its id.
            surnames: of a contact the words that its own column says are the surname.
            pool: which contacts are employees.
            hits: what keys say.
            settings: bounds.
            evidence: further columns.
        """
        self.vocabulary, self.queries = vocabulary, queries
        self.contacts, self.owners, self.contact_ids, self.surnames = contacts, owners, contact_ids, surnames
        self.pool, self.hits, self.settings, self.evidence = pool, hits, settings, evidence
        self._related: dict[tuple[int, int], Relation] = {}

    def rank(self, users: int) -> Rankings:
        """Rank the candidates of all users.

        Args:
            users: how many users there are.
        """
        index = CandidateIndex(self.vocabulary, self.contacts, self.queries, self._precedence)
        found = index.find()
        best: list[dict[int, tuple[Comparison, bool]]] = [{} for _ in range(users)]
        for query, rows in self._selection(found):
            self._compare(query, rows, best[query.user])
        self._add_keys(best)
        member = self.pool[self.owners]
        member[len(self.pool) :] = False  # a former name counts nobody twice
        frequency, near = index.frequency(member), index.frequency(member, Relation.TYPO.quality)
        counted = np.bincount(self.contacts.flat[member[self.contacts.rows]], minlength=len(self.vocabulary))
        ranked = [self._ranked(user, candidates) for user, candidates in enumerate(best)]
        self._listen(index, member, best, ranked)
        return Rankings(
            ranked,
            frequency,
            near,
            counted,
            int(self.pool.sum()),
            self.vocabulary,
            self.contacts,
            index.turing(counted),
        )

    def _listen(
        self,
        index: CandidateIndex,
        member: NDArray[np.bool_],
        best: list[dict[int, tuple[Comparison, bool]]],
        ranked: list[list[Ranked]],
    ) -> None:
        """Add employees that sound like a user whom nobody resembles better than by one word."""
        if self.evidence:
            return
        lonely = {
            user for user, found in enumerate(ranked) if not any(one.keys or one.grade in _BETTER for one in found)
        }
        asked = [
            query for query in self.queries if query.user in lonely and not query.by_login and len(query.words) > 1
        ]
        if not asked:
            return
        changed = set()
        for heard in sound_alike(index, asked, member, self._surnames_of_name, self._relate):
            row, others = int(self.owners[heard.contact]), best[heard.user]
            if row not in others or others[row][0].score < heard.comparison.score:
                others[row] = (heard.comparison, False)
                changed.add(heard.user)
        for user in changed:
            ranked[user] = self._ranked(user, best[user])

    def _surnames_of_name(self, row: int) -> frozenset[str]:
        return self.surnames(int(self.owners[row]))

    def _precedence(self, row: int) -> tuple[bool, str]:
        owner = int(self.owners[row])
        return (not self.pool[owner], self.contact_ids[owner])

    def _selection(self, found: Found) -> list[tuple[Query, list[int]]]:
        """For each query the contacts to compare: the pool first, the closest first, ties by id."""
        if not len(found.query):
            return []
        unique, place = np.unique(found.contact, return_inverse=True)
        by_id = np.argsort(
            np.array([self.contact_ids[row] for row in self.owners[unique].tolist()], dtype=object), kind="stable"
        )
        rank = np.empty(len(unique), dtype=np.int64)
        rank[by_id] = np.arange(len(unique))
        outside = (~self.pool[self.owners[found.contact]]).astype(np.int64)
        rough = 4095 - np.minimum(found.rough, 4095)
        key = ((found.query * 2 + outside) * 4096 + rough) * len(unique) + rank[place]
        order = np.argsort(key, kind="stable")
        group = (found.query * 2 + outside)[order]
        rows, closeness = found.contact[order], found.rough[order]
        begin = np.flatnonzero(np.append(True, group[1:] != group[:-1]))
        end = np.append(begin[1:], len(group))
        limit = self.settings.pair_limit
        result: dict[int, list[int]] = {}
        for first, last in zip(begin.tolist(), end.tolist(), strict=True):
            number = int(group[first])
            most = limit // _OUTSIDE_SHARE if number % 2 else limit
            chosen = self._distinct(rows[first:last], closeness[first:last], most)
            result.setdefault(number // 2, []).extend(chosen)
        return [(self.queries[number], chosen) for number, chosen in result.items()]

    def _distinct(self, rows: NDArray[np.int64], rough: NDArray[np.int64], most: int) -> list[int]:
        """The first rows: up to `most` distinct names, no more than three of one name.

        Where enough names agree in full, what agrees less is not looked at: it could not change the verdict.
        """
        if len(rows) <= _ENOUGH:
            return [int(row) for row in rows]
        close = int(np.searchsorted(-rough, -(int(rough[0]) - _CLASS), "right"))
        if close >= _ENOUGH:
            rows = rows[:close]
        seen: dict[tuple[int, ...], int] = {}
        chosen: list[int] = []
        for row in rows[: 4 * most].tolist():
            words = self.contacts.words(row)
            times = seen.get(words, 0)
            if times == 0 and len(seen) >= most:
                break
            seen[words] = times + 1
            if times < 3:
                chosen.append(row)
        return chosen

    def _compare(self, query: Query, rows: Sequence[int], best: dict[int, tuple[Comparison, bool]]) -> None:
        """Compare a query with contacts, the closest first.

        Contacts that differ in nothing but words foreign to the user are compared once.
        """
        mine = [self.vocabulary.word(number) for number in query.words]
        traits: dict[int, object] = {}
        agreeing = 0
        done: dict[tuple[object, ...], Comparison] = {}
        for place in rows:
            numbers = self.contacts.words(place)
            row = int(self.owners[place])
            surnames = self.surnames(row)
            for number in numbers:
                if number not in traits:
                    traits[number] = self._trait(number, mine)
            key = (surnames, *[traits[number] for number in numbers])
            comparison = done.get(key)
            if comparison is None:
                theirs = [self.vocabulary.word(number) for number in numbers]
                comparison = done[key] = compare(mine, theirs, surnames, self._relate)
            if row not in best or comparison.score > best[row][0].score:
                best[row] = (comparison, query.by_login)
            agreeing += comparison.score >= FULL and comparison.grade in NAMED
            if agreeing >= _RIVALS_ENOUGH:
                return

    def _trait(self, number: int, mine: Sequence[Word]) -> object:
        """What of a contact's word matters to the comparison: the word itself, or only its kind where it is foreign."""
        theirs = self.vocabulary.word(number)
        if theirs.kind & Kind.PATRONYMIC and not any(word.kind & _LIKE_PATRONYMIC for word in mine):
            return number if any(word.text == theirs.text for word in mine) else theirs.gender
        if theirs.kind & Kind.INITIAL or any(self._relate(word, theirs) is not Relation.NONE for word in mine):
            return number
        if theirs.kind & Kind.PATRONYMIC:
            return theirs.gender
        return (theirs.kind, theirs.gender, theirs.surname_able, len(theirs.text), theirs.text[0])

    def _relate(self, one: Word, other: Word) -> Relation:
        key = (id(one), id(other))
        found = self._related.get(key)
        if found is None:
            found = self._related[key] = relate(one, other)
        return found

    def _add_keys(self, best: list[dict[int, tuple[Comparison, bool]]]) -> None:
        """Contacts that keys or the extension lead to are compared too, whatever their names."""
        of_user: dict[int, list[Query]] = {}
        for query in self.queries:
            of_user.setdefault(query.user, []).append(query)
        more = [(user, list(contacts)) for user, contacts in self.hits.strong.items()]
        for user, holders in self.hits.extension.items():
            more.append((user, sorted(holders, key=self._precedence)[: self.settings.candidate_limit]))
        more += [(user, [row]) for user, row in self.hits.support]
        if self.evidence:
            more += [(user, self.evidence.candidates(user)) for user in range(len(best))]
        for user, rows in more:
            new = [row for row in rows if row not in best[user]]
            for query in of_user.get(user, ()):
                for row in new:
                    self._compare(query, [row], best[user])
            for row in new:
                best[user].setdefault(row, (_NOTHING, False))

    def _ranked(self, user: int, candidates: dict[int, tuple[Comparison, bool]]) -> list[Ranked]:
        extension = self.hits.extension.get(user, ())
        strong = self.hits.strong.get(user, {})
        result = []
        for row, (comparison, by_login) in candidates.items():
            keys = tuple(strong.get(row, ()))
            weight = self.evidence.weigh(user, row) if self.evidence else _NO_WEIGHT
            known = bool(keys) or row in extension or bool(weight.agreed)
            if not known and (self._too_faint(row, comparison) or comparison.grade not in WORTH | {Grade.X}):
                continue
            score = max(comparison.score, 90.0) if keys and comparison.grade is not Grade.X else comparison.score
            supports = tuple(self.hits.supports(user, row))
            result.append(
                Ranked(
                    row, self.contact_ids[row], comparison, score, bool(self.pool[row]), by_login, keys, supports,
                    row in extension, weight,
                )
            )  # fmt: skip
        return sorted(result, key=lambda candidate: candidate.order)

    def _too_faint(self, row: int, comparison: Comparison) -> bool:
        """A customer who only sounds alike is no candidate: the larger the CRM the more of them there are."""
        return comparison.grade is Grade.C and not self.pool[row] and not any(
            pair.quality >= FULL and pair.contact.surname_able for pair in comparison.pairs
        )  # fmt: skip
