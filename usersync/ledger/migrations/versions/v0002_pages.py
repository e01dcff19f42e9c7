"""Decisions are found by username and situation, plans keep their meters and the plan they were made of.

Revision: 0002, after 0001.
"""

from __future__ import annotations

import json

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns, and fill those that can be filled."""
    for name in ("username", "situation"):
        op.add_column("decisions", sa.Column(name, sa.String(), nullable=False, server_default=sa.text("''")))
    op.add_column("plans", sa.Column("meters", sa.Text(), nullable=False, server_default="[]"))
    op.add_column("plans", sa.Column("derived_from", sa.String(), nullable=True))
    _fill_decisions(op.get_bind())


def _fill_decisions(connection: sa.Connection) -> None:
    fill = sa.text(
        "UPDATE decisions SET username = :username, situation = :situation WHERE run_id = :run_id AND user_id = :user_id"
    )
    for run_id in connection.scalars(sa.text("SELECT DISTINCT run_id FROM decisions")).all():
        rows = connection.execute(sa.text("SELECT user_id, body FROM decisions WHERE run_id = :run"), {"run": run_id})
        said = {row.user_id: json.loads(row.body) for row in rows.all()}
        connection.execute(
            fill,
            [
                {"run_id": run_id, "user_id": user_id, "username": item["username"], "situation": item["situation"]}
                for user_id, item in said.items()
            ],
        )
