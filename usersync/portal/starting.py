"""Starting a process for somebody: ordered in the ledger, then submitted to Prefect or run in a child process here."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from platformdirs import user_log_path

from usersync.errors import UsersyncError
from usersync.ledger import Ledger, Order
from usersync.orchestration import (
    DEPLOYMENTS,
    ORDER_TAG,
    PrefectUnavailable,
    Started,
    ended_state,
    run_here,
    submit,
)
from usersync.stages.killed import close_killed
from usersync.words import Sentence

SILENT: Final = timedelta(minutes=10)
"""A run that reads and has said nothing for so long is taken for dead."""
_READING_TWICE: Final = "GetWebitelUsers"
_POLL_SECONDS: Final = 0.2


@dataclass(frozen=True)
class Answer:
    """What a press was answered with.

    Attributes:
        order_id: of the order; a start can be followed by it before its run is open.
        run_id: the run, None while it is not open yet.
        going: whether the run was at work already.
    """

    order_id: str
    run_id: str | None
    going: bool


class Starter:
    """Starts processes, and knows the child processes it waits for.

    Args:
        here: whether processes run in child processes on this machine rather than under Prefect's workers.
        log_file: where the output of child processes goes.
        run: runs a process here, and waits for its end.
    """

    def __init__(self, *, here: bool, log_file: Path | None = None, run: Callable[..., Started] = run_here) -> None:
        self._here = here
        self._run = run
        self._log_file = log_file or user_log_path("usersync") / "run.log"
        self._children: set[str] = set()
        self._lock = threading.Lock()

    def start(
        self, ledger: Ledger, process: str, parameters: Mapping[str, Any], *, domain: str, author: str, key: str
    ) -> Answer:
        """Start a process, or say which run is at work already. Blocks for a moment; see `wait` for the run's id.

        Args:
            ledger: where it is ordered.
            process: `GetWebitelUsers` …
            parameters: of the flow, JSON-able.
            domain: name of the domain.
            author: who starts it.
            key: idempotency key, the author's own: the same key leads to the same run, also after a restart.

        Raises:
            OrderReused: the key was used for something else.
            PrefectUnavailable: Prefect did not take it; the same key may be sent again.
        """
        joins = process == _READING_TWICE and not parameters.get("plan")
        placed = ledger.place_order(
            author=author,
            key=key,
            domain=domain,
            process=process,
            parameters=parameters,
            silent_for=SILENT,
            joins=joins,
        )
        order = placed.order
        if order.run_id is None and order.flow_run_id is None:
            self._launch(ledger, order)
        return Answer(order.id, order.run_id, going=placed.going is not None)

    def wait(self, ledger: Ledger, order_id: str, seconds: float) -> Order:
        """The order, as soon as its run is open or it is known that none will be; at the latest after so many seconds."""
        until = time.monotonic() + seconds
        while True:
            order = ledger.order(order_id)
            if order.run_id is not None or order.error is not None or time.monotonic() >= until:
                return order
            if order.flow_run_id is not None:
                self._notice_early_end(ledger, order)
            time.sleep(_POLL_SECONDS)

    def _launch(self, ledger: Ledger, order: Order) -> None:
        if order.error is not None:
            ledger.retry_order(order.id)
        if not self._here:
            try:
                deployment = DEPLOYMENTS.get(order.process, f"{order.process}/button")
                tags = [f"{ORDER_TAG}{order.id}"]
                flow_run_id = submit(deployment, order.parameters, idempotency_key=order.id, tags=tags)
            except PrefectUnavailable as error:
                ledger.fail_order(order.id, error.sentence)
                raise
            ledger.bind_order(order.id, flow_run_id)
            return
        with self._lock:
            if order.id in self._children:
                return
            self._children.add(order.id)
        threading.Thread(target=self._run_here, args=(ledger, order), name=order.id, daemon=True).start()

    def _run_here(self, ledger: Ledger, order: Order) -> None:
        try:
            started = self._run(
                order.process, order.parameters, author=order.author, log_file=self._log_file, order=order.id
            )
            close_killed(ledger, ledger.run(started.run_id))
        except UsersyncError as error:
            ledger.fail_order(order.id, error.sentence)
        finally:
            with self._lock:
                self._children.discard(order.id)

    def _notice_early_end(self, ledger: Ledger, order: Order) -> None:
        """A flow run that ended without having opened a run: its worker lacks settings, or it was cancelled."""
        ended = ended_state(order.flow_run_id or "")
        if ended and ledger.order(order.id).run_id is None:
            args = {"flow_run": order.flow_run_id, "state": ended}
            ledger.fail_order(order.id, Sentence("orchestration-ended-early", args))
