"""Run one process here: `python -m flows GetWebitelUsers '{"mode": "preview"}'`. Exit code 0 = the flow run completed."""

from __future__ import annotations

import asyncio
import importlib
import json
import sys

from prefect.client.schemas.objects import State

from usersync.orchestration import FLOWS


def main() -> int:
    """Find the process by its name, run it, and say by the exit code how it ended."""
    process, parameters = sys.argv[1], json.loads(sys.argv[2])
    module = importlib.import_module(FLOWS[process])
    flow = getattr(module, module.__name__.rpartition(".")[2])
    state: State = asyncio.run(flow(**parameters, return_state=True))
    return 0 if state.is_completed() else 1


if __name__ == "__main__":
    sys.exit(main())
