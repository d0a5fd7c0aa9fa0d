"""Which entries of the menu lead somewhere in this application: a page that is not there is not offered."""

from functools import lru_cache

from fastapi import FastAPI, Request
from starlette.routing import Match

from web.page import PAGES


@lru_cache(maxsize=256)
def _served(app: FastAPI, path: str) -> bool:
    scope = {"type": "http", "path": path, "method": "GET", "headers": [], "root_path": "", "app": app}
    return any(route.matches(scope)[0] == Match.FULL for route in app.routes)


def served(request: Request, path: str) -> bool:
    """Whether a page answers at this path."""
    return _served(request.app, path)


def offer() -> None:
    """Let the templates ask."""
    PAGES.globals["served"] = served
