"""The only module of the library that knows Prefect: starts the process, here or through a deployment, and follows it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from usersync.errors import Fatal, UsageError
from usersync.redaction import redact

FLOWS = {
    "GetWebitelUsers": "flows.get_webitel_users",
    "Undo": "flows.undo_run",
    "CreateSystemUsers": "flows.create_system_users",
    "OpenTelephony": "flows.open_telephony",
    "CreateWebitelUser": "flows.create_webitel_user",
    "UpdateWebitelUser": "flows.update_webitel_user",
    "DeleteWebitelUser": "flows.delete_webitel_user",
    "AddWebitelLicense": "flows.add_webitel_license",
    "RemoveWebitelLicense": "flows.remove_webitel_license",
    "SetWebitelRoles": "flows.set_webitel_roles",
}
"""Business processes by the name people know, and the module each lives in."""
DEPLOYMENTS = {"GetWebitelUsers": "GetWebitelUsers/button", "Undo": "Undo/undo"} | {
    process: f"{process}/manual" for process in FLOWS if process not in {"GetWebitelUsers", "Undo"}
}
"""The deployment a process is ordered through; `PROCESS/button` where none is named."""
AUTHOR_VARIABLE = "USERSYNC_AUTHOR"
"""Who started the run, as the command line tells the flow's process; without it the run's author is Prefect."""
ORDER_VARIABLE = "USERSYNC_ORDER"
"""The order (`usersync.ledger.orders`) a child process carries out; its author is the run's."""
ORDER_TAG = "order:"
"""Beginning of the tag by which a flow run under Prefect knows its order."""
SCHEDULED_VARIABLE = "USERSYNC_SCHEDULED"
"""`1` where a clock started the run, as the command line tells the flow's process (`usersync run --scheduled`)."""
RUN_FILE_VARIABLE = "USERSYNC_RUN_FILE"
"""A file the flow's process writes the run's id and the kind of a failure to, so that the command line can follow it."""
_POLL_SECONDS = 0.2
_PATIENCE_SECONDS = 10.0
_RETRIED = {429, 502, 503, 504}
_ENDED = {"COMPLETED", "FAILED", "CRASHED", "CANCELLED"}


class ProcessDidNotStart(Fatal):
    """The child process ended before it had opened a run."""


class PrefectUnavailable(Fatal):
    """Prefect did not take the order."""


@dataclass(frozen=True)
class Started:
    """A run of a process in a child process: its id in the ledger, and the exit code of the error it ended with.

    Attributes:
        password: of a Webitel user it made, where the settings want it shown once; it is nowhere else.
    """

    run_id: str
    exit_code: int
    password: str | None = field(default=None, repr=False)


def run_here(
    process: str,
    parameters: Mapping[str, Any],
    *,
    author: str,
    log_file: Path,
    scheduled: bool = False,
    follow: Callable[[str], None] | None = None,
    order: str = "",
) -> Started:
    """Run a process in a child process on this machine, and wait for its end.

    The run is recorded at PREFECT_API_URL if that is set, else on a server that lives as long as the child.

    Args:
        process: `GetWebitelUsers` …
        parameters: of the flow.
        author: who started it.
        log_file: where the child's output goes.
        scheduled: whether a clock started it, not a human.
        follow: called again and again with the run's id while it runs.
        order: the order it carries out.

    Raises:
        ProcessDidNotStart: the child ended before it opened a run; the end of its log is in the sentence.
    """
    log_file.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, log_file.open("ab") as log:
        run_file = Path(folder) / "run.json"
        environment = {**os.environ, AUTHOR_VARIABLE: author, RUN_FILE_VARIABLE: str(run_file)}
        if order:
            environment[ORDER_VARIABLE] = order
        environment[SCHEDULED_VARIABLE] = "1" if scheduled else ""
        environment.setdefault("PREFECT_SERVER_ANALYTICS_ENABLED", "false")
        environment.setdefault("DO_NOT_TRACK", "1")
        environment.setdefault("PREFECT_LOGGING_TO_API_WHEN_MISSING_FLOW", "ignore")
        # Making its database takes 19 s where nothing else runs (docs/prefect.md); Prefect would give up after 20.
        environment.setdefault("PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS", "180")
        command = [sys.executable, "-m", "flows", process, json.dumps(dict(parameters))]
        child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=environment)  # noqa: S603 - our own module
        try:
            run_id = ""
            while child.poll() is None:
                run_id = run_id or str(_told(run_file).get("run_id", ""))
                if run_id and follow is not None:
                    follow(run_id)
                time.sleep(_POLL_SECONDS)
        except BaseException:
            _end(child)
            raise
        told: dict[str, Any] = _told(run_file)
    if "run_id" not in told:
        if "sentence" in told:
            kind = UsageError if told.get("exit_code") == UsageError.exit_code else ProcessDidNotStart
            raise kind(told["sentence"]["id"], **told["sentence"]["args"])
        raise ProcessDidNotStart("orchestration-did-not-start", log=str(log_file), detail=_tail(log_file))
    return Started(told["run_id"], int(told.get("exit_code") or child.returncode or 0), told.get("password"))


