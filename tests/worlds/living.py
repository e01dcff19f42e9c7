"""A small world that is lived in: people change both sides, runs come and go, processes die. See `test_living_worlds`."""

from __future__ import annotations

import functools
import random
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import pytest
from pydantic import SecretStr

from tests.process.office import BOSS, Ran, run_once
from tests.process.town import CALL_CENTER, CALL_MANAGER, COMPANY, CUSTOMER, TRIO, Person, Town, linked, stranger
from tests.undo.taking_back import House, Undone
from tests.worlds.in_process import CREATIO, WEBITEL, Copy, Services, copy_file
from tests.worlds.ledgers import Rows, keep, let_the_leases_run_out, put_back
from usersync.errors import UsersyncError
from usersync.ledger import Ledger, PlanState, RunState
from usersync.planning.rules import LicenseRule, Rules
from usersync.settings import CreatioSettings, DomainSettings, LeaseSettings, WebitelSettings
from usersync.stages import connect, context

PEOPLE = (
    *TRIO,
    stranger("n.tymchuk", "Тимчук Назар", 21, "121", email="n.tymchuk@romashka.example"),
    stranger("operator1", "Оператор 1", 22, "122"),
    linked("h.dovbnia", "Довбня Гліб", 23, record={"Login": "h.dovbnia", "Name": "Довбня Г.", "Extension": "123"}),
    Person("o.levko", "Левко Олена", "24", "124", contact="Левко Олена", contact_email="o.levko@romashka.example"),
    Person("customer", contact="Тимчук Назар", contact_type=CUSTOMER, account=None),
)
TOWN = Town(people=PEOPLE)
NEWCOMERS = (
    ("p.savchuk", "Савчук Петро"), ("r.hnatiuk", "Hnatiuk Roman"), ("n.tymchuk2", "Тимчук Назар"), ("zoia", "Зоя"),
    ("v.shulha", "Шульга Віра"),
)  # fmt: skip
NUMBERS = ("", "101", "102", "103", "121", "150", "151")
NAMES = ("Мельник Анна", "Коваль Борис", "Koval Borys", "Шульга Віра Петрівна", "Оператор 2", "Нове Ім'я")
RULES = {
    "approval": {
        "first_apply": False, "created_minimum": 999, "disabled_minimum": 999, "updated_minimum": 999, "relinks": False,
    },
    "records_may_be_deleted": True,
    "licenses": (
        LicenseRule(product="CALL_CENTER", who="extension", priority=1),
        LicenseRule(product="CALL_MANAGER", who="everyone", priority=2),
    ),
}  # fmt: skip
FAULTS = (
    ("webitel", "429"), ("webitel", "500_before"), ("webitel", "500_after"), ("webitel", "reset_before"),
    ("webitel", "reset_after"), ("webitel", "timeout_after"), ("webitel", "html_login"), ("webitel", "truncated_json"),
    ("webitel", "short_page"), ("webitel", "empty_page"), ("webitel", "license_refusal"), ("webitel", "expired_session"),
    ("creatio", "429"), ("creatio", "500_before"), ("creatio", "500_after"), ("creatio", "reset_before"),
    ("creatio", "reset_after"), ("creatio", "timeout_after"), ("creatio", "html_login"), ("creatio", "truncated_json"),
    ("creatio", "short_page"), ("creatio", "empty_page"), ("creatio", "no_rights"), ("creatio", "expired_session"),
    ("creatio", "subrequest_500"), ("creatio", "subrequest_500_after"), ("creatio", "subrequest_missing"),
)  # fmt: skip


class Killed(BaseException):
    """SIGKILL as far as one process can tell: from here on nothing of it reaches the ledger or the services."""


class Death:
    """When the process dies: at its n-th write to the ledger, counted from 1, right before or right after it."""

    def __init__(self, at: int = 0, *, before: bool = False) -> None:
        self.at = at
        self.before = before
        self.writes = 0
        self.dead = False

    def strike(self) -> None:
        self.dead = True
        raise Killed


def mortal(death: Death) -> type[Ledger]:
    """A ledger in a process that dies so."""

    class Mortal(Ledger):
        @contextmanager
        def _write(self) -> Iterator[Any]:
            if death.dead:
                raise Killed
            death.writes += 1
            if death.writes == death.at and death.before:
                death.strike()
            with super()._write() as connection:
                yield connection
            if death.writes == death.at:
                death.strike()

    return Mortal


@dataclass(frozen=True)
class Moment:
    """Both services and the ledger as they were."""

    services: Copy
    ledger: Rows

    def close(self) -> None:
        self.services.close()


