"""What may be sent to start a process: one strict form for each; an unknown field is refused, not ignored."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

Login = Annotated[str, StringConstraints(min_length=1, max_length=255, pattern=r"^[^\x00-\x1f\x7f]+$")]
Text = Annotated[str, StringConstraints(max_length=255, pattern=r"^[^\x00-\x1f\x7f]*$")]
PlanHash = Annotated[str, StringConstraints(pattern=r"^([0-9a-f]{64})?$")]
DomainField = Annotated[str, StringConstraints(max_length=100, pattern=r"^[^\x00-\x1f\x7f]*$")]


class Body(BaseModel):
    """Base of all of them."""

    model_config = ConfigDict(extra="forbid")

    domain: DomainField = Field(default="", description="Domain of the settings; empty: the first, or the only one.")

    def parameters(self, domain: str) -> dict[str, Any]:
        """What the flow is given; what was left out is left to the flow."""
        return {**self.model_dump(exclude_none=True, mode="json"), "domain": domain}


class GetWebitelUsers(Body):
    """Import the users of a Webitel domain into Creatio."""

    mode: Literal["preview", "apply"] = Field(default="apply", description="preview does everything but write.")
    scope: list[Login] = Field(default=[], max_length=1_000, description="Webitel usernames; empty: everybody.")
    assign_licenses: bool = Field(default=False, description="Whether licences are assigned by the rules.")
    plan: PlanHash = Field(default="", description="Hash of an approved plan to carry out; empty: plan afresh.")


class Undo(Body):
    """Take a finished run back."""

    run: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9-]{1,40}$")] = Field(description="Id of the run.")
    mode: Literal["preview", "apply"] = Field(default="apply", description="apply stores the plan for approval first.")
    plan: PlanHash = Field(default="", description="Hash of the approved undo plan.")


BODIES: Final[Mapping[str, type[Body]]] = {"GetWebitelUsers": GetWebitelUsers, "Undo": Undo}
"""The process and its form; a test compares it with `usersync.orchestration.FLOWS`."""
