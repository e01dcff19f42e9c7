"""A list that is longer than a page: searched, narrowed, sorted and turned over on the server, one page in the browser.

What is shown stands in the address too, so that coming back, reloading and sending a link to a colleague show the same.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, Literal, TypedDict
from urllib.parse import urlencode

from nicegui import ui
from nicegui.events import GenericEventArguments

from usersync.words import say

PAGE_ROWS: Final = 50
_SEARCH_SECONDS: Final = 0.3

Kind = Literal["text", "link", "badges", "number", "lines", "changes", "check", "unbroken"]
Tone = Literal["plain", "good", "warning", "problem", "note"]


class Badge(TypedDict):
    """A word in a coloured frame; `tone` is of the frame only, the word says it all."""

    text: str
    tone: Tone


def badge(text: str, tone: Tone = "plain") -> Badge:
    """A badge for a cell of the kind `badges`."""
    return {"text": text, "tone": tone}


@dataclass(frozen=True)
class Column:
    """One column.

    Attributes:
        name: of the value in a row; a `link` reads its address from `NAME_href`, and is plain text without one.
        label: in words.
        kind: `text`, `link`, `badges` (a list of `badge`), `number`, `lines` (a list of texts), `changes` (see
            `usersync.portal.changes.lines_of`), `unbroken` (a text that is broken at spaces only), `check` (the words of a box
            to tick; "" = no box in this row; what is ticked is in `Listing.ticked`).
        sortable: whether `Asked.order` may be its name.
    """

    name: str
    label: str
    kind: Kind = "text"
    sortable: bool = False


@dataclass(frozen=True)
class Asked:
    """What the reader wants to see.

    Attributes:
        search: as typed, stripped.
        flags: names of the filters that are switched on.
        order: name of a sortable column; "" = as it comes.
    """

    search: str = ""
    flags: tuple[str, ...] = ()
    order: str = ""
    descending: bool = False
    offset: int = 0
    limit: int = PAGE_ROWS


@dataclass(frozen=True)
class Shown:
    """What a page shows.

    Attributes:
        rows: JSON-able, each with a unique `id`.
        total: how many there are with these filters.
        counts: flag → how many there are, for the filters' labels.
    """

    rows: Sequence[Mapping[str, Any]]
    total: int
    counts: Mapping[str, int] | None = None


Fetch = Callable[[Asked], Awaitable[Shown]]

_HEADER: Final = """
<q-th :props="props" :aria-sort="props.col.aria">
  <button v-if="props.col.sortable" type="button" class="sort">{{ props.col.label }}</button>
  <span v-else class="heading">{{ props.col.label }}</span>
