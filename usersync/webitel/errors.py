"""What can go wrong with Webitel, by what the caller may do about it.

    WebitelError (ServiceError)
    ├── Fatal
    │   ├── AddressInvalid       the URL in the settings is not one (UsageError, exit code 2)
    │   ├── CredentialsInvalid   token, login or password cannot be sent at all (UsageError, exit code 2)
    │   ├── CertificatesUnreadable   the file of certificates cannot be read (UsageError, exit code 2)
    │   ├── ProxyInvalid         the proxy's address cannot be used (UsageError, exit code 2)
    │   ├── WrongAddress         whatever answers there is not Webitel's API
    │   │   ├── NotJson            text that is not JSON
    │   │   │   └── HtmlPage       a web page
    │   │   ├── Redirected         another address; redirects are not followed
    │   │   └── PathMissing        404 for a path that every Webitel has
    │   ├── CertificateRefused   TLS: the certificate could not be verified
    │   ├── NotAuthorized        401, also after one new login
    │   │   └── LoginRefused       login or password refused
    │   ├── SecondFactorRequired the service account has two-factor sign-in
    │   ├── PermissionDenied     403
    │   │   └── ServiceAccountUnlicensed   the service account itself has no licence, or an expired one
    │   ├── QueryRefused         any other 4xx on a read
    │   ├── MemberUnknown        a member of a user that Webitel would silently ignore
    │   ├── UnexpectedAnswer     JSON, but not what the contract says
    │   └── PagingBroken         a list that cannot be read to its end, or not twice the same
    ├── Skippable
    │   ├── NotFound             404 for one object
    │   └── Refused              any other 4xx on a write; carries Webitel's `error_id` and `detail`
    └── Retriable
        ├── TooManyRequests      429; carries `retry_after`
        ├── ServerFailed         5xx; for a write the outcome is unknown
        ├── Unreachable          no connection: nothing was sent
        ├── TurnMissed           it could not be sent in time: nothing was sent
        └── AnswerLost           no answer, or half of one; for a write the outcome is unknown
            └── AnswerGarbled    an answer that stops in the middle

WrongAddress, CertificateRefused, NotAuthorized and SecondFactorRequired are mended in the settings: exit code 2.

`outcome_unknown` is True where a write may have been carried out: read back before writing again. Neither passwords nor
tokens nor what was sent of a person ever enter the arguments (`usersync.webitel.answers`).
"""

from __future__ import annotations

from typing import Any, ClassVar

from usersync.errors import Fatal, Retriable, ServiceError, Skippable, UsageError
from usersync.words import Sentence


class WebitelError(ServiceError):
    """An answer of Webitel that is not the one asked for, or the lack of an answer.

    Args:
        words: id of the sentence, where it is not the usual one of the class.
        method: HTTP method of the request.
        error_id: Webitel's own id of the error (`app.license.product.expired`), "" where there was none.
        detail: what Webitel said, redacted and bounded.
        retry_after: seconds the service asked us to wait, None where it did not.
    """

    service = "webitel"
    words: ClassVar[str] = "webitel-error"

    def __init__(
        self,
        *,
        words: str | None = None,
        method: str = "",
        error_id: str = "",
        detail: str = "",
        status: int | None = None,
        request_id: str | None = None,
        url: str | None = None,
        outcome_unknown: bool = False,
        retry_after: float | None = None,
        **args: Any,
    ) -> None:
        super().__init__(
            words or self.words,
            status=status,
            request_id=request_id,
            url=url,
            outcome_unknown=outcome_unknown,
            method=method,
            error_id=error_id or "–",
            detail=detail or "–",
            **args,
        )
        self.method = method
        self.error_id = error_id
        self.detail = detail
        self.retry_after = retry_after


class AddressInvalid(WebitelError, UsageError):
    """The URL in the settings cannot be one of a Webitel."""

    words = "webitel-address-invalid"


