"""The ledger's tables. The migrations make them; a test compares the two."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    text,
)

from usersync.ledger.codec import UtcTime

REVISIONS = ("0001", "0002", "0003", "0004", "0005", "0006")
"""The revisions this version knows, oldest first: opening a ledger compares without loading Alembic. A test keeps it true."""

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# Sorted by code points on both databases, whatever the server's own order is: the keys are made for it.
_Key = String().with_variant(String(collation="C"), "postgresql")
# SQLite counts rows only in a column of type INTEGER.
_Counter = BigInteger().with_variant(Integer, "sqlite")


def _of_run(*, primary: bool = True) -> Column[str]:
    return Column("run_id", ForeignKey("runs.id", ondelete="CASCADE"), primary_key=primary, nullable=False)


bindings = Table(
    "bindings",
    metadata,
    Column("domain", String, primary_key=True),
    Column("dc", String, nullable=False),
    Column("creatio", String, nullable=False),
    Column("bound_at", UtcTime, nullable=False),
)

runs = Table(
    "runs",
    metadata,
    Column("id", String, primary_key=True),
    Column("domain", String, nullable=False),
    Column("mode", String, nullable=False),
    Column("scope", Text, nullable=False),
    Column("state", String, nullable=False),
    Column("plan_hash", String),
    Column("author", String, nullable=False),
    Column("flow_run_id", String, index=True),
    Column("settings", Text, nullable=False),
    Column("started_at", UtcTime, nullable=False),
    Column("finished_at", UtcTime),
    Column("receipt", Text),
    Column("error", Text),
    Column("stop_requested_by", String),
    Column("stop_requested_at", UtcTime),
    Column("pack", String),
    Column("readiness", Text),
    Column("scheduled", Boolean),  # a clock started it, not a human
    Index(None, "domain", "started_at"),
)

stages = Table(
    "stages",
    metadata,
    _of_run(),
    Column("name", String, primary_key=True),
    Column("done", Integer, nullable=False),
    Column("total", Integer, nullable=False),
    Column("started_at", UtcTime, nullable=False),
    Column("updated_at", UtcTime, nullable=False),
)

leases = Table(
    "leases",
    metadata,
    Column("domain", String, primary_key=True),
    Column("run_id", String),
    Column("fence", BigInteger, nullable=False),
    Column("until", UtcTime, nullable=False),
)

snapshots = Table(
    "snapshots",
    metadata,
    _of_run(),
    Column("side", String, primary_key=True),
    Column("domain", String, nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("counts", Text, nullable=False),
    Column("fingerprint", String, nullable=False),
    Column("trusted", Boolean, nullable=False),
    Column("complete", Boolean, nullable=False),
    Index(None, "domain", "side", "at"),
)

links = Table(
    "links",
    metadata,
    Column("domain", String, primary_key=True),
    Column("user_id", String, primary_key=True),
    Column("record_id", String),
    Column("contact_id", String),
    Column("how", String, nullable=False),
    Column("since_run", String, nullable=False),
    Column("since", UtcTime, nullable=False),
    Column("username", String, nullable=False),
    Column("state", String, nullable=False),
    Column("gone_since", UtcTime),
    Index(None, "domain", "contact_id"),
)

last_applied = Table(
    "last_applied",
    metadata,
    Column("domain", String, primary_key=True),
    Column("key", String, primary_key=True),
    Column("entity", String, primary_key=True),
    Column("fields", Text, nullable=False),
    Column("run_id", String, nullable=False),
)

grants = Table(
    "grants",
    metadata,
    Column("domain", String, primary_key=True),
    Column("user_id", String, primary_key=True),
    Column("license_id", String, primary_key=True),
    Column("run_id", String, nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("withdrawn_by", String),  # the run that withdrew it: undoing that run makes the grant ours again
)

decisions = Table(
    "decisions",
    metadata,
    _of_run(),
    Column("user_id", String, primary_key=True),
    Column("domain", String, nullable=False),
    Column("bucket", String, nullable=False),
    Column("body", Text, nullable=False),
    Column("username", String, nullable=False, server_default=text("''")),
    Column("situation", String, nullable=False, server_default=text("''")),
    Index(None, "domain", "user_id"),
)

# What a run says of the users nothing happens to, in one piece: an unchanged world adds no bytes.
packs = Table(
    "packs",
    metadata,
    Column("id", String, primary_key=True),
    Column("body", LargeBinary, nullable=False),
)

plans = Table(
    "plans",
    metadata,
    Column("hash", String, primary_key=True),
    Column("domain", String, nullable=False),
    Column("run_id", String, nullable=False),
    Column("author", String, nullable=False),
    Column("state", String, nullable=False),
    Column("needs_approval", Text, nullable=False),
    Column("summary", Text, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("expires_at", UtcTime, nullable=False),
    Column("valid_for", Integer, nullable=False),  # seconds
    Column("decided_by", String),
    Column("decided_at", UtcTime),
    Column("comment", Text),
    Column("used_by", String),
    Column("used_at", UtcTime),
    Column("erased", Boolean, nullable=False),
    Column("meters", Text, nullable=False, server_default="[]"),
    Column("derived_from", String),  # the plan some of whose rows were left out
    Index(None, "domain", "created_at"),
)

operations = Table(
    "operations",
    metadata,
    Column("id", _Counter, primary_key=True, autoincrement=True),
    _of_run(primary=False),
    # Run and operation in one column: PostgreSQL knows a unique column to be selective even while a run is growing faster
    # than its statistics; of two columns it would take the first, and read the whole run for each batch.
    Column("ref", String, nullable=False, unique=True),
    Column("domain", String, nullable=False),
    Column("user_id", String),
    Column("service", String, nullable=False),
    Column("action", String, nullable=False),
    Column("entity", String, nullable=False),
    Column("key", String, nullable=False),
    Column("step", Integer, nullable=False),
    Column("situation", String, nullable=False),
    Column("before", Text, nullable=False),
    Column("after", Text, nullable=False),
    Column("inverse", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("needs", Text, nullable=False),
    Column("state", String, nullable=False),
    Column("request_id", String),
    Column("attempts", Integer, nullable=False),
    Column("intended_at", UtcTime),
    Column("settled_at", UtcTime),
    Column("detail", Text),
    Column("after_read", Text),
    Column("erased", Boolean, nullable=False),
    Index(None, "run_id"),
    Index(None, "domain", "user_id"),
    Index(None, "key"),
)
OPEN = text("state IN ('intended', 'unknown')")
"""Operations without an outcome. As text, in queries too: a partial index is used only where the words are the same."""
Index("ix_operations_unsettled", operations.c.domain, sqlite_where=OPEN, postgresql_where=OPEN)

verdicts = Table(
    "verdicts",
    metadata,
    Column("id", _Counter, primary_key=True, autoincrement=True),
    Column("domain", String, nullable=False),
    Column("user_id", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("contact_id", String),
    Column("author", String, nullable=False),
    Column("reason", Text, nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("until", UtcTime),
    Column("ended_by", String),
    Column("ended_at", UtcTime),
    Index(None, "domain", "user_id"),
)

section_users = Table(
    "section_users",
    metadata,
    Column("domain", String, primary_key=True),
    Column("user_id", String, primary_key=True),
    Column("username_key", _Key),
    Column("name_key", _Key),
    Column("contact_key", _Key),
    Column("extension_key", _Key),
    Column("contact_id", String),
    Column("search", Text, nullable=False),
    Column("flags", Integer, nullable=False),  # one bit each, see `usersync.planning.section.bits`
    Column("digest", String, nullable=False),  # of the body; empty = to be written again
    Column("synced_at", UtcTime),
    Column("run_id", String, nullable=False),
    Column("body", Text, nullable=False),
    Index(None, "domain", "contact_id"),
)

# How a domain fared when it was last told of: what has not changed is not told again.
conditions = Table(
    "conditions",
    metadata,
    Column("domain", String, primary_key=True),
    Column("condition", String, nullable=False),  # well, waiting, failed, missed
    Column("since", UtcTime, nullable=False),
)

licenses = Table(
    "licenses",
    metadata,
    Column("domain", String, primary_key=True),
    Column("license_id", String, primary_key=True),
    Column("product", String, nullable=False),
    Column("not_after", UtcTime),
    Column("told", UtcTime),  # the end that was told of
)

# One row for each message and channel, until it is delivered or given up.
notices = Table(
    "notices",
    metadata,
    Column("id", _Counter, primary_key=True, autoincrement=True),
    Column("notice", String, nullable=False),  # the message's own id: the same for every channel and every try
    Column("domain", String, nullable=False),
    Column("transition", String, nullable=False),
    Column("sentences", Text, nullable=False),
    Column("run_id", String),
    Column("channel", String, nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("due", UtcTime),  # when it is to be tried; none: it was delivered, or given up
    Column("sent_at", UtcTime),
    Column("problem", String),
    Index(None, "domain", "due"),
)

seats = Table(
    "seats",
    metadata,
    Column("domain", String, primary_key=True),
    Column("license_id", String, primary_key=True),
    Column("demand", Text),
    Column("refused", Text, nullable=False),
    Column("run_id", String),
    Column("at", UtcTime),
    Column("peaks", Text, nullable=False),  # day → most people at a time, of a concurrent licence
)

erasures = Table(
    "erasures",
    metadata,
    Column("id", _Counter, primary_key=True, autoincrement=True),
    Column("domain", String, nullable=False),
    Column("kind", String, nullable=False),  # user, contact
    Column("subject", String, nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("author", String, nullable=False),
    Index(None, "domain", "kind", "subject"),
)

audit = Table(
    "audit",
    metadata,
    Column("id", _Counter, primary_key=True, autoincrement=True),
    Column("at", UtcTime, nullable=False),
    Column("actor", String, nullable=False),
    Column("action", String, nullable=False),
    Column("domain", String),
    Column("run_id", String),
    Column("subject", String),
    Column("detail", Text, nullable=False),
    Index(None, "domain", "at"),
    Index(None, "run_id"),
    Index(None, "subject"),
)

portal_users = Table(
    "portal_users",
    metadata,
    Column("name", String, primary_key=True),
    Column("role", String, nullable=False),
    Column("language", String, nullable=False),
    Column("password", String, nullable=False),  # an argon2 hash, with its salt and parameters
    Column("active", Boolean, nullable=False),
    Column("created_by", String, nullable=False),
    Column("created_at", UtcTime, nullable=False),
)

portal_sessions = Table(
    "portal_sessions",
    metadata,
    Column("id", String, primary_key=True),  # SHA-256 of what the cookie holds
    Column("user", ForeignKey("portal_users.name", ondelete="CASCADE"), nullable=False, index=True),
    Column("domain", String),  # the domain looked at last
    Column("created_at", UtcTime, nullable=False),
    Column("seen_at", UtcTime, nullable=False),
    Column("expires_at", UtcTime, nullable=False),
)

portal_tokens = Table(
    "portal_tokens",
    metadata,
    Column("id", String, primary_key=True),
    Column("name", String, nullable=False),
    Column("hash", String, nullable=False, unique=True),  # SHA-256 of the token
    Column("domains", Text, nullable=False),
    Column("permissions", Text, nullable=False),
    Column("created_by", String, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("expires_at", UtcTime, nullable=False),
    Column("used_at", UtcTime),
    Column("revoked_by", String),
    Column("revoked_at", UtcTime),
)

portal_attempts = Table(
    "portal_attempts",
    metadata,
    Column("key", String, primary_key=True),  # user:NAME, address:IP
    Column("failures", Integer, nullable=False),
    Column("last_at", UtcTime, nullable=False),
    Column("until", UtcTime),
)

orders = Table(
    "orders",
    metadata,
    Column("id", String, primary_key=True),
    Column("author", String, nullable=False),
    Column("key", String, nullable=False),
    Column("fingerprint", String, nullable=False),
    Column("domain", String, nullable=False),
    Column("process", String, nullable=False),
    Column("parameters", Text, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("flow_run_id", String),
    Column("run_id", String, index=True),
    Column("error", Text),
    Index(None, "author", "key", unique=True),
    Index(None, "domain", "created_at"),
)
