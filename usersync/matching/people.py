"""What a Webitel user is: a person, a service account, a shared seat, or nothing with a name; and the names to look for."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from usersync.matching.candidates import Query
from usersync.matching.fold import fold
from usersync.matching.little_words import LEGAL_FORMS, PARTICLES, TITLES
from usersync.matching.logins import LoginReader, Words
from usersync.matching.normalise import clean_names, login_words, looks_like_login, repair_word, with_former_name
from usersync.matching.settings import MatchSettings
from usersync.matching.vocabulary import Vocabulary

_ENOUGH_WORDS = 2
_CAPITAL_INSIDE = re.compile("(?<=[a-zа-яёіїєґ]{3})(?=[A-ZА-ЯЁІЇЄҐ][a-zа-яёіїєґ]{2})")


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
        logins: parts of each login, empty where the name says enough.
        stem: for a seat, what it shares with the others of its group.
        variants: other ways to read the name: with a former surname that stands in brackets, without words of a service.
        named: whether two words look like a name: without them no contact is created.
    """

    sort: Sort
    words: Words = ()
    logins: tuple[Words, ...] = ()
    stem: str = ""
    named: bool = False
    variants: tuple[Words, ...] = ()


class _Lists:
    """The lists of the settings, by word and by fold; folds of all words that are asked are made at once."""

    def __init__(self, settings: MatchSettings, words: Sequence[str]) -> None:
        self.service = _keys(settings.service_words)
        self.seat = _keys(settings.seat_words)
        asked = [word for word in dict.fromkeys(words) if len(word) >= 4]
        self._folds = dict(zip(asked, (variants[0] for variants in fold(asked).loose), strict=True))

    def is_in(self, word: str, keys: _Keys) -> bool:
        return word in keys.words or self._folds.get(word) in keys.words

    def is_service(self, word: str) -> bool:
        return self.is_in(word, self.service) or word.startswith(self.service.stems)


@dataclass(frozen=True)
class _Keys:
    words: frozenset[str]
    stems: tuple[str, ...]


def _keys(words: Sequence[str]) -> _Keys:
    """A list of the settings; an entry that ends with `*` is the beginning of words."""
    cleaned = [
        word for text in clean_names([word for word in words if word[-1:] != "*"]) for word in (text, *text.split())
    ]
    folds = (variants[0] for variants in fold(cleaned).loose)
    stems = clean_names([word for word in words if word[-1:] == "*"])
    return _Keys(
        frozenset(cleaned).union(variant for variant in folds if len(variant) >= 4), tuple(filter(None, stems))
    )


def read_people(names: Sequence[str], aliases: Sequence[Sequence[str]], settings: MatchSettings) -> list[Person]:
    """Read all users at once: whether `Ковальчук 101` is a seat depends on the others.

    Args:
        names: as Webitel shows them, "" where there is none.
        aliases: of each user the Webitel username and the local part of the e-mail address, where they have letters.
        settings: the lists of service and seat words.
    """
    texts = clean_names([_spread(name) for name in names])
    words = [_words(text) for text in texts]
    logins = [
        _logins([name, *more] if looks_like_login(name) or (len(mine) == 1 and name.isascii()) else more)
        if len(mine) < _ENOUGH_WORDS or looks_like_login(name)
        else ()
        for name, mine, more in zip(names, words, aliases, strict=True)
    ]
    lists = _Lists(
        settings, [word for mine in (*words, *(part for parts in logins for part in parts)) for word in mine]
    )
    people = [_read(*row, lists) for row in zip(names, texts, words, logins, strict=True)]
    numbered = Counter(person.stem for person in people if person.stem)
    return [
        replace(person, sort=Sort.SEAT) if person.sort is Sort.PERSON and numbered[person.stem] > 1 else person
        for person in people
    ]


def _spread(name: str) -> str:
    """A name in one word as two, where a capital letter inside it says so; an address without its host."""
    name = name.strip()
    if " " in name:
        return name
    return name.partition("@")[0] if "@" in name else _CAPITAL_INSIDE.sub(" ", name)


def _logins(texts: Sequence[str]) -> tuple[Words, ...]:
    return tuple(dict.fromkeys(parts for text in texts if (parts := login_words(text))))


def _read(name: str, text: str, words: Words, logins: tuple[Words, ...], lists: _Lists) -> Person:
    if not words or looks_like_login(name):
        account = _account(words, lists) if words else None
        return account or _from_logins(logins, lists)
    account = _account(words, lists)
    if account:
        return account
    rest = tuple(word for word in words if not lists.is_in(word, lists.seat))
    if len(rest) >= _ENOUGH_WORDS:
        words = rest
    own = [word for word in rest if not lists.is_in(word, lists.service)]
    stem = words[0] if len(words) == 1 and any(part.isdigit() for part in text.split()) else ""
    full = sum(len(word) > 1 for word in words)
    spaced = len(name.split()) > 1 or not _CAPITAL_INSIDE.search(name)
    named = spaced and sum(len(word) > 1 and word not in PARTICLES and word not in LEGAL_FORMS for word in own) > 1
    former = _words(clean_names([with_former_name(name)])[0]) if "(" in name or "[" in name else ()
    bare = tuple(own) if _ENOUGH_WORDS <= len(own) < len(words) else ()
    return Person(
        Sort.PERSON, words, logins if full < _ENOUGH_WORDS else (), stem, named, tuple(filter(None, (former, bare)))
    )  # fmt: skip


def _words(text: str) -> tuple[str, ...]:
    words = tuple(word for word in map(repair_word, text.split()) if word)
    return tuple(word for word in words if word not in TITLES) or words


def _account(words: tuple[str, ...], lists: _Lists) -> Person | None:
    """A service or a seat, where every word says so."""
    bare = " ".join(words)
    if bare in lists.service.words or all(map(lists.is_service, words)):
        return Person(Sort.SERVICE)
    if all(lists.is_in(word, lists.seat) or lists.is_service(word) for word in words):
        return Person(Sort.SEAT, words, stem=bare)
    return None


def _from_logins(logins: tuple[Words, ...], lists: _Lists) -> Person:
    if not logins:
        return Person(Sort.NAMELESS)
    return _account(logins[0], lists) or Person(Sort.PERSON, (), logins)


def queries_of(people: Sequence[Person], vocabulary: Vocabulary, contact_keys: frozenset[str]) -> list[Query]:
    """The names to look for: one for a name, several where a login can be read in several ways.

    Args:
        people: the users, read.
        vocabulary: words are added to it.
        contact_keys: loose folds of the words of the contacts; a login is taken apart only where the pieces are there.
    """
    persons = [(row, person) for row, person in enumerate(people) if person.sort is Sort.PERSON]
    reader = LoginReader([login for _, person in persons for login in person.logins], contact_keys)
    found: dict[tuple[int, Words], bool] = {}
    for row, person in persons:
        if person.words:
            found[row, person.words] = False
        for words in person.variants:
            found.setdefault((row, words), False)
        for login in person.logins:
            for reading in reader.readings(login):
                found.setdefault((row, reading), True)
    return [
        Query(row, tuple(vocabulary.number(word) for word in words), by_login)
        for (row, words), by_login in found.items()
    ]
