"""From a form to a plan: who is meant, whether it may be, what is done in Webitel, and what follows from it in Creatio."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from usersync.planning import Action, Bucket, LinkChange, Operation, Plan, Situation, UserItem
from usersync.planning.action_plan import beyond, put_together, with_stun
from usersync.planning.actions import (
    ActionImpossible,
    ChangeLicense,
    CreateUser,
    DeleteUser,
    Form,
    RoleOffer,
    SetRoles,
    UpdateUser,
    choose_license,
    choose_roles,
    held_license,
)
from usersync.planning.departures import departures
from usersync.planning.fields import same
from usersync.planning.people import take_back_extension
from usersync.planning.processes import Process
from usersync.planning.recognise import KnownLink
from usersync.planning.seats import Seatable, applies
from usersync.planning.values import Value
from usersync.snapshots import Grant, Role
from usersync.stages.action_create import propose_create
from usersync.stages.action_scene import Scene, Services, identify, scene_of
from usersync.stages.choices import Choices, Taken
from usersync.stages.context import RunContext
from usersync.stages.webitel_user import find_user
from usersync.webitel import User
from usersync.words import Sentence


async def propose(context: RunContext, form: Form) -> Plan:
    """Plan what the form says, from what stands in both services now. Nothing is stored.

    Raises:
        ActionImpossible: it cannot be done, or must not.
        LedgerBoundElsewhere: these are not the services this ledger belongs to.
        ServiceError: they cannot be read.
    """
    services = await identify(context)
    if isinstance(form, CreateUser):
        return await propose_create(context, services, form)
    permanent = isinstance(form, DeleteUser) and form.permanent
    user = await find_user(context.webitel, form.webitel_user, deleted_too=permanent)
    email = form.email if isinstance(form, UpdateUser) else None
    scene = await scene_of(context, services, user, email=email)
    _guard(context, scene, user, form)
    match form:
        case UpdateUser():
            return await _update(context, scene, user, form)
        case DeleteUser():
            return _delete(context, scene, user, form)
        case ChangeLicense():
            return _license(context, scene, user, form)
        case SetRoles():
            return _set_roles(context, scene, user, form)


def _guard(context: RunContext, scene: Scene, user: User, form: Form) -> None:
    """Accounts nobody may harm, whatever the form says.

    Raises:
        ActionImpossible: the account is the importer's own, or protected.
    """
    gives = isinstance(form, ChangeLicense) and form.process is Process.ADD_LICENSE
    if user.id == scene.services.me.user_id and not gives:
        raise ActionImpossible("action-importer", username=user.username)
    takes = isinstance(form, DeleteUser | SetRoles) or (isinstance(form, ChangeLicense) and not gives)
    renames = isinstance(form, UpdateUser) and form.username is not None
    names = {name.casefold() for name in context.settings.rules.protected}
    logins = {str(name or "").casefold() for name in scene.target.system_users["name"]}
    if (takes or renames) and names & {user.username.casefold(), *logins}:
        raise ActionImpossible("action-protected", username=user.username)


def _operation(
    user: User, action: Action, entity: str, before: dict[str, Value], after: dict[str, Value], reason: Sentence
) -> Operation:
    situation = Situation.GONE if action is Action.DELETE else Situation.CHANGED
    return Operation("webitel", action, entity, user.id, user.id, before, after, reason, situation)


# The card


async def _update(context: RunContext, scene: Scene, user: User, form: UpdateUser) -> Plan:
    changed = {name: value for name, value in form.members.items() if not same(getattr(user, name), value)}
    notes = await _problems(context, scene, user, changed)
    after: dict[str, Value] = {name: value or None for name, value in changed.items()}
    before: dict[str, Value] = {name: getattr(user, name) or None for name in changed}
    reason = Sentence("action-updates", {"fields": ", ".join(sorted(changed))})
    webitel = [_operation(user, Action.UPDATE, "webitel_user", before, after, reason)] if changed else []
    row = {**scene.user, **after}
    then = scene.follows(context, user=row, forced=changed)
    creatio = beyond(then, scene.follows(context))
    if form.stun is not None:
        record = next((row for row in scene.records if row["id"] == scene.record_id), None)
        creatio = _switch_stun(context, creatio, record, user, stun=form.stun)
    return _finished(form, user, scene, webitel, creatio, then, notes)


async def _problems(context: RunContext, scene: Scene, user: User, changed: dict[str, str]) -> list[Sentence]:
    """What speaks against new values; what is only worth saying is given back.

    Raises:
        ActionImpossible: a value cannot be given.
    """
    choices = Choices(context.webitel, context.creatio, context.mapping)
    mine = Taken(user.id, scene.contact_id)
    if changed.get("name") == "":
        raise ActionImpossible("action-name-empty")
    if "username" in changed:
        _refuse(await choices.username_problem(changed["username"], mine=mine))
    if "extension" not in changed:
        return []
    problem = await choices.extension_problem(changed["extension"], mine=mine)
    if changed["extension"]:
        _refuse(problem)
        return []
    if not context.mapping.has("record", "username"):
        raise ActionImpossible("planning-no-extension")
    return [problem] if problem is not None else []


def _refuse(problem: Sentence | None) -> None:
    if problem is not None:
        raise ActionImpossible(problem.id, **problem.args)


def _switch_stun(context: RunContext, creatio: Plan, record: dict[str, Any] | None, user: User, *, stun: bool) -> Plan:
    if not context.mapping.has("record", "stun"):
        raise ActionImpossible("action-no-stun")
    if record is None:
        raise ActionImpossible("action-no-record", username=user.username)
    template = Operation(
        "creatio", Action.UPDATE, "record", record["id"], user.id, {}, {}, Sentence("action-stun"), Situation.CHANGED
    )
    return with_stun(creatio, record, stun=stun, template=template)


# Away


def _delete(context: RunContext, scene: Scene, user: User, form: DeleteUser) -> Plan:
    if form.permanent and form.confirm_username.strip() != user.username and context.journal is not None:
        raise ActionImpossible("action-confirm-username", username=user.username)
    held = sorted(grant.license_id for grant in scene.grants)
    release = _operation(
        user, Action.SET_LICENSES, "user", {"licenses": held}, {"licenses": []}, Sentence("action-releases")
    )
    before: dict[str, Value] = {
        name: getattr(user, name) or None for name in ("username", "name", "extension", "email")
    }
    delete = _operation(
        user, Action.DELETE, "webitel_user", before, {"permanent": True} if form.permanent else {},
        Sentence("action-deletes-for-good" if form.permanent else "action-deletes"),
    )  # fmt: skip
    webitel = [release, replace(delete, needs=(release.id,))] if held else [delete]
    link = scene.links.get(user.id) or KnownLink(user.id, scene.record_id, scene.contact_id, user.username)
    world = scene.departs(context, link)
    gone, operations, links = departures(world)
    told = take_back_extension(world, scene.user, scene.contact_id or "", Situation.GONE)
    creatio = _plan(
        context, scene, sorted([*operations, *told], key=lambda op: op.order),
        links=links if user.id in scene.links else (), gone=gone,
    )  # fmt: skip
    notes = [Sentence("action-delete-for-good-note" if form.permanent else "action-delete-soft-note")]
    plan = put_together(form.process, user.username, webitel, creatio, notes)
    item = _item(user, scene, Situation.GONE, delete.reason)
    return replace(plan, items=(item,))


# Licences and roles


def _license(context: RunContext, scene: Scene, user: User, form: ChangeLicense) -> Plan:
    held = {grant.license_id: grant.product for grant in scene.grants}
    licenses, now = scene.services.licenses, context.webitel.server_time or context.now
    adds = form.process is Process.ADD_LICENSE
    notes: list[Sentence] = []
    if adds:
        chosen = choose_license(form.license, licenses, held, now)
        product, wanted = chosen.product, sorted({*held, chosen.id})
        granted = (*scene.grants, Grant(chosen.id, chosen.product, chosen.name, None, chosen.not_after))
    else:
        key = held_license(form.license, licenses, held)
        product, wanted = held[key], sorted(held.keys() - {key})
        granted = tuple(grant for grant in scene.grants if grant.license_id != key)
        if _rules_would_give(context, scene, user, product):
            notes.append(Sentence("action-rules-give-again", {"product": product}))
    reason = Sentence("action-adds-license" if adds else "action-removes-license", {"product": product})
    change = _operation(
        user, Action.SET_LICENSES, "user", {"licenses": sorted(held)}, {"licenses": list(wanted)}, reason
    )
    then = scene.follows(context, grants=granted)
    return _finished(form, user, scene, [change], beyond(then, scene.follows(context)), then, notes)


def _rules_would_give(context: RunContext, scene: Scene, user: User, product: str) -> bool:
    person = Seatable(user.id, user.username, user.extension or None, scene.roles, scene.grants)
    return any(rule.product == product and applies(rule, person) for rule in context.settings.rules.licenses)


def _set_roles(context: RunContext, scene: Scene, user: User, form: SetRoles) -> Plan:
    offers = role_offers(scene.services)
    names = {role.id: role.name for role in scene.services.roles}
    chosen = choose_roles(form.roles, offers)
    before, after = sorted(role.id for role in scene.roles), sorted(chosen)
    change = _operation(
        user, Action.SET_ROLES, "webitel_roles", {"roles": before}, {"roles": after}, Sentence("action-sets-roles")
    )
    then = scene.follows(context, roles=tuple(Role(key, names[key]) for key in sorted(chosen)))
    webitel = [change] if before != after else []
    return _finished(form, user, scene, webitel, beyond(then, scene.follows(context)), then, [])


def role_offers(services: Services) -> list[RoleOffer]:
    """The roles of Webitel as they are chosen from."""
    return [RoleOffer(role.id, role.name, role.user) for role in services.roles]


# Put together


def _finished(
    form: Form,
    user: User,
    scene: Scene,
    webitel: Sequence[Operation],
    creatio: Plan,
    then: Plan,
    notes: Iterable[Sentence],
) -> Plan:
    """The plan with one line about the user; why nothing follows in Creatio is said where nothing does."""
    left = next((item.reason for item in then.items if item.bucket in (Bucket.REVIEW, Bucket.SKIPPED)), None)
    said = [*notes, *([Sentence("action-creatio-left"), left] if left is not None else [])]
    plan = put_together(form.process, user.username, webitel, replace(creatio, notes=()), said)
    changes = bool(plan.operations)
    reason = plan.operations[0].reason if changes else Sentence("action-nothing-to-do")
    item = _item(user, scene, Situation.CHANGED if changes else Situation.UNCHANGED, reason)
    return replace(plan, items=(item if changes else replace(item, bucket=Bucket.UNCHANGED),))


def _item(user: User, scene: Scene, situation: Situation, reason: Sentence) -> UserItem:
    return UserItem(
        user_id=user.id, username=user.username, situation=situation, bucket=Bucket.UPDATED, band="keep",
        contact_id=scene.contact_id, record_id=scene.record_id, reason=reason,
    )  # fmt: skip


def _plan(
    context: RunContext, scene: Scene, operations: Sequence[Operation], *, links: tuple[LinkChange, ...], gone: Any
) -> Plan:
    return Plan(
        domain=context.domain, dc=scene.services.me.dc, creatio=scene.services.creatio, scope=(),
        settings=context.settings_fingerprint(), operations=tuple(operations), items=(), gone=gone, links=links,
    )  # fmt: skip
