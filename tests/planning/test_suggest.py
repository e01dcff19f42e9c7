"""Rules out of today's assignments: plain where they can be, exact where they must be, with every exception named."""

from __future__ import annotations

import random
import tomllib
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from usersync.planning.rules import LicenseRule, Rules
from usersync.planning.seats import Seatable, allocate, applies
from usersync.planning.suggest import MOST_EXCEPTIONS, Suggestion, as_toml, suggest
from usersync.snapshots import Grant, License, Role

NOW = datetime(2026, 6, 1, tzinfo=UTC)
AGENTS, SENIORS = Role("20", "Агенти"), Role("21", "Seniors")


def _license(number: str, product: str = "CALL_CENTER", *, days: int = 90) -> License:
    return License(number, product, None, named=True, limit=99, remain=50, not_after=NOW + timedelta(days=days))


CALLS, MOBILE = _license("cc"), _license("mo", "MOBILE")


def _person(
    number: int, login: str = "", *held: License, roles: tuple[Role, ...] = (), extension: bool = True
) -> Seatable:
    grants = tuple(Grant(item.id, item.product) for item in held)
    return Seatable(str(number), login or f"n{number}", str(number) if extension else None, roles, grants)


def _suggested(people: list[Seatable], *licenses: License) -> tuple[Suggestion, ...]:
    return suggest(people, licenses or (CALLS, MOBILE), NOW)


def test_what_everybody_holds_is_given_to_everyone() -> None:
    assert _suggested([_person(n, "", CALLS) for n in range(9)]) == (Suggestion("CALL_CENTER", ("everyone",), 9),)


def test_what_those_with_an_extension_hold_is_given_by_the_extension() -> None:
    people = [_person(n, "", CALLS) for n in range(6)] + [_person(n, "", extension=False) for n in range(6, 12)]

    assert _suggested(people) == (Suggestion("CALL_CENTER", ("extension",), 6),)


def test_roles_and_beginnings_of_logins_become_rules_and_two_of_them_where_one_does_not_do() -> None:
    people = [
        *(_person(n, f"x{n}", CALLS, roles=(AGENTS,)) for n in range(5)),
        *(_person(n, f"op.{chr(65 + n)}", CALLS) for n in range(5, 9)),
        *(_person(n, f"y{n}", roles=(SENIORS,)) for n in range(9, 20)),
    ]

    (found,) = _suggested(people)

    assert set(found.who) == {"role:Агенти", "login:op.*"}
    assert (found.holders, found.exceptions) == (9, 0)


def test_exceptions_are_named_with_what_the_rule_would_mean_for_them() -> None:
    people = [
        *(_person(n, f"a{n}", CALLS, roles=(AGENTS,)) for n in range(10)),
        _person(10, "late.comer", roles=(AGENTS,)),
        _person(11, "the.boss", CALLS),
        *(_person(n, f"b{n}") for n in range(12, 30)),
    ]

    assert _suggested(people) == (
        Suggestion("CALL_CENTER", ("role:Агенти",), 11, would_get=("late.comer",), without_rule=("the.boss",)),
    )


def test_where_no_rule_fits_the_holders_are_named() -> None:
    people = [_person(n, f"n{n * 7 % 31}", *([CALLS] if n % 3 == 0 else [])) for n in range(12)]

    (found,) = _suggested(people)

    assert found.who == ("people:n0,n21,n11,n1",)
    assert found.exceptions == 0


def test_nothing_is_proposed_of_what_has_run_out_is_not_for_users_or_nobody_holds() -> None:
    old, chat = _license("old", "VOIP_DEVICE", days=-1), _license("chat", "CHAT")

    assert suggest([_person(1, "", old, chat)], [old, chat, MOBILE], NOW) == ()


def test_the_toml_is_settings_and_says_the_exceptions() -> None:
    people = [_person(n, f"a{n}", CALLS, roles=(Role("5", 'A "B"\\C'),)) for n in range(9)] + [
        _person(10, "the.boss", CALLS), *(_person(n, f"b{n}") for n in range(11, 30)),
    ]  # fmt: skip

    text = as_toml(_suggested(people))

    rules = Rules(**tomllib.loads(text)["rules"])
    assert rules.licenses == (LicenseRule(product="CALL_CENTER", who='role:A "B"\\C'),)
    assert "the.boss" in text
    assert tomllib.loads(as_toml(_suggested(people), "domains.kyiv.rules"))["domains"]["kyiv"]["rules"]["licenses"]


@st.composite
def _offices(draw: st.DrawFn) -> list[Seatable]:
    return [
        _person(
            number, draw(st.sampled_from(("op", "sales.", "x"))) + str(number),
            *draw(st.lists(st.sampled_from((CALLS, MOBILE)), max_size=2, unique=True)),
            roles=tuple(draw(st.lists(st.sampled_from((AGENTS, SENIORS)), max_size=2, unique=True))),
            extension=draw(st.booleans()),
        )
        for number in range(draw(st.integers(0, 12)))
    ]  # fmt: skip


@given(_offices(), st.randoms(use_true_random=False))
def test_the_exceptions_are_exactly_who_the_rules_do_not_fit_and_they_are_few(
    people: list[Seatable], luck: Any
) -> None:
    found = _suggested(people)

    for item in found:
        held = {p.username for p in people if any(g.product == item.product for g in p.grants)}
        rules = [LicenseRule(product=item.product, who=who) for who in item.who]
        named = {p.username for p in people if any(applies(rule, p) for rule in rules)}
        assert set(item.would_get) == named - held
        assert set(item.without_rule) == held - named
        assert item.exceptions <= MOST_EXCEPTIONS * item.holders
    shuffled = list(people)
    random.Random(luck.random()).shuffle(shuffled)
    assert _suggested(shuffled, MOBILE, CALLS) == found


@given(_offices())
def test_obeying_the_suggestion_takes_nothing_and_gives_only_to_the_exceptions(people: list[Seatable]) -> None:
    found = _suggested(people)
    rules = [LicenseRule(product=item.product, who=who) for item in found for who in item.who]

    allocation = allocate(
        people, (CALLS, MOBILE), rules, made_by_us=frozenset(), now=NOW, importer_holds=frozenset({"cc"}), release=True
    )

    held = {p.user_id: {g.license_id for g in p.grants} for p in people}
    names = {p.user_id: p.username for p in people}
    given_to = {names[user] for user, licenses in allocation.sets.items() if set(licenses) - held[user]}
    assert given_to == {login for item in found for login in item.would_get}
    assert all(held[user] <= set(licenses) for user, licenses in allocation.sets.items())
