"""A run whose process ended without closing it."""

from __future__ import annotations

from usersync.ledger import Ledger, Run, RunState
from usersync.planning.receipt import unknown
from usersync.words import Sentence


def close_killed(ledger: Ledger, run: Run) -> Run:
    """The run, closed as crashed where its process ended without closing it: killed, or out of memory."""
    if run.state is not RunState.RUNNING:
        return run
    state = RunState.CRASHED
    receipt = unknown(run_id=run.id, domain=run.domain, mode=run.mode, state=str(state), plan_hash=run.plan_hash)
    return ledger.finish_run(run.id, state, receipt=receipt.to_json(), error=Sentence("run-killed"))
