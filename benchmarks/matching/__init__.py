"""Matching beside its rivals: accuracy, speed, memory. Run with `python -m benchmarks.matching`."""
