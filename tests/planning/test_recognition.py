"""What is known of everybody, asked once for each user, must not cost the whole domain each time."""

from __future__ import annotations

from usersync.planning.recognise import Known, Recognition


class Counted(dict[str, Known]):
    """Says how often all of it was read."""

    read = 0

    def items(self):  # type: ignore[no-untyped-def]
        self.read += 1
        return super().items()


def test_the_links_of_a_domain_are_put_together_once() -> None:
    known = Counted({str(number): Known(str(number), "linked", None, f"contact {number}") for number in range(50)})
    recognition = Recognition(known, (), (), frozenset())

    assert [recognition.links[user_id] for user_id in known] == [f"contact {number}" for number in range(50)]
    assert known.read == 1
