"""What the section "Webitel users" shows, and with each run who was ready to call.

Revision: 0004, after 0003.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_TIME = sa.String(27).with_variant(postgresql.TIMESTAMP(timezone=True), "postgresql")
_KEY = sa.String().with_variant(sa.String(collation="C"), "postgresql")


def upgrade() -> None:
    """Make the section's table; the first run after this fills it."""
    op.create_table(
        "section_users",
        sa.Column("domain", sa.String(), nullable=False),
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("username_key", _KEY, nullable=True),
        sa.Column("name_key", _KEY, nullable=True),
        sa.Column("contact_key", _KEY, nullable=True),
        sa.Column("extension_key", _KEY, nullable=True),
        sa.Column("contact_id", sa.String(), nullable=True),
        sa.Column("search", sa.Text(), nullable=False),
        sa.Column("flags", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("synced_at", _TIME, nullable=True),
        sa.Column("run_id", sa.String(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("domain", "user_id", name=op.f("pk_section_users")),
    )
    op.create_index(op.f("ix_section_users_domain_contact_id"), "section_users", ["domain", "contact_id"])
    op.create_index(op.f("ix_audit_subject"), "audit", ["subject"])
    op.add_column("runs", sa.Column("readiness", sa.Text(), nullable=True))
