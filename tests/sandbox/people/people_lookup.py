"""Looking rows of a world up."""

from __future__ import annotations

from typing import Any

from usersync.sandbox.people import World


def users_of(world: World) -> dict[str, dict[str, Any]]:
    return {user["id"]: user for user in world.webitel["users"] if "deleted_at" not in user}


def answers(world: World, *kinds: str) -> list[dict[str, Any]]:
    rows = world.truth[world.truth["kind"].isin(kinds)].to_dict("records")
    assert rows, f"the world has nobody of {kinds}"
    return rows


def by_id(world: World, entity: str) -> dict[str, dict[str, Any]]:
    return {row["Id"]: row for row in world.creatio[entity].to_dict("records")}


def logins_of(world: World) -> dict[str, dict[str, Any]]:
    units = world.creatio["SysAdminUnit"]
    people = units[(units["SysAdminUnitTypeValue"] == 4) & (units["ConnectionType"] == 0)]
    return {row["ContactId"]: row for row in people.to_dict("records")}
