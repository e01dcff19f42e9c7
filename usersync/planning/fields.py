"""Three-way comparison of one field: what we wrote last, what stands there now, what the source says.

The only place that knows whether a difference is the source's news or a human's edit.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from usersync.planning.rules import FieldPolicy
from usersync.planning.values import Value


@dataclass(frozen=True)
class Comparison:
    """What to write of one row, and what is kept because a human set it."""

    before: dict[str, Value] = field(default_factory=dict)
    after: dict[str, Value] = field(default_factory=dict)
    kept: dict[str, Value] = field(default_factory=dict)
    disputed: dict[str, Value] = field(default_factory=dict)


def compare(
    wanted: Mapping[str, Value],
    current: Mapping[str, Value],
    applied: Mapping[str, Value] | None,
    policies: Mapping[str, FieldPolicy],
) -> Comparison:
    """Compare the fields of one row that is not ours alone.

    Args:
        wanted: field → what the source says.
        current: field → what stands in the CRM.
        applied: field → what we wrote last; None where we never wrote this row (adopted or re-learnt).
        policies: field → who wins where a human changed it; a human, where nothing is said.
    """
    result = Comparison()
    for name, value in wanted.items():
        now = current.get(name)
        if same(now, value):
            continue
        if applied is None or name not in applied:
            # Never written by us: what is blank is filled, what a human entered stays.
            if blank(now):
                _write(result, name, now, value)
            else:
                _human(result, name, now, value, policies)
        elif same(applied[name], now):
            _write(result, name, now, value)
        else:
            _human(result, name, now, value, policies)
    return result


def same(left: Value, right: Value) -> bool:
    """Equal, where both ways of saying "nothing" are one."""
    return (blank(left) and blank(right)) or left == right


def blank(value: Value) -> bool:
    """Nothing is entered."""
    return value is None or value == ""


def _write(result: Comparison, name: str, now: Value, value: Value) -> None:
    result.before[name] = now
    result.after[name] = value


def _human(result: Comparison, name: str, now: Value, value: Value, policies: Mapping[str, FieldPolicy]) -> None:
    policy = policies.get(name, FieldPolicy.HUMAN)
    if policy is FieldPolicy.SOURCE:
        _write(result, name, now, value)
    elif policy is FieldPolicy.REVIEW:
        result.disputed[name] = value
    else:
        result.kept[name] = now
