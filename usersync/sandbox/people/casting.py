"""How many of each situation there are in a company of a given size, and in which order they got their Webitel ids."""

from __future__ import annotations

from dataclasses import replace

from usersync.sandbox.people.crowd import Crowd
from usersync.sandbox.people.scenes import MAKERS, contact_of, importer, seat, service
from usersync.sandbox.people.values import Extension, Scene, SystemUserFace

_SERVICE_SHARE, _MOST_SERVICES = 0.03, 25
_SEAT_SHARE, _MOST_SEATS = 0.012, 40


def cast(crowd: Crowd, users: int) -> list[Scene]:
    """Scenes with exactly so many Webitel users, and the employees around them that are not in Webitel."""
    services = min(max(round(users * _SERVICE_SHARE), 2), _MOST_SERVICES)
    seats = min(max(round(users * _SEAT_SHARE), 2), _MOST_SEATS)
    people = users - services - seats
    scenes = [importer(), *(service(number) for number in range(services - 1))]
    scenes += [seat(crowd, number) for number in range(seats)]
    for kind, count in _counts(people).items():
        make = MAKERS[kind][2]
        scenes += [make(crowd) for _ in range(count)]
    order = crowd.rng.permutation(len(scenes) - 1) + 1  # the importer's account came first
    scenes = [scenes[0], *(scenes[index] for index in order.tolist())]
    return [*_duplicate_extensions(scenes, max(1, users // 150)), *_colleagues(crowd, users)]


def _counts(people: int) -> dict[str, int]:
    """Largest remainders; every situation with a minimum has it, as far as there are people."""
    total = sum(share for share, _, _ in MAKERS.values())
    exact = {kind: share / total * people for kind, (share, _, _) in MAKERS.items()}
    counts = {kind: max(int(value), MAKERS[kind][1]) for kind, value in exact.items()}
    by_remainder = sorted(MAKERS, key=lambda kind: (int(exact[kind]) - exact[kind], kind))
    for kind in by_remainder * 2:
        if sum(counts.values()) >= people:
            break
        counts[kind] += 1
    for kind in sorted(MAKERS, key=lambda kind: (-counts[kind], kind)) * people:
        if sum(counts.values()) <= people:
            break
        counts[kind] -= min(counts[kind], 1)
    return counts


def _duplicate_extensions(scenes: list[Scene], pairs: int) -> list[Scene]:
    """Some pairs of users have one extension in Webitel, which should not be and is."""
    changed = list(scenes)
    candidates = [index for index, scene in enumerate(scenes) if scene.kind == "login"][: 2 * pairs]
    for first, second in zip(candidates[::2], candidates[1::2], strict=False):
        owner = scenes[first].user
        for index in (first, second):
            scene, user = scenes[index], scenes[index].user
            if owner and user:
                changed[index] = replace(
                    scene, kind="duplicate_extension", expected="review", acceptable=frozenset({"review"}),
                    user=replace(user, extension=owner.extension),
                    why="Two Webitel users have this extension: both are reported, neither is guessed.",
                )  # fmt: skip
    return changed


def _colleagues(crowd: Crowd, users: int) -> list[Scene]:
    """Employees who never call, and former ones whose contacts are still there."""
    scenes = []
    for number in range(max(4, users // 4)):
        person = crowd.person()
        left = number % 5 == 0
        email = crowd.company_email(crowd.username(person))
        shown = person.latin("kmu") if crowd.chance(0.06) else person
        contact = replace(
            contact_of(crowd, person, email=email), name=shown.written("sgm"),
            parts=(shown.surname, shown.given, shown.patronymic),
        )  # fmt: skip
        if left:
            contact = replace(contact, extensions=(Extension(crowd.extension(), stale=crowd.chance(0.3)),))
        scenes.append(
            Scene(
                "former" if left else "colleague", "", "Has left." if left else "Works here and never calls.",
                contact=contact, person=person,
                system_user=SystemUserFace(crowd.taken(person.written("sg")), active=not left),
            )
        )  # fmt: skip
    return scenes
