"""System objects: users and roles, Creatio's own licences, workplaces and sections."""

from __future__ import annotations

from usersync.sandbox.creatio.columns import (
    Column,
    Edm,
    Entity,
    entity,
    flag,
    lookup,
    lookup_entity,
    moment,
    number,
    text,
)

_UNIT = (
    lookup("Contact", "Contact"),
    lookup("Account", "Account"),
    flag("IsDirectoryEntry"),
    Column("UserPassword", Edm.STRING, length=None, hidden=True),
    flag("Active", default=True),
    flag("SynchronizeWithLDAP"),
    text("LDAPEntry"),
    text("LDAPEntryId"),
    text("LDAPEntryDN", 500),
    flag("LoggedIn"),
    lookup("SysCulture", "SysCulture"),
    moment("PasswordExpireDate"),
    lookup("HomePage", "SysModule"),
    number("ConnectionType"),
    flag("ForceChangePassword"),
    number("SessionTimeout"),
    text("Email"),
    text("Phone"),
)

SYSTEM: tuple[Entity, ...] = (
    lookup_entity(
        "SysAdminUnit",
        number("SysAdminUnitTypeValue"),
        lookup("ParentRole", "SysAdminUnit"),
        *_UNIT,
        text("TimeZoneId", None),
        text("OpenIDSub"),
        lookup("PortalAccount", "Account"),
        indexed=("Name", "ContactId", "SysAdminUnitTypeValue", "ModifiedOn"),
        writable=False,  # users are made by the administration service, never through OData
    ),
    entity(
        "SysUserInRole",
        lookup("SysUser", "SysAdminUnit", cascade=True),
        lookup("SysRole", "SysAdminUnit", cascade=True),
        indexed=("SysUserId", "SysRoleId"),
    ),
    lookup_entity(
        "SysLicPackage",
        text("PublicKey", None),
        text("Operations", None),
        text("Key", None),
        flag("UseUserAssociation", default=True),
        flag("IsSsp"),
    ),
    entity(
        "SysLic",
        lookup("SysLicPackage", "SysLicPackage", cascade=True),
        number("Count"),
        moment("StartDate"),
        moment("DueDate"),
        number("LicType"),
        text("LicVersion", 50),
        indexed=("SysLicPackageId",),
    ),
    entity(
        "SysLicUser",
        lookup("SysLicPackage", "SysLicPackage", required=True, cascade=True),
        lookup("SysUser", "SysAdminUnit", cascade=True),
        flag("Active", default=True),
        indexed=("SysLicPackageId", "SysUserId"),
    ),
    entity(
        "SysMsgUserSettings",
        lookup("User", "SysAdminUnit", required=True, cascade=True),
        text("ConnectionParams", None),
        lookup("SysMsgLib", "SysMsgLib"),
        indexed=("UserId",),
    ),
    entity(
        "SysWorkplace",
        text("Name", required=True),
        number("Position"),
        flag("IsPersonal"),
        lookup("SysApplicationClientType", "SysApplicationClientType"),
        lookup("Type", "SysWorkplaceType"),
        flag("UseOnlyShell"),
    ),
    entity(
        "SysModule",
        text("Caption", 50, required=True),
        text("Code"),
        lookup("SysModuleEntity", "SysModuleEntity"),
        Column("SectionSchemaUId", Edm.GUID),
        Column("CardSchemaUId", Edm.GUID),
        number("Type"),
    ),
    entity(
        "SysModuleInWorkplace",
        lookup("SysWorkplace", "SysWorkplace", required=True, cascade=True),
        lookup("SysModule", "SysModule", required=True, cascade=True),
        number("Position"),
        indexed=("SysWorkplaceId", "SysModuleId"),
    ),
)
