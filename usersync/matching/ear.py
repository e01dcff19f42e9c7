"""How alike words sound: the mean likeness of their folds and of their consonants, in the two readings that come closest."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import Indel
from rapidfuzz.process import cpdist

from usersync.matching.fold import by_ear, skeletons
from usersync.matching.neighbours import ranges
from usersync.matching.vocabulary import Vocabulary

Int = NDArray[np.int64]
Floats = NDArray[np.float64]
LEAST_LIKENESS = 0.8
_SHORTEST = 3
"""Letters of a fold; in shorter ones everything sounds alike."""
_MARGIN = 0.1
"""How much less alike sets of consonants may be than their order is: a letter that stands twice is one of the set."""


class Ear:
    """Listens to many pairs of words at once. A pair is a number: the first word · size of the vocabulary + the second.

    Attributes:
        alike: pairs heard last → likeness, `LEAST_LIKENESS` to 1.
    """

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._pairs: Int = np.empty(0, dtype=np.int64)
        self._likeness: Floats = np.empty(0)
        self.alike: dict[int, float] = {}

    def hear(self, pairs: Int, least: Floats) -> None:
        """Compare pairs; what was heard before is forgotten.

        Args:
            pairs: each once and in order.
            least: the likeness from which on each is worth knowing, `LEAST_LIKENESS` or more.
        """
        size = len(self._vocabulary)
        numbers, place = np.unique(np.concatenate((pairs // size, pairs % size)), return_inverse=True)
        likeness = self._compare(numbers.tolist(), place[: len(pairs)], place[len(pairs) :], least)
        alike = likeness >= least
        self._pairs, self._likeness = pairs[alike], likeness[alike]
        self.alike = dict(zip(self._pairs.tolist(), self._likeness.tolist(), strict=True))

    def of(self, pairs: Int) -> Floats:
        """Likeness of pairs, 0 to 1; 0 where it is less than what was asked for or they were not heard."""
        if not len(self._pairs):
            return np.zeros(len(pairs))
        place = np.minimum(np.searchsorted(self._pairs, pairs), len(self._pairs) - 1)
        return np.where(self._pairs[place] == pairs, self._likeness[place], 0.0)

    def _compare(self, numbers: Sequence[int], one: Int, other: Int, least: Floats) -> Floats:
        """Likeness of the words at these places of `numbers`."""
        folds = self._vocabulary.folds.loose
        heard = by_ear([self._vocabulary.words[number] for number in numbers], [folds[number] for number in numbers])
        readings = [[sound for sound in sounds if len(sound) >= _SHORTEST] for sounds in heard]
        counts = np.asarray([len(sounds) for sounds in readings], dtype=np.int64)
        begin = np.cumsum(counts) - counts
        sounds = [sound for found in readings for sound in found]
        consonants = skeletons(sounds)
        letters = np.asarray([_letters(text) for text in consonants], dtype=np.uint32)
        amount = np.bitwise_count(letters)
        lengths = np.asarray([len(text) for text in sounds], dtype=np.int64)

        # All readings of one word with all readings of the other. Both parts of the likeness must reach this:
        least = 2 * least - 1
        total = counts[one] * counts[other]
        which = np.repeat(np.arange(len(one)), total)
        place = ranges(np.zeros(len(total), dtype=np.int64), total)
        left = begin[one][which] + place // np.maximum(1, counts[other])[which]
        right = begin[other][which] + place % np.maximum(1, counts[other])[which]
        keep = 2 * np.minimum(lengths[left], lengths[right]) >= least[which] * (lengths[left] + lengths[right])
        which, left, right = which[keep], left[keep], right[keep]
        # The cheapest sign comes first: that most consonants are there on both sides.
        common, both = np.bitwise_count(letters[left] & letters[right]), amount[left] + amount[right]
        keep = 2.0 * common >= (least[which] - _MARGIN) * both
        which, left, right = which[keep], left[keep], right[keep]
        alike = _similarity(consonants, left, right)
        keep = alike >= least[which]
        which, left, right, alike = which[keep], left[keep], right[keep], alike[keep]
        result = np.zeros(len(one))
        np.maximum.at(result, which, (alike + _similarity(sounds, left, right)) / 2)
        return result


def _letters(text: str) -> int:
    """The set of letters as bits."""
    found = 0
    for letter in text:
        found |= 1 << (ord(letter) & 31)
    return found


def _similarity(texts: Sequence[str], left: Int, right: Int) -> Floats:
    one, other = [texts[place] for place in left.tolist()], [texts[place] for place in right.tolist()]
    return cpdist(one, other, scorer=Indel.normalized_similarity, dtype=np.float32, workers=1).astype(np.float64)
