"""`python -m benchmarks.matching.thresholds`: what each threshold of matching does, as the table of docs/matching.md.

Three generated sets of 2,000 users and 20,000 contacts, 2 % of the names mistyped: given name and surname with half of the users
absent, the same with a tenth absent, the patronymic too with half absent; and 300 logins with nothing else (3,000 contacts). One
value is changed at a time; `*` marks the one in use.
"""

from __future__ import annotations

import importlib
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import pandas as pd

from benchmarks.matching import datasets
from benchmarks.matching.scores import read_pairs
from usersync.matching import MatchSettings, match

SETTINGS: dict[str, tuple[Any, ...]] = {
    "max_lambda": (0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 1.0),
    "typing_errors": (0.0, 0.02, 0.2, 1.0),
    "rival_margin": (0.0, 3.0, 6.0, 9.0, 15.0),
    "candidate_limit": (1, 3, 5),
    "pair_limit": (6, 24, 96),
}
"""Settings: an administrator may change them."""
CONSTANTS: dict[str, tuple[Any, ...]] = {
    "keys.SMALLEST_POOL": (1, 25, 100),
    "candidates._LEAST_PAIR": (150, 165, 180),
    "candidates._RARE_HOLDERS": (0, 30, 300),
    "candidates._ENOUGH_NAMESAKES": (8, 400),
    "ranking._RIVALS_ENOUGH": (3, 6, 24),
    "sounds._LEAST": (
        ((0, 1.0),),
        ((30, 0.8), (250, 0.85), (1_000, 0.9)),
        ((100, 0.8), (1_000, 0.85)),
        ((1_000, 0.8),),
    ),
    "neighbours._CELLS": (0, 20_000_000, 200_000_000),
}
"""Constants of the code."""


@dataclass(frozen=True)
class Task:
    """One set of people."""

    name: str
    users: pd.DataFrame
    contacts: pd.DataFrame
    truth: dict[str, str]


@dataclass(frozen=True)
class Effect:
    """What came of one set."""

    linked: int
    wrong: int
    shown: float
    created: int
    asked: int

    @classmethod
    def of(cls, task: Task, settings: MatchSettings) -> Effect:
        """Match a set with these settings."""
        truth = task.truth
        decisions = match(task.users, task.contacts, pool=None, settings=settings)
        linked = [d for d in decisions if d.band == "auto"]
        right = sum(truth.get(d.user_id) == d.contact_id for d in linked)
        rest = [d for d in decisions if d.band != "auto" and d.user_id in truth]
        shown = sum(truth[d.user_id] in [found.contact_id for found in d.candidates] for d in rest)
        return cls(
            linked=len(linked), wrong=len(linked) - right, shown=shown / max(1, len(rest)),
            created=sum(d.band == "create" for d in rest), asked=sum(d.band == "review" for d in decisions),
        )  # fmt: skip


def main() -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory(prefix="usersync-thresholds-") as name:
        tasks = list(_tasks(Path(name)))
    print("each cell: right links / wrong links / questions / created though the contact is there\n")
    print("| threshold | value | half absent | a tenth absent | with patronymic, half absent | logins in the top 3 |")
    print("|---|---|---|---|---|---|")
    usual = {field.name: field.default for field in fields(MatchSettings)}
    for name, values in SETTINGS.items():
        for value in values:
            _print(name, value, usual[name], tasks, MatchSettings(**{name: value}))
    for name, values in CONSTANTS.items():
        for value in values:
            with _changed(name, value) as before:
                _print(name, value, before, tasks, MatchSettings())


def _tasks(folder: Path) -> Iterator[Task]:
    for number, (patronymic, absent) in enumerate(((0.0, 0.5), (0.0, 0.1), (1.0, 0.5))):
        place = datasets.crm(
            folder / f"crm{number}",
            users=2_000,
            contacts=20_000,
            seed=41,
            typos=0.02,
            patronymic=patronymic,
            absent=absent,
        )
        yield _read(f"crm{number}", place)
    yield _read("logins", datasets.logins(folder / "logins", users=300, contacts=3_000, seed=8))


def _read(name: str, place: Path) -> Task:
    users, contacts = (
        pd.read_csv(place / f"{table}.csv", dtype=str, keep_default_na=False) for table in ("users", "contacts")
    )
    return Task(name, users, contacts, read_pairs(place / "truth.csv"))


@contextmanager
def _changed(name: str, value: Any) -> Iterator[Any]:
    """A constant of a module, changed; every module that imported it sees the change."""
    module, _, constant = name.rpartition(".")
    home = importlib.import_module(f"usersync.matching.{module}")
    before = getattr(home, constant)
    holders = [home]
    if not constant.startswith("_"):
        ranking = importlib.import_module("usersync.matching.ranking")
        holders += [ranking] if hasattr(ranking, constant) else []
    for holder in holders:
        setattr(holder, constant, value)
    try:
        yield before
    finally:
        for holder in holders:
            setattr(holder, constant, before)


def _print(name: str, value: Any, usual: Any, tasks: list[Task], settings: MatchSettings) -> None:
    *people, logins = (Effect.of(task, settings) for task in tasks)
    mark = " *" if value == usual else ""
    cells = [f"{one.linked - one.wrong} / {one.wrong} / {one.asked} / {one.created}" for one in people]
    print(f"| `{name}` | {value}{mark} | {' | '.join(cells)} | {logins.shown:.3f} |", flush=True)


if __name__ == "__main__":
    main()
