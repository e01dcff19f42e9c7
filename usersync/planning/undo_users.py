"""What becomes of a Webitel user a run made, changed or deleted, and of everything else that is that user's.

A user that stays keeps its rows, and a user that is gone gets none back: so it is judged before them, and they wait for it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from usersync.planning.fields import same
from usersync.planning.undoing import Fate, RowOutcome
from usersync.planning.values import Action, Operation, Value
from usersync.words import Sentence

if TYPE_CHECKING:
    from usersync.planning.undo_nets import Net
    from usersync.planning.undo_rows import Judgement

USER, DEVICE, ROLES, LICENSES = "webitel_user", "webitel_device", "webitel_roles", "user"
OF_WEBITEL = frozenset({USER, DEVICE, ROLES, LICENSES})
"""Rows no value of ours is remembered of: the import writes nothing there but a licence."""
Why = tuple[Fate, str]


@dataclass(frozen=True)
class UserFates:
    """What is settled of Webitel users.

    Attributes:
        blocked: user id → what becomes of all of its rows, and why.
        gates: user id → operations its rows wait for.
    """

    blocked: Mapping[str, Why]
    gates: Mapping[str, tuple[str, ...]]


def judge_users(judgement: Judgement) -> UserFates:
    """Judge users, devices and roles; outcomes and operations are noted in the judgement."""
    blocked: dict[str, Why] = {}
    gates: dict[str, tuple[str, ...]] = {}
    for net in judgement.of(USER):
        if (why := _judge_user(judgement, net)) is not None:
            blocked[net.first.key] = why
        if needs := judgement.outcomes[net.place].needs:
            gates[net.first.key] = needs
    for net in judgement.of(DEVICE):
        _goes_with_user(judgement, net, blocked)
    for net in judgement.of(ROLES):
        if net.place not in judgement.outcomes:
            _judge_roles(judgement, net, blocked)
    return UserFates(blocked, gates)


def _judge_user(judgement: Judgement, net: Net) -> Why | None:
    """What keeps all of the user's rows as they are; None where each is judged by itself."""
    if net.erased:
        judgement.say(net, Fate.IMPOSSIBLE, "undo-erased")
        return None
    if net.removed:
        return _removed(judgement, net)
    if net.made:
        return _made(judgement, net)
    judgement.judge_updated(net)
    return None


def wait_for_users(operations: dict[str, Operation], fates: UserFates) -> None:
    """A user's rows in Creatio are written once the user itself is."""
    for key, operation in operations.items():
        gates = fates.gates.get(operation.user_id or "", ())
        if operation.service == "creatio" and gates:
            operations[key] = replace(
                operation, needs=(*operation.needs, *(g for g in gates if g not in operation.needs))
            )


def _removed(judgement: Judgement, net: Net) -> Why | None:
    """Webitel has no call to bring a user back; one that an administrator restored is back already."""
    if net.place in judgement.standing.rows:
        judgement.say(net, Fate.NOTHING_LEFT, "undo-already")
        return None
    for_good = net.first.after.get("permanent") is True
    reason = "undo-user-deleted-for-good" if for_good else "undo-user-deleted"
    judgement.say(net, Fate.IMPOSSIBLE, reason)
    return Fate.IMPOSSIBLE, reason


def _made(judgement: Judgement, net: Net) -> Why | None:
    """A user the run made is marked as deleted, if it still is as the run left it, licences and roles too."""
    user_id = net.first.key
    row = judgement.standing.rows.get(net.place)
    with_it = [judgement.nets[entity, user_id] for entity in (LICENSES, ROLES) if (entity, user_id) in judgement.nets]
    if row is None:
        for gone in (net, *with_it):
            judgement.say(gone, Fate.NOTHING_LEFT, "undo-already")
        return None
    if user_id in judgement.standing.protected:
        judgement.say(net, Fate.KEPT, "undo-protected")
        return Fate.KEPT, "undo-user-stays"
    changed = sorted(name for name, ours in net.after.items() if not same(row.get(name), ours))
    held = sorted(judgement.standing.licenses.get(user_id, ()))
    changed += ["licenses"] if held != _left(judgement, LICENSES, user_id) else []
    changed += ["roles"] if _roles_now(judgement, user_id) != _left(judgement, ROLES, user_id) else []
    if changed:
        judgement.say(net, Fate.KEPT, "undo-changed-by-human", fields=", ".join(changed))
        return Fate.KEPT, "undo-user-stays"
    reason = Sentence("undo-takes-back", {"run": judgement.history.run_id})
    release = replace(
        net.first, action=Action.SET_LICENSES, entity=LICENSES, before={"licenses": held}, after={"licenses": []},
        reason=reason, needs=(),
    )  # fmt: skip
    before: dict[str, Value] = {name: row[name] for name in sorted(row)}
    delete = replace(
        net.first, action=Action.DELETE, before=before, after={}, reason=reason, needs=(release.id,) if held else ()
    )
    judgement.say(net, Fate.REVERSED, "undo-user-removed", *([release] if held else []), delete)
    for its in with_it:
        judgement.say(its, Fate.REVERSED, "undo-goes-with-user", needs=(delete.id,))
    return None


def _left(judgement: Judgement, entity: str, user_id: str) -> list[str]:
    """The set as the run left it."""
    net = judgement.nets.get((entity, user_id))
    values = next(iter(net.after.values()), []) if net is not None else []
    return sorted(values) if isinstance(values, list) else []


def _roles_now(judgement: Judgement, user_id: str) -> list[str]:
    return sorted(judgement.standing.roles.get(user_id, ()))


def _goes_with_user(judgement: Judgement, net: Net, blocked: Mapping[str, Why]) -> None:
    """A device is its user's: nothing is done about it by itself."""
    user_id = net.first.user_id or ""
    if user_id in blocked:
        judgement.say(net, *blocked[user_id])
        return
    whole: RowOutcome | None = judgement.outcomes.get((USER, user_id))
    if whole is None:
        judgement.say(net, Fate.KEPT, "undo-device-stays")
    else:
        judgement.say(net, whole.fate, "undo-goes-with-user", needs=whole.needs)


def _judge_roles(judgement: Judgement, net: Net, blocked: Mapping[str, Why]) -> None:
    user_id = net.first.key
    ours, then, now = _set(net.after), _set(net.before), _roles_now(judgement, user_id)
    if user_id in blocked:
        judgement.say(net, *blocked[user_id])
    elif net.erased:
        judgement.say(net, Fate.IMPOSSIBLE, "undo-erased")
    elif (USER, user_id) not in judgement.standing.rows:
        judgement.say(net, Fate.IMPOSSIBLE, "undo-user-gone")
    elif now == then:
        judgement.say(net, Fate.NOTHING_LEFT, "undo-already")
    elif now != ours:
        outcome = judgement.say(net, Fate.KEPT, "undo-roles-changed")
        judgement.outcomes[net.place] = replace(outcome, ours={"roles": ours}, now={"roles": now})
    else:
        reason = Sentence("undo-takes-back", {"run": judgement.history.run_id})
        back = replace(net.first, before={"roles": ours}, after={"roles": then}, reason=reason, step=0, needs=())
        judgement.say(net, Fate.REVERSED, "undo-roles-back", back)


def _set(fields: Mapping[str, Value]) -> list[str]:
    roles = fields.get("roles")
    return sorted(roles) if isinstance(roles, list) else []
