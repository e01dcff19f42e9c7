"""The section "Webitel users": the base package's object, and the one of the current add-on as this project names it."""

from __future__ import annotations

from usersync.sandbox.creatio.columns import Column, Edm, Entity, entity, flag, lookup, lookup_entity, moment, text

_ACCOUNT = (
    text("Name"),
    lookup("Contact", "Contact", required=True, cascade=True),
    text("Login", required=True),
    Column("Password", Edm.STRING, length=50),
    lookup("Role", "WSysAccountRole", required=True),
)
_TAGS: tuple[Entity, ...] = (
    lookup_entity("WSysAccountRole", text("Code", 50)),
    entity("WSysAccountTag", text("Name"), lookup("Type", "TagType", default="8d7f6d6c-4ca5-4b43-bdd9-a5e01a582260")),
    entity(
        "WSysAccountInTag",
        lookup("Tag", "WSysAccountTag", required=True, cascade=True),
        lookup("Entity", "WSysAccount", required=True, cascade=True),
        indexed=("TagId", "EntityId"),
    ),
)

CLASSIC: tuple[Entity, ...] = (entity("WSysAccount", *_ACCOUNT, indexed=("ContactId", "Login", "ModifiedOn")), *_TAGS)

# The add-on's own names are not public: these are the defaults of this project, as its documentation states them.
CALLMANAGER: tuple[Entity, ...] = (
    entity(
        "WSysAccount",
        *_ACCOUNT,
        text("Extension", 50),
        text("WebitelUserId", 50),
        text("DefaultDevice"),
        lookup("User", "SysAdminUnit"),
        flag("EnableStun"),
        flag("Active", default=True),
        indexed=("ContactId", "Login", "WebitelUserId", "UserId", "ModifiedOn"),
    ),
    entity(
        "WSysAccountLicense",
        lookup("WSysAccount", "WSysAccount", required=True, cascade=True),
        text("LicenseId", 250),
        text("Product", 50),
        text("Name"),
        moment("IssuedOn"),
        moment("ExpiresOn"),
        indexed=("WSysAccountId", "ModifiedOn"),
    ),
    entity(
        "WSysAccountInWebitelRole",
        lookup("WSysAccount", "WSysAccount", required=True, cascade=True),
        text("WebitelRoleId", 50),
        text("Name"),
        indexed=("WSysAccountId", "ModifiedOn"),
    ),
    *_TAGS,
)
