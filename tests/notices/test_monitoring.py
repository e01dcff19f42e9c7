"""`/healthz` and `/metrics`, asked over ASGI."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
from fastapi import FastAPI
from prometheus_client.parser import text_string_to_metric_families

from tests.ledger.people import create, item
from tests.ledger.people import plan as a_plan
from tests.notices.receivers import DOMAIN, ended
from usersync.ledger import KnownLicense, Ledger, RunState, head_revision
from usersync.notices import judge, policy_of
from usersync.planning import Bucket
from usersync.portal.app import assemble
from usersync.portal.monitoring import monitoring_router
from usersync.portal.portal import Portal
from usersync.portal.secrets import digest
from usersync.settings import Settings

RECEIPT: dict[str, Any] = {
    "buckets": {"created": 2, "review": 1, "unchanged": 5, "failed": 0},
    "operations": {"done": 7, "stale": 1},
    "seats": {"wanted": 6, "held": 3, "assigned": 2, "waiting": 1, "refused": 0},
}


async def _ask(path: str, database_url: str, **sections: Any) -> httpx.Response:
    settings = Settings(database_url=database_url, domains={DOMAIN: {}, "idle": {}}, **sections)
    app = FastAPI()
    app.include_router(monitoring_router(lambda: settings))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://portal") as http:
        return await http.get(path)


async def _metrics(database_url: str) -> dict[tuple[str, ...], float]:
    answer = await _ask("/metrics", database_url, quarantine={"after": 2})
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain; version=")
    return {
        (sample.name.removeprefix("usersync_"), *(value for _, value in sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


async def test_health_says_that_the_ledger_answers_and_which_schema_it_has(ledger_url: str) -> None:
    answer = await _ask("/healthz", ledger_url)
    assert (answer.status_code, answer.json()) == (
        200,
        {"status": "ok", "ledger": "reachable", "schema": head_revision()},
    )


async def test_health_is_503_where_there_is_no_ledger_and_tells_no_secret(empty_database_url: str) -> None:
    absent = await _ask("/healthz", empty_database_url)
    assert (absent.status_code, absent.json()) == (
        503,
        {"status": "unavailable", "reason": "ledger-schema-absent"},
    )
    nobody = await _ask("/healthz", "postgresql://user:s3cret@127.0.0.1:9/usersync")
    assert (nobody.status_code, nobody.json()["reason"]) == (503, "ledger-unreachable")
    assert "s3cret" not in nobody.text
    assert (await _ask("/metrics", empty_database_url)).status_code == 503


async def test_metrics_show_what_the_last_run_did(ledger_url: str) -> None:
    with Ledger.open(ledger_url, now=lambda: datetime.now(UTC) - timedelta(hours=2)) as past:
        ended(past, RunState.COMPLETED, receipt=RECEIPT)
    found = await _metrics(ledger_url)
    assert 7_100 < found["last_run_age_seconds", DOMAIN] < 7_500
    assert found["last_run_duration_seconds", DOMAIN] < 60
    assert found["last_success_age_seconds", DOMAIN] == found["last_run_age_seconds", DOMAIN]
    states = {
        state: value for (name, *labels), value in found.items() if name == "last_run_state" for state in labels[1:]
    }
    assert [state for state, value in states.items() if value] == ["completed"]
    assert found["users", "created", DOMAIN] == 2
    assert found["operations", DOMAIN, "done"] == 7
    assert found["seats", DOMAIN, "waiting"] == 1
    assert found["condition", "well", DOMAIN] == 1
    assert found["lease_held", DOMAIN] == 0
    assert ("last_run_age_seconds", "idle") not in found, "of a domain that never ran nothing is made up"
    assert found["lease_held", "idle"] == 0


async def test_metrics_show_what_waits_for_humans_and_who_writes_now(ledger_url: str) -> None:
    with Ledger.open(ledger_url) as ledger:
        run = ledger.start_run(domain=DOMAIN, mode="apply", author="prefect")
        ledger.acquire_lease(DOMAIN, run.id)
        ledger.save_decisions(run.id, [item("1", Bucket.REVIEW), item("2")])
        ledger.save_plan(run.id, a_plan(create("2")), needs_approval=[{"x": 1}], expires_in=timedelta(hours=1))
    found = await _metrics(ledger_url)
    assert found["reviews_open", DOMAIN] == 1
    assert found["plans_waiting", DOMAIN] == 1
    assert found["lease_held", DOMAIN] == 1


async def test_metrics_show_failures_rest_licences_and_messages_that_do_not_get_through(ledger_url: str) -> None:
    settings = Settings(domains={DOMAIN: {}}).domain(DOMAIN)
    with Ledger.open(ledger_url) as ledger:
        for _ in range(3):
            ended(ledger, RunState.FAILED)
        ended(ledger, RunState.QUARANTINED)
        ends = datetime.now(UTC) + timedelta(days=3)
        ledger.remember_licenses(DOMAIN, [KnownLicense("s-1", "CALL_CENTER", ends)], complete=True)
        ledger.judge(DOMAIN, lambda facts: judge(facts, policy_of(settings, facts.at), facts.at), ["email"])
    found = await _metrics(ledger_url)
    assert found["last_run_state", DOMAIN, "quarantined"] == 1
    assert found["condition", "failed", DOMAIN] == 1
    assert (found["quarantined", DOMAIN], found["quarantine_failures", DOMAIN]) == (1, 3)
    assert 258_000 < found["license_ends_in_seconds", DOMAIN, "CALL_CENTER s-1"] <= 259_200
    assert found["notices_undelivered", "email", DOMAIN] == 2, "failed, and the licence"
    assert found["notices_given_up", "email", DOMAIN] == 0


async def test_in_the_portal_health_needs_no_login_and_metrics_a_token_that_shows_its_own_domains(
    ledger_url: str,
) -> None:
    portal = Portal(Settings(database_url=ledger_url, domains={DOMAIN: {}, "idle": {}}))
    secret = "s3cret-token"
    portal.ledger.add_token(
        "prometheus",
        permissions=["view"],
        domains=[DOMAIN],
        token_hash=digest(secret),
        lifetime=timedelta(days=1),
        author="os:olena",
    )
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(assemble(portal)), base_url=portal.origins.public
    ) as http:
        assert (await http.get("/healthz")).status_code == 200
        assert (await http.get("/metrics")).status_code == 401
        assert (await http.get("/metrics", headers={"Authorization": "Bearer wrong"})).status_code == 401
        seen = await http.get("/metrics", headers={"Authorization": f"Bearer {secret}"})
    portal.close()
    assert seen.status_code == 200
    assert f'usersync_lease_held{{domain="{DOMAIN}"}}' in seen.text
    assert "idle" not in seen.text
