"""The process measured: requests, seconds, our own overhead; beside the same job done naively."""
