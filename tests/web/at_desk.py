"""A person of the running cycle's office, signed in on a server that reads the test's clock."""

from collections.abc import Callable
from datetime import date, time
from typing import Any

from fastapi.testclient import TestClient

from config import clock
from tests.beginnings import WORD
from tests.conftest import Running
from tests.one_app import the_app
from tests.web.person import Person


def signed(bind: Any, login: str) -> Person:
    """Whoever signs in with this name, where signing in leads."""
    client = TestClient(the_app())
    answer = client.post("/login", data={"login": login, "word": WORD}, follow_redirects=False)
    assert answer.status_code == 303, answer.text
    return Person(client, bind)


def behind(puyang: Callable[..., Running], today: Callable[[date], None]) -> Running:
    """Three units: one has reported, one late with its report, one silent; four workdays after the limit."""
    running = puyang(3)
    for day in (date(2020, 7, 24), date(2020, 8, 3)):
        running.round(day)
    with running.on(date(2020, 8, 10)) as session:
        running.hand_in(session, 0)
    for n in (10, 11, 13, 14, 17):
        running.round(date(2020, 8, n))
    with running.on(date(2020, 8, 17), time(11, 0)) as session:
        running.hand_in(session, 1)
        running.find(session, 0)
    today(date(2020, 8, 17))
    clock.freeze(clock.at_time(date(2020, 8, 17), time(18, 30)))
    return running
