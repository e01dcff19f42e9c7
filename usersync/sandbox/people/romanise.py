"""Cyrillic names in Latin letters, in the several ways people's papers and logins really have them.

| scheme | what it is | Ковальчук Юрій, Щербак Ганна |
|---|---|---|
| `kmu` | Ukraine, Cabinet of Ministers no. 55 of 2010, the passport's since then | Kovalchuk Yurii, Shcherbak Hanna |
| `passport` | Ukrainian passports before 2010 | Kovalchuk Iurii, Shcherbak Ganna |
| `russian` | through the Russian reading | Kovalchuk Yuriy, Shcherbak Ganna |
| `polish` | as a Pole writes it, without diacritics | Kowalczuk Jurij, Szczerbak Hanna |
| `plain` | what people type without thinking | Kovalchuk Yuriy, Scherbak Hanna |
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

SCHEMES = ("kmu", "passport", "russian", "polish", "plain")

_COMMON = dict(zip("абвдезклмнопрстуфі", "abvdezklmnoprstufi", strict=True))
_HUSHING = {
    "ж": "zh",
    "х": "kh",
    "ц": "ts",
    "ч": "ch",
    "ш": "sh",
    "щ": "shch",
    "ь": "",
    "ъ": "",
    "'": "",
    "ё": "e",
    "э": "e",
}
_TABLES: dict[str, dict[str, str]] = {
    "kmu": {"г": "h", "ґ": "g", "и": "y", "ї": "i", "й": "i", "є": "ie", "ю": "iu", "я": "ia", "ы": "y"},
    "passport": {"г": "g", "ґ": "g", "и": "y", "ї": "i", "й": "i", "є": "ie", "ю": "iu", "я": "ia", "ы": "y"},
    "russian": {"г": "g", "ґ": "g", "и": "i", "ї": "i", "й": "y", "є": "e", "ю": "yu", "я": "ya", "ы": "y"},
    "polish": {
        "в": "w", "г": "h", "ґ": "g", "и": "y", "ї": "ji", "й": "j", "є": "je", "ю": "ju", "я": "ja", "ы": "y", "ж": "z",
        "х": "ch", "ц": "c", "ч": "cz", "ш": "sz", "щ": "szcz",
    },
    "plain": {
        "г": "h", "ґ": "g", "и": "y", "ї": "yi", "й": "y", "є": "ye", "ю": "yu", "я": "ya", "ы": "y", "х": "h", "ц": "c",
        "щ": "sch",
    },
}  # fmt: skip
_AT_START = {"kmu": {"ї": "yi", "й": "y", "є": "ye", "ю": "yu", "я": "ya"}}
# Russian names: г is g and и is i whatever the Ukrainian rule says.
_OF_RUSSIAN = {"г": "g", "и": "i"}
_LATIN = str.maketrans({"ł": "l", "Ł": "L", "ß": "ss", "ø": "o", "Ø": "O", "đ": "d", "Đ": "D"})


@lru_cache(maxsize=262_144)
def romanise(word: str, scheme: str, *, russian: bool = False) -> str:
    """A Cyrillic word in Latin letters; Latin words come back without diacritics.

    Args:
        word: one word or several.
        scheme: one of `SCHEMES`.
        russian: the word is Russian, not Ukrainian.
    """
    letters = {**_COMMON, **_HUSHING, **_TABLES[scheme], **(_OF_RUSSIAN if russian else {})}
    if scheme == "kmu" and not russian:
        word = re.sub("(?i)зг", lambda found: "Zgh" if found[0][0].isupper() else "zgh", word)
    parts = [
        _one_word(part, letters, {} if russian else _AT_START.get(scheme, {})) for part in re.split(r"([\s.-])", word)
    ]
    return without_diacritics("".join(parts))


def without_diacritics(text: str) -> str:
    """Łukasz → Lukasz, Muñoz → Munoz."""
    plain = unicodedata.normalize("NFKD", text.translate(_LATIN))
    return "".join(char for char in plain if not unicodedata.combining(char))


def login_part(word: str, scheme: str, *, russian: bool = False) -> str:
    """The word as a part of a login: lower-case Latin letters only."""
    return re.sub("[^a-z]", "", romanise(word, scheme, russian=russian).lower())


def _one_word(word: str, letters: dict[str, str], at_start: dict[str, str]) -> str:
    written = []
    for index, char in enumerate(word):
        lower = char.lower()
        latin = at_start[lower] if index == 0 and lower in at_start else letters.get(lower)
        if latin is None:
            written.append(char)
        else:
            written.append(latin.capitalize() if char.isupper() else latin)
    return "".join(written)


def in_russian(surname: str) -> str:
    """A Ukrainian surname as Russian papers spell it: Лисенко → Лысенко, Зінченко → Зинченко."""
    return surname.translate(_UK_TO_RU)


_UK_TO_RU = str.maketrans(
    {"и": "ы", "і": "и", "ї": "и", "є": "е", "ґ": "г", "І": "И", "Ї": "И", "Є": "Е", "Ґ": "Г", "'": "ъ"}
)
