"""One word of a name: what it can be (given name, patronymic, surname, initial …) and how two words agree."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from rapidfuzz.distance import OSA

from usersync.matching.given_names import NOT_GIVEN, GivenName, given_names


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


class Relation(StrEnum):
    """How two words agree, best first; `CONFLICT` is said of two names that are known to be different ones."""

    EXACT = "exact"
    FOLDED = "folded"
    SPELLING = "spelling"
    EQUIVALENT = "equivalent"
    PET_FORM = "pet form"
    TYPO = "typo"
    GENDER_FORM = "gender form"
    AMBIGUOUS = "ambiguous short form"
    INITIAL = "initial"
    SIMILAR = "similar"
    NONE = "none"
    CONFLICT = "conflict"


QUALITY: dict[Relation, int] = {
    Relation.EXACT: 100, Relation.FOLDED: 99, Relation.SPELLING: 96, Relation.EQUIVALENT: 97, Relation.PET_FORM: 94,
    Relation.TYPO: 85, Relation.GENDER_FORM: 84, Relation.AMBIGUOUS: 80, Relation.INITIAL: 60, Relation.SIMILAR: 70,
    Relation.NONE: 0, Relation.CONFLICT: 0,
}  # fmt: skip
FULL = 94
"""From this quality on two words are taken for the same word."""

TITLES = frozenset(
    ["mr", "mrs", "ms", "miss", "dr", "prof", "sir", "pan", "pani", "пан", "пані", "панна", "г-н", "г-жа", "господин", "госпожа", "др", "доктор", "проф", "професор", "профессор", "п", "herr", "frau", "señor", "señora", "sr", "sra", "don", "doña", "mme", "mlle"]
) - {"п", "don"}
PARTICLES = frozenset(
    ["van", "von", "de", "da", "di", "del", "della", "der", "den", "des", "du", "la", "le", "les", "el", "al", "bin", "ibn", "ben", "bint", "abu", "dos", "das", "do", "zu", "zur", "ter", "ten", "y", "e", "i", "st", "san", "ван", "фон", "де", "да", "ді", "ди", "дель", "дер", "ден", "ду", "ла", "ле", "ель", "эль", "аль", "бін", "бин", "ібн", "ибн", "бен", "абу", "сан", "мак", "o", "о"]
) - {"e", "i", "y", "o", "о"}
LEGAL_FORMS = frozenset(
    ["тов", "тзов", "ооо", "зао", "оао", "пат", "прат", "ат", "ао", "фоп", "ип", "пп", "чп", "дп", "кп", "нвп", "llc", "ltd", "inc", "gmbh", "ag", "sa", "srl", "plc", "corp", "company", "co", "товариство", "компанія", "компания", "фірма", "фирма", "завод", "банк"]
) - {"ат", "ао"}

_FATHER = re.compile("(?:iovic|evic|ovic|avic|ovix|evix)$")
_DAUGHTER = re.compile("(?:ivna|evna|ovna|avna|icna|inicna)$")
_SHORT_SON = frozenset(("ilic", "ilec", "kuzmic", "lukic", "nikitic", "fomic", "savic", "ilinic"))
_IRREGULAR_FATHERS = {"ak": "akiv", "akovl": "akov", "lv": "lev", "hrihor": "hrihori"}
_STEM_ENDS = ("", "i", "a", "o", "ei", "ii", "ia")
_GENDER_FORMS = (
    (re.compile("(ськ|цьк|зьк|ск|цк|зк)(ий|ій|ый|ая|а|ой)$"), r"\1"),
    (re.compile("(ов|ев|єв|ёв|ів|їв|ин|ін|їн|ын)а?$"), r"\1"),
    (re.compile("(sk|ck|tsk|zk)(i|y|yi|yj|ii|iy|ij|a|aia|aya|aja)$"), r"\1"),
    (re.compile("(ov|ev|iv|in|yn)a?$"), r"\1"),
    (re.compile("(ova|ová|ovaia)$"), "ov"),
    (re.compile("(ий|ый|ой|а|ая)$"), ""),
)
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


def relate(one: Word, other: Word) -> Relation:
    """How two words agree. Symmetric."""
    if one.text == other.text:
        return Relation.EXACT
    if (one.kind | other.kind) & Kind.INITIAL:
        return _relate_initial(one, other)
    if (one.kind | other.kind) & Kind.CJK:
        return Relation.NONE
    if one.kind & other.kind & Kind.GIVEN:
        return _relate_given(one, other)
    if one.strict == other.strict:
        return Relation.FOLDED
    if one.loose[0] == other.loose[0]:
        return Relation.SPELLING
    if one.kind & other.kind & Kind.PATRONYMIC:
        return _relate_patronymics(one, other)
    if not (one.cyrillic and other.cyrillic) and not set(one.loose).isdisjoint(other.loose):
        return Relation.SPELLING
    return _relate_spelling(one, other)


def _relate_initial(one: Word, other: Word) -> Relation:
    if len(one.text) > 1:
        one, other = other, one
    return Relation.INITIAL if initial_fits(one.text, other) else Relation.CONFLICT


def _relate_given(one: Word, other: Word) -> Relation:
    if one.strict == other.strict and one.given.groups & other.given.groups:
        return Relation.FOLDED
    if one.given.full & other.given.full:
        return Relation.EQUIVALENT
    if one.given.groups & other.given.groups:
        return Relation.AMBIGUOUS if one.given.ambiguous or other.given.ambiguous else Relation.PET_FORM
    return Relation.CONFLICT


def _relate_patronymics(one: Word, other: Word) -> Relation:
    if one.gender != other.gender:
        return Relation.CONFLICT
    if one.father and other.father:
        return Relation.EQUIVALENT if one.father & other.father else Relation.CONFLICT
    return Relation.TYPO if OSA.distance(one.loose[0], other.loose[0], score_cutoff=1) <= 1 else Relation.CONFLICT


def _relate_spelling(one: Word, other: Word) -> Relation:
    shortest = min(len(one.text), len(other.text))
    if one.kind & Kind.PATRONYMIC or other.kind & Kind.PATRONYMIC:
        # A surname is not a patronymic that was mistyped: only a letter or two may differ.
        near = OSA.distance(one.loose[0], other.loose[0], score_cutoff=1) <= 1
        return Relation.TYPO if near and one.gender == other.gender else Relation.NONE
    if shortest >= 4 and _surname_stem(one.text) == _surname_stem(other.text):
        return Relation.GENDER_FORM
    if shortest >= 4 and (distance := edits(one, other)) <= 2:
        if distance <= 1 or shortest >= 9:
            return Relation.TYPO if shortest >= 5 else Relation.SIMILAR
        if shortest >= 5:
            return Relation.SIMILAR
    if one.skeleton == other.skeleton and len(one.skeleton) >= 3:
        return Relation.SIMILAR
    return Relation.NONE


def edits(one: Word, other: Word) -> int:
    """Fewest edits (insert, delete, change, swap neighbours) between two words, 3 = more than two.

    Compared as written where both are of one script, as spelled in Latin letters, and between their folds. One edit in a
    reading other than the romanised one counts as two: with so many readings something always comes near.
    """
    mine, theirs = (one.text, other.text) if one.cyrillic == other.cyrillic else (one.spelled, other.spelled)
    best = OSA.distance(mine, theirs, score_cutoff=2) if min(len(mine), len(theirs)) >= 4 else 3
    if best > 1:
        best = min(best, _fold_edits(one.loose[0], other.loose[0]))
    if best <= 2 or one.cyrillic == other.cyrillic:
        return best
    latin, cyrillic = (other, one) if one.cyrillic else (one, other)
    near = any(_fold_edits(reading, cyrillic.loose[0]) <= 1 for reading in latin.loose[1:])
    return 2 if near else best


def _fold_edits(one: str, other: str) -> int:
    # The fold has fewer letters than the word: an edit in a very short fold is another name.
    return OSA.distance(one, other, score_cutoff=2) if min(len(one), len(other)) >= 4 else 3


@lru_cache(maxsize=65_536)
def _surname_stem(text: str) -> str:
    """A surname without the ending that tells a man from a woman (Вишневський, Вишневська)."""
    for pattern, stem in _GENDER_FORMS:
        changed = pattern.sub(stem, text)
        if changed != text and len(changed) >= 3:
            return changed
    return text
