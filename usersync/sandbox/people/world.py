"""A generated world: both services' rows, and the answers."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

import pandas as pd

from usersync.sandbox.people.values import Company

Profile = Literal["callmanager", "classic"]


@dataclass(frozen=True)
class World:
    """Everything the two stand-ins are filled with.

    Attributes:
        company: our own company: account name, mail domain, NetBIOS name, Webitel domain.
        profile: which columns the section "Webitel users" has.
        today: the day the world is looked at; licences are valid relative to it.
        webitel: `domain` {dc, name}, lists of rows `users`, `licenses`, `roles`, `devices` shaped like the wire, and
            `service_account` {username, password, token}, invented for the sandbox. Deleted users have `deleted_at`.
        creatio: entity set → frame with Creatio's column names; guids and moments are texts, an absent value is None.
        truth: one row per Webitel user: webitel_user_id, username, contact_id, kind, expected, acceptable, why.
    """

    company: Company
    profile: Profile
    today: date
    webitel: dict[str, Any]
    creatio: dict[str, pd.DataFrame]
    truth: pd.DataFrame

    def __repr__(self) -> str:
        """Sizes only: the rows hold (invented) personal data, and a token."""
        contacts = len(self.creatio["Contact"])
        return f"World(users={len(self.truth)}, contacts={contacts}, profile={self.profile!r}, today={self.today})"

    def fingerprint(self) -> str:
        """SHA-256 over every value of every table: two worlds are the same exactly if their fingerprints are."""
        digest = hashlib.sha256(f"{self.company}\x1e{self.profile}\x1e{self.today}\x1e".encode())
        digest.update(json.dumps(self.webitel, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode())
        for name, table in sorted([*self.creatio.items(), ("truth", self.truth)]):
            digest.update(f"\x1d{name}\x1e{len(table)}".encode())
            for column in table.columns:
                digest.update(f"\x1e{column}\x1e{table[column].dtype}\x1e".encode())
                # None is told from the empty text by a character no text has
                values = ("\x00" if value is None else str(value) for value in table[column].tolist())
                digest.update("\x1f".join(values).encode())
        return digest.hexdigest()
