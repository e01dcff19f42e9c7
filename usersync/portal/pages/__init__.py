"""The portal's pages, one module for each section."""

from __future__ import annotations

import importlib

MODULES = ("users", "user", "runs", "run", "review", "plans", "plan", "licenses", "access")


def load() -> None:
    """Import every page: its decorator registers it."""
    for name in MODULES:
        importlib.import_module(f"usersync.portal.pages.{name}")
