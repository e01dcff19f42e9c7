"""One pair of services for the whole session; towns and ledgers are fresh."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.process.office import Office, Stage
from tests.process.town import Town
from usersync.sandbox.process import Sandbox
from usersync.sandbox.world import WorldDirectory

Live = Callable[..., Office]
FREELY = {"first_apply": False, "created_minimum": 99, "updated_minimum": 99, "disabled_minimum": 99}
"""Approval is asked for relinks only: each approval is a run more."""


@pytest.fixture(scope="session")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    folder = tmp_path_factory.mktemp("review")
    WorldDirectory.write(folder / "box", Town(), "callmanager")
    with Sandbox.start(directory=folder / "box") as box:
        yield Stage(box, folder / "towns")


@pytest.fixture
def live(stage: Stage, sqlite_template: Path, tmp_path: Path) -> Live:
    """`live(town, **rules)`: the town, ready for the process."""

    def move_in(town: Town, **rules: Any) -> Office:
        path = tmp_path / "ledger.db"
        shutil.copy(sqlite_template, path)
        return Office(stage.set(town), f"sqlite:///{path}", rules={"approval": FREELY, **rules})

    return move_in
