"""The words shown to people: catalogues in Fluent (https://projectfluent.org), English and Ukrainian.

A catalogue is a folder of `.ftl` files, one file for each part of the program. A message may carry the attribute `.next`:
what the reader should do now. Values are kept as `Sentence` (an id and its arguments) wherever they are stored, and become
text only where a person reads them.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from fluent.runtime import FluentBundle, FluentResource

LANGUAGES = ("en", "uk")
_FALLBACK = "en"
_language: ContextVar[str | None] = ContextVar("usersync_language", default=None)


@dataclass(frozen=True)
class Sentence:
    """A message of the catalogues with its arguments: stored as it is, worded when it is read."""

    id: str
    args: Mapping[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        try:
            return say(self.id, **self.args)
        except KeyError:  # stored by a version that had other words
            return self.id

    def to_json(self) -> dict[str, Any]:
        """The sentence as JSON: `{"id": …, "args": {…}}`."""
        return {"id": self.id, "args": dict(self.args)}

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Sentence:
        """Read a sentence back from what `to_json` gave."""
        return cls(value["id"], dict(value.get("args", {})))


def speak(language: str) -> None:
    """Choose the language of everything said from here on in this context (`en` or `uk`)."""
    _language.set(language if language in LANGUAGES else _FALLBACK)


def current_language() -> str:
    """The language in force: the one chosen with `speak`, else `USERSYNC_LANGUAGE`, else English."""
    chosen = _language.get() or os.environ.get("USERSYNC_LANGUAGE", _FALLBACK)
    return chosen if chosen in LANGUAGES else _FALLBACK


def say(message_id: str, /, **args: Any) -> str:
    """The message in the language in force.

    Raises:
        KeyError: no catalogue has the message, a mistake of ours that a test catches.
    """
    return _format(message_id, None, args)


def next_step(message_id: str, /, **args: Any) -> str | None:
    """What the reader should do now, if the message says so (its attribute `.next`)."""
    for language in (current_language(), _FALLBACK):
        bundle = _bundle(language)
        if bundle.has_message(message_id) and "next" in bundle.get_message(message_id).attributes:
            return _format(message_id, "next", args)
    return None


def _format(message_id: str, attribute: str | None, args: Mapping[str, Any]) -> str:
    for language in (current_language(), _FALLBACK):
        bundle = _bundle(language)
        if bundle.has_message(message_id):
            message = bundle.get_message(message_id)
            pattern = message.value if attribute is None else message.attributes.get(attribute)
            if pattern is not None:
                text, _ = bundle.format_pattern(pattern, dict(args))
                return str(text)
    raise KeyError(message_id)


@lru_cache(maxsize=len(LANGUAGES))
def _bundle(language: str) -> FluentBundle:
    bundle = FluentBundle([language], use_isolating=False)
    for path in sorted((Path(__file__).parent / language).glob("*.ftl")):
        bundle.add_resource(FluentResource(path.read_text(encoding="utf-8")))
    return bundle
