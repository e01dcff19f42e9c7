"""What every task here has in common: no caching, retries only of what may succeed later, arguments left unwalked."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import wraps
from typing import Any, ParamSpec, TypeVar, cast

from prefect import task
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State, TaskRun
from prefect.tasks import Task, exponential_backoff
from prefect.utilities.annotations import quote

from usersync.errors import BrokeOff, Retriable, UsersyncError

P = ParamSpec("P")
R = TypeVar("R")


async def may_succeed_later(task_: Task[..., Any], run: TaskRun, state: State[Any]) -> bool:
    """Whether a failed attempt is worth another: the library's exception tree knows."""
    del task_, run
    try:
        await state.aresult()  # `result` gives a coroutine where an event loop runs, and raises nothing
    except Retriable:
        return True
    except Exception:  # noqa: BLE001 - whatever else it was, trying again does not help
        return False
    return False


def step(name: str, *, retries: int = 0) -> Callable[[Callable[P, Awaitable[R]]], Callable[P, Awaitable[R]]]:
    """Make a task of a coroutine function.

    Snapshots and plans hold a hundred thousand rows; wrapped in `quote`, Prefect hands them on without walking them.

    Args:
        name: what the Prefect UI shows.
        retries: further attempts where the failure is `Retriable`; writes have none, the next run goes on instead.
    """

    def decorate(function: Callable[P, Awaitable[R]]) -> Callable[P, Awaitable[R]]:
        @wraps(function)
        async def discreet(*args: P.args, **kwargs: P.kwargs) -> R:
            # Prefect keeps an exception's text in states and logs; ours are safe to show, all others are named only.
            try:
                return await function(*args, **kwargs)
            except UsersyncError:
                raise
            except Exception as error:  # noqa: BLE001 - whatever it is, its text does not leave this process
                raise BrokeOff.by(error) from None

        made = task(
            name=name,
            cache_policy=NO_CACHE,
            persist_result=False,
            retries=retries,
            retry_delay_seconds=exponential_backoff(backoff_factor=2),
            retry_jitter_factor=0.5,
            retry_condition_fn=may_succeed_later,
            log_prints=False,
        )(discreet)

        @wraps(function)
        async def call(*args: P.args, **kwargs: P.kwargs) -> R:
            run = cast("Callable[..., Awaitable[R]]", made)
            return await run(*map(quote, args), **{key: quote(value) for key, value in kwargs.items()})

        return call

    return decorate
