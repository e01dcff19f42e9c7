"""Generated small worlds, and what may happen in them between two runs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from hypothesis import strategies as st

from tests.planning.small_worlds import IMPORTER, NOW, SmallWorld
from usersync.planning.rules import FieldPolicy, GonePolicy, LicenseRule, Rules
from usersync.snapshots import License, Role

PEOPLE = (
    ("a.melnyk", "Мельник Анна"),
    ("b.koval", "Коваль Борис Петрович"),
    ("v.shulha", "Vira Shulha"),
    ("h.dovbnia", "Довбня Гліб"),
    ("n.tymchuk", "Тимчук Назар"),
    ("operator1", "Оператор 1"),
    ("zoia", "Зоя"),
)
NUMBERS = ("", "101", "102", "103", "104", "105")
LICENSES = ("cc", "cm", "vd")


def rules() -> st.SearchStrategy[Rules]:
    license_rule = st.builds(
        LicenseRule,
        product=st.sampled_from(("CALL_CENTER", "CALL_MANAGER", "VOIP_DEVICE", "CHAT")),
        who=st.sampled_from(("everyone", "extension", "role:Agents", "login:*.*", "people:a.melnyk,v.shulha")),
        priority=st.sampled_from((1, 100)), exclusive=st.booleans(), reserve=st.sampled_from((0, 0, 1)),
    )  # fmt: skip
    return st.builds(
        Rules,
        licenses=st.lists(license_rule, max_size=3).map(tuple),
        leavers=st.sampled_from(("list", "release")),
        gone=st.builds(GonePolicy, reaction=st.sampled_from(("disable", "delete", "leave")), grace_days=st.just(0)),
        fields=st.dictionaries(
            st.sampled_from(("record.name", "record.extension", "record.username")),
            st.sampled_from(FieldPolicy),
            max_size=2,
        ),
        protected=st.sampled_from((("Supervisor",), ("b.koval",))),
    )


@st.composite
def small_worlds(draw: st.DrawFn, *, profile: str = "callmanager") -> SmallWorld:
    """Up to seven people, each known, half known or unknown to the CRM; licences for some of them."""
    world = SmallWorld(rules=draw(rules()), profile=profile)
    numbers = draw(st.permutations(NUMBERS[1:]))
    limits = [draw(st.integers(1, 5)) for _ in LICENSES]
    world.licenses = (
        License("cc", "CALL_CENTER", None, named=True, limit=limits[0], remain=0, not_after=NOW + timedelta(days=90)),
        License("cm", "CALL_MANAGER", "CM", named=False, limit=limits[1], remain=0, not_after=NOW + timedelta(days=90)),
        License("vd", "VOIP_DEVICE", None, named=True, limit=limits[2], remain=0, not_after=NOW + timedelta(days=9)),
    )
    world.grants[IMPORTER] = {"cm"}
    for number, (username, name) in enumerate(PEOPLE[: draw(st.integers(1, len(PEOPLE)))], start=10):
        hired = draw(st.integers(0, 5)) > 0
        extension = draw(st.sampled_from((numbers[number % 5], numbers[number % 5], "")))
        if hired:
            world.users[str(number)] = {
                "name": name, "username": username, "extension": extension or None,
                "email": draw(st.sampled_from((None, f"{username}@romashka.example", "info@romashka.example"))),
                "device_name": f"SIP {extension}" if extension else None,
            }  # fmt: skip
            _grant(draw, world, str(number))
        _in_creatio(draw, world, number, username, name, extension)
    return world


def _grant(draw: st.DrawFn, world: SmallWorld, user_id: str) -> None:
    world.roles[user_id] = draw(
        st.sampled_from(((), (Role("5", "Agents"),), (Role("5", "Agents"), Role("6", "Chiefs"))))
    )
    for item in world.licenses:
        used = sum(item.id in held for held in world.grants.values())
        if draw(st.integers(0, 2)) == 0 and (not item.named or used < item.limit):
            world.grants.setdefault(user_id, set()).add(item.id)


def _in_creatio(draw: st.DrawFn, world: SmallWorld, number: int, username: str, name: str, extension: str) -> None:
    known = draw(st.sampled_from(("login", "name", "stranger")))
    if known == "stranger":
        return
    login = username if known == "login" else draw(st.sampled_from(("", f"crm{number}")))
    contact = world.add_contact(number, name, login=login, active=draw(st.integers(0, 4)) > 0)
    if extension and draw(st.booleans()):
        world.tables["communication"][f"c{number}"] = {"contact": contact, "number": extension, "non_actual": False}
    by_hand = draw(st.sampled_from(("none", "none", "username", "user_id", "bare")))
    if by_hand == "none":
        return
    values: dict[str, Any] = {"name": draw(st.sampled_from((name, "Хтось"))), "extension": extension or None}
    if world.profile == "callmanager":
        values["username"] = username if by_hand == "username" else None
        values["webitel_user_id"] = str(number) if by_hand == "user_id" else None
    else:
        values["extension"] = extension or "900"
    world.add_record(number, contact, **values)


# What may happen between two runs


def events() -> st.SearchStrategy[list[tuple[Callable[..., None], int, int]]]:
    """Things that happen, each to somebody and with some number."""
    happening = st.sampled_from(
        (_number, _swap, _rename, _dismiss, _restore, _rehire, _leave, _by_hand, _seat, _mail, _move, _forget)
    )
    return st.lists(st.tuples(happening, st.integers(0, 20), st.integers(0, 20)), min_size=1, max_size=5)


def happen(world: SmallWorld, what: list[tuple[Callable[..., None], int, int]]) -> None:
    """Let things happen."""
    for event, who, number in what:
        event(world, who, number)


def _somebody(world: SmallWorld, who: int) -> str | None:
    people = sorted(user_id for user_id in world.users if user_id != IMPORTER)
    return people[who % len(people)] if people else None


def _number(world: SmallWorld, who: int, number: int) -> None:
    user = _somebody(world, who)
    if user:
        world.users[user]["extension"] = NUMBERS[number % len(NUMBERS)] or None


def _swap(world: SmallWorld, who: int, number: int) -> None:
    one, other = _somebody(world, who), _somebody(world, number)
    if one and other:
        first, second = world.users[one], world.users[other]
        first["extension"], second["extension"] = second.get("extension"), first.get("extension")


def _rename(world: SmallWorld, who: int, number: int) -> None:
    user = _somebody(world, who)
    if user:
        world.users[user] |= {"username": f"renamed{number}", "name": f"Гай {world.users[user]['name'].split()[0]}"}


def _dismiss(world: SmallWorld, who: int, number: int) -> None:
    user = _somebody(world, who)
    if user is None:
        return
    row = world.users.pop(user)
    if number % 2:
        world.tombstones[user] = {**row, "deleted": True}
    else:
        world.grants.pop(user, None)


def _restore(world: SmallWorld, who: int, number: int) -> None:
    if world.tombstones:
        user = sorted(world.tombstones)[who % len(world.tombstones)]
        world.users[user] = {**world.tombstones.pop(user), "deleted": None}


def _rehire(world: SmallWorld, who: int, number: int) -> None:
    """Somebody who is gone gets a new account with the old login."""
    gone = sorted(
        user for user, link in world.links.items() if user not in world.users and user not in world.tombstones
    )
    if gone:
        link = world.links[gone[who % len(gone)]]
        world.users[str(50 + number)] = {"name": "Мельник Анна", "username": link.username or "nobody"}


def _leave(world: SmallWorld, who: int, number: int) -> None:
    users = world.tables["system_user"]
    if users:
        row = users[sorted(users)[who % len(users)]]
        row["active"] = not row["active"]


def _by_hand(world: SmallWorld, who: int, number: int) -> None:
    records = world.tables["record"]
    if records:
        records[sorted(records)[who % len(records)]]["name"] = f"Рука {number}"


def _seat(world: SmallWorld, who: int, number: int) -> None:
    user = _somebody(world, who)
    if user:
        held, item = world.grants.setdefault(user, set()), world.licenses[number % len(world.licenses)]
        used = sum(item.id in others for others in world.grants.values())
        if item.id in held:
            held.discard(item.id)
        elif not item.named or used < item.limit:
            held.add(item.id)


def _mail(world: SmallWorld, who: int, number: int) -> None:
    user = _somebody(world, who)
    if user:
        world.users[user]["email"] = f"new{number % 3}@romashka.example"


def _move(world: SmallWorld, who: int, number: int) -> None:
    """A human gives a record a contact that has no record yet."""
    records, taken = world.tables["record"], {row.get("contact") for row in world.tables["record"].values()}
    free = sorted(set(world.tables["contact"]) - taken)
    if records and free:
        records[sorted(records)[who % len(records)]]["contact"] = free[number % len(free)]


def _forget(world: SmallWorld, who: int, number: int) -> None:
    """The ledger is lost."""
    if number % 5 == 0:
        world.links, world.applied, world.grants_made = {}, {}, set()
