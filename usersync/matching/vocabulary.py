"""All distinct words of both tables, and the names as numbers of words: what candidates are found with."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from usersync.matching.fold import Folds, fold
from usersync.matching.given_names import given_names
from usersync.matching.little_words import TITLES
from usersync.matching.normalise import LINE, MAX_WORDS, repair_word, split_names
from usersync.matching.word import Word, describe, patronymic

Ids = NDArray[np.int32]
Rows = NDArray[np.int64]
_CHUNK = 50_000


@dataclass(frozen=True)
class NameTable:
    """Names as numbers of words: name `i` has the words `flat[start[i]:start[i + 1]]`."""

    flat: Ids
    start: Rows

    def __len__(self) -> int:
        return len(self.start) - 1

    def words(self, row: int) -> tuple[int, ...]:
        """Numbers of the words of one name, in the order they were written."""
        return tuple(self.flat[self.start[row] : self.start[row + 1]].tolist())

    @cached_property
    def counts(self) -> Rows:
        """Number of words of each name."""
        return np.diff(self.start)

    @cached_property
    def rows(self) -> Rows:
        """For each place in `flat` the name it belongs to."""
        return np.repeat(np.arange(len(self)), self.counts)


class _RawWords(dict[str, int]):
    """Words as they are written → codes: −1 ends a name, −2 is a number, others are `2 · word + (1 for a title)`."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        super().__init__({LINE: -1})
        self._vocabulary = vocabulary

    def __missing__(self, token: str) -> int:
        word = repair_word(token)
        code = 2 * self._vocabulary.number(word) + (word in TITLES) if word else -2
        self[token] = code
        return code


class Vocabulary:
    """Distinct cleaned words ↔ numbers. Built once for a run; a word is described when it is first asked for."""

    def __init__(self) -> None:
        self.words: list[str] = []
        self._numbers: dict[str, int] = {}
        self._raw = _RawWords(self)
        self._described: dict[int, Word] = {}

    def __len__(self) -> int:
        return len(self.words)

    def number(self, word: str) -> int:
        """The number of a cleaned and repaired word; it is added where it is new."""
        found = self._numbers.get(word)
        if found is None:
            found = self._numbers[word] = len(self.words)
            self.words.append(word)
        return found

    def table(self, names: Sequence[str]) -> NameTable:
        """Read names. Titles and numbers are dropped unless nothing else is left of the name."""
        chunks = range(0, len(names), _CHUNK)
        codes = [self._read(split_names(names[begin : begin + _CHUNK])) for begin in chunks]
        raw = np.concatenate(codes) if codes else np.empty(0, np.int32)
        return self._build(raw, len(names))

    def _read(self, tokens: list[str]) -> NDArray[np.int32]:
        return np.fromiter(map(self._raw.__getitem__, tokens), dtype=np.int32, count=len(tokens))

    @staticmethod
    def _build(raw: NDArray[np.int32], count: int) -> NameTable:
        ends = raw == -1
        row = np.cumsum(ends) - ends
        plain = (raw >= 0) & (raw % 2 == 0)
        titles = (raw >= 0) & ~plain
        if titles.any():
            has_plain = np.zeros(count, dtype=bool)
            has_plain[row[plain]] = True
            plain |= titles & ~has_plain[row]
        flat, rows = raw[plain] // 2, row[plain]
        start = np.zeros(count + 1, dtype=np.int64)
        np.cumsum(np.bincount(rows, minlength=count), out=start[1:])
        place = np.arange(len(flat)) - start[rows]
        if (place >= MAX_WORDS).any():
            flat, rows = flat[place < MAX_WORDS], rows[place < MAX_WORDS]
            np.cumsum(np.bincount(rows, minlength=count), out=start[1:])
        return NameTable(flat.astype(np.int32), start)

    @cached_property
    def folds(self) -> Folds:
        """Folds of all words; the vocabulary is complete when they are first asked for."""
        return fold(self.words)

    def fold_now(self) -> Folds:
        """Folds of the words that are there now; more may be added afterwards."""
        return fold(self.words)

    def word(self, number: int) -> Word:
        """One word, described."""
        found = self._described.get(number)
        if found is None:
            folds = self.folds
            found = self._described[number] = describe(
                self.words[number],
                folds.strict[number],
                folds.loose[number],
                folds.skeleton[number],
                folds.spelled[number],
            )
        return found

    @cached_property
    def given(self) -> NDArray[np.bool_]:
        """Which words are known given names."""
        known = given_names()
        return self._flags(known.has(loose[0]) for loose in self.folds.loose)

    @cached_property
    def patronymics(self) -> NDArray[np.bool_]:
        """Which words are patronymics and no known given names."""
        likely = (loose[0].endswith(("ic", "na")) and bool(patronymic(loose)[0]) for loose in self.folds.loose)
        return self._flags(likely) & ~self.given

    @cached_property
    def single(self) -> NDArray[np.bool_]:
        """Which words are a single letter (and no Chinese, Japanese or Korean one)."""
        return self._flags(len(word) == 1 and word < "\u3040" for word in self.words)

    def _flags(self, values: Iterable[bool]) -> NDArray[np.bool_]:
        return np.fromiter(values, dtype=bool, count=len(self.words))
