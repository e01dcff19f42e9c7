"""Propose licence rules from who holds what today, with the exceptions: what is true of nearly all holders becomes a rule."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from usersync.planning.recognise import by_number
from usersync.planning.rules import LicenseRule
from usersync.planning.seats import NOT_ASSIGNED_TO_USERS, Seatable, applies, is_valid
from usersync.snapshots import License
from usersync.words import Sentence

MOST_EXCEPTIONS: Final = 0.2
"""Exceptions a rule may have for each holder; where every rule has more, the holders are named one by one."""
_MOST_RULES: Final = 3
_START: Final = re.compile(r"[A-Za-z]{2,}[._-]?(?=.)")
"""The beginning of a login that others may share: letters, and one separator. One letter is somebody's initial."""


@dataclass(frozen=True)
class Suggestion:
    """The rules proposed for one product.

    Attributes:
        who: what each rule says, as in `LicenseRule.who`.
        holders: how many hold the product today.
        would_get: logins the rules name who hold none.
        without_rule: logins who hold one and are named by no rule; what others granted stays with them.
    """

    product: str
    who: tuple[str, ...]
    holders: int
    would_get: tuple[str, ...] = ()
    without_rule: tuple[str, ...] = ()

    @property
    def sentence(self) -> Sentence:
        """How well the rules fit, for a reader."""
        args = {"product": self.product, "holders": self.holders, "exceptions": self.exceptions}
        return Sentence("licenses-suggestion", args)

    @property
    def exceptions(self) -> int:
        """How many people the rules do not fit."""
        return len(self.would_get) + len(self.without_rule)

    def to_json(self) -> dict[str, Any]:
        """JSON of the suggestion."""
        return {
            "product": self.product, "who": list(self.who), "holders": self.holders, "would_get": list(self.would_get),
            "without_rule": list(self.without_rule),
        }  # fmt: skip


def suggest(people: Sequence[Seatable], licenses: Sequence[License], now: datetime) -> tuple[Suggestion, ...]:
    """The rules that describe today's assignments, by product. The order of people and licences does not matter.

    Args:
        people: everybody rules may speak of.
        licenses: what the customer has; products without a valid licence today are left out.
        now: aware.
    """
    people = sorted(people, key=lambda person: by_number(person.user_id))
    serials: defaultdict[str, set[str]] = defaultdict(set)
    for item in licenses:
        if is_valid(item, now) and item.product not in NOT_ASSIGNED_TO_USERS:
            serials[item.product].add(item.id)
    candidates = _candidates(people)
    found = []
    for product in sorted(serials):
        holders = frozenset(
            person.user_id for person in people if any(grant.license_id in serials[product] for grant in person.grants)
        )
        if holders:
            found.append(_fit(product, people, holders, candidates))
    return tuple(found)


def as_toml(suggestions: Sequence[Suggestion], table: str = "rules") -> str:
    """The suggestions for `usersync.toml`, each with its exceptions as comments.

    Args:
        suggestions: see `suggest`.
        table: the section of the settings they stand in.
    """
    lines: list[str] = []
    for item in suggestions:
        lines.append(f"# {item.sentence}")
        if item.would_get:
            lines.append(f"# {_listed('licenses-would-get', item.would_get)}")
        if item.without_rule:
            lines.append(f"# {_listed('licenses-without-rule', item.without_rule)}")
        for who in item.who:
            lines += [f"[[{table}.licenses]]", f"product = {_quoted(item.product)}", f"who = {_quoted(who)}", ""]
    return "\n".join(lines)


def _candidates(people: Sequence[Seatable]) -> dict[str, frozenset[str]]:
    """Everything a rule might say → who it would name; the plainest first."""
    said = ["everyone", "extension"]
    said += sorted({f"role:{role.name}" for person in people for role in person.roles if role.name.strip()})
    beginnings = {match.group().casefold() for person in people if (match := _START.match(person.username))}
    said += sorted(f"login:{beginning}*" for beginning in beginnings)
    named = {
        who: frozenset(p.user_id for p in people if applies(LicenseRule(product="ANY", who=who), p)) for who in said
    }
    # One person is no pattern.
    return {who: users for who, users in named.items() if len(users) > 1 or who in ("everyone", "extension")}


def _fit(
    product: str, people: Sequence[Seatable], holders: frozenset[str], candidates: Mapping[str, frozenset[str]]
) -> Suggestion:
    logins = {person.user_id: person.username for person in people}
    chosen: list[str] = []
    covered: frozenset[str] = frozenset()
    while len(chosen) < _MOST_RULES:
        # min takes the first of equals: the plainest.
        best = min(candidates, key=lambda who: len((covered | candidates[who]) ^ holders))
        gained = len(covered ^ holders) - len((covered | candidates[best]) ^ holders)
        if gained < (2 if chosen else 1):  # a further rule for one person is no rule
            break
        chosen.append(best)
        covered |= candidates[best]
    if not chosen or len(covered ^ holders) > MOST_EXCEPTIONS * len(holders):
        named = ",".join(logins[person.user_id] for person in people if person.user_id in holders)
        return Suggestion(product, (f"people:{named}",), len(holders))
    return Suggestion(
        product, tuple(chosen), len(holders), _logins(people, covered - holders), _logins(people, holders - covered)
    )


def _logins(people: Sequence[Seatable], user_ids: Collection[str]) -> tuple[str, ...]:
    return tuple(person.username for person in people if person.user_id in user_ids)


def _listed(sentence: str, logins: Sequence[str]) -> str:
    return f"  {Sentence(sentence, {'count': len(logins)})}: {', '.join(map(_on_one_line, logins))}"


def _on_one_line(text: str) -> str:
    return " ".join(text.split())


def _quoted(text: str) -> str:
    """A basic string of TOML; JSON's escapes are among its own."""
    return json.dumps(text, ensure_ascii=False)
