"""From the start of the flow to its receipt, for one changed user of 300; on one Prefect server."""

from __future__ import annotations

import asyncio
import math
import os
import statistics
import time
from typing import Any

from benchmarks.process.goals import Goal
from usersync.ledger import Ledger
from usersync.sandbox.process import Sandbox

RUNS = 20


def one_user(box: Sandbox, ledger_url: str) -> tuple[list[Goal], str]:
    """Rename one user after another, and import that one; the domain has been imported before."""
    os.environ["PREFECT_LOGGING_LEVEL"] = "ERROR"  # read when Prefect is imported
    from prefect.testing.utilities import prefect_test_harness

    from flows.get_webitel_users import get_webitel_users

    with Ledger.open(ledger_url) as ledger:
        links = [link for link in ledger.links("default").values() if link.username]
    seconds: list[float] = []
    with prefect_test_harness(server_startup_timeout=180):
        for number in range(RUNS + 1):
            link = links[number % len(links)]
            box.webitel.control.edit("users", link.user_id, {"name": f"Renamed Person {number}"})
            parameters: dict[str, Any] = {"mode": "apply", "scope": [link.username]}
            began = time.perf_counter()
            state = asyncio.run(get_webitel_users(**parameters, return_state=True))  # type: ignore[call-overload]
            seconds.append(time.perf_counter() - began)
            if state.name != "Completed":
                raise SystemExit(f"the run of one user ended {state.name}: {state.message}")
    seconds = sorted(seconds[1:])  # the first one warms the process up
    p95 = seconds[math.ceil(0.95 * len(seconds)) - 1]
    told = f"one user of 300, flow start to receipt, {len(seconds)} runs: median {statistics.median(seconds):.2f} s"
    return [Goal("one user, flow start to receipt, p95", p95, 3, "s", told)], told
