"""What a sign-in ends with, by whatever way it came: the cookie of a session, and a path of our own to go to."""

from urllib.parse import quote

from fastapi.responses import RedirectResponse, Response

from config.settings import settings
from web.guard import COOKIE

CHOSEN = "duban_office"  # the office somebody chose, for the next time
WEEK = 7 * 24 * 3600


def inside(path: str) -> str:
    """A path of our own pages, or "": nobody is led elsewhere after signing in."""
    return path if path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable() else ""


def let_in(token: str, to: str, office: str = "") -> Response:
    """The cookie of a session: not for scripts, not from other sites, over TLS only where the site has it. It outlives
    the session, which the server ends: a form sent too late is known by it and waits to be sent again."""
    answer = RedirectResponse(to, 303)
    secure = settings().site.startswith("https://")
    answer.set_cookie(
        COOKIE, token, httponly=True, samesite="lax", secure=secure, max_age=settings().session_hours * 3600 + WEEK
    )
    if office:  # next time this browser need not be told
        answer.set_cookie(CHOSEN, quote(office), httponly=True, samesite="lax", secure=secure, max_age=52 * WEEK)
    return answer
