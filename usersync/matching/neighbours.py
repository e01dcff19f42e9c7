"""For each word of the users: which words of the contacts may be the same word, roughly. What is close is judged later."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import OSA
from rapidfuzz.process import cdist, cpdist

from usersync.matching.given_names import given_names
from usersync.matching.relation import Relation, relate
from usersync.matching.vocabulary import Ids, Vocabulary

_SAME, _FOLDED, _SPELLING = Relation.EXACT.quality, Relation.FOLDED.quality, Relation.SPELLING.quality
_TYPO, _SIMILAR = Relation.TYPO.quality, Relation.SIMILAR.quality
_CELLS = 20_000_000
"""Up to this many pairs of words all pairs are compared for two edits; above, what shares a 1-deletion or the consonants."""
_BASE = np.uint64(1_099_511_628_211)
_INVERSE = np.uint64(pow(1_099_511_628_211, -1, 2**64))
_WIDTH = 20
_FEW = 40_000


@dataclass(frozen=True)
class Neighbours:
    """Sparse rows: word number `users[i]` has the neighbours `words[start[i]:start[i + 1]]` of the given quality."""

    users: Ids
    start: NDArray[np.int64]
    words: Ids
    quality: NDArray[np.uint8]

    def position(self, numbers: NDArray[np.integer]) -> NDArray[np.int64]:
        """Rows of word numbers that are there."""
        return np.searchsorted(self.users, numbers).astype(np.int64)

    def of(self, number: int, least: int = 0) -> Ids:
        """Neighbours of one word with at least this quality."""
        row = int(np.searchsorted(self.users, number))
        part = slice(self.start[row], self.start[row + 1])
        return self.words[part][self.quality[part] >= least]


def find_neighbours(vocabulary: Vocabulary, users: Iterable[int], contacts: NDArray[np.integer]) -> Neighbours:
    """Neighbours of the users' words among the contacts' words.

    Args:
        vocabulary: holds the words of both.
        users: numbers of the users' words.
        contacts: numbers of the contacts' words, each once.
    """
    wanted = np.unique(np.fromiter(users, dtype=np.int32))
    wanted = wanted[~vocabulary.single[wanted]]
    targets = np.asarray(contacts, dtype=np.int32)
    targets = targets[~vocabulary.single[targets]]
    found = _Found()
    same = np.intersect1d(wanted, targets)
    found.add(same, same, _SAME)
    _by_fold(vocabulary, wanted, targets, found)
    _by_given_name(vocabulary, wanted, targets, found)
    _by_skeleton(vocabulary, wanted, targets, found)
    _by_typo(vocabulary, wanted, targets, found)
    return found.best(wanted)


class _Found:
    def __init__(self) -> None:
        self.parts: list[tuple[Ids, Ids, NDArray[np.uint8]]] = []

    def add(
        self, users: Sequence[int] | NDArray[np.integer], words: Sequence[int] | NDArray[np.integer], quality: int
    ) -> None:
        left = np.asarray(users, dtype=np.int32)
        self.parts.append((left, np.asarray(words, dtype=np.int32), np.full(len(left), quality, dtype=np.uint8)))

    def best(self, users: Ids) -> Neighbours:
        left = np.concatenate([part[0] for part in self.parts])
        words = np.concatenate([part[1] for part in self.parts])
        quality = np.concatenate([part[2] for part in self.parts])
        order = np.lexsort((255 - quality, words, left))
        left, words, quality = left[order], words[order], quality[order]
        first = np.ones(len(left), dtype=bool)
        first[1:] = (left[1:] != left[:-1]) | (words[1:] != words[:-1])
        left, words, quality = left[first], words[first], quality[first]
        start = np.searchsorted(left, users)
        return Neighbours(users, np.append(start, len(left)).astype(np.int64), words, quality)


def _by_fold(vocabulary: Vocabulary, users: Ids, targets: Ids, found: _Found) -> None:
    folds = vocabulary.folds
    index: dict[str, list[int]] = defaultdict(list)
    for user in users.tolist():
        for variant in folds.loose[user]:
            index[variant].append(user)
    left: list[int] = []
    right: list[int] = []
    for target in targets.tolist():
        for place, variant in enumerate(folds.loose[target]):
            for user in index.get(variant, ()):
                # Variants are readings of Latin letters: two Cyrillic words are compared by their one fold.
                if (place == 0 and variant == folds.loose[user][0]) or not (
                    _cyrillic(vocabulary, user) and _cyrillic(vocabulary, target)
                ):
                    left.append(user)
                    right.append(target)
    strict = folds.strict
    equal = np.fromiter((strict[u] == strict[t] for u, t in zip(left, right, strict=True)), dtype=bool, count=len(left))
    one, other = np.asarray(left, dtype=np.int32), np.asarray(right, dtype=np.int32)
    found.add(one[equal], other[equal], _FOLDED)
    found.add(one[~equal], other[~equal], _SPELLING)


def _cyrillic(vocabulary: Vocabulary, number: int) -> bool:
    return "\u0400" <= vocabulary.words[number][0] <= "\u052f"


def _by_given_name(vocabulary: Vocabulary, users: Ids, targets: Ids, found: _Found) -> None:
    table = given_names()
    index: dict[int, list[int]] = defaultdict(list)
    for target in targets.tolist():
        for group in table.find(vocabulary.words[target], vocabulary.folds.loose[target]).groups:
            index[group].append(target)
    for user in users.tolist():
        groups = table.find(vocabulary.words[user], vocabulary.folds.loose[user]).groups
        for target in sorted({target for group in groups for target in index.get(group, ())}):
            found.add([user], [target], relate(vocabulary.word(user), vocabulary.word(target)).quality)


def _by_skeleton(vocabulary: Vocabulary, users: Ids, targets: Ids, found: _Found) -> None:
    skeleton = vocabulary.folds.skeleton
    index: dict[str, list[int]] = defaultdict(list)
    for user in users.tolist():
        if len(skeleton[user]) >= 3 and not vocabulary.given[user]:
            index[skeleton[user]].append(user)
    left: list[int] = []
    right: list[int] = []
    for target in targets.tolist():
        for user in index.get(skeleton[target], ()):
            left.append(user)
            right.append(target)
    found.add(left, right, _SIMILAR)


def _by_typo(vocabulary: Vocabulary, users: Ids, targets: Ids, found: _Found) -> None:
    spelled = vocabulary.folds.spelled
    pairs = [(_deletion_join(vocabulary, users, targets), _TYPO)]
    if len(users) * len(targets) <= _CELLS:
        pairs.append((_two_edits(vocabulary, users, targets), _SIMILAR))
    for (left, right), quality in pairs:
        # Two known given names are never a mistyping of one another (Олег, Олена).
        keep = ~(vocabulary.given[left] & vocabulary.given[right])
        long_enough = np.fromiter(
            (min(len(spelled[u]), len(spelled[t])) >= 4 for u, t in zip(left.tolist(), right.tolist(), strict=True)),
            dtype=bool,
            count=len(left),
        )
        found.add(left[keep & long_enough], right[keep & long_enough], quality)


_Pairs = tuple[Ids, Ids]


def _two_edits(vocabulary: Vocabulary, users: Ids, targets: Ids) -> _Pairs:
    found: list[_Pairs] = []
    folds = vocabulary.folds
    loose, spelled = (
        [folds.loose[target][0] for target in targets.tolist()],
        [folds.spelled[t] for t in targets.tolist()],
    )
    step = max(1, 4_000_000 // max(1, len(targets)))
    for begin in range(0, len(users), step):
        part = users[begin : begin + step]
        distance = np.minimum(
            _distances([folds.loose[user][0] for user in part.tolist()], loose),
            _distances([folds.spelled[user] for user in part.tolist()], spelled),
        )
        rows, columns = np.nonzero(distance <= 2)
        found.append((part[rows], targets[columns]))
    return _join(found)


def _distances(one: list[str], other: list[str]) -> NDArray[np.uint8]:
    return cdist(one, other, scorer=OSA.distance, score_cutoff=2, dtype=np.uint8, workers=-1)


def _join(pairs: list[_Pairs]) -> _Pairs:
    empty = np.empty(0, dtype=np.int32)
    if not pairs:
        return empty, empty
    return np.concatenate([left for left, _ in pairs]), np.concatenate([right for _, right in pairs])


def _deletion_join(vocabulary: Vocabulary, users: Ids, targets: Ids) -> _Pairs:
    """Words that become equal when at most one letter of each is left out (Norvig's and Garbe's deletion index, as hashes)."""
    mine, mine_text = _texts(vocabulary, users, readings=True)
    theirs, their_text = _texts(vocabulary, targets, readings=len(targets) <= _FEW)
    mine_hash, mine_row = _deletions(mine_text)
    order = np.argsort(mine_hash, kind="stable")
    mine_hash, mine_row = mine_hash[order], mine_row[order]
    left: list[Ids] = []
    right: list[Ids] = []
    step = 40_000
    for begin in range(0, len(their_text), step):
        hashes, rows = _deletions(their_text[begin : begin + step])
        lower, upper = np.searchsorted(mine_hash, hashes, "left"), np.searchsorted(mine_hash, hashes, "right")
        hit = upper > lower
        if not hit.any():
            continue
        lengths = (upper - lower)[hit]
        places = ranges(lower[hit], lengths)
        pair = np.stack((mine_row[places], np.repeat(rows[hit] + begin, lengths)))
        pair = np.unique(pair, axis=1)
        left.append(pair[0].astype(np.int32))
        right.append(pair[1].astype(np.int32))
    one, other = _join(list(zip(left, right, strict=True)))
    if not len(one):
        return one, other
    a = [mine_text[row] for row in one.tolist()]
    b = [their_text[row] for row in other.tolist()]
    distance = cpdist(a, b, scorer=OSA.distance, dtype=np.uint8, workers=1)
    near = (distance <= 1) & (mine[one] != theirs[other])
    return mine[one][near], theirs[other][near]


def _texts(vocabulary: Vocabulary, numbers: Ids, *, readings: bool) -> tuple[Ids, list[str]]:
    """The folds of each word: an edit of the word is one edit of one of them (`ia` for `a` is none of the loose ones)."""
    words: list[int] = []
    texts: list[str] = []
    folds = vocabulary.folds
    for number in numbers.tolist():
        loose = folds.loose[number]
        for variant in {folds.spelled[number], vocabulary.words[number], *(loose if readings else loose[:1])}:
            if 4 <= len(variant) <= _WIDTH:
                words.append(number)
                texts.append(variant)
    return np.asarray(words, dtype=np.int32), texts


def _deletions(texts: Sequence[str]) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    """Hashes of each text and of each text with one letter left out; the second array says which text it is."""
    packed = np.array(texts, dtype=f"U{_WIDTH}")
    letters = packed.view(np.uint32).reshape(len(texts), _WIDTH).astype(np.uint64)
    with np.errstate(over="ignore"):
        powers = np.cumprod(np.full(_WIDTH, _BASE, dtype=np.uint64))
        prefix = np.zeros((len(texts), _WIDTH + 1), dtype=np.uint64)
        np.cumsum(letters * powers, axis=1, out=prefix[:, 1:])
        total = prefix[:, -1]
        lengths = np.fromiter(map(len, texts), dtype=np.int64, count=len(texts))
        hashes = [total]
        rows = [np.arange(len(texts))]
        for place in range(_WIDTH):
            there = np.flatnonzero(lengths > place)
            hashes.append(prefix[there, place] + (total[there] - prefix[there, place + 1]) * _INVERSE)
            rows.append(there)
    return np.concatenate(hashes), np.concatenate(rows)


def ranges(begin: NDArray[np.int64], lengths: NDArray[np.int64]) -> NDArray[np.int64]:
    """The numbers begin[i], begin[i] + 1 … of `lengths[i]` each, one after the other."""
    ends = np.cumsum(lengths)
    return np.repeat(begin - (ends - lengths), lengths) + np.arange(int(ends[-1]) if len(ends) else 0)
