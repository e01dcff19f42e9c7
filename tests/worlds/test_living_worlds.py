"""Laws that hold however a world is lived in: changes on both sides, answers, runs, faults and deaths in any order.

* An unchanged world means 0 writes, and a run that ended well has converged.
* A disturbance is forgotten: after a fault or a death at any write, the next runs end where undisturbed ones end.
* A run and its undo are nothing; run again, it is as it was.
* The order in which rows are shown changes nothing.
* Nothing foreign is touched, and nothing is there twice.

A few short lives in a usual run; `USERSYNC_TEST_LIVES=200 USERSYNC_TEST_STEPS=40` lives long.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from tests.process.office import Ran
from tests.undo.taking_back import Undone
from tests.worlds.in_process import Services
from tests.worlds.living import (
    CALL_CENTER,
    CALL_MANAGER,
    FAULTS,
    NAMES,
    NEWCOMERS,
    NUMBERS,
    TOWN,
    Death,
    Living,
    copy_file,
    over_the_wires,
)
from usersync.errors import UsageError, UsersyncError
from usersync.ledger import RunState, upgrade
from usersync.planning.undoing import Fate, Undoing
from usersync.sandbox.world import WorldDirectory
from usersync.stages.guard import NotTrusted
from usersync.stages.review import ABOUT_CONTACT, KINDS, Answer, decide, open_questions

ENDED_WELL = (RunState.COMPLETED, RunState.COMPLETED_WITH_FAILURES)
WHO = st.integers(0, 11)


class Ground:
    """What all lives stand on, made once: the services, the town as it was, an empty ledger."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="usersync-worlds-"))
        self.services = Services(WorldDirectory.write(self.folder / "town", TOWN, "callmanager"))
        self.beginning = self.services.copy()
        self.template = self.folder / "template.db"
        upgrade(f"sqlite:///{self.template}")
        self.lives = 0

    def living(self) -> Living:
        """A new life."""
        self.lives += 1
        self.services.calm()
        self.services.restore(self.beginning)
        ledger = self.folder / f"{self.lives}.db"
        copy_file(self.template, ledger)
        return Living(self.services, f"sqlite:///{ledger}")

    def end(self) -> None:
        self.services.close()
        shutil.rmtree(self.folder, ignore_errors=True)


GROUND: list[Ground] = []


