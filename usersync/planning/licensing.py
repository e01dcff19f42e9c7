"""Licences in the plan: who gives seats up, who gets them, and the details of the record that show it."""

from __future__ import annotations

from collections import Counter

from usersync.planning import people
from usersync.planning.draft import Draft
from usersync.planning.seats import Allocation, Seatable, allocate
from usersync.planning.values import Action, Bucket, Operation, Situation
from usersync.planning.world import World
from usersync.words import Sentence


def allocate_seats(world: World, drafts: list[Draft], gone: list[Operation]) -> Allocation:
    """Decide the seats of everybody in the section.

    Args:
        world: what the plan is made from.
        drafts: the users; leavers get nothing new.
        gone: what is done about users that are gone; the sets it clears are free in this plan.
    """
    seatable = [
        Seatable(
            user_id=draft.user["id"],
            username=draft.user["username"] or "",
            extension=draft.user.get("extension"),
            roles=world.source.roles_of.get(draft.user["id"], ()),
            grants=world.source.grants.get(draft.user["id"], ()),
            protected=world.is_protected(draft.user["username"], draft.contact_id),
        )
        for draft in drafts
        if draft.in_section and not world.is_leaver(draft.contact_id)
    ]
    vacated = Counter(
        grant.license_id
        for draft in drafts
        if _releases(world, draft)
        for grant in world.source.grants.get(draft.user["id"], ())
    )
    vacated.update(
        license_id
        for operation in gone
        if operation.action is Action.SET_LICENSES
        for license_id in world.licenses_of(operation.key)
    )
    importer = frozenset(grant.license_id for grant in world.source.grants.get(world.source.importer_id, ()))
    return allocate(
        seatable,
        world.source.licenses or (),
        world.rules.licenses,
        made_by_us=world.memory.grants_made,
        now=world.now,
        order=world.rules.seat_order,
        importer_holds=importer,
        release=not world.source.scope,
        vacated=vacated,
        taken=Counter(grant.license_id for grants in world.source.grants.values() for grant in grants),
    )


def _releases(world: World, draft: Draft) -> bool:
    """Whether this plan takes the seats of somebody who has left."""
    return (
        world.rules.leavers == "release"
        and world.assign_licenses
        and not world.source.scope
        and draft.in_section
        and world.is_leaver(draft.contact_id)
        and not world.is_protected(draft.user["username"], draft.contact_id)
    )


def finish(world: World, draft: Draft, allocation: Allocation) -> None:
    """Licences, the details that mirror Webitel, and the last word on the situation."""
    user_id = draft.user["id"]
    leaver = draft.in_section and world.is_leaver(draft.contact_id)
    held = world.licenses_of(user_id)
    releases = _releases(world, draft)
    wanted = [] if releases else list(allocation.sets.get(user_id, held))
    if draft.in_section and draft.record_id is not None:
        creation = tuple(
            operation.id
            for operation in draft.operations
            if operation.key == draft.record_id and operation.action is Action.CREATE
        )
        assignment: tuple[str, ...] = ()
        if wanted != held:
            change = Operation(
                "webitel", Action.SET_LICENSES, "user", user_id, user_id, {"licenses": held}, {"licenses": wanted},
                Sentence("planning-leaver-releases" if releases else "planning-licenses"), draft.situation, needs=creation,
            )  # fmt: skip
            draft.operations.append(change)
            assignment = (change.id,)
        draft.operations += _details(world, draft, wanted, creation, assignment)
    if draft.bucket is Bucket.UNCHANGED and draft.operations:
        draft.bucket = Bucket.UPDATED
        if draft.situation is Situation.UNCHANGED:
            draft.situation, draft.reason = Situation.CHANGED, Sentence("planning-changed")
    if leaver and draft.bucket is not Bucket.REVIEW:  # a question to a human stays the question it is
        draft.situation = Situation.LEAVER
        draft.reason = Sentence("planning-leaver", {"seats": len(held)})


def _details(
    world: World,
    draft: Draft,
    wanted: list[str],
    creation: tuple[str, ...],
    assignment: tuple[str, ...],
) -> list[Operation]:
    """Rows of both details. Those for licences that change wait for the assignment; the others only for the record."""
    user_id, record_id = draft.user["id"], draft.record_id or ""
    licenses = people.mirror_licenses(
        world, user_id, record_id, wanted, draft.situation, needs=creation, assignment=assignment
    )
    return licenses + people.mirror_roles(world, user_id, record_id, draft.situation, creation)
