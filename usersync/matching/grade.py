"""How well two whole names agree: the grade, the score and the reason word by word."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import permutations
from operator import itemgetter
from typing import NamedTuple

from rapidfuzz.distance import OSA

from usersync.matching.relation import FULL, Relation, relate
from usersync.matching.values import Grade
from usersync.matching.word import Kind, Word, letters_meet

_WEAK = frozenset((Relation.TYPO, Relation.TYPOS, Relation.GENDER_FORM, Relation.AMBIGUOUS))
_ASIDE = Kind.PARTICLE | Kind.LEGAL_FORM
_FATHERS = Kind.PATRONYMIC | Kind.SON
_ORDER = {relation: place for place, relation in enumerate(Relation)}
_HIGHEST = {Grade.B: 82.0, Grade.C: 60.0, Grade.X: 20.0, Grade.NONE: 10.0}
_FIRST = itemgetter(0)
_place = _ORDER.__getitem__


class Pair(NamedTuple):
    """Two words that agree."""

    user: Word
    contact: Word
    relation: Relation

    @property
    def quality(self) -> int:
        """0 to 100."""
        return self.relation.quality

    def __str__(self) -> str:
        return f"{self.user.text}={self.contact.text} [{self.relation}]"


class Comparison(NamedTuple):
    """What comparing two names gave.

    Attributes:
        grade: docs/matching.md, the table of grades; `Grade.NONE` = nothing in common that would be worth showing.
        score: 0 to 100.
        pairs: words that agree.
        user_left, contact_left: words that nothing agrees with.
        conflict: what contradicts (`given`, `patronymic`, `initial`, `gender`), "" = nothing.
        kind: the weakest thing the grade rests on, for the explanation.
    """

    grade: Grade
    score: float
    pairs: tuple[Pair, ...]
    user_left: tuple[Word, ...] = ()
    contact_left: tuple[Word, ...] = ()
    conflict: str = ""
    kind: str = "exact"

    @property
    def words(self) -> list[str]:
        """The reason word by word, to be stored: `Олександр=oleksandr [folded]`."""
        return [str(pair) for pair in self.pairs]


def compare(
    user: Sequence[Word],
    contact: Sequence[Word],
    surnames: frozenset[str] = frozenset(),
    relation: Callable[[Word, Word], Relation] = relate,
) -> Comparison:
    """Grade two names.

    Args:
        user: words of the user's name.
        contact: words of the contact's name.
        surnames: words that the contact's own column says are the surname; empty = not known.
        relation: how two words agree; a caller who compares many names remembers it.
    """
    result = _Comparer(_essential(user), _essential(contact), surnames, relation).result()
    if result.grade in {Grade.A, Grade.A3} and _aside(user) != _aside(contact):
        # Nguyen Van An is not An Nguyen, Usama bin Laden may be Usama Laden; a firm may bear its owner's name.
        return result._replace(grade=Grade.A_TYPO, score=round(result.score - 4.0, 1), kind="extra word")
    return result


def _aside(words: Sequence[Word]) -> set[int]:
    return {word.kind & _ASIDE for word in words} - {0}


def _essential(words: Sequence[Word]) -> list[Word]:
    kept = [word for word in words if not word.kind & _ASIDE]
    return kept or list(words)


class _Comparer:
    def __init__(
        self,
        user: list[Word],
        contact: list[Word],
        surnames: frozenset[str],
        relation: Callable[[Word, Word], Relation],
    ) -> None:
        self.surnames, self.contact, self._relation = surnames, contact, relation
        self.pairs: list[Pair] = []
        self.user_left, self.contact_left = list(user), list(contact)
        self._pair_words()
        self.joined = self._join_words()

    def _pair_words(self) -> None:
        found = []
        for mine in self.user_left:
            for theirs in self.contact_left:
                relation = self._relation(mine, theirs)
                if relation.quality:
                    father = bool((mine.kind | theirs.kind) & Kind.PATRONYMIC)
                    found.append(((-relation.quality, father, mine.text, theirs.text), mine, theirs, relation))
        if len(found) > 1:
            found.sort(key=_FIRST)
        for _, mine, theirs, relation in found:
            if mine in self.user_left and theirs in self.contact_left:
                self._take(mine, theirs, relation)

    def _take(self, mine: Word, theirs: Word, relation: Relation) -> None:
        self.pairs.append(Pair(mine, theirs, relation))
        self.user_left.remove(mine)
        self.contact_left.remove(theirs)

    def _join_words(self) -> int:
        """Words written together on one side (Jong-un, Jongun): how many words more they stand for."""
        if not self.user_left or not self.contact_left:
            return 0
        for one, many, mine in ((self.user_left, self.contact_left, True), (self.contact_left, self.user_left, False)):
            parts = [word for word in many if not word.kind & Kind.INITIAL]
            for word in one:
                for first, second in permutations(parts, 2):
                    if len(word.loose[0]) >= 5 and _joined(word, first, second):
                        relation = Relation.EXACT if word.text == first.text + second.text else Relation.SPELLING
                        self._take(*((word, first) if mine else (first, word)), relation)
                        (self.contact_left if mine else self.user_left).remove(second)
                        return 1
        return 0

    def result(self) -> Comparison:
        grade, conflict = self._grade()
        loosest = max((pair.relation for pair in self.pairs), key=_place, default=Relation.NONE)
        kind = str(loosest)
        if grade is Grade.A_TYPO and _place(loosest) <= _place(Relation.PET_FORM) and self._extra():
            kind = "extra word"
        if grade is Grade.C and not self._has(Relation.SIMILAR):
            kind = "surname only" if self._surname_pair() else "given only"
        return Comparison(
            grade,
            self._score(grade),
            tuple(self.pairs),
            tuple(self.user_left),
            tuple(self.contact_left),
            conflict,
            kind,
        )

    def _grade(self) -> tuple[Grade, str]:
        full = [pair for pair in self.pairs if pair.quality >= FULL and not pair.user.kind & Kind.INITIAL]
        weak = [pair for pair in self.pairs if pair.relation in _WEAK]
        conflict = self._conflict(full)
        if conflict:
            return (Grade.X if full or weak else Grade.NONE), conflict
        if not full and not weak:
            return Grade.NONE, ""
        if not self._surname_pair():
            return self._without_surname(full), ""
        count = len(full) + self.joined
        if self._has(Relation.SIMILAR):
            return self._with_similar(count), ""
        if count + len(weak) >= 2:
            return self._with_two(count, weak), ""
        return self._with_one(full), ""

    def _with_two(self, count: int, weak: list[Pair]) -> Grade:
        extra = self._extra()
        if self._extra(user=True) and self._extra(user=False):
            return Grade.X
        if not weak and not extra:
            return Grade.A
        if (
            len(weak) == 1
            and count == 2
            and not extra
            and self._patronymic_pair()
            and weak[0].relation is Relation.TYPO
        ):
            return Grade.A3
        if extra and self._coverage() < 0.4:
            return Grade.C
        return Grade.A_TYPO

    def _with_similar(self, count: int) -> Grade:
        if self._both_left() or count == 0:
            return Grade.NONE
        return Grade.A_TYPO if count >= 2 and not self._extra() else Grade.C

    def _with_one(self, full: list[Pair]) -> Grade:
        if self._both_left():
            return Grade.C if full and self._same_first_letter() else Grade.NONE
        if any(pair.relation is Relation.INITIAL or pair.user.kind & Kind.INITIAL for pair in self.pairs):
            return Grade.B if full and not self._extra() else Grade.C
        if full and full[0].user.kind & Kind.CJK:
            return Grade.A
        return Grade.C if full else Grade.NONE

    def _without_surname(self, full: list[Pair]) -> Grade:
        """Only given names and patronymics agree."""
        left = [word for word in (*self.user_left, *self.contact_left) if word.surname_able]
        alone = (len(self.user_left) == 0 or len(self.contact_left) == 0) and bool(full)
        if not alone or self._has(Relation.SIMILAR):
            return Grade.NONE
        return Grade.C if left or len(full) == 1 else Grade.A_TYPO

    def _conflict(self, full: list[Pair]) -> str:
        for mine in self.user_left:
            for theirs in self.contact_left:
                if (mine.kind | theirs.kind) & Kind.INITIAL:
                    return "initial"
                # One in -ович of an unknown father is a surname as well, but where two other words agree.
                both = mine.kind & _FATHERS and theirs.kind & _FATHERS
                if mine.kind & theirs.kind & Kind.PATRONYMIC or (both and len(self.pairs) >= 2):
                    return "patronymic"
                if (
                    mine.kind & theirs.kind & Kind.GIVEN
                    and self._is_given(theirs)
                    and self._relation(mine, theirs) is Relation.CONFLICT
                ):
                    return "given"
        if self._initial_skips_given():
            return "initial"
        one, other = self._genders(user=True), self._genders(user=False)
        if len(one) == 1 and len(other) == 1 and one != other and full:
            return "gender"
        return ""

    def _initial_skips_given(self) -> bool:
        """The one initial stands for the patronymic while the given name agrees with nothing."""
        for pair in self.pairs:
            if pair.relation is Relation.INITIAL:
                by_user = bool(pair.user.kind & Kind.INITIAL)
                word = pair.contact if by_user else pair.user
                left = self.contact_left if by_user else self.user_left
                if word.kind & Kind.PATRONYMIC and any(other.kind & Kind.GIVEN for other in left):
                    return True
        return False

    def _genders(self, *, user: bool) -> set[str]:
        words = [pair.user if user else pair.contact for pair in self.pairs]
        words += self.user_left if user else self.contact_left
        known = {word.gender for word in words if word.kind & Kind.PATRONYMIC}
        return (known or {word.gender for word in words if word.kind & Kind.GIVEN and not word.given.pet}) - {""}

    def _is_given(self, word: Word) -> bool:
        return word.text not in self.surnames

    def _surname_pair(self) -> bool:
        sure = [pair for pair in self.pairs if pair.quality >= Relation.AMBIGUOUS.quality]
        for pair in sure:
            if pair.contact.text in self.surnames or pair.contact.kind & Kind.CJK:
                return True
            if not self.surnames and (pair.contact.surname_able or pair.user.surname_able):
                return True
        if self._has(Relation.SIMILAR):
            return any(pair.relation is Relation.SIMILAR and pair.contact.surname_able for pair in self.pairs)
        if sum(bool(word.kind & Kind.PATRONYMIC) for word in self.contact) >= 2:
            # Петрович Іван Петрович: one of them is the surname.
            return any(pair.contact.kind & Kind.PATRONYMIC for pair in sure)
        # Two given names that agree, and nobody has another word that could be the surname: one of them is it (Robert Martin).
        given = [pair for pair in sure if pair.contact.kind & Kind.GIVEN]
        left = [word for word in (*self.user_left, *self.contact_left) if word.surname_able]
        return len(given) >= 2 and not left and not self.surnames

    def _patronymic_pair(self) -> bool:
        return any(pair.user.kind & pair.contact.kind & Kind.PATRONYMIC for pair in self.pairs)

    def _has(self, relation: Relation) -> bool:
        return relation in [pair.relation for pair in self.pairs]

    def _both_left(self) -> bool:
        return bool(self.user_left and self.contact_left)

    def _same_first_letter(self) -> bool:
        """The other words may be two forms of one name that the table does not know together (Bibi, Benjamin)."""
        mine, theirs = self._extra(user=True), self._extra(user=False)
        if len(mine) != 1 or len(theirs) != 1 or mine[0].kind & theirs[0].kind & Kind.GIVEN:
            return False
        return letters_meet(mine[0].text[0], theirs[0].text[0])

    def _extra(self, *, user: bool | None = None) -> list[Word]:
        if not self.user_left and not self.contact_left:
            return []
        mine = [] if user is False else self.user_left
        left = [*mine, *([] if user else self.contact_left)]
        aside = Kind.INITIAL | (_FATHERS if self._surname_beside() else Kind.PATRONYMIC)
        return [word for word in left if not word.kind & aside]

    def _surname_beside(self) -> bool:
        """Some other word is the surname: one in -ович is then a patronymic, whoever the father was."""
        return any(pair.contact.surname_able and not pair.contact.kind & Kind.SON for pair in self.pairs)

    def _coverage(self) -> float:
        """Share of the letters, of the name of which less is covered, that agree."""
        mine = sum(len(pair.user.text) for pair in self.pairs)
        theirs = sum(len(pair.contact.text) for pair in self.pairs)
        mine_left = sum(len(word.text) for word in self.user_left if not word.kind & Kind.PATRONYMIC)
        theirs_left = sum(len(word.text) for word in self.contact_left if not word.kind & Kind.PATRONYMIC)
        return min(mine / max(1, mine + mine_left), theirs / max(1, theirs + theirs_left))

    def _score(self, grade: Grade) -> float:
        if not self.pairs:
            return 0.0
        total = score = 0.0
        for pair in self.pairs:
            weight = min(len(pair.user.text), len(pair.contact.text))
            total += weight
            score += weight * pair.relation.quality
        score /= total
        if self.user_left or self.contact_left:
            score -= 6.0 * len(self._extra())
            # A patronymic the contact lacks leaves more open than one the user lacks.
            score -= 7.0 * any(word.kind & Kind.PATRONYMIC for word in self.user_left)
            score -= 2.0 * any(word.kind & Kind.PATRONYMIC for word in self.contact_left)
            score -= 1.0 * any(word.kind & Kind.INITIAL for word in (*self.user_left, *self.contact_left))
        highest = _HIGHEST.get(grade, 100.0)
        if grade is Grade.C and not self._surname_pair():
            highest = 35.0
        return round(max(0.0, score * highest / 100.0), 1)


def _joined(word: Word, first: Word, second: Word) -> bool:
    together = first.loose[0] + second.loose[0]
    if word.text == first.text + second.text or word.loose[0] == together:
        return True
    return len(together) >= 8 and OSA.distance(word.loose[0], together, score_cutoff=1) <= 1
