"""Names and logins as words, before anything is compared. The original is kept by the caller for display.

Many names are handled at once: they are one text, one name to a line, so that a million contacts take seconds.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

MAX_LENGTH = 400
MAX_WORDS = 8
LINE = "|"
"""The mark after each name in `split_names`; no word can be this, it is punctuation."""

_APOSTROPHES = "'`\u00b4\u02b9\u02ba\u02bb\u02bc\u02bd\u2018\u2019\u201a\u201b\u2032\uff07"
_FORMER_NAME = re.compile(r"[(\[]\s*([^\W\d_][^\W\d_'’ʼ-]{2,})\s*[)\]]")
_BRACKETS = re.compile(r"\([^()\n]*\)|\[[^\[\]\n]*\]|\{[^{}\n]*\}|<[^<>\n]*>")
_INNER_MARKS = re.compile('(?<=[^\\W\\d_])["*\u201c-\u201f](?=[^\\W\\d_])')
"""Typed in place of an apostrophe (Дем"яненко)."""
_INITIALS_FIRST = re.compile(r"(?:[A-ZА-ЯЁІЇЄҐ]\.){1,2}[A-ZА-ЯЁІЇЄҐ]")
_DOCTOR = re.compile(r"\bд-р\b")
_BREAKS = re.compile("[\r\n\v\f\x1c-\x1e\x85\u2028\u2029]+")
_LOOKALIKE_LATIN = frozenset("aceiopxykmthbj")
_LOOKALIKE_CYRILLIC = frozenset("асеіорхукмтнвј")
_TO_LATIN = str.maketrans("асеіорхукмтнвѕјһ", "aceiopxykmthbsjh")
_LATIN_TO_CYRILLIC = str.maketrans("aceiopxykmthbj", "асеіорхукмтнвј")
_DIGIT_LETTERS = str.maketrans("0134578", "oieastb")
_LATIN = re.compile("[a-z\u00df-\u024f]")
_CYRILLIC = re.compile("[\u0400-\u052f]")


def clean_names(names: Sequence[str]) -> list[str]:
    """Names as small words with single spaces, in the order they were written.

    Unicode NFKC, zero-width and bidirectional marks, emoji and punctuation gone, apostrophes gone without a trace, notes in
    brackets gone unless nothing else is left. Length is bounded (400 characters, 8 words).

    Args:
        names: as they stand in the tables, "" where there is none.

    Returns:
        One text for each name, "" where no letter is left.
    """
    lines: list[list[str]] = [[] for _ in names]
    row = 0
    for word in split_names(names):
        if word == LINE:
            row += 1
        elif len(lines[row]) < MAX_WORDS:
            lines[row].append(word)
    return [" ".join(words) for words in lines]


def with_former_name(name: str) -> str:
    """A name with the word that stands in brackets among its words, where that may be a former surname: `Мельник (Бойко) Анна`.

    "" where it is no such name: the note is not one capitalised word, or nothing stands beside it.
    """
    found = _FORMER_NAME.search(name)
    if not found or not found[1].istitle():
        return ""
    outside = f"{name[: found.start()]} {name[found.end() :]}"
    return f"{name[: found.start()]} {found[1]} {name[found.end() :]}" if any(map(str.isalpha, outside)) else ""


def split_names(names: Sequence[str]) -> list[str]:
    """All words of all names in one flat list, `LINE` after each name; see `clean_names` for what a word is.

    The bound on the number of words is the caller's.
    """
    if not names:
        return []
    longest = max(map(len, names))
    bounded = names if longest <= MAX_LENGTH else [name[:MAX_LENGTH] for name in names]
    text = "\n".join(bounded)
    if text.count("\n") != len(bounded) - 1:
        text = "\n".join([_BREAKS.sub(" ", name) for name in bounded])
    text = _casefold(text)
    bare = text
    if "(" in text or "[" in text or "{" in text or "<" in text:
        bare = _BRACKETS.sub(" ", text)
    letters = _letters(bare)
    if bare is not text:
        # A name that is nothing but a note keeps it.
        full = text.split("\n")
        kept = letters.split("\n")
        letters = "\n".join(
            [line if line.strip() or not full[row] else _letters(full[row]) for row, line in enumerate(kept)]
        )
    return (letters.replace("\n", f" {LINE} ") + f" {LINE}").split()


def _casefold(text: str) -> str:
    text = text.replace("№", " ")  # NFKC would make a word of it
    if '"' in text or "*" in text or "\u201d" in text or "\u201c" in text or "\u201e" in text:
        text = _INNER_MARKS.sub("", text)
    if not unicodedata.is_normalized("NFKC", text):
        text = unicodedata.normalize("NFKC", text)
    folded = text.casefold()
    if "д-р" in folded:
        folded = _DOCTOR.sub(" ", folded)
    return folded if unicodedata.is_normalized("NFC", folded) else unicodedata.normalize("NFC", folded)


def _letters(text: str) -> str:
    """Letters, digits and marks stay; what joins nothing vanishes; everything else becomes a space. Line breaks stay."""
    try:
        codes = np.frombuffer(text.encode("utf-16-le"), dtype=np.uint16)
    except UnicodeEncodeError:
        text = text.encode("utf-8", "ignore").decode()
        codes = np.frombuffer(text.encode("utf-16-le"), dtype=np.uint16)
    if ((codes & 0xF800) == 0xD800).any():
        # Beyond the first plane: emoji, and a few scripts nobody's name is likely to be in.
        codes = np.frombuffer(re.sub("[\U00010000-\U0010ffff]", " ", text).encode("utf-16-le"), dtype=np.uint16)
    mapped = _table()[codes]
    return bytes(mapped[mapped != 0].tobytes()).decode("utf-16-le")


@lru_cache(maxsize=1)
def _table() -> NDArray[np.uint16]:
    table = np.arange(0x10000, dtype=np.uint16)
    for code in range(0x10000):
        table[code] = _meaning(code)
    return table


def _meaning(code: int) -> int:
    char = chr(code)
    if char == "\n":
        return code
    if char in _APOSTROPHES:
        return 0
    category = unicodedata.category(char)
    # A combining mark that NFKC leaves alone marks stress (О́лександр) and is no part of the spelling.
    if category in {"Cf", "Me", "Cs", "Co"} or 0xFE00 <= code <= 0xFE0F or 0x0300 <= code <= 0x036F:
        return 0
    return code if category[0] in "LM" or category == "Nd" else 0x20


def repair_word(word: str) -> str:
    """One cleaned word with look-alikes of another script and digits in place of letters set right; "" for a number.

    Look-alikes are repaired only where one word mixes Latin and Cyrillic: toward the script that has the letters that cannot
    be mistaken, else toward the script of most letters. Digits at either end belong to a number, not to the name.
    """
    if word.isalpha() and (word.isascii() or not (_LATIN.search(word) and _CYRILLIC.search(word))):
        return word
    word = word.strip("0123456789")
    if any(char.isdigit() for char in word):
        word = "".join(char for char in word.translate(_DIGIT_LETTERS) if not char.isdigit())
    latin, cyrillic = _LATIN.findall(word), _CYRILLIC.findall(word)
    if latin and cyrillic:
        sure_latin = sum(char not in _LOOKALIKE_LATIN for char in latin)
        sure_cyrillic = sum(char not in _LOOKALIKE_CYRILLIC for char in cyrillic)
        if sure_latin == 0 and (sure_cyrillic or len(cyrillic) >= len(latin)):
            return word.translate(_LATIN_TO_CYRILLIC)
        if sure_cyrillic == 0:
            return word.translate(_TO_LATIN)
    return word


def login_words(login: str) -> tuple[str, ...]:
    r"""The parts of a login: `DOMAIN\o.kovalchuk7@host` → `("o", "kovalchuk")`.

    Split on `. _ -`, digits and camelCase; parts without letters are dropped.
    """
    local = login.strip().rpartition("\\")[2].partition("@")[0]
    local = re.sub(r"(?<=[^\W\d_])(?=[A-ZА-ЯІЇЄҐ][a-zа-яіїєґё])|(?<=[a-zа-яіїєґё])(?=[A-ZА-ЯІЇЄҐ])", " ", local)
    cleaned = clean_names([re.sub(r"[\d._\-+]+", " ", local)])[0]
    return tuple(word for word in (repair_word(part) for part in cleaned.split()) if word)


def looks_like_login(name: str) -> bool:
    """Whether what stands in the place of a name is a login: one word with `. _ @`, digits, or only small Latin letters."""
    text = name.strip()
    if len(text.split()) != 1 or _INITIALS_FIRST.match(text):
        return False
    return bool(re.search(r"[._@\d\\]", text)) or (text.isascii() and text.islower())
