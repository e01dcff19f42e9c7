"""The add-on's own reaction to records of the section being saved and deleted: it makes and removes users in Webitel.

What the real add-on does is not public. Two readings of the manual are played:

* `careful`: a record without a User ID makes the user and fills User ID and Default device from the answer; a change of
  name or extension is passed on; deleting the record deletes the user.
* `eager`: as careful, and a record saved for a user who exists already is pushed onto that user with a fresh device, as the
  old package did, for which "number exists" was a success.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import httpx

from usersync.sandbox.creatio.store import Store, Stored, now
from usersync.sandbox.creatio.switches import Switches
from usersync.sandbox.creatio.writing import RowChange

_SECONDS = 10.0
_PUSHED = ("Name", "Extension")


class Addon:
    """The add-on of one installation.

    Args:
        store: the database, for what it fills in.
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    async def react(self, changes: Sequence[RowChange], switches: Switches, caller: str) -> None:
        """React to saved and deleted records; what Webitel refuses is passed over, as the old package did.

        Args:
            changes: in their order.
            switches: the mode, and where Webitel is.
            caller: contact of the calling user, who is stamped on what the add-on fills in.
        """
        if not switches.addon or not changes:
            return
        headers = {"X-Webitel-Access": switches.addon_token}
        async with httpx.AsyncClient(
            base_url=f"{switches.addon_url}/api", headers=headers, timeout=_SECONDS, trust_env=False
        ) as webitel:
            for change in changes:
                try:
                    await self._one(change, webitel, switches, caller)
                except httpx.HTTPError:
                    continue

    async def _one(self, change: RowChange, webitel: httpx.AsyncClient, switches: Switches, caller: str) -> None:
        before, after = change.before, change.after
        if after is None:
            if before is not None and (user_id := before.get("WebitelUserId")):
                await webitel.delete(f"/users/{user_id}", params={"permanent": "true"})
        elif before is None:
            await self._saved_new(after, webitel, switches, caller)
        elif after.get("WebitelUserId") and any(after.get(name) != before.get(name) for name in _PUSHED):
            await webitel.patch(f"/users/{after['WebitelUserId']}", json=_user(after))

    async def _saved_new(self, row: Stored, webitel: httpx.AsyncClient, switches: Switches, caller: str) -> None:
        user_id = row.get("WebitelUserId")
        if user_id and switches.addon == "careful":
            return
        answer = (
            None if user_id else await webitel.post("/users", params={"generate_device": "true"}, json=_new_user(row))
        )
        if answer is None or answer.is_error:
            if switches.addon == "eager":
                await self._push(user_id or await self._find(row, webitel), row, webitel)
            return
        user: dict[str, Any] = (await webitel.get(f"/users/{answer.json()['id']}")).json()
        filled = {"WebitelUserId": user["id"], "DefaultDevice": user.get("device", {}).get("name")}
        known = self._store.schema.entities["WSysAccount"].columns
        values = {name: value for name, value in filled.items() if name in known}
        self._store.update("WSysAccount", row["Id"], {**values, "ModifiedOn": now(), "ModifiedById": caller})

    async def _find(self, row: Stored, webitel: httpx.AsyncClient) -> str | None:
        found = (await webitel.get("/users", params={"username": row["Login"], "fields": "id"})).json()
        items: list[dict[str, Any]] = found.get("items", [])
        return items[0]["id"] if items else None

    async def _push(self, user_id: str | None, row: Stored, webitel: httpx.AsyncClient) -> None:
        if user_id:
            params = {"generate_device": "true", "device.name": f"{row['Login']} CRM"}
            await webitel.patch(f"/users/{user_id}", params=params, json=_user(row))


def _user(row: Stored) -> dict[str, str]:
    sent = {"name": row.get("Name"), "extension": row.get("Extension")}
    return {name: value for name, value in sent.items() if value}


def _new_user(row: Stored) -> dict[str, str]:
    return {"name": row["Login"], **_user(row), "username": row["Login"]}
