"""A list read page by page: what is trusted, what is read twice, what is a problem."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from math import lcm
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.webitel.fake_webitel import FakeWebitel, connect, users
from usersync.webitel import Page, User, UsersRead
from usersync.webitel.paging import PagedRead, _cut_elsewhere, read_list

PageOfUsers = Page[User]


def page(ids: list[int], number: int, *, more: bool = False) -> PageOfUsers:
    return PageOfUsers.model_validate({"page": number, "next": more, "items": [{"id": str(id_)} for id_ in ids]})


def read(
    fetch: Callable[[int, int], PageOfUsers], *, size: int = 500, max_pages: int = 100, **options: Any
) -> tuple[PagedRead[User], list[tuple[int, int]]]:
    """Read the list, and tell which pages were asked for."""
    asked: list[tuple[int, int]] = []

    async def fetched(number: int, size: int) -> PageOfUsers:
        asked.append((number, size))
        return fetch(number, size)

    result = asyncio.run(read_list(fetched, lambda user: user.id, size=size, max_pages=max_pages, **options))
    return result, asked


def honest(ids: list[int], *, cap: int = 10_000) -> Callable[[int, int], PageOfUsers]:
    def fetch(number: int, size: int) -> PageOfUsers:
        size = min(size, cap)
        return page(ids[(number - 1) * size : number * size], number, more=number * size < len(ids))

    return fetch


def problems(result: PagedRead[User] | UsersRead) -> list[str]:
    return [sentence.id.removeprefix("webitel-problem-") for sentence in result.problems]


def doubts(result: PagedRead[User] | UsersRead) -> list[str]:
    return [sentence.id.removeprefix("webitel-problem-") for sentence in result.doubts]


@settings(deadline=None)
@given(st.lists(st.integers(1, 10_000), unique=True, max_size=120), st.integers(1, 60), st.integers(1, 60))
def test_any_partition_into_pages_gives_the_same_users(ids: list[int], size: int, cap: int) -> None:
    result, _ = read(honest(ids, cap=cap), size=size, max_pages=200)
    assert list(result.items) == [str(id_) for id_ in ids]
    assert (result.reads, result.agreed, result.problems, result.repeated) == (1, None, (), ())


@settings(deadline=None)
@given(st.lists(st.integers(0, 9), max_size=12), st.data())
def test_pages_of_any_lengths_are_trusted_only_if_a_second_reading_cut_elsewhere_agrees(
    lengths: list[int], data: st.DataObject
) -> None:
    ids = list(range(1, sum(lengths) + 1))
    hides = data.draw(st.sets(st.sampled_from(ids))) if ids else set()
    starts = [sum(lengths[:index]) for index in range(len(lengths) + 1)]

    def fetch(number: int, size: int) -> PageOfUsers:
        if size == 500:  # the first reading: pages of these lengths, some rows kept back
            rows = [id_ for id_ in ids[starts[number - 1] : starts[min(number, len(lengths))]] if id_ not in hides]
            return page(rows, number, more=number < len(lengths))
        return honest(ids)(number, size)

    result, _ = read(fetch)
    if not result.problems and result.reads == 2:
        assert set(result.items) == {str(id_) for id_ in ids}
        assert not hides


def test_one_short_page_is_one_request() -> None:
    result, asked = read(honest([3, 1, 2]))
    assert asked == [(1, 500)]
    assert (result.pages, result.requests, result.reads) == (1, 1, 1)


def test_no_users_at_all_is_a_complete_reading() -> None:
    result, asked = read(honest([]))
    assert (result.items, result.problems, result.pages, len(asked)) == ({}, (), 0, 1)


def test_a_server_may_give_shorter_pages_than_asked_for() -> None:
    result, asked = read(honest(list(range(95)), cap=40))
    assert (len(result.items), result.reads, problems(result)) == (95, 1, [])
    assert asked == [(1, 500), (1, 40), (2, 40), (3, 40)]


@pytest.mark.parametrize(("count", "cap"), [(500, 10_000), (1000, 10_000), (80, 40)])
def test_a_full_last_page_is_not_believed_without_a_look_at_the_next(count: int, cap: int) -> None:
    result, asked = read(honest(list(range(count)), cap=cap))
    assert (len(result.items), problems(result), result.reads) == (count, [], 1)
    assert asked[-1] == (result.pages + 1, min(500, cap))


def test_where_the_number_of_rows_is_known_there_is_no_look_further() -> None:
    _, asked = read(honest(list(range(100))), size=100, look_further=False)
    assert len(asked) == 1


def test_a_missing_next_in_the_middle_is_found_out() -> None:
    def forgetful(number: int, size: int) -> PageOfUsers:
        answer = honest(list(range(1200)))(number, size)
        return answer.model_copy(update={"next": False}) if number == 1 else answer

    result, _ = read(forgetful)
    assert (result.reads, result.agreed) == (2, True)
    assert problems(result) == ["next-missing"]


def test_a_user_made_while_the_last_page_was_read_is_no_lasting_doubt_but_the_readings_differ() -> None:
    ids = list(range(500))

    def growing(number: int, size: int) -> PageOfUsers:
        answer = honest(list(ids))(number, size)
        if len(ids) == 500:
            ids.append(500)
        return answer

    result, _ = read(growing)
    assert doubts(result) == ["next-missing"]
    assert (len(result.items), result.agreed, problems(result)) == (501, True, [])


def test_an_empty_page_that_promises_more_ends_the_reading() -> None:
    result, asked = read(lambda number, _: page([1, 2] if number == 1 else [], number, more=True))
    assert problems(result) == ["empty-page"]
    assert asked == [(1, 500), (1, 2), (2, 2)]


def test_a_promised_page_that_is_empty_makes_us_read_again() -> None:
    seen: list[int] = []

    def moody(number: int, size: int) -> PageOfUsers:
        seen.append(number)
        if seen == [1, 2]:
            return page([], 2)
        return honest(list(range(1200)))(number, size)

    result, _ = read(moody)
    assert doubts(result) == ["promised-page-empty"]
    assert problems(result) == ["reads-differ"]


def test_a_promise_broken_because_a_user_was_deleted_is_forgiven() -> None:
    def hasty(number: int, size: int) -> PageOfUsers:
        answer = honest([1, 2, 3])(number, size)
        return answer.model_copy(update={"next": number == 1}) if size == 500 else answer

    result, asked = read(hasty)
    assert doubts(result) == ["promised-page-empty"]
    assert (result.agreed, problems(result), list(result.items)) == (True, [], ["1", "2", "3"])
    assert asked == [(1, 500), (1, 3), (2, 3), (1, 2), (2, 2)]


def test_another_page_than_the_one_asked_for_is_a_problem() -> None:
    result, asked = read(lambda _, size: honest(list(range(1200)))(1, size))
    assert problems(result) == ["wrong-page"]
    assert result.problems[0].args == {"asked": 2, "got": 1}
    assert len(asked) == 2


def test_a_server_that_does_not_say_which_page_it_is_is_believed() -> None:
    def silent(number: int, size: int) -> PageOfUsers:
        return honest(list(range(1200)))(number, size).model_copy(update={"page": None})

    result, _ = read(silent)
    assert (len(result.items), problems(result)) == (1200, [])


def test_the_same_page_for_ever_is_left_after_its_first_repetition() -> None:
    def stuck(number: int, size: int) -> PageOfUsers:
        return honest(list(range(1200)))(1, size).model_copy(update={"page": number})

    result, asked = read(stuck)
    assert len(asked) == 4, "two pages in each of two readings"
    assert "overlap" in problems(result)


def test_a_list_without_end_is_left_at_the_bound() -> None:
    result, asked = read(lambda number, _: page([number], number, more=True), max_pages=7)
    assert problems(result) == ["endless"]
    assert asked[-1] == (7, 1)


def test_pages_that_overlapped_once_are_forgiven_if_the_users_are_the_same() -> None:
    ids = list(range(1200))
    seen: list[int] = []

    def shifted_once(number: int, size: int) -> PageOfUsers:
        seen.append(number)
        answer = honest(ids)(number, size)
        if seen == [1, 2]:
            return page([499, *range(500, 1000)], 2, more=True)
        return answer

    result, _ = read(shifted_once)
    assert result.repeated == ("499",)
    assert doubts(result) == ["overlap", "uneven"]
    assert (result.reads, result.agreed, problems(result)) == (2, True, [])
    assert len(result.items) == 1200


def test_pages_that_overlap_again_are_a_problem_even_if_the_users_are_the_same() -> None:
    def always_shifted(number: int, size: int) -> PageOfUsers:
        start = max(0, (number - 1) * size - 1)
        return page(list(range(1200))[start : number * size], number, more=number * size < 1200)

    result, _ = read(always_shifted)
    assert result.agreed
    assert problems(result) == ["overlap"]


def test_a_page_that_came_once_in_place_of_another_costs_the_trust() -> None:
    seen: list[int] = []

    def repeated_once(number: int, size: int) -> PageOfUsers:
        seen.append(number)
        source = honest(list(range(1200)))
        return source(1, size).model_copy(update={"page": 2}) if seen == [1, 2] else source(number, size)

    result, _ = read(repeated_once)
    assert (result.agreed, problems(result)) == (False, ["reads-differ"])
    assert result.problems[0].args == {"first": 500, "second": 1200}


def test_rows_that_vanish_from_a_page_in_the_middle_are_missed() -> None:
    def leaking(number: int, size: int) -> PageOfUsers:
        answer = honest(list(range(1200)))(number, size)
        return answer.model_copy(update={"items": answer.items[::2]}) if number == 2 else answer

    result, _ = read(leaking)
    assert doubts(result) == ["uneven"]
    assert problems(result) == ["reads-differ"]


def test_a_last_page_longer_than_the_others_makes_us_read_again() -> None:
    def bulging(number: int, size: int) -> PageOfUsers:
        if size == 500:
            return page(list(range(500) if number == 1 else range(500, 1_100)), number, more=number == 1)
        return honest(list(range(1_100)))(number, size)

    result, asked = read(bulging, look_further=False)
    assert doubts(result) == ["uneven"]
    assert (result.agreed, problems(result)) == (True, [])
    assert asked[2] == (1, 401)


@pytest.mark.parametrize("kept", [lambda rows: rows[:-1], lambda rows: rows[1:], lambda rows: rows[::2]])
def test_pages_that_all_lose_rows_are_not_taken_for_a_server_with_short_pages(
    kept: Callable[[tuple[User, ...]], tuple[User, ...]],
) -> None:
    def losing(number: int, size: int) -> PageOfUsers:
        answer = honest(list(range(2_000)))(number, size)
        return answer.model_copy(update={"items": kept(answer.items)})

    result, _ = read(losing)
    assert doubts(result) == ["uneven"]
    assert problems(result) == ["reads-differ"]


def test_a_server_that_leaves_out_what_we_may_not_see_has_uneven_pages_and_is_believed() -> None:
    hidden = {7, 600, 601}

    def filtering(number: int, size: int) -> PageOfUsers:
        answer = honest(list(range(1200)))(number, size)
        return answer.model_copy(update={"items": tuple(user for user in answer.items if int(user.id) not in hidden)})

    result, _ = read(filtering)
    assert doubts(result) == ["uneven"]
    assert (result.agreed, problems(result), len(result.items)) == (True, [], 1197)


def test_the_same_user_with_other_contents_makes_two_readings_differ() -> None:
    def renaming(number: int, size: int) -> PageOfUsers:
        first = size == 500
        rows = [{"id": "1", "name": "Ann" if first else "Bob"}, {"id": "2"}, *([{"id": "2"}] if first else [])]
        start = (number - 1) * size
        return PageOfUsers.model_validate({"page": number, "items": rows[start : start + size]})

    result, _ = read(renaming)
    assert problems(result) == ["reads-differ"]


@given(st.integers(1, 3_000))
def test_the_second_reading_cuts_the_list_elsewhere(length: int) -> None:
    size = _cut_elsewhere(length)
    assert size == 1 if length < 3 else length * 2 / 3 <= size < length
    assert lcm(size, length) == size * length, "no boundary in common before that row"


async def test_the_users_come_in_the_order_of_their_numbers_each_once() -> None:
    rows = [{"id": id_, "name": "x", "username": "x"} for id_ in ["10", "9", "100", "1"]]
    async with connect(FakeWebitel(rows, cap=3)) as webitel:
        result = await webitel.users()
    assert [user.id for user in result.users] == ["1", "9", "10", "100"]
    assert (result.pages, result.requests, result.reads, result.trusted, result.agreed) == (2, 3, 1, True, None)


async def test_a_reading_with_a_problem_does_not_raise_but_is_not_trusted() -> None:
    app = FakeWebitel(users(30), cap=10)
    app.page_hook = lambda number, body: {**body, "items": []} if number == 2 else body
    async with connect(app) as webitel:
        result = await webitel.users()
    assert not result.trusted
    assert problems(result) == ["empty-page"]
    assert [user.id for user in result.users] == [str(n) for n in range(1, 11)]


async def test_two_readings_are_told_with_all_their_requests() -> None:
    app = FakeWebitel(users(25), cap=10)
    once = iter([True])
    app.page_hook = lambda number, body: (
        {**body, "items": body["items"][:9]} if number == 2 and next(once, False) else body
    )
    async with connect(app) as webitel:
        result = await webitel.users()
    assert (result.reads, result.requests, result.agreed, result.trusted) == (2, 1 + 3 + 4, False, False)
    assert doubts(result) == ["uneven"]
    assert app.requests[4].url.params["size"] == "7"
