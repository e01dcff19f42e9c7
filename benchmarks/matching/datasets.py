"""What is measured on, as folders of three files: users.csv, contacts.csv and truth.csv (user id, contact id).

`name_bench.csv` (opensanctions/nomenklatura, MIT) and `wd_russian.tsv` (Merhav and Ash 2018, CC0) are no part of the project:
they are read from the folder that USERSYNC_BENCH_DATA names, and left out where it is not set.
"""

from __future__ import annotations

import csv
import os
import random
from collections.abc import Iterable, Sequence
from pathlib import Path

from benchmarks.matching.crm import generate

DATA = os.environ.get("USERSYNC_BENCH_DATA")


def outside(name: str) -> Path | None:
    """A file of USERSYNC_BENCH_DATA, None where it is not there."""
    path = Path(DATA) / name if DATA else None
    return path if path and path.is_file() else None


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


def real_names(folder: Path, source: Path, *, seed: int, contacts: int = 20_000, users: int = 1_000) -> Path:
    """People put together from real words in two spellings: Latin users, Cyrillic contacts, half of the users absent.

    Word pairs were mined from the labels of Wikidata and some are wrong (two names of one person): no engine reaches recall 1.
    """
    pairs = []
    for line in source.read_text(encoding="utf-8").splitlines():
        latin, cyrillic, times = line.split("\t")
        pair = (latin.replace("'", ""), cyrillic.replace(" ", "").replace("'", ""), int(times))
        if pair[0].isalpha() and pair[1].isalpha() and min(len(pair[0]), len(pair[1])) > 2:
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
