"""How every domain fares, as numbers for Prometheus. Read from the ledger when it is asked; ids and counts only."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Final

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from usersync.ledger import Ledger, PlanState, Run, RunState
from usersync.notices.condition import Condition, condition_of
from usersync.notices.telling import policy_of
from usersync.notices.watching import rest_of
from usersync.settings import DomainSettings
from usersync.stages.review import open_questions

_ENDED: Final = frozenset(RunState) - {RunState.RUNNING}


def exposition(ledger: Ledger, domains: Mapping[str, DomainSettings]) -> bytes:
    """The metrics of these domains in Prometheus' text format.

    Raises:
        UsersyncError: the ledger cannot be used.
    """
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Collected(_families(ledger, domains)))
    return generate_latest(registry)


class _Collected(Collector):
    """Families that are known already: what the ledger says is read before, so that an error of it is an error of ours."""

    def __init__(self, families: list[Metric]) -> None:
        self._families = families

    def collect(self) -> Iterator[Metric]:
        yield from self._families


class _Gauges:
    """Gauges by name, each labelled with its domain and at most one thing more."""

    def __init__(self) -> None:
        self._made: dict[str, GaugeMetricFamily] = {}

    def set(self, name: str, help_: str, domain: str, value: float, **label: str) -> None:
        """One sample."""
        labels = ["domain", *label]
        gauge = self._made.setdefault(name, GaugeMetricFamily(f"usersync_{name}", help_, labels=labels))
        gauge.add_metric([domain, *label.values()], value)

    @property
    def families(self) -> list[Metric]:
        """All of them."""
        return list(self._made.values())


def _families(ledger: Ledger, domains: Mapping[str, DomainSettings]) -> list[Metric]:
    gauges, now = _Gauges(), ledger.now()
    for name, settings in domains.items():
        _runs(gauges, ledger, name, now)
        _condition(gauges, ledger, settings)
        _waiting_for_humans(gauges, ledger, name)
        held = ledger.lease_of(name) is not None
        gauges.set("lease_held", "Whether a run may write to the domain now.", name, held)
    for (name, channel), (still, given_up) in ledger.undelivered().items():
        if name in domains:
            help_ = "Notices that did not get through and are tried again."
            gauges.set("notices_undelivered", help_, name, still, channel=channel)
            gauges.set("notices_given_up", "Notices that never got through.", name, given_up, channel=channel)
    return gauges.families


def _runs(gauges: _Gauges, ledger: Ledger, name: str, now: datetime) -> None:
    """The newest import of the whole domain that ended: how long ago, how, how long it took, and what it did."""
    latest = next(iter(ledger.whole_runs(name, _ENDED, limit=1)), None)
    well = next(iter(ledger.whole_runs(name, {RunState.COMPLETED}, limit=1)), None)
    if well is not None and well.finished_at is not None:
        age = (now - well.finished_at).total_seconds()
        gauges.set("last_success_age_seconds", "Since the last import that completed ended.", name, age)
    if latest is None or latest.finished_at is None:
        return
    age = (now - latest.finished_at).total_seconds()
    gauges.set("last_run_age_seconds", "Since the last import of the whole domain ended.", name, age)
    took = (latest.finished_at - latest.started_at).total_seconds()
    gauges.set("last_run_duration_seconds", "How long it took.", name, took)
    for state in sorted(_ENDED):
        gauges.set("last_run_state", "1 for the state it ended in.", name, state is latest.state, state=str(state))
    worked = latest if _did_something(latest) else next(iter(ledger.whole_runs(name, limit=1)), None)
    receipt: Mapping[str, Any] = (worked.receipt if worked else None) or {}
    for bucket, count in receipt.get("buckets", {}).items():
        gauges.set("users", "Webitel users by what the last run made of them.", name, count, bucket=bucket)
    for outcome, count in receipt.get("operations", {}).items():
        gauges.set("operations", "Operations of the last run by outcome.", name, count, outcome=outcome)
    for kind, count in receipt.get("seats", {}).items():
        gauges.set("seats", "Licence seats in the last run.", name, count, kind=kind)


def _did_something(run: Run) -> bool:
    """Not one that found another at work, or was left out while the domain rests."""
    return run.state not in {RunState.ALREADY_RUNNING, RunState.QUARANTINED}


def _condition(gauges: _Gauges, ledger: Ledger, settings: DomainSettings) -> None:
    facts = ledger.domain_facts(settings.name)
    found = condition_of(facts, policy_of(settings, facts.at))
    for condition in Condition:
        help_ = "1 for how the domain fares."
        gauges.set("condition", help_, settings.name, condition is found, condition=str(condition))
    rest = rest_of(ledger, settings)
    gauges.set("quarantined", "Whether scheduled runs are left out after failures.", settings.name, rest is not None)
    failures = rest.failures if rest else 0
    gauges.set("quarantine_failures", "Scheduled runs that failed one after another.", settings.name, failures)
    for item in facts.licenses:
        if item.not_after is not None:
            left = (item.not_after - facts.at).total_seconds()
            help_ = "Until a Webitel licence ends."
            gauges.set("license_ends_in_seconds", help_, settings.name, left, license=f"{item.product} {item.id}")


def _waiting_for_humans(gauges: _Gauges, ledger: Ledger, name: str) -> None:
    reviews = len(open_questions(ledger, name))
    gauges.set("reviews_open", "Users somebody must decide about.", name, reviews)
    plans = len(ledger.plans(name, states={PlanState.WAITING}))
    gauges.set("plans_waiting", "Plans that wait for approval.", name, plans)
