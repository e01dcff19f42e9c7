"""A process that runs the stages and is killed at the n-th write to the journal: `python -m tests.safety.dying`.

Each line of standard input is a job as JSON. A first one that is not to be killed is carried out here, so that libraries are
loaded and what is computed once is computed; each other one by a fork, which begins with all of that. The answer is one line
of JSON: `{"status": exit status}`; a job that was not killed writes its result to `result`.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.safety import stand
from usersync.ledger import Ledger
from usersync.stages import context

JOURNALLED = ("intend", "settle", "pass_over", "apply_links", "set_link_state", "learn", "take_plan", "finish_run")


def mortal(dies: Callable[[str, bool], bool]) -> type[Ledger]:
    """A ledger one of whose journalled writes is the process's last.

    Args:
        dies: asked right before (True) and right after (False) each write, by its name, whether now is the time.
    """

    def dying(name: str) -> Callable[..., Any]:
        real = getattr(Ledger, name)

        def write(self: Ledger, *args: Any, **kwargs: Any) -> Any:
            if dies(name, True):
                os.kill(os.getpid(), signal.SIGKILL)
            result = real(self, *args, **kwargs)
            if dies(name, False):
                os.kill(os.getpid(), signal.SIGKILL)
            return result

        return write

    return type("MortalLedger", (Ledger,), {name: dying(name) for name in JOURNALLED})


def _at_write(die_at: int, when: str, counted: Callable[[str], None]) -> Callable[[str, bool], bool]:
    """The n-th journalled write, counted from 1: before it or after it."""
    written = 0

    def dies(name: str, before: bool) -> bool:
        nonlocal written
        if before:
            written += 1
            counted(name)
        return written == die_at and before is (when == "before")

    return dies


def _live(job: dict[str, Any]) -> None:
    calls: list[str] = []
    context.Ledger = mortal(_at_write(job["die_at"], job["when"], calls.append))  # type: ignore[misc]
    settings = stand.settings_of(job["environment"], **job["overrides"])
    ran = asyncio.run(stand.run_process(settings, job["ledger_url"]))
    result = {"receipt": ran.receipt, "said": ran.said, "calls": calls}
    Path(job["result"]).write_text(json.dumps(result), encoding="utf-8")


def main() -> None:
    for number, line in enumerate(sys.stdin):
        job = json.loads(line)
        if number == 0 and job["die_at"] == 0:
            _live(job)
            print(json.dumps({"status": 0}), flush=True)
            continue
        child = os.fork()
        if child == 0:
            try:
                _live(job)
                os._exit(0)
            finally:
                traceback.print_exc()
                os._exit(1)
        _, status = os.waitpid(child, 0)
        print(json.dumps({"status": os.waitstatus_to_exitcode(status)}), flush=True)


if __name__ == "__main__":
    main()
