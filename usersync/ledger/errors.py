"""What can go wrong with the ledger.

UsersyncError
├── Fatal
│   ├── LedgerBoundElsewhere   this ledger belongs to another Webitel or Creatio
│   ├── LeaseHeld              another run is writing to the domain
│   ├── LeaseLost              our right to write was taken over: nothing of ours may be written any more
│   ├── LedgerDamaged          the file is no ledger, or a stored plan is not what its hash says
│   └── UsageError
│       ├── SchemaUnusable     absent, old or newer tables: `usersync db upgrade`, or a newer usersync
│       ├── LedgerAddressWrong the URL names no database we can use
│       ├── RunNotFound, PlanNotFound, VerdictNotFound
│       ├── PlanNotUsable      expired, rejected, superseded, used, of another domain, erased
│       ├── FourEyesNeeded     who asked for a plan may not approve it
│       ├── PortalUserExists, PortalUserNotFound, TokenNotFound
│       ├── OrderNotFound      no order has this id
│       ├── OrderReused        an idempotency key was used for something else before
│       ├── VerdictContradicts a verdict and one given before cannot both hold
│       └── BackupRefused      the backup's place is taken, or the database is not a file
└── Retriable
    ├── LedgerBusy             another process held the database for too long
    └── LedgerUnreachable      the database does not answer
"""

from __future__ import annotations

from datetime import datetime

from usersync.errors import Fatal, Retriable, UsageError


class SchemaUnusable(UsageError):
    """The ledger's tables are absent, older or newer than this version of usersync."""


class LedgerAddressWrong(UsageError):
    """USERSYNC_DATABASE_URL names no database the ledger can live in."""


class LedgerBusy(Retriable):
    """Another process held the database longer than we wait."""


class LedgerUnreachable(Retriable):
    """The database server does not answer or refuses us."""


class LedgerDamaged(Fatal):
    """The database file, or a plan in it, is not what was written."""


class LedgerBoundElsewhere(Fatal):
    """The ledger remembers another Webitel domain or another Creatio under this name."""


class RunNotFound(UsageError):
    """No run, or more than one, has this id."""


class LeaseHeld(Fatal):
    """Another run is writing to the domain.

    Attributes:
        run_id: that run.
        until: when its lease ends if it is not renewed; aware UTC.
    """

    def __init__(self, *, domain: str, run_id: str, until: datetime) -> None:
        super().__init__("ledger-lease-held", domain=domain, run=run_id, until=until.strftime("%H:%M:%S UTC"))
        self.run_id = run_id
        self.until = until


class LeaseLost(Fatal):
    """The lease was taken over or has run out: its former holder may write nothing."""

    def __init__(self, *, domain: str, run_id: str) -> None:
        super().__init__("ledger-lease-lost", domain=domain, run=run_id)


class OperationUnknown(Fatal):
    """An outcome was reported for an operation that was never journalled in that run."""


class PlanNotFound(UsageError):
    """No plan, or more than one, has this hash."""


class PlanNotUsable(UsageError):
    """The plan is there and may not be approved, rejected or applied; the sentence says why."""


class FourEyesNeeded(UsageError):
    """Who asked for the plan may not approve it."""


class VerdictNotFound(UsageError):
    """No verdict in force has this number."""


class VerdictContradicts(UsageError):
    """A verdict given before says the opposite."""


class VerdictIncomplete(UsageError):
    """The verdict lacks the contact, the date or the reason it needs."""


class BackupRefused(UsageError):
    """The backup cannot be written or restored there."""


class PortalUserExists(UsageError):
    """A user of the portal has this name already."""


class PortalUserNotFound(UsageError):
    """The portal has no such user."""


class TokenNotFound(UsageError):
    """No token that could be revoked has this id."""


class OrderNotFound(UsageError):
    """No order has this id."""


class OrderReused(UsageError):
    """The idempotency key was used for something else before."""
