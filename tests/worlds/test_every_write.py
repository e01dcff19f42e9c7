"""Killed right before or right after any write to the ledger, on either database, the next runs end as undisturbed ones.

The first import is killed by SIGKILL in `tests/safety/test_crashes.py`. Here it is a busy day in an imported town, and the
undo of that day, with everything that can happen to a record; the process dies as far as one process can tell. A usual run
dies at some of the writes, `USERSYNC_TEST_LIVES=1` lets it die at all of them.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.databases import ledger_url, postgres_server, sqlite_template  # noqa: F401 fixtures
from tests.process.office import Ran
from tests.process.town import CALL_CENTER, CALL_MANAGER
from tests.undo.taking_back import Undone
from tests.worlds.in_process import Services
from tests.worlds.living import TOWN, Death, Living, over_the_wires
from usersync.sandbox.world import WorldDirectory

MOST = 0.7
"""Requests that come back together are settled together: a run may write a few times less, and outlive its last deaths."""
EVERY = 1 if os.environ.get("USERSYNC_TEST_LIVES") else 61


@pytest.fixture(scope="module")
def services(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    made = Services(WorldDirectory.write(tmp_path_factory.mktemp("town"), TOWN, "callmanager"))
    with over_the_wires(made):
        yield made
    made.close()


@pytest.fixture
def world(services: Services, ledger_url: str) -> Iterator[Living]:  # noqa: F811
    """The town, imported."""
    beginning = services.copy()
    living = Living(services, ledger_url)
    settle(living)
    yield living
    services.restore(beginning)
    beginning.close()


def a_busy_day(world: Living) -> None:
    """Everything that makes a run write."""
    edit = world.services.edit
    edit("users", "11", name="Мельник-Коваль Анна", license=[])
    edit("users", "12", extension="103")
    edit("users", "13", extension="102", license=[CALL_CENTER])
    edit("users", "24", email="olena@romashka.example", extension="")
    world.services.delete("users", "23", permanent=False)
    world.services.insert("users", {"id": 101, "username": "p.savchuk", "name": "Савчук Петро", "extension": "150"})
    world.services.insert(
        "users", {"id": 102, "username": "r.hnatiuk", "name": "Гнатюк Роман", "license": [CALL_MANAGER]}
    )
    edit("WSysAccount", world.record("o.levko")["Id"], Name="By Hand")


def settle(world: Living) -> Ran:
    """A run, and one that finds nothing to do."""
    ran, again = world.go(), world.go()
    assert isinstance(ran, Ran), str(ran)
    assert isinstance(again, Ran), str(again)
    assert ran.receipt.converged, ran.receipt.residue
    assert not again.plan.operations, [op.id for op in again.plan.operations]
    return ran


def deaths(work: Callable[[Death], Any]) -> list[Death]:
    """Some or all of the ways to die in a piece of work: at each write, before it and after it."""
    whole = Death()
    work(whole)
    ways = [(at, before) for at in range(1, whole.writes + 1) for before in (True, False)]
    return [Death(at, before=before) for at, before in ways[len(ways) % EVERY :: EVERY]]


def test_a_run_killed_at_any_write_is_forgotten(world: Living) -> None:
    a_busy_day(world)
    moment = world.moment()
    settle(world)
    expected = world.everything()
    world.go_back(moment)
    died = []
    for death in deaths(world.die):
        world.go_back(moment)
        died.append(world.die(death))
        settle(world)
        assert not world.unlike(expected), (death.at, death.before, world.unlike(expected))
    moment.close()
    assert sum(died) > len(died) * MOST


def test_an_undo_killed_at_any_write_is_taken_up_again_and_ends_where_it_began(world: Living) -> None:
    a_busy_day(world)
    before = world.everything()
    ran = settle(world)
    moment = world.moment()
    world.take_back(ran.receipt.run_id)
    assert not world.unlike(before), world.unlike(before)
    world.go_back(moment)
    died = []
    for death in deaths(lambda death: world.die(death, undoing=ran.receipt.run_id)):
        world.go_back(moment)
        died.append(world.die(death, undoing=ran.receipt.run_id))
        undone = world.take_back(ran.receipt.run_id)
        assert isinstance(undone, Undone), (death.at, death.before, str(undone))
        assert not world.unlike(before), (death.at, death.before, world.unlike(before))
    moment.close()
    assert sum(died) > len(died) * MOST
