"""Recognise who is known, and let matching decide about the rest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from usersync.matching import Decision, MatchSettings, match
from usersync.planning.pool import contacts_for_matching
from usersync.planning.recognise import KnownLink, Recognition, by_number, recognise
from usersync.planning.rules import Rules
from usersync.planning.verdicts import Review
from usersync.snapshots import SourceSnapshot, TargetSnapshot


@dataclass(frozen=True)
class Matched:
    """Who is known, and what matching says of the others; by Webitel user id."""

    recognition: Recognition
    decisions: Mapping[str, Decision]


def match_users(
    source: SourceSnapshot,
    target: TargetSnapshot,
    links: Mapping[str, KnownLink],
    rules: Rules,
    *,
    proven_gone: frozenset[str],
    review: Review | None = None,
    settings: MatchSettings | None = None,
    decided: Mapping[str, Decision] | None = None,
) -> Matched:
    """Decide about every user in scope that evidence stronger than names does not settle.

    Args:
        review: what humans said; who is named there is settled before names are compared.
        decided: decisions already made, to be kept: nobody is matched again.
    """
    recognition = recognise(source, target, links, proven_gone=proven_gone, names_agree=names_agree, review=review)
    if decided is not None:
        return Matched(recognition, decided)
    users = source.users
    settled = set(recognition.links)
    asked = users[source.in_scope & (users["id"] != source.importer_id) & ~users["id"].isin(settled)]
    if asked.empty:
        return Matched(recognition, {})
    contacts, pool = contacts_for_matching(target, rules, [name for name in users["username"] if name])
    # Those who are settled take part too: their contacts are taken, and their names are rivals of nobody else.
    table = pd.DataFrame(
        {name: users[name].to_numpy() for name in ("id", "name", "username", "email", "extension")}, dtype=object
    )
    # Matching knows one user for each contact; a second account of the same person stands in nobody's way.
    holders: dict[str, str] = {}
    for user_id in sorted(recognition.links, key=by_number):
        holders.setdefault(recognition.links[user_id], user_id)
    first = {user_id: contact_id for contact_id, user_id in holders.items()}
    verdicts = recognition.review.for_matching(settled=settled, second_holders=settled - first.keys())
    decisions = match(table, contacts, pool=pool, links=first, verdicts=verdicts, settings=settings or MatchSettings())
    wanted = set(asked["id"])
    return Matched(recognition, {decision.user_id: decision for decision in decisions if decision.user_id in wanted})


def names_agree(left: str, right: str) -> bool:
    """Whether two names can be one person's, in whatever script and order: matching is asked, as of two strangers."""
    if not left.strip() or not right.strip():
        return False
    users = pd.DataFrame({"id": ["1"], "name": [left]}, dtype=object)
    contacts = pd.DataFrame({"Id": ["1"], "Name": [right]}, dtype=object)
    decision = match(users, contacts, pool=pd.Series([True]))[0]
    return decision.contact_id == "1"
