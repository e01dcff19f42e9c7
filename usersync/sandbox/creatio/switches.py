"""The switches of the Creatio stand-in: what differs between installations, or is not publicly known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any

NAME_ORDERS = ("Sgm", "Gms", "")
RIGHTS = ("full", "read", "none")
ADDON_MODES = ("", "careful", "eager")


@dataclass(frozen=True)
class Switches:
    """How this Creatio behaves.

    Attributes:
        session_seconds: idle life of a forms session (`UserSessionTimeout`).
        token_seconds: life of an OAuth token.
        serial_sessions: requests of one forms session are served one after another, as ASP.NET does.
        row_cap: greatest number of rows in a body.
        next_link: whether a capped body carries `@odata.nextLink`; without it the cap truncates in silence.
        missing_write_status: answer to PATCH and DELETE of an unknown Id, 404 or 204; the vendor leaves it open.
        missing_set_status: HTTP status of an unknown entity set, 404 or 200; both have been seen.
        name_order: system setting `ContactFieldConverter`: `Sgm`, `Gms`, or empty for no conversion.
        case_insensitive: texts compare without regard to case, as under SQL Server's usual collation.
        default_rights: what the caller may do with objects `rights` does not name: `full`, `read`, `none` (0 rows, HTTP 200).
        rights: rights by entity set.
        administrator_rights: rights of the administrator by entity set, where they are not full.
        operations: system operations the administrator may execute; others may execute none.
        shortest_password: characters a password of a system user has at least.
        url_limits: IIS's limits of 2048 characters of query and 4096 of URL.
        addon: the add-on's reaction to saving and deleting records of the section: empty for none, `careful` or `eager`.
        addon_url: address of the Webitel stand-in, for the add-on.
        addon_token: token of the add-on.
    """

    session_seconds: int = 3600
    token_seconds: int = 3600
    serial_sessions: bool = True
    row_cap: int = 20_000
    next_link: bool = False
    missing_write_status: int = 404
    missing_set_status: int = 404
    name_order: str = "Sgm"
    case_insensitive: bool = False
    default_rights: str = "full"
    rights: Mapping[str, str] = field(default_factory=dict)
    administrator_rights: Mapping[str, str] = field(default_factory=dict)
    operations: Sequence[str] = ("CanManageAdministration", "CanManageLicUsers")
    shortest_password: int = 8
    url_limits: bool = True
    addon: str = ""
    addon_url: str = ""
    addon_token: str = ""

    def with_values(self, values: Mapping[str, Any]) -> Switches:
        """These switches with some set anew.

        Raises:
            ValueError: there is no such switch, or no such value of it.
        """
        known = {item.name for item in fields(self)}
        if unknown := sorted(set(values) - known):
            raise ValueError(f"unknown switch {', '.join(unknown)}; known: {', '.join(sorted(known))}")
        changed = replace(self, **values)
        for name, value, allowed in (
            ("name_order", changed.name_order, NAME_ORDERS),
            ("default_rights", changed.default_rights, RIGHTS),
            ("addon", changed.addon, ADDON_MODES),
            *((f"rights.{name}", value, RIGHTS) for name, value in changed.rights.items()),
            *((f"administrator_rights.{name}", value, RIGHTS) for name, value in changed.administrator_rights.items()),
        ):
            if value not in allowed:
                raise ValueError(f"{name} cannot be {value!r}; it is one of {', '.join(map(repr, allowed))}")
        return changed

    def to_json(self) -> dict[str, Any]:
        """The switches by name, but the token."""
        return {name: value for name, value in asdict(self).items() if name != "addon_token"}
