"""The lease: the only thing that keeps two writers out of one domain.

A lease has a term and is renewed while its holder lives; whoever finds it run out takes it over, and the fencing number
grows. Every transaction of a writer checks its number in the ledger, so that a process that was only asleep cannot go on.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from sqlalchemy import Connection, bindparam, select

from usersync.ledger import schema
from usersync.ledger.errors import LeaseHeld, LeaseLost
from usersync.ledger.runs import RunBook
from usersync.ledger.values import Lease

TERM: Final = timedelta(seconds=60)
_LOCKED: Final = select(schema.leases).where(schema.leases.c.domain == bindparam("b_domain")).with_for_update()


class LeaseBook(RunBook):
    """The part of the ledger that says who may write to a domain."""

    def acquire_lease(self, domain: str, run_id: str, term: timedelta = TERM) -> Lease:
        """Take the right to write to a domain.

        A run that asks again (its step was retried) gets a new lease, and the old one is worth nothing. Where another
        run's lease has run out it is taken over, and that run is marked as crashed.

        Raises:
            LeaseHeld: another run is at work.
        """
        leases = schema.leases
        with self._write() as connection:
            now = self._moment(connection)
            connection.execute(
                self._insert(leases).values(domain=domain, run_id=None, fence=0, until=now).on_conflict_do_nothing()
            )
            row = connection.execute(_LOCKED, {"b_domain": domain}).one()
            # Waiting for the row may have taken a while.
            now = self._moment(connection)
            if row.run_id not in {None, run_id}:
                if row.until > now:
                    raise LeaseHeld(domain=domain, run_id=row.run_id, until=row.until)
                self._mark_crashed(connection, domain, row.run_id)
            lease = Lease(domain, run_id, row.fence + 1, now + term)
            connection.execute(
                leases.update()
                .where(leases.c.domain == domain)
                .values(run_id=run_id, fence=lease.fence, until=lease.until)
            )
            detail = {"fence": lease.fence, "taken_over_from": row.run_id if row.run_id != run_id else None}
            self._note(connection, "lease.acquired", domain=domain, run_id=run_id, detail=detail)
            return lease

    def renew_lease(self, lease: Lease, term: timedelta = TERM) -> Lease:
        """Hold the lease for another term from now. One that ran out may be renewed while nobody has taken it.

        Raises:
            LeaseLost: somebody has.
        """
        with self._write() as connection:
            self._hold(connection, lease, live=False)
            until = self._moment(connection) + term
            connection.execute(schema.leases.update().where(schema.leases.c.domain == lease.domain).values(until=until))
            return Lease(lease.domain, lease.run_id, lease.fence, until)

    def release_lease(self, lease: Lease) -> None:
        """Give the lease back: the next run need not wait for the end of its term.

        Raises:
            LeaseLost: it was no longer ours.
        """
        with self._write() as connection:
            self._hold(connection, lease, live=False)
            connection.execute(
                schema.leases.update()
                .where(schema.leases.c.domain == lease.domain)
                .values(run_id=None, until=self._moment(connection))
            )
            detail = {"fence": lease.fence}
            self._note(connection, "lease.released", domain=lease.domain, run_id=lease.run_id, detail=detail)

    def lease_of(self, domain: str) -> Lease | None:
        """Who writes to the domain now; None where nobody does."""
        with self._read() as connection:
            return self._live_lease(connection, domain)

    def _live_lease(self, connection: Connection, domain: str) -> Lease | None:
        row = connection.execute(select(schema.leases).where(schema.leases.c.domain == domain)).one_or_none()
        if row is None or row.run_id is None or row.until <= self._moment(connection):
            return None
        return Lease(domain, row.run_id, row.fence, row.until)

    def _hold(self, connection: Connection, lease: Lease, *, live: bool) -> None:
        """Check, and keep true until the transaction ends, that the lease is still its holder's.

        Args:
            connection: the transaction that is about to write.
            lease: what the writer shows.
            live: also refuse a lease that has run out; facts that have already happened may still be recorded then.
        """
        row = connection.execute(_LOCKED, {"b_domain": lease.domain}).one_or_none()
        if row is None or row.fence != lease.fence or row.run_id != lease.run_id:
            raise LeaseLost(domain=lease.domain, run_id=lease.run_id)
        if live and row.until <= self._moment(connection):
            raise LeaseLost(domain=lease.domain, run_id=lease.run_id)
