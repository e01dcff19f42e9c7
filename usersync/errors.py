"""The exception tree, by what the caller may do about it.

    UsersyncError
    ├── Fatal        stop the run: nothing gets better by trying again
    │   ├── UsageError      the reader's own settings or arguments (exit code 2)
    │   └── BrokeOff        a mistake of ours, named by type and place
    ├── Retriable    the same call may succeed later
    └── Skippable    one record is bad; the others go on

`usersync.webitel.errors` and `usersync.creatio.errors` each hang one tree of their service under `ServiceError`, and each
of their leaves also under one of the three above. A task's `retry_condition_fn` asks only: is it `Retriable`?

Every error is a message of the catalogues (`usersync.words`): `str(error)` is one plain sentence, `error.next_step` says what
to do now. Secrets and personal data never enter the arguments.
"""

from __future__ import annotations

import traceback
from pathlib import Path
from typing import Any, ClassVar

from usersync.words import Sentence, next_step, say


class UsersyncError(Exception):
    """Base of all errors this project raises on purpose.

    Attributes:
        exit_code: of the command line: 1 = failed, 2 = usage or configuration.
    """

    exit_code: ClassVar[int] = 1

    def __init__(self, message_id: str, /, **args: Any) -> None:
        super().__init__(message_id, args)
        self.message_id = message_id
        self.args_of_message = args

    def __str__(self) -> str:
        return say(self.message_id, **self.args_of_message)

    def __reduce__(self) -> tuple[Any, ...]:
        return (_rebuild, (type(self), self.message_id, self.args_of_message, self.__dict__))

    @property
    def sentence(self) -> Sentence:
        """The error as a value that can be stored."""
        return Sentence(self.message_id, self.args_of_message)

    @property
    def next_step(self) -> str | None:
        """What the reader should do now."""
        return next_step(self.message_id, **self.args_of_message)


class Fatal(UsersyncError):
    """Nothing gets better by trying again: the run stops."""


class UsageError(Fatal):
    """The settings or the arguments are wrong; the sentence names which (exit code 2)."""

    exit_code = 2


class Retriable(UsersyncError):
    """The same call may succeed later."""


class Skippable(UsersyncError):
    """One record is bad; it is reported and the others go on."""


class BrokeOff(Fatal):
    """A mistake of ours: an exception that is no `UsersyncError`. Its text is left out, for it may hold a person's data."""

    @classmethod
    def by(cls, error: BaseException, message_id: str = "run-broke") -> BrokeOff:
        """The exception as its type and the place in our code it came from, said in this message (`$error`)."""
        places = traceback.extract_tb(error.__traceback__)
        ours = [place for place in places if "site-packages" not in place.filename] or list(places)
        place = f" ({Path(ours[-1].filename).name}:{ours[-1].lineno})" if ours else ""
        return cls(message_id, error=f"{type(error).__name__}{place}")


class ServiceError(UsersyncError):
    """An answer of Webitel or Creatio, or the lack of one.

    Attributes:
        service: `webitel` or `creatio`.
        status: HTTP status, None where there was no answer.
        request_id: the id we sent with the request, to be found in the journal and in the service's own log.
        url: the address without query, user info or secrets.
        outcome_unknown: True where the request may have been carried out although no success was seen.
    """

    service: str = ""

    def __init__(
        self,
        message_id: str,
        /,
        *,
        status: int | None = None,
        request_id: str | None = None,
        url: str | None = None,
        outcome_unknown: bool = False,
        **args: Any,
    ) -> None:
        super().__init__(message_id, status=status or 0, url=url or "", **args)
        self.status = status
        self.request_id = request_id
        self.url = url
        self.outcome_unknown = outcome_unknown


def _rebuild(kind: type[UsersyncError], message_id: str, args: dict[str, Any], state: dict[str, Any]) -> UsersyncError:
    error = kind.__new__(kind)
    Exception.__init__(error, message_id, args)
    error.__dict__.update(state)
    return error
