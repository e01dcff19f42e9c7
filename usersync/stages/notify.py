"""The last thing a run does, however it ended: whoever is to be told of the domain's condition is told."""

from __future__ import annotations

import logging
from collections.abc import Callable

from usersync.errors import BrokeOff, UsersyncError
from usersync.ledger import Ledger
from usersync.notices import tell
from usersync.settings import DomainSettings
from usersync.words import Sentence

_log = logging.getLogger(__name__)
_STAGE = "notify"


async def tell_at_the_end(
    ledger: Ledger, settings: DomainSettings, run_id: str, on_notice: Callable[[Sentence], None] | None
) -> None:
    """Judge the domain and deliver what is due. Nothing that goes wrong here is the run's failure: it is said, and that is all.

    Args:
        ledger: open.
        settings: of the domain.
        run_id: the run that ends; how many messages were delivered is noted as its last stage.
        on_notice: called with a sentence for each message that did not get through.
    """
    try:
        told = await tell(ledger, settings)
        if told.delivered or told.problems:
            ledger.note_stage(run_id, _STAGE, told.delivered, told.delivered + len(told.problems))
        problems = list(told.problems)
    except UsersyncError as error:
        problems = [error.sentence]
    except Exception as error:  # noqa: BLE001 - a message that cannot be sent never fails a run
        problems = [BrokeOff.by(error).sentence]
    for problem in problems:
        _log.warning("%s", problem)
        if on_notice is not None:
            on_notice(problem)
