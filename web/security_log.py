"""What a security officer looks for: sign-ins that went well or not, and whatever was refused; who, from where, when.

One line each under the logger `duban.security`: key=value, ASCII; no word, code, link or name, but the person's key.
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
    if word := what_of(request, response):
        user = getattr(request.state, "user", None)
        address = request.client.host if request.client else "-"
        path = ascii(TOKEN.sub("...", request.url.path))[1:-1]
        LOG.warning(
            "event=%s status=%s method=%s path=%s address=%s person=%s", word, response.status_code, request.method,
            path, address, user.id if user else "-",
        )


def what_of(request: Request, response: Response) -> str:
    """Which event an answer is, or ""."""
    path, status = request.url.path, response.status_code
    if path in SIGN_IN and (request.method == "POST" or path == "/oidc/back"):
        went = "ok" if status == 303 else "asked" if status == 200 else "failed"
        return f"sign-in-{went} way={SIGN_IN[path]}"
    if path.startswith(("/u/", "/k")) and status == 404:
        return "unknown-link"
    if status in REFUSED:
        return "refused"
    return "fault" if status >= 500 else ""
