"""One user's part of a plan while it is being made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from usersync.planning.recognise import Row
from usersync.planning.values import Bucket, LinkChange, Operation, Situation, Value
from usersync.words import Sentence


@dataclass
class Draft:
    """The plan of one Webitel user while it is made.

    Attributes:
        left_alone: nothing of this user is touched, its licences neither.
        operations, link: what would be done; see `Plan` and `UserItem` for the rest.
    """

    user: Row
    situation: Situation = Situation.UNCHANGED
    bucket: Bucket = Bucket.UNCHANGED
    band: str = "keep"
    reason: Sentence = field(default_factory=lambda: Sentence("planning-unchanged"))
    contact_id: str | None = None
    record_id: str | None = None
    operations: list[Operation] = field(default_factory=list)
    link: LinkChange | None = None
    evidence: Mapping[str, Any] = field(default_factory=dict)
    candidates: tuple[Mapping[str, Any], ...] = ()
    kept: Mapping[str, Value] = field(default_factory=dict)
    left_alone: bool = False

    @property
    def in_section(self) -> bool:
        """Whether the user has, or will have, a row in the section that may hold licences."""
        return self.record_id is not None and not self.left_alone

    def review(self, situation: Situation, reason: Sentence) -> Draft:
        """Leave it to a human; nothing is written."""
        self.situation, self.bucket, self.reason, self.operations = situation, Bucket.REVIEW, reason, []
        self.link, self.left_alone = None, True
        return self

    def skip(self, reason: Sentence, situation: Situation = Situation.SKIPPED) -> Draft:
        """Leave it out; it is listed."""
        self.situation, self.bucket, self.band, self.reason = situation, Bucket.SKIPPED, "skip", reason
        self.left_alone = True
        return self
