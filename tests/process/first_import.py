"""The first import of a town, with which most tests begin: it is lived through once, and put back from then on."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from usersync.sandbox.process import RunningService, Sandbox

_FILES = ("webitel.db", "creatio.db", "ledger.db")


@dataclass(frozen=True)
class _Lived:
    """What came of a first import, and a folder with the three databases after it."""

    result: Any
    folder: Path


class FirstImports:
    """The first imports of this session, by town, settings and options."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lived: dict[str, _Lived] = {}

    def get(self, key: str) -> _Lived | None:
        return self._lived.get(key)

    def keep(self, key: str, result: Any, files: tuple[Path, Path, Path]) -> None:
        folder = self._folder / str(len(self._lived))
        folder.mkdir(parents=True)
        for path, name in zip(files, _FILES, strict=True):
            _copy(path, folder / name)
        self._lived[key] = _Lived(result, folder)


class Untouched:
    """A town that was put into the services a moment ago, and whether it still is as it was then.

    Args:
        town: what tells it from others.
        usual: how the switches of both services stand in every town.
    """

    def __init__(self, imports: FirstImports, box: Sandbox, town: str, usual: tuple[Any, Any]) -> None:
        self._imports = imports
        self._town = town
        self._usual = usual
        self._services: tuple[RunningService, RunningService] = (box.webitel, box.creatio)
        self._databases = (box.world.webitel_database, box.world.creatio_database)
        self._watchers = tuple(sqlite3.connect(path) for path in self._databases)
        self._versions = self._seen()

    def close(self) -> None:
        for watcher in self._watchers:
            watcher.close()

    def lived(self, ledger_url: str, way: str, run: Callable[[], Any]) -> Any:
        """What a run gives: it is carried out, unless the same was carried out in this town before.

        Args:
            way: what the run depends on beside the town: settings and options.
        """
        ledger = Path(ledger_url.removeprefix("sqlite:///"))
        if not ledger_url.startswith("sqlite:///") or not self._holds(ledger):
            return run()
        files = (*self._databases, ledger)
        key = f"{self._town} {way}"
        known = self._imports.get(key)
        if known is not None:
            for path, name in zip(files, _FILES, strict=True):
                _copy(known.folder / name, path)
            return known.result
        result = run()
        self._imports.keep(key, result, files)
        return result

    def _holds(self, ledger: Path) -> bool:
        """Whether nobody has changed a row or a switch, no fault waits, and the ledger knows of no run."""
        if self._seen() != self._versions:
            return False
        with closing(sqlite3.connect(ledger)) as opened:
            if opened.execute("SELECT count(*) FROM runs").fetchone() != (0,):
                return False
        return all(
            service.control.switch() == usual and not service.control.faults()
            for service, usual in zip(self._services, self._usual, strict=True)
        )

    def _seen(self) -> list[Any]:
        return [watcher.execute("PRAGMA data_version").fetchone() for watcher in self._watchers]


def _copy(source: Path, target: Path) -> None:
    """From and into databases that others may have open."""
    with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(target)) as new:
        old.backup(new)
