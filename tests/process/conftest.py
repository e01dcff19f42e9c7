"""One pair of services for the whole session, a fresh town and a fresh ledger for each test."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from tests.process.office import Office, Stage
from tests.process.town import Town
from usersync.sandbox.process import Sandbox
from usersync.sandbox.world import WorldDirectory

Live = Callable[..., Office]


def _stage(folder: Path, profile: Any) -> Iterator[Stage]:
    WorldDirectory.write(folder / "box", Town(profile=profile), profile)
    with Sandbox.start(directory=folder / "box") as box:
        yield Stage(box, folder / "towns")


@pytest.fixture(scope="session")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    yield from _stage(tmp_path_factory.mktemp("callmanager"), "callmanager")


@pytest.fixture(scope="session")
def classic_stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    yield from _stage(tmp_path_factory.mktemp("classic"), "classic")


def _empty_ledger(template: Path, path: Path) -> str:
    shutil.copy(template, path)
    return f"sqlite:///{path}"


@pytest.fixture
def live(stage: Stage, sqlite_template: Path, tmp_path: Path) -> Iterator[Live]:
    """`live(town, **rules)`: the town, ready for the process."""
    with ExitStack() as ends:

        def move_in(town: Town = Town(), **rules: Any) -> Office:  # noqa: B008 - frozen
            office = Office(stage.set(town), _empty_ledger(sqlite_template, tmp_path / "ledger.db"), rules=rules)
            ends.callback(office.close)
            return office

        yield move_in


@pytest.fixture
def live_classic(classic_stage: Stage, sqlite_template: Path, tmp_path: Path) -> Iterator[Live]:
    """The same with the base package's section."""
    with ExitStack() as ends:

        def move_in(*people: Any, **rules: Any) -> Office:
            url = _empty_ledger(sqlite_template, tmp_path / "classic-ledger.db")
            town = Town(tuple(people), profile="classic")
            office = Office(classic_stage.set(town), url, profile="classic", rules=rules)
            ends.callback(office.close)
            return office

        yield move_in
