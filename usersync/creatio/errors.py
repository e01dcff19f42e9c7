"""What can go wrong with Creatio, and whose problem it is.

    ServiceError
    └── CreatioError
        ├── LoginFailed           Fatal      user name and password, or client id and secret, are refused
        ├── PasswordChangeForced  Fatal      the password has to be changed in the browser first
        ├── LoginMissing          Fatal      the settings name no way to log in (UsageError)
        ├── CertificatesUnreadable Fatal     the file of certificates in the settings cannot be read (UsageError)
        ├── ProxyInvalid          Fatal      the address of the proxy cannot be used (UsageError)
        ├── CsrfRejected          Fatal      the cross-site token is refused although the login is fresh
        ├── NotAuthorized         Fatal      refused although the login is fresh
        ├── RightsMissing         Fatal      403: the integration user may not do this with this entity
        ├── UrlWrong              Fatal      this address is no Creatio, or not this part of it
        ├── EntityMissing         Fatal      no such entity set; the setting that maps it is named
        ├── ColumnMissing         Fatal      no such column; the setting that maps it is named
        ├── ServiceMissing        Fatal      this Creatio has no such configuration service or method
        ├── OperationMissing      Fatal      the user may not execute this system operation; it is named
        ├── MetadataUnreadable    Fatal      $metadata is not CSDL
        ├── NameRefused           Fatal      a name that cannot stand in a query (UsageError)
        ├── QueryTooLong          Fatal      the address would be cut off by the web server
        ├── InvalidRequest        Skippable  400: the values of this record are not accepted
        ├── ValueRefused          Skippable  a value that does not fit its column; nothing was sent
        ├── RecordMissing         Skippable  404: there is no such row
        ├── DuplicateKey          Skippable  a row with this id (or unique value) exists already
        ├── RecordRefused         Skippable  another 4xx for one record
        ├── ServiceRefused        Skippable  a configuration service says no, inside HTTP 200
        ├── ServerFailed          Retriable  5xx; a write may have been carried out all the same
        ├── TooManyRequests       Retriable  429; nothing was carried out
        ├── Unavailable           Retriable  503
        ├── Unreachable           Retriable  no connection; nothing was sent
        ├── TurnMissed            Retriable  it could not be sent in time; nothing was sent
        ├── AnswerLost            Retriable  sent, but no readable answer came back
        └── SubResponseMissing    Retriable  a `$batch` answered without a word about this operation

What is mended in the settings (login, address, mapping) ends the command line with exit code 2.

`outcome_unknown` is True where a write may have been carried out: read the row back before anything else
(docs/creatio.md#writes).
"""

from __future__ import annotations

from typing import Any, ClassVar

from usersync.errors import Fatal, Retriable, ServiceError, Skippable, UsageError

NOTHING_SAID = "none"
"""Stands in the argument `text` where the service gave no explanation; the catalogues leave the clause out."""


class CreatioError(ServiceError):
    """An answer of Creatio, or the lack of one.

    Attributes:
        retry_after: seconds Creatio asks to wait, None where it does not say.
    """

    service = "creatio"
    says: ClassVar[str] = ""

    def __init__(
        self,
        message_id: str | None = None,
        /,
        *,
        status: int | None = None,
        request_id: str | None = None,
        url: str | None = None,
        outcome_unknown: bool = False,
        retry_after: float | None = None,
        **args: Any,
    ) -> None:
        super().__init__(
            message_id or self.says,
            status=status,
            request_id=request_id,
            url=url,
            outcome_unknown=outcome_unknown,
            **args,
        )
        self.retry_after = retry_after


class LoginFailed(CreatioError, Fatal):
    """Creatio refuses user name and password (HTTP 200 with `Code` other than 0), or client id and secret."""

    says = "creatio-login-failed"
    exit_code = 2


class PasswordChangeForced(CreatioError, Fatal):
    """The user has to change the password in the browser before anything else."""

    says = "creatio-password-change-forced"
    exit_code = 2


class CertificatesUnreadable(CreatioError, UsageError):
    """The file of certificates in the settings cannot be read."""

    says = "creatio-certificates-unreadable"


