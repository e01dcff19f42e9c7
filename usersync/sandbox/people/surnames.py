"""Surnames: at least 20,000 distinct ones, distributed as real ones are.

Name generators know about a thousand surnames, which would make everybody a namesake of somebody. Here the pool of a language is,
from frequent to rare: a hand-written top (`data/surname_stems.txt`), the surnames Faker knows, and surnames made as the language
makes them: stems (of nouns, of given names, and of Faker's own surnames with their suffix taken off) joined to the language's
suffixes with its alternations (чумак + енко = Чумаченко, Козак + ський = Козацький), and compounds (Криво + ніс).

Frequencies follow Zipf's law with Mandelbrot's shift, `f ∝ 1 / (rank + q)`: straight in log-log over the bulk, flat at the
top, as in real registers (the most frequent Ukrainian surname has 0.2 to 0.5 % of the people, not 9 %).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib import import_module
from importlib.resources import files
from typing import cast

import numpy as np
import numpy.typing as npt

from usersync.sandbox.people.given_names import given_names

Words = npt.NDArray[np.object_]

_FAKER = {"uk": ("uk_UA",), "ru": ("ru_RU",), "pl": ("pl_PL",), "en": ("en_US", "en_GB"), "es": ("es_ES", "es_MX")}
_FAKER_LISTS = ("last_names_male", "male_last_names", "unisex_last_names", "last_names")
_MANDELBROT = {"uk": 45.0, "ru": 30.0, "pl": 40.0, "en": 25.0, "es": 6.0}
_SHORTEST, _LONGEST = 4, 14
_KEPT = {"uk": 9_000, "ru": 7_500, "pl": 9_000, "en": 4_500, "es": 3_500}
"""Surnames of a language that are used at all: a longer tail would be borne by nobody twice."""
_VOWELS = "аеєиіїоуюяёэыaeiouyąęóáéíú"
# A syllable that no reader would take for a name: three equal letters, four consonants, two hushing ones side by side.
_UNSPEAKABLE = re.compile(
    rf"(.)\1\1|[^{_VOWELS}ьъ'-]{{4}}|[шщчцжж][шщчцж]|[аеєиіїоуюя]{{3}}|йй|[кгх]ський$|^й", re.IGNORECASE
)
_FEMALE: dict[str, tuple[tuple[str, str], ...]] = {
    "uk": (("ський", "ська"), ("цький", "цька"), ("зький", "зька"), ("ий", "а"), ("ов", "ова"), ("ев", "ева"), ("єв", "єва"),
           ("ін", "іна"), ("їн", "їна")),
    "ru": (("ский", "ская"), ("цкий", "цкая"), ("ый", "ая"), ("ой", "ая"), ("ов", "ова"), ("ев", "ева"), ("ёв", "ёва"),
           ("ин", "ина"), ("ын", "ына")),
    "pl": (("ski", "ska"), ("cki", "cka"), ("dzki", "dzka")),
    "en": (), "es": (),
}  # fmt: skip


@dataclass(frozen=True)
class Surnames:
    """The surnames of one language, most frequent first.

    Attributes:
        male: the dictionary forms.
        female: the woman's form of each, equal where the language has one form.
        cumulative: running sum of the frequencies, the last one is 1; `searchsorted` of a uniform draw picks a surname.
    """

    male: Words
    female: Words
    cumulative: npt.NDArray[np.float64]

    def form(self, index: int, *, female: bool) -> str:
        """One surname as a man or a woman bears it."""
        return cast("str", (self.female if female else self.male)[index])


@lru_cache(maxsize=8)
def surnames(locale: str) -> Surnames:
    """The pool of a language (`uk`, `ru`, `pl`, `en` or `es`)."""
    male = _in_order(locale)
    weights = 1.0 / (np.arange(1, len(male) + 1) + _MANDELBROT[locale])
    cumulative = np.cumsum(weights / weights.sum())
    cumulative[-1] = 1.0
    return Surnames(
        np.array(male, dtype=object), np.array([_woman(locale, name) for name in male], dtype=object), cumulative
    )


def _in_order(locale: str) -> list[str]:
    parts = _parts(locale)
    real = _shuffled(_of_faker(locale))
    women = {_woman(locale, name) for name in real} - set(real)
    known = [name for name in dict.fromkeys([*parts["top"], *real]) if name not in women]
    made = _shuffled(set(_made(locale, parts, real)) - set(known) - women)
    return (known + made)[: _KEPT[locale]]


def _shuffled(words: Iterable[str]) -> list[str]:
    """The words in an order that has nothing to do with the alphabet and is the same in every process."""
    return sorted(set(words), key=lambda word: (hash_of(word), word))


def hash_of(text: str) -> int:
    """A small hash that does not change from process to process (FNV-1a, 32 bits)."""
    value = 2166136261
    for byte in text.encode():
        value = ((value ^ byte) * 16777619) & 0xFFFFFFFF
    return value


def _of_faker(locale: str) -> list[str]:
    """Faker's surnames of the language, men's forms, one apostrophe for all."""
    found: list[str] = []
    for name in _FAKER[locale]:
        provider = import_module(f"faker.providers.person.{name}").Provider
        lists = [list(getattr(provider, attribute, ())) for attribute in _FAKER_LISTS]
        # `last_names` mixes both genders where men's forms have a list of their own
        found += next((words for words in lists[:1] if words), [word for words in lists[1:] for word in words])
    names = (name.replace("ʼ", "'").replace("’", "'") for name in found if name != "Doe")
    return [name for name in names if not re.search(r"(ська|цька|зька|ова|ская|цкая|[sc]ka|dzka)$", name)]


@lru_cache(maxsize=8)
def _parts(locale: str) -> dict[str, list[str]]:
    """Top, stems, suffixes and halves of compounds of one language."""
    text = (files("usersync.sandbox") / "data" / "surname_stems.txt").read_text(encoding="utf-8")
    found: dict[str, list[str]] = {"top": [], "stem": [], "suffix": [], "first": [], "second": []}
    for line in text.splitlines():
        head, colon, words = line.partition(":")
        if colon and not line.startswith("#") and head.split()[0] == locale:
            found[head.split()[1]] = list(dict.fromkeys(words.split()))
    return found


def _made(locale: str, parts: dict[str, list[str]], real: list[str]) -> Iterator[str]:
    stems = [*parts["stem"], *_stems_of_names(locale), *_stems_of_surnames(parts["suffix"], [*parts["top"], *real])]
    for stem in dict.fromkeys(stems):
        for suffix in parts["suffix"]:
            yield from _believable(_JOIN[locale](stem.lower(), suffix))
    for first in parts["first"]:
        for second in parts["second"]:
            if first[-1].lower() != second[0]:
                yield from _believable(first + second)


def _believable(word: str | None) -> Iterator[str]:
    if word and _SHORTEST <= len(word) <= _LONGEST and not _UNSPEAKABLE.search(word):
        yield word[0].upper() + word[1:]


def _stems_of_names(locale: str) -> Iterator[str]:
    """Fathers' names without their ending: Іван, Степан, Васил-, Mart-."""
    for name in given_names(locale, female=False).names:
        stem = re.sub(r"(ій|ий|ей|ай|ь|й|о|а|я|us|o|e|y)$", "", name)
        if len(stem) >= 3:
            yield stem.replace("ё", "е")


