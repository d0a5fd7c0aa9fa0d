"""/livez, /healthz and /metrics: for whoever watches the machine; no sign-in, no secrets, nothing about any unit."""

import secrets
import threading
from collections.abc import Iterable
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, PlainTextResponse, Response

from actions.dead_man import banner
from actions.health import Check, checks
from config import clock
from config.settings import settings
from web import measured
from web.language import ENGLISH, speaking
from web.page import PAGES
from web.said import said_plain

router = APIRouter()
FRESH = 5.0  # seconds an answer is kept: whoever asks all the time costs no more than this
LOOPBACK = ("127.0.0.1", "::1", "testclient")
_lock = threading.Lock()
_kept: list[tuple[float, Any, list[Check]]] = []
_sentence: list[tuple[float, Any, str]] = []


def looked() -> list[Check]:
    """The checks, made anew when the last ones are some seconds old."""
    with _lock:
        now, ours = clock.ticks(), settings()
        if not _kept or _kept[0][1] is not ours or now - _kept[0][0] > FRESH:
            _kept[:] = [(now, ours, checks())]
        return _kept[0][2]


@router.api_route("/livez", methods=["GET", "HEAD"])
def livez() -> PlainTextResponse:
    """200 while the web answers at all: for a supervisor or a proxy, which must not stop it because of others."""
    return PlainTextResponse("ok\n")


@router.api_route("/healthz", methods=["GET", "HEAD"])
def healthz() -> JSONResponse:
    """200 when every check is well, else 503; each with its name and sentence in Chinese and English."""
    found = looked()
    well = all(check.ok for check in found)
    body = {"ok": well, "at": clock.wall().isoformat(), "checks": [_told(check) for check in found]}
    return JSONResponse(body, status_code=200 if well else 503)


def _told(check: Check) -> dict[str, object]:
    with speaking(ENGLISH):
        name, words = said_plain(check.label), said_plain(check.words)
    return {"check": check.name, "ok": check.ok, "zh": f"{check.label}：{check.words}", "en": f"{name}: {words}"}


@router.get("/metrics")
def metrics(request: Request) -> Response:
    """Figures for Prometheus: with the token of the settings, or without one from this machine itself."""
    if not allowed(request):
        return PlainTextResponse("forbidden\n", status_code=403)
    return Response(measured.text(looked()), media_type=measured.TYPE)


def allowed(request: Request) -> bool:
    """A proxy on this machine speaks for strangers, so what it forwards is not from here."""
    token = settings().metrics_token.get_secret_value()
    if token:
        given = request.headers.get("authorization", "").removeprefix("Bearer ")
        return secrets.compare_digest(given.encode(), token.encode())
    forwarded: Iterable[str] = ("x-forwarded-for", "forwarded", "x-real-ip", "via")
    here = request.client is not None and request.client.host in LOOPBACK
    return here and not any(name in request.headers for name in forwarded)


def stopped_words() -> str:
    """The banner of every page of the office; a file is read at most every few seconds."""
    now, ours = clock.ticks(), settings()
    if not _sentence or _sentence[0][1] is not ours or now - _sentence[0][0] > FRESH:
        _sentence[:] = [(now, ours, banner())]
    return _sentence[0][2]


PAGES.globals["stopped_words"] = stopped_words
