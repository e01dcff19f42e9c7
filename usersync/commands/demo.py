"""`usersync demo`: the whole job on the embedded sandbox, and where to look afterwards."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from usersync.commands.demands import print_demands
from usersync.commands.demo_serving import end, leave_running
from usersync.commands.readiness import print_readiness
from usersync.commands.terminal import author, console
from usersync.errors import Fatal
from usersync.words import say

if TYPE_CHECKING:
    from usersync.ledger import Ledger, Run
    from usersync.planning import Plan

_SETTINGS = """\
# Written by `usersync demo`: the settings of the demo's domain.
[rules]
licenses = [
  { product = "CALL_CENTER", who = "extension", priority = 1 },
  { product = "CALL_MANAGER", who = "everyone", priority = 2 },
]
"""
_SERVER_SECONDS = 300.0
_SHOWN_OF_EACH = 6


class DemoFailed(Fatal):
    """The demo did not get where it should."""


def demo(
    users: Annotated[int, typer.Option(min=8, max=10_000, help="Webitel users.")] = 40,
    contacts: Annotated[int, typer.Option(min=60, max=1_000_000, help="Contacts in the CRM.")] = 1_000,
    seed: Annotated[int, typer.Option(help="Which people are made up.")] = 7,
    directory: Annotated[Path, typer.Option(help="Where everything of the demo lives.")] = Path(".demo"),
    serve: Annotated[bool, typer.Option("--serve", help="Leave everything running until Ctrl-C.")] = False,
    picture: Annotated[Path | None, typer.Option(help="Keep what is printed as an SVG picture.")] = None,
) -> None:
    """Start a made-up Webitel and a made-up Creatio, import the one into the other, and show what happened."""
    from usersync.ledger import Ledger, upgrade
    from usersync.sandbox.process import Sandbox

    home = directory.resolve()
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir(parents=True)
    began = time.monotonic()
    console.record = picture is not None
    with ExitStack() as running:
        _step("demo-sandbox", users=users, contacts=contacts)
        box = running.enter_context(
            Sandbox.start(directory=home / "sandbox", seed=seed, users=users, contacts=contacts)
        )
        _settings(home, box.environment)
        upgrade(os.environ["USERSYNC_DATABASE_URL"])
        _step("demo-prefect")
        running.enter_context(_prefect_server(home))
        _deploy()
        ledger = running.enter_context(Ledger.open(os.environ["USERSYNC_DATABASE_URL"]))
        _step("demo-preview")
        preview = _run(ledger, home, mode="preview")
        _step("demo-approve", plan=(preview.plan_hash or "")[:12])
        ledger.approve(preview.plan_hash or "", author=author(), comment="demo")
        _step("demo-apply")
        applied = _run(ledger, home, mode="apply", plan=preview.plan_hash or "")
        stored = ledger.plan(preview.plan_hash or "")
        _show(ledger, applied, stored.plan)
        _step("demo-again")
        again = _run(ledger, home, mode="apply")
        writes = sum(again.receipt["operations"].values()) if again.receipt else -1
        console.print(say("demo-writes", count=writes), style="bold green" if writes == 0 else "bold red")
        _where(home, applied, seconds=time.monotonic() - began)
        if picture is not None:
            console.save_svg(str(picture), title="make demo")
        if writes != 0:
            raise DemoFailed("demo-not-converged", count=writes)
        if serve:
            leave_running(running, home, ledger, webitel=box.webitel.url, creatio=box.creatio.url)
        else:
            console.print(say("demo-serve-hint"))


def _step(message: str, **args: object) -> None:
    console.print(f"[bold cyan]▸[/] {say(message, **args)}", highlight=False)


def _settings(home: Path, sandbox: dict[str, str]) -> None:
    """Point this process, and every one it starts, at the sandbox and the demo's folder."""
    config = home / "usersync.toml"
    config.write_text(_SETTINGS, encoding="utf-8")
    for name in [name for name in os.environ if name.startswith(("USERSYNC_", "PREFECT_"))]:
        if name != "USERSYNC_LANGUAGE":
            del os.environ[name]
    os.environ.update(sandbox)
    os.environ.update(
        {
            "USERSYNC_CONFIG": str(config),
            "USERSYNC_DATABASE_URL": f"sqlite:///{home / 'ledger.db'}",
            "PREFECT_HOME": str(home / "prefect"),
            "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
            "DO_NOT_TRACK": "1",
        }
    )


