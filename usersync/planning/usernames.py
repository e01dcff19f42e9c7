"""Webitel usernames made of what Creatio has: Latin letters, digits, `-`, `_` and `.` (docs/webitel.md#users)."""

from __future__ import annotations

import re
from collections.abc import Collection

from anyascii import anyascii

_LEGAL = re.compile(r"[A-Za-z0-9._-]+")
_SILENT = re.compile("['’ʼ`\"ьЬъЪ]")
"""Apostrophes, soft and hard signs: Latin writes nothing for them."""


def is_legal(username: str) -> bool:
    """Whether Webitel takes it."""
    return _LEGAL.fullmatch(username) is not None


def legal_username(login: str) -> str:
    r"""The login as a Webitel username: without `DOMAIN\` and `@domain`, in Latin letters, anything else a dot.

    Returns:
        "" where nothing is left of it.
    """
    bare = login.strip().rpartition("\\")[2].partition("@")[0]
    latin = anyascii(_SILENT.sub("", bare))
    return re.sub(r"[^A-Za-z0-9_-]+", ".", latin).strip("._-")


def free_username(wanted: str, taken: Collection[str]) -> str:
    """The username, or with the first number behind it that nobody has: `o.bondar`, then `o.bondar2`.

    Args:
        wanted: legal.
        taken: case-folded.
    """
    number, free = 1, wanted
    while free.casefold() in taken:
        number += 1
        free = f"{wanted}{number}"
    return free
