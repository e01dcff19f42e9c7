"""What was said of a domain: its condition, its licences, messages and their delivery; and which runs a clock started.

Revision: 0005, after 0004.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_TIME = sa.String(27).with_variant(postgresql.TIMESTAMP(timezone=True), "postgresql")
_COUNTER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the tables and the column."""
    op.add_column("runs", sa.Column("scheduled", sa.Boolean(), nullable=True))
    op.create_table(
        "conditions",
        sa.Column("domain", sa.String(), nullable=False),
        sa.Column("condition", sa.String(), nullable=False),
        sa.Column("since", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("domain", name=op.f("pk_conditions")),
    )
    op.create_table(
        "licenses",
        sa.Column("domain", sa.String(), nullable=False),
        sa.Column("license_id", sa.String(), nullable=False),
        sa.Column("product", sa.String(), nullable=False),
        sa.Column("not_after", _TIME, nullable=True),
        sa.Column("told", _TIME, nullable=True),
        sa.PrimaryKeyConstraint("domain", "license_id", name=op.f("pk_licenses")),
    )
    op.create_table(
        "notices",
        sa.Column("id", _COUNTER, autoincrement=True, nullable=False),
        sa.Column("notice", sa.String(), nullable=False),
        sa.Column("domain", sa.String(), nullable=False),
        sa.Column("transition", sa.String(), nullable=False),
        sa.Column("sentences", sa.Text(), nullable=False),
        sa.Column("run_id", sa.String(), nullable=True),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due", _TIME, nullable=True),
        sa.Column("sent_at", _TIME, nullable=True),
        sa.Column("problem", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notices")),
    )
    op.create_index(op.f("ix_notices_domain_due"), "notices", ["domain", "due"])
