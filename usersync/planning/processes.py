"""The manual actions by the names people know them by (the vendor's manual, chapters 3 to 8)."""

from __future__ import annotations

import re
from enum import StrEnum

PREVIEW = "_preview"
"""Ending of a run's mode in the ledger where the action was only looked at."""


class Process(StrEnum):
    """One manual action: what the flow, its deployment and its plans are called."""

    CREATE = "CreateWebitelUser"
    UPDATE = "UpdateWebitelUser"
    DELETE = "DeleteWebitelUser"
    ADD_LICENSE = "AddWebitelLicense"
    REMOVE_LICENSE = "RemoveWebitelLicense"
    SET_ROLES = "SetWebitelRoles"

    @property
    def mode(self) -> str:
        """Mode of its runs in the ledger: `create_webitel_user`."""
        return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", self.value).lower()


MODES = frozenset(process.mode for process in Process)
"""Modes of runs that carry a manual action out."""


def process_of(mode: str) -> Process | None:
    """The manual action of a run by its mode, looked at or carried out; None where it was none."""
    bare = mode.removesuffix(PREVIEW)
    return next((process for process in Process if process.mode == bare), None)
