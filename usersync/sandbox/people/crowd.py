"""Where the employees come from: people drawn by the frequency of their names, their logins, extensions and spellings."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from usersync.sandbox.people.draw import pick, stream
from usersync.sandbox.people.given_names import LOCALES, given_names, in_language, patronymics
from usersync.sandbox.people.phones import mobiles
from usersync.sandbox.people.romanise import SCHEMES, in_russian, login_part
from usersync.sandbox.people.surnames import surnames
from usersync.sandbox.people.values import Company, Person

SHARES = (0.58, 0.2, 0.1, 0.07, 0.05)
"""How many people speak the first, the second … of the given languages."""
_MAIL_HOSTS = ("mail.example", "ukrmail.example", "inbox.example", "poczta.example")
_SMALL = 1_500
"""A company of this size seldom hires a second person of the same surname without noticing."""


def shares(locales: tuple[str, ...]) -> np.typing.NDArray[np.float64]:
    """Cumulative shares of the languages."""
    cumulative = np.cumsum(SHARES[: len(locales)]) / sum(SHARES[: len(locales)])
    cumulative[-1] = 1.0
    return cumulative


class Crowd:
    """Draws employees, and gives out what is given out once: usernames, extensions, mobile numbers.

    Args:
        seed: of the world.
        locales: languages, most frequent first.
        users: how many Webitel users there will be; it sets the length of extensions.
        company: for company mailboxes.
    """

    def __init__(self, seed: int, locales: tuple[str, ...], users: int, company: Company) -> None:
        self.rng = stream(seed, "crowd")
        self.company = company
        self._locales = locales
        self._shares = shares(locales)
        self._small = users < _SMALL
        self._surnames: set[str] = set()
        self._usernames: set[str] = set()
        self._mailboxes: set[str] = set()
        self._mobiles = dict.fromkeys(LOCALES, 0)
        digits = max(3, len(str(users * 2)) + (1 if users >= 450 else 0))
        self._next_extension = 10 ** (digits - 1) + 1

    def chance(self, share: float) -> bool:
        """True for this share of the calls."""
        return bool(self.rng.random() < share)

    def one_of(self, options: tuple[str, ...]) -> str:
        """One of some words."""
        return options[int(self.rng.integers(len(options)))]

    def person(self, *, cyrillic: bool = False) -> Person:
        """Somebody new.

        Args:
            cyrillic: the name must be in Cyrillic, if any of the world's languages is.
        """
        person = self._draw(cyrillic=cyrillic)
        for _ in range(3):
            if not self._small or person.surname not in self._surnames:
                break
            person = self._draw(cyrillic=cyrillic)
        self._surnames.add(person.surname)
        return person

    def _draw(self, *, cyrillic: bool) -> Person:
        locale = self._locales[int(pick(self.rng, self._shares, 1)[0])]
        if cyrillic and locale not in {"uk", "ru"}:
            locale = next((name for name in self._locales if name in {"uk", "ru"}), locale)
        female = self.chance(0.6)  # call centres employ more women than men
        pool = surnames(locale)
        surname = pool.form(int(pick(self.rng, pool.cumulative, 1)[0]), female=female)
        given = given_names(locale, female=female)
        name = str(given.names[int(pick(self.rng, given.cumulative, 1)[0])])
        sons, daughters = patronymics(locale)
        fathers = given_names(locale, female=False).cumulative
        patronymic = None
        if len(sons):
            father = int(pick(self.rng, fathers, 1)[0]) % len(sons)
            patronymic = str((daughters if female else sons)[father])
        return Person(locale, female, surname, name, patronymic)

    def namesake(self, person: Person) -> Person:
        """Another person of the same surname and given name; the patronymic differs where the language has one."""
        sons, daughters = patronymics(person.locale)
        options = [str(name) for name in (daughters if person.female else sons) if name != person.patronymic]
        return replace(person, patronymic=self.one_of(tuple(options)) if options else None)

    def bride(self, person: Person) -> Person:
        """The same person under another surname."""
        pool = surnames(person.locale)
        surname = pool.form(int(pick(self.rng, pool.cumulative, 1)[0]), female=person.female)
        return replace(person, surname=surname if surname != person.surname else pool.form(0, female=person.female))

    def in_other_language(self, person: Person) -> Person:
        """A Ukrainian as Russian papers have it, and the other way round; without the patronymic."""
        other = "ru" if person.locale == "uk" else "uk"
        given = in_language(other, person.given, female=person.female, of=person.locale) or person.given
        surname = in_russian(person.surname) if other == "ru" else person.surname
        return replace(person, locale=other, surname=surname, given=given, patronymic=None)

    def scheme(self) -> str:
        """One way of writing Cyrillic in Latin; the passport's is the most frequent."""
        return "kmu" if self.chance(0.5) else self.one_of(SCHEMES)

    def username(self, person: Person) -> str:
        """A login nobody else has: o.kovalchuk, kovalchuk_oi, okovalchuk, oleksandr.kovalchuk, kovalchuk.o."""
        scheme = self.scheme()
        surname = login_part(person.surname, scheme, russian=person.russian)[:20] or "user"
        given = login_part(person.given, scheme, russian=person.russian)[:14] or "x"
        middle = login_part(person.patronymic or "", scheme, russian=person.russian)[:1]
        patterns = (
            f"{given[0]}.{surname}", f"{given[0]}.{surname}", f"{given[0]}.{surname}", f"{surname}_{given[0]}{middle}",
            f"{given[0]}{surname}", f"{given}.{surname}", f"{surname}.{given[0]}",
        )  # fmt: skip
        return self.taken(self.one_of(patterns))

    def taken(self, wanted: str) -> str:
        """The login itself if it is free, else with a number."""
        login, number = wanted, 2
        while login.casefold() in self._usernames:
            login, number = f"{wanted}{number}", number + 1
        self._usernames.add(login.casefold())
        return login

    def extension(self) -> str:
        """The next internal number; now and then one is left out, as numbering plans have holes."""
        number = self._next_extension
        self._next_extension += 1 if self.chance(0.9) else int(self.rng.integers(2, 5))
        return str(number)

    def company_email(self, username: str) -> str:
        """The company mailbox: its local part is the login."""
        return self._once(username.replace(" ", ".").lower(), self.company.email_domain)

    def private_email(self, person: Person) -> str:
        """A mailbox elsewhere."""
        surname = login_part(person.surname, "plain", russian=person.russian)[:20] or "user"
        given = login_part(person.given, "plain", russian=person.russian)[:14] or "x"
        return self._once(f"{given}.{surname}{int(self.rng.integers(60, 100))}", self.one_of(_MAIL_HOSTS))

    def _once(self, local: str, host: str) -> str:
        box, number = f"{local}@{host}", 2
        while box in self._mailboxes:
            box, number = f"{local}{number}@{host}", number + 1
        self._mailboxes.add(box)
        return box

    def mobile(self, person: Person) -> str:
        """A mobile number of one's own. Customers' numbers begin where `EMPLOYEES_FIRST` numbers of a country end."""
        number = self._mobiles[person.locale]
        self._mobiles[person.locale] = number + 1
        return str(mobiles(person.locale, number, 1, self.rng.integers(0, 4, size=1))[0])

    def typo(self, word: str) -> str:
        """The word with one slip of a finger inside it."""
        return slip(word, int(self.rng.integers(0, 3)), self.rng.random())


EMPLOYEES_FIRST = 100_000
"""Mobile numbers of each country that are kept for employees."""


def slip(word: str, how: int, where: float) -> str:
    """One slip of a finger: two letters swapped, one lost, one doubled. The first letter stays, and so do short words."""
    if len(word) < 5:
        return word
    at = 1 + int(where * (len(word) - 3))
    if how == 0 and word[at] != word[at + 1]:
        return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    return word[:at] + word[at + 1 :] if how == 1 else word[: at + 1] + word[at:]
