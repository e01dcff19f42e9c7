"""Licence seats between runs.

Revision: 0006, after 0005.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_TIME = sa.String(27).with_variant(postgresql.TIMESTAMP(timezone=True), "postgresql")


def upgrade() -> None:
    """Make the table; the next run that shares out licences fills it."""
    op.create_table(
        "seats",
        sa.Column("domain", sa.String(), nullable=False),
        sa.Column("license_id", sa.String(), nullable=False),
        sa.Column("demand", sa.Text(), nullable=True),
        sa.Column("refused", sa.Text(), nullable=False),
        sa.Column("run_id", sa.String(), nullable=True),
        sa.Column("at", _TIME, nullable=True),
        sa.Column("peaks", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("domain", "license_id", name=op.f("pk_seats")),
    )