def _stems_of_surnames(suffixes: list[str], known: list[str]) -> Iterator[str]:
    """Surnames with their suffix taken off: Гонч-аренко gives Гончар, which makes Гончарук."""
    ending = re.compile(f"({'|'.join(sorted(suffixes, key=len, reverse=True))})$")
    for name in known:
        stem = ending.sub("", name)
        if stem != name and len(stem) >= 4:
            yield stem


_BEFORE_SKYI = {"к": "цький", "ц": "цький", "ч": "цький", "г": "зький", "ж": "зький"}


def _join_uk(stem: str, suffix: str) -> str | None:
    soft = stem.endswith(("ь", "й"))
    if stem.endswith("ець"):
        return f"{stem[:-3]}ч{suffix}" if suffix in {"енко", "ук"} else None
    stem = re.sub(r"[аеиіоуяюь]$|й$", "", stem)
    last = stem[-1]
    softened = {"к": "ч", "г": "ж", "х": "ш", "ц": "ч"}
    if suffix in {"енко", "ук", "ич"} and last in softened:
        return stem[:-1] + softened[last] + suffix
    if suffix == "ський":
        return (
            stem[:-1] + {"к": "цький", "ц": "цький", "ч": "цький", "г": "зький", "ж": "зький"}[last]
            if last in "кцчгж"
            else stem + suffix
        )
    if suffix in {"юк", "як"} and not (soft or last in "лрн"):
        return None
    if suffix in {"ук", "ак"} and (soft or last == "л"):
        return None
    if suffix in {"ко", "чук"} and last in "кгхчцшщжс":
        return None
    if suffix in {"ко", "чук"} and soft and last == "л":
        return f"{stem}ь{suffix}"
    if suffix in {"ів", "ик"} and last in "кчцшщж":
        return None
    if suffix == "евич" and last not in "йчжшщкаоеиіуюя":
        return None
    return stem + suffix


