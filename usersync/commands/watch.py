"""`usersync watch`: look at every domain, tell what changed; for a timer, or again and again."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from usersync.commands.terminal import complaints, console, local_time, print_json
from usersync.words import say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from usersync.notices import Watched
    from usersync.settings import Settings


def watch(
    every: Annotated[float, typer.Option(min=1, help="Look again after so many seconds, until interrupted.")] = 0,
    test: Annotated[bool, typer.Option("--test", help="Send a test through every channel instead.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print as JSON.")] = False,
) -> None:
    """Look at every domain: runs that died, runs that did not begin; tell what changed, and try again what was not delivered.

    Run it by a timer of the host where no portal runs: a dead worker cannot say that it is dead.
    Exit code: 0 looked, and nothing is left undelivered; 1 otherwise.
    """
    from usersync.notices import look_at_all
    from usersync.settings import load_settings

    settings = load_settings()
    if test:
        _test(settings)
        return
    while True:
        seen = asyncio.run(look_at_all(settings))
        _print(seen, settings, as_json=as_json)
        problems = [problem for watched in seen for problem in watched.told.problems]
        for problem in problems:
            complaints.print(str(problem), soft_wrap=True, highlight=False)
        if not every:
            raise typer.Exit(1 if problems else 0)
        time.sleep(every)


def _print(seen: Sequence[Watched], settings: Settings, *, as_json: bool) -> None:
    if as_json:
        print_json([watched.to_json() for watched in seen])
        return
    table = Table(title=say("notices-watch-title"), title_justify="left")
    headings = ("cli-domain", "notices-condition", "notices-last", "notices-expected", "notices-rests", "notices-told")
    for heading in headings:
        table.add_column(say(heading), overflow="fold")
    for watched in seen:
        table.add_row(
            watched.domain, say(f"notices-condition-{watched.condition}"), local_time(watched.last_start, settings),
            local_time(watched.expected, settings), local_time(watched.rest.until if watched.rest else None, settings),
            ", ".join(notice.transition.replace("_", " ") for notice in watched.told.new),
        )  # fmt: skip
    console.print(table)
    if settings.notify.webhook_url is None and settings.notify.email_url is None:
        console.print(say("notices-none"), soft_wrap=True)


def _test(settings: Settings) -> None:
    from usersync.notices import send_test
    from usersync.words import next_step

    failed = False
    for name in settings.domain_names():
        for channel, problem in asyncio.run(send_test(settings.domain(name))):
            if problem is None:
                console.print(f"{name}  {say('notices-tested', channel=channel)}")
                continue
            failed = True
            complaints.print(f"{name}  {problem}", soft_wrap=True, highlight=False)
            if step := next_step(problem.id, **problem.args):
                complaints.print(f"  → {step}", soft_wrap=True, highlight=False)
    if failed:
        raise typer.Exit(1)
