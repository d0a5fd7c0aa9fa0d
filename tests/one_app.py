"""The application, built once for a process: it keeps nothing between requests, and its routes take half a second."""

from functools import cache

from fastapi import FastAPI

from web import throttle, unit
from web.app import create_app


@cache
def the_app() -> FastAPI:
    """The one that every test of this process asks; its answers depend on the database and settings of the moment."""
    return create_app()


def calm() -> None:
    """No throttle remembers anything: they belong to the process, not to a test's folder."""
    for limit in (throttle.BAD_LINKS, unit.FRESH_BY_ADDRESS, unit.FRESH_BY_LINK):
        limit.tries.clear()
