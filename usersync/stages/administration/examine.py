"""What `doctor` asks of the administrator's side: where the section stands, and what the second credential may do. Reads only."""

from __future__ import annotations

from usersync.creatio import CreatioClient
from usersync.creatio.administration import MANAGE_LICENSES, MANAGE_USERS, AdministrationService
from usersync.creatio.telephony import telephony_packages
from usersync.creatio.workplace import SectionState, look_at_section
from usersync.settings import DomainSettings
from usersync.stages.administration.credential import administration_client
from usersync.words import Sentence

Said = tuple[str, Sentence]
"""`ok`, `warning` or `bad`, and what was found."""


async def examine_section(domain: DomainSettings, creatio: CreatioClient) -> Said:
    """Whether the section is in its workplace, as the importer sees it.

    Raises:
        CreatioError: Creatio does not answer, or refuses the login.
    """
    place = await look_at_section(creatio, domain.creatio.section)
    return "ok" if place.state is SectionState.THERE else "warning", place.sentence


async def examine_administrator(domain: DomainSettings) -> list[Said]:
    """Whether the second credential logs in, and which of the rights it needs it has; nothing where it is switched off.

    Raises:
        UsageError: it is incomplete, or the importer's own.
        CreatioError: Creatio does not answer, or refuses the login.
    """
    settings = domain.administration
    if not settings.enabled:
        return []
    async with administration_client(settings, domain.creatio) as creatio:
        service = AdministrationService(creatio)
        found: list[Said] = []
        for operation in (MANAGE_USERS, MANAGE_LICENSES):
            may = await service.may(operation)
            level = {True: "ok", False: "warning", None: "warning"}[may]
            told = {True: "yes", False: "no", None: "unknown"}[may]
            found.append((level, Sentence("administration-right", {"operation": operation, "may": told})))
        packages = await telephony_packages(
            creatio, operation=settings.license_operation, ids=settings.license_packages
        )
        names = ", ".join(package.name for package in packages or ()) or "none"
        args = {"packages": names, "operation": settings.license_operation}
        found.append(("ok" if packages else "warning", Sentence("administration-packages", args)))
        return found
