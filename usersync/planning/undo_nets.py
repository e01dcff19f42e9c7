"""What a run did to each row in all: the difference undo is about."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from usersync.planning.undoing import Done, Place
from usersync.planning.values import Action, Operation, Value


@dataclass
class Net:
    """What a run did to one row in all, however many operations it took.

    Attributes:
        made, removed: whether the run made the row, whether it removed it.
        before, after: the fields it changed, as they were before the run and as it left them.
    """

    first: Operation
    before: dict[str, Value] = field(default_factory=dict)
    after: dict[str, Value] = field(default_factory=dict)
    removed: bool = False
    erased: bool = False

    @property
    def made(self) -> bool:
        """Whether the run made the row."""
        return self.first.action is Action.CREATE

    @property
    def place(self) -> Place:
        """Entity and id."""
        return self.first.entity, self.first.key

    def add(self, done: Done) -> None:
        """One operation more."""
        operation = done.operation
        self.erased = self.erased or done.erased
        self.removed = operation.action is Action.DELETE
        for name, value in operation.before.items():
            self.before.setdefault(name, value)
        self.after = {} if self.removed else {**self.after, **operation.after}


def net_changes(done: Iterable[Done]) -> dict[Place, Net]:
    """What was done, row by row; a row that was made and removed again is left out."""
    nets: dict[Place, Net] = {}
    for item in done:
        place = item.operation.entity, item.operation.key
        nets.setdefault(place, Net(item.operation)).add(item)
    return {place: net for place, net in nets.items() if not (net.made and net.removed)}
