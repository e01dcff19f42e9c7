"""One pair of services for the whole session, a fresh town and a fresh ledger for each test."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.databases import (  # noqa: F401 - fixtures
    ledger_url,
    postgres_server,
    postgres_template,
    sqlite_template,
)
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


@pytest.fixture
def database_url(sqlite_template: Path, tmp_path: Path) -> str:  # noqa: F811 - a fixture
    path = tmp_path / "ledger.db"
    shutil.copy(sqlite_template, path)
    return f"sqlite:///{path}"


@pytest.fixture
def live(stage: Stage, database_url: str) -> Live:
    """`live(town, **rules)`: the town, ready for the process."""

    def move_in(town: Town = Town(), **rules: Any) -> Office:  # noqa: B008 - frozen
        return Office(stage.set(town), database_url, rules=rules)

    return move_in


@pytest.fixture
def live_classic(classic_stage: Stage, database_url: str) -> Live:
    """The same with the base package's section."""

    def move_in(*people: Any, **rules: Any) -> Office:
        town = Town(tuple(people), profile="classic")
        return Office(classic_stage.set(town), database_url, profile="classic", rules=rules)

    return move_in
