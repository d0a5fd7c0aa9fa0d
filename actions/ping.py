"""A sign of life to a watcher outside, as healthchecks wants it: off unless an address is set, never waited for."""

import logging
import threading

import httpx

from config.settings import settings

SECONDS = 4.0
LOG = logging.getLogger("duban.ping")
START, WELL, FAIL = "/start", "", "/fail"


def ping(what: str = WELL) -> threading.Thread | None:
    """Tell it that a sweep begins, ended well or failed. Nothing is thrown and nobody waits; the address is a secret
    and stands in no log."""
    url = settings().ping_url.get_secret_value().rstrip("/")
    if not url:
        return None
    thread = threading.Thread(target=_call, args=(url + what, what), name="ping", daemon=what == START)
    thread.start()
    return thread


def _call(url: str, what: str) -> None:
    try:
        with httpx.stream("POST", url, timeout=SECONDS, follow_redirects=False) as reply:  # its body is not awaited
            if reply.status_code >= 300:
                LOG.warning("the watcher outside answered %s to %s", reply.status_code, what or "success")
    except Exception as error:  # an address that is none, a name that is not found, a wire that breaks
        LOG.warning("the watcher outside was not reached: %s", type(error).__name__)
