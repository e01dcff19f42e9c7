"""The databases of `tests.databases`, for every test of the ledger."""

from tests.databases import (  # noqa: F401 fixtures
    clock,
    empty_database_url,
    ledger,
    ledger_url,
    postgres_server,
    sqlite_template,
)
