"""Those who are gone from Webitel: their record is switched off or tagged, never deleted unless a policy says so."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Literal

from usersync.planning.identity import row_id
from usersync.planning.people import delete_row
from usersync.planning.recognise import KnownLink, Row
from usersync.planning.values import Action, GoneUser, LinkChange, Operation, Situation
from usersync.planning.world import World
from usersync.words import Sentence

_Outcome = Literal["disabled", "deleted", "left"]
_REASONS: Mapping[_Outcome, str] = {
    "disabled": "planning-gone-disabled",
    "deleted": "planning-gone-deleted",
    "left": "planning-gone-left",
}


def not_in_webitel_tag(world: World) -> str:
    """Id of the tag "not in Webitel" that we make in the classic profile."""
    return row_id(world.dc, "tag", "not-in-webitel")


def departures(world: World) -> tuple[tuple[GoneUser, ...], list[Operation], tuple[LinkChange, ...]]:
    """What is done about each link whose Webitel user is proven gone."""
    gone: list[GoneUser] = []
    operations: list[Operation] = []
    links: list[LinkChange] = []
    for link in world.recognition.gone:
        record = world.records.get(link.record_id or "")
        mine, outcome = _depart(world, link, record)
        operations += mine
        operations += _clear_tombstone(world, link)
        gone.append(GoneUser(link.user_id, link.username, link.record_id, outcome, Sentence(_REASONS[outcome])))
        if link.state != "gone" or outcome == "deleted":
            # All of it: what a run that was killed or a service that refused left undone is done by the next run.
            needs = tuple(operation.id for operation in mine if operation.user_id is not None)
            # A record we delete is no record deleted by hand: whoever comes back gets a new one.
            record_id = None if outcome == "deleted" else link.record_id
            links.append(LinkChange(link.user_id, record_id, link.contact_id, "gone", needs=needs))
    return tuple(gone), operations, tuple(links)


def _depart(world: World, link: KnownLink, record: Row | None) -> tuple[list[Operation], _Outcome]:
    policy = world.rules.gone
    if record is None or policy.reaction == "leave":
        return [], "left"
    if world.is_protected(link.username, link.contact_id):
        return [], "left"
    due = world.now - (link.gone_since or world.now) >= timedelta(days=policy.grace_days)
    if policy.reaction == "delete" and due:
        return [
            *_without_details(world, link, record),
            delete_row(world, "record", record, link.user_id, Situation.GONE),
        ], "deleted"
    if link.state == "gone":
        return [], "left"
    operations = [*_switch_off(world, link, record), *_without_details(world, link, record)]
    return operations, "disabled" if operations else "left"


def _switch_off(world: World, link: KnownLink, record: Row) -> list[Operation]:
    reason = Sentence("planning-gone-disabled")
    if world.target.has("record", "active"):
        if record["active"] is False:
            return []
        return [
            Operation(
                "creatio", Action.UPDATE, "record", record["id"], link.user_id, {"active": record["active"]},
                {"active": False}, reason, Situation.GONE,
            )
        ]  # fmt: skip
    if not world.target.has("record_tag"):
        return []
    tag = not_in_webitel_tag(world)
    tags = world.target.record_tags
    if ((tags["record"] == record["id"]) & (tags["tag"] == tag)).any():
        return []
    make_tag = Operation(
        "creatio", Action.CREATE, "tag", tag, None, {}, {"name": "not in Webitel"}, Sentence("planning-tag-missing"),
        Situation.GONE,
    )  # fmt: skip
    known = (tags["tag"] == tag).any()
    put_on = Operation(
        "creatio", Action.CREATE, "record_tag", row_id(world.dc, "record_tag", link.user_id), link.user_id, {},
        {"tag": tag, "record": record["id"]}, reason, Situation.GONE, needs=() if known else (make_tag.id,),
    )  # fmt: skip
    return [put_on] if known else [make_tag, put_on]


def _without_details(world: World, link: KnownLink, record: Row) -> list[Operation]:
    if not world.target.has("license_row"):
        return []
    rows = sorted(world.license_rows.get(record["id"], []), key=lambda row: str(row["id"]))
    return [delete_row(world, "license_row", row, link.user_id, Situation.GONE) for row in rows]


def _clear_tombstone(world: World, link: KnownLink) -> list[Operation]:
    """A soft-deleted user still holds its seats: its set is cleared, once."""
    held = world.licenses_of(link.user_id)
    if not world.assign_licenses or not held or link.user_id not in set(world.source.tombstones["id"]):
        return []
    if world.is_protected(link.username, link.contact_id):
        return []
    return [
        Operation(
            "webitel", Action.SET_LICENSES, "user", link.user_id, link.user_id, {"licenses": held}, {"licenses": []},
            Sentence("planning-tombstone-releases"), Situation.GONE,
        )
    ]  # fmt: skip
