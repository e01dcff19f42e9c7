"""Given names, their short forms, the same name in another language, and patronymics.

The frequent names with their short forms are a table of our own (`data/given_names.txt`); Faker's names follow as the rare ones.
Patronymics are formed from the father's name by rule.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from importlib import import_module
from importlib.resources import files
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

LOCALES = ("uk", "ru", "pl", "en", "es")
Words = npt.NDArray[np.object_]

_FAKER = {"uk": "uk_UA", "ru": "ru_RU", "pl": "pl_PL", "en": "en_GB", "es": "es_ES"}
_SHARE_OF_RARE = 0.03
"""How many people bear a name that is not in our own table."""
_UK_FATHERS = {
    "Ілля": ("Ілліч", "Іллівна"), "Яків": ("Якович", "Яківна"), "Григорій": ("Григорович", "Григорівна"),
    "Микола": ("Миколайович", "Миколаївна"), "Федір": ("Федорович", "Федорівна"),
}  # fmt: skip
_RU_FATHERS = {
    "Илья": ("Ильич", "Ильинична"), "Павел": ("Павлович", "Павловна"), "Пётр": ("Петрович", "Петровна"),
    "Никита": ("Никитич", "Никитична"), "Михаил": ("Михайлович", "Михайловна"),
    "Дмитрий": ("Дмитриевич", "Дмитриевна"),
}  # fmt: skip


class Listed(NamedTuple):
    """One line of the table."""

    key: str
    name: str
    short: tuple[str, ...]


@dataclass(frozen=True)
class GivenNames:
    """The given names of one language and gender, most frequent first.

    Attributes:
        names: the full forms.
        cumulative: running sum of the frequencies, the last one is 1.
    """

    names: Words
    cumulative: npt.NDArray[np.float64]


@lru_cache(maxsize=16)
def table(locale: str, *, female: bool) -> tuple[Listed, ...]:
    """Our own names of the language and gender, most frequent first."""
    text = (files("usersync.sandbox") / "data" / "given_names.txt").read_text(encoding="utf-8")
    wanted = f"{locale} {'f' if female else 'm'} "
    rows = []
    for line in text.splitlines():
        if line.startswith(wanted):
            key, _, words = line.removeprefix(wanted).partition(": ")
            name, *short = words.split()
            rows.append(Listed(key, name, tuple(short)))
    return tuple(rows)


@lru_cache(maxsize=16)
def given_names(locale: str, *, female: bool) -> GivenNames:
    """The pool of a language and gender: our table, then Faker's other names as the rare ones."""
    own = [row.name for row in table(locale, female=female)]
    provider = import_module(f"faker.providers.person.{_FAKER[locale]}").Provider
    listed = provider.first_names_female if female else provider.first_names_male
    rare = sorted({name.replace("ʼ", "'") for name in listed if " " not in name} - set(own))
    weights = 1.0 / (np.arange(1, len(own) + 1) + 6.0)
    weights = np.concatenate(
        (weights / weights.sum() * (1 - _SHARE_OF_RARE), np.full(len(rare), _SHARE_OF_RARE / len(rare)))
    )
    cumulative = np.cumsum(weights)
    cumulative[-1] = 1.0
    return GivenNames(np.array(own + rare, dtype=object), cumulative)


def short_form(locale: str, name: str, *, female: bool, choice: int = 0) -> str | None:
    """Саша for Олександр, Bob for Robert; None where the table knows none."""
    for row in table(locale, female=female):
        if row.name == name and row.short:
            return row.short[choice % len(row.short)]
    return None


def in_language(locale: str, name: str, *, female: bool, of: str) -> str | None:
    """The same name in another language: Олександр is Alexander in `en`; None where the table knows none."""
    keys = [row.key for row in table(of, female=female) if row.name == name]
    return next((row.name for row in table(locale, female=female) if keys and row.key == keys[0]), None)


@lru_cache(maxsize=8)
def patronymics(locale: str) -> tuple[Words, Words]:
    """Sons' and daughters' patronymics by the index of the father's name in the table; empty where there are none."""
    fathers = [row.name for row in table(locale, female=False)]
    if locale not in {"uk", "ru"}:
        return np.array([], dtype=object), np.array([], dtype=object)
    pairs = [_patronymic_uk(name) if locale == "uk" else _patronymic_ru(name) for name in fathers]
    return np.array([son for son, _ in pairs], dtype=object), np.array(
        [daughter for _, daughter in pairs], dtype=object
    )


def _patronymic_uk(father: str) -> tuple[str, str]:
    if father in _UK_FATHERS:
        return _UK_FATHERS[father]
    if father.endswith("й"):
        return f"{father}ович", f"{father[:-1]}ївна"
    stem = father.removesuffix("ь").removesuffix("о")
    return f"{stem}{'ь' if father.endswith('ль') else ''}ович", f"{stem}івна"


def _patronymic_ru(father: str) -> tuple[str, str]:
    if father in _RU_FATHERS:
        return _RU_FATHERS[father]
    if father.endswith("ий"):
        return f"{father[:-2]}ьевич", f"{father[:-2]}ьевна"
    if father.endswith(("й", "ь")):
        return f"{father[:-1]}евич", f"{father[:-1]}евна"
    return f"{father}ович", f"{father}овна"