class Living(House):
    """The town, its ledger, and what is done in it.

    Args:
        services: both, with the town in them.
        database_url: of the ledger.
        domain: name of the domain.
        lease_term: of the lease, in seconds.
    """

    def __init__(
        self, services: Services, database_url: str, *, domain: str = "default", lease_term: float = 60.0
    ) -> None:
        super().__init__(None, database_url, rules=dict(RULES))  # type: ignore[arg-type]
        self.services = services
        self.domain = domain
        self.lease_term = lease_term
        self.page_size = 500

    @property
    def settings(self) -> DomainSettings:
        world = self.services.world
        return DomainSettings(
            webitel=WebitelSettings(
                url=WEBITEL, token=SecretStr(world.webitel.token), timeout=0.3, page_size=self.page_size
            ),
            creatio=CreatioSettings(
                url=CREATIO, runtime="netframework", identity_url=CREATIO, client_id=world.creatio.client_id,
                client_secret=SecretStr(world.creatio.client_secret), timeout=0.3, batch_timeout=0.3,
                page_size=max(1, self.page_size),
            ),
            rules=Rules(**self.rules),
            name=self.domain,
            lease=LeaseSettings(term=self.lease_term, renewal=self.lease_term / 4),
        )  # fmt: skip

    # Runs

    def attempt(self, **options: Any) -> Ran | UsersyncError:
        """One run; the error it ended with, if it did."""
        try:
            return self.services.run(
                run_once(self.settings, self.database_url, **{"mode": "apply", "licenses": True, **options})
            )
        except UsersyncError as error:
            return error

    def go(self, **options: Any) -> Ran | UsersyncError:
        """A run as an operator starts it: what waits for approval is approved and carried out."""
        ran = self.attempt(**options)
        if isinstance(ran, UsersyncError) or ran.state is not RunState.AWAITING_APPROVAL:
            return ran
        self.approve(ran.plan.hash)
        return self.attempt(plan_hash=ran.plan.hash, **options)

    def approve(self, plan_hash: str) -> None:
        """Unless somebody did, whose process died before it was carried out."""
        with self.ledger() as ledger:
            if ledger.plan(plan_hash).state is PlanState.WAITING:
                ledger.approve(plan_hash, author=BOSS)

    def die(self, death: Death, *, undoing: str = "") -> bool:
        """A run (or the undo of one) whose process dies; whether it did before its end."""
        usual = context.Ledger
        context.Ledger = mortal(death)  # type: ignore[misc]
        try:
            if undoing:
                self.take_back(undoing)
            else:
                self.attempt()
        except Killed:
            pass
        finally:
            context.Ledger = usual  # type: ignore[misc]
        self.let_the_lease_run_out()
        return death.dead

    def let_the_lease_run_out(self) -> None:
        let_the_leases_run_out(self.database_url)

    def take_back(self, run_id: str) -> Undone | UsersyncError:
        """Plan the undo of a run, approve it, carry it out."""
        try:
            proposed = self.services.run(self._undo(run_id, writes=True))
            if not proposed.plan.changes:
                return proposed
            self.approve(proposed.plan.hash)
            return self.services.run(self._undo(run_id, writes=True, plan_hash=proposed.plan.hash))
        except UsersyncError as error:
            return error

    # Moments

    def moment(self) -> Moment:
        return Moment(self.services.copy(), keep(self.database_url))

    def go_back(self, moment: Moment) -> None:
        self.services.restore(moment.services)
        put_back(self.database_url, moment.ledger)

    def shuffle(self, seed: int) -> None:
        """Let both databases hold their rows in another order."""
        order = random.Random(seed)
        for store in (self.services.webitel.store, self.services.creatio.store):
            connection = store.connection
            tables = [
                row[0] for row in connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'table'")
                if "WITHOUT ROWID" not in (row[1] or "") and not row[0].startswith("sqlite_")
            ]  # fmt: skip
            for table in tables:
                rows = [tuple(row) for row in connection.execute(f'SELECT * FROM "{table}" ORDER BY rowid')]
                order.shuffle(rows)
                if rows:
                    connection.execute(f'DELETE FROM "{table}"')
                    connection.executemany(f'INSERT INTO "{table}" VALUES ({",".join("?" * len(rows[0]))})', rows)

    # What stands there

    def rows(self, entity: str) -> list[dict[str, Any]]:
        return self.services.rows(entity)

    def everything(self, *, ids_of_creatio: bool = False) -> dict[str, list[str]]:
        """All rows a run may touch, without stamps and without the ids Creatio drew."""
        return _comparable(self, ids_of_creatio=ids_of_creatio)

    def unlike(self, other: dict[str, list[str]]) -> dict[str, Any]:
        """What stands there now and did not, and what stood there and does not."""
        now = self.everything()
        return {
            name: {"now": list((Counter(now[name]) - Counter(rows)).elements()),
                   "then": list((Counter(rows) - Counter(now[name])).elements())}
            for name, rows in other.items() if now[name] != rows
        }  # fmt: skip


_TABLES = (
    "Account", "Contact", "ContactCommunication", "ContactCareer", "WSysAccount", "WSysAccountLicense",
    "WSysAccountInWebitelRole", "SysAdminUnit", "users", "grants", "devices",
)  # fmt: skip
_STAMPS = {
    "CreatedOn", "ModifiedOn", "CreatedById", "ModifiedById", "created_at", "updated_at", "updated_by", "issued_at", "IssuedOn",
    "deleted_at",
}  # fmt: skip
_DRAWN = {"ContactCommunication", "ContactCareer"}


def _comparable(world: Living, *, ids_of_creatio: bool) -> dict[str, list[str]]:
    found = {}
    for name in _TABLES:
        dropped = _STAMPS | ({"Id"} if name in _DRAWN and not ids_of_creatio else set())
        found[name] = sorted(
            str(sorted((key, str(value)) for key, value in row.items() if key not in dropped))
            for row in world.rows(name)
        )
    return found


@contextmanager
def over_the_wires(services: Services) -> Iterator[None]:
    """The clients of every run reach these services instead of the network."""
    with pytest.MonkeyPatch.context() as patch:
        for name, address in (("WebitelClient", WEBITEL), ("CreatioClient", CREATIO)):
            client = functools.partial(getattr(connect, name), transport=services.wires[address])
            patch.setattr(connect, name, client)
        yield


__all__ = [
    "CALL_CENTER", "CALL_MANAGER", "COMPANY", "FAULTS", "NAMES", "NEWCOMERS", "NUMBERS", "TOWN", "Death", "Killed", "Living",
    "Moment", "copy_file", "over_the_wires", "replace",
]  # fmt: skip
