"""The customers: everybody in the CRM who does not work here. Up to a million contacts, whole columns at a time."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pandas as pd

from usersync.sandbox.people.crowd import EMPLOYEES_FIRST, shares, slip
from usersync.sandbox.people.draw import Objects, objects, pick, stream
from usersync.sandbox.people.given_names import given_names, patronymics, short_form
from usersync.sandbox.people.phones import landline, mobiles
from usersync.sandbox.people.romanise import login_part, romanise
from usersync.sandbox.people.surnames import surnames
from usersync.sandbox.people.wellknown import CLIENT_TYPE, CONTACT_TYPE

# How a name is written: Surname Given Middle, Given Surname, Surname Given, Surname G. M., Latin letters, a short form.
_STYLES = ("sgm", "gs", "sg", "initials", "latin", "nickname")
_STYLE_SHARES = {True: (0.50, 0.17, 0.16, 0.06, 0.07, 0.04), False: (0.0, 0.72, 0.20, 0.0, 0.02, 0.06)}
_TYPES = objects([CLIENT_TYPE, CONTACT_TYPE, None])
_TYPE_SHARES = np.array((0.6, 0.85, 1.0))
_JOBS = objects(
    ["Директор", "Бухгалтер", "Головний бухгалтер", "Менеджер", "Інженер", "Закупівельник", "Юрист", None, None]
)
_HOSTS = objects(["mail.example", "ukrmail.example", "inbox.example", "poczta.example"])
_SHARED_BOXES = objects(["info", "sales", "office", "buh"])
_DUPLICATES, _TYPOS, _SHOUTED, _DOUBLE_SURNAMES = 0.015, 0.006, 0.004, 0.01
Indexes = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Customers:
    """Columns of so many contacts; all arrays have one length.

    Attributes:
        account: index into the customer accounts, -1 for private persons.
    """

    name: Objects
    surname: Objects
    given: Objects
    middle: Objects
    email: Objects
    phone: Objects
    mobile: Objects
    job: Objects
    type: Objects
    account: Indexes = field(repr=False)


@dataclass(frozen=True)
class _Drawn:
    """Who the customers are, as indexes into the pools of their languages."""

    locale: npt.NDArray[np.int8]
    female: Mask
    surname: Indexes
    given: Indexes
    father: Indexes
    style: npt.NDArray[np.int8]
    twin_of: Indexes


def customers(seed: int, locales: tuple[str, ...], count: int, domains: Objects, avoid: frozenset[str]) -> Customers:
    """Draw customers.

    Args:
        seed: of the world.
        locales: languages, most frequent first.
        count: how many.
        domains: the mail domain of each customer account; its length is the number of accounts.
        avoid: surnames (men's forms) nobody may bear.
    """
    rng = stream(seed, "customers")
    drawn = _draw(rng, locales, count, avoid)
    name, surname, given, middle, local = (np.full(count, None, dtype=object) for _ in range(5))
    for number, locale in enumerate(locales):
        for female in (False, True):
            rows = np.flatnonzero((drawn.locale == number) & (drawn.female == female))
            if len(rows):
                columns = _names(rng, locale, female, drawn, rows)
                name[rows], surname[rows], given[rows], middle[rows], local[rows] = columns
    _spoil(rng, name)
    account = np.where(rng.random(count) < 0.2, -1, (len(domains) * rng.random(count) ** 1.6).astype(np.int64))
    mobile = _mobiles(rng, locales, drawn)
    phone = np.full(count, None, dtype=object)
    calls_office = np.flatnonzero((account >= 0) & (rng.random(count) < 0.12))
    phone[calls_office] = objects([landline(index) for index in range(len(domains))])[account[calls_office]]
    return Customers(
        name=name, surname=surname, given=given, middle=middle, email=_emails(rng, local, account, domains, drawn),
        phone=phone, mobile=mobile, job=_JOBS[rng.integers(0, len(_JOBS), size=count)],
        type=_TYPES[pick(rng, _TYPE_SHARES, count)], account=account,
    )  # fmt: skip


def _draw(rng: np.random.Generator, locales: tuple[str, ...], count: int, avoid: frozenset[str]) -> _Drawn:
    locale = pick(rng, shares(locales), count).astype(np.int8)
    female = rng.random(count) < 0.5
    uniform, given_uniform, father_uniform, style_uniform = (rng.random(count) for _ in range(4))
    surname, given, father = (np.zeros(count, dtype=np.int64) for _ in range(3))
    style = np.zeros(count, dtype=np.int8)
    for number, name in enumerate(locales):
        of_locale = locale == number
        pool = surnames(name)
        surname[of_locale] = np.searchsorted(pool.cumulative, uniform[of_locale], side="right")
        barred = np.flatnonzero(np.isin(pool.male, list(avoid)))
        surname[of_locale & np.isin(surname, barred)] = len(pool.male) - 1
        shares_of_styles = np.cumsum(_STYLE_SHARES[name in {"uk", "ru"}])
        style[of_locale] = np.minimum(np.searchsorted(shares_of_styles, style_uniform[of_locale], side="right"), 5)
        sons, _ = patronymics(name)
        if len(sons):
            cumulative = given_names(name, female=False).cumulative
            father[of_locale] = np.searchsorted(cumulative, father_uniform[of_locale], side="right") % len(sons)
        for is_female in (False, True):
            rows = of_locale & (female == is_female)
            cumulative = given_names(name, female=is_female).cumulative
            given[rows] = np.searchsorted(cumulative, given_uniform[rows], side="right")
    twin_of = np.full(count, -1, dtype=np.int64)
    if count > 1:  # the same person entered a second time, written in another way
        twins = np.flatnonzero(rng.random(count - 1) < _DUPLICATES) + 1
        originals = (twins * rng.random(len(twins))).astype(np.int64)
        twin_of[twins] = originals
        for column in (locale, female, surname, given, father):
            column[twins] = column[originals]
    return _Drawn(locale, female, surname, given, father, style, twin_of)


def _names(
    rng: np.random.Generator, locale: str, female: bool, drawn: _Drawn, rows: Indexes
) -> tuple[Objects, Objects, Objects, Objects, Objects]:
    """Name, surname, given name, middle name and the mailbox's local part of one language and gender."""
    pool, names = surnames(locale), given_names(locale, female=female)
    forms = pool.female if female else pool.male
    surname, given = forms[drawn.surname[rows]], names.names[drawn.given[rows]]
    double = np.flatnonzero(rng.random(len(rows)) < _DOUBLE_SURNAMES)
    surname[double] = surname[double] + "-" + forms[pick(rng, pool.cumulative, len(double))]
    middle = np.full(len(rows), None, dtype=object)
    fathers = patronymics(locale)[int(female)]
    style = drawn.style[rows]
    if len(fathers):
        has = np.flatnonzero((style == 0) | (style == 3))
        middle[has] = fathers[drawn.father[rows][has]]
    russian = locale == "ru"
    for rank in np.flatnonzero(style == 3).tolist():
        given[rank], middle[rank] = f"{given[rank][0]}.", f"{middle[rank][0]}." if middle[rank] else None
    latin = np.flatnonzero(style == 4)
    for column in (surname, given):
        column[latin] = objects([romanise(word, "kmu", russian=russian) for word in column[latin].tolist()])
    short = objects([short_form(locale, word, female=female) or word for word in names.names.tolist()])
    nicked = np.flatnonzero(style == 5)
    given[nicked] = short[drawn.given[rows][nicked]]
    name = np.where((style == 1) | (style == 4) | (style == 5), given + " " + surname, surname + " " + given)
    long = np.flatnonzero(middle != None)  # noqa: E711 -- elementwise
    name[long] = name[long] + " " + middle[long]
    logins = objects([login_part(word, "plain", russian=russian) or "x" for word in forms.tolist()])
    initials = objects([login_part(word, "plain", russian=russian)[:1] or "x" for word in names.names.tolist()])
    return name, surname, given, middle, initials[drawn.given[rows]] + "." + logins[drawn.surname[rows]]


def _spoil(rng: np.random.Generator, name: Objects) -> None:
    """Slips of the finger, and names in capital letters."""
    for row in np.flatnonzero(rng.random(len(name)) < _TYPOS).tolist():
        words = name[row].split(" ")
        words[0] = slip(words[0], int(rng.integers(0, 3)), rng.random())
        name[row] = " ".join(words)
    for row in np.flatnonzero(rng.random(len(name)) < _SHOUTED).tolist():
        name[row] = name[row].upper()


def _mobiles(rng: np.random.Generator, locales: tuple[str, ...], drawn: _Drawn) -> Objects:
    """Three quarters have a mobile number; half of the people entered twice have the same one twice."""
    count = len(drawn.locale)
    found = np.full(count, None, dtype=object)
    has = rng.random(count) < 0.75
    styles = pick(rng, np.array((0.7, 0.85, 0.95, 1.0)), count)
    for number, locale in enumerate(locales):
        rows = np.flatnonzero(has & (drawn.locale == number))
        found[rows] = mobiles(locale, EMPLOYEES_FIRST, len(rows), styles[rows])
    same = np.flatnonzero((drawn.twin_of >= 0) & (rng.random(count) < 0.5))
    found[same] = found[drawn.twin_of[same]]
    return found


def _emails(rng: np.random.Generator, local: Objects, account: Indexes, domains: Objects, drawn: _Drawn) -> Objects:
    """Just over half have a mailbox: at the account, private, or the account's shared one."""
    count = len(local)
    found = np.full(count, None, dtype=object)
    dice = rng.random(count)
    has = (dice < 0.55) & (drawn.twin_of < 0)
    shared = np.flatnonzero(has & (dice < 0.03) & (account >= 0))
    at_work = np.flatnonzero(has & (dice >= 0.03) & (dice < 0.3) & (account >= 0))
    private = np.flatnonzero(has & ~np.isin(np.arange(count), np.concatenate((shared, at_work))))
    found[at_work] = _unique(local[at_work], domains[account[at_work]])
    years = objects([f"{year:02d}" for year in range(60, 100)])
    found[private] = _unique(
        local[private] + years[rng.integers(0, 40, size=len(private))],
        _HOSTS[rng.integers(0, len(_HOSTS), size=len(private))],
    )
    found[shared] = _SHARED_BOXES[account[shared] % len(_SHARED_BOXES)] + "@" + domains[account[shared]]
    return found


def _unique(local: Objects, host: Objects) -> Objects:
    """Mailboxes that are nobody else's: a second o.koval at one host becomes o.koval.2."""
    boxes: Objects = local + "@" + host
    repeats = pd.Series(boxes, dtype=object).groupby(boxes, sort=False).cumcount().to_numpy()
    for row in np.flatnonzero(repeats).tolist():
        boxes[row] = f"{local[row]}.{repeats[row] + 1}@{host[row]}"
    return boxes
