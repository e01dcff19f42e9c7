"""Who is who: Webitel users and Creatio contacts. Pure functions over pandas frames, no I/O (but for the command in `cli`)."""

from usersync.matching.engine import match
from usersync.matching.settings import EvidenceRole, EvidenceRule, MatchSettings
from usersync.matching.values import Band, Candidate, Decision, Decisions, Grade, Verdicts

__all__ = [
    "Band",
    "Candidate",
    "Decision",
    "Decisions",
    "EvidenceRole",
    "EvidenceRule",
    "Grade",
    "MatchSettings",
    "Verdicts",
    "match",
]
