"""One pair of services for the whole session; a fresh world and a fresh ledger for each test."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from tests.process.office import Stage
from tests.process.town import Town
from tests.undo.taking_back import House
from usersync.sandbox.process import Sandbox
from usersync.sandbox.world import WorldDirectory, generate

Live = Callable[..., House]


@pytest.fixture(scope="session")
def small_world(tmp_path_factory: pytest.TempPathFactory) -> WorldDirectory:
    """Eight users, generated; never served from here."""
    return generate(tmp_path_factory.mktemp("eight"), seed=7, users=8, contacts=60, profile="callmanager")


@pytest.fixture
def ledger_url(sqlite_template: Path, tmp_path: Path) -> str:
    path = tmp_path / "ledger.db"
    shutil.copy(sqlite_template, path)
    return f"sqlite:///{path}"


@pytest.fixture
def live(stage: Stage, ledger_url: str) -> Iterator[Live]:
    """`live(town, **rules)`: the town, ready for the process; records may be deleted unless a rule says otherwise."""
    with ExitStack() as ends:

        def move_in(town: Town = Town(), **rules: Any) -> House:  # noqa: B008 - frozen
            rules = {"records_may_be_deleted": True, **rules}
            house = House(stage.set(town), ledger_url, rules=rules, untouched=stage.untouched(town))
            ends.callback(house.close)
            return house

        yield move_in


@pytest.fixture
def live_classic(classic_stage: Stage, ledger_url: str) -> Iterator[Live]:
    """The same with the base package's section."""
    with ExitStack() as ends:

        def move_in(*people: Any, **rules: Any) -> House:
            town = Town(tuple(people), profile="classic")
            rules = {"records_may_be_deleted": True, **rules}
            box, untouched = classic_stage.set(town), classic_stage.untouched(town)
            house = House(box, ledger_url, profile="classic", rules=rules, untouched=untouched)
            ends.callback(house.close)
            return house

        yield move_in


@pytest.fixture
def eight(small_world: WorldDirectory, ledger_url: str, tmp_path: Path) -> Iterator[House]:
    """The generated world with eight users, both licences by the rules."""
    with Sandbox.start(directory=tmp_path / "eight", world=small_world.path) as box:
        house = House(box, ledger_url, rules={"records_may_be_deleted": True})
        house.ordain_both()
        yield house