class ProxyInvalid(CreatioError, UsageError):
    """The address of the proxy cannot be used."""

    says = "creatio-proxy-invalid"


class LoginMissing(CreatioError, UsageError):
    """The settings give neither client id and secret nor user name and password, or half of them."""

    says = "creatio-login-missing"


class CsrfRejected(CreatioError, Fatal):
    """The cross-site token (cookie and header BPMCSRF) is refused, also after a fresh login."""

    says = "creatio-csrf-rejected"


class NotAuthorized(CreatioError, Fatal):
    """401 or its other shapes, also after a fresh login."""

    says = "creatio-not-authorized"
    exit_code = 2


class RightsMissing(CreatioError, Fatal):
    """403: the integration user lacks the right to this operation."""

    says = "creatio-rights-missing"


class UrlWrong(CreatioError, Fatal):
    """A page instead of data, a redirect elsewhere, or nothing where the root should be."""

    says = "creatio-url-wrong"
    exit_code = 2


class EntityMissing(CreatioError, Fatal):
    """This Creatio has no such entity set, or is rebuilding its OData model."""

    says = "creatio-entity-missing"
    exit_code = 2


class ColumnMissing(CreatioError, Fatal):
    """This Creatio's entity has no such column."""

    says = "creatio-column-missing"
    exit_code = 2


class ServiceMissing(CreatioError, Fatal):
    """This Creatio has no such configuration service, or the service no such method."""

    says = "creatio-service-missing"


class OperationMissing(CreatioError, Fatal):
    """The user may not execute the system operation that is needed."""

    says = "creatio-operation-missing"


class MetadataUnreadable(CreatioError, Fatal):
    """`$metadata` is not the XML it should be."""

    says = "creatio-metadata-unreadable"
    exit_code = 2


class NameRefused(CreatioError, UsageError):
    """A name that cannot stand in a query: not an identifier, or the flat key of a lookup in a filter."""

    says = "creatio-name-refused"


class QueryTooLong(CreatioError, Fatal):
    """The address would be longer than the web server of Creatio accepts."""

    says = "creatio-query-too-long"


class InvalidRequest(CreatioError, Skippable):
    """400: Creatio does not accept these values."""

    says = "creatio-invalid-request"


class ValueRefused(CreatioError, Skippable):
    """A value that does not fit its column, found before anything was sent."""

    says = "creatio-value-refused"


class RecordMissing(CreatioError, Skippable):
    """404: there is no row with this id (or it is hidden from the integration user)."""

    says = "creatio-record-missing"


class DuplicateKey(CreatioError, Skippable):
    """A row with this id, or with a value that has to be unique, exists already."""

    says = "creatio-duplicate-key"


class RecordRefused(CreatioError, Skippable):
    """Creatio refuses this one record."""

    says = "creatio-record-refused"


class ServiceRefused(CreatioError, Skippable):
    """A configuration service says no for one user; HTTP is 200 all the same."""

    says = "creatio-service-refused"


class ServerFailed(CreatioError, Retriable):
    """Creatio failed on its side; a write may have been carried out all the same (docs/creatio.md#writes)."""

    says = "creatio-server-failed"


class TooManyRequests(CreatioError, Retriable):
    """429: nothing was carried out; slow down."""

    says = "creatio-too-many-requests"


class Unavailable(CreatioError, Retriable):
    """503: restarting, overloaded or under maintenance."""

    says = "creatio-unavailable"


class Unreachable(CreatioError, Retriable):
    """No connection could be made: nothing was sent."""

    says = "creatio-unreachable"


class TurnMissed(CreatioError, Retriable):
    """The request could not be sent as soon as it had to be, and was not sent: what it stands on must be read again."""

    says = "creatio-turn-missed"


class AnswerLost(CreatioError, Retriable):
    """The request went out, and no readable answer came back."""

    says = "creatio-answer-lost"


class SubResponseMissing(CreatioError, Retriable):
    """A `$batch` was answered, but not this operation of it."""

    says = "creatio-sub-response-missing"
