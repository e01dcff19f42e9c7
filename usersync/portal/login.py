"""Logging in and out: plain forms, so that they need no script and no websocket."""

from __future__ import annotations

import asyncio
from typing import Annotated, Final

from fastapi import APIRouter, Form, Query, Request
from starlette.responses import RedirectResponse, Response

from usersync.errors import UsersyncError
from usersync.portal.current import current_portal, current_visitor
from usersync.portal.doors import LoginRefused, TooManyLogins
from usersync.portal.gate import cookie_name, cookies, local_path
from usersync.portal.plain_pages import LANGUAGE_COOKIE, down_page, login_page
from usersync.portal.problems import ledger_away, problem_response
from usersync.portal.secrets import new_secret, same
from usersync.words import LANGUAGES, Sentence, say, speak

router: Final = APIRouter(include_in_schema=False)
_FORM_COOKIE: Final = "usersync_login"
_YEAR: Final = 365 * 24 * 3600


@router.get("/login")
async def show_login(
    request: Request,
    target: Annotated[str, Query(alias="next", max_length=2_000)] = "/",
    language: Annotated[str, Query(max_length=5)] = "",
) -> Response:
    """The form."""
    if language not in LANGUAGES:
        return _form(request, target)
    speak(language)
    answer = _form(request, target)
    secure = current_portal().origins.secure
    answer.set_cookie(LANGUAGE_COOKIE, language, max_age=_YEAR, samesite="lax", secure=secure)
    return answer


@router.post("/login")
async def log_in(
    request: Request,
    name: Annotated[str, Form(max_length=200)] = "",
    password: Annotated[str, Form(max_length=1_000)] = "",
    csrf: Annotated[str, Form(max_length=200)] = "",
    target: Annotated[str, Form(alias="next", max_length=2_000)] = "/",
) -> Response:
    """Check name and password, and begin a session under a new secret."""
    portal, jar = current_portal(), cookies(request.headers)
    origins = portal.origins
    expected, cookie = jar.get(_FORM_COOKIE, ""), cookie_name(origins)
    if request.headers.get("origin", "") not in origins.origins:
        return problem_response(403, Sentence("portal-foreign-origin"))
    if not expected or not same(expected, csrf):
        return _form(request, target, say("portal-login-again"), 403)
    address, before = request.client.host if request.client else "", jar.get(cookie, "")
    try:
        secret = await asyncio.to_thread(
            lambda: portal.doors.log_in(portal.ledger, name, password, address=address, before=before)
        )
    except TooManyLogins as error:
        answer = _form(request, target, str(error), 429)
        answer.headers["Retry-After"] = str(error.seconds)
        return answer
    except LoginRefused as error:
        return _form(request, target, str(error), 401)
    except UsersyncError as error:
        return down_page(ledger_away(error))
    answer = RedirectResponse(local_path(target), 303)
    answer.set_cookie(cookie, secret, httponly=True, samesite="lax", secure=origins.secure, path="/")
    answer.delete_cookie(_FORM_COOKIE, path="/login")
    return answer


@router.post("/logout")
async def log_out(csrf: Annotated[str, Form(max_length=200)] = "") -> Response:
    """End the session."""
    visitor, portal = current_visitor(), current_portal()
    if not same(csrf, visitor.csrf):
        return problem_response(403, Sentence("portal-no-csrf"))
    await asyncio.to_thread(lambda: portal.doors.log_out(portal.ledger, visitor))
    answer = RedirectResponse("/login", 303)
    secure = portal.origins.secure
    answer.delete_cookie(cookie_name(portal.origins), path="/", httponly=True, samesite="lax", secure=secure)
    answer.headers["Clear-Site-Data"] = '"cache", "storage"'
    return answer


def _form(request: Request, target: str, problem: str = "", status: int = 200) -> Response:
    csrf = cookies(request.headers).get(_FORM_COOKIE) or new_secret()
    answer = login_page(csrf=csrf, target=local_path(target), problem=problem, status=status)
    secure = current_portal().origins.secure
    answer.set_cookie(_FORM_COOKIE, csrf, httponly=True, samesite="strict", secure=secure, path="/login")
    return answer