class LivingWorld(RuleBasedStateMachine):
    """One life of the town."""

    def __init__(self) -> None:
        super().__init__()
        if not GROUND:
            GROUND.append(Ground())
        self.world = GROUND[0].living()
        self._wires = over_the_wires(self.world.services)
        self._wires.__enter__()
        self.newcomers = 0
        self.answered = False

    def teardown(self) -> None:
        try:
            self.world.services.calm()
            self.settle()
        finally:
            self._wires.__exit__(None, None, None)
            Path(self.world.database_url.removeprefix("sqlite:///")).unlink(missing_ok=True)

    # Who is meant

    def user(self, who: int, *, deleted: bool = False) -> str | None:
        found = [
            str(row["id"]) for row in self.world.rows("users") if bool(row["deleted_at"]) is deleted and row["id"] != 1
        ]
        return found[who % len(found)] if found else None

    def row(self, entity: str, who: int) -> dict[str, Any] | None:
        found = self.world.rows(entity)
        return found[who % len(found)] if found else None

    # Changes in Webitel

    @rule(who=WHO, name=st.sampled_from(NAMES))
    def somebody_is_renamed(self, who: int, name: str) -> None:
        self.in_webitel(who, name=name)

    @rule(who=WHO, number=st.sampled_from(NUMBERS))
    def somebody_gets_another_number(self, who: int, number: str) -> None:
        self.in_webitel(who, extension=number)

    @rule(who=WHO, other=WHO)
    def two_swap_their_numbers(self, who: int, other: int) -> None:
        numbers = {str(row["id"]): row["extension"] for row in self.world.rows("users")}
        one, two = self.user(who), self.user(other)
        if one and two:
            self.world.services.edit("users", one, extension=numbers[two])
            self.world.services.edit("users", two, extension=numbers[one])

    @rule(
        who=WHO, email=st.sampled_from(("", "a.melnyk@romashka.example", "info@romashka.example", "new@other.example"))
    )
    def somebody_gets_another_address(self, who: int, email: str) -> None:
        self.in_webitel(who, email=email)

    @rule(who=WHO, licenses=st.sets(st.sampled_from((CALL_CENTER, CALL_MANAGER, "chat-1"))))
    def licences_are_given_by_hand(self, who: int, licenses: set[str]) -> None:
        self.in_webitel(who, license=sorted(licenses))

    @rule(who=st.integers(0, len(NEWCOMERS) - 1), number=st.sampled_from(NUMBERS))
    def somebody_comes(self, who: int, number: str) -> None:
        username, name = NEWCOMERS[who]
        self.newcomers += 1
        row = {"id": 100 + self.newcomers, "username": username, "name": name, "extension": number}
        self.world.services.insert("users", row)

    @rule(who=WHO, permanent=st.booleans())
    def somebody_goes(self, who: int, permanent: bool) -> None:
        if (user := self.user(who)) is not None:
            self.world.services.delete("users", user, permanent=permanent)

    @rule(who=WHO)
    def somebody_comes_back(self, who: int) -> None:
        if (user := self.user(who, deleted=True)) is not None:
            self.world.services.edit("users", user, deleted_at=None)

    def in_webitel(self, who: int, **values: Any) -> None:
        if (user := self.user(who)) is not None:
            self.world.services.edit("users", user, **values)

    # Changes in Creatio

    @rule(
        who=WHO,
        values=st.sampled_from(
            ({"Name": "By Hand"}, {"Extension": "777"}, {"Active": False}, {"EnableStun": True}, {"Login": "by.hand"})
        ),
    )
    def a_record_is_edited(self, who: int, values: dict[str, Any]) -> None:
        if (row := self.row("WSysAccount", who)) is not None:
            self.world.services.edit("WSysAccount", row["Id"], **values)

    @rule(who=WHO, other=WHO)
    def a_record_is_given_to_another_contact(self, who: int, other: int) -> None:
        row, contact = self.row("WSysAccount", who), self.row("Contact", other)
        if row is not None and contact is not None:
            self.world.services.edit("WSysAccount", row["Id"], ContactId=contact["Id"])

    @rule(who=WHO)
    def a_record_is_deleted(self, who: int) -> None:
        if (row := self.row("WSysAccount", who)) is not None:
            self.world.services.delete("WSysAccount", row["Id"])

    @rule(
        who=WHO, values=st.sampled_from(({"Name": "Інше Ім'я"}, {"Email": "by.hand@romashka.example"}, {"Email": ""}))
    )
    def a_contact_is_edited(self, who: int, values: dict[str, Any]) -> None:
        if (row := self.row("Contact", who)) is not None:
            self.world.services.edit("Contact", row["Id"], **values)

    @rule(who=WHO, other=WHO)
    def two_contacts_are_merged(self, who: int, other: int) -> None:
        keep, lose = self.row("Contact", who), self.row("Contact", other)
        if keep is not None and lose is not None and keep["Id"] != lose["Id"] and not self._is_ours(lose["Id"]):
            self.world.services.merge(keep["Id"], lose["Id"])

    @rule(who=WHO, active=st.booleans())
    def a_system_user_is_switched(self, who: int, active: bool) -> None:
        found = [
            row for row in self.world.rows("SysAdminUnit") if row["ContactId"] and not self._is_ours(row["ContactId"])
        ]
        if found:
            self.world.services.edit("SysAdminUnit", found[who % len(found)]["Id"], Active=active)

    @rule(who=WHO)
    def a_number_of_a_contact_is_deleted(self, who: int) -> None:
        if (row := self.row("ContactCommunication", who)) is not None:
            self.world.services.delete("ContactCommunication", row["Id"])

    def _is_ours(self, contact: str) -> bool:
        """The contacts of the integration user and of Supervisor: without them nobody can log in."""
        names = (self.world.services.world.creatio.username, "Supervisor")
        return any(row["ContactId"] == contact for row in self.world.rows("SysAdminUnit") if row["Name"] in names)

    # Humans answer

    @rule(
        who=WHO,
        answer=st.sampled_from([answer for answer in Answer if answer is not Answer.POSTPONE]),
        which=st.integers(0, 2),
    )
    def a_question_is_answered(self, who: int, answer: Answer, which: int) -> None:
        with self.world.ledger() as ledger:
            questions = open_questions(ledger, "default", everything=True)
            if not questions:
                return
            question = questions[who % len(questions)]
            candidates = [str(each["contact_id"]) for each in question.item.candidates]
            contact = candidates[which % len(candidates)] if candidates and answer in ABOUT_CONTACT else None
            self.answered = True
            try:
                decide(
                    ledger, "default", question.item.user_id, answer, author="os:boss", reason="so", contact_id=contact
                )
            except UsageError:
                assert answer in {*KINDS, Answer.TAKE_WEBITEL, Answer.KEEP_MINE}

    # Runs

    @rule()
    def a_run(self) -> None:
        self.run_cleanly()

    @rule(faults=st.lists(st.tuples(st.sampled_from(FAULTS), st.integers(0, 12)), min_size=1, max_size=2))
    def a_run_that_meets_faults_is_forgotten(self, faults: list[tuple[tuple[str, str], int]]) -> None:
        def disturbed() -> None:
            for (service, kind), after in faults:
                self.world.services.strike(service, kind, after=after)
            self.checked(self.world.attempt())
            self.world.services.calm()

        self.is_forgotten(disturbed)

    @rule(at=st.integers(1, 30), before=st.booleans())
    def a_run_that_is_killed_is_forgotten(self, at: int, before: bool) -> None:
        self.is_forgotten(lambda: self.world.die(Death(at, before=before)))

    @rule(at=st.integers(1, 25), before=st.booleans(), fault=st.sampled_from(FAULTS), after=st.integers(0, 12))
    def a_run_that_meets_a_fault_and_is_killed_is_forgotten(
        self, at: int, before: bool, fault: tuple[str, str], after: int
    ) -> None:
        def disturbed() -> None:
            self.world.services.strike(*fault, after=after)
            self.world.die(Death(at, before=before))
            self.world.services.calm()

        self.is_forgotten(disturbed)

    @rule()
    def a_run_and_its_undo_are_nothing(self) -> None:
        before = self.world.everything()
        ran = self.run_cleanly()
        if ran is None or not ran.plan.operations or ran.state is not RunState.COMPLETED:
            return
        after = self.world.everything()
        undone = self.world.take_back(ran.receipt.run_id)
        assert isinstance(undone, Undone), str(undone)
        fates = {outcome.fate for outcome in Undoing.of(undone.plan).outcomes}
        assert fates <= {Fate.REVERSED, Fate.NOTHING_LEFT}, [
            (str(outcome.fate), outcome.entity, str(outcome.reason)) for outcome in Undoing.of(undone.plan).outcomes
        ]
        assert not self.world.unlike(before), self.world.unlike(before)
        again = self.run_cleanly()
        assert again is not None
        if not self.answered:  # an answer that was carried out is not asked for again, nor is it after the undo
            assert not self.world.unlike(after), self.world.unlike(after)

    @rule(seed=st.integers(0, 99), page=st.sampled_from((1, 2, 3)))
    def the_order_in_which_rows_are_shown_changes_nothing(self, seed: int, page: int) -> None:
        moment = self.world.moment()
        one = self.world.attempt(mode="preview")
        self.world.go_back(moment)
        self.world.shuffle(seed)
        self.world.page_size = page
        other = self.world.attempt(mode="preview")
        self.world.page_size = 500
        self.world.go_back(moment)
        moment.close()
        assert type(one) is type(other), (str(one), str(other))
        if isinstance(one, Ran) and isinstance(other, Ran):
            assert one.plan == other.plan, _differ(one.plan, other.plan)
            assert one.plan.hash == other.plan.hash

    # Laws

    def run_cleanly(self) -> Ran | None:
        """A run nothing disturbs: it converges, or it does not trust what it sees and writes nothing."""
        before = self.world.services.changes()
        ran = self.checked(self.world.go())
        if isinstance(ran, UsersyncError):
            assert isinstance(ran, NotTrusted), f"{type(ran).__name__}: {ran}"
            assert self.world.services.changes() == before
            return None
        assert ran.state in ENDED_WELL, (ran.state, ran.outcomes)
        assert ran.receipt.converged is True, (ran.receipt.residue, ran.outcomes)
        assert ran.state is RunState.COMPLETED, ran.outcomes
        return ran

    def settle(self) -> None:
        """Two clean runs: the second finds nothing to do."""
        if self.run_cleanly() is None:
            return
        before = self.world.services.changes()
        again = self.run_cleanly()
        assert again is not None
        assert not again.plan.operations, [
            (op.id, dict(op.before), dict(op.after), str(op.reason)) for op in again.plan.operations
        ]
        assert self.world.services.changes() == before

    def is_forgotten(self, disturbed: Any) -> None:
        """Whatever the disturbance left, the next runs end where they would have ended without it."""
        moment = self.world.moment()
        self.settle()
        expected = self.world.everything()
        self.world.go_back(moment)
        moment.close()
        disturbed()
        self.settle()
        assert not self.world.unlike(expected), self.world.unlike(expected)

    def checked(self, ran: Ran | UsersyncError) -> Ran | UsersyncError:
        """Every receipt balances."""
        if isinstance(ran, Ran):
            receipt = ran.receipt
            assert sum(receipt.buckets.values()) == receipt.users == len(ran.plan.items)
            assert sum(receipt.operations.values()) == len(ran.plan.operations)
        return ran

    @invariant()
    def nobody_has_two_records(self) -> None:
        ids = [row["WebitelUserId"] for row in self.world.rows("WSysAccount") if row["WebitelUserId"]]
        assert len(ids) == len(set(ids)), ids

    @initialize(imported=st.booleans())
    def the_town_may_be_imported_already(self, imported: bool) -> None:
        if imported:
            self.settle()


