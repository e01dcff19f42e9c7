"""What one run did, in counts that must balance. The final state follows from them; it cannot lie."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from usersync.planning.administration import TELEPHONY
from usersync.planning.values import Action, Bucket, Plan, UserItem


@dataclass(frozen=True)
class Receipt:
    """The counts of one run.

    Attributes:
        users: source users in scope; the buckets add up to it.
        gone: disabled, deleted, left.
        seats: wanted = held + assigned + waiting + refused.
        operations: by what became of them; in a preview all are `planned`.
        requests: sent to each service.
        overhead_seconds: `seconds` without waiting for the services, matching and Prefect's start.
        converged: whether planning again left nothing; None where nothing was applied.
        residue: operations that planning again would still do.
    """

    run_id: str
    domain: str
    mode: str
    state: str
    users: int
    buckets: Mapping[str, int]
    gone: Mapping[str, int]
    seats: Mapping[str, int]
    operations: Mapping[str, int]
    requests: Mapping[str, int]
    seconds: float
    overhead_seconds: float
    plan_hash: str | None
    converged: bool | None
    residue: int = 0

    def to_json(self) -> dict[str, Any]:
        """JSON of the receipt, keys in the order of its fields."""
        return {name: dict(value) if isinstance(value, Mapping) else value for name, value in self.__dict__.items()}

    @property
    def failed(self) -> bool:
        """Whether the run ends `CompletedWithFailures`."""
        return self.buckets[Bucket.FAILED] > 0 or self.operations.get("failed", 0) > 0

    def check(self) -> None:
        """The sums must balance.

        Raises:
            AssertionError: they do not; the program is wrong, not the world.
        """
        if sum(self.buckets.values()) != self.users:
            raise AssertionError(f"buckets {dict(self.buckets)} do not add up to {self.users} users")
        seats = self.seats
        if seats["wanted"] != seats["held"] + seats["assigned"] + seats["waiting"] + seats["refused"]:
            raise AssertionError(f"seats {dict(seats)} do not balance")


@dataclass(frozen=True)
class Tally:
    """What became of a plan: the part of the receipt that is counted from plan and outcomes."""

    buckets: Mapping[str, int]
    gone: Mapping[str, int]
    seats: Mapping[str, int]
    operations: Mapping[str, int]
    items: tuple[tuple[UserItem, Bucket], ...] = field(default=())


EMPTY = Tally(
    buckets={str(bucket): 0 for bucket in Bucket},
    gone={"disabled": 0, "deleted": 0, "left": 0},
    seats={"wanted": 0, "held": 0, "assigned": 0, "waiting": 0, "refused": 0},
    operations={},
)
"""The tally of a run that never had a plan."""


def unknown(*, run_id: str, domain: str, mode: str, state: str, plan_hash: str | None = None) -> Receipt:
    """The receipt of a run of which nothing else is known: it was killed, or never planned anything."""
    return Receipt(
        run_id=run_id, domain=domain, mode=mode, state=state, users=0, buckets=EMPTY.buckets, gone=EMPTY.gone,
        seats=EMPTY.seats, operations=EMPTY.operations, requests={"webitel": 0, "creatio": 0}, seconds=0.0,
        overhead_seconds=0.0, plan_hash=plan_hash, converged=None,
    )  # fmt: skip


def tally(plan: Plan, outcomes: Mapping[str, str] | None) -> Tally:
    """Count a plan's outcomes.

    Args:
        plan: what was to be done.
        outcomes: operation id → done, failed, stale, refused, skipped, unknown; None for a preview (all planned).
    """
    states = {operation.id: (outcomes or {}).get(operation.id, "planned") for operation in plan.operations}
    by_user: dict[str, list[tuple[Action, str]]] = {}
    for operation in plan.operations:
        if operation.user_id is not None:
            by_user.setdefault(operation.user_id, []).append((operation.action, states[operation.id]))
    items = tuple((item, _bucket(item, by_user.get(item.user_id, []))) for item in plan.items)
    buckets = Counter(bucket for _, bucket in items)
    gone = Counter("left" if _undone(by_user.get(user.user_id, [])) else user.outcome for user in plan.gone)
    return Tally(
        buckets={str(bucket): buckets[bucket] for bucket in Bucket},
        gone={name: gone[name] for name in ("disabled", "deleted", "left")},
        seats=_seats(plan, states),
        operations=dict(sorted(Counter(states.values()).items())),
        items=items,
    )


def _bucket(item: UserItem, operations: list[tuple[Action, str]]) -> Bucket:
    """Failed before review before what was planned. A refused seat, and the row that would show it, is not the user's."""
    states = {state for _, state in operations if state != "refused"}
    if states & {"failed", "unknown", "skipped", "intended"}:
        return Bucket.FAILED
    if "stale" in states:
        return Bucket.REVIEW
    return item.bucket


def _undone(operations: list[tuple[Action, str]]) -> bool:
    return any(state not in ("done", "planned") for action, state in operations if action is not Action.SET_LICENSES)


def _seats(plan: Plan, states: Mapping[str, str]) -> dict[str, int]:
    """Seats over all products; an assignment whose operation did not succeed counts as refused."""
    by_user = {
        operation.user_id: states[operation.id]
        for operation in plan.operations
        if operation.action is Action.SET_LICENSES or operation.entity == TELEPHONY
    }
    assigned = refused = 0
    for demand in plan.seats:
        for user_id in demand.assigned:
            if by_user.get(user_id) in ("done", "planned"):
                assigned += 1
            else:
                refused += 1
    held = sum(demand.held for demand in plan.seats)
    waiting = sum(len(demand.waiting) for demand in plan.seats)
    return {
        "wanted": held + sum(len(demand.assigned) for demand in plan.seats) + waiting,
        "held": held,
        "assigned": assigned,
        "waiting": waiting,
        "refused": refused,
    }
