"""A verdict as a decision: one sentence for an administrator, and the evidence a machine can read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from usersync.matching.decide import Verdict
from usersync.matching.grade import Comparison
from usersync.matching.keys import KeyHits
from usersync.matching.people import Person
from usersync.matching.ranking import Ranked, Rankings
from usersync.matching.values import Band, Candidate, Decision, Grade
from usersync.matching.word import Word
from usersync.words import Sentence


def explain(
    row: int, verdict: Verdict, person: Person, user_ids: Sequence[str], hits: KeyHits, rankings: Rankings
) -> Decision:
    """Put one verdict into words.

    Args:
        row: row of the user.
        verdict: what was decided.
        person: the user, read.
        user_ids: ids of all users, to name rivals.
        hits: for the keys that were passed over because several contacts share them.
        rankings: for the words of the contacts.
    """
    best = verdict.chosen or (verdict.shown[0] if verdict.shown else None)
    linked = verdict.band in {Band.KEEP, Band.AUTO}
    contact_id = verdict.contact_id or (verdict.chosen.contact_id if verdict.chosen else None)
    return Decision(
        user_id=user_ids[row],
        band=verdict.band,
        contact_id=contact_id if linked else None,
        grade=best.grade if best else Grade.NONE,
        score=best.score if best else 0.0,
        reason=Sentence(f"matching-rule-{verdict.rule}", _arguments(verdict, best, user_ids)),
        evidence=_evidence(row, verdict, person, best, user_ids, hits, rankings),
        candidates=tuple(_candidate(found) for found in verdict.shown),
    )


def _arguments(verdict: Verdict, best: Ranked | None, user_ids: Sequence[str]) -> dict[str, Any]:
    others = [found for found in (*verdict.rivals, *verdict.shown) if found is not best]
    after = others[0] if others else None
    common = agreement(best)
    return {
        # Where a key is doubted because of the names, no word in common is another name.
        "agreement": "against-name" if verdict.rule == "key-against-name" and common == "none" else common,
        "next": after.contact_id if after else "",
        "nextgrade": str(after.grade) if after else "none",
        "nextscore": round(after.score) if after else 0,
        "rivals": len(verdict.rivals),
        "users": ", ".join(_users(verdict, user_ids)[:3]),
        "usercount": len(verdict.rival_users),
        "namesakes": _rounded(verdict.expected),
        "support": str(best.supports[0]) if best and best.supports else "none",
    }


def _rounded(expected: float | None) -> str:
    if expected is None:
        return ""
    return f"{expected:.3f}" if expected >= 0.001 else "<0.001"


def _users(verdict: Verdict, user_ids: Sequence[str]) -> list[str]:
    return sorted(user_ids[row] for row in verdict.rival_users)


def agreement(found: Ranked | None) -> str:
    """What the names have in common, as the catalogues name it (`exact`, `typo`, `surname-only` …)."""
    if found is None or found.grade is Grade.NONE:
        return "none"
    if found.grade is Grade.X:
        return f"against-{found.comparison.conflict or 'name'}"
    return found.comparison.kind.replace(" ", "-")


def _candidate(found: Ranked) -> Candidate:
    arguments = {
        "agreement": agreement(found),
        "pooled": "yes" if found.pooled else "no",
        "key": str(found.keys[0]) if found.keys else "none",
        "support": str(found.supports[0]) if found.supports else "none",
        "extension": "same" if found.same_extension else "other",
    }
    return Candidate(found.contact_id, found.grade, found.score, Sentence("matching-candidate", arguments))


def _left(words: Sequence[Word], comparison: Comparison) -> list[str]:
    """Words of the contact that agree with nothing (the comparison may have been made with a namesake)."""
    agreed = {pair.contact.text for pair in comparison.pairs}
    return [word.text for word in words if word.text not in agreed]


def _evidence(
    row: int,
    verdict: Verdict,
    person: Person,
    best: Ranked | None,
    user_ids: Sequence[str],
    hits: KeyHits,
    rankings: Rankings,
) -> dict[str, Any]:
    evidence: dict[str, Any] = {"rule": verdict.rule, "would_change": list(verdict.would)}
    if best:
        evidence |= {
            "words": best.comparison.words,
            "user_words_left": [word.text for word in best.comparison.user_left],
            "contact_words_left": _left(rankings.words_of(best.row), best.comparison),
            "conflict": best.comparison.conflict or None,
            "keys": [str(key) for key in best.keys],
            "supports": [str(support) for support in best.supports],
            "in_pool": best.pooled,
            "by_login": best.by_login,
            "columns": list(best.weight.agreed),
            "columns_against": list(best.weight.against),
        }
    if verdict.expected is not None:
        evidence["lambda"] = round(verdict.expected, 6)
    evidence["rivals"] = [
        {"contact_id": rival.contact_id, "grade": str(rival.grade), "score": rival.score}
        for rival in verdict.rivals[:5]
    ]
    evidence["rival_users"] = _users(verdict, user_ids)[:5]
    if hits.shared.get(row):
        evidence["shared_keys"] = [str(key) for key in hits.shared[row]]
    if verdict.stem:
        evidence["group"] = verdict.stem
    if person.logins and not person.words:
        evidence["login_words"] = list(person.logins[0])
    return evidence
