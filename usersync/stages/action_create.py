"""Chapter 3 as a plan: a Webitel user for a Creatio user, with its device, licences and roles, and its record in the section."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from usersync.planning import Action, Bucket, Operation, Plan, Situation
from usersync.planning.action_plan import DEVICE, put_together, with_stun
from usersync.planning.actions import ActionImpossible, CreateUser, RoleOffer, choose_license, choose_roles
from usersync.planning.identity import new_user_id, row_id
from usersync.planning.recognise import Known, KnownLink
from usersync.planning.usernames import legal_username
from usersync.planning.values import Value
from usersync.snapshots import USER_COLUMNS, Grant, Role
from usersync.stages.action_scene import Row, Scene, Services, scene_for
from usersync.stages.choices import Choices, SystemUser, Taken
from usersync.stages.context import RunContext
from usersync.stages.fetch_source import is_gone
from usersync.words import Sentence

_FORM_DECIDES = ("username", "extension", "webitel_user_id", "device", "name")


async def propose_create(context: RunContext, services: Services, form: CreateUser) -> Plan:
    """Plan the new user. The Creatio user must be there and active, and no Webitel user yet.

    Raises:
        ActionImpossible: it cannot be done.
        ServiceError: the services cannot be read.
    """
    choices = Choices(context.webitel, context.creatio, context.mapping)
    who = await choices.registered(form.user)
    contact_id = who.contact_id or ""
    mine = Taken(contact_id=contact_id)
    username = await _username(choices, form, who, mine)
    extension = form.extension.strip()
    problem = await choices.extension_problem(extension, mine=mine)
    if extension and problem is not None:
        raise ActionImpossible(problem.id, **problem.args)
    user = _as_it_will_be(username, extension, form, who)
    scene = await scene_for(context, services, user, contact_id, who.id)
    known = await _known(context, scene, who)
    webitel, grants, roles = _in_webitel(context, services, user, form)
    then = scene.follows(context, grants=grants, roles=roles, known=known, forced=_FORM_DECIDES)
    (item,) = then.items
    if item.bucket in (Bucket.REVIEW, Bucket.SKIPPED):
        raise ActionImpossible(item.reason.id, **item.reason.args)
    if form.stun:
        then = _with_stun(context, then, known)
    notes = [] if problem is None else [problem]
    plan = put_together(form.process, username, webitel, then, notes)
    return replace(
        plan, items=(replace(item, bucket=Bucket.CREATED, reason=webitel[0].reason),),
        links=tuple(replace(link, how="manual") for link in plan.links),
    )  # fmt: skip


async def _username(choices: Choices, form: CreateUser, who: SystemUser, mine: Taken) -> str:
    """The one that was entered, if it can be given; else one made of the login."""
    entered = form.username.strip()
    if not entered:
        wanted = legal_username(who.login) or legal_username(who.contact_name) or "user"
        return await choices.free_username(wanted, mine=mine)
    problem = await choices.username_problem(entered, mine=mine)
    if problem is not None:
        raise ActionImpossible(problem.id, **problem.args)
    return entered


def _as_it_will_be(username: str, extension: str, form: CreateUser, who: SystemUser) -> Row:
    """The user as planning will see it; its id and device are named by Webitel."""
    values = {
        "id": new_user_id(username), "username": username, "extension": extension or None,
        "name": form.name.strip() or who.contact_name or username, "email": form.email.strip() or who.email or None,
        "device_name": DEVICE, "deleted": False,
    }  # fmt: skip
    return {name: values.get(name) for name in USER_COLUMNS}


def _in_webitel(
    context: RunContext, services: Services, user: Row, form: CreateUser
) -> tuple[list[Operation], tuple[Grant, ...], tuple[Role, ...]]:
    """What is written in Webitel, and the licences and roles the user will have."""
    key = str(user["id"])
    after: dict[str, Value] = {name: user[name] for name in ("username", "name", "extension", "email")}

    def operation(
        action: Action, entity: str, before: dict[str, Value], after: dict[str, Value], words: str
    ) -> Operation:
        return Operation("webitel", action, entity, key, key, before, after, Sentence(words), Situation.LINKED_NOW)

    make = operation(Action.CREATE, "webitel_user", {}, after, "action-creates")
    account = str(user["extension"] or user["username"])
    device: dict[str, Value] = {"account": account, "name": str(user["username"])}
    found = [make, operation(Action.CREATE, "webitel_device", {}, device, "action-creates-device")]
    roles = choose_roles(form.roles, [RoleOffer(role.id, role.name, role.user) for role in services.roles])
    if roles:
        found.append(
            operation(Action.SET_ROLES, "webitel_roles", {"roles": []}, {"roles": sorted(roles)}, "action-sets-roles")
        )
    grants = _licenses(context, services, form.licenses)
    if grants:
        ids: Value = sorted(grant.license_id for grant in grants)
        found.append(
            operation(Action.SET_LICENSES, "user", {"licenses": []}, {"licenses": ids}, "action-gives-licenses")
        )
    names = {role.id: role.name for role in services.roles}
    others = [replace(other, needs=(make.id,)) for other in found[1:]]
    return [make, *others], grants, tuple(Role(role, names[role]) for role in roles)


def _licenses(context: RunContext, services: Services, asked: Sequence[str]) -> tuple[Grant, ...]:
    now = context.webitel.server_time or context.now
    grants: dict[str, Grant] = {}
    for text in asked:
        chosen = choose_license(text, services.licenses, grants, now)
        grants[chosen.id] = Grant(chosen.id, chosen.product, chosen.name, None, chosen.not_after)
    return tuple(grants.values())


async def _known(context: RunContext, scene: Scene, who: SystemUser) -> Known:
    """The record the user will have: a new one, or the one this person has from before.

    Raises:
        ActionImpossible: the person has a Webitel user.
    """
    user_id, contact_id = str(scene.user["id"]), scene.contact_id
    if scene.siblings:
        raise ActionImpossible("action-user-has-webitel-user", login=who.login, username=scene.siblings[0]["username"])
    records = [row for row in scene.records if row.get("contact") == contact_id or row.get("user") == who.id]
    if not records:
        return Known(user_id, "verdict", None, contact_id, decided=True)
    in_use = [row for row in records if not _is_off(context, scene, row)]
    if len(in_use) > 1 or len(records) > 1:
        raise ActionImpossible("action-user-has-records", login=who.login, count=len(records))
    (record,) = records
    former = _former(context, record)
    if former is not None and not await is_gone(context.webitel, former.user_id):
        raise ActionImpossible("action-user-has-webitel-user", login=who.login, username=former.username)
    if in_use and former is not None:
        raise ActionImpossible("action-user-has-record", login=who.login)
    if in_use:  # somebody made the card by hand, and nobody the user
        return Known(user_id, "username", record, contact_id)
    return Known(
        user_id, "returned", record, contact_id, former_user_id=former.user_id if former else None, link=former
    )


def _is_off(context: RunContext, scene: Scene, record: Row) -> bool:
    """A record that was switched off, or wears the tag that stands for it."""
    if context.mapping.has("record", "active"):
        return record.get("active") is False
    tags = scene.target.record_tags
    tag = row_id(scene.services.me.dc, "tag", "not-in-webitel")
    return bool(((tags["record"] == record["id"]) & (tags["tag"] == tag)).any())


def _former(context: RunContext, record: Row) -> KnownLink | None:
    """The Webitel user the record was of."""
    user_id = str(record.get("webitel_user_id") or "")
    links = context.memory.links
    if user_id:
        return links.get(user_id) or KnownLink(
            user_id, record["id"], record.get("contact"), str(record.get("username") or "")
        )
    return next((link for link in links.values() if link.record_id == record["id"]), None)


def _with_stun(context: RunContext, then: Plan, known: Known) -> Plan:
    if not context.mapping.has("record", "stun"):
        raise ActionImpossible("action-no-stun")
    (record,) = [operation for operation in then.operations if operation.entity == "record"]
    return with_stun(then, known.record, stun=True, template=record)
