"""The steps of a process as Prefect tasks: retries, progress and artifacts live here, and nothing else does."""
