"""A unit at its own link, on a server that reads the test's clock."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, time
from typing import Any

import pytest
from fastapi.testclient import TestClient
from httpx import Response
from sqlalchemy import Engine
from sqlmodel import Session, select

from actions import open_link
from config import clock
from models.database import transaction
from models.ledger import unit_item
from models.problem import Problem
from models.unit import Unit
from models.words import AssignmentKind
from tests.databases import every_row
from tests.one_app import the_app

CHECKING, FIXING = date(2020, 8, 3), date(2020, 8, 27)
PLAN = {"measure": "补齐档案", "leader": "张三", "lead_unit": "县司法局", "person": "李四", "due_on": "2020-09-04"}


@dataclass(frozen=True)
class Door:
    """A unit at its own link: opens and posts pages, looks into the database."""

    client: TestClient
    running: Any
    token: str
    position: int = 0

    def get(self, path: str = "", status: int = 200) -> str:
        return self._checked(self.client.get(f"/u/{self.token}{path}"), status)

    def post(self, path: str, status: int = 303, files: Any = None, **fields: str) -> str:
        """The page after the post: where it leads to, or the form again."""
        answer = self.client.post(f"/u/{self.token}{path}", data=fields, files=files, follow_redirects=False)
        page = self._checked(answer, status)
        return self.get(answer.headers["location"].removeprefix(f"/u/{self.token}")) if status == 303 else page

    def _checked(self, answer: Response, status: int) -> str:
        assert answer.status_code == status, answer.text
        return answer.text

    def unit(self, session: Session) -> Unit:
        return self.running.unit(session, self.position)

    def item(self, kind: AssignmentKind) -> str:
        with transaction(self.running.bind) as session:
            return str(unit_item(session, self.running.cycle_id, self.unit(session).id, kind).id)

    def problem(self, title: str = "档案缺失") -> Problem:
        return next(problem for problem in self.all(Problem) if problem.title == title)

    def plan_fields(self, **changed: str) -> dict[str, str]:
        """The five fields of every problem of this unit."""
        with transaction(self.running.bind) as session:
            mine = session.exec(select(Problem).where(Problem.unit_id == self.unit(session).id)).all()
        return {f"plan-{problem.no}-{name}": value for problem in mine for name, value in PLAN.items()} | changed

    def all(self, table: Any) -> list[Any]:
        with transaction(self.running.bind) as session:
            return list(session.exec(select(table)))

    def dump(self) -> dict[str, list[Any]]:
        """Every row of every table."""
        return every_row(self.running.bind)

    def new_link(self) -> str:
        with transaction(self.running.bind) as session:
            contact = self.running.contact(session, self.position)
            return open_link.make_link(session, self.running.actor("jingban"), contact).rsplit("/", 1)[1]

    def neighbour(self) -> "Door":
        """The second unit at its own link."""
        other = replace(self, position=1)
        return replace(other, token=other.new_link())


@pytest.fixture
def today() -> Iterator[Callable[[date], None]]:
    """Sets the day for the whole process: the server answers on threads of its own."""

    def be(day: date) -> None:
        clock.freeze(clock.at_time(day, time(10, 0)))

    yield be
    clock.freeze(None)


@pytest.fixture
def door(bind: Engine, puyang: Callable[..., Any], today: Callable[[date], None]) -> Door:
    """The first unit on the first workday of self-check."""
    running = puyang(2)
    running.round(CHECKING)
    today(CHECKING)
    blank = Door(TestClient(the_app()), running, "")
    return replace(blank, token=blank.new_link())


@pytest.fixture
def fixing(door: Door, today: Callable[[date], None]) -> Door:
    """The first unit with two problems fed back by letter, in rectification."""
    with door.running.on(date(2020, 8, 12)) as session:
        door.running.find(session, 0, "档案缺失")
        door.running.find(session, 0, "学法次数不足")
        door.running.find(session, 1, "别的单位的问题")
    with door.running.on(date(2020, 8, 26)) as session:
        door.running.letter(session, 0)
        door.running.letter(session, 1)
    door.running.round(FIXING)
    today(FIXING)
    return door


@pytest.fixture
def planned(fixing: Door) -> Door:
    """Both problems have their plan."""
    fixing.post(f"/plan/{fixing.item(AssignmentKind.RECT_PLAN)}", nonce="plan-1", **fixing.plan_fields())
    return fixing
