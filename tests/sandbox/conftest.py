"""A small world, written once, and both services over fresh copies of it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.sandbox.apis import Api, creatio_over, webitel_over
from tests.sandbox.small_world import small_world
from usersync.sandbox.process import Sandbox
from usersync.sandbox.world import WorldDirectory


@pytest.fixture(scope="session")
def written_world(tmp_path_factory: pytest.TempPathFactory) -> WorldDirectory:
    """The world, never served from here."""
    return WorldDirectory.write(tmp_path_factory.mktemp("world"), small_world(), "callmanager")


@pytest.fixture
def world(written_world: WorldDirectory, tmp_path: Path) -> WorldDirectory:
    """A copy a test may spoil."""
    return written_world.copy_to(tmp_path / "world")


@pytest.fixture(scope="module")
def box(written_world: WorldDirectory, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    """Both services as processes, for a whole module."""
    with Sandbox.start(directory=tmp_path_factory.mktemp("box"), world=written_world.path) as running:
        yield running


@pytest.fixture
async def webitel(world: WorldDirectory) -> AsyncIterator[Api]:
    """Webitel, called with the importer's API token."""
    async with webitel_over(world) as api:
        yield api


@pytest.fixture
async def creatio(world: WorldDirectory) -> AsyncIterator[Api]:
    """Creatio on .NET Framework, called with the importer's OAuth token; its paths are relative to the OData root."""
    async with creatio_over(world) as api:
        yield api


@pytest.fixture
async def administrator(world: WorldDirectory) -> AsyncIterator[Api]:
    """The same, called by somebody who may manage users and licences."""
    async with creatio_over(world, login=world.administrator) as api:
        yield api
