"""The two proposals: system users for imported people, and the licence that opens telephony."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from usersync.creatio.administration import PackageSeats
from usersync.creatio.telephony import TelephonyPackage, telephony_packages
from usersync.errors import UsageError
from usersync.planning import Plan
from usersync.planning.administration import ImportedPerson, SystemUser
from usersync.planning.system_users import Naming, plan_system_users
from usersync.planning.telephony import Package, plan_telephony
from usersync.settings import PREFIX
from usersync.stages.administration.credential import Administrator
from usersync.stages.administration.holders import holders_of
from usersync.stages.administration.people import ground_of, imported_people, kept_out, read_directory
from usersync.stages.context import RunContext
from usersync.words import Sentence


async def propose_system_users(context: RunContext, admin: Administrator) -> Plan:
    """Plan a system user for every imported person who has none.

    Raises:
        UsageError: a chosen username was never imported, or the role of the settings is not there.
        NotTrusted: not all users of Creatio came.
        CreatioError: Creatio cannot be read.
    """
    settings = context.settings.administration
    people, directory = await asyncio.gather(imported_people(context), read_directory(admin.creatio, context.mapping))
    if settings.role_id not in directory.roles:
        raise UsageError("administration-no-role", setting=f"{PREFIX}ADMINISTRATION__ROLE_ID", role=settings.role_id)
    plan = plan_system_users(
        people, directory.users, await ground_of(context), naming=Naming(email=settings.login == "email"),
        kept_out=kept_out(context.settings, people), names_taken=directory.names, scope=context.scope,
        notes=(
            Sentence("administration-role", {"role": directory.roles[settings.role_id]}),
            Sentence("administration-no-license"),
            Sentence("administration-no-password"),
            Sentence("administration-update-roles"),
        ),
    )  # fmt: skip
    context.plan = plan
    return plan


async def propose_telephony(context: RunContext, admin: Administrator) -> Plan:
    """Plan a seat of a package that opens telephony for every imported person whose system user holds none.

    Raises:
        UsageError: a chosen username was never imported, or no package opens telephony.
        NotTrusted: not all users of Creatio came.
        CreatioError: Creatio cannot be read.
    """
    people, directory = await asyncio.gather(imported_people(context), read_directory(admin.creatio, context.mapping))
    packages = await _packages(context, admin, people, directory.users)
    plan = plan_telephony(
        people, directory.users, packages, await ground_of(context), kept_out=kept_out(context.settings, people),
        scope=context.scope,
        notes=[
            Sentence("administration-seats", {"package": p.name, "paid": p.paid, "used": p.used, "free": p.available})
            for p in packages
        ],
    )  # fmt: skip
    context.plan = plan
    return plan


async def _packages(
    context: RunContext, admin: Administrator, people: Sequence[ImportedPerson], users: Sequence[SystemUser]
) -> list[Package]:
    """The packages that open telephony, in the order they are filled, with their seats and who holds one."""
    opening = await opening_packages(context, admin)
    contacts = {person.contact_id for person in people}
    asked = [user.id for user in users if user.active and not user.portal and user.contact in contacts]
    seats = {package.id: package for package in await admin.service.packages()}
    held = await holders_of(admin, [package.id for package in opening], asked)
    return [_package(package, seats.get(package.id), held[package.id]) for package in opening]


async def opening_packages(context: RunContext, admin: Administrator) -> list[TelephonyPackage]:
    """The packages that open telephony, as the settings order them, else by name.

    Raises:
        UsageError: there is none, or it cannot be told which they are.
    """
    settings = context.settings.administration
    found = await telephony_packages(admin.creatio, operation=settings.license_operation, ids=settings.license_packages)
    if found is None and settings.license_packages:  # not readable, but named: the service knows them
        named = {package.id: package.name for package in await admin.service.packages()}
        found = tuple(TelephonyPackage(given, named[given]) for given in settings.license_packages if given in named)
    if not found:
        setting = f"{PREFIX}ADMINISTRATION__LICENSE_PACKAGES"
        raise UsageError("administration-no-package", operation=settings.license_operation, setting=setting)
    order = {given: place for place, given in enumerate(settings.license_packages)}
    return sorted(found, key=lambda package: order.get(package.id, 0))


def _package(package: TelephonyPackage, seats: PackageSeats | None, held_by: frozenset[str]) -> Package:
    paid, used = (seats.paid, seats.used) if seats else (0, len(held_by))
    return Package(package.id, package.name, paid, used, seats.available if seats else 0, held_by)
