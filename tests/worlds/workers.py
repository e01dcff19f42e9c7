"""Workers in processes of their own: `python -m tests.worlds.workers`, a process that forks one for each job it reads.

A job is a line of JSON; the answer is the worker's process id. What the worker found it writes to `result`, a file.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import time
import traceback
from pathlib import Path
from typing import Any

from tests.process.office import Ran
from tests.worlds.in_process import Services
from tests.worlds.living import Living, over_the_wires
from usersync.errors import UsersyncError
from usersync.planning import Action, Operation, Situation
from usersync.sandbox.world import WorldDirectory
from usersync.stages.context import open_run
from usersync.words import Sentence

_PATIENCE_SECONDS = 120.0


def _world(job: dict[str, Any]) -> Living:
    services = Services(WorldDirectory.open(Path(job["town"])).copy_to(Path(job["folder"]) / "town"))
    return Living(services, job["ledger"], domain=job["domain"], lease_term=job.get("term", 60.0))


def _live(job: dict[str, Any]) -> dict[str, Any]:
    """Import a domain, then change something and import again, some times."""
    world = _world(job)
    _meet(job)
    with over_the_wires(world.services):
        said = [_of(world.go())]
        for number in range(job["rounds"]):
            for user, values in ((11, {"name": f"Мельник Анна {number}"}), (12, {"extension": str(200 + number)})):
                world.services.edit("users", str(user), **values)
            said.append(_of(world.go()))
        said.append(_of(world.go()))
    return {"said": said, "everything": world.everything()}


def _of(ran: Ran | UsersyncError) -> dict[str, Any]:
    if isinstance(ran, UsersyncError):
        return {"error": type(ran).__name__, "text": str(ran)}
    return {
        "run": ran.receipt.run_id,
        "state": str(ran.state),
        "done": ran.outcomes["done"],
        "others": len(ran.outcomes) > 1,
    }


def _hold(job: dict[str, Any]) -> dict[str, Any]:
    """Hold the domain until told to write; then try to announce a write."""

    async def hold() -> dict[str, Any]:
        settings = world.settings
        async with open_run(settings, job["ledger"], mode="apply", author="worker", writes=True) as context:
            _tell(job, "open", context.run.id)
            while not (Path(job["folder"]) / "write").exists():  # noqa: ASYNC110 - another process says so
                await asyncio.sleep(0.02)
            operation = Operation(
                "creatio", Action.UPDATE, "record", "a-row", "11", {"name": "a"}, {"name": "b"}, Sentence("planning-changed"),
                Situation.CHANGED,
            )  # fmt: skip
            assert context.journal is not None
            context.journal.intend([operation], "request")
            return {"wrote": True}

    world = _world(job)
    try:
        return asyncio.run(hold())
    except UsersyncError as error:
        return {"error": type(error).__name__, "text": str(error)}


def _meet(job: dict[str, Any]) -> None:
    """Wait until all are ready, so that they work at the same time."""
    _tell(job, "ready", "")
    others = [Path(folder) / "ready" for folder in job.get("meets", [])]
    until = time.monotonic() + _PATIENCE_SECONDS
    while not all(path.exists() for path in others) and time.monotonic() < until:
        time.sleep(0.01)


def _tell(job: dict[str, Any], name: str, text: str) -> None:
    path = Path(job["folder"]) / name
    path.with_suffix(".draft").write_text(text, encoding="utf-8")
    path.with_suffix(".draft").rename(path)


def main() -> None:
    work = {"live": _live, "hold": _hold}
    for line in sys.stdin:
        job = json.loads(line)
        child = os.fork()
        if child == 0:
            try:
                _tell(job, "result", json.dumps(work[job["do"]](job)))
                os._exit(0)
            finally:
                traceback.print_exc()
                os._exit(1)
        print(child, flush=True)


if __name__ == "__main__":
    main()
