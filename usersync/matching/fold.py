"""Spellings of one name word in one alphabet: the fold across scripts.

A word gets one *strict* fold (L1: Cyrillic and Latin in one alphabet that still tells š, ž, č and ц apart) and one or more
*loose* folds (L2: a Latin word may be read in several ways, see `usersync.matching.readings`, and each reading has a fold of its
own). Two words are one spelling apart where they share a loose fold.

Everything works on many words at once: the words are one text, one word to a line, and a rule is one `str.replace` over it.
That folds 170,000 distinct words in about a second without a cache between runs.

The alphabet, besides the small letters: S = ш š, Z = ж ž, C = ч č, X = х (kh), T = ц (ts).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial

from anyascii import anyascii

from usersync.matching.readings import LOOSEN, READINGS, SKELETON, SOUNDS, Rule

_CYRILLIC = str.maketrans(
    {
        "а": "a", "б": "b", "в": "v", "г": "g", "ґ": "g", "д": "d", "е": "e", "ё": "io", "є": "ie", "ж": "Z", "з": "z",
        "и": "i", "і": "i", "ї": "i", "й": "i", "к": "k", "л": "l", "м": "m", "н": "n", "о": "o", "п": "p", "р": "r",
        "с": "s", "т": "t", "у": "u", "ў": "v", "ф": "f", "х": "X", "ц": "T", "ч": "C", "ш": "S", "щ": "SC", "ъ": "",
        "ы": "i", "ь": "", "э": "e", "ю": "iu", "я": "ia", "ђ": "dZ", "ј": "i", "љ": "l", "њ": "n", "ћ": "C", "џ": "dZ",
        "ѓ": "g", "ќ": "k", "ѕ": "dz", "ғ": "g", "қ": "k", "ң": "n", "ө": "o", "ү": "u", "ұ": "u", "һ": "h", "ә": "a",
    }
)  # fmt: skip
_SPELLED = {
    **_CYRILLIC,
    **str.maketrans(
        {"ж": "zh", "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "shch", "ђ": "dj", "ћ": "c", "џ": "dz"}
    ),
}
_SPELLED_LATIN = str.maketrans("yjwq", "iivk")
_PLAIN_LETTERS = str.maketrans(
    {
        "ł": "l", "ø": "o", "ð": "d", "þ": "th", "æ": "e", "œ": "e", "ı": "i", "ß": "ss", "ə": "a", "ħ": "h",
    }
)  # fmt: skip
_KEPT = frozenset("ąęśźżćčšŝžřäöüçşșțţðóñëōūěăğđ")
_HAS_CYRILLIC = re.compile("[\u0400-\u052f]")
_LATIN_ONLY = re.compile("^[a-z\u00df-\u024f\u0259\u1e00-\u1eff]+$")
_CJK = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff]")


@dataclass(frozen=True)
class Folds:
    """The folds of many words, each list as long as the words.

    Attributes:
        strict: L1.
        loose: L2, the romanised reading first, each once.
        skeleton: consonants of the first loose fold, for what only a human may judge.
        spelled: in plain Latin letters as passports have it; a typing error is one edit here where it is one in the word.
    """

    strict: list[str]
    loose: list[tuple[str, ...]]
    skeleton: list[str]
    spelled: list[str]


def fold(words: Sequence[str]) -> Folds:
    """Fold words that were normalised before (`usersync.matching.normalise`).

    Args:
        words: small letters of any script, without spaces. Chinese, Japanese and Korean are left as they are.
    """
    latin_rows: list[int] = []
    latin: list[str] = []
    strict: list[str] = [""] * len(words)
    rest_rows: list[int] = []
    rest: list[str] = []
    for row, word in enumerate(words):
        if _HAS_CYRILLIC.search(word):
            rest_rows.append(row)
            rest.append(word)
        elif _CJK.search(word):
            strict[row] = word
        else:
            latin_rows.append(row)
            latin.append(word if _LATIN_ONLY.match(word) else _ascii(word))
    for row, folded in zip(rest_rows, _lines(rest, _fold_cyrillic), strict=True):
        strict[row] = folded
    prepared = _lines(latin, _prepare_latin)
    readings = [_lines(prepared, partial(_apply, rules=rules)) for rules in READINGS.values()]
    for row, folded in zip(latin_rows, readings[0], strict=True):
        strict[row] = folded
    loose: list[tuple[str, ...]] = [(word,) for word in strict]
    for row, variants in zip(rest_rows, _cyrillic_variants(rest, [strict[row] for row in rest_rows]), strict=True):
        loose[row] = variants
    loosened = [_lines(reading, _loosen) for reading in readings]
    for row, variants in zip(latin_rows, zip(*loosened, strict=True), strict=True):
        loose[row] = tuple(dict.fromkeys(variants))
    skeleton = skeletons([variants[0] for variants in loose])
    spelled = list(words)
    for rows, lines, change in ((rest_rows, rest, _spell_cyrillic), (latin_rows, prepared, _spell_latin)):
        for row, folded in zip(rows, _lines(lines, change), strict=True):
            spelled[row] = folded
    return Folds(strict, loose, skeleton, spelled)


def by_ear(words: Sequence[str], loose: Sequence[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """How words may sound: their loose folds, and those of further readings of words in Latin letters.

    Args:
        words: as for `fold`.
        loose: their loose folds.
    """
    latin = [row for row, word in enumerate(words) if _LATIN_ONLY.match(word)]
    prepared = _lines([words[row] for row in latin], _prepare_latin)
    readings = [_lines(_lines(prepared, partial(_apply, rules=rules)), _loosen) for rules in SOUNDS.values()]
    result = list(loose)
    for row, heard in zip(latin, zip(*readings, strict=True), strict=True):
        result[row] = tuple(dict.fromkeys((*result[row], *heard)))
    return result


def skeletons(loose: Sequence[str]) -> list[str]:
    """The consonants of loose folds, those that sound alike made one."""
    return _lines(loose, partial(_apply, rules=SKELETON))


def _lines(words: Sequence[str], change: Callable[[str], str]) -> list[str]:
    if not words:
        return []
    result = change("\n" + "\n".join(words) + "\n").split("\n")
    return result[1:-1]


def _apply(text: str, rules: Iterable[Rule]) -> str:
    for old, new in rules:
        text = text.replace(old, new) if isinstance(old, str) else old.sub(new, text)
    return text


def _fold_cyrillic(text: str) -> str:
    # Words that mix scripts after the repair of look-alikes fold too: Latin letters stay, Cyrillic ones are mapped.
    # Ukrainian writes ё as ьо after a consonant (Соловьов, Соловьёв).
    return text.replace("ьо", "іо").translate(_CYRILLIC)


def _cyrillic_variants(words: Sequence[str], strict: Sequence[str]) -> list[tuple[str, ...]]:
    """Latin h is both г and х, English a is э, passports drop ь before о: readings that only Latin words use."""
    folded = _lines(strict, _loosen)
    read_otherwise = [word.replace("э", "а").replace("ьо", "о") for word in words]
    others = [other for word, other in zip(words, read_otherwise, strict=True) if word != other]
    refolded = iter(_lines(_lines(others, _fold_cyrillic), _loosen))
    result = []
    for word, other, first in zip(words, read_otherwise, folded, strict=True):
        variants = [first, next(refolded)] if word != other else [first]
        variants += [variant.replace("x", "h") for variant in variants if "x" in variant]
        result.append(tuple(dict.fromkeys(variants)))
    return result


def _spell_cyrillic(text: str) -> str:
    return text.translate(_SPELLED)


def _spell_latin(text: str) -> str:
    return _base(text).translate(_SPELLED_LATIN) if not text.isascii() else text.translate(_SPELLED_LATIN)


def _prepare_latin(text: str) -> str:
    if text.isascii():
        return text
    text = text.translate(_PLAIN_LETTERS)
    marked = {char for char in set(text) if not char.isascii() and char not in _KEPT}
    return text.translate({ord(char): _base(char) for char in marked})


def _base(text: str) -> str:
    return "".join(part for part in unicodedata.normalize("NFKD", text) if part.isascii()) or anyascii(text).lower()


def _loosen(text: str) -> str:
    return _apply(text, LOOSEN)


def _ascii(word: str) -> str:
    return re.sub("[^a-z]", "", anyascii(word).lower()) or word
