"""The ledger as one object: what the process, the command line and the portal open."""

from __future__ import annotations

from types import TracebackType
from typing import Self

from usersync.ledger.codec import utc_now
from usersync.ledger.database import address, connect
from usersync.ledger.erasure import Erasure
from usersync.ledger.export import Export
from usersync.ledger.links import LinkBook
from usersync.ledger.migration import place, require_current
from usersync.ledger.notices import NoticeBook
from usersync.ledger.orders import OrderBook
from usersync.ledger.pages import PageBook
from usersync.ledger.people import PeopleBook
from usersync.ledger.retention import Retention
from usersync.ledger.reversal import ReversalBook
from usersync.ledger.seats import SeatBook
from usersync.ledger.section import SectionBook
from usersync.ledger.store import Clock
from usersync.ledger.timeline import Timeline
from usersync.ledger.tokens import TokenBook
from usersync.ledger.verdicts import VerdictBook


class Ledger(
    Export,
    PageBook,
    LinkBook,
    VerdictBook,
    ReversalBook,
    SectionBook,
    SeatBook,
    Timeline,
    NoticeBook,
    Retention,
    Erasure,
    OrderBook,
    PeopleBook,
    TokenBook,
):
    """The durable record of what was planned, done and may be undone. Safe to share between threads.

    Example:
        >>> with Ledger.open(default_url()) as ledger:
        ...     ledger.runs("sales", limit=5)
    """

    @classmethod
    def open(cls, url: str, *, now: Clock = utc_now) -> Ledger:
        """Open a ledger that is up to date; it is never migrated in passing.

        Args:
            url: `sqlite:///PATH` or `postgresql://…`.
            now: the clock; aware times. Where none is given, leases on PostgreSQL go by the server's clock.

        Raises:
            SchemaUnusable: its tables are absent, older or newer (`usersync db upgrade`).
            LedgerAddressWrong, LedgerUnreachable, LedgerDamaged: see `usersync.ledger.database`.
        """
        engine = connect(address(url))
        try:
            require_current(engine)
        except BaseException:
            engine.dispose()
            raise
        return cls(engine, now)

    @property
    def place(self) -> str:
        """Where it is, for a reader: the file, or host and database."""
        return place(self._engine)

    def __repr__(self) -> str:
        return f"<Ledger {self.place}>"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
