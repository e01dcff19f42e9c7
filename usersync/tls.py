"""Whose certificates are believed: the installation's, or those of a file in the settings."""

from __future__ import annotations

import ssl
from pathlib import Path

Verify = bool | str | Path | ssl.SSLContext
"""True = the certificates of the installation; a path = a file of certificates; or a ready TLS context."""


def trusted(verify: Verify) -> bool | ssl.SSLContext:
    """What httpx wants of `verify`.

    Raises:
        OSError: the file cannot be read, or holds no certificate (`ssl.SSLError` is one too).
    """
    return ssl.create_default_context(cafile=verify) if isinstance(verify, (str, Path)) else verify
