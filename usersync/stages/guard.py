"""The trust gate and the approval limits, with what the ledger knows to be usual."""

from __future__ import annotations

import hashlib

import pandas as pd

from usersync.errors import Fatal
from usersync.ledger import KnownLicense, Ledger
from usersync.planning.guard import distrust, source_counts, target_counts
from usersync.planning.rules import Rules
from usersync.planning.world import Memory
from usersync.snapshots import SourceSnapshot, TargetSnapshot
from usersync.words import Sentence, next_step


class NotTrusted(Fatal):
    """What was read cannot be believed: 0 writes. `reasons` has every sentence, the first one is the error's own."""

    def __init__(self, reasons: tuple[Sentence, ...]) -> None:
        super().__init__(reasons[0].id, **reasons[0].args)
        self.reasons = reasons

    def __str__(self) -> str:
        return " ".join(str(reason) for reason in self.reasons)

    @property
    def next_step(self) -> str | None:
        """What to do about the first reason."""
        return next_step(self.reasons[0].id, **self.reasons[0].args)


def trust_snapshots(
    ledger: Ledger,
    run_id: str,
    domain: str,
    source: SourceSnapshot,
    target: TargetSnapshot,
    memory: Memory,
    rules: Rules,
) -> None:
    """Let both snapshots pass the gate, and remember what was seen.

    Raises:
        NotTrusted: they do not pass.
        LedgerBoundElsewhere: this ledger belongs to another domain or another Creatio.
    """
    reasons = distrust(
        source,
        target,
        memory,
        rules,
        usual_source=ledger.usual_counts(domain, "source"),
        usual_target=ledger.usual_counts(domain, "target"),
    )
    trusted = False
    try:
        if reasons:
            raise NotTrusted(reasons)
        ledger.bind(domain, source.dc, target.identity)
        trusted = True
        if not source.scope:
            ledger.remember_licenses(domain, licenses_of(source), complete=source.licenses is not None)
    finally:
        # What was read elsewhere, or in part, must not become the measure of what is usual.
        ledger.record_snapshot(
            run_id, "source", counts=source_counts(source), fingerprint=fingerprint(source.users), trusted=trusted
        )
        ledger.record_snapshot(
            run_id, "target", counts=target_counts(target), fingerprint=fingerprint(target.records), trusted=trusted
        )


def licenses_of(source: SourceSnapshot) -> list[KnownLicense]:
    """The licences somebody holds, and when each ends; where the customer's own list was read, those nobody holds too."""
    found = {
        grant.license_id: KnownLicense(grant.license_id, grant.product, grant.expires_on)
        for user_id in sorted(source.grants)
        for grant in source.grants[user_id]
    }
    found |= {item.id: KnownLicense(item.id, item.product, item.not_after) for item in source.licenses or ()}
    return [found[key] for key in sorted(found)]


def fingerprint(table: pd.DataFrame) -> str:
    """SHA-256 over the rows, whatever their order."""
    hashes = pd.util.hash_pandas_object(table.fillna("").astype(str), index=False).sort_values()
    return hashlib.sha256(hashes.to_numpy().tobytes()).hexdigest()
