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

Live = Callable[..., Office]


def _empty_ledger(template: Path, path: Path) -> str:
    shutil.copy(template, path)
    return f"sqlite:///{path}"


@pytest.fixture
def live(stage: Stage, sqlite_template: Path, tmp_path: Path) -> Iterator[Live]:
    """`live(town, **rules)`: the town, ready for the process."""
    with ExitStack() as ends:

        def move_in(town: Town = Town(), **rules: Any) -> Office:  # noqa: B008 - frozen
            url = _empty_ledger(sqlite_template, tmp_path / "ledger.db")
            office = Office(stage.set(town), url, rules=rules, untouched=stage.untouched(town))
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
            office = Office(
                classic_stage.set(town), url, profile="classic", rules=rules, untouched=classic_stage.untouched(town)
            )
            ends.callback(office.close)
            return office

        yield move_in
