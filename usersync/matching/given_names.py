"""Given names that are one name in several languages, and their pet forms (data/given_names.tsv)."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from usersync.matching.fold import fold
from usersync.matching.normalise import split_names


@dataclass(frozen=True)
class GivenName:
    """What the table says of one word.

    Attributes:
        full: groups in which the word is a full form.
        pet: groups in which it is a short or pet form.
        genders: `m`, `f` or both.
    """

    full: frozenset[int] = frozenset()
    pet: frozenset[int] = frozenset()
    genders: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.full or self.pet)

    @property
    def groups(self) -> frozenset[int]:
        """All groups the word may stand for."""
        return self.full | self.pet

    @property
    def ambiguous(self) -> bool:
        """Whether the word stands for several names (Саша is Олександр and Олександра)."""
        return len(self.groups) > 1 and not self.full


NOT_GIVEN = GivenName()


class GivenNames:
    """The table, by the word as written and by its loose folds."""

    def __init__(self, text: str) -> None:
        rows = [line.split("\t") for line in text.splitlines() if line and not line.startswith("#")]
        by_key: dict[str, list[tuple[int, bool, str]]] = defaultdict(list)
        first_letters: dict[int, set[str]] = defaultdict(set)
        places: list[tuple[int, bool, str]] = []
        words: list[str] = []
        for group, (gender, *forms) in enumerate(rows):
            for column, form in enumerate(forms):
                for word in split_names([form])[:-1]:
                    places.append((group, column == 0, gender))
                    words.append(word)
        for word, place, loose in zip(words, places, fold(words).loose, strict=True):
            by_key[word].append(place)
            by_key["~" + loose[0]].append(place)
            first_letters[place[0]].add(word[0])
        self._by_key = {key: _given(found) for key, found in by_key.items()}
        self.first_letters = {group: frozenset(letters) for group, letters in first_letters.items()}

    def find(self, word: str, loose: tuple[str, ...]) -> GivenName:
        """What the table says of a cleaned word with these loose folds."""
        found = self._by_key.get(word) or self._by_key.get("~" + loose[0])
        if found:
            return found
        for variant in loose[1:]:
            found = self._by_key.get("~" + variant)
            if found and found.full:
                return found
        return NOT_GIVEN

    def has(self, loose: str) -> bool:
        """Whether a loose fold is that of a given name."""
        return "~" + loose in self._by_key

    def groups_of(self, loose: str) -> frozenset[int]:
        """The groups of a loose fold, full forms only; empty where it is no given name."""
        return self._by_key.get("~" + loose, NOT_GIVEN).full


def _given(places: list[tuple[int, bool, str]]) -> GivenName:
    full = frozenset(group for group, is_full, _ in places if is_full)
    pet = frozenset(group for group, is_full, _ in places if not is_full)
    # A full form says more than a pet form that happens to sound alike.
    genders = frozenset(gender for group, _, gender in places if not full or group in full)
    return GivenName(full, pet - full, genders)


@lru_cache(maxsize=1)
def given_names() -> GivenNames:
    """The table shipped with the package, read once."""
    return GivenNames(files("usersync.matching").joinpath("data", "given_names.tsv").read_text(encoding="utf-8"))
