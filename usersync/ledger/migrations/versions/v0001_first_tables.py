"""The ledger's first tables, and the guard that keeps the audit append-only.

Revision: 0001, the first one.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_TIME = sa.String(27).with_variant(postgresql.TIMESTAMP(timezone=True), "postgresql")
_COUNTER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_OPEN = sa.text("state IN ('intended', 'unknown')")

_GUARD_SQLITE = (
    "CREATE TRIGGER audit_keeps_its_lines BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END",
    "CREATE TRIGGER audit_keeps_its_words BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END",
)
_GUARD_POSTGRESQL = (
    (
        "CREATE FUNCTION usersync_audit_is_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'audit is append-only'; END $$"
    ),
    (
        "CREATE TRIGGER audit_keeps_its_lines BEFORE UPDATE OR DELETE ON audit "
        "FOR EACH ROW EXECUTE FUNCTION usersync_audit_is_append_only()"
    ),
    (
        "CREATE TRIGGER audit_stays BEFORE TRUNCATE ON audit "
        "FOR EACH STATEMENT EXECUTE FUNCTION usersync_audit_is_append_only()"
    ),
)


def upgrade() -> None:
    """Make the tables."""
    _make_tables_of_runs()
    _make_tables_of_what_is_known()
    for statement in _GUARD_POSTGRESQL if op.get_bind().dialect.name == "postgresql" else _GUARD_SQLITE:
        op.execute(statement)


def _make_tables_of_runs() -> None:
    op.create_table(
        "runs",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("domain", sa.String(), nullable=False),
        sa.Column("mode", sa.String(), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("plan_hash", sa.String(), nullable=True),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("flow_run_id", sa.String(), nullable=True),
        sa.Column("settings", sa.Text(), nullable=False),
        sa.Column("started_at", _TIME, nullable=False),
        sa.Column("finished_at", _TIME, nullable=True),
        sa.Column("receipt", sa.Text(), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("stop_requested_by", sa.String(), nullable=True),
        sa.Column("stop_requested_at", _TIME, nullable=True),
        sa.Column("pack", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_runs")),
    )
    op.create_index(op.f("ix_runs_domain_started_at"), "runs", ["domain", "started_at"], unique=False)
    op.create_index(op.f("ix_runs_flow_run_id"), "runs", ["flow_run_id"], unique=False)
    op.create_table(
        "stages",
        sa.Column("run_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("started_at", _TIME, nullable=False),
        sa.Column("updated_at", _TIME, nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name=op.f("fk_stages_run_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("run_id", "name", name=op.f("pk_stages")),
    )
    op.create_table(
        "leases",
        sa.Column("domain", sa.String(), nullable=False),
        sa.Column("run_id", sa.String(), nullable=True),
        sa.Column("fence", sa.BigInteger(), nullable=False),
        sa.Column("until", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("domain", name=op.f("pk_leases")),
    )
    op.create_table(
        "snapshots",
        sa.Column("run_id", sa.String(), nullable=False),
        sa.Column("side", sa.String(), nullable=False),
        sa.Column("domain", sa.String(), nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("counts", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("trusted", sa.Boolean(), nullable=False),
        sa.Column("complete", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name=op.f("fk_snapshots_run_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("run_id", "side", name=op.f("pk_snapshots")),
    )
    op.create_index(op.f("ix_snapshots_domain_side_at"), "snapshots", ["domain", "side", "at"], unique=False)
    op.create_table(
        "decisions",
        sa.Column("run_id", sa.String(), nullable=False),
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("domain", sa.String(), nullable=False),
        sa.Column("bucket", sa.String(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name=op.f("fk_decisions_run_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("run_id", "user_id", name=op.f("pk_decisions")),
    )
    op.create_index(op.f("ix_decisions_domain_user_id"), "decisions", ["domain", "user_id"], unique=False)
    op.create_table(
        "packs",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_packs")),
    )
    op.create_table(
        "plans",
        sa.Column("hash", sa.String(), nullable=False),
        sa.Column("domain", sa.String(), nullable=False),
        sa.Column("run_id", sa.String(), nullable=False),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("needs_approval", sa.Text(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("expires_at", _TIME, nullable=False),
        sa.Column("valid_for", sa.Integer(), nullable=False),
        sa.Column("decided_by", sa.String(), nullable=True),
        sa.Column("decided_at", _TIME, nullable=True),
        sa.Column("comment", sa.Text(), nullable=True),
        sa.Column("used_by", sa.String(), nullable=True),
        sa.Column("used_at", _TIME, nullable=True),
        sa.Column("erased", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_plans")),
    )
    op.create_index(op.f("ix_plans_domain_created_at"), "plans", ["domain", "created_at"], unique=False)
    op.create_table(
        "operations",
        sa.Column("id", _COUNTER, autoincrement=True, nullable=False),
        sa.Column("run_id", sa.String(), nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("domain", sa.String(), nullable=False),
        sa.Column("user_id", sa.String(), nullable=True),
        sa.Column("service", sa.String(), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("entity", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("situation", sa.String(), nullable=False),
        sa.Column("before", sa.Text(), nullable=False),
        sa.Column("after", sa.Text(), nullable=False),
        sa.Column("inverse", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("needs", sa.Text(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("request_id", sa.String(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("intended_at", _TIME, nullable=True),
        sa.Column("settled_at", _TIME, nullable=True),
        sa.Column("detail", sa.Text(), nullable=True),
        sa.Column("after_read", sa.Text(), nullable=True),
        sa.Column("erased", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name=op.f("fk_operations_run_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_operations")),
        sa.UniqueConstraint("ref", name=op.f("uq_operations_ref")),
    )
    op.create_index(op.f("ix_operations_domain_user_id"), "operations", ["domain", "user_id"], unique=False)
    op.create_index(op.f("ix_operations_run_id"), "operations", ["run_id"], unique=False)
    op.create_index(op.f("ix_operations_key"), "operations", ["key"], unique=False)
    op.create_index(
        "ix_operations_unsettled", "operations", ["domain"], unique=False, sqlite_where=_OPEN, postgresql_where=_OPEN
    )


def _make_tables_of_what_is_known() -> None:
    op.create_table(
        "bindings",
        sa.Column("domain", sa.String(), nullable=False),
        sa.Column("dc", sa.String(), nullable=False),
        sa.Column("creatio", sa.String(), nullable=False),
        sa.Column("bound_at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("domain", name=op.f("pk_bindings")),
    )
    op.create_table(
        "links",
        sa.Column("domain", sa.String(), nullable=False),
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("record_id", sa.String(), nullable=True),
        sa.Column("contact_id", sa.String(), nullable=True),
        sa.Column("how", sa.String(), nullable=False),
        sa.Column("since_run", sa.String(), nullable=False),
        sa.Column("since", _TIME, nullable=False),
        sa.Column("username", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("gone_since", _TIME, nullable=True),
        sa.PrimaryKeyConstraint("domain", "user_id", name=op.f("pk_links")),
    )
    op.create_index(op.f("ix_links_domain_contact_id"), "links", ["domain", "contact_id"], unique=False)
    op.create_table(
        "last_applied",
        sa.Column("domain", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("entity", sa.String(), nullable=False),
        sa.Column("fields", sa.Text(), nullable=False),
        sa.Column("run_id", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("domain", "key", "entity", name=op.f("pk_last_applied")),
    )
    op.create_table(
        "grants",
        sa.Column("domain", sa.String(), nullable=False),
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("license_id", sa.String(), nullable=False),
        sa.Column("run_id", sa.String(), nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("withdrawn_by", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("domain", "user_id", "license_id", name=op.f("pk_grants")),
    )
    op.create_table(
        "verdicts",
        sa.Column("id", _COUNTER, autoincrement=True, nullable=False),
        sa.Column("domain", sa.String(), nullable=False),
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("contact_id", sa.String(), nullable=True),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("until", _TIME, nullable=True),
        sa.Column("ended_by", sa.String(), nullable=True),
        sa.Column("ended_at", _TIME, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_verdicts")),
    )
    op.create_index(op.f("ix_verdicts_domain_user_id"), "verdicts", ["domain", "user_id"], unique=False)
    op.create_table(
        "erasures",
        sa.Column("id", _COUNTER, autoincrement=True, nullable=False),
        sa.Column("domain", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("author", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erasures")),
    )
    op.create_index(op.f("ix_erasures_domain_kind_subject"), "erasures", ["domain", "kind", "subject"], unique=False)
    op.create_table(
        "audit",
        sa.Column("id", _COUNTER, autoincrement=True, nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("domain", sa.String(), nullable=True),
        sa.Column("run_id", sa.String(), nullable=True),
        sa.Column("subject", sa.String(), nullable=True),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
    )
    op.create_index(op.f("ix_audit_domain_at"), "audit", ["domain", "at"], unique=False)
    op.create_index(op.f("ix_audit_run_id"), "audit", ["run_id"], unique=False)
