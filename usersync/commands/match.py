"""`usersync match`: handed on to the matching's own command line, so that help need not load what matches."""

from __future__ import annotations

import typer

HANDED_ON = {"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []}
"""Context settings of a command that leaves its options, `--help` too, to somebody else."""


def match(context: typer.Context) -> None:
    """Match two exports offline: which Webitel user is which Creatio contact. Nothing is sent anywhere."""
    from usersync.matching.cli import match_command

    app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
    app.command()(match_command)
    app(args=context.args, prog_name="usersync match")
