"""`usersync doctor`: what works, what is seen, and what to do about the rest."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated
from urllib.parse import urlsplit

import typer

from usersync.commands.terminal import console, print_json
from usersync.errors import UsersyncError
from usersync.words import Sentence, next_step

if TYPE_CHECKING:
    from usersync.settings import DomainSettings, Settings


_ADMINISTRATOR = "Administrator"


@dataclass(frozen=True)
class Finding:
    """One line of the doctor: `ok`, `warning` or `bad`."""

    subject: str
    level: str
    sentence: Sentence

    @property
    def next_step(self) -> str | None:
        """What to do about it."""
        return next_step(self.sentence.id, **self.sentence.args)


def doctor(
    domain: Annotated[str, typer.Option(help="Domain of the settings; needed where there are several.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print as JSON.")] = False,
) -> None:
    """Check settings, ledger, both services and Prefect: what works, what can be seen, what to do.

    Exit code: 0 all is well (warnings allowed), 1 something is bad.
    """
    from usersync.settings import load_settings

    settings = load_settings()
    chosen = settings.domain(domain)
    findings = asyncio.run(_examine(settings, chosen))
    if as_json:
        print_json(
            [
                {"subject": item.subject, "level": item.level, "text": str(item.sentence), "next": item.next_step}
                for item in findings
            ]
        )
    else:
        for item in findings:
            mark = {"ok": "[green]✓[/]", "warning": "[yellow]![/]", "bad": "[red]✗[/]"}[item.level]
            console.print(f"{mark} [bold]{item.subject}[/]  {item.sentence}", soft_wrap=True, highlight=False)
            if item.level != "ok" and item.next_step:
                console.print(f"    → {item.next_step}", soft_wrap=True, highlight=False)
    if any(item.level == "bad" for item in findings):
        raise typer.Exit(1)


async def _examine(settings: Settings, domain: DomainSettings) -> list[Finding]:
    findings = _ledger(settings, domain)
    for subject, examine in (("Webitel", _webitel), ("Creatio", _creatio), (_ADMINISTRATOR, _administrator)):
        findings += await _or_error(subject, examine, settings, domain)
    return findings + _prefect()


async def _or_error(
    subject: str,
    examine: Callable[[Settings, DomainSettings], Awaitable[list[Finding]]],
    settings: Settings,
    domain: DomainSettings,
) -> list[Finding]:
    try:
        return await examine(settings, domain)
    except UsersyncError as error:
        return [Finding(subject, "bad", error.sentence)]


def _ledger(settings: Settings, domain: DomainSettings) -> list[Finding]:
    from usersync.ledger import Ledger, default_url

    url = settings.database_url or default_url()
    try:
        with Ledger.open(url) as ledger:
            links = sum(str(link.state) == "active" for link in ledger.links(domain.name).values())
    except UsersyncError as error:
        return [Finding("Ledger", "bad", error.sentence)]
    findings = [Finding("Ledger", "ok", Sentence("doctor-ledger", {"links": links}))]
    if url.startswith("sqlite"):
        findings.append(Finding("Ledger", "warning", Sentence("doctor-ledger-one-host")))
    return findings


async def _webitel(settings: Settings, domain: DomainSettings) -> list[Finding]:
    del settings
    from usersync.stages.connect import webitel_client

    async with webitel_client(domain.webitel) as webitel:
        me = await webitel.userinfo()
        rights = {permission.id for permission in me.permissions}
        findings = [Finding("Webitel", "ok", Sentence("doctor-webitel-login", {"domain": me.domain, "dc": me.dc}))]
        users = await webitel.users(fields=("id", "extension", "license"))
        level = "ok" if users.users and users.trusted else "bad"
        findings.append(Finding("Webitel", level, Sentence("doctor-webitel-users", {"count": len(users.users)})))
        findings += [Finding("Webitel", "bad", problem) for problem in users.problems]
        for message, read in (("doctor-webitel-licenses", webitel.licenses), ("doctor-webitel-roles", webitel.roles)):
            try:
                findings.append(Finding("Webitel", "ok", Sentence(message, {"count": len(await read())})))
            except UsersyncError as error:
                findings.append(Finding("Webitel", "warning", error.sentence))
        if rights and "manage_user_license" not in rights:
            findings.append(Finding("Webitel", "warning", Sentence("doctor-webitel-no-license-right")))
        return findings


async def _creatio(settings: Settings, domain: DomainSettings) -> list[Finding]:
    from usersync.creatio.probe import rights_report
    from usersync.stages.administration.examine import examine_section
    from usersync.stages.connect import creatio_client, creatio_mapping

    names = creatio_mapping(domain.creatio)
    async with creatio_client(domain.creatio) as creatio:
        runtime = await creatio.runtime()
        findings = [Finding("Creatio", "ok", Sentence("doctor-creatio-runtime", {"runtime": str(runtime)}))]
        problems = names.check(await creatio.metadata())
        findings += [
            Finding("Creatio", "bad" if problem.required else "warning", problem.sentence) for problem in problems
        ]
        if not any(problem.required for problem in problems):
            findings.append(
                Finding("Creatio", "ok", Sentence("doctor-creatio-mapping", {"profile": domain.creatio.profile}))
            )
        report = await rights_report(creatio, names)
        for line in report.entities:
            if line.error is not None:
                findings.append(Finding("Creatio", "bad" if line.required else "warning", line.error.sentence))
                continue
            level = "warning" if line.rows == 0 and line.entity in ("contact", "system_user", "account") else "ok"
            args = {"entity": line.entity_set, "count": line.rows or 0}
            findings.append(Finding("Creatio", level, Sentence("doctor-creatio-rows", args)))
        if report.employees == 0:
            findings.append(Finding("Creatio", "bad", Sentence("guard-target-no-employees", {"usual": 0})))
        elif report.employees:
            findings.append(Finding("Creatio", "ok", Sentence("doctor-creatio-employees", {"count": report.employees})))
        if report.own is None:
            findings.append(Finding("Creatio", "warning", Sentence("doctor-creatio-own-unknown")))
        elif report.own.contact is None:
            findings.append(Finding("Creatio", "bad", Sentence("guard-target-own-contact")))
        else:
            findings.append(Finding("Creatio", "ok", Sentence("doctor-creatio-own")))
        findings.append(Finding("Creatio", *await examine_section(domain, creatio)))
        return findings + await _linked_contacts(settings, domain, creatio, names)


async def _administrator(settings: Settings, domain: DomainSettings) -> list[Finding]:
    del settings
    from usersync.stages.administration.examine import examine_administrator

    return [Finding(_ADMINISTRATOR, level, sentence) for level, sentence in await examine_administrator(domain)]


async def _linked_contacts(settings: Settings, domain: DomainSettings, creatio: object, names: object) -> list[Finding]:
    """How many of the linked contacts can be seen: a right taken away shows as rows that vanish."""
    from usersync.commands.terminal import open_ledger
    from usersync.stages.rows import Rows

    try:
        with open_ledger(settings) as ledger:
            links = ledger.links(domain.name).values()
    except UsersyncError:
        return []
    wanted = {link.contact_id for link in links if link.contact_id and str(link.state) == "active"}
    if not wanted:
        return []
    found, _ = await Rows(creatio, names).read([("contact", contact) for contact in wanted])  # type: ignore[arg-type]
    level = "ok" if len(found) == len(wanted) else "bad"
    args = {"seen": len(found), "usual": len(wanted)}
    return [Finding("Creatio", level, Sentence("doctor-creatio-linked", args))]


def _prefect() -> list[Finding]:
    import httpx

    api = os.environ.get("PREFECT_API_URL", "").rstrip("/")
    if not api:
        return [Finding("Prefect", "warning", Sentence("doctor-prefect-ephemeral"))]
    try:
        version = httpx.get(f"{api}/admin/version", timeout=10)
    except httpx.HTTPError as error:
        return [Finding("Prefect", "bad", Sentence("orchestration-unreachable", {"error": type(error).__name__}))]
    findings = [Finding("Prefect", "ok", Sentence("doctor-prefect", {"api": api}))]
    if version.status_code != httpx.codes.UNAUTHORIZED:
        findings.append(Finding("Prefect", "warning", Sentence("doctor-prefect-open")))
    if (urlsplit(api).hostname or "") not in {"127.0.0.1", "localhost", "::1"}:
        findings.append(Finding("Prefect", "warning", Sentence("doctor-prefect-remote")))
    return findings
