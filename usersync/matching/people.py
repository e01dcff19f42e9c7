"""What a Webitel user is: a person, a service account, a shared seat, or nothing with a name; and the names to look for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from usersync.matching.candidates import Query
from usersync.matching.fold import fold
from usersync.matching.little_words import LEGAL_FORMS, PARTICLES, TITLES
from usersync.matching.normalise import clean_names, login_words, looks_like_login, repair_word
from usersync.matching.settings import MatchSettings
from usersync.matching.vocabulary import Vocabulary


class Sort(StrEnum):
    """What kind of account a user is."""

    PERSON = "person"
    SERVICE = "service"
    SEAT = "seat"
    NAMELESS = "nameless"


@dataclass(frozen=True)
class Person:
    """One user, read.

    Attributes:
        sort: what it is.
        words: the words of the name, empty where only the login says something.
        login: parts of the login, empty where the name says enough.
        stem: for a seat, what it shares with the others of its group.
    """

    sort: Sort
    words: tuple[str, ...] = ()
    login: tuple[str, ...] = ()
    stem: str = ""

    @property
    def named(self) -> bool:
        """Whether two words look like a name: without them no contact is created."""
        return sum(len(word) >= 2 and word not in PARTICLES and word not in LEGAL_FORMS for word in self.words) >= 2


class _Lists:
    """The lists of the settings, by word and by fold; folds of all words that are asked are made at once."""

    def __init__(self, settings: MatchSettings, words: Sequence[str]) -> None:
        self.service = _keys(settings.service_words)
        self.seat = _keys(settings.seat_words)
        asked = [word for word in dict.fromkeys(words) if len(word) >= 4]
        self._folds = dict(zip(asked, (variants[0] for variants in fold(asked).loose), strict=True))

    def is_in(self, word: str, keys: frozenset[str]) -> bool:
        return word in keys or self._folds.get(word) in keys


def _keys(words: Sequence[str]) -> frozenset[str]:
    cleaned = [word for text in clean_names(list(words)) for word in (text, *text.split())]
    return frozenset(cleaned) | frozenset(variants[0] for variants in fold(cleaned).loose if len(variants[0]) >= 4)


def read_people(names: Sequence[str], logins: Sequence[str], settings: MatchSettings) -> list[Person]:
    """Read all users at once: whether `Ковальчук 101` is a seat depends on the others.

    Args:
        names: as Webitel shows them, "" where there is none.
        logins: Webitel usernames, "" where there is none.
        settings: the lists of service and seat words.
    """
    texts = clean_names([name.partition("@")[0] if "@" in name and " " not in name.strip() else name for name in names])
    words = [_words(text) for text in texts]
    parts = [login_words(login) if len(mine) < 2 else () for login, mine in zip(logins, words, strict=True)]
    aliases = [login_words(name) if looks_like_login(name) else () for name in names]
    lists = _Lists(settings, [word for group in (*words, *parts, *aliases) for word in group])
    people = [_read(name, text, login, lists) for name, text, login in zip(names, texts, logins, strict=True)]
    numbered = Counter(person.stem for person in people if person.stem)
    return [
        Person(Sort.SEAT, person.words, person.login, person.stem)
        if person.sort is Sort.PERSON and person.stem and numbered[person.stem] > 1
        else person
        for person in people
    ]


def _read(name: str, text: str, login: str, lists: _Lists) -> Person:
    words = _words(text)
    if not words:
        return _from_login(login, lists)
    account = _account(words, lists)
    if account:
        return account
    if looks_like_login(name):
        return _from_login(name, lists, fallback=login)
    rest = tuple(word for word in words if not lists.is_in(word, lists.seat))
    if len(rest) >= 2:
        words = rest
    stem = words[0] if len(words) == 1 and any(part.isdigit() for part in text.split()) else ""
    full = sum(len(word) > 1 for word in words)
    return Person(Sort.PERSON, words, login_words(login) if full < 2 else (), stem)


def _words(text: str) -> tuple[str, ...]:
    words = tuple(word for word in map(repair_word, text.split()) if word)
    return tuple(word for word in words if word not in TITLES) or words


def _account(words: tuple[str, ...], lists: _Lists) -> Person | None:
    """A service or a seat, where every word says so."""
    bare = " ".join(words)
    if bare in lists.service or all(lists.is_in(word, lists.service) for word in words):
        return Person(Sort.SERVICE)
    if all(lists.is_in(word, lists.seat) or lists.is_in(word, lists.service) for word in words):
        return Person(Sort.SEAT, words, stem=bare)
    return None


def _from_login(login: str, lists: _Lists, fallback: str = "") -> Person:
    parts = login_words(login) or login_words(fallback)
    if not parts:
        return Person(Sort.NAMELESS)
    return _account(parts, lists) or Person(Sort.PERSON, (), parts)


def queries_of(people: Sequence[Person], vocabulary: Vocabulary, contact_keys: frozenset[str]) -> list[Query]:
    """The names to look for: one for a name, several where a login can be read in several ways.

    Args:
        people: the users, read.
        vocabulary: words are added to it.
        contact_keys: loose folds of the words of the contacts; a login in one word is split only where the parts are there.
    """
    readings: list[tuple[int, tuple[str, ...], bool]] = []
    for row, person in enumerate(people):
        if person.sort is Sort.PERSON:
            if person.words:
                readings.append((row, person.words, False))
            readings += [(row, reading, True) for reading in _login_readings(person.login, contact_keys)]
    return [
        Query(row, tuple(vocabulary.number(word) for word in words), by_login)
        for row, words, by_login in dict.fromkeys(readings)
    ]


def _login_readings(parts: tuple[str, ...], known: frozenset[str]) -> list[tuple[str, ...]]:
    if not parts:
        return []
    full = [part for part in parts if len(part) > 2]
    initials = [letter for part in parts if len(part) <= 2 for letter in part]
    readings = [(*full, *initials)] if full else []
    if len(full) == 1 and not initials:
        readings += _splits(full[0], known)
    return readings


def _splits(word: str, known: frozenset[str]) -> list[tuple[str, ...]]:
    """A login in one word: initials and a surname, or two words, where the contacts have such words."""
    places = range(1, len(word))
    heads, tails = [word[:place] for place in places], [word[place:] for place in places]
    folded = fold([*heads, *tails]).loose
    head_known = [not known.isdisjoint(variants) for variants in folded[: len(heads)]]
    tail_known = [not known.isdisjoint(variants) for variants in folded[len(heads) :]]
    result: list[tuple[str, ...]] = []
    for head, tail, knows_head, knows_tail in zip(heads, tails, head_known, tail_known, strict=True):
        if len(head) <= 2 and len(tail) >= 4 and knows_tail:
            result.append((tail, *head))
        elif len(tail) <= 2 and len(head) >= 4 and knows_head:
            result.append((head, *tail))
        elif len(head) >= 3 and len(tail) >= 3 and knows_head and knows_tail:
            result.append((head, tail))
    return result
