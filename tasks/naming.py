"""The names people read in the Prefect UI: of a flow run in the list of runs, of a field in the form that starts one."""

from __future__ import annotations

from typing import Any

from prefect.runtime import flow_run
from pydantic import Field


def run_name() -> str:
    """`apply default`, `preview sales (2 logins)`, `apply default, plan 1a2b3c4d`."""
    parameters = flow_run.parameters
    words = [str(parameters.get("mode") or "run"), str(parameters.get("domain") or "default")]
    scope = parameters.get("scope") or []
    if scope:
        words.append(f"({len(scope)} login{'s' if len(scope) > 1 else ''})")
    name = " ".join(words)
    plan = str(parameters.get("plan") or "")
    return f"{name}, plan {plan[:8]}" if plan else name


def titled(title: str) -> Any:
    """The title of a parameter in the form, for `Annotated`.

    Prefect gives every field its parameter's name as title, whatever `Field(title=…)` says; what stands in the extra of
    the schema is written last.
    """
    return Field(json_schema_extra={"title": title})
