"""What is measured on, as folders of three files: users.csv, contacts.csv and truth.csv (user id, contact id).

Two public sets are no part of the project; they are read from a folder that is named on the command line, and left out where it
is not: `name_bench.csv` (github.com/opensanctions/nomenklatura, contrib/name_bench, MIT) and `wd_russian.tsv`
(github.com/steveash/NETransliteration-COLING2018, Merhav and Ash 2018, CC0).
"""

from __future__ import annotations

import csv
import hashlib
import random
from collections.abc import Iterable, Sequence
from pathlib import Path

from anyascii import anyascii
from rapidfuzz import fuzz

from benchmarks.matching.crm import People, generate
from benchmarks.matching.spellings import MANNERS, in_manner

LOGINS = (
    "{g}.{s}",
    "{s}.{g}",
    "{i}.{s}",
    "{s}.{i}",
    "{i}{s}",
    "{s}{i}",
    "{s}_{i}{f}",
    "{i}{f}{s}",
    "{s}{n}",
    "{g}{s}",
    "{s}{g}",
)
"""How companies make logins: g given name, s surname, i and f the initials of given name and father's name, n a number."""


def write(path: Path, header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Write a CSV file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        writer.writerows(rows)


def crm(
    folder: Path,
    *,
    users: int,
    contacts: int,
    seed: int,
    typos: float,
    patronymic: float,
    absent: float = 0.5,
    mixed: bool = True,
) -> Path:
    """A generated CRM (benchmarks/matching/crm.py)."""
    made = generate(users, contacts, seed=seed, absent=absent, typos=typos, patronymic=patronymic, mixed=mixed)
    write(folder / "users.csv", ("id", "name"), zip(made.user_ids, made.user_names, strict=True))
    write(folder / "contacts.csv", ("Id", "Name"), zip(made.contact_ids, made.contact_names, strict=True))
    write(folder / "truth.csv", ("user_id", "contact_id"), made.truth.items())
    return folder


def logins(folder: Path, *, users: int, contacts: int, seed: int) -> Path:
    """A CRM whose users have a login and nothing else; all of them are contacts."""
    chance = random.Random(seed)
    crowd = People(seed).draw(contacts)
    latin = [name for _, name in MANNERS if name not in {"russian", "as it is"}]
    people, truth = [], []
    for number, place in enumerate(chance.sample(range(contacts), users)):
        human = crowd[place]
        given, surname, father = in_manner((human.given, human.surname, human.patronymic), chance.choice(latin))
        pattern = LOGINS[number % len(LOGINS)]
        login = pattern.format(g=given, s=surname, i=given[:1], f=father[:1], n=chance.randrange(1, 99)).lower()
        people.append((str(number), login))
        truth.append((str(number), f"c{place}"))
    names = ((f"c{row}", f"{one.surname} {one.given} {one.patronymic}") for row, one in enumerate(crowd))
    write(folder / "contacts.csv", ("Id", "Name"), names)
    write(folder / "users.csv", ("id", "username"), people)
    write(folder / "truth.csv", ("user_id", "contact_id"), truth)
    return folder


def real_names(
    folder: Path,
    source: Path,
    *,
    seed: int,
    contacts: int = 20_000,
    users: int = 1_000,
    half: int | None = None,
    alike: int = 0,
) -> Path:
    """People put together from real words in two spellings: Latin users, Cyrillic contacts, half of the users absent.

    Word pairs were mined from the labels of Wikidata and some are wrong (two names of one person): no engine reaches recall 1.

    Args:
        folder: where the files go.
        source: `wd_russian.tsv`.
        seed: of everything.
        contacts: how many.
        users: how many, half of them are contacts.
        half: 0 or 1: only words of this half, by the hash of the Latin word; None = all words.
        alike: 0 to 100: only pairs whose Cyrillic word, romanised letter by letter (anyascii), shares so much with the Latin
            one (`rapidfuzz.fuzz.ratio`). No part of our matching: it leaves out what was mined wrongly.
    """
    pairs = []
    for line in source.read_text(encoding="utf-8").splitlines():
        latin, cyrillic, times = line.split("\t")
        if half is not None and hashlib.sha256(latin.encode()).digest()[0] & 1 != half:
            continue
        pair = (latin.replace("'", ""), cyrillic.replace(" ", "").replace("'", ""), int(times))
        if not (pair[0].isalpha() and pair[1].isalpha() and min(len(pair[0]), len(pair[1])) > 2):
            continue
        if not alike or fuzz.ratio(pair[0], anyascii(pair[1]).lower()) >= alike:
            pairs.append(pair)
    pairs.sort(key=lambda pair: (-pair[2], pair))
    given, surnames = pairs[:900], pairs[900:]
    chance = random.Random(seed)
    count, absent = contacts + users // 2, users // 2
    first = chance.choices(given, [times**0.9 for *_, times in given], k=count)
    last = chance.choices(surnames, [times**0.7 for *_, times in surnames], k=count)
    names = [
        (f"{one[1]} {two[1]}" if chance.random() < 0.5 else f"{two[1]} {one[1]}").title()
        for one, two in zip(first[:contacts], last[:contacts], strict=True)
    ]
    rows = [*chance.sample(range(contacts), users - absent), *range(contacts, count)]
    write(folder / "contacts.csv", ("Id", "Name"), ((f"c{row}", name) for row, name in enumerate(names)))
    people = [(str(number), f"{first[row][0]} {last[row][0]}".title()) for number, row in enumerate(rows)]
    write(folder / "users.csv", ("id", "name"), people)
    write(
        folder / "truth.csv",
        ("user_id", "contact_id"),
        ((str(n), f"c{row}") for n, row in enumerate(rows) if row < contacts),
    )
    return folder
