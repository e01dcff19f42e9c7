"""Webitel over HTTP: users, licences, roles and devices of one domain.

What the service is known to do, and how sure that is, stands in `docs/webitel.md`.
"""

from usersync.webitel.address import api_root
from usersync.webitel.auth import Auth, LoginAuth, TokenAuth
from usersync.webitel.client import IMPORT_FIELDS, LICENSE_FIELDS, WebitelClient
from usersync.webitel.clock import Clock
from usersync.webitel.errors import (
    AddressInvalid,
    AnswerGarbled,
    AnswerLost,
    CertificateRefused,
    CertificatesUnreadable,
    CredentialsInvalid,
    HtmlPage,
    LoginRefused,
    MemberUnknown,
    NotAuthorized,
    NotFound,
    NotJson,
    PagingBroken,
    PathMissing,
    PermissionDenied,
    ProxyInvalid,
    QueryRefused,
    Redirected,
    Refused,
    SecondFactorRequired,
    ServerFailed,
    ServiceAccountUnlicensed,
    TooManyRequests,
    UnexpectedAnswer,
    Unreachable,
    WebitelError,
    WrongAddress,
)
from usersync.webitel.models import (
    Device,
    License,
    LicenseUser,
    Page,
    Permission,
    Presence,
    Ref,
    Role,
    User,
    Userinfo,
    UserLicense,
)
from usersync.webitel.paths import IDS_PER_REQUEST
from usersync.webitel.reads import UsersRead
from usersync.webitel.retry import RetryPolicy, parse_retry_after
from usersync.webitel.statistics import Statistics
from usersync.webitel.wire import OnRequest
from usersync.webitel.writing import NewDevice, NewUser

__all__ = [
    "IDS_PER_REQUEST",
    "IMPORT_FIELDS",
    "LICENSE_FIELDS",
    "AddressInvalid",
    "AnswerGarbled",
    "AnswerLost",
    "Auth",
    "CertificateRefused",
    "CertificatesUnreadable",
    "Clock",
    "CredentialsInvalid",
    "Device",
    "HtmlPage",
    "License",
    "LicenseUser",
    "LoginAuth",
    "LoginRefused",
    "MemberUnknown",
    "NewDevice",
    "NewUser",
    "NotAuthorized",
    "NotFound",
    "NotJson",
    "OnRequest",
    "Page",
    "PagingBroken",
    "PathMissing",
    "Permission",
    "PermissionDenied",
    "Presence",
    "ProxyInvalid",
    "QueryRefused",
    "Redirected",
    "Ref",
    "Refused",
    "RetryPolicy",
    "Role",
    "SecondFactorRequired",
    "ServerFailed",
    "ServiceAccountUnlicensed",
    "Statistics",
    "TokenAuth",
    "TooManyRequests",
    "UnexpectedAnswer",
    "Unreachable",
    "User",
    "UserLicense",
    "Userinfo",
    "UsersRead",
    "WebitelClient",
    "WebitelError",
    "WrongAddress",
    "api_root",
    "parse_retry_after",
]
