"""The plans of the administrator's processes: pure functions of who was imported and who is a user."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from usersync.planning import Plan
from usersync.planning.administration import Ground, ImportedPerson, SystemUser
from usersync.planning.system_users import Naming, plan_system_users
from usersync.planning.telephony import Package, plan_telephony

GROUND = Ground("default", "7", "crm#1", "settings")
CONTACTS = tuple(f"00000000-0000-4000-8000-00000000000{number}" for number in range(6))


def person(number: int, contact: int | None, **more: str) -> ImportedPerson:
    return ImportedPerson(
        str(number), f"u{number}", f"r{number}", None if contact is None else CONTACTS[contact], **more
    )


def user(number: int, contact: int | None, *, active: bool = True, portal: bool = False) -> SystemUser:
    return SystemUser(f"s{number}", f"login{number}", None if contact is None else CONTACTS[contact], active, portal)


people_ = st.lists(
    st.builds(person, st.integers(1, 60), st.one_of(st.none(), st.integers(0, 5))),
    max_size=12,
    unique_by=lambda p: p.user_id,
)
users_ = st.lists(
    st.builds(user, st.integers(1, 60), st.one_of(st.none(), st.integers(0, 5)), active=st.booleans(), portal=st.booleans()),
    max_size=8, unique_by=lambda u: u.id,
)  # fmt: skip


@given(people_, users_, st.randoms())
def test_nobody_has_two_users_and_the_order_of_reading_does_not_matter(people, users, random) -> None:
    plan = plan_system_users(people, users, GROUND, naming=Naming())
    contacts = [operation.after["contact"] for operation in plan.operations]
    assert len(contacts) == len(set(contacts))
    assert not set(contacts) & {each.contact for each in users}
    assert len(plan.items) == len(people)
    random.shuffle(people)
    random.shuffle(users)
    assert plan_system_users(people, users, GROUND, naming=Naming()).hash == plan.hash
    assert Plan.from_json(plan.to_json()).hash == plan.hash


@given(people_, users_, st.lists(st.integers(0, 3), min_size=1, max_size=3), st.randoms())
def test_never_more_seats_than_are_free_and_never_a_needless_one(people, users, free, random) -> None:
    held = [user.id for user in users if user.active][:2]
    packages = [
        Package(f"p{number}", f"Package {number}", 10, 10 - seats, seats, frozenset(held if number == 0 else ()))
        for number, seats in enumerate(free)
    ]
    plan = plan_telephony(people, users, packages, GROUND)
    for package in packages:
        given_ = [operation for operation in plan.operations if operation.after["packages"] == [package.id]]
        assert len(given_) <= package.available
    keys = [operation.key for operation in plan.operations]
    assert len(keys) == len(set(keys))
    assert not set(keys) & set(held)
    active = {each.id for each in users if each.active and not each.portal}
    assert set(keys) <= active
    waiting = [item for item in plan.items if item.reason.id == "administration-no-seat"]
    assert not waiting or len(plan.operations) == sum(free)
    random.shuffle(people)
    assert plan_telephony(people, users, packages, GROUND).hash == plan.hash


def test_of_two_webitel_users_of_one_contact_the_older_one_gets_the_user() -> None:
    plan = plan_system_users([person(12, 1), person(3, 1)], [], GROUND, naming=Naming())
    assert [(item.username, item.reason.id) for item in plan.items] == [
        ("u3", "administration-user-wanted"), ("u12", "administration-shares-contact"),
    ]  # fmt: skip


def test_where_seats_run_short_an_extension_counts_before_age() -> None:
    people = [person(1, 0), person(2, 1, extension="102"), person(3, 2, extension="103")]
    users = [user(number, number) for number in range(3)]
    plan = plan_telephony(people, users, [Package("p", "Webitel", 5, 3, 2, frozenset())], GROUND)
    assert [operation.user_id for operation in plan.operations] == ["2", "3"]
    (seats,) = plan.seats
    assert (seats.waiting, seats.to_buy) == (("1",), 1)


def test_a_person_with_two_active_users_is_not_guessed() -> None:
    plan = plan_telephony([person(1, 0)], [user(1, 0), user(2, 0)], [Package("p", "W", 5, 0, 5, frozenset())], GROUND)
    assert [item.reason.id for item in plan.items] == ["administration-several-users"]
