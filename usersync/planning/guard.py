"""What stops a plan: the trust gate on both snapshots, and the limits above which a human must approve.

The trust gate cannot be allowed away; its sentences say what was seen against what is usual. The limits are settings and
are shown as meters.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from usersync.planning.rules import ApprovalLimits, Rules
from usersync.planning.values import Action, Bucket, Plan
from usersync.planning.world import Memory
from usersync.snapshots import SourceSnapshot, TargetSnapshot
from usersync.words import Sentence

Counts = Mapping[str, int]


def source_counts(source: SourceSnapshot) -> dict[str, int]:
    """How much the source snapshot holds, to compare with what is usual."""
    return {"users": len(source.users), "licenses": len(source.licenses or ())}


def target_counts(target: TargetSnapshot) -> dict[str, int]:
    """How much the target snapshot holds, to compare with what is usual."""
    return {
        "contacts": len(target.contacts),
        "records": len(target.records),
        "employees": int(((target.system_users["active"] == True) & (target.system_users["connection_type"] == 0)).sum()),  # noqa: E712
    }  # fmt: skip


def distrust(
    source: SourceSnapshot,
    target: TargetSnapshot,
    memory: Memory,
    rules: Rules,
    *,
    usual_source: Counts | None,
    usual_target: Counts | None,
) -> tuple[Sentence, ...]:
    """Why the snapshots cannot be believed; empty where they can. One reason is enough: nothing is written."""
    return (
        *_distrust_source(source, rules, usual_source),
        *_distrust_target(target, memory, rules, usual_target, scoped=bool(source.scope)),
    )


def _distrust_source(source: SourceSnapshot, rules: Rules, usual: Counts | None) -> list[Sentence]:
    seen, expected = len(source.users), (usual or {}).get("users", 0)
    reasons: list[Sentence] = []
    if seen == 0:
        reasons.append(Sentence("guard-source-empty", {"usual": expected}))
    elif source.problems:
        reasons.append(Sentence("guard-source-untrusted", {"seen": seen, "usual": expected}))
    elif not source.scope and _shrunk(seen, expected, rules):
        reasons.append(Sentence("guard-source-shrunk", {"seen": seen, "usual": expected}))
    return [*reasons, *source.problems]


def _distrust_target(
    target: TargetSnapshot, memory: Memory, rules: Rules, usual: Counts | None, *, scoped: bool
) -> list[Sentence]:
    reasons: list[Sentence] = []
    counts = target_counts(target)
    if counts["employees"] == 0:
        reasons.append(Sentence("guard-target-no-employees", {"usual": (usual or {}).get("employees", 0)}))
    if target.contacts_complete and counts["contacts"] == 0:
        reasons.append(Sentence("guard-target-no-contacts", {"usual": (usual or {}).get("contacts", 0)}))
    own = target.own_contact
    if own is not None and target.contacts_complete and own not in set(target.contacts["id"]):
        reasons.append(Sentence("guard-target-own-contact"))
    linked = {link.contact_id for link in memory.links.values() if link.state == "active" and link.contact_id}
    seen = len(linked & set(target.contacts["id"]))
    if _shrunk(seen, len(linked), rules):
        reasons.append(Sentence("guard-target-linked-contacts", {"seen": seen, "usual": len(linked)}))
    recorded = {link.record_id for link in memory.links.values() if link.state == "active" and link.record_id}
    seen = len(recorded & set(target.records["id"]))
    if _shrunk(seen, len(recorded), rules):
        reasons.append(Sentence("guard-target-linked-records", {"seen": seen, "usual": len(recorded)}))
    if not scoped:
        reasons += [
            Sentence("guard-target-shrunk", {"what": name, "seen": counts[name], "usual": (usual or {})[name]})
            for name in ("contacts", "employees")
            if _shrunk(counts[name], (usual or {}).get(name, 0), rules)
        ]
    return [*reasons, *target.problems]


def _shrunk(seen: int, usual: int, rules: Rules) -> bool:
    """So much is missing that the read, not the world, must be wrong."""
    missing = usual - seen
    if usual and seen == 0:
        return True
    return missing > max(rules.trust.missing_minimum, rules.trust.missing_share * usual)


@dataclass(frozen=True)
class Meter:
    """One limit: how much of it the plan uses. `limit` None: any such change needs approval."""

    name: str
    value: int
    limit: int | None

    @property
    def exceeded(self) -> bool:
        """Whether a human must approve."""
        return self.value > (self.limit or 0)

    @property
    def sentence(self) -> Sentence:
        """The meter in words."""
        return Sentence(f"guard-meter-{self.name}", {"value": self.value, "limit": self.limit or 0})

    def to_json(self) -> dict[str, Any]:
        """JSON of the meter."""
        return {"name": self.name, "value": self.value, "limit": self.limit, "exceeded": self.exceeded}


def meters(plan: Plan, limits: ApprovalLimits, *, first_apply: bool) -> tuple[Meter, ...]:
    """How far the plan goes, limit by limit; it waits for approval if any is exceeded."""
    if not plan.changes:
        return ()
    users = len(plan.items)
    created = sum(operation.entity == "contact" and operation.action is Action.CREATE for operation in plan.operations)
    seats_lost = sum(
        operation.action is Action.SET_LICENSES
        and bool(set(_licenses(operation.before)) - set(_licenses(operation.after)))
        for operation in plan.operations
    )
    disabled = sum(user.outcome != "left" for user in plan.gone)
    updated = sum(item.bucket is Bucket.UPDATED for item in plan.items)
    relinked = sum(link.former_user_id is not None for link in plan.links)
    found = [
        Meter("created", created, _limit(limits.created_minimum, limits.created_share, users)),
        Meter("disabled", disabled + seats_lost, _limit(limits.disabled_minimum, limits.disabled_share, users)),
        Meter("updated", updated, _limit(limits.updated_minimum, limits.updated_share, users)),
    ]
    if limits.relinks:
        found.append(Meter("relinked", relinked, None))
    if limits.first_apply and first_apply:
        found.insert(0, Meter("first", len(plan.operations), None))
    return tuple(found)


def _limit(minimum: int, share: float, users: int) -> int:
    """So many, or such a share of the users in scope, whichever is more. 0.29 of 100 are 29, whatever floats make of it."""
    return max(minimum, int(share * users + 1e-6))


def _licenses(fields: Mapping[str, Any]) -> list[str]:
    return list(fields.get("licenses") or ())
