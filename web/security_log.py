"""What a security officer looks for: sign-ins that went well or not, and whatever was refused; who, from where, when.

One line each under the logger `duban.security`, each thing a field of its own: a path with spaces in it forges none.
No word, code, link or name, but the person's key, as far as it is known: at a sign-in whose name was given.
"""

import logging
import re

from fastapi import Request, Response

LOG = logging.getLogger("duban.security")
SIGN_IN = {"/login": "word", "/login/code": "second-factor", "/oidc/back": "provider"}
REFUSED = frozenset({401, 403, 408, 410, 413, 415, 429})
TOKEN = re.compile(r"[A-Za-z0-9_-]{40,}")


def note_answer(request: Request, response: Response) -> None:
    """A line for what concerns security; nothing for the rest."""
    if found := what_of(request, response):
        path = ascii(TOKEN.sub("...", request.url.path))[1:-1]
        address = request.client.host if request.client else "-"
        here = {"status": response.status_code, "method": request.method, "path": path, "address": address}
        LOG.warning("security", extra={**found, **here, "person": _person(request)})


def note_person(request: Request, key: object) -> None:
    """Who signs in, or tries to: nobody is signed in yet."""
    request.state.person = str(key)


def _person(request: Request) -> str:
    user = getattr(request.state, "user", None)
    return str(user.id) if user else getattr(request.state, "person", "-")


def what_of(request: Request, response: Response) -> dict[str, str]:
    """Which event an answer is, at a sign-in also by which way; empty for what is none."""
    path, status = request.url.path, response.status_code
    if path in SIGN_IN and (request.method == "POST" or path == "/oidc/back"):
        went = "ok" if status == 303 else "asked" if status == 200 else "failed"
        return {"event": f"sign-in-{went}", "way": SIGN_IN[path]}
    if path.startswith(("/u/", "/k")) and status == 404:
        return {"event": "unknown-link"}
    if status in REFUSED:
        return {"event": "refused"}
    return {"event": "fault"} if status >= 500 else {}
