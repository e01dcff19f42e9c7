"""One word of a name: what it can be (given name, patronymic, surname, initial …)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from usersync.matching.given_names import NOT_GIVEN, GivenName, given_names
from usersync.matching.little_words import LEGAL_FORMS, PARTICLES


class Kind:
    """What a word can be, one bit each; several at once. Plain numbers: they are asked millions of times."""

    PLAIN = 0
    GIVEN = 1
    PATRONYMIC = 2
    INITIAL = 4
    PARTICLE = 8
    LEGAL_FORM = 16
    CJK = 32
    SON = 64
    """Ends like a patronymic, of a father the table does not know: a patronymic or a surname."""


_FATHER = re.compile("(?:iovic|evic|ovic|avic|ovix|evix)$")
_DAUGHTER = re.compile("(?:ivna|evna|ovna|avna|icna|inicna)$")
_SHORT_SON = frozenset(("ilic", "ilec", "kuzmic", "lukic", "nikitic", "fomic", "savic", "ilinic"))
_IRREGULAR_FATHERS = {"ak": "akiv", "akovl": "akov", "lv": "lev", "hrihor": "hrihori"}
_STEM_ENDS = ("", "i", "a", "o", "ei", "ii", "ia")
_MAN = re.compile("(?:[сцз]к(?:ий|ій)|[оеєё]в|[иі]н|[сцз]кий|sk(?:yi|iy|ii|y|i|ij)|[oe]v|[iy]n)$")
_WOMAN = re.compile("(?:[сцз]ька|[сц]кая|[оеєё]ва|[иі]на|sk(?:a|aia|aya)|[oe]va|[iy]na)$")
_CYRILLIC_INITIALS: dict[str, str] = {
    "а": "a", "б": "b", "в": "vw", "г": "hg", "ґ": "g", "д": "d", "е": "eyj", "ё": "eyj", "є": "yeij", "ж": "zj", "з": "zs",
    "и": "iy", "і": "iy", "ї": "iyj", "й": "yji", "к": "kcq", "л": "l", "м": "m", "н": "n", "о": "o", "п": "p", "р": "r",
    "с": "sc", "т": "t", "у": "uw", "ф": "fp", "х": "khxc", "ц": "tcz", "ч": "ct", "ш": "sc", "щ": "s", "э": "e", "ю": "yiju",
    "я": "yijа", "ў": "u", "ы": "y",
}  # fmt: skip
_SAME_CYRILLIC = ("еєёэ", "иіїй", "гґ", "оё", "ії")


_NO_SURNAME = Kind.GIVEN | Kind.PATRONYMIC | Kind.INITIAL | Kind.PARTICLE | Kind.LEGAL_FORM


@dataclass(frozen=True, slots=True, eq=False)
class Word:
    """One word with everything comparing needs, worked out once.

    Attributes:
        text: cleaned and repaired.
        strict, loose, skeleton, spelled: see `usersync.matching.fold.Folds`.
        kind: what it can be.
        given: what the table of given names says.
        father: for a patronymic, groups of the father's name (empty = not in the table).
        gender: `m`, `f` or "" where the word does not tell.
        cyrillic: whether it is written in Cyrillic.
        surname_able: whether it can be a surname: nothing says that it is something else.
    """

    text: str
    strict: str
    loose: tuple[str, ...]
    skeleton: str
    spelled: str
    kind: int
    given: GivenName
    father: frozenset[int]
    gender: str
    cyrillic: bool
    surname_able: bool


def describe(text: str, strict: str, loose: tuple[str, ...], skeleton: str, spelled: str) -> Word:
    """What a cleaned word with these folds can be."""
    cyrillic = "\u0400" <= text[0] <= "\u052f"
    kind = Kind.PLAIN
    given, father, gender = NOT_GIVEN, frozenset[int](), ""
    if len(text) == 1 and text < "\u3040":
        kind = Kind.INITIAL
    elif text in PARTICLES:
        kind = Kind.PARTICLE
    elif text in LEGAL_FORMS:
        kind = Kind.LEGAL_FORM
    elif text[0] > "\u3000":
        kind = Kind.CJK
    else:
        given = given_names().find(text, loose)
        if given.full or given.pet:
            kind |= Kind.GIVEN
            gender = next(iter(given.genders)) if len(given.genders) == 1 else ""
        sex, father = patronymic(loose)
        if sex and not given:
            kind |= Kind.PATRONYMIC
            gender = sex
        elif not given and len(text) >= 6 and _FATHER.search(loose[0]):
            kind |= Kind.SON
    able = not kind & _NO_SURNAME
    if able and not gender:
        gender = _surname_gender(text)
    return Word(text, strict, loose, skeleton, spelled, kind, given, father, gender, cyrillic, able)


def _surname_gender(text: str) -> str:
    """Whose form of a surname it is, where the form tells (Вишневський, Вишневська)."""
    if _WOMAN.search(text):
        return "f"
    return "m" if _MAN.search(text) else ""


def patronymic(loose: tuple[str, ...]) -> tuple[str, frozenset[int]]:
    """Whether a word is a patronymic: (`m`, `f` or "", groups of the father's name).

    -ович is a surname as well: a son's patronymic is believed only where the father's name is known.
    """
    for folded in loose:
        if folded in _SHORT_SON:
            return "m", frozenset()
        found = _DAUGHTER.search(folded)
        if found and len(folded) >= 6:
            return "f", _fathers(folded, found.start())
        found = _FATHER.search(folded)
        if found and len(folded) >= 6 and (fathers := _fathers(folded, found.start())):
            return "m", fathers
    return "", frozenset()


def _fathers(folded: str, end: int) -> frozenset[int]:
    table = given_names()
    irregular = _IRREGULAR_FATHERS.get(folded[:end])
    for stem in (irregular or folded[:end], folded[: end + 1]):
        for ending in _STEM_ENDS:
            if groups := table.groups_of(stem + ending):
                return groups
    return frozenset()


def initial_fits(initial: str, word: Word) -> bool:
    """Whether a single letter can stand for a word, in any romanisation and any language the name is known in."""
    letters = {word.text[0], word.loose[0][:1]}
    for group in word.given.groups:
        letters |= given_names().first_letters[group]
    return any(letters_meet(initial, letter) for letter in letters if letter)


def letters_meet(one: str, other: str) -> bool:
    """Whether two first letters can begin the same name."""
    if one == other or any(one in same and other in same for same in _SAME_CYRILLIC):
        return True
    if one in _CYRILLIC_INITIALS and other in _CYRILLIC_INITIALS:
        return False
    return other in _CYRILLIC_INITIALS.get(one, "") or one in _CYRILLIC_INITIALS.get(other, "")
