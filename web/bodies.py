"""What comes with a request, counted while it comes: no more than its sender may send, and no slower than a person."""

import asyncio
import re
import time
from dataclasses import dataclass

from fastapi import Request
from fastapi.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from actions.open_link import visitor
from config.settings import settings
from models.base import Refused
from models.database import reading
from web.guard import COOKIE, SMALL, user_here

MB = 1024 * 1024
WORDS_ONLY = 4 * MB  # a form without files; one of its fields takes a megabyte at most
LATE_FORM = MB  # typed while the sign-in ended: it is kept and sent again (web/sessions.py)
MOST_FILES = 6  # times the limit of one file, with the words beside them
PATIENCE, SLOWEST = 60.0, 2000  # seconds that nothing need come; bytes a second after that, on the average
CHARSET = re.compile(r";\s*charset\s*=\s*\"?([^\";\s]*)", re.IGNORECASE)


class Bounded:
    """Stands innermost, so that its refusal is an HTTPException of the page that reads; a page that reads no body
    refuses nothing, whatever was announced."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["method"] not in ("GET", "HEAD", "OPTIONS"):
            receive = Body(Request(scope), receive).more
        await self.app(scope, receive, send)


@dataclass
class Body:
    """A body on its way in; `most` bytes are borne, which is found out only when more than a stranger's come."""

    request: Request
    receive: Receive
    came: int = 0
    most: int = SMALL
    asked: bool = False
    began: float = 0.0

    async def more(self) -> Message:
        """The next piece; HTTPException 408, 413 or 415 where it is too slow, too much or in no known letters."""
        self.began = self.began or time.monotonic()
        if not self.came and (told := CHARSET.search(self.request.headers.get("content-type", ""))):
            _check_letters(told[1])
        left = self.began + PATIENCE + self.came / SLOWEST - time.monotonic()
        try:
            message = await asyncio.wait_for(self.receive(), max(left, 0.01))
        except TimeoutError:
            raise HTTPException(408) from None
        self.came += len(message.get("body", b""))
        if self.came > self.most and not self.asked:
            self.asked, self.most = True, await run_in_threadpool(most_of, self.request)
        if self.came > self.most:
            raise HTTPException(413)
        return message


def _check_letters(charset: str) -> None:
    """Our pages are UTF-8, and so is what they send; Python knows stranger alphabets than any browser."""
    if charset.lower().replace("_", "-") not in ("utf-8", "utf8", ""):
        raise HTTPException(415)


def most_of(request: Request) -> int:
    """How many bytes this sender may send: a stranger hardly any, and only who is known a file."""
    if not _is_known(request):
        return LATE_FORM if COOKIE in request.cookies else SMALL
    with_files = settings().evidence_max_mb * MOST_FILES * MB
    return WORDS_ONLY if "urlencoded" in request.headers.get("content-type", "") else with_files


def _is_known(request: Request) -> bool:
    with reading() as session:
        if user_here(request, session):
            return True
        parts = request.url.path.split("/")
        try:
            return parts[1] == "u" and visitor(session, parts[2]) is not None
        except (Refused, IndexError):
            return False
