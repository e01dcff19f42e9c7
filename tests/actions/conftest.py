"""One pair of services for the whole session; a fresh town and a fresh ledger for each test."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

import pytest

from tests.actions.desk import Desk
from tests.process.office import Stage
from tests.process.town import CALL_MANAGER, Person, Town, linked

ANNA = linked("a.melnyk", "Мельник Анна", 11, "101", told=True, licenses=(CALL_MANAGER,))
OLHA = Person("o.bondar", contact="Бондар Ольга", login="o.bondar", contact_email="o.bondar@romashka.example")
"""A Creatio user who is no Webitel user yet."""
TWO = Town((ANNA, OLHA))

Live = Callable[..., Desk]


class Imported:
    """Towns whose users were imported: made once, put back for each test in no time."""

    def __init__(self, stage: Stage, empty_ledger: Path, folder: Path) -> None:
        self._stage = stage
        self._empty = empty_ledger
        self._folder = folder
        self._made: dict[int, Path] = {}
        self._towns: list[Town] = []

    def put_back(self, town: Town, ledger: Path) -> None:
        """The town in both services, and what the ledger knows of it after the import."""
        box = self._stage.set(town)
        places = (("webitel", box.world.webitel_database), ("creatio", box.world.creatio_database), ("ledger", ledger))
        if id(town) not in self._made:
            self._towns.append(town)  # kept, so that its id stays its own
            shutil.copy(self._empty, ledger)
            desk = Desk(box, f"sqlite:///{ledger}")
            desk.settled()
            desk.close()
            self._made[id(town)] = self._folder / str(len(self._towns))
            self._made[id(town)].mkdir()
            for name, path in places:
                _copy(path, self._made[id(town)] / name)
            return
        for name, path in places:
            _copy(self._made[id(town)] / name, path)


def _copy(source: Path, target: Path) -> None:
    with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(target)) as new:
        old.backup(new)


@pytest.fixture(scope="session")
def imported(stage: Stage, sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Imported:
    return Imported(stage, sqlite_template, tmp_path_factory.mktemp("imported"))


@pytest.fixture
def live(imported: Imported, stage: Stage, tmp_path: Path) -> Iterator[Live]:
    """`live(town, **rules)`: the town, its users imported, ready for forms."""
    with ExitStack() as ends:

        def move_in(town: Town = TWO, **rules: Any) -> Desk:
            imported.put_back(town, tmp_path / "ledger.db")
            desk = Desk(stage.box, f"sqlite:///{tmp_path / 'ledger.db'}", rules=rules)
            ends.callback(desk.close)
            return desk

        yield move_in


@pytest.fixture
def live_anywhere(stage: Stage, ledger_url: str) -> Iterator[Live]:
    """The same with a ledger of each kind."""
    with ExitStack() as ends:

        def move_in(town: Town = TWO, **rules: Any) -> Desk:
            desk = Desk(stage.set(town), ledger_url, rules=rules)
            ends.callback(desk.close)
            desk.settled()
            return desk

        yield move_in
