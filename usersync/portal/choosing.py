"""A choice from a list, as those hear it who cannot see it: Quasar's own list lacks a role, and vanishes when nothing fits."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from html import escape
from typing import Any, Final

from nicegui import ui

from usersync.words import say

_GROUP_OF_OPTIONS: Final = """() => setTimeout(() => {
    const scrolled = document.querySelectorAll('[role=listbox] .q-virtual-scroll__content');
    scrolled.forEach(content => content.setAttribute('role', 'group'));
})"""
"""What scrolls the options can be focused, and only options and groups of them may stand in a listbox (WAI-ARIA 1.2)."""
_NOTHING_FITS: Final = """<q-item role="option" aria-disabled="true" aria-selected="false">
    <q-item-section>{words}</q-item-section></q-item>"""


def choice(options: Collection[Any] | Mapping[Any, str], value: Any = None, **more: Any) -> ui.select:
    """A field with a list to choose from.

    Args:
        options: values, or value → its words.
        value: what is chosen at first.
        more: of `ui.select`.
    """
    given = dict(options) if isinstance(options, Mapping) else list(options)
    select = ui.select(given, value=value, **more)
    select.on("popup-show", js_handler=_GROUP_OF_OPTIONS)
    select.add_slot("no-option", _NOTHING_FITS.format(words=escape(say("portal-nothing-fits"))))
    return select
