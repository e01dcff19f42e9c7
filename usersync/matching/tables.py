"""Exports of users and contacts as tables of text, whatever program wrote them. The only file access of matching."""

from __future__ import annotations

import csv
import json
import os
import re
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from usersync.errors import UsageError
from usersync.matching.collector import paused
from usersync.matching.values import Decisions
from usersync.words import Sentence

DECISION_COLUMNS = ("user_id", "band", "contact_id", "grade", "score", "reason", "candidates")
_SEPARATORS = (",", ";", "\t")
_EXCEL_HINT = re.compile(r"\s*sep=.\s*", re.IGNORECASE)
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
    lines = decode(path.read_bytes()).replace("\0", "").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    place = next((place for place, line in enumerate(lines) if line.strip() and not _EXCEL_HINT.fullmatch(line)), None)
    if place is None:
        raise UsageError("matching-table-empty", table=what)
    separator = _separator(lines[place])
    header = _header(lines[place], separator, (*needed, *known))
    for column in needed:
        if column not in header:
            raise UsageError("matching-column-missing", column=column, table=what)
    with paused():
        return _table(_rows(lines, separator, place + 1, len(header)), header, header.index(key), what)


def _table(rows: Iterator[tuple[int, list[str] | None]], header: list[str], key: int, what: str) -> Table:
    good: list[list[str]] = []
    problems: list[Sentence] = []
    seen: set[str] = set()
    for line, row in rows:
        if row is None:
            problems.append(Sentence("matching-row-broken", {"line": line, "table": what}))
        elif any(row):
            problem = _fit(row, len(header), key, seen)
            if problem:
                problems.append(Sentence(problem, {"line": line, "table": what, "column": header[key]}))
            else:
                seen.add(row[key])
                good.append(row)
    columns = list(zip(*good, strict=True)) if good else [()] * len(header)
    return Table(
        pd.DataFrame(
            {name: pd.Series(list(values), dtype=object) for name, values in zip(header, columns, strict=True)}
        ),
        tuple(problems),
    )


def _rows(lines: list[str], separator: str, place: int, width: int) -> Iterator[tuple[int, list[str] | None]]:
    """Rows with the line each begins at, counted from 1; None for what is no row.

    A line without a quotation mark is a row as it stands. Elsewhere a field may hold line breaks; a mark that nobody closed would
    swallow the rows after it: then its own line is lost, and reading goes on with the next.
    """
    while place < len(lines):
        line = lines[place]
        place += 1
        if '"' not in line:
            yield place, line.split(separator)
            continue
        row, count = _quoted(lines, separator, place - 1, width)
        yield place, row
        place += count - 1


def _quoted(lines: list[str], separator: str, begin: int, width: int) -> tuple[list[str] | None, int]:
    """A row with quotation marks, and how many lines it takes."""
    rest = (lines[place] + "\n" for place in range(begin, len(lines)))
    reader = csv.reader(rest, delimiter=separator, strict=False)
    try:
        row = next(reader)
    except csv.Error:
        return None, 1
    count = reader.line_num
    marks = sum(line.count('"') for line in lines[begin : begin + count])
    if count > 1 and (marks % 2 or len(_without_blank_end(row, width)) != width):
        return None, 1
    return row, count


def _without_blank_end(row: list[str], width: int) -> list[str]:
    """The row without blank fields beyond the header: programs that export tables like to add a separator."""
    while len(row) > width and not row[-1].strip():
        row.pop()
    return row


def _fit(row: list[str], width: int, key: int, seen: set[str]) -> str:
    """Make a row as long as the header, its id bare; the id of the message that says what is wrong, "" where nothing is."""
    if len(_without_blank_end(row, width)) != width:
        return "matching-row-length"
    if "\ufffd" in "".join(row):
        return "matching-row-bytes"
    row[key] = row[key].strip()
    if not row[key]:
        return "matching-row-no-id"
    return "matching-row-id-twice" if row[key] in seen else ""


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


def _separator(header: str) -> str:
    return max(_SEPARATORS, key=lambda separator: (header.count(separator), -_SEPARATORS.index(separator)))


def _header(line: str, separator: str, known: Sequence[str]) -> list[str]:
    spelling = {name.casefold(): name for name in known}
    cells = next(csv.reader([line], delimiter=separator))
    names = [spelling.get(name.strip().casefold(), name.strip()) for name in cells]
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
