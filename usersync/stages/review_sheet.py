"""Questions as a spreadsheet: CSV with `;` and a UTF-8 mark, one verdict column, and every cell safe to open and to save again.

Spreadsheet programs turn what looks like a number or a date into one (0101 → 101, 1-2 → 1 February, long ids → 1.2E+18) and run
what looks like a formula. A cell that could be taken for either gets one apostrophe before it, which is text to all of them and
survives saving; it is taken off again when the file is read, so that any text comes back as it was.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from usersync.errors import UsageError
from usersync.ledger import Ledger, VerdictContradicts, VerdictIncomplete
from usersync.stages.review import (
    ABOUT_CONTACT,
    KINDS,
    Answer,
    Question,
    contact_meant,
    decide,
    find_question,
    open_questions,
)
from usersync.words import Sentence

_KEYS: Final = (
    "domain", "question", "user_id", "username", "situation", "why", "contact_id",
    "candidate_1", "candidate_2", "candidate_3", "verdict", "reason",
)  # fmt: skip
_HINT: Final = " | ".join(
    {Answer.LINK: "link N", Answer.POSTPONE: "postpone 2027-01-31"}.get(answer, answer.value) for answer in Answer
)
_VERDICT_HEADER: Final = f"verdict ({_HINT})"
_TURNED = frozenset({"true", "false", "wahr", "falsch", "істина", "хибність", "истина", "ложь", "inf", "nan"})
_DELIMITERS = (";", ",", "\t")


@dataclass(frozen=True)
class BadRow:
    """A line of the file that was not taken over, and why. `line`: as a text editor counts, from 1."""

    line: int
    problem: Sentence


@dataclass(frozen=True)
class ImportReport:
    """What became of the lines of a file.

    Attributes:
        given: answers taken over.
        known: answers that were given before.
        blank: lines without an answer.
        refused: lines that were not taken over.
    """

    given: int
    known: int
    blank: int
    refused: tuple[BadRow, ...]


def safe_cell(text: str) -> str:
    """The text as a cell that no spreadsheet program changes or runs."""
    words = text[:1].isalpha() and not any(character.isnumeric() for character in text)
    return text if not text or (words and text.casefold() not in _TURNED) else f"'{text}"


def cell_text(cell: str) -> str:
    """The text `safe_cell` was given; what a person typed by hand stays as it is."""
    return cell.removeprefix("'")


def export_questions(ledger: Ledger, domain: str, *, everything: bool = False) -> bytes:
    """The open questions of a domain as a spreadsheet, to be filled in and imported.

    Args:
        ledger: where they are remembered.
        domain: name of the domain in the settings.
        everything: also those that need no answer (see `open_questions`).
    """
    return write_rows([_row(domain, question) for question in open_questions(ledger, domain, everything=everything)])


def write_rows(rows: list[Mapping[str, str]]) -> bytes:
    """Rows of the spreadsheet (column → text) as a file."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=_DELIMITERS[0], quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow([_VERDICT_HEADER if key == "verdict" else key for key in _KEYS])
    writer.writerows([safe_cell(row.get(key, "")) for key in _KEYS] for row in rows)
    return out.getvalue().encode("utf-8-sig", errors="replace")


