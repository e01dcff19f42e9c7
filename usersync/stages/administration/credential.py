"""The second credential: a client of its own, which is never the importer's, and the proof that it may be used."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from usersync.creatio import CreatioClient, identity
from usersync.creatio.administration import AdministrationService
from usersync.creatio.errors import LoginMissing, OperationMissing
from usersync.creatio.query import select
from usersync.errors import UsageError
from usersync.settings import PREFIX, AdministrationSettings, CreatioSettings
from usersync.stages.connect import creatio_client
from usersync.stages.context import RunContext

_LOOKED_AT = 20
"""System users the importer sees that the administrator must see too."""


@dataclass(frozen=True)
class Administrator:
    """Whoever may manage users and licences of Creatio: a client and the services called with it."""

    creatio: CreatioClient
    service: AdministrationService


def administration_client(settings: AdministrationSettings, creatio: CreatioSettings) -> CreatioClient:
    """The client of the second credential; what the section does not say of the address is as the importer has it.

    Raises:
        UsageError: it is switched off, incomplete, or the importer's own.
    """
    if not settings.enabled:
        raise UsageError("administration-off", setting=f"{PREFIX}ADMINISTRATION__ENABLED")
    if _same(settings, creatio):
        raise UsageError("administration-same-login")
    given = {
        "url": settings.url or creatio.url,
        "identity_url": settings.identity_url or creatio.identity_url,
        "client_id": settings.client_id,
        "client_secret": settings.client_secret,
        "username": settings.username,
        "password": settings.password,
    }
    try:
        return creatio_client(creatio.model_copy(update=given))
    except LoginMissing as error:
        raise UsageError("administration-login-missing") from error


def _same(settings: AdministrationSettings, creatio: CreatioSettings) -> bool:
    """Whether it is the importer's own credential: two that are the same are no second one."""
    names = {settings.username.casefold()} - {""}
    clients = {settings.client_id} - {""}
    return creatio.username.casefold() in names or creatio.client_id in clients


@asynccontextmanager
async def administrator(context: RunContext, operation: str) -> AsyncIterator[Administrator]:
    """Log in with the second credential for a run that needs a system operation.

    Args:
        context: of the run; the ledger is bound to these systems from here on.
        operation: what the run will do, such as `CanManageAdministration`.

    Raises:
        UsageError: see `administration_client`; or it is a credential of another Creatio.
        OperationMissing: it may not execute the operation.
        LedgerBoundElsewhere: this ledger belongs to another domain or another Creatio.
        CreatioError: the login is refused, or nothing answers.
    """
    settings = context.settings
    await bind(context)
    async with administration_client(settings.administration, settings.creatio) as creatio:
        context.administrator = creatio
        service = AdministrationService(creatio)
        await _require_same_creatio(context, creatio)
        if await service.may(operation) is False:
            raise OperationMissing(operation=operation, method="GetCanExecuteOperation", text="none", status=200)
        yield Administrator(creatio, service)


async def bind(context: RunContext) -> tuple[str, str]:
    """The domain's number and what this Creatio is told apart by; the ledger is bound to both.

    Raises:
        LedgerBoundElsewhere: it belongs to others.
    """
    me = await context.webitel.userinfo()
    whose = await identity(context.creatio, context.mapping)
    context.ledger.bind(context.domain, me.dc, whose)
    return me.dc, whose


async def _require_same_creatio(context: RunContext, creatio: CreatioClient) -> None:
    """Both credentials must open the same CRM: what the importer sees of its users, the administrator sees too.

    Raises:
        UsageError: it does not.
    """
    mapping = context.mapping
    entity, is_user = mapping.entity("system_user"), mapping.path("system_user", "type_value") == 4
    seen = (await context.creatio.list(entity, select("Id").where(is_user).first(_LOOKED_AT))).rows
    mine = {str(row["Id"]).lower() for row in (await creatio.list(entity, select("Id").where(is_user))).rows}
    if not seen or not {str(row["Id"]).lower() for row in seen} <= mine:
        raise UsageError("administration-other-creatio")