def _join_ru(stem: str, suffix: str) -> str | None:
    soft = stem.endswith(("ь", "й"))
    stem = re.sub(r"[аеиоуяюьй]$", "", stem)
    last = stem[-1]
    hushing = last in "жшчщц"
    if suffix in {"ов", "ёв", "яков"} and (hushing or (suffix == "ёв" and last in "кгх")):
        return None
    if suffix in {"ев", "ищев"} and not (soft or hushing):
        return None
    if suffix in {"кин", "ников", "енков", "ёнков"} and last in "кгхц":
        return (
            {"к": stem[:-1] + "ч" + suffix, "х": stem[:-1] + "ш" + suffix}.get(last)
            if suffix.endswith("енков")
            else None
        )
    if suffix in {"цев", "овский", "инский"} and last in "кгхц":
        return None
    if suffix in {"яков", "ыгин"} and last in "кгхжшчщц":
        return None
    return stem + suffix


def _join_pl(stem: str, suffix: str) -> str | None:
    stem = re.sub(r"[aeiouy]$", "", stem)
    last = stem[-1]
    if suffix == "ski" and last in "kgcsz":
        return None
    if suffix.startswith(("i", "ecki")) and last in "kgch":
        return None
    if suffix in {"ka", "czyk", "czak"} and last in "kczsśćń":
        return None
    return stem + suffix


def _join_en(stem: str, suffix: str) -> str | None:
    last = stem[-1]
    if last in "sxzhy" or (suffix == "kins" and (len(stem) > 4 or last in "kg")):
        return None
    return f"{stem.removesuffix('e')}{suffix}"


def _join_es(stem: str, suffix: str) -> str | None:
    stem = re.sub(r"[aeiou]$", "", stem.translate(_PLAIN_ES))
    if len(stem) > 7:
        return None
    if suffix[0] in "ei":  # the sound stays: Blas-c becomes Blasqu-ez, Sag becomes Sagu-ez
        stem = re.sub("g$", "gu", re.sub("[cq]$", "qu", stem))
    return stem + suffix


_PLAIN_ES = str.maketrans("áéíóú", "aeiou")
_JOIN = {"uk": _join_uk, "ru": _join_ru, "pl": _join_pl, "en": _join_en, "es": _join_es}


def _woman(locale: str, name: str) -> str:
    for ending, hers in _FEMALE[locale]:
        if name.endswith(ending):
            return name.removesuffix(ending) + hers
    return name
