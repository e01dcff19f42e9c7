"""One pair of services for the whole session; a fresh town and a fresh ledger for each test."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

import pytest

from tests.administration.chores import AdministeredOffice
from tests.process.office import Stage
from tests.process.town import Town

Live = Callable[..., AdministeredOffice]


class Imported:
    """Towns as they are after their first import: it is run once for each, and copied from then on."""

    def __init__(self, stage: Stage, template: Path, folder: Path) -> None:
        self._stage, self._template, self._folder = stage, template, folder
        self._done: dict[int, tuple[Path, Path]] = {}
        self._towns: list[Town] = []

    def move_in(self, town: Town, ledger: Path) -> None:
        """Put the imported town into the services, and its ledger into a file."""
        box = self._stage.set(town)
        live = box.world.creatio_database
        if id(town) not in self._done:
            self._towns.append(town)  # kept, so that its id stays its own
            shutil.copy(self._template, ledger)
            office = AdministeredOffice(box, f"sqlite:///{ledger}")
            office.run()
            office.close()
            place = self._folder / str(len(self._towns))
            place.mkdir()
            _copy(live, place / "creatio.db")
            _copy(ledger, place / "ledger.db")
            self._done[id(town)] = place / "creatio.db", place / "ledger.db"
            box.creatio.control.reset_requests()
            return
        creatio, remembered = self._done[id(town)]
        _copy(creatio, live)
        shutil.copy(remembered, ledger)


def _copy(source: Path, target: Path) -> None:
    with closing(sqlite3.connect(source)) as one, closing(sqlite3.connect(target)) as other:
        one.backup(other)


@pytest.fixture(scope="session")
def imports(stage: Stage, sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Imported:
    return Imported(stage, sqlite_template, tmp_path_factory.mktemp("imported"))


@pytest.fixture
def live(stage: Stage, sqlite_template: Path, tmp_path: Path) -> Iterator[Live]:
    """`live(town, url, administration={…}, **rules)`: the town before anything was imported."""
    with ExitStack() as ends:

        def move_in(town: Town, url: str = "", administration: dict[str, Any] | None = None, **rules: Any):
            if not url:
                path = tmp_path / "ledger.db"
                shutil.copy(sqlite_template, path)
                url = f"sqlite:///{path}"
            office = AdministeredOffice(stage.set(town), url, rules=rules, administration=administration or {})
            ends.callback(office.close)
            return office

        yield move_in


@pytest.fixture
def imported(stage: Stage, imports: Imported, tmp_path: Path) -> Iterator[Live]:
    """`imported(town, administration={…}, **rules)`: the town after its import."""
    with ExitStack() as ends:

        def move_in(town: Town, administration: dict[str, Any] | None = None, **rules: Any):
            path = tmp_path / "ledger.db"
            imports.move_in(town, path)
            office = AdministeredOffice(
                stage.box, f"sqlite:///{path}", rules=rules, administration=administration or {}
            )
            ends.callback(office.close)
            return office

        yield move_in
