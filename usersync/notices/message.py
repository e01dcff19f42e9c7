"""A notice in the words of its readers: the subject and body of a letter, and the JSON of a webhook. Pure."""

from __future__ import annotations

from typing import Any

from usersync.ledger import Notice
from usersync.words import next_step, say


def subject(notice: Notice) -> str:
    """One line: what changed, and in which domain."""
    return say(f"notices-subject-{notice.transition}", domain=notice.domain)


def sentence(notice: Notice) -> str:
    """What happened."""
    return " ".join(str(part) for part in notice.sentences)


def body(notice: Notice) -> str:
    """What happened, what to do now, and what the letter is about, on lines of their own."""
    step = _step(notice)
    lines = [*map(str, notice.sentences), *([f"→ {step}"] if step else []), ""]
    lines += [f"usersync show {notice.run_id}"] if notice.run_id else []
    return "\n".join([*lines, say("notices-id", id=notice.id, at=f"{notice.at:%Y-%m-%d %H:%M:%S} UTC")])


def to_json(notice: Notice) -> dict[str, Any]:
    """What a webhook receives; `text` is what Slack, Mattermost and Rocket.Chat show."""
    head, text = subject(notice), body(notice)
    return {
        "id": notice.id,
        "at": notice.at.isoformat(timespec="seconds"),
        "domain": notice.domain,
        "transition": notice.transition,
        "sentence": sentence(notice),
        "next_step": _step(notice),
        "run_id": notice.run_id,
        "subject": head,
        "body": text,
        "text": f"{head}\n{text}",
    }


def _step(notice: Notice) -> str | None:
    """The next step of the sentence that says most: the last one that has any."""
    steps = (next_step(part.id, **part.args) for part in reversed(notice.sentences))
    return next((step for step in steps if step), None)
