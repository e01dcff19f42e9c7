"""Where everybody of the scenes is put: the ids of contacts, system users and Webitel users, before any row is written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from usersync.sandbox.people.draw import Objects, guids, stream
from usersync.sandbox.people.values import ContactFace, Scene
from usersync.sandbox.people.wellknown import SUPERVISOR_CONTACT

_FIRST_USER_ID = 1_001


@dataclass(frozen=True)
class Layout:
    """Ids by the place of a scene.

    Attributes:
        scenes: as they were cast.
        contact_ids: of all contacts: the Supervisor's, then those in `faces`, then the customers'.
        faces: the contacts of the scenes.
        main: scene → place of its own contact in `contact_ids`, -1 without one.
        user_ids: scene → Webitel id, None for people who are not in Webitel; ascending.
        system_user_ids: scene → Id of its system user, None without one.
    """

    scenes: tuple[Scene, ...]
    contact_ids: Objects
    faces: tuple[ContactFace, ...]
    main: tuple[int, ...]
    user_ids: tuple[str | None, ...]
    system_user_ids: tuple[str | None, ...]

    @property
    def customers_from(self) -> int:
        """Place of the first customer in `contact_ids`."""
        return 1 + len(self.faces)

    def contact_id(self, scene: int) -> str | None:
        """Id of a scene's own contact."""
        place = self.main[scene]
        return None if place < 0 else str(self.contact_ids[place])


def contacts_of(scenes: Sequence[Scene]) -> int:
    """How many contacts the scenes need, the Supervisor's among them."""
    return 1 + sum((scene.contact is not None) + len(scene.others) for scene in scenes)


def lay_out(seed: int, scenes: Sequence[Scene], contacts: int) -> Layout:
    """Give ids to everybody.

    Args:
        seed: of the world.
        scenes: everybody who is more than a customer.
        contacts: how many contacts there are in all.
    """
    contact_ids = guids(seed, "Contact", contacts)
    contact_ids[0] = SUPERVISOR_CONTACT
    faces: list[ContactFace] = []
    main: list[int] = []
    for scene in scenes:
        main.append(1 + len(faces) if scene.contact else -1)
        faces += [*([scene.contact] if scene.contact else []), *scene.others]
    gaps = stream(seed, "user ids").integers(1, 5, size=len(scenes))
    numbers = iter((_FIRST_USER_ID + np.cumsum(gaps) - gaps[0]).tolist())
    user_ids = tuple(str(next(numbers)) if scene.user else None for scene in scenes)
    fresh = iter(guids(seed, "SysAdminUnit", len(scenes)).tolist())
    system_user_ids = tuple(str(next(fresh)) if scene.system_user else None for scene in scenes)
    return Layout(tuple(scenes), contact_ids, tuple(faces), tuple(main), user_ids, system_user_ids)
