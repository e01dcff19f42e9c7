"""Small plans and operations to put into a ledger."""

from __future__ import annotations

import uuid
from typing import Any

from usersync.ledger import Lease, Ledger, OperationState, Outcome
from usersync.planning import Action, Bucket, LinkChange, Operation, Plan, Situation, UserItem
from usersync.words import Sentence

DOMAIN = "sales"
DC = "42"
CREATIO = "https://crm.example|0000-creatio"


def row_id(kind: str, user_id: str) -> str:
    return str(uuid.uuid5(uuid.NAMESPACE_OID, f"{kind}:{user_id}"))


def create(user_id: str, entity: str = "record", **after: Any) -> Operation:
    return operation(
        Action.CREATE, user_id, entity, {}, after or {"name": f"Name {user_id}", "username": f"u{user_id}"}
    )


def update(
    user_id: str, before: dict[str, Any], after: dict[str, Any], entity: str = "record", step: int = 0
) -> Operation:
    return operation(Action.UPDATE, user_id, entity, before, after, step)


def delete(user_id: str, entity: str = "record", **before: Any) -> Operation:
    return operation(Action.DELETE, user_id, entity, before, {})


def licenses(user_id: str, before: list[str], after: list[str]) -> Operation:
    return Operation(
        service="webitel", action=Action.SET_LICENSES, entity="user", key=user_id, user_id=user_id,
        before={"licenses": before}, after={"licenses": after}, reason=Sentence("planning-license-granted"),
        situation=Situation.CHANGED,
    )  # fmt: skip


def operation(
    action: Action, user_id: str, entity: str, before: dict[str, Any], after: dict[str, Any], step: int = 0
) -> Operation:
    return Operation(
        service="creatio", action=action, entity=entity, key=row_id(entity, user_id), user_id=user_id, before=before,
        after=after, reason=Sentence("planning-made", {"rule": "user_id"}), situation=Situation.CHANGED, step=step,
        needs=("creatio:account:a:create:0",),
    )  # fmt: skip


def item(user_id: str, bucket: Bucket = Bucket.CREATED, **more: Any) -> UserItem:
    return UserItem(
        user_id=user_id, username=more.pop("username", f"u{user_id}"), situation=Situation.CHANGED, bucket=bucket,
        band="auto", contact_id=more.pop("contact_id", row_id("contact", user_id)),
        record_id=row_id("record", user_id), reason=Sentence("planning-made"), **more,
    )  # fmt: skip


def plan(*operations: Operation, items: tuple[UserItem, ...] = (), domain: str = DOMAIN, **more: Any) -> Plan:
    return Plan(
        domain=domain, dc=more.pop("dc", DC), creatio=more.pop("creatio", CREATIO), scope=more.pop("scope", ()),
        settings="fingerprint", operations=operations, items=items, **more,
    )  # fmt: skip


def link(user_id: str, how: str = "auto", **more: Any) -> LinkChange:
    return LinkChange(
        user_id, more.pop("record_id", row_id("record", user_id)), more.pop("contact_id", row_id("contact", user_id)),
        how, more.pop("former_user_id", None),
    )  # fmt: skip


def done(*operations: Operation) -> list[Outcome]:
    return [Outcome(operation.id, OperationState.DONE) for operation in operations]


def begin(ledger: Ledger, mode: str = "apply", domain: str = DOMAIN, **more: Any) -> Lease:
    """A run that holds the lease of its domain; its id is `lease.run_id`."""
    run = ledger.start_run(domain=domain, mode=mode, author="olena", **more)
    return ledger.acquire_lease(domain, run.id)


def do(ledger: Ledger, lease: Lease, *operations: Operation) -> None:
    """Announce and settle as done."""
    ledger.intend(lease, lease.run_id, operations, "request")
    ledger.settle(lease, lease.run_id, done(*operations))
