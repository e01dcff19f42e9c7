"""Reading all rows of an entity, page by page, and knowing whether they were all (docs/creatio.md#paging).

Creatio cuts an answer at 20,000 rows and need not say so. So pages are asked for explicitly, sorted by Id, and their number is
compared with the `$count` of the first one. A server that pages by itself, gives links to the next page, or caps pages below
what was asked is followed too.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urljoin, urlsplit

from usersync.creatio.query import Field, Query
from usersync.words import Sentence

MOST_PER_PAGE = 20_000
"""Rows Creatio puts into one answer at most."""

Row = dict[str, Any]


@dataclass(frozen=True)
class Page:
    """One answer to a list request.

    Attributes:
        rows: as Creatio sends them.
        count: number of all rows, None where it was not asked for or not told.
        next_link: address of what follows, as the server gives it.
    """

    rows: list[Row]
    count: int | None = None
    next_link: str | None = None


@dataclass(frozen=True)
class Rows:
    """All rows of a query.

    Attributes:
        rows: without repeats.
        count: how many there are, as Creatio counted when reading began; None where it does not count.
        complete: as many were read as there are.
        problems: why they may not be all.
    """

    rows: list[Row] = field(repr=False)
    count: int | None
    complete: bool
    problems: tuple[Sentence, ...] = ()


Fetch = Callable[[str], Awaitable[Page]]
"""Asks an address for one page."""


class Reader:
    """Reads one query to its end.

    Args:
        fetch: asks for a page.
        root: address of the OData root.
        entity: entity set.
        query: what to read; its rows are sorted by Id after whatever order it asks for.
        page_size: rows asked for at once.
    """

    def __init__(self, fetch: Fetch, root: str, entity: str, query: Query, page_size: int) -> None:
        if not 1 <= page_size <= MOST_PER_PAGE:
            raise ValueError("rows per page")
        query = query.with_key()
        if not any(part.partition(" ")[0] == "Id" for part in query.order):
            query = query.order_by(Field("Id"))
        self._fetch = fetch
        self._root = root
        self._entity = entity
        self._query = query
        self._page_size = page_size
        self._limit = query.limit

    async def pages(self) -> AsyncIterator[Page]:
        """The pages in order, one after the other, until there are no more rows; rows already given are left out.

        Each has the number of all rows as counted with the first one.
        """
        async for page in self._pages_from(None):
            yield page

    async def _pages_from(self, first: Page | None) -> AsyncIterator[Page]:
        """The pages in order; `first` is a first one that was read already."""
        seen: set[str] = set()
        position = 0
        count: int | None = None
        while (top := self._top(position)) > 0:
            page = first or await self._window(position, top, count=position == 0)
            first = None
            count = page.count if position == 0 else count
            position += len(page.rows)
            fresh = _unseen(page.rows, seen)
            if fresh or position == 0:
                yield Page(fresh, count)
            # Without a count only an empty page (or one that brings nothing new) is the end: a short one may be a cap.
            if not fresh or (count is not None and position >= count):
                return

    async def all(self) -> Rows:
        """All rows. Pages behind the first are asked for at the same time where their number is known.

        Where fewer came than were counted, somebody may have deleted a row meanwhile and moved the others: everything is
        read once more, one page after the other.
        """
        rows, count = await self._at_once()
        if not self._enough(rows, count):
            rows, count = await self._in_turn()
        if self._enough(rows, count):
            return Rows(rows, count, complete=True)
        expected = self._expected(count)
        problem = Sentence("creatio-rows-missing", {"entity": self._entity, "count": expected, "rows": len(rows)})
        return Rows(rows, count, complete=False, problems=(problem,))

    async def _at_once(self) -> tuple[list[Row], int | None]:
        top = self._top(0)
        if top <= 0:
            return [], None
        first = await self._window(0, top, count=True)
        expected = self._expected(first.count)
        step = len(first.rows)
        if expected is None or step == 0 or step >= expected:
            return (first.rows, first.count) if expected is not None else await self._in_turn(first)
        windows = [
            self._window(position, min(self._top(position), step), count=False)
            for position in range(step, expected, step)
        ]
        others = await _together(windows)
        seen: set[str] = set()
        return [row for page in (first, *others) for row in _unseen(page.rows, seen)], first.count

    async def _in_turn(self, first: Page | None = None) -> tuple[list[Row], int | None]:
        """Everything once, serially; `first` is a first page that was read already."""
        rows: list[Row] = []
        count = None
        async for page in self._pages_from(first):
            rows += page.rows
            count = page.count
        return rows, count

    async def _window(self, position: int, top: int, *, count: bool) -> Page:
        """The rows from `position` on, `top` of them, following the links the server gives for them."""
        url = f"{self._root}/{self._entity}?{self._query.encoded(top=top, skip=position, count=count)}"
        page = await self._fetch(url)
        seen: set[str] = set()
        rows = _unseen(page.rows, seen)
        followed = {url}
        link = page.next_link
        while link is not None:
            address = urljoin(url, link)
            if address in followed or not self._is_ours(address):
                break
            followed.add(address)
            further = await self._fetch(address)
            rows += _unseen(further.rows, seen)  # a link may lead back to what was given already
            link = further.next_link
        # The links of some servers forget how many rows were wanted.
        wanted = len(rows) if self._limit is None else self._limit - position
        return replace(page, rows=rows[:wanted], next_link=None)

    def _is_ours(self, address: str) -> bool:
        """A link is followed only within this OData root: our login goes nowhere else."""
        root, link = urlsplit(self._root), urlsplit(address)
        same = (root.scheme, root.netloc.lower()) == (link.scheme, link.netloc.lower())
        return same and link.path.startswith(f"{root.path}/")

    def _top(self, position: int) -> int:
        return self._page_size if self._limit is None else min(self._page_size, self._limit - position)

    def _expected(self, count: int | None) -> int | None:
        return count if count is None or self._limit is None else min(count, self._limit)

    def _enough(self, rows: list[Row], count: int | None) -> bool:
        expected = self._expected(count)
        return expected is None or len(rows) >= expected


def page_of(body: Any) -> Page | None:
    """A list answer as a page, None where it is none."""
    if not isinstance(body, dict):
        return None
    rows = body.get("value")
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        return None
    link = body.get("@odata.nextLink", body.get("@nextLink"))
    return Page(rows, count_of(body), link if isinstance(link, str) and link else None)


def count_of(body: Any) -> int | None:
    """The number of all rows in a list answer; None where it is not told."""
    try:
        return int(body["@odata.count"]) if "@odata.count" in body else int(body["@count"])
    except (KeyError, TypeError, ValueError):
        return None


def _unseen(rows: list[Row], seen: set[str]) -> list[Row]:
    """The rows whose Id was not seen before; a row moves to the next page when another is made meanwhile."""
    fresh = []
    for row in rows:
        key = str(row.get("Id", "")).lower()
        if not key or key not in seen:
            seen.add(key)
            fresh.append(row)
    return fresh


async def _together(reads: list[Coroutine[Any, Any, Page]]) -> list[Page]:
    """All pages in order; the first failure ends the others."""
    tasks = [asyncio.ensure_future(read) for read in reads]
    try:
        return list(await asyncio.gather(*tasks))
    finally:
        for task in tasks:
            task.cancel()
