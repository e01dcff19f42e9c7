"""Worlds, ledgers and stands. What is costly is made once; each test gets a ledger of its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.safety.stand import Stand, copy_ledger
from usersync.sandbox.process import Sandbox
from usersync.sandbox.world import WorldDirectory, generate


@pytest.fixture(scope="session")
def small_world(tmp_path_factory: pytest.TempPathFactory) -> WorldDirectory:
    """Eight users; never served from here."""
    return generate(tmp_path_factory.mktemp("small"), seed=7, users=8, contacts=60, profile="callmanager")


@pytest.fixture(scope="session")
def town(tmp_path_factory: pytest.TempPathFactory) -> WorldDirectory:
    """Forty users; never served from here."""
    return generate(tmp_path_factory.mktemp("town"), seed=11, users=40, contacts=200, profile="callmanager")


@pytest.fixture(scope="session")
def _small_box(small_world: WorldDirectory, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    with Sandbox.start(directory=tmp_path_factory.mktemp("box"), world=small_world.path) as box:
        yield box


@pytest.fixture
def stand(
    _small_box: Sandbox,
    small_world: WorldDirectory,
    sqlite_template: Path,
    tmp_path: Path,
) -> Iterator[Stand]:
    """The small world as it was generated, and an empty ledger."""
    made = Stand(_small_box, copy_ledger(sqlite_template, tmp_path / "ledger.db"))
    made.clear()
    made.reset(small_world)
    made.forget_requests()
    yield made
    made.clear()
