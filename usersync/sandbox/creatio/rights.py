"""What the caller may do with which object."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from usersync.sandbox.creatio.errors import no_right
from usersync.sandbox.creatio.sessions import Caller
from usersync.sandbox.creatio.switches import Switches
from usersync.sandbox.creatio.wellknown import SUPERVISOR_USER


@dataclass(frozen=True)
class Rights:
    """The rights of one request.

    Creatio answers a read without rights with no rows and HTTP 200, and a write with 403.

    Attributes:
        default: `full`, `read` or `none` for objects not named.
        by_entity: rights by entity set.
    """

    default: str = "full"
    by_entity: Mapping[str, str] = field(default_factory=dict)

    def may_read(self, entity: str) -> bool:
        """Whether rows are shown."""
        return self.by_entity.get(entity, self.default) != "none"

    def require_write(self, entity: str, what: str) -> None:
        """Let a write through.

        Raises:
            Failure: 403.
        """
        if self.by_entity.get(entity, self.default) != "full":
            raise no_right(entity, what)


SYSTEM_OBJECTS: Mapping[str, str] = dict.fromkeys(
    ("SysWorkplace", "SysModule", "SysModuleInWorkplace", "SysLicPackage", "SysLic", "SysLicUser", "SysUserInRole"),
    "read",
)
"""What nobody but an administrator changes, whatever else they may do."""


def rights_of(caller: Caller, switches: Switches) -> Rights:
    """The rights of whoever calls: the administrator's own, everybody else's as the switches say."""
    if caller.user == SUPERVISOR_USER:
        return Rights("full", switches.administrator_rights)
    system = SYSTEM_OBJECTS if switches.default_rights == "full" else {}
    return Rights(switches.default_rights, {**system, **switches.rights})
