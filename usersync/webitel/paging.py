"""Reads a list to its end, and says how far the result can be trusted.

Webitel's lists have neither a total nor a cursor: a page is `page`, `size`, and whether there is a `next` one. A list that
changes while it is read, or a gateway that answers wrongly, can therefore lose rows in silence. What shows it:

    seen in one reading                                what follows
    an empty page that promises a next one             problem
    another page than the one asked for                problem
    more pages than could be                           problem
    a row that came before (pages overlap)             doubt: read again; a problem if seen again
    a last page as long as a page can be, without
    `next`, and one page further there are rows        doubt: read again; a problem if seen again
    a page before the last of another length           doubt: read again
    a last page longer than those before it            doubt: read again
    a first page shorter than asked for, although
    more follow, and another one if asked for as such  doubt: read again
    a promised page that is empty                      doubt: read again

In doubt the whole list is read a second time with another page size, so that its pages are cut elsewhere: where both
readings give the same rows, the doubt was about the cutting only. Two readings that differ are a problem. A problem does
not raise here: the caller decides whether it can do without.

A server may have a greatest page size below the one asked for. A first page cut short by it comes again in the same form
if exactly its length is asked for, and the reading goes on with that size; a page that rows were lost from does not. The
order of the rows is never relied upon.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from math import gcd
from typing import Generic, TypeVar

from pydantic import BaseModel

from usersync.webitel.models import Page
from usersync.words import Sentence

Item = TypeVar("Item", bound=BaseModel)

FetchPage = Callable[[int, int], Awaitable[Page[Item]]]
"""Page number (from 1) and size to the page."""


@dataclass(frozen=True)
class PagedRead(Generic[Item]):
    """A list as it was read.

    Attributes:
        items: the rows of the last reading by key, each key once, in the order they came.
        pages: pages of the last reading that had rows.
        requests: requests of all readings.
        reads: 1, or 2 where the first reading left a doubt.
        repeated: keys that came more than once, in either reading.
        agreed: whether the two readings gave the same; None where one was enough.
        doubts: why the list was read twice.
        problems: why the result cannot be trusted; empty = it can.
    """

    items: dict[str, Item]
    pages: int
    requests: int
    reads: int
    repeated: tuple[str, ...]
    agreed: bool | None
    doubts: tuple[Sentence, ...]
    problems: tuple[Sentence, ...]


async def read_list(
    fetch: FetchPage[Item],
    key: Callable[[Item], str],
    *,
    size: int,
    max_pages: int,
    look_further: bool = True,
) -> PagedRead[Item]:
    """Read a list to its end, twice where one reading leaves a doubt.

    Args:
        fetch: gives one page.
        key: what tells rows apart.
        size: rows asked for in one page.
        max_pages: pages after which the list is taken to have no end.
        look_further: whether to ask for one page more where a full last page promises none. Not needed where the number
            of rows is known beforehand.
    """
    first = await _read_once(fetch, key, size=size, max_pages=max_pages, look_further=look_further)
    if first.problems or not first.doubts:
        return _result(first)
    other_size = _cut_elsewhere(max(first.lengths, default=size))
    again = await _read_once(fetch, key, size=other_size, max_pages=max_pages, look_further=look_further)
    return _result(again, before=first)


@dataclass
class _Reading(Generic[Item]):
    """One reading of the list and what was strange about it."""

    items: dict[str, Item] = field(default_factory=dict)
    lengths: list[int] = field(default_factory=list)
    requests: int = 0
    repeated: list[str] = field(default_factory=list)
    problems: list[Sentence] = field(default_factory=list)
    lost_next: bool = False
    broken_promise: bool = False
    cut_short: bool = False

    def take(self, page: Page[Item], key: Callable[[Item], str]) -> bool:
        """Add the rows of a page; whether any of them was new."""
        before = len(self.items)
        self.lengths.append(len(page.items))
        for item in page.items:
            if key(item) in self.items:
                self.repeated.append(key(item))
            else:
                self.items[key(item)] = item
        return len(self.items) > before

    @property
    def lasting_doubts(self) -> tuple[Sentence, ...]:
        """Doubts that a second reading does not settle if it has them too."""
        repeated = len(set(self.repeated))
        overlap = (Sentence("webitel-problem-overlap", {"count": repeated}),) if repeated else ()
        lost = (Sentence("webitel-problem-next-missing"),) if self.lost_next else ()
        return (*overlap, *lost)

    @property
    def doubts(self) -> tuple[Sentence, ...]:
        full = self.lengths[:-1]
        is_uneven = self.cut_short or len(set(full)) > 1 or (bool(full) and self.lengths[-1] > full[0])
        uneven = (Sentence("webitel-problem-uneven"),) if is_uneven else ()
        broken = (Sentence("webitel-problem-promised-page-empty"),) if self.broken_promise else ()
        return (*self.lasting_doubts, *uneven, *broken)


async def _read_once(
    fetch: FetchPage[Item], key: Callable[[Item], str], *, size: int, max_pages: int, look_further: bool
) -> _Reading[Item]:
    reading: _Reading[Item] = _Reading()
    promised = False
    for number in range(1, max_pages + 1):
        page = await fetch(number, size)
        reading.requests += 1
        if page.page and page.page != number:
            reading.problems.append(Sentence("webitel-problem-wrong-page", {"asked": number, "got": page.page}))
            return reading
        if not page.items:
            if page.next:
                reading.problems.append(Sentence("webitel-problem-empty-page", {"page": number}))
            reading.broken_promise = promised
            return reading
        reading.lost_next |= number > 1 and not promised
        if not reading.take(page, key):
            # The same rows over and over: going on would only repeat them.
            return reading
        promised = page.next
        if number == 1 and promised and len(page.items) < size:
            same = await fetch(1, len(page.items))
            reading.requests += 1
            reading.cut_short = [key(item) for item in same.items] != list(reading.items)
            size = size if reading.cut_short else len(page.items)
        if not promised and not (look_further and len(page.items) >= size):
            return reading
    reading.problems.append(Sentence("webitel-problem-endless", {"pages": max_pages}))
    return reading


def _cut_elsewhere(length: int) -> int:
    """A page size below the given one that has no boundary in common with it: two thirds or a little more, and coprime."""
    return next((size for size in range(-(-length * 2 // 3), length) if gcd(size, length) == 1), 1)


def _result(last: _Reading[Item], *, before: _Reading[Item] | None = None) -> PagedRead[Item]:
    problems = list(last.problems)
    agreed = None
    if before is not None:
        problems += last.lasting_doubts
        agreed = before.items == last.items
        if not agreed:
            counts = {"first": len(before.items), "second": len(last.items)}
            problems.append(Sentence("webitel-problem-reads-differ", counts))
    readings = [last] if before is None else [before, last]
    return PagedRead(
        items=last.items,
        pages=len(last.lengths),
        requests=sum(reading.requests for reading in readings),
        reads=len(readings),
        repeated=tuple(dict.fromkeys(key for reading in readings for key in reading.repeated)),
        agreed=agreed,
        doubts=() if before is None else before.doubts,
        problems=tuple(problems),
    )
