"""The password a new Webitel user is made with, as the settings have it. It goes to Webitel and, at most once, to a screen."""

from __future__ import annotations

import secrets
import string
from collections.abc import Callable

_LENGTH = 20
_KINDS = (string.ascii_lowercase, string.ascii_uppercase, string.digits, "-_.!#%+=?@")

Show = Callable[[str], None]
"""Puts a password before the eyes of whoever pressed the button, and nowhere else."""


def new_password() -> str:
    """A password of all kinds of characters, whatever a domain's rule asks for."""
    letters = [secrets.choice(kind) for kind in _KINDS]
    letters += [secrets.choice("".join(_KINDS)) for _ in range(_LENGTH - len(letters))]
    secrets.SystemRandom().shuffle(letters)
    return "".join(letters)


class Passwords:
    """Gives a new user's password and shows it once the user is there.

    Args:
        policy: `none`, `random` or `shown` (settings, `actions.new_user_password`).
        show: None where nobody could see it: it is set all the same, and an administrator sets another one.
    """

    def __init__(self, policy: str, show: Show | None) -> None:
        self._wanted = policy != "none"
        self._show = show if policy == "shown" else None
        self._made: str | None = None
        self.unseen = policy == "shown" and show is None

    def give(self) -> str | None:
        """The password to send; the same one however often it is sent."""
        if self._wanted and self._made is None:
            self._made = new_password()
        return self._made

    def show(self) -> None:
        """The user was made with it."""
        if self._show is not None and self._made is not None:
            self._show(self._made)
        self._made = None
