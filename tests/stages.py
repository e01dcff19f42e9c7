"""One pair of services of each profile for all tests that put towns into them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.process.office import Stage


def _stage(folder: Path, profile: Any) -> Iterator[Stage]:
    from tests.process.office import Stage
    from tests.process.town import Town
    from usersync.sandbox.process import Sandbox
    from usersync.sandbox.world import WorldDirectory

    WorldDirectory.write(folder / "box", Town(profile=profile), profile)
    with Sandbox.start(directory=folder / "box") as box:
        yield Stage(box, folder / "towns")


@pytest.fixture(scope="session")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """With the section of "Call manager"."""
    yield from _stage(tmp_path_factory.mktemp("callmanager"), "callmanager")


@pytest.fixture(scope="session")
def classic_stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """With the section of the base package."""
    yield from _stage(tmp_path_factory.mktemp("classic"), "classic")
