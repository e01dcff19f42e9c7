"""Spellings of a word in the other script, to search a CRM that is too large to be read whole.

A search by substring cannot fold, so the word is asked for as it may be written: itself, and its usual transliterations
between Cyrillic and Latin (KMU 2010, older Ukrainian and Russian passports). Endings are left off: they differ most.
"""

from __future__ import annotations

import itertools
import re

_TO_LATIN: dict[str, tuple[str, ...]] = {
    "а": ("a",), "б": ("b",), "в": ("v",), "г": ("h", "g"), "ґ": ("g",), "д": ("d",), "е": ("e",), "є": ("ie", "ye"),
    "ж": ("zh",), "з": ("z",), "и": ("y", "i"), "і": ("i",), "ї": ("i", "yi"), "й": ("i", "y"), "к": ("k",), "л": ("l",),
    "м": ("m",), "н": ("n",), "о": ("o",), "п": ("p",), "р": ("r",), "с": ("s",), "т": ("t",), "у": ("u",), "ф": ("f",),
    "х": ("kh",), "ц": ("ts",), "ч": ("ch",), "ш": ("sh",), "щ": ("shch",), "ь": ("",), "ъ": ("",), "ю": ("iu", "yu"),
    "я": ("ia", "ya"), "ё": ("e", "yo"), "ы": ("y",), "э": ("e",), "ў": ("u",), "'": ("",), "’": ("",), "ʼ": ("",),
}  # fmt: skip
_TO_CYRILLIC: dict[str, tuple[str, ...]] = {
    "shch": ("щ",), "szcz": ("щ",), "zh": ("ж",), "kh": ("х",), "ts": ("ц",), "ch": ("ч",), "sh": ("ш",), "cz": ("ч",),
    "sz": ("ш",), "iu": ("ю",), "yu": ("ю",), "ia": ("я", "іа"), "ya": ("я",), "ie": ("є",), "ye": ("є", "е"),
    "yi": ("ї",), "a": ("а",), "b": ("б",), "c": ("к", "ц"), "d": ("д",), "e": ("е",), "f": ("ф",), "g": ("г", "ґ"),
    "h": ("г",), "i": ("і", "и"), "j": ("й",), "k": ("к",), "l": ("л",), "m": ("м",), "n": ("н",), "o": ("о",),
    "p": ("п",), "q": ("к",), "r": ("р",), "s": ("с",), "t": ("т",), "u": ("у",), "v": ("в",), "w": ("в",), "x": ("кс",),
    "y": ("и", "й"), "z": ("з",),
}  # fmt: skip
_MOST = 12
"""Spellings of one word that are searched for; the likeliest come first."""
_LEAST_LETTERS = 4


def cases_of(word: str) -> tuple[str, ...]:
    """The word as people write it: whether a search tells capitals apart is the database's affair, not ours to know."""
    return tuple(dict.fromkeys((word.capitalize(), word.upper(), word.lower())))


def spellings_of(name: str) -> tuple[str, ...]:
    """Beginnings of the name's longer words in both scripts and in each case, without their endings.

    Words of fewer than four letters are left out: as a part of other words they would find half of the CRM.
    """
    found: list[str] = []
    for word in re.findall(r"[^\W\d_]+(?:['’ʼ][^\W\d_]+)*", name.casefold()):
        if len(word) < _LEAST_LETTERS:
            continue
        stem = word[: max(_LEAST_LETTERS, len(word) - 2)]
        table = _TO_LATIN if re.search(r"[Ѐ-ӿ]", stem) else _TO_CYRILLIC
        found += [stem, *_transliterations(stem, table)]
    words = dict.fromkeys(word for word in found if len(word) >= _LEAST_LETTERS - 1)
    return tuple(case for word in words for case in cases_of(word))


def _transliterations(word: str, table: dict[str, tuple[str, ...]]) -> list[str]:
    longest = max(len(key) for key in table)
    pieces: list[tuple[str, ...]] = []
    at = 0
    while at < len(word):
        size = next((n for n in range(longest, 0, -1) if word[at : at + n] in table), 0)
        if not size:
            return []  # neither Cyrillic nor Latin: searched for as it is
        pieces.append(table[word[at : at + size]])
        at += size
    return ["".join(choice) for choice in itertools.islice(itertools.product(*pieces), _MOST)]
