"""Alembic's environment: migrates on the connection it is given, inside the transaction already open on it."""

from __future__ import annotations

from alembic import context

from usersync.ledger.schema import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
with context.begin_transaction():
    context.run_migrations()
