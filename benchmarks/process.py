"""The numbers of docs/benchmarks.md: first import, unchanged re-run, one user; beside the same job done naively.

    python -m benchmarks.process                    1,000 and 10,000 users
    python -m benchmarks.process --users 1000       one size
    python -m benchmarks.process --skip-one-user

Both services are the sandbox, as separate processes on loopback, 50 ms per read and 150 ms per write or batch. Seconds are
of this machine; what counts are requests, and the ratio to the naive job measured in the same run.
"""

from __future__ import annotations

import argparse
import asyncio
import math
import os
import statistics
import tempfile
import time
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from rich.console import Console
from rich.table import Table

from usersync.ledger import Ledger, upgrade
from usersync.planning import Plan
from usersync.planning.receipt import Receipt
from usersync.sandbox.process import Sandbox
from usersync.settings import load_settings
from usersync.stages import carry_out, complete, fetch_source, fetch_target, guard, match_users, plan, report, verify
from usersync.stages.context import confirm_mapping, open_run
from usersync.stages.recover import recover

READ_MS, WRITE_MS = 50, 150
NAIVE_USERS = 50
ONE_USER_RUNS = 20
console = Console(width=150)


@dataclass(frozen=True)
class Measured:
    """One run: its receipt, and seconds by part."""

    name: str
    receipt: Receipt
    fetch_seconds: float
    match_seconds: float
    write_seconds: float
    verify_seconds: float


async def run(name: str, ledger_url: str, *, apply: bool, plan_hash: str | None = None) -> tuple[Measured, Plan]:
    """One run of the process through its stages, without Prefect."""
    settings = load_settings().domain()
    async with open_run(
        settings, ledger_url, mode="apply" if apply else "preview", plan_hash=plan_hash, author="bench", writes=apply
    ) as context:
        confirm_mapping(context, await context.creatio.metadata())
        await recover(context)
        began = time.perf_counter()
        read, target = await asyncio.gather(
            fetch_source.fetch_source(context.webitel, settings.rules, context.memory.links, with_licenses=False),
            fetch_target.fetch_target(context.creatio, context.mapping, settings.rules),
        )
        fetched = time.perf_counter() - began
        context.proven_gone = read.proven_gone
        source = read.snapshot
        guard.trust_snapshots(
            context.ledger, context.run.id, context.domain, source, target, context.memory, settings.rules
        )
        if plan_hash:
            proposal = plan.take_approved_plan(context, plan_hash)
        else:
            with context.stopwatch.part("matching"):
                context.matched = match_users.match_users(
                    source, target, context.memory.links, settings.rules, proven_gone=read.proven_gone
                )
            source, target, context.matched = await complete.complete_target(context, source, target, context.matched)
            proposal = plan.propose(context, source, target, context.matched)
            plan.store(context, proposal)
        written = verified = 0.0
        if apply:
            began = time.perf_counter()
            await carry_out.carry_out(context, proposal, source)
            written = time.perf_counter() - began
            began = time.perf_counter()
            await verify.verify(context, proposal, source, target)
            verified = time.perf_counter() - began
        receipt, _, _ = report.make_receipt(context, proposal)
        matching = context.stopwatch.parts.get("matching", 0.0)
        return Measured(name, receipt, fetched, matching, written, verified), proposal


def naive(box: Sandbox, users: int) -> tuple[int, float]:
    """The same job as a script does it: one search and one request per record, one after another."""
    requests = 0
    environment = box.environment
    began = time.perf_counter()
    with httpx.Client(timeout=60) as http:
        token = http.post(
            f"{environment['USERSYNC_CREATIO__IDENTITY_URL']}/connect/token",
            data={
                "grant_type": "client_credentials", "client_id": environment["USERSYNC_CREATIO__CLIENT_ID"],
                "client_secret": environment["USERSYNC_CREATIO__CLIENT_SECRET"],
            },
        ).json()["access_token"]  # fmt: skip
        odata = f"{box.creatio.url}/0/odata"
        creatio = {"Authorization": f"Bearer {token}", "Accept": "application/json"}
        webitel = {"X-Webitel-Access": environment["USERSYNC_WEBITEL__TOKEN"]}
        answer = http.get(f"{box.webitel.url}/api/users", params={"size": users}, headers=webitel).json()
        requests += 2
        for user in answer["items"]:
            name = str(user["name"]).replace("'", "''")
            found = http.get(
                f"{odata}/Contact", params={"$filter": f"Name eq '{name}'", "$select": "Id"}, headers=creatio
            )
            requests += 1
            rows = found.json().get("value", [])
            contact = rows[0]["Id"] if rows else str(uuid.uuid4())
            if not rows:
                http.post(f"{odata}/Contact", json={"Id": contact, "Name": user["name"]}, headers=creatio)
                requests += 1
            record = {
                "Id": str(uuid.uuid4()), "Login": user["username"], "Name": user["name"], "ContactId": contact,
                "Extension": user.get("extension"), "WebitelUserId": user["id"],
            }  # fmt: skip
            http.post(f"{odata}/WSysAccount", json=record, headers=creatio)
            requests += 1
            if user.get("extension"):
                number = {
                    "Id": str(uuid.uuid4()), "ContactId": contact, "Number": user["extension"],
                    "CommunicationTypeId": "e9d91e45-8d92-4e38-95a0-ef8aa28c9e7a",
                }  # fmt: skip
                http.post(f"{odata}/ContactCommunication", json=number, headers=creatio)
                requests += 1
    return requests, time.perf_counter() - began


