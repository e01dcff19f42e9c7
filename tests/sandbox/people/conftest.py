"""Three worlds that many tests look at and none changes."""

from __future__ import annotations

from datetime import date

import pytest

from usersync.sandbox.people import World, generate_world

TODAY = date(2026, 3, 2)


@pytest.fixture(scope="session")
def world() -> World:
    return generate_world(seed=11, users=120, contacts=3_000, today=TODAY)


@pytest.fixture(scope="session")
def classic() -> World:
    return generate_world(seed=11, users=120, contacts=3_000, profile="classic", today=TODAY)


@pytest.fixture(scope="session")
def large() -> World:
    return generate_world(seed=2, users=1_000, contacts=100_000, today=TODAY)
