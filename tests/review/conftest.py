"""One pair of services for the whole session; towns and ledgers are fresh."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.process.office import Office, Stage
from tests.process.town import Town

Live = Callable[..., Office]
FREELY = {"first_apply": False, "created_minimum": 99, "updated_minimum": 99, "disabled_minimum": 99}
"""Approval is asked for relinks only: each approval is a run more."""


@pytest.fixture
def live(stage: Stage, sqlite_template: Path, tmp_path: Path) -> Live:
    """`live(town, **rules)`: the town, ready for the process."""

    def move_in(town: Town, **rules: Any) -> Office:
        path = tmp_path / "ledger.db"
        shutil.copy(sqlite_template, path)
        return Office(stage.set(town), f"sqlite:///{path}", rules={"approval": FREELY, **rules})

    return move_in
