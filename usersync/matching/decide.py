"""From ranked candidates to one verdict for each user: the table of bands in docs/matching.md, top to bottom."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from functools import cached_property

from usersync.matching.keys import KeyHits, Support
from usersync.matching.people import Person, Sort
from usersync.matching.ranking import NAMED, WORTH, Ranked, Rankings
from usersync.matching.settings import MatchSettings
from usersync.matching.values import Band, Grade, Verdicts
from usersync.matching.word import Kind


@dataclass(frozen=True)
class Verdict:
    """What is decided for one user, before it is put into words.

    Attributes:
        band: see `Band`.
        rule: the rule that decided; names the sentence.
        chosen: for keep and auto.
        contact_id: for keep and verdicts, where there is no candidate.
        shown: candidates for a human, best first.
        rivals: contacts that stand in the way.
        rival_users: rows of users that stand in the way.
        expected: λ, where it was asked.
        would: what would change the verdict.
        stem: for a seat, its group.
    """

    band: Band
    rule: str
    chosen: Ranked | None = None
    contact_id: str | None = None
    shown: tuple[Ranked, ...] = ()
    rivals: tuple[Ranked, ...] = ()
    rival_users: tuple[int, ...] = ()
    expected: float | None = None
    would: tuple[str, ...] = ()
    stem: str = ""


@dataclass
class Court:
    """Decides all users together: no contact may go to two of them."""

    user_ids: Sequence[str]
    people: Sequence[Person]
    rankings: Rankings
    hits: KeyHits
    bound_contacts: AbstractSet[str]
    links: Mapping[str, str]
    verdicts: Verdicts
    settings: MatchSettings
    taken: dict[str, int] = field(default_factory=dict)
    _likely: dict[int, tuple[Ranked, float, float] | None] = field(default_factory=dict)
    _claims: dict[str, list[tuple[int, Ranked]]] = field(default_factory=lambda: defaultdict(list))

    def decide(self) -> list[Verdict]:
        """One verdict for each user."""
        result: list[Verdict | None] = [self._settled(row) for row in range(len(self.people))]
        self._take(result)
        keyed: list[Verdict | None] = [None if verdict else self._by_key(row) for row, verdict in enumerate(result)]
        keyed = self._once(keyed)
        result = [verdict or late for verdict, late in zip(result, keyed, strict=True)]
        self._take(result)
        self._collect_claims(result)
        if self.settings.evidence:
            return [verdict or self._by_evidence(row) for row, verdict in enumerate(result)]
        return [verdict or self._by_name(row) for row, verdict in enumerate(result)]

    def _take(self, verdicts: Sequence[Verdict | None]) -> None:
        for row, verdict in enumerate(verdicts):
            if verdict and verdict.band in {Band.KEEP, Band.AUTO}:
                contact_id = verdict.contact_id or (verdict.chosen.contact_id if verdict.chosen else None)
                if contact_id:
                    self.taken.setdefault(contact_id, row)

    def candidates(self, row: int) -> list[Ranked]:
        """Candidates of a user without those a human ruled out."""
        user = self.user_ids[row]
        ruled_out = self.verdicts.cannot_link
        if not ruled_out:
            return self.rankings.of[row]
        return [found for found in self.rankings.of[row] if (user, found.contact_id) not in ruled_out]

    # What does not depend on candidates

    def _settled(self, row: int) -> Verdict | None:
        user = self.user_ids[row]
        if user in self.verdicts.ignore:
            return Verdict(Band.SKIP, "ignored", would=("verdict",))
        if user in self.verdicts.must_link:
            return self._bound(user, Band.AUTO, "verdict", self.verdicts.must_link[user])
        if user in self.links and (user, self.links[user]) not in self.verdicts.cannot_link:
            return self._bound(user, Band.KEEP, "keep", self.links[user])
        if user in self.verdicts.import_anyway:
            return Verdict(Band.CREATE, "import-anyway", would=("verdict",))
        person = self.people[row]
        if person.sort in {Sort.SERVICE, Sort.NAMELESS}:
            return Verdict(Band.SKIP, str(person.sort), would=("import-anyway",))
        if person.sort is Sort.SEAT:
            return Verdict(
                Band.REVIEW, "seat", shown=self._shown(self.candidates(row)), would=("verdict",), stem=person.stem
            )
        return None

    def _bound(self, user: str, band: Band, rule: str, contact_id: str) -> Verdict:
        if contact_id not in self.bound_contacts:
            return Verdict(Band.REVIEW, "link-lost", would=("verdict",))
        others = tuple(row for row in self._bound_rows[contact_id] if self.user_ids[row] != user)
        if others:
            return Verdict(Band.REVIEW, "rival-users", rival_users=others, would=("verdict",))
        return Verdict(band, rule, contact_id=contact_id, would=("verdict",))

    @cached_property
    def _bound_rows(self) -> Mapping[str, list[int]]:
        """Contact id → rows of the users that a human or a stored link binds to it."""
        rows: dict[str, list[int]] = defaultdict(list)
        for row, user in enumerate(self.user_ids):
            contact_id = self.verdicts.must_link.get(user) or self.links.get(user)
            if contact_id and user not in self.verdicts.ignore:
                rows[contact_id].append(row)
        return rows

    # Strong keys

    def _by_key(self, row: int) -> Verdict | None:
        candidates = self.candidates(row)
        keyed = [found for found in candidates if found.keys]
        if not keyed:
            return None
        shown = self._shown(candidates)
        if len(keyed) > 1:
            return Verdict(Band.REVIEW, "keys-disagree", shown=shown, rivals=tuple(keyed), would=("verdict",))
        found = keyed[0]
        against = self._name_against(row, found, candidates)
        if against:
            return Verdict(Band.REVIEW, against, shown=self._shown([found, *candidates]), would=("verdict", "name"))
        if not found.pooled:
            return Verdict(
                Band.REVIEW, "outside-pool", shown=self._shown([found, *candidates]), would=("employee", "verdict")
            )
        holder = self.taken.get(found.contact_id)
        if holder is not None or (row, found.row) in self.hits.contested:
            rivals = (holder,) if holder is not None else ()
            return Verdict(Band.REVIEW, "rival-users", shown=shown, rival_users=rivals, would=("verdict",))
        return Verdict(Band.AUTO, str(found.keys[0]), chosen=found, shown=(found,), would=("other-key", "name"))

    def _name_against(self, row: int, found: Ranked, candidates: Sequence[Ranked]) -> str:
        """What in the names speaks against a key."""
        if found.grade is Grade.X:
            return "key-against-name"
        named = len(self.people[row].words) >= 2
        if named and found.grade is Grade.NONE and self._full_name(found):
            given = any(pair.contact.kind & Kind.GIVEN for pair in found.comparison.pairs)
            return "renamed" if given and not found.comparison.conflict else "key-against-name"
        if found.grade not in NAMED:
            # Somebody else has the user's very name: the address may have been passed on.
            better = [
                other
                for other in candidates
                if other.pooled and other.grade in {Grade.A, Grade.A3} and other is not found
            ]
            if named and better:
                return "key-against-better-name"
        return ""

    def _full_name(self, found: Ranked) -> bool:
        words = self.rankings.words_of(found.row)
        return any(not word.kind & (Kind.INITIAL | Kind.PARTICLE | Kind.LEGAL_FORM) for word in words)

    def _once(self, keyed: list[Verdict | None]) -> list[Verdict | None]:
        """Two users that keys lead to one contact: a question for both."""
        holders: dict[str, list[int]] = defaultdict(list)
        for row, verdict in enumerate(keyed):
            if verdict and verdict.chosen:
                holders[verdict.chosen.contact_id].append(row)
        result = list(keyed)
        for rows in holders.values():
            if len(rows) > 1:
                for row in rows:
                    others = tuple(other for other in rows if other != row)
                    shown = self._shown(self.candidates(row))
                    result[row] = Verdict(
                        Band.REVIEW, "rival-users", shown=shown, rival_users=others, would=("verdict",)
                    )
        return result

    # Names

    def _collect_claims(self, verdicts: Sequence[Verdict | None]) -> None:
        """Which users want which contact by its name: those for whom it is among their best."""
        for row, verdict in enumerate(verdicts):
            if verdict is not None:
                continue
            named = [found for found in self.candidates(row) if found.pooled and found.grade in NAMED | {Grade.B}]
            best = max((found.score for found in named), default=0.0)
            for found in named:
                if found.score >= best - self.settings.rival_margin:
                    self._claims[found.contact_id].append((row, found))

    def _by_name(self, row: int) -> Verdict:
        candidates = self.candidates(row)
        worth = [found for found in candidates if found.grade in WORTH]
        if not worth:
            return self._nobody(row)
        shown = self._shown(worth)
        pooled = [found for found in worth if found.pooled]
        if not pooled or self._customer_fits_better(pooled, worth):
            return Verdict(Band.REVIEW, "outside-pool", shown=shown, would=("employee", "verdict"))
        top = min(pooled, key=lambda found: (-found.score, found.order))
        if top.grade in {Grade.A, Grade.A3} and not top.by_login:
            return self._full_name_agrees(row, top, pooled, shown)
        return self._almost(row, top, pooled, shown)

    def _customer_fits_better(self, pooled: Sequence[Ranked], worth: Sequence[Ranked]) -> bool:
        best = max(found.score for found in pooled)
        return best < 90.0 and any(
            not found.pooled and found.grade in {Grade.A, Grade.A3} and found.score > best + self.settings.rival_margin
            for found in worth
        )

    def _full_name_agrees(self, row: int, top: Ranked, pooled: Sequence[Ranked], shown: tuple[Ranked, ...]) -> Verdict:
        rivals = tuple(
            found for found in pooled
            if found is not top and found.grade in NAMED and found.score >= top.score - self.settings.rival_margin
        )  # fmt: skip
        expected = self.rankings.namesakes(top.comparison)
        users = self._rival_users(row, top)
        if users:
            return Verdict(
                Band.REVIEW, "rival-users", shown=shown, rivals=rivals, rival_users=users, expected=expected,
                would=("key", "verdict"),
            )  # fmt: skip
        if rivals or expected > self._bound_of(top):
            supported = [found for found in (top, *rivals) if self._supported(found)]
            if supported == [top]:
                return Verdict(
                    Band.AUTO,
                    "supported",
                    chosen=top,
                    shown=shown,
                    rivals=rivals,
                    expected=expected,
                    would=("other-name",),
                )
            rule = "rivals" if rivals else "common-name"
            return Verdict(
                Band.REVIEW, rule, shown=shown, rivals=rivals, expected=expected, would=("key", "patronymic", "verdict")
            )
        return Verdict(Band.AUTO, "name", chosen=top, shown=shown, expected=expected, would=("rival", "other-name"))

    def _bound_of(self, found: Ranked) -> float:
        """Greatest λ of a link. A typing error is rare: as often as not the almost same name is another person's."""
        return self.settings.max_lambda * (self.settings.typing_errors if found.grade is Grade.A3 else 1.0)

    def _almost(self, row: int, top: Ranked, pooled: Sequence[Ranked], shown: tuple[Ranked, ...]) -> Verdict:
        sure = NAMED | {Grade.B}
        rivals = tuple(
            found for found in pooled
            if found is not top and found.grade in sure and found.score >= top.score - self.settings.rival_margin
        )  # fmt: skip
        users = self._rival_users(row, top)
        expected = self.rankings.namesakes(top.comparison)
        if self._supported(top) and top.grade in sure and not rivals and not users and top.comparison.kind != "similar":
            return Verdict(
                Band.AUTO, "supported", chosen=top, shown=shown, expected=expected, would=("rival", "other-name")
            )
        if rivals:
            rule = "rivals"
        elif users:
            rule = "rival-users"
        else:
            rule = "login-suggestion" if top.by_login else _RULE_OF_GRADE[top.grade]
        return Verdict(
            Band.REVIEW,
            rule,
            shown=shown,
            rivals=rivals,
            rival_users=users,
            expected=expected,
            would=("key", "verdict"),
        )

    def _supported(self, found: Ranked) -> bool:
        """Whether something besides the name speaks for a contact; an account does as far as few namesakes can have it."""
        if found.supports != (Support.ACCOUNT,):
            return bool(found.supports)
        expected = self.rankings.namesakes(found.comparison)
        return expected * self.hits.account_share(found.row) <= self.settings.max_lambda

    # Further columns

    def _by_evidence(self, row: int) -> Verdict:
        """λ over names and further columns together; the best on both sides by a factor of a hundred."""
        best = self._likeliest(row)
        if best is None or not best[0].weight.agreed:
            return self._by_name(row)
        top, expected, second = best
        shown = tuple(dict.fromkeys((top, *self._shown(self.candidates(row)))))[: self.settings.candidate_limit]
        rivals = tuple(
            other for other, (found, likeness, _) in self._likeliest_of_contact[top.contact_id]
            if other != row and likeness < expected * _FACTOR
        )  # fmt: skip
        sure = expected <= self.settings.max_lambda and top.pooled and second > expected * _FACTOR
        if sure and not rivals and self.taken.get(top.contact_id) is None:
            return Verdict(
                Band.AUTO, "evidence", chosen=top, shown=shown, expected=expected, would=("rival", "other-name")
            )
        if expected <= 1.0:
            rule = "rival-users" if rivals else "common-name" if top.pooled else "outside-pool"
            return Verdict(
                Band.REVIEW, rule, shown=shown, rival_users=rivals, expected=expected, would=("key", "verdict")
            )
        return self._by_name(row)

    def _likeliest(self, row: int) -> tuple[Ranked, float, float] | None:
        """The candidate with the smallest λ, its λ, and that of the next."""
        if row not in self._likely:
            ranked = sorted(
                ((self.rankings.likeness(found), found.contact_id, found) for found in self.candidates(row)),
                key=lambda item: item[:2],
            )
            second = ranked[1][0] if len(ranked) > 1 else float("inf")
            self._likely[row] = (ranked[0][2], ranked[0][0], second) if ranked else None
        return self._likely[row]

    @cached_property
    def _likeliest_of_contact(self) -> Mapping[str, list[tuple[int, tuple[Ranked, float, float]]]]:
        claims: dict[str, list[tuple[int, tuple[Ranked, float, float]]]] = defaultdict(list)
        for row in range(len(self.people)):
            best = self._likeliest(row)
            if best:
                claims[best[0].contact_id].append((row, best))
        return claims

    def _rival_users(self, row: int, top: Ranked) -> tuple[int, ...]:
        holder = self.taken.get(top.contact_id)
        if holder is not None:
            return (holder,)
        return tuple(
            other for other, found in self._claims.get(top.contact_id, ())
            if other != row and found.score >= top.score - self.settings.rival_margin
        )  # fmt: skip

    def _nobody(self, row: int) -> Verdict:
        person = self.people[row]
        if not person.named:
            holders = [found for found in self.candidates(row) if found.same_extension and found.grade is not Grade.X]
            rule = "one-word" if person.words else "login-only"
            return Verdict(
                Band.REVIEW, rule, shown=tuple(holders[: self.settings.candidate_limit]), would=("name", "verdict")
            )
        if not self._has_surname(person):
            return Verdict(Band.REVIEW, "no-surname", would=("name", "verdict"))
        return Verdict(Band.CREATE, "nobody", would=("contact",))

    def _has_surname(self, person: Person) -> bool:
        """Whether some word may be the surname; of two given names one is it."""
        words = [self.rankings.word(text) for text in person.words]
        return any(word.surname_able for word in words) or sum(bool(word.kind & Kind.GIVEN) for word in words) > 1

    def _shown(self, candidates: Sequence[Ranked]) -> tuple[Ranked, ...]:
        distinct = {id(found): found for found in candidates}.values()
        worth = [found for found in distinct if found.keys or found.grade in WORTH]
        return tuple(worth[: self.settings.candidate_limit])


_FACTOR = 100.0
_RULE_OF_GRADE: Mapping[Grade, str] = {
    Grade.A: "login-suggestion", Grade.A3: "login-suggestion", Grade.A_TYPO: "almost", Grade.B: "initial", Grade.C: "surname",
}  # fmt: skip
