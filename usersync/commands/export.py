"""`usersync export RUN`: everything the ledger knows of a run, as JSON for programs or as a table for a spreadsheet."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from usersync.commands.terminal import author, complaints, open_ledger
from usersync.errors import UsageError
from usersync.words import say


def export(
    run: Annotated[str, typer.Argument(help="Id of the run, or a beginning of it.")],
    as_csv: Annotated[
        bool, typer.Option("--csv", help="A table: a row for each user, and for each field of each change.")
    ] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="A document with everything; so it is without --csv.")
    ] = False,
    output: Annotated[Path | None, typer.Option(help="File to write, readable by you alone; else the screen.")] = None,
) -> None:
    """Export a run. It holds names, e-mail addresses and phones: give it only to who may see them.

    The file's name says the format where neither --csv nor --json does.
    """
    from usersync.settings import load_settings

    if as_csv and as_json:
        raise UsageError("export-one-format")
    table = as_csv or (not as_json and output is not None and output.suffix.lower() == ".csv")
    with open_ledger(load_settings()) as ledger:
        found = ledger.run(run)
        exported = ledger.export_run(found.id)
        ledger.note(author(), "run.exported", domain=found.domain, subject=found.id, kind="csv" if table else "json")
    text = exported.csv() if table else json.dumps(exported.document, ensure_ascii=False, indent=2) + "\n"
    if output is None:
        sys.stdout.write(text)
        return
    _write(output, text.encode())
    complaints.print(
        say("export-written", run=found.id, file=str(output)), soft_wrap=True, highlight=False, markup=False
    )


def _write(path: Path, data: bytes) -> None:
    try:
        with os.fdopen(os.open(path, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "wb") as file:
            path.chmod(0o600)
            file.write(data)
    except OSError as error:
        raise UsageError("export-file-unwritable", file=str(path), problem=error.strerror or "") from None