class CredentialsInvalid(WebitelError, UsageError):
    """Token, login or password are empty or cannot be put into a request."""

    words = "webitel-credentials-invalid"


class CertificatesUnreadable(WebitelError, UsageError):
    """The file of certificates in the settings cannot be read."""

    words = "webitel-certificates-unreadable"


class ProxyInvalid(WebitelError, UsageError):
    """The address of the proxy cannot be used."""

    words = "webitel-proxy-invalid"


class WrongAddress(WebitelError, Fatal):
    """Whatever answers at the URL is not Webitel's API."""

    words = "webitel-not-json"
    exit_code = 2


class NotJson(WrongAddress):
    """The answer is not JSON."""


class HtmlPage(NotJson):
    """The answer is a web page."""

    words = "webitel-html-page"


class Redirected(WrongAddress):
    """The service sent us elsewhere; redirects are not followed, so that the token goes nowhere else."""

    words = "webitel-redirected"


class PathMissing(WrongAddress):
    """404 for a path that every Webitel has."""

    words = "webitel-path-missing"


class CertificateRefused(WebitelError, Fatal):
    """The certificate of the service could not be verified."""

    words = "webitel-certificate-refused"
    exit_code = 2


class NotAuthorized(WebitelError, Fatal):
    """401, and a new login (where there can be one) did not help."""

    words = "webitel-not-authorized"
    exit_code = 2


class LoginRefused(NotAuthorized):
    """POST /login said no."""

    words = "webitel-login-refused"


class SecondFactorRequired(WebitelError, Fatal):
    """The service account has two-factor sign-in; nobody is there to type the code."""

    words = "webitel-second-factor"
    exit_code = 2


class PermissionDenied(WebitelError, Fatal):
    """403: the service account lacks a right."""

    words = "webitel-permission-denied"


class ServiceAccountUnlicensed(PermissionDenied):
    """The service account itself holds no licence, or an expired one."""

    words = "webitel-no-license"


class QueryRefused(WebitelError, Fatal):
    """A read was refused with a 4xx that none of the others names."""

    words = "webitel-query-refused"


class MemberUnknown(WebitelError, Fatal):
    """A member no Webitel user has: Webitel would ignore it and say 200."""

    words = "webitel-member-unknown"


class UnexpectedAnswer(WebitelError, Fatal):
    """JSON, but not in a form the contract knows."""

    words = "webitel-unexpected-answer"


class PagingBroken(WebitelError, Fatal):
    """A list could not be read to its end, or two reads of it differ; `problems` says why."""

    words = "webitel-paging-broken"

    def __init__(self, *, problems: tuple[Sentence, ...] = (), **context: Any) -> None:
        super().__init__(**context)
        self.problems = problems

    def __str__(self) -> str:
        return " ".join([super().__str__(), *map(str, self.problems)])


class NotFound(WebitelError, Skippable):
    """404 for one object."""

    words = "webitel-not-found"


class Refused(WebitelError, Skippable):
    """Webitel refused one write (a 4xx); the others may still succeed."""

    words = "webitel-refused"


class TooManyRequests(WebitelError, Retriable):
    """429: not carried out, come back after `retry_after` seconds."""

    words = "webitel-too-many-requests"


class ServerFailed(WebitelError, Retriable):
    """5xx. A write may have been carried out all the same."""

    words = "webitel-server-failed"


class Unreachable(WebitelError, Retriable):
    """No connection: nothing was sent."""

    words = "webitel-unreachable"


class TurnMissed(WebitelError, Retriable):
    """The request could not be sent as soon as it had to be, and was not sent: what it stands on must be read again."""

    words = "webitel-turn-missed"


class AnswerLost(WebitelError, Retriable):
    """The request went out and no answer came. A write may have been carried out."""

    words = "webitel-answer-lost"


class AnswerGarbled(AnswerLost):
    """The answer stops in the middle."""

    words = "webitel-answer-garbled"
