"""Whether the section "Webitel users" is in the workplace "Contact Center" (docs/creatio.md#workplaces), and putting it there.

Names of workplaces and captions of sections are localised, so ids and codes count first.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from usersync.creatio.client import CreatioClient
from usersync.creatio.configuration import SectionSettings
from usersync.creatio.errors import ColumnMissing, EntityMissing, RecordRefused, RightsMissing
from usersync.creatio.query import Field, Lookup, Query, select
from usersync.words import Sentence

PLACEMENT = "SysModuleInWorkplace"
"""The entity set whose rows put a section into a workplace."""
_UNREADABLE = (RightsMissing, EntityMissing, ColumnMissing, RecordRefused)
Row = Mapping[str, Any]


class SectionState(StrEnum):
    """Where the section stands."""

    THERE = "there"
    MISSING = "missing"
    NO_WORKPLACE = "no-workplace"
    NO_SECTION = "no-section"
    SEVERAL = "several"
    UNREADABLE = "unreadable"


@dataclass(frozen=True)
class SectionPlace:
    """What was found.

    Attributes:
        workplace, section: as this Creatio calls them, else as the settings do.
        workplace_id, section_id: None where they were not found.
        row_id: the row that puts the section there; None where there is none.
        position: where a row that is added would stand: last.
        seen: names of the workplaces (or of the sections) there are, where the wanted one is not among them.
    """

    state: SectionState
    workplace: str
    section: str
    workplace_id: str | None = None
    section_id: str | None = None
    row_id: str | None = None
    position: int = 0
    seen: tuple[str, ...] = ()

    @property
    def sentence(self) -> Sentence:
        """What was found, in words."""
        seen = ", ".join(self.seen) or "none"
        return Sentence(
            f"workplace-section-{self.state}", {"workplace": self.workplace, "section": self.section, "seen": seen}
        )


async def look_at_section(creatio: CreatioClient, names: SectionSettings) -> SectionPlace:
    """Find the section and its workplace.

    Args:
        creatio: whoever asks; a user without rights to system objects sees no rows.
        names: what they are called here.

    Raises:
        CreatioError: Creatio does not answer, or refuses the login.
    """
    workplaces = await _read(creatio, "SysWorkplace", select("Id", "Name"))
    modules = await _read(creatio, "SysModule", select("Id", "Caption", "Code"))
    if not workplaces or not modules:
        return SectionPlace(SectionState.UNREADABLE, names.workplace, names.caption)
    places = _chosen(workplaces, {"Id": names.workplace_id, "Name": names.workplace})
    sections = _chosen(modules, {"Id": names.id, "Code": names.code, "Caption": names.caption})
    if not places:
        seen = tuple(sorted({str(row["Name"]) for row in workplaces}))
        return SectionPlace(SectionState.NO_WORKPLACE, names.workplace, names.caption, seen=seen)
    workplace = str(places[0]["Name"])
    if not sections:
        seen = tuple(sorted({str(row["Caption"]) for row in modules}))
        return SectionPlace(SectionState.NO_SECTION, workplace, names.caption, seen=seen)
    section = str(sections[0]["Caption"])
    rows: list[tuple[Row, Row]] = []
    for place in places:
        query = select("Id", "SysModuleId", "Position").where(Lookup("SysWorkplace") == str(place["Id"]))
        rows += [(place, row) for row in await _read(creatio, PLACEMENT, query) or ()]
    wanted = {str(row["Id"]).lower() for row in sections}
    there = next(((place, row) for place, row in rows if str(row["SysModuleId"]).lower() in wanted), None)
    if there is not None:
        place, row = there
        return SectionPlace(
            SectionState.THERE, workplace, section, str(place["Id"]).lower(), str(row["SysModuleId"]).lower(),
            str(row["Id"]).lower(),
        )  # fmt: skip
    if len(places) > 1 or len(sections) > 1:
        return SectionPlace(SectionState.SEVERAL, workplace, section)
    last = max((int(row.get("Position") or 0) for _, row in rows), default=-1)
    ids = str(places[0]["Id"]).lower(), str(sections[0]["Id"]).lower()
    return SectionPlace(SectionState.MISSING, workplace, section, *ids, position=last + 1)


async def read_placement(creatio: CreatioClient, row_id: str) -> dict[str, Any] | None:
    """The row that puts a section into a workplace, as an operation has it; None where it is not there (or not shown).

    Raises:
        CreatioError: it cannot be read.
    """
    query = select("Id", "SysWorkplaceId", "SysModuleId", "Position").where(Field("Id") == row_id)
    rows = (await creatio.list(PLACEMENT, query)).rows
    if not rows:
        return None
    row = rows[0]
    return {
        "workplace": str(row["SysWorkplaceId"]).lower(), "section": str(row["SysModuleId"]).lower(),
        "position": int(row.get("Position") or 0),
    }  # fmt: skip


def _chosen(rows: Sequence[Row], wanted: Mapping[str, str]) -> list[Row]:
    """The rows that agree in the first of these columns in which any does; case does not count."""
    for column, value in wanted.items():
        found = [row for row in rows if value and str(row.get(column) or "").casefold() == value.casefold()]
        if found or (column == "Id" and value):
            return found
    return []


async def _read(creatio: CreatioClient, entity: str, query: Query) -> list[dict[str, Any]] | None:
    try:
        return (await creatio.list(entity, query)).rows
    except _UNREADABLE:
        return None
