"""Webitel's licences, and who holds a seat of which."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from usersync.sandbox.people.draw import Calendar, stream
from usersync.sandbox.people.layout import Layout


@dataclass(frozen=True)
class Licenses:
    """The licences of the domain's customer.

    Attributes:
        rows: as `GET /license` shows them; zero values are left out.
        held: scene → the grants `{id, issued_at}` of its user.
    """

    rows: list[dict[str, Any]]
    held: list[list[dict[str, str]]]

    def named(self, serial: str) -> dict[str, Any]:
        """One licence by its serial number."""
        return next(row for row in self.rows if row["id"] == serial)


def licenses(seed: int, layout: Layout, calendar: Calendar, *, importer: int) -> Licenses:
    """Few named call-centre seats (fewer than wanted), concurrent managers, named devices, an expired licence, and CHAT.

    Args:
        seed: of the world.
        layout: who is in Webitel.
        calendar: validity is relative to its day.
        importer: scene of the importer's own account; it holds a concurrent seat, which opens users, devices and roles.
    """
    rng = stream(seed, "licenses")
    users = [place for place, scene in enumerate(layout.scenes) if scene.user]
    callers = [place for place in users if (user := layout.scenes[place].user) and user.extension and not user.service]
    serial = "".join(rng.choice(list("0123456789ABCDEF"), size=6).tolist())
    seats = max(4, int(0.7 * len(callers)))
    spread = {
        f"CC-{serial}-01": _holders(layout, callers, int(0.75 * seats), rng),
        f"CM-{serial}-02": [importer, *(place for place in callers if rng.random() < 0.6)],
        f"VD-{serial}-03": [place for place in callers if rng.random() < 0.4],
        f"CC-{serial}-00": [place for place in callers if rng.random() < 0.06],
    }
    current = {"not_before": calendar.milliseconds(-120), "not_after": calendar.milliseconds(245)}
    old = {"not_before": calendar.milliseconds(-410), "not_after": calendar.milliseconds(-45)}
    rows: list[dict[str, Any]] = [
        {"id": f"CC-{serial}-01", "product": "CALL_CENTER", "limit": seats, **current},
        {
            "id": f"CM-{serial}-02", "product": "CALL_MANAGER", "name": "Call manager, concurrent", "competitive": True,
            "limit": max(3, len(users) // 5), **current,
        },
        {"id": f"VD-{serial}-03", "product": "VOIP_DEVICE", "limit": len(callers) + 5, **current},
        {
            "id": f"CC-{serial}-00", "product": "CALL_CENTER", "name": "Call center, former contract",
            "limit": max(3, len(spread[f"CC-{serial}-00"])), **old,
        },
        {"id": f"CH-{serial}-04", "product": "CHAT", "limit": 5, **current},
    ]  # fmt: skip
    held: list[list[dict[str, str]]] = [[] for _ in layout.scenes]
    for number, holders in spread.items():
        days = (-400, -60) if number.endswith("-00") else (-110, -5)
        for place in holders:
            issued = calendar.milliseconds(int(rng.integers(*days)), hour=int(rng.integers(8, 18)))
            held[place].append({"id": number, "issued_at": issued})
    return Licenses(rows, held)


def _holders(layout: Layout, callers: Sequence[int], count: int, rng: np.random.Generator) -> list[int]:
    """Those who must hold a seat (leavers), and chance decides on the others; never more than `count`."""
    must = [place for place in callers if layout.scenes[place].holds_seat][:count]
    may = [place for place in callers if layout.scenes[place].holds_seat is None]
    chosen = rng.permutation(len(may))[: max(0, count - len(must))]
    return sorted([*must, *(may[index] for index in chosen.tolist())])
