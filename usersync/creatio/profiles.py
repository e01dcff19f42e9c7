"""The two ways Creatio's entities are named, as the add-on and the base package have them (docs/creatio.md#profiles).

One table says everything: our name of an entity and its fields, what each field is, and the column's name in each profile.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

SHORT_TEXT, MEDIUM_TEXT, LONG_TEXT = 50, 250, 500
"""Greatest lengths of Creatio's text columns, in UTF-16 units."""


class Profile(StrEnum):
    """Whose section "Webitel users" it is."""

    CALLMANAGER = "callmanager"
    CLASSIC = "classic"


class FieldKind(StrEnum):
    """What a column holds, and so how it is written, read and filtered by."""

    KEY = "key"
    TEXT = "text"
    LOOKUP = "lookup"
    FLAG = "flag"
    NUMBER = "number"
    MOMENT = "moment"


@dataclass(frozen=True)
class FieldShape:
    """A field of one of our entities.

    Attributes:
        column: the column it is by default; of a lookup the flat key (`ContactId`).
        kind: what it holds.
        references: of a lookup, our name of the entity referred to, empty where we have none.
        max_length: of a text, in UTF-16 units.
        classic: the column in the base package; None = it has no such field.
    """

    column: str
    kind: FieldKind = FieldKind.TEXT
    references: str = ""
    max_length: int | None = None
    classic: str | None = ""

    def column_in(self, profile: Profile) -> str | None:
        """The column in a profile, None where the profile has no such field."""
        if profile is Profile.CALLMANAGER or self.classic == "":
            return self.column
        return self.classic


@dataclass(frozen=True)
class EntityShape:
    """One of our entities.

    Attributes:
        entity: the entity set it is by default.
        fields: our field names and what they are.
        profiles: those that have it.
        optional: a CRM without it is no reason to stop.
    """

    entity: str
    fields: Mapping[str, FieldShape]
    profiles: frozenset[Profile] = frozenset(Profile)
    optional: bool = False


def _text(column: str, max_length: int = MEDIUM_TEXT, *, classic: str | None = "") -> FieldShape:
    return FieldShape(column, FieldKind.TEXT, max_length=max_length, classic=classic)


def _lookup(column: str, references: str = "", *, classic: str | None = "") -> FieldShape:
    return FieldShape(column, FieldKind.LOOKUP, references, classic=classic)


_ID = FieldShape("Id", FieldKind.KEY)
_NAME = _text("Name")
_CREATED_ON = FieldShape("CreatedOn", FieldKind.MOMENT)
_MODIFIED_ON = FieldShape("ModifiedOn", FieldKind.MOMENT)
_ADD_ON = frozenset({Profile.CALLMANAGER})
_BASE = frozenset({Profile.CLASSIC})

ENTITIES: Mapping[str, EntityShape] = {
    "record": EntityShape(
        "WSysAccount",
        {
            "id": _ID,
            "name": _NAME,
            "username": _text("Login", classic=None),
            "extension": _text("Extension", classic="Login"),
            "webitel_user_id": _text("WebitelUserId", classic=None),
            "device": _text("DefaultDevice", classic=None),
            "contact": _lookup("ContactId", "contact"),
            "role": _lookup("RoleId"),
            "user": _lookup("UserId", "system_user", classic=None),
            "stun": FieldShape("EnableStun", FieldKind.FLAG, classic=None),
            "active": FieldShape("Active", FieldKind.FLAG, classic=None),
            "created_on": _CREATED_ON,
            "modified_on": _MODIFIED_ON,
            "modified_by": _lookup("ModifiedById", "contact"),
        },
    ),
    "license_row": EntityShape(
        "WSysAccountLicense",
        {
            "id": _ID,
            "record": _lookup("WSysAccountId", "record"),
            "license": _text("LicenseId"),
            "product": _text("Product"),
            "name": _NAME,
            "issued_on": FieldShape("IssuedOn", FieldKind.MOMENT),
            "expires_on": FieldShape("ExpiresOn", FieldKind.MOMENT),
        },
        profiles=_ADD_ON,
    ),
    "role_row": EntityShape(
        "WSysAccountInWebitelRole",
        {
            "id": _ID,
            "record": _lookup("WSysAccountId", "record"),
            "webitel_role": _text("WebitelRoleId"),
            "name": _NAME,
        },
        profiles=_ADD_ON,
    ),
    "contact": EntityShape(
        "Contact",
        {
            "id": _ID,
            "name": _NAME,
            "surname": _text("Surname"),
            "given_name": _text("GivenName"),
            "middle_name": _text("MiddleName"),
            "email": _text("Email"),
            "phone": _text("Phone"),
            "mobile_phone": _text("MobilePhone"),
            "account": _lookup("AccountId", "account"),
            "type": _lookup("TypeId", "contact_type"),
            "owner": _lookup("OwnerId", "contact"),
            "created_on": _CREATED_ON,
            "modified_on": _MODIFIED_ON,
        },
    ),
    "account": EntityShape(
        "Account",
        {
            "id": _ID,
            "name": _NAME,
            "type": _lookup("TypeId", "account_type"),
            "owner": _lookup("OwnerId", "contact"),
            "modified_on": _MODIFIED_ON,
        },
    ),
    "communication": EntityShape(
        "ContactCommunication",
        {
            "id": _ID,
            "contact": _lookup("ContactId", "contact"),
            "type": _lookup("CommunicationTypeId"),
            "number": _text("Number"),
            "non_actual": FieldShape("NonActual", FieldKind.FLAG),
            "modified_on": _MODIFIED_ON,
        },
    ),
    "system_user": EntityShape(
        "SysAdminUnit",
        {
            "id": _ID,
            "name": _NAME,
            "contact": _lookup("ContactId", "contact"),
            "email": _text("Email"),
            "active": FieldShape("Active", FieldKind.FLAG),
            "connection_type": FieldShape("ConnectionType", FieldKind.NUMBER),
            "type_value": FieldShape("SysAdminUnitTypeValue", FieldKind.NUMBER),
        },
    ),
    "tag": EntityShape("WSysAccountTag", {"id": _ID, "name": _NAME, "type": _lookup("TypeId")}, profiles=_BASE),
    "record_tag": EntityShape(
        "WSysAccountInTag",
        {"id": _ID, "tag": _lookup("TagId", "tag"), "record": _lookup("EntityId", "record")},
        profiles=_BASE,
    ),
    "career": EntityShape(
        "ContactCareer",
        {
            "id": _ID,
            "contact": _lookup("ContactId", "contact"),
            "account": _lookup("AccountId", "account"),
            "job_title": _text("JobTitle"),
            "primary": FieldShape("Primary", FieldKind.FLAG),
            "current": FieldShape("Current", FieldKind.FLAG),
            "created_on": _CREATED_ON,
            "modified_on": _MODIFIED_ON,
        },
        optional=True,
    ),
    "contact_type": EntityShape("ContactType", {"id": _ID, "name": _NAME}, optional=True),
    "account_type": EntityShape("AccountType", {"id": _ID, "name": _NAME}, optional=True),
}

REFERRERS: tuple[str, ...] = (
    "Call.Contact",
    "Activity.Contact",
    "Activity.Owner",
    "Case.Contact",
    "Lead.QualifiedContact",
    "Opportunity.Contact",
    "Order.Contact",
    "Contract.Contact",
    "Document.Contact",
    "Account.PrimaryContact",
    "Account.Owner",
    "SysAdminUnit.Contact",
)
"""What may refer to a contact (`Entity.Navigation`): asked before a contact made by us is taken back. Those a CRM lacks are
left out."""
