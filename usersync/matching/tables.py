"""Exports of users and contacts as tables of text, whatever program wrote them. The only file access of matching."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import pandas as pd

from usersync.errors import UsageError
from usersync.matching.values import Decisions
from usersync.words import Sentence

DECISION_COLUMNS = ("user_id", "band", "contact_id", "grade", "score", "reason", "candidates")
_SEPARATORS = (",", ";", "\t")
_MULTIBYTE = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")


@dataclass(frozen=True)
class Table:
    """A table that was read.

    Attributes:
        frame: all text, "" where nothing stands.
        problems: rows that were skipped, each with its line.
    """

    frame: pd.DataFrame
    problems: tuple[Sentence, ...]


def read_table(path: Path, key: str, needed: Sequence[str], known: Sequence[str], what: str) -> Table:
    """Read an export: UTF-8 (with or without BOM), UTF-16 or CP1251; separated by comma, semicolon or tab.

    Every column is text (0101 stays 0101). A row that does not fit the header, has no id or an id that was there before, or
    holds bytes that are no text, is reported by its line and skipped.

    Args:
        path: the file.
        key: column of the ids.
        needed: columns without which nothing can be done; `key` is one of them.
        known: other columns that are used; their spelling may differ in case, others are kept as they are.
        what: what the table holds, for messages (`users`, `contacts`).

    Raises:
        UsageError: the file is empty or lacks a needed column.
    """
    text = decode(path.read_bytes())
    if not text.strip():
        raise UsageError("matching-table-empty", table=what)
    rows = csv.reader(io.StringIO(text.replace("\0", ""), newline=""), delimiter=_separator(text), strict=False)
    header = _header(next(rows), (*needed, *known))
    for column in needed:
        if column not in header:
            raise UsageError("matching-column-missing", column=column, table=what)
    return _table(rows, header, header.index(key), what)


def _table(rows: _Reader, header: list[str], key: int, what: str) -> Table:
    good: list[list[str]] = []
    problems: list[Sentence] = []
    seen: set[str] = set()
    for line, row in _numbered(rows):
        if row is None:
            problems.append(Sentence("matching-row-broken", {"line": line, "table": what}))
        elif any(row):
            problem = _fit(row, header, key, seen)
            if problem:
                problems.append(Sentence(problem, {"line": line, "table": what, "column": header[key]}))
            else:
                seen.add(row[key].strip())
                good.append([value.strip() if place == key else value for place, value in enumerate(row)])
    columns = list(zip(*good, strict=True)) if good else [()] * len(header)
    return Table(
        pd.DataFrame(
            {name: pd.Series(list(values), dtype=object) for name, values in zip(header, columns, strict=True)}
        ),
        tuple(problems),
    )


class _Reader(Protocol):
    line_num: int

    def __next__(self) -> list[str]: ...


def _numbered(rows: _Reader) -> Iterator[tuple[int, list[str] | None]]:
    """Rows with the line they end at; None for what is no row."""
    while True:
        try:
            row = next(rows)
        except StopIteration:
            return
        except csv.Error:
            yield rows.line_num, None
        else:
            yield rows.line_num, row


def _fit(row: list[str], header: list[str], key: int, seen: set[str]) -> str:
    """Make a row as long as the header; the id of the message that says what is wrong with it, "" where nothing is."""
    while len(row) > len(header) and not row[-1].strip():
        row.pop()
    if len(row) != len(header):
        return "matching-row-length"
    if any("\ufffd" in value for value in row):
        return "matching-row-bytes"
    if not row[key].strip():
        return "matching-row-no-id"
    return "matching-row-id-twice" if row[key].strip() in seen else ""


def decode(data: bytes) -> str:
    """Bytes of an export as text. What is no text in a file that is UTF-8 otherwise becomes U+FFFD."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        high = sum(byte >= 0x80 for byte in data[:200_000])
        valid = sum(len(match) for match in _MULTIBYTE.findall(data[:200_000]))
        if high and valid >= 0.9 * high:
            return data.decode("utf-8-sig", "replace")
        return data.decode("cp1251", "replace")


def _separator(text: str) -> str:
    first = next((line for line in text.splitlines() if line.strip()), "")
    return max(_SEPARATORS, key=lambda separator: (first.count(separator), -_SEPARATORS.index(separator)))


def _header(row: list[str], known: Sequence[str]) -> list[str]:
    spelling = {name.casefold(): name for name in known}
    names = [spelling.get(name.strip().casefold(), name.strip()) for name in row]
    while len(names) > 1 and not names[-1]:
        names.pop()
    return [name if names.index(name) == place else f"{name}#{place}" for place, name in enumerate(names)]


def write_decisions(decisions: Decisions, path: Path) -> None:
    """Write DECISIONS.csv (UTF-8, comma, LF): the whole file or nothing."""
    with tempfile.NamedTemporaryFile(
        "w", encoding="utf-8", newline="", dir=path.parent, prefix=f".{path.name}.", delete=False
    ) as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(DECISION_COLUMNS)
        for decision in decisions:
            candidates = [
                {
                    "contact_id": candidate.contact_id, "grade": str(candidate.grade), "score": candidate.score,
                    "reason": str(candidate.reason),
                }
                for candidate in decision.candidates
            ]  # fmt: skip
            writer.writerow(
                (
                    decision.user_id, str(decision.band), decision.contact_id or "", str(decision.grade),
                    f"{decision.score:.1f}", str(decision.reason), json.dumps(candidates, ensure_ascii=False),
                )
            )  # fmt: skip
    Path(file.name).chmod(0o666 & ~_umask())
    Path(file.name).replace(path)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
