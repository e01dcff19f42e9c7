"""What the tests ask a Prefect server, over its own HTTP API."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx

_BUSY = {429, 503}


class PrefectApi(httpx.Client):
    """A client that waits where SQLite is busy."""

    def __init__(self, url: str, home: Path) -> None:
        super().__init__(base_url=url, timeout=30, trust_env=False)
        self.url = url
        self.home = home

    def ask(self, method: str, path: str, json: Any = None) -> Any:
        """The JSON of an answer that is a success."""
        for _ in range(10):
            answer = self.request(method, path, json=json)
            if answer.status_code not in _BUSY:
                break
            time.sleep(0.2)
        assert answer.is_success, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json() if answer.content else None

    def deployments(self) -> dict[str, Any]:
        """All deployments by name, those called "manual" by their flow's; a name that is there twice is an error."""
        flows = {flow["id"]: flow["name"] for flow in self.ask("POST", "/flows/filter", {"limit": 200})}
        found = self.ask("POST", "/deployments/filter", {"limit": 200})
        return once_each(
            [{**each, "name": flows[each["flow_id"]]} if each["name"] == "manual" else each for each in found]
        )

    def automations(self) -> dict[str, Any]:
        """All automations by name; a name that is there twice is an error."""
        return once_each(self.ask("POST", "/automations/filter", {"limit": 200}))

    def events(self, name: str) -> list[Any]:
        """The latest events of a name, which may end in `*`."""
        chosen = {"prefix": [name[:-1]]} if name.endswith("*") else {"name": [name]}
        return list(self.ask("POST", "/events/filter", {"filter": {"event": chosen}, "limit": 50})["events"])

    def forget(self) -> None:
        """Delete all deployments, all automations, our work pool and our blocks."""
        for kind in ("deployments", "automations"):
            for each in self.ask("POST", f"/{kind}/filter", {"limit": 200}):
                self.ask("DELETE", f"/{kind}/{each['id']}")
        for block in self.ask("POST", "/block_documents/filter", {}):
            if block["name"].startswith("usersync-"):
                self.ask("DELETE", f"/block_documents/{block['id']}")
        self.delete("/work_pools/usersync")

    def flow_run(self, run_id: str) -> Any:
        """One flow run."""
        return self.ask("GET", f"/flow_runs/{run_id}")


def once_each(found: list[Any]) -> dict[str, Any]:
    """By name, where every name is there once."""
    names = [each["name"] for each in found]
    assert len(names) == len(set(names)), names
    return {each["name"]: each for each in found}


def wait_until(true: Callable[[], Any], seconds: float, what: str) -> Any:
    """Ask until the answer is true, and give it."""
    until = time.monotonic() + seconds
    while not (answer := true()):
        assert time.monotonic() < until, f"not within {seconds} s: {what}"
        time.sleep(0.1)
    return answer