</q-th>
"""
"""A press of the button is a press of the heading too, which is what sorts; a heading alone no keyboard reaches."""
_CELLS: Final[Mapping[Kind, str]] = {
    "link": '<q-td :props="props"><a v-if="props.row[props.col.name + \'_href\']" :href="props.row[props.col.name + \'_href\']">'
    "{{ props.value }}</a><template v-else>{{ props.value }}</template></q-td>",
    "badges": '<q-td :props="props"><span v-for="item in props.value" :key="item.text" class="badge" :class="item.tone">'
    "{{ item.text }}</span></q-td>",
    "check": '<q-td :props="props"><q-checkbox v-if="props.value" dense :model-value="props.row.ticked" '
    ':aria-label="props.value" @update:model-value="on => $parent.$emit(\'tick\', [props.row.id, on])" /></q-td>',
    "lines": '<q-td :props="props"><div v-for="(item, number) in props.value" :key="number">{{ item }}</div></q-td>',
    "changes": '<q-td :props="props"><div v-for="(item, number) in props.value" :key="number" class="change">'
    '<b>{{ item.head }}</b>{{ item.rest }}<div v-for="line in item.lines" :key="line">{{ line }}</div></div></q-td>',
    "unbroken": """<q-td :props="props"><template v-for="(word, number) in (props.value || '').split(' ')" :key="number">
        {{ number ? ' ' : '' }}<span class="whole">{{ word }}</span></template></q-td>""",
}
"""Cells are text to Vue, never HTML: a name like `<script>` is shown as it is written."""


class Listing:
    """The list on a page.

    Args:
        columns: from left to right.
        fetch: gives a page; called again whenever something else is asked for.
        caption: what the table is, for those who hear it.
        flags: name of a filter → its words.
        search: words of the search field; None = no field.
        order, descending: the order it comes in at first.
        empty: what to say where there is nothing at all.
        limit: rows of a page.
        in_address: whether what is shown stands in the address; only one list of a page may.
        on_tick: called when a box was ticked or cleared.

    Attributes:
        ticked: ids of the rows that are ticked, on all pages.
    """

    def __init__(
        self,
        columns: Sequence[Column],
        fetch: Fetch,
        *,
        caption: str,
        flags: Mapping[str, str] | None = None,
        search: str | None = None,
        order: str = "",
        descending: bool = False,
        empty: str = "",
        limit: int = PAGE_ROWS,
        in_address: bool = True,
        on_tick: Callable[[], None] | None = None,
    ) -> None:
        self._columns = columns
        self._fetch = fetch
        self._caption = caption
        self._flags = dict(flags or {})
        self._search = search
        self._empty = empty
        self._in_address = in_address
        self._on_tick = on_tick
        self.ticked: set[str] = set()
        self._first = Asked(order=order, descending=descending, limit=limit)
        self.asked = self._first
        self._buttons: dict[str, ui.button] = {}
        self._turning = False

    async def show(self) -> None:
        """Build the list where the page is being built."""
        if self._in_address:
            self.asked = self._from_address()
        with ui.row().classes("list-tools"):
            if self._search is not None:
                field = ui.input(self._search, value=self.asked.search).props("outlined dense clearable debounce=300")
                field.classes("list-search").on_value_change(
                    lambda event: self._ask(search=(event.value or "").strip())
                )
            if self._flags:
                with ui.row().classes("list-flags").props(f'role=group aria-label="{say("portal-list-filters")}"'):
                    for name, words in self._flags.items():
                        button = ui.button(words, on_click=lambda _, name=name: self._toggle(name), color=None)
                        self._buttons[name] = button.props("no-caps dense unelevated").classes("flag")
        self._table = self._make_table()
        with ui.row().classes("list-foot"):
            self._told = ui.label().props("role=status aria-live=polite").classes("hint")
            self._pages = ui.pagination(1, 1, direction_links=True, on_change=lambda event: self._turn(event.value))
            self._pages.props("max-pages=7 boundary-numbers")
        await self.refresh()

    async def refresh(self) -> None:
        """Ask again for what is shown."""
        shown = await self._fetch(self.asked)
        if shown.total and self.asked.offset >= shown.total:
            self.asked = replace(self.asked, offset=(shown.total - 1) // self.asked.limit * self.asked.limit)
            shown = await self._fetch(self.asked)
        self._table.rows[:] = [{**row, "ticked": row["id"] in self.ticked} for row in shown.rows]
        self._table.pagination = self._pagination(shown.total)
        for column in self._table.columns:
            column["aria"] = self._aria(column)
        self._table.update()
        self._foot(shown)
        for name, button in self._buttons.items():
            pressed = name in self.asked.flags
            count = "" if shown.counts is None else f" {shown.counts.get(name, 0):,}"
            button.set_text(f"{self._flags[name]}{count}")
            look = "pressed" if pressed else "nobody" if shown.counts is not None and not shown.counts.get(name) else ""
            button.props(f"aria-pressed={str(pressed).lower()}").classes(remove="pressed nobody").classes(add=look)

    def _make_table(self) -> ui.table:
        columns = [
            {
                "name": column.name, "label": column.label, "field": column.name, "sortable": column.sortable,
                "align": "right" if column.kind == "number" else "left", "classes": f"col-{column.name}",
            }
            for column in self._columns
        ]  # fmt: skip
        with scrolling(self._caption):
            table = ui.table(columns=columns, rows=[], row_key="id", pagination=self._pagination(0))
        table.props("flat dense hide-pagination hide-no-data binary-state-sort")
        table.props(f'aria-label="{_attribute(self._caption)}"').classes("list")
        table.add_slot("header-cell", _HEADER)
        for column in self._columns:
            if column.kind in _CELLS:
                table.add_slot(f"body-cell-{column.name}", _CELLS[column.kind])
        table.on("request", self._sort)
        table.on("tick", self._tick)
        return table

    def _pagination(self, total: int) -> dict[str, Any]:
        """Rows are numbered by the server: so the table asks it for another order instead of sorting what it has."""
        return {
            "page": self.asked.offset // self.asked.limit + 1, "rowsPerPage": self.asked.limit, "rowsNumber": total,
            "sortBy": self.asked.order or None, "descending": self.asked.descending,
        }  # fmt: skip

    def _aria(self, column: Mapping[str, Any]) -> str | None:
        if not column["sortable"]:
            return None
        if column["name"] != self.asked.order:
            return "none"
        return "descending" if self.asked.descending else "ascending"

    def _foot(self, shown: Shown) -> None:
        first, last = self.asked.offset + 1, self.asked.offset + len(shown.rows)
        if shown.total:
            self._told.set_text(say("portal-list-shown", first=first, last=last, total=shown.total))
        else:
            self._told.set_text(say("portal-list-nothing") if self.asked != self._first else self._empty)
        pages = max(1, -(-shown.total // self.asked.limit))
        self._turning = True
        self._pages.max = pages
        self._pages.set_value(self.asked.offset // self.asked.limit + 1)
        self._turning = False
        self._pages.set_visibility(pages > 1)

    async def _ask(self, **changes: Any) -> None:
        wanted = replace(self.asked, **{"offset": 0, **changes})
        if wanted == self.asked:
            return
        self.asked = wanted
        if self._in_address:
            ui.navigate.history.replace(self._address())
        await self.refresh()

    async def _toggle(self, name: str) -> None:
        flags = tuple(flag for flag in self._flags if (flag in self.asked.flags) != (flag == name))
        await self._ask(flags=flags)

    async def _turn(self, number: int | None) -> None:
        if not self._turning and number:
            await self._ask(offset=(number - 1) * self.asked.limit)

    async def _sort(self, event: GenericEventArguments) -> None:
        wanted = event.args["pagination"]
        await self._ask(order=wanted.get("sortBy") or "", descending=bool(wanted.get("descending")))

    def _tick(self, event: GenericEventArguments) -> None:
        key, on = str(event.args[0]), bool(event.args[1])
        (self.ticked.add if on else self.ticked.discard)(key)
        for row in self._table.rows:
            if row["id"] == key:
                row["ticked"] = on
        self._table.update()
        if self._on_tick is not None:
            self._on_tick()

    def _from_address(self) -> Asked:
        given = ui.context.client.request.query_params
        order = given.get("order", self._first.order)
        offset = given.get("offset", "")
        return Asked(
            search=given.get("search", "").strip()[:200],
            flags=tuple(name for name in self._flags if name in given.getlist("flag")),
            order=order
            if any(column.sortable and column.name == order for column in self._columns)
            else self._first.order,
            descending=given["descending"] == "1" if "descending" in given else self._first.descending,
            offset=int(offset) if offset.isascii() and offset.isdigit() and len(offset) < 9 else 0,
            limit=self._first.limit,
        )

    def _address(self) -> str:
        request, asked, first = ui.context.client.request, self.asked, self._first
        kept = [(name, value) for name, value in request.query_params.multi_items() if name == "domain"]
        if asked.search:
            kept.append(("search", asked.search))
        kept += [("flag", name) for name in asked.flags]
        if (asked.order, asked.descending) != (first.order, first.descending):
            kept += [("order", asked.order), ("descending", str(int(asked.descending)))]
        if asked.offset:
            kept.append(("offset", str(asked.offset)))
        return f"{request.url.path}?{urlencode(kept)}" if kept else request.url.path


def scrolling(caption: str) -> ui.element:
    """A place for a table that may be wider than the screen: reached, named and scrolled by keyboard too."""
    place = ui.element("div").classes("list-scroll").props("tabindex=0 role=region")
    place.props["aria-label"] = caption
    return place


def _attribute(text: str) -> str:
    """A text that may stand in the quotes of NiceGUI's `props`."""
    return text.replace("\\", " ").replace('"', "'")
