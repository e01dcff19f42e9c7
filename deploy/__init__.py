"""Bring a Prefect server to what `prefect.yaml` and `automations.yaml` say: `python -m deploy`, again and again."""
