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


class _Chosen(Body):
    """Of processes that are looked at first: the mode, and the plan that is carried out."""

    mode: Literal["preview", "apply"] = Field(default="preview", description="preview shows what would be done.")
    plan: PlanHash = Field(default="", description="Hash of a plan to carry out; the other fields do not count then.")


class CreateSystemUsers(_Chosen):
    """Make Creatio users for imported people."""

    people: list[Login] = Field(default=[], max_length=1_000, description="Webitel usernames; empty: everybody.")


class OpenTelephony(_Chosen):
    """Give Creatio users the licence that opens telephony."""

    people: list[Login] = Field(default=[], max_length=1_000, description="Webitel usernames; empty: everybody.")


class CreateWebitelUser(_Chosen):
    """Create a Webitel user for a Creatio user; what is left empty fills itself."""

    user: Text = Field(default="", description="The Creatio user: login, or name of its contact.")
    username: Text = Field(default="", description="Empty: made of the Creatio login.")
    extension: Text = Field(default="", description="Internal number, digits, unique.")
    name: Text = Field(default="", description="Empty: the contact's name.")
    email: Text = Field(default="", description="Empty: the Creatio user's own.")
    roles: list[Login] = Field(default=[], max_length=100, description="Roles in Webitel, by name or id.")
    licenses: list[Login] = Field(default=[], max_length=100, description="Webitel licences, by product or id.")
    stun: bool = Field(default=False, description="External STUN/TURN servers, for voice behind NAT.")


class _OfWebitelUser(_Chosen):
    """Of one Webitel user."""

    webitel_user: Text = Field(default="", description="Webitel username or User ID.")


class UpdateWebitelUser(_OfWebitelUser):
    """Change a Webitel user; what is null stays as it is."""

    extension: Text | None = None
    name: Text | None = None
    email: Text | None = None
    username: Text | None = None
    stun: bool | None = None


class DeleteWebitelUser(_OfWebitelUser):
    """Delete a Webitel user."""

    permanent: bool = Field(default=False, description="For good: no tombstone is left in Webitel.")
    confirm_username: Text = Field(default="", description="The username once more, where it is for good.")


class AddWebitelLicense(_OfWebitelUser):
    """Give a Webitel user a licence."""

    license: Text = Field(default="", description="Product or id.")


class RemoveWebitelLicense(_OfWebitelUser):
    """Take a licence from a Webitel user."""

    license: Text = Field(default="", description="Product or id.")


class SetWebitelRoles(_OfWebitelUser):
    """Set all roles a Webitel user shall have."""

    roles: list[Login] = Field(default=[], max_length=100, description="By name or id; those not named are taken away.")


BODIES: Final[Mapping[str, type[Body]]] = {
    form.__name__: form
    for form in (
        GetWebitelUsers, Undo, CreateSystemUsers, OpenTelephony, CreateWebitelUser, UpdateWebitelUser, DeleteWebitelUser,
        AddWebitelLicense, RemoveWebitelLicense, SetWebitelRoles,
    )
}  # fmt: skip
"""The process and its form; a test compares them with the flows' own parameters."""