@contextmanager
def _prefect_server(home: Path) -> Iterator[None]:
    """A Prefect server of the demo's own on a free loopback port; ended by its pid."""
    import httpx

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    api = f"http://127.0.0.1:{port}/api"
    os.environ["PREFECT_API_URL"] = api
    log_path = home / "prefect-server.log"
    environment = {**os.environ, "PREFECT_SERVER_UI_API_URL": api}
    command = [sys.executable, "-m", "prefect", "server", "start", "--host", "127.0.0.1", "--port", str(port)]
    with log_path.open("wb") as log:
        server = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=environment)  # noqa: S603
        try:
            until = time.monotonic() + _SERVER_SECONDS
            while True:
                if server.poll() is not None or time.monotonic() > until:
                    raise DemoFailed("demo-no-prefect", log=str(log_path))
                try:
                    if httpx.get(f"{api}/health", timeout=2).is_success:
                        break
                except httpx.HTTPError:
                    time.sleep(0.2)
            yield
        finally:
            end(server)


def _deploy() -> None:
    done = subprocess.run([sys.executable, "-m", "deploy"], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise DemoFailed("demo-no-deploy", detail=(done.stderr or done.stdout)[-300:])


def _run(ledger: Ledger, home: Path, **parameters: object) -> Run:
    """One run of the process, as `usersync run` does it; it must end well."""
    from usersync.ledger import RunState
    from usersync.orchestration import run_here

    started = run_here(
        "GetWebitelUsers", {"assign_licenses": True, **parameters}, author=author(), log_file=home / "run.log"
    )
    run = ledger.run(started.run_id)
    if run.state is not RunState.COMPLETED:
        raise DemoFailed("demo-run-failed", run=run.id, state=str(run.state), detail=str(run.error or ""))
    receipt = run.receipt or {}
    requests = receipt["requests"]
    console.print(
        "  "
        + say(
            "demo-run",
            run=run.id, seconds=f"{receipt['seconds']:.1f}", webitel=requests["webitel"], creatio=requests["creatio"],
            operations=sum(receipt["operations"].values()),
        ),
        highlight=False,
    )  # fmt: skip
    return run


def _show(ledger: Ledger, run: Run, plan: Plan) -> None:
    """Who was linked, created, left for review and why; and the seats."""
    receipt = run.receipt or {}
    counts = " · ".join(f"{name} {count}" for name, count in receipt["buckets"].items() if count)
    table = Table(title=f"{say('cli-webitel-user')}: {counts}", title_justify="left")
    for heading in ("cli-what", "cli-webitel-user", "cli-situation", "cli-why"):
        table.add_column(say(heading), overflow="fold")
    items = ledger.decisions(run.id)
    for bucket in receipt["buckets"]:
        mine = [item for item in items if str(item.bucket) == bucket]
        for item in mine[:_SHOWN_OF_EACH]:
            situation = str(item.situation.sentence)
            table.add_row(bucket, item.username or f"#{item.user_id}", situation, str(item.reason))
        if len(mine) > _SHOWN_OF_EACH:
            table.add_row("", f"… +{len(mine) - _SHOWN_OF_EACH}", "", "")
        if mine:
            table.add_section()
    console.print(table)
    print_demands(plan)
    print_readiness(ledger, run)
    for note in plan.notes:
        console.print(f"· {note}", soft_wrap=True, highlight=False)


def _where(home: Path, run: Run, *, seconds: float) -> None:
    console.print()
    console.print(say("demo-done", seconds=f"{seconds:.0f}"), style="bold")
    environment = home / "environment"
    lines = [f"export {name}='{os.environ[name]}'" for name in sorted(os.environ) if name.startswith("USERSYNC_")]
    environment.write_text("\n".join(lines) + "\n", encoding="utf-8")
    environment.chmod(0o600)
    shown = os.path.relpath(environment)
    console.print(say("demo-look", environment=shown, run=run.id), soft_wrap=True, highlight=False)