def read_rows(data: bytes) -> list[tuple[int, dict[str, str] | None]]:
    """Lines of a file and their texts by column; None where a line has another number of cells than the header.

    Raises:
        UsageError: the file is no spreadsheet of ours.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UsageError("review-sheet-unreadable", problem="encoding") from None
    if not text.strip():
        raise UsageError("review-sheet-unreadable", problem="empty")
    for delimiter in _DELIMITERS:  # a spreadsheet program may save with another one than it read
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
        try:
            names = [cell_text(cell).partition(" ")[0].strip().lower() for cell in next(reader)]
            if not set(_KEYS) <= set(names):
                continue
            return _body(reader, names)
        except csv.Error:
            continue
    raise UsageError("review-sheet-unreadable", problem="header")


def _body(reader: Any, names: list[str]) -> list[tuple[int, dict[str, str] | None]]:
    found: list[tuple[int, dict[str, str] | None]] = []
    before = reader.line_num
    for cells in reader:
        line, before = before + 1, reader.line_num
        if any(cells):
            fits = len(cells) == len(names)
            found.append((line, dict(zip(names, map(cell_text, cells), strict=True)) if fits else None))
    return found


def import_answers(
    ledger: Ledger, domain: str, data: bytes, *, author: str, timezone: ZoneInfo | None = None
) -> ImportReport:
    """Take over the answers of a spreadsheet. Imported twice it says nothing new; a bad line is reported and skipped.

    Args:
        ledger: where they are remembered.
        domain: name of the domain in the settings.
        data: the file.
        author: who answered.
        timezone: whose days postponements end with; UTC where none is given.

    Raises:
        UsageError: the file is no spreadsheet of ours, or another domain's: nothing of it is taken over.
        LeaseHeld: a run is at work, and an answer about fields waits for its end; what was taken over stays.
    """
    rows = read_rows(data)
    for _, row in rows:
        if row is not None and row["domain"].strip() != domain:
            raise UsageError("review-sheet-other-domain", found=row["domain"].strip()[:60], domain=domain)
    given = known = blank = 0
    refused: list[BadRow] = []
    for line, row in rows:
        if row is not None and not row["verdict"].strip():
            blank += 1
            continue
        try:
            if row is None:
                raise UsageError("review-sheet-row-short")
            new = _take_over(ledger, domain, row, author, timezone or ZoneInfo("UTC"))
        except (UsageError, VerdictContradicts, VerdictIncomplete) as error:
            refused.append(BadRow(line, error.sentence))
            continue
        given, known = given + new, known + (not new)
    return ImportReport(given, known, blank, tuple(refused))


def parse_verdict(text: str, candidates: list[str], timezone: ZoneInfo) -> tuple[Answer, str | None, datetime | None]:
    """What stands in the verdict column: the answer, the contact it names, the end of a postponement.

    Args:
        text: `link 2`, `link ID`, `postpone 2027-01-31`, `create` …
        candidates: contact ids in the order they were offered.
        timezone: whose day a postponement ends with.

    Raises:
        UsageError: it is none of the allowed ones.
    """
    word, _, more = text.strip().partition(" ")
    more = more.strip()
    try:
        answer = Answer(word.lower().replace("_", "-"))
    except ValueError:
        raise UsageError("review-verdict-unknown", verdict=word[:40], allowed=_HINT) from None
    if answer is Answer.POSTPONE:
        return answer, None, parse_day(more, timezone)
    if answer in ABOUT_CONTACT:
        if more.isdecimal() and len(more) <= 2:
            if not 0 < int(more) <= len(candidates):
                raise UsageError("review-sheet-no-candidate", number=int(more))
            return answer, candidates[int(more) - 1], None
        return answer, more or None, None
    if more:
        raise UsageError("review-sheet-surplus", verdict=answer.value)
    return answer, None, None


def parse_day(text: str, timezone: ZoneInfo) -> datetime:
    """The beginning of a day such as 2027-01-31, as an aware time in UTC.

    Raises:
        UsageError: it is no date.
    """
    try:
        day = datetime.strptime(text.strip(), "%Y-%m-%d").replace(tzinfo=timezone)
        return day.astimezone(UTC)
    except (ValueError, OverflowError):
        raise UsageError("review-until-unreadable", until=text[:40]) from None


def _take_over(ledger: Ledger, domain: str, row: Mapping[str, str], author: str, timezone: ZoneInfo) -> bool:
    """Give the answer of one line; whether it is new."""
    offered = [cell.partition(" ")[0] for key in ("candidate_1", "candidate_2", "candidate_3") if (cell := row[key])]
    answer, contact_id, until = parse_verdict(row["verdict"], offered, timezone)
    question = find_question(ledger, domain, row["user_id"])
    if _is_said(question, answer, contact_id, until):
        return False
    if not question.asks:
        raise UsageError("review-sheet-answered")
    if question.id != row["question"].strip():
        raise UsageError("review-sheet-outdated")
    decide(
        ledger, domain, question.item.user_id, answer, author=author, reason=row["reason"], contact_id=contact_id,
        until=until,
    )  # fmt: skip
    return True


def _is_said(question: Question, answer: Answer, contact_id: str | None, until: datetime | None) -> bool:
    """Whether exactly this was answered already."""
    if answer not in KINDS:
        wanted = "take" if answer is Answer.TAKE_WEBITEL else "keep"
        asked = question.item.evidence.get("differs", {}).values()
        return bool(asked) and all(question.answered.get(field) == wanted for field in asked)
    mine = [verdict for verdict in question.verdicts if verdict.kind is KINDS[answer]]
    if not mine or answer not in ABOUT_CONTACT:
        return any(verdict.until == until for verdict in mine)
    contact = contact_meant(question.item, answer, contact_id)
    return any(verdict.contact_id == contact for verdict in mine)


def _row(domain: str, question: Question) -> dict[str, str]:
    item = question.item
    row = {
        "domain": domain, "question": question.id, "user_id": item.user_id, "username": item.username,
        "situation": str(item.situation).replace("_", " "), "why": str(item.reason), "contact_id": item.contact_id or "",
        "verdict": "", "reason": "",
    }  # fmt: skip
    for number, candidate in enumerate(item.candidates[:3], start=1):
        reason = Sentence.from_json(candidate["reason"])
        row[f"candidate_{number}"] = f"{candidate['contact_id']} {candidate['grade']}: {reason}"
    return row