def measure(users: int, contacts: int) -> None:
    """First import and re-run at one size, beside the naive job on a slice of the same world."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        with Sandbox.start(directory=home / "world", users=users, contacts=contacts) as box:
            os.environ.update(box.environment)
            url = f"sqlite:///{home / 'ledger.db'}"
            os.environ["USERSYNC_DATABASE_URL"] = url
            upgrade(url)
            for service in (box.webitel, box.creatio):
                service.control.latency(READ_MS, WRITE_MS)
            _, proposal = asyncio.run(run("preview", url, apply=False))
            with Ledger.open(url) as ledger:
                ledger.approve(proposal.hash, author="bench-approver")
            first, _ = asyncio.run(run("first import", url, apply=True, plan_hash=proposal.hash))
            again, _ = asyncio.run(run("unchanged re-run", url, apply=True))
        with Sandbox.start(directory=home / "naive", users=users, contacts=contacts) as box:
            for service in (box.webitel, box.creatio):
                service.control.latency(READ_MS, WRITE_MS)
            naive_requests, naive_seconds = naive(box, min(NAIVE_USERS, users))
    _show(users, contacts, [first, again], naive_requests, naive_seconds)


def _show(users: int, contacts: int, runs: list[Measured], naive_requests: int, naive_seconds: float) -> None:
    table = Table(title=f"{users:,} users, {contacts:,} contacts; {READ_MS} ms per read, {WRITE_MS} ms per write")
    for heading in (
        "run", "operations", "Webitel requests", "Creatio requests", "seconds", "fetch", "matching", "write", "verify",
        "own overhead", "per user",
    ):  # fmt: skip
        table.add_column(heading, justify="right")
    for item in runs:
        receipt = item.receipt
        table.add_row(
            item.name, f"{sum(receipt.operations.values()):,}", str(receipt.requests["webitel"]),
            str(receipt.requests["creatio"]), f"{receipt.seconds:.1f}", f"{item.fetch_seconds:.1f}",
            f"{item.match_seconds:.1f}", f"{item.write_seconds:.1f}", f"{item.verify_seconds:.1f}",
            f"{receipt.overhead_seconds:.1f}", f"{1000 * receipt.overhead_seconds / users:.2f} ms",
        )  # fmt: skip
    per_user = naive_seconds / min(NAIVE_USERS, users)
    table.add_row(
        f"naive, {min(NAIVE_USERS, users)} users", "", "", str(naive_requests), f"{naive_seconds:.1f}", "", "", "", "", "",
        f"{1000 * per_user:.0f} ms",
    )  # fmt: skip
    console.print(table)
    first = runs[0]
    operations = sum(first.receipt.operations.values())
    ours = first.receipt.seconds / users
    console.print(
        f"First import: {math.ceil(operations / 100)} batches would be enough for {operations:,} operations; "
        f"{first.receipt.requests['creatio']} requests to Creatio in all. "
        f"Per user the naive job takes {per_user / ours:.0f} times as long."
    )
    console.print(f"Re-run: {sum(runs[1].receipt.operations.values())} writes.")


def one_user(runs: int) -> None:
    """From the start of the flow to its receipt, for one changed user of 300; on one Prefect server."""
    from prefect.testing.utilities import prefect_test_harness

    from flows.get_webitel_users import get_webitel_users

    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        with Sandbox.start(directory=home / "world", users=300, contacts=3_000) as box:
            os.environ.update(box.environment)
            url = f"sqlite:///{home / 'ledger.db'}"
            os.environ["USERSYNC_DATABASE_URL"] = url
            upgrade(url)
            _, proposal = asyncio.run(run("preview", url, apply=False))
            with Ledger.open(url) as ledger:
                ledger.approve(proposal.hash, author="bench-approver")
            asyncio.run(run("first import", url, apply=True, plan_hash=proposal.hash))
            for service in (box.webitel, box.creatio):
                service.control.latency(READ_MS, WRITE_MS)
            with Ledger.open(url) as ledger:
                links = [link for link in ledger.links("default").values() if link.username]
            seconds: list[float] = []
            with prefect_test_harness(server_startup_timeout=120):
                for number in range(runs + 1):
                    link = links[number % len(links)]
                    box.webitel.control.edit("users", link.user_id, {"name": f"Renamed Person {number}"})
                    began = time.perf_counter()
                    parameters: dict[str, Any] = {"mode": "apply", "scope": [link.username]}
                    asyncio.run(get_webitel_users(**parameters, return_state=True))  # type: ignore[call-overload]
                    seconds.append(time.perf_counter() - began)
    seconds = sorted(seconds[1:])  # the first one warms the process up
    p95 = seconds[math.ceil(0.95 * len(seconds)) - 1]
    console.print(
        f"One user of 300, 3,000 contacts, flow start to receipt, {len(seconds)} runs: "
        f"median {statistics.median(seconds):.2f} s, p95 {p95:.2f} s (goal 3 s)"
    )


def main() -> None:
    """Measure what the arguments ask for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--users", type=int, action="append", help="size; repeat for more (default 1000 and 10000)")
    parser.add_argument("--contacts-per-user", type=float, default=9.9)
    parser.add_argument("--skip-one-user", action="store_true")
    arguments = parser.parse_args()
    for users in arguments.users or [1_000, 10_000]:
        measure(users, int(users * arguments.contacts_per_user))
    if not arguments.skip_one_user:
        one_user(ONE_USER_RUNS)


if __name__ == "__main__":
    main()
