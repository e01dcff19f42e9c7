"""The ledger's migrations (Alembic), run by `usersync.ledger.upgrade`."""
