"""The name of a flow run: what it is, readable in the list of runs."""

from __future__ import annotations

from prefect.runtime import flow_run


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
