"""One run from beginning to end: its lease, its clients, its clock, and what the ledger remembers of the domain."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from usersync.creatio.client import CreatioClient
from usersync.creatio.errors import Unreachable as CreatioUnreachable
from usersync.creatio.mapping import Mapping as CreatioMapping
from usersync.errors import UsageError, UsersyncError
from usersync.ledger import LeaseHeld, LeaseLost, Ledger, Run, RunState
from usersync.matching import MatchSettings
from usersync.notices import Quarantined, rest_of
from usersync.planning import Plan
from usersync.planning.guard import Meter
from usersync.planning.receipt import EMPTY, Receipt, Tally, tally
from usersync.planning.recognise import KnownLink
from usersync.planning.section import Readiness
from usersync.planning.verdicts import Review
from usersync.planning.world import Memory
from usersync.settings import DomainSettings
from usersync.snapshots import SourceSnapshot, TargetSnapshot
from usersync.stages.connect import creatio_client, creatio_mapping, webitel_client
from usersync.stages.journal import Journal
from usersync.stages.match_users import Matched
from usersync.stages.notify import tell_at_the_end
from usersync.stages.review import read_review
from usersync.stages.turned_out import remember_what_became
from usersync.webitel import Unreachable as WebitelUnreachable
from usersync.webitel import WebitelClient
from usersync.words import Sentence

_SILENT = timedelta(hours=6)
"""A run that holds no lease (a preview) and has said nothing for so long was killed."""


@dataclass
class Stopwatch:
    """Seconds spent in parts of the run that are counted apart."""

    started: float = field(default_factory=time.perf_counter)
    parts: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def part(self, name: str) -> Iterator[None]:
        """Count the time until the end of the block as `name`."""
        began = time.perf_counter()
        try:
            yield
        finally:
            self.parts[name] = self.parts.get(name, 0.0) + time.perf_counter() - began

    @property
    def seconds(self) -> float:
        """Seconds since the run began."""
        return time.perf_counter() - self.started


@dataclass
class RunContext:
    """What the stages of one run share.

    Attributes:
        mapping: as far as `$metadata` confirmed it; set by `confirm_mapping`.
        proven_gone: ids of known users that are not in Webitel any more; set by the fetch.
        journal: the right to write; None in a preview.
        meters: how far the plan goes, limit by limit.
        review: what humans had said of the domain's users when the run began.
        with_creatio_user: contacts that have an active system user; set by the trust gate.
        readiness: who was ready to call at the end of the run.
        seen: both sides as they were read last, past the trust gate.
        at_break_off: what is still done where the run breaks off after it began to write, with its clients still open.
        administrator: the client of the second credential, where the run has one.
        plan_made_at: when the approved plan was stored; None where the plan is this run's own.
        carried_out: whether the run has begun to do what its plan says.
        stored_hash: of a manual action: the hash its plan is stored under; what is carried out names the user Webitel made.
    """

    settings: DomainSettings
    ledger: Ledger
    run: Run
    mode: str
    scope: tuple[str, ...]
    assign_licenses: bool
    webitel: WebitelClient
    creatio: CreatioClient
    mapping: CreatioMapping
    memory: Memory
    stopwatch: Stopwatch = field(default_factory=Stopwatch)
    journal: Journal | None = None
    proven_gone: frozenset[str] = frozenset()
    matched: Matched | None = None
    plan: Plan | None = None
    meters: tuple[Meter, ...] = ()
    converged: bool | None = None
    residue: int = 0
    receipt: Receipt | None = None
    with_creatio_user: frozenset[str] = frozenset()
    plan_made_at: datetime | None = None
    carried_out: bool = False
    stored_hash: str | None = None
    review: Review = field(default_factory=Review)
    administrator: CreatioClient | None = None
    seen: tuple[SourceSnapshot, TargetSnapshot] | None = None
    at_break_off: Callable[[], Awaitable[None]] | None = None
    readiness: Readiness | None = None

    @property
    def domain(self) -> str:
        """Name of the domain in the settings."""
        return self.settings.name

    @property
    def now(self) -> datetime:
        """Now, aware."""
        return datetime.now(UTC)

    @property
    def needs_approval(self) -> bool:
        """Whether the plan goes further than a run may go by itself."""
        return any(meter.exceeded for meter in self.meters)

    @property
    def match_settings(self) -> MatchSettings:
        """Thresholds of matching, those of the settings over the defaults."""
        return MatchSettings.given(self.settings.matching)

    def settings_fingerprint(self) -> str:
        """SHA-256 of everything that decides what a plan contains."""
        mapping = {entity: sorted(fields) for entity, fields in self.mapping.fields.items()}
        return self.settings.rules.fingerprint(
            self.match_settings.fingerprint(),
            repr(sorted(mapping.items())),
            str(self.assign_licenses),
            self.review.fingerprint(),
        )

    def remember(self) -> None:
        """Read again what the ledger knows of the domain."""
        self.memory = read_memory(self.ledger, self.domain)

    def note(self, stage: str, done: int, total: int) -> None:
        """Tell how far a stage is."""
        self.ledger.note_stage(self.run.id, stage, done, total)

    def requests(self) -> dict[str, int]:
        """Requests sent so far, by service."""
        creatio = sum(client.statistics.requests for client in self._creatio_clients)
        return {"webitel": self.webitel.statistics.requests, "creatio": creatio}

    def overhead(self) -> float:
        """Seconds that were neither waiting for the services nor matching."""
        waiting = self.webitel.statistics.seconds_in_flight
        waiting += sum(client.statistics.busy_seconds for client in self._creatio_clients)
        return max(0.0, self.stopwatch.seconds - waiting - self.stopwatch.parts.get("matching", 0.0))

    @property
    def _creatio_clients(self) -> list[CreatioClient]:
        return [self.creatio] if self.administrator is None else [self.creatio, self.administrator]


def known_links(ledger: Ledger, domain: str) -> dict[str, KnownLink]:
    """The links of a domain by Webitel user id, as planning wants them."""
    return {
        user_id: KnownLink(user_id, link.record_id, link.contact_id, link.username, str(link.state), link.gone_since)
        for user_id, link in ledger.links(domain).items()
    }


def read_memory(ledger: Ledger, domain: str) -> Memory:
    """What the ledger remembers of a domain, as planning wants it."""
    return Memory(
        links=known_links(ledger, domain),
        applied=ledger.last_applied(domain),
        grants_made=frozenset(ledger.grants_made(domain)),
    )


@asynccontextmanager
async def open_run(
    settings: DomainSettings,
    database_url: str,
    *,
    mode: str,
    scope: Sequence[str] = (),
    plan_hash: str | None = None,
    assign_licenses: bool = False,
    author: str,
    flow_run_id: str | None = None,
    writes: bool,
    scheduled: bool = False,
    on_start: Callable[[str], None] | None = None,
    on_notice: Callable[[Sentence], None] | None = None,
) -> AsyncIterator[RunContext]:
    """Start a run: it is in the ledger from here on, and holds the domain's lease if it writes.

    A failure inside is told to the ledger and goes on to the caller; whoever ends a run well calls `finish`. At the very end,
    however the run ended, whoever is to be told of a change of the domain's condition is told.

    Args:
        settings: of the domain.
        database_url: the ledger's.
        mode, scope, plan_hash, assign_licenses, author, flow_run_id: of the run.
        writes: whether it needs the lease.
        scheduled: whether a clock started it, not a human; such a start is refused while the domain rests.
        on_start: called with the run's id.
        on_notice: called with a sentence for each notice that did not get through.

    Raises:
        Quarantined: the domain rests after failures; the run is closed as `quarantined`.
        UsageError: the ledger's schema is not this version's, or a setting is missing.
        LeaseHeld: another run writes to the domain; this one is closed as `already_running`.
    """
    async with AsyncExitStack() as stack:
        ledger = stack.enter_context(Ledger.open(database_url))
        run = ledger.start_run(
            domain=settings.name, mode=mode, scope=scope, plan_hash=plan_hash, author=author,
            flow_run_id=flow_run_id, settings=settings.model_dump(mode="json"), scheduled=scheduled,
        )  # fmt: skip
        stack.push_async_callback(tell_at_the_end, ledger, settings, run.id, on_notice)
        if on_start is not None:
            on_start(run.id)
        context: RunContext | None = None
        try:
            ledger.close_dead_runs(settings.name, _SILENT)
            if scheduled and writes and (rest := rest_of(ledger, settings)) is not None:
                raise Quarantined(settings.name, rest)
            journal = _take_lease(ledger, settings, run) if writes else None
            if journal is not None:
                stack.callback(_give_back, ledger, journal)
            webitel = await stack.enter_async_context(webitel_client(settings.webitel))
            creatio = await stack.enter_async_context(creatio_client(settings.creatio))
            context = RunContext(
                settings=settings,
                ledger=ledger,
                run=run,
                mode=mode,
                scope=tuple(scope),
                assign_licenses=assign_licenses,
                webitel=webitel,
                creatio=creatio,
                mapping=creatio_mapping(settings.creatio),
                memory=read_memory(ledger, settings.name),
                review=read_review(ledger, settings.name),
                journal=journal,
            )
            if journal is not None:
                await stack.enter_async_context(journal.kept_alive())
            yield context
            _let_go(ledger, settings)
        except BaseException as error:
            if isinstance(error, Exception) and context is not None and context.at_break_off is not None:
                with suppress(UsersyncError):
                    await context.at_break_off()
            reason = _never_answered(ledger, settings, error) or error
            _close_failed(ledger, run, reason, context)
            if reason is not error:
                raise reason from error
            raise


def _let_go(ledger: Ledger, settings: DomainSettings) -> None:
    """Prune what is older than the settings keep. It is house-keeping: where it cannot be done now, the next run does it."""
    if settings.retention.days:
        with suppress(UsersyncError):
            ledger.prune(timedelta(days=settings.retention.days), author="usersync", domain=settings.name)


def _take_lease(ledger: Ledger, settings: DomainSettings, run: Run) -> Journal:
    term = settings.lease.term
    lease = ledger.acquire_lease(settings.name, run.id, timedelta(seconds=term))
    return Journal(ledger, lease, run.id, term=term, renewal=settings.lease.renewal)


def _give_back(ledger: Ledger, journal: Journal) -> None:
    with suppress(LeaseLost):
        ledger.release_lease(journal.lease)


def _never_answered(ledger: Ledger, settings: DomainSettings, error: BaseException) -> NeverAnswered | None:
    """An address from which nothing ever came is taken for a wrong setting; one that answered before is down now."""
    if isinstance(error, WebitelUnreachable):
        seen, address = ledger.snapshots(settings.name, "source", limit=3), settings.webitel.url
    elif isinstance(error, CreatioUnreachable):
        seen, address = ledger.snapshots(settings.name, "target", limit=3), settings.creatio.url
    else:
        return None
    if any(ledger.run(snapshot.run_id).settings.get(error.service, {}).get("url") == address for snapshot in seen):
        return None
    return NeverAnswered(error.message_id, **error.args_of_message)


def _close_failed(ledger: Ledger, run: Run, error: BaseException, context: RunContext | None) -> None:
    if ledger.run(run.id).state is not RunState.RUNNING:
        return
    state = _state_after(error)
    counted = _counted_so_far(context)
    if context is not None and context.plan is not None and context.carried_out and context.plan.undo is None:
        outcomes = context.journal.outcomes if context.journal is not None else {}
        remember_what_became(ledger, run.id, context.plan, counted, outcomes)
    receipt = _receipt_so_far(run, state, context, counted)
    ledger.finish_run(run.id, state, receipt=receipt.to_json(), error=sentence_of(error))


def _state_after(error: BaseException) -> RunState:
    if isinstance(error, LeaseHeld):
        return RunState.ALREADY_RUNNING
    return RunState.QUARANTINED if isinstance(error, Quarantined) else RunState.FAILED


def _counted_so_far(context: RunContext | None) -> Tally:
    """What became of the plan until the run broke off; nothing where there was none."""
    if context is None or context.plan is None:
        return EMPTY
    states = context.journal.states if context.journal is not None else {}
    return tally(context.plan, dict.fromkeys((op.id for op in context.plan.operations), "skipped") | states)


def _receipt_so_far(run: Run, state: RunState, context: RunContext | None, counted: Tally) -> Receipt:
    plan = context.plan if context else None
    return Receipt(
        run_id=run.id,
        domain=run.domain,
        mode=run.mode,
        state=str(state),
        users=len(plan.items) if plan else 0,
        buckets=counted.buckets,
        gone=counted.gone,
        seats=counted.seats,
        operations=counted.operations,
        requests=context.requests() if context else {"webitel": 0, "creatio": 0},
        seconds=round(context.stopwatch.seconds, 3) if context else 0.0,
        overhead_seconds=round(context.overhead(), 3) if context else 0.0,
        plan_hash=_hash_of(plan, context),
        converged=None,
    )


def _hash_of(plan: Plan | None, context: RunContext | None) -> str | None:
    if context is not None and context.stored_hash is not None:
        return context.stored_hash
    return plan.hash if plan and plan.changes else None


def sentence_of(error: BaseException) -> Sentence:
    """The error as a sentence; one of ours speaks for itself, any other is named by its type only."""
    sentence: Any = getattr(error, "sentence", None)
    return sentence if isinstance(sentence, Sentence) else Sentence("run-broke", {"error": type(error).__name__})


def confirm_mapping(context: RunContext, metadata: Any) -> None:
    """Check the mapping against `$metadata` before anything is planned.

    Raises:
        MappingWrong: an entity or column the process needs is not there; the sentence names the setting.
    """
    problems = [problem for problem in context.mapping.check(metadata) if problem.required]
    if problems:
        raise MappingWrong(problems[0].sentence.id, **problems[0].sentence.args)
    context.mapping = context.mapping.confirmed(metadata)


class NeverAnswered(UsageError):
    """Nothing answers at the address of the settings, and nothing ever did."""


class MappingWrong(UsageError):
    """The mapping names something this Creatio does not have."""
