"""A business process as a run: it begins in the ledger, and its final state is true."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from prefect.client.schemas.objects import State
from prefect.context import FlowRunContext
from prefect.logging import get_run_logger
from prefect.runtime import flow_run
from prefect.states import Cancelled, Completed, Failed

from usersync.errors import BrokeOff, UsersyncError
from usersync.ledger import LeaseHeld, RunState, default_url
from usersync.notices import Quarantined
from usersync.orchestration import (
    AUTHOR_VARIABLE,
    ORDER_TAG,
    ORDER_VARIABLE,
    RUN_FILE_VARIABLE,
    SCHEDULED_VARIABLE,
)
from usersync.settings import load_settings
from usersync.stages.context import RunContext, open_run
from usersync.stages.ordered import Ordered
from usersync.words import speak


class Mode(StrEnum):
    """What a start of the process is meant to do."""

    PREVIEW = "preview"
    APPLY = "apply"


@dataclass
class BusinessRun:
    """What a flow holds: the context its tasks work on, and the state the flow run ends in."""

    state: State = field(default_factory=lambda: Failed(message="The run did not begin."))
    context: RunContext | None = None

    @property
    def opened(self) -> RunContext:
        """The context of a run that has begun."""
        if self.context is None:
            raise RuntimeError("the run has not begun")
        return self.context


@asynccontextmanager
async def business_run(
    domain: str, mode: Mode, scope: Sequence[str], plan: str, assign_licenses: bool, *, kind: str = ""
) -> AsyncIterator[BusinessRun]:
    """Open a run of the process, and end it truthfully. `kind` is its mode in the ledger where that is not `mode`.

    An error of ours ends the flow with its sentence, not with a traceback; `state` then says how.
    """
    run = BusinessRun()
    logger = get_run_logger()
    try:
        settings = load_settings()
        speak(settings.language)
        database_url = settings.database_url or default_url()
        ordered = await asyncio.to_thread(_ordered, database_url)
        async with open_run(
            settings.domain(domain),
            database_url,
            mode=kind or str(mode),
            scope=[login for login in scope if login.strip()],
            plan_hash=plan or None,
            assign_licenses=assign_licenses,
            author=ordered.author if ordered else os.environ.get(AUTHOR_VARIABLE) or "prefect",
            flow_run_id=flow_run.id,
            writes=mode is Mode.APPLY,
            scheduled=_by_a_clock(),
            on_start=lambda run_id: _opened(run_id, ordered),
            on_notice=lambda problem: logger.warning("%s", problem),
        ) as context:
            run.context = context
            yield run
    except LeaseHeld as error:
        run.state = Completed(name="AlreadyRunning", message=_message(error))
        logger.warning("%s", _message(error))
    except Quarantined as error:
        run.state = Completed(name="Quarantined", message=_message(error))
        logger.warning("%s", _message(error))
    except UsersyncError as error:
        run.state = _failed(error)
        logger.error("%s", _message(error))
    except Exception as error:  # noqa: BLE001 - a traceback in Prefect's log may hold a person's data
        broke = BrokeOff.by(error)
        run.state = _failed(broke)
        logger.error("%s", _message(broke))


def _ordered(database_url: str) -> Ordered | None:
    """The order this run carries out: told by whoever started the process, or by the tag of the flow run."""
    told = os.environ.get(ORDER_VARIABLE, "")
    if told:
        return Ordered.here(database_url, told)
    tag = next((tag for tag in flow_run.tags or () if tag.startswith(ORDER_TAG)), None)
    if tag is None:
        return None
    parameters: dict[str, object] = dict(flow_run.parameters or {})
    return Ordered.by_flow_run(database_url, tag.removeprefix(ORDER_TAG), str(flow_run.id), parameters)


def _opened(run_id: str, ordered: Ordered | None) -> None:
    _tell(run_id=run_id)
    if ordered is not None:
        ordered.begun(run_id)


def _by_a_clock() -> bool:
    """Whether a schedule started this run: Prefect's, or the clock that called `usersync run --scheduled`."""
    context = FlowRunContext.get()
    by_prefect = context is not None and context.flow_run is not None and bool(context.flow_run.auto_scheduled)
    return by_prefect or os.environ.get(SCHEDULED_VARIABLE) == "1"


def _failed(error: UsersyncError) -> State:
    _tell(exit_code=error.exit_code, sentence=error.sentence.to_json())
    return Failed(name=type(error).__name__, message=_message(error))


def state_of(state: RunState, message: str) -> State:
    """The Prefect state that says what the ledger says."""
    match state:
        case RunState.AWAITING_APPROVAL:
            return Completed(name="AwaitingApproval", message=message)
        case RunState.COMPLETED_WITH_FAILURES:
            return Failed(name="CompletedWithFailures", message=message)
        case RunState.STOPPED:
            return Cancelled(name="Stopped", message=message)
        case _:
            return Completed(message=message)


def password_screen() -> Callable[[str], None] | None:
    """Shows a new user's password at the terminal that started this process; None where no terminal did."""
    return (lambda password: _tell(password=password)) if os.environ.get(RUN_FILE_VARIABLE) else None


def _message(error: UsersyncError) -> str:
    return f"{error} {error.next_step}" if error.next_step else str(error)


def _tell(**what: object) -> None:
    """Tell the command line that started this process what it cannot see: the run's id, the kind of its failure."""
    path = os.environ.get(RUN_FILE_VARIABLE)
    if not path:
        return
    file = Path(path)
    told = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    draft = file.with_suffix(".draft")
    draft.write_text(json.dumps({**told, **what}), encoding="utf-8")
    draft.replace(file)
