"""Pages without scripts: the login, and what is shown while the ledger is down. Everything that varies is escaped."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

from starlette.datastructures import Headers
from starlette.responses import HTMLResponse

from usersync.words import LANGUAGES, Sentence, current_language, next_step, say

LANGUAGE_COOKIE = "usersync_language"


def preferred_language(headers: Headers) -> str:
    """The language a browser asks for, before anybody has logged in: its cookie, else what it prefers."""
    for part in headers.get("cookie", "").split(";"):
        name, _, value = part.strip().partition("=")
        if name == LANGUAGE_COOKIE and value in LANGUAGES:
            return value
    for part in headers.get("accept-language", "").split(","):
        language = part.partition(";")[0].strip().partition("-")[0].casefold()
        if language in LANGUAGES:
            return language
    return "en"


def login_page(*, csrf: str, target: str, problem: str = "", status: int = 200) -> HTMLResponse:
    """The form for name and password; `problem` is why the last try was refused."""
    said = f'<p class="problem" role="alert">{escape(problem)}</p>' if problem else ""
    other = "uk" if current_language() == "en" else "en"
    body = f"""
<main class="login">
<h1>{escape(say("portal-product"))}</h1>
<p>{escape(say("portal-login-lead"))}</p>
{said}
<form method="post" action="/login" autocomplete="on">
<input type="hidden" name="csrf" value="{escape(csrf)}">
<input type="hidden" name="next" value="{escape(target)}">
<label for="name">{escape(say("portal-login-name"))}</label>
<input id="name" name="name" autocomplete="username" autocapitalize="none" spellcheck="false" required autofocus maxlength="60">
<label for="password">{escape(say("portal-login-password"))}</label>
<input id="password" name="password" type="password" autocomplete="current-password" required maxlength="256">
<button type="submit">{escape(say("portal-login-submit"))}</button>
</form>
<form method="get" action="/login"><input type="hidden" name="language" value="{other}">
<input type="hidden" name="next" value="{escape(target)}">
<button type="submit" class="quiet" lang="{other}">{"Українською" if other == "uk" else "In English"}</button></form>
</main>"""
    return _page(say("portal-login-title"), body, status)


def down_page(problem: Sentence) -> HTMLResponse:
    """What is down and what to do; the browser asks again by itself."""
    step = f"<p>{escape(next_step(problem.id, **problem.args) or '')}</p>"
    body = f"""
<main class="login">
<h1>{escape(say("portal-product"))}</h1>
<p class="problem" role="alert">{escape(str(problem))}</p>{step}
<p>{escape(say("portal-asks-again"))}</p>
</main>"""
    return _page(say("portal-down-title"), body, 503, {"Refresh": "5", "Retry-After": "5"})


def _page(title: str, body: str, status: int, headers: Mapping[str, str] | None = None) -> HTMLResponse:
    html = f"""<!doctype html>
<html lang="{current_language()}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(title)}</title><link rel="stylesheet" href="/portal-assets/portal.css"></head>
<body class="plain">{body}</body></html>"""
    return HTMLResponse(html, status, headers=headers)
