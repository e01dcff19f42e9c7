"""Stored plans as a library: a human's approval, and leaving rows out. The command line and the portal call these functions.

The caller has made sure who the author is: the OS user at the keyboard, or who logged in to the portal. Nothing here is ever
called by a flow: its parameters approve nothing.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from usersync.errors import UsageError
from usersync.ledger import Ledger, PlanHead, StoredPlan
from usersync.planning import Plan
from usersync.planning.exclusion import exclude
from usersync.settings import Settings
from usersync.words import Sentence


def approve(ledger: Ledger, settings: Settings, plan_hash: str, *, author: str, comment: str = "") -> PlanHead:
    """Approve a waiting plan by its hash; with `rules.approval.four_eyes` of its domain not by who asked for it.

    Args:
        ledger: where it waits.
        settings: of this installation.
        plan_hash: its hash or a beginning of it.
        author: who approves.
        comment: in the author's words.

    Raises:
        PlanNotFound: no plan, or more than one.
        PlanNotUsable: it does not wait any more, or values in it were erased.
        FourEyesNeeded: the author asked for the plan.
        UsageError: its domain is not in the settings.
    """
    stored = ledger.plan(plan_hash)
    four_eyes = settings.domain(stored.domain).rules.approval.four_eyes
    return ledger.approve(stored.hash, author=author, comment=comment or None, four_eyes=four_eyes)


def exclude_rows(
    ledger: Ledger,
    settings: Settings,
    plan_hash: str,
    *,
    users: Collection[str] = (),
    operations: Collection[str] = (),
    author: str,
) -> PlanHead:
    """Leave rows out of a stored plan: a new plan takes its place and waits under its own hash.

    What cannot be done without them is left out too (`usersync.planning.exclusion`); nothing is added. Where the whole plan
    needed a human's approval, so does the part, whatever its own size.

    Args:
        ledger: where the plan waits or stands approved.
        settings: of this installation; the limits of the plan's domain measure the part.
        plan_hash: its hash or a beginning of it.
        users: User IDs or Webitel usernames (case does not count) of whom nothing shall be done.
        operations: ids of operations (`Operation.id`), or a beginning of one, that shall not be done.
        author: who leaves them out; the audit names them.

    Returns:
        The new plan, without its content; `derived_from` is the hash of the other, which is superseded.

    Raises:
        PlanNotFound: no plan, or more than one.
        PlanNotUsable: it neither waits nor stands approved, or values in it were erased.
        UsageError: a user or an operation is not in the plan, or nothing would be left of it.
    """
    stored = ledger.plan(plan_hash)
    whole = stored.plan
    part = exclude(
        whole,
        users={_user(whole, given) for given in users},
        operations={_operation(whole, given) for given in operations},
    )
    if part == whole:
        raise UsageError("plan-nothing-left-out", plan=stored.hash[:12])
    if not part.changes:
        raise UsageError("plan-nothing-remains", plan=stored.hash[:12])
    reasons, meters = _measured(ledger, settings, stored, part)
    return ledger.derive_plan(stored.hash, part, author=author, needs_approval=reasons, meters=meters)


def _measured(
    ledger: Ledger, settings: Settings, stored: StoredPlan, part: Plan
) -> tuple[list[Sentence], list[dict[str, Any]]]:
    """Why a human is asked about the part, and its meters."""
    from usersync.stages.plan import measure

    if part.undo is not None:
        run = part.undo["run_id"]
        return [Sentence("undo-needs-approval", {"run": run, "count": len(part.operations)})], []
    if part.process:
        return [Sentence.from_json(reason) for reason in stored.needs_approval], []
    found = measure(ledger, part, settings.domain(part.domain).rules.approval)
    reasons = [meter.sentence for meter in found if meter.exceeded]
    if stored.needs_approval and not reasons:
        reasons = [Sentence("guard-part-of-more", {"plan": stored.hash[:12]})]
    return reasons, [meter.to_json() for meter in found]


def _user(plan: Plan, given: str) -> str:
    """The Webitel id that is meant."""
    wanted = given.strip().casefold()
    people = {item.user_id: item.username.casefold() for item in plan.items}
    people |= {user.user_id: user.username.casefold() for user in plan.gone}
    if wanted in people:
        return wanted
    found = [user_id for user_id, username in people.items() if wanted and username == wanted]
    if not found:
        raise UsageError("plan-user-unknown", user=given[:60], plan=plan.hash[:12])
    if len(found) > 1:
        raise UsageError("review-user-ambiguous", user=given[:60], ids=", ".join(found))
    return found[0]


def _operation(plan: Plan, given: str) -> str:
    """The one operation whose id begins so."""
    ids = {operation.id for operation in plan.operations}
    found = [given] if given in ids else sorted(key for key in ids if given and key.startswith(given))
    if len(found) != 1:
        raise UsageError("plan-operation-unknown", operation=given[:80], plan=plan.hash[:12], count=len(found))
    return found[0]
