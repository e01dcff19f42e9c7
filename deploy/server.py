"""The Prefect server the project is registered at."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager

import httpx
from prefect.client.orchestration import PrefectClient, get_client
from prefect.client.schemas.actions import WorkPoolCreate
from prefect.exceptions import ObjectAlreadyExists, ObjectNotFound, PrefectHTTPStatusError
from prefect.settings.context import get_current_settings
from prefect.workers.process import ProcessWorker

from deploy.errors import PrefectNotSet, PrefectRefused, PrefectUnreachable
from usersync.redaction import redact, redact_url

_ANSWER_SECONDS = 10.0


@asynccontextmanager
async def prefect_server() -> AsyncIterator[PrefectClient]:
    """A client of the server at PREFECT_API_URL (environment or Prefect profile), which has answered and knows us.

    Raises:
        PrefectNotSet: no address; Prefect's own default, a temporary server, would be of no use.
        PrefectUnreachable: nobody answers there.
        PrefectRefused: it answers, and refuses what is asked within the context.
    """
    url = get_current_settings().api.url
    if not url:
        raise PrefectNotSet("deploy-no-api")
    try:
        async with httpx.AsyncClient(timeout=_ANSWER_SECONDS) as http:
            healthy = await http.get(f"{url.rstrip('/')}/health")
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise PrefectUnreachable("deploy-unreachable", url=redact_url(url), error=type(error).__name__) from None
    if not healthy.is_success:
        raise PrefectUnreachable("deploy-unhealthy", url=redact_url(url), status=healthy.status_code)
    try:
        async with get_client() as client:
            await client.read_work_pools(limit=1)
            yield client
    except PrefectHTTPStatusError as error:
        status = error.response.status_code
        if status in {httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN}:
            raise PrefectRefused("deploy-not-authorized", url=redact_url(url)) from None
        raise PrefectRefused("deploy-refused", status=status, detail=redact(error.response.text)) from None


async def ensure_work_pools(client: PrefectClient, names: Iterable[str]) -> list[str]:
    """Make the work pools that are missing, of type process; those that exist are left as they are.

    Returns:
        The names of those made.
    """
    made: list[str] = []
    for name in sorted(set(names)):
        try:
            await client.read_work_pool(name)
        except ObjectNotFound:
            template = ProcessWorker.get_default_base_job_template()
            try:
                await client.create_work_pool(
                    WorkPoolCreate(
                        name=name, type=ProcessWorker.type, base_job_template=template,
                        description="Runs of usersync, as processes of the hosts where workers are started.",
                    )
                )  # fmt: skip
            except ObjectAlreadyExists:  # another `make deploy` at the same time
                continue
            made.append(name)
    return made