def _differ(one: Any, other: Any) -> list[Any]:
    return [
        (mine, theirs)
        for name in ("operations", "items", "gone", "links", "seats", "notes")
        for mine, theirs in zip(getattr(one, name), getattr(other, name), strict=False)
        if mine != theirs
    ]


LivingWorld.TestCase.settings = settings(
    max_examples=int(os.environ.get("USERSYNC_TEST_LIVES", "2")),
    stateful_step_count=int(os.environ.get("USERSYNC_TEST_STEPS", "6")),
    deadline=None,
    print_blob=True,
    phases=(Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink),
    suppress_health_check=list(HealthCheck),
)
TestLivingWorlds = LivingWorld.TestCase


# Lives that once ended badly


@pytest.fixture
def life() -> Iterator[LivingWorld]:
    """A town that was imported."""
    living = LivingWorld()
    living.the_town_may_be_imported_already(imported=True)
    yield living
    living.teardown()


def test_where_account_shows_nothing_once_the_company_is_not_made_a_second_time(life: LivingWorld) -> None:
    life.a_question_is_answered(who=1, answer=Answer.SEPARATE_CONTACT, which=0)
    life.a_run_that_meets_faults_is_forgotten([(("creatio", "no_rights"), 3)])
    assert len(life.world.rows("Account")) == 1


def test_a_licence_taken_by_hand_and_given_back_in_one_run_is_dated_anew_in_the_detail(life: LivingWorld) -> None:
    life.in_webitel(6, license=[])
    assert life.user(6) == "24"
    life.run_cleanly()
    shown = life.world.details("o.levko")
    assert sorted(shown) == [CALL_CENTER, CALL_MANAGER]
    issued = {row["license_id"]: row["issued_at"] for row in life.world.rows("grants") if row["user_id"] == 24}
    moments = {key: datetime.fromisoformat(row["IssuedOn"]).timestamp() for key, row in shown.items()}
    assert {key: int(moment) for key, moment in moments.items()} == {key: at // 1000 for key, at in issued.items()}


def test_a_departure_killed_when_the_record_was_switched_off_takes_its_details_along_next_time(
    life: LivingWorld,
) -> None:
    life.somebody_goes(who=0, permanent=False)
    life.a_run_that_is_killed_is_forgotten(at=12, before=False)
    assert life.world.details("a.melnyk") == {}
