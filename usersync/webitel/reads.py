"""The users as they were read, with the evidence that the reading is complete."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from usersync.webitel.models import User
from usersync.webitel.paging import PagedRead
from usersync.words import Sentence


@dataclass(frozen=True)
class UsersRead:
    """Users in the order of their ids, each once, and how they were read (`usersync.webitel.paging`).

    Attributes:
        users: the users.
        pages: pages that had rows, in the last reading.
        requests: requests of all readings.
        reads: 1, or 2 where the first reading left a doubt.
        repeated_ids: ids that came more than once.
        agreed: whether two readings gave the same; None where one was enough.
        members: names of the members that came with any user; a member asked for that nobody has may be one this
            server does not give in lists.
        doubts: why the list was read twice.
        problems: why the result cannot be trusted.
    """

    users: tuple[User, ...]
    pages: int = 0
    requests: int = 0
    reads: int = 1
    repeated_ids: tuple[str, ...] = ()
    agreed: bool | None = None
    members: frozenset[str] = frozenset()
    doubts: tuple[Sentence, ...] = ()
    problems: tuple[Sentence, ...] = ()

    @property
    def trusted(self) -> bool:
        """Whether nothing speaks against the reading being complete."""
        return not self.problems


def users_read(parts: Iterable[PagedRead[User]], problems: Iterable[Sentence] = ()) -> UsersRead:
    """One reading out of its parts (one part for each chunk of ids, or the one that is all)."""
    parts = tuple(parts)
    by_id = {id_: user for part in parts for id_, user in part.items.items()}
    opinions = [part.agreed for part in parts if part.agreed is not None]
    return UsersRead(
        users=tuple(by_id[id_] for id_ in sorted(by_id, key=int)),
        pages=sum(part.pages for part in parts),
        requests=sum(part.requests for part in parts),
        reads=max((part.reads for part in parts), default=1),
        repeated_ids=tuple(sorted({id_ for part in parts for id_ in part.repeated}, key=int)),
        agreed=all(opinions) if opinions else None,
        members=frozenset().union(*(user.model_fields_set for user in by_id.values())),
        doubts=_each_once(sentence for part in parts for sentence in part.doubts),
        problems=_each_once([*(sentence for part in parts for sentence in part.problems), *problems]),
    )


def _each_once(sentences: Iterable[Sentence]) -> tuple[Sentence, ...]:
    return tuple({(sentence.id, str(sorted(sentence.args.items()))): sentence for sentence in sentences}.values())
