"""Words for the codes of ledger and planning: entities, fields, stages, runs, links, and the lines of a user's story.

A code of a later version than the words of this one is shown as it is.
"""

from __future__ import annotations

from contextlib import suppress
from typing import Any, Final

from usersync.ledger import Link, Stage, TimelineEntry
from usersync.planning import Bucket
from usersync.planning.values import Action, Situation
from usersync.words import say

_COUNTED: Final = {"fetch source": "users", "fetch target": "contacts", "match": "users", "plan": "users"}
"""What a stage counts; writing counts changes: rows of all users are written kind by kind."""


def entity_words(entity: str) -> str:
    """What a row is."""
    return _of("portal-entity", entity)


def field_words(name: str) -> str:
    """What a field of a row is called."""
    return _of("portal-field", name)


def action_words(action: Action, entity: str) -> str:
    """What is done to a row: `Contact: new`."""
    return say(f"portal-change-{_code(action)}", what=entity_words(entity))


def stage_words(stage: Stage) -> str:
    """What a run does in a stage, and how far it is."""
    return say("portal-run-stage", name=_of("portal-stage", stage.name), far=how_far(stage))


def how_far(stage: Stage) -> str:
    """So many of so many, of what the stage counts."""
    return say(f"portal-count-{_COUNTED.get(stage.name, 'changes')}", done=stage.done, total=stage.total)


def mode_words(mode: str) -> str:
    """What a run is: an import, a preview, an undo, or the process that a manual action is."""
    return _of("portal-mode", mode, "".join(word.capitalize() for word in mode.split("_")))


def situation_words(situation: str) -> str:
    """Where a user stands."""
    with suppress(ValueError):
        return str(Situation(situation).sentence)
    return situation.replace("_", " ")


def verdict_words(kind: str) -> str:
    """What a human said."""
    return _said(f"ledger-verdict-kind-{kind}", kind.replace("_", " "))


def link_words(link: Link, at: str) -> str:
    """How and when a link was made; `at` in words."""
    return _said(f"portal-how-{_code(link.how)}", say("portal-how-unknown", at=at), at=at)


def story_words(entry: TimelineEntry) -> tuple[str, str]:
    """What happened, and how it stands or went; "" where there is no more to say."""
    if entry.kind == "operation":
        entity, _, action = entry.what.rpartition(".")
        state = _said(f"ledger-operation-state-{entry.state}", entry.state or "")
        return action_words(Action(action), entity), state
    if entry.kind == "decision":
        what = _of("portal-bucket", entry.what) if entry.what in set(Bucket) else entry.what
        return what, situation_words(entry.state or "")
    if entry.kind == "verdict":
        kind, _, ended = entry.what.partition(".")
        return say("portal-story-said-ended" if ended else "portal-story-said", verdict=verdict_words(kind)), ""
    return _of("portal-story", entry.what, entry.what.replace("_", " ").replace(".", ": ")), ""


def _of(prefix: str, code: str, otherwise: str = "") -> str:
    return _said(f"{prefix}-{_code(code)}", otherwise or code.replace("_", " "))


def _code(code: str) -> str:
    return code.replace("_", "-").replace(" ", "-").replace(".", "-")


def _said(message: str, otherwise: str, **args: Any) -> str:
    try:
        return say(message, **args)
    except KeyError:
        return otherwise
