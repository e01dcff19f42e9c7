"""Believable people for the sandbox: a Webitel domain and a Creatio, with the answers.

    >>> world = generate_world(seed=7, users=120, contacts=3000)
    >>> len(world.truth)
    120

    generate.py    the way to a world, top-down
    story.py       the eight users of the demonstration
    casting.py     how many of each situation; scenes.py: the situations
    crowd.py       employees; customers.py: everybody else, whole columns at a time
    surnames.py, given_names.py, romanise.py   what names are made of
    layout.py      who gets which id
    …_rows.py      the rows of both services; truth.py: the answers

Everything is invented: mailboxes end in `.example`, and no list of real people was used. See docs/people.md.
"""

from usersync.sandbox.people.generate import MOST_CONTACTS, MOST_USERS, generate_world
from usersync.sandbox.people.given_names import LOCALES
from usersync.sandbox.people.values import Company
from usersync.sandbox.people.world import Profile, World

__all__ = ["LOCALES", "MOST_CONTACTS", "MOST_USERS", "Company", "Profile", "World", "generate_world"]
