"""A service behind its front, as one ASGI application."""

from __future__ import annotations

from collections.abc import Callable

from usersync.sandbox.front.asgi import Front, Latency
from usersync.sandbox.front.control_routes import ControlRoutes
from usersync.sandbox.front.faults import FaultQueue
from usersync.sandbox.front.journal import Journal
from usersync.sandbox.front.service import Service


def assemble(build: Callable[[FaultQueue], Service]) -> Front:
    """Put a service behind a front with its own faults, journal and latency.

    Args:
        build: makes the service; it is given the queue, because a batch meets faults of its own.
    """
    faults, journal, latency = FaultQueue(), Journal(), Latency()
    service = build(faults)
    return Front(service, faults, journal, latency, ControlRoutes(service, faults, journal, latency).app())