def _end(child: subprocess.Popen[bytes]) -> None:
    """Ask the child to end, and end it where it does not."""
    child.terminate()
    try:
        child.wait(_PATIENCE_SECONDS)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()


def under_prefect() -> bool:
    """Whether processes are submitted to a Prefect server; else they run on this machine."""
    return bool(os.environ.get("PREFECT_API_URL", "").strip())


def submit(
    deployment: str, parameters: Mapping[str, Any], *, idempotency_key: str | None = None, tags: Sequence[str] = ()
) -> str:
    """Ask Prefect to run a deployment (`GetWebitelUsers/button`).

    Returns:
        The flow run's id.

    Raises:
        PrefectUnavailable: PREFECT_API_URL is not set, does not answer, or knows no such deployment.
    """
    body: dict[str, Any] = {"parameters": dict(parameters)}
    if idempotency_key:
        body["idempotency_key"] = idempotency_key
    if tags:
        body["tags"] = list(tags)
    with _prefect() as http:
        name = deployment if "/" in deployment else f"GetWebitelUsers/{deployment}"
        found = _ask(http, "GET", f"/deployments/name/{name}")
        if found.status_code == httpx.codes.NOT_FOUND:
            raise PrefectUnavailable("orchestration-no-deployment", deployment=name)
        _check(found)
        made = _ask(http, "POST", f"/deployments/{found.json()['id']}/create_flow_run", body)
        _check(made)
        return str(made.json()["id"])


def ended_state(flow_run_id: str) -> str | None:
    """The name of the state a flow run ended in; None while it has not ended.

    Raises:
        PrefectUnavailable: Prefect does not answer, or does not know the flow run.
    """
    with _prefect() as http:
        answer = _ask(http, "GET", f"/flow_runs/{flow_run_id}")
        _check(answer)
        state = answer.json().get("state") or {}
        return str(state.get("name")) if state.get("type") in _ENDED else None


def require_prefect() -> None:
    """Make sure that Prefect answers.

    Raises:
        PrefectUnavailable: PREFECT_API_URL is not set, or nothing answers there as Prefect does.
    """
    with _prefect() as http:
        try:
            _check(http.get("/health", timeout=3))
        except httpx.TransportError as error:
            raise PrefectUnavailable("orchestration-unreachable", error=type(error).__name__) from None


def _prefect() -> httpx.Client:
    api = os.environ.get("PREFECT_API_URL", "").rstrip("/")
    if not api:
        raise PrefectUnavailable("orchestration-no-api")
    user, separator, password = os.environ.get("PREFECT_API_AUTH_STRING", "").partition(":")
    auth = httpx.BasicAuth(user, password) if separator else None
    return httpx.Client(base_url=api, auth=auth, timeout=30)


def _ask(http: httpx.Client, method: str, path: str, body: Mapping[str, Any] | None = None) -> httpx.Response:
    """Prefect on SQLite answers 503 to calls that come close together; the same key makes repeating harmless."""
    for attempt in range(6):
        try:
            answer = http.request(method, path, json=body)
        except httpx.TransportError as error:
            if attempt == 5:
                raise PrefectUnavailable("orchestration-unreachable", error=type(error).__name__) from None
        else:
            if answer.status_code not in _RETRIED or attempt == 5:
                return answer
        time.sleep(0.2 * 2**attempt)
    raise PrefectUnavailable("orchestration-unreachable", error="")


def _check(answer: httpx.Response) -> None:
    if answer.is_error:
        raise PrefectUnavailable("orchestration-refused", status=answer.status_code, detail=redact(answer.text))


def _told(path: Path) -> dict[str, Any]:
    try:
        return dict(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError):
        return {}


def _tail(path: Path, lines: int = 3) -> str:
    text: Sequence[str] = path.read_text(encoding="utf-8", errors="replace").splitlines() if path.exists() else ()
    return redact(" ".join(line for line in text[-lines:] if line.strip()))
