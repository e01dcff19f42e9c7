"""The switches of the Webitel stand-in: what differs between installations, or is not publicly known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from typing import Any


@dataclass(frozen=True)
class Switches:
    """How this Webitel behaves.

    Attributes:
        session_seconds: life of a token that /login gave; API tokens do not expire.
        old_server: a server from before May 2026: `generate_device` is unknown and ignored.
        page_cap: greatest number of rows in a page; a greater `size` is cut silently. 0 for none.
        sort_ignored: rows come in no useful order whatever `sort` says.
        second_factor: /login answers with a pending session that /login/2fa completes.
        wrapped: a gateway without the unwrap rule: `{"user": {…}}` instead of the bare user.
        tombstone_readable: GET /users/{id} of a deleted user answers with `deleted_at`; otherwise 404.
        timestamps: `ms` or `s`: unit of the users' `created_at` and `updated_at`, which the vendor leaves open.
        shows_size: the envelope carries `size`, as the published description says and no recorded answer does.
    """

    session_seconds: int = 2_592_000
    old_server: bool = False
    page_cap: int = 0
    sort_ignored: bool = False
    second_factor: bool = False
    wrapped: bool = False
    tombstone_readable: bool = True
    timestamps: str = "ms"
    shows_size: bool = False

    def with_values(self, values: Mapping[str, Any]) -> Switches:
        """These switches with some set anew.

        Raises:
            ValueError: there is no such switch.
        """
        known = {item.name for item in fields(self)}
        unknown = sorted(set(values) - known)
        if unknown:
            raise ValueError(f"unknown switch {', '.join(unknown)}; known: {', '.join(sorted(known))}")
        return replace(self, **values)

    def to_json(self) -> dict[str, Any]:
        """The switches by name."""
        return asdict(self)
