"""An order as the flow that carries it out sees it: whose run this is.

What a flow run carries (tags, parameters) can be written by anybody who reaches Prefect. So the tag only says where to look;
whoever placed the order has written Prefect's id of the flow run beside it, and parameters that are not the order's make it
somebody else's run.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Self

from usersync.errors import Fatal
from usersync.ledger import Ledger, OrderNotFound

_PATIENCE_SECONDS: Final = 10.0
"""A worker may be quicker than whoever submitted the flow run is in writing its id down."""


class OrderBegun(Fatal):
    """Another process carries the order out already."""


@dataclass(frozen=True)
class Ordered:
    """The order of this run: its id and who placed it."""

    database_url: str
    order_id: str
    author: str

    @classmethod
    def here(cls, database_url: str, order_id: str) -> Self:
        """The order this process was started for.

        Raises:
            OrderNotFound: there is none of this id.
            OrderBegun: it was started for it twice.
        """
        with Ledger.open(database_url) as ledger:
            order = ledger.order(order_id)
        if order.run_id is not None:
            raise OrderBegun("run-order-begun", run=order.run_id)
        return cls(database_url, order_id, order.author)

    @classmethod
    def by_flow_run(
        cls, database_url: str, order_id: str, flow_run_id: str, parameters: Mapping[str, Any]
    ) -> Self | None:
        """The order this flow run was submitted for; None where it was submitted by somebody else."""
        until = time.monotonic() + _PATIENCE_SECONDS
        with Ledger.open(database_url) as ledger:
            while True:
                try:
                    order = ledger.order(order_id)
                except OrderNotFound:
                    return None
                if order.flow_run_id is not None or time.monotonic() > until:
                    break
                time.sleep(0.2)
        given = json.loads(json.dumps(dict(parameters), default=str))
        as_ordered = all(given.get(name) == value for name, value in order.parameters.items())
        return cls(database_url, order_id, order.author) if order.flow_run_id == flow_run_id and as_ordered else None

    def begun(self, run_id: str) -> None:
        """Tell whoever waits that the run is open."""
        with Ledger.open(self.database_url) as ledger:
            ledger.begin_order(self.order_id, run_id)
