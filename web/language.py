"""The reader's language: Chinese unless they switched, carried by a context variable, kept in a cookie."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from urllib.parse import unquote, urlsplit

from fastapi import Request
from starlette.types import ASGIApp, Receive, Scope, Send

CHINESE, ENGLISH = "zh-CN", "en"
LANGUAGES = (CHINESE, ENGLISH)
COOKIE = "language"
LOCAL = re.compile(r"/(?![/\\])[^\x00-\x20\\]*")
_language: ContextVar[str] = ContextVar("language", default=CHINESE)


def language() -> str:
    """The language of the page that is being made: zh-CN or en."""
    return _language.get()


def english() -> bool:
    return _language.get() == ENGLISH


def wanted(request: Request) -> str:
    """What the reader chose; Chinese for everybody who chose nothing, whatever the browser asks for."""
    chosen = request.cookies.get(COOKIE, "")
    return chosen if chosen in LANGUAGES else CHINESE


@contextmanager
def speaking(chosen: str) -> Iterator[None]:
    """Make everything within in this language."""
    token = _language.set(chosen)
    try:
        yield
    finally:
        _language.reset(token)


class Speaking:
    """The middleware: every request is answered in its reader's language, threads and errors included."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        with speaking(wanted(Request(scope))):
            await self.app(scope, receive, send)


def local_path(text: str) -> str:
    """The path to return to when it is one of this site, "/" otherwise: never another host, never a header."""
    whole = LOCAL.fullmatch(text) and LOCAL.fullmatch(unquote(text.partition("?")[0]))
    return text if whole and len(text) <= 2000 else "/"


def here(request: Request) -> str:
    """Where a switch of language leads back to: this page, or after a refused form the page it stood on."""
    if request.method in ("GET", "HEAD"):
        return local_path(request.url.path + (f"?{request.url.query}" if request.url.query else ""))
    came = urlsplit(request.headers.get("referer", ""))
    if came.netloc != request.headers.get("host"):
        return "/"
    return local_path(came.path + (f"?{came.query}" if came.query else ""))
