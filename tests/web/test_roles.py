"""Every address that posts, for every role and for nobody: who may passes the door, everybody else changes nothing."""

import logging
import re
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from uuid import uuid4

import pytest
from fastapi.testclient import TestClient
from sqlmodel import select

from actions.people import add_person
from commands.office import People
from models.cycle import Assignment
from models.database import transaction
from models.office import User
from models.words import AssignmentKind, Role
from rules.roles import ROLES, UNIT, Act, may
from tests.beginnings import WORD
from tests.conftest import Running
from tests.one_app import the_app
from tests.programme import visit_of
from tests.web.conftest import Door
from web import doors

LOGINS = {Role.HEAD: "zhuren", Role.CLERK: "jingban", Role.TEAM_LEAD: "zuzhang", Role.LEADER: "lingdao",
          Role.INSPECTOR: "zuyuan", Role.AUDITOR: "shenji"}
OPEN_PAGES = ("/login", "/healthz", "/livez", "/metrics", "/oidc/start", "/oidc/back")
ROLE_REFUSAL = re.compile("须由[^，。]*办理。")


@cache
def addresses(way: str) -> list[str]:
    """The template of every address of the application that is asked this way."""
    with warnings.catch_warnings(action="ignore"):  # a page that answers GET and HEAD has one name for both
        return sorted(path for path, ways in the_app().openapi()["paths"].items() if way in ways)


def posts() -> list[str]:
    return addresses("post")


def reads() -> list[str]:
    return addresses("get")


@dataclass
class House:
    """An office with one person of each role, signed in, and a running cycle whose rows stand in the addresses."""

    running: Running
    clients: dict[str, TestClient]
    keys: dict[str, str]

    def address(self, template: str) -> str:
        def filled(found: re.Match[str]) -> str:
            name = found[0].strip("{}")
            return self.keys.get(f"{template.split('/')[1]}.{name}", self.keys.get(name, str(uuid4())))

        return re.sub(r"\{[^}]*\}", filled, template)

    def post(self, client: TestClient, template: str, **data: str):
        return client.post(self.address(template), data=data, follow_redirects=False)

    def dump(self) -> dict[str, list]:
        return Door(TestClient(the_app()), self.running, "").dump()


def signed_in(login: str) -> TestClient:
    client = TestClient(the_app())
    assert client.post("/login", data={"login": login, "word": WORD}, follow_redirects=False).status_code == 303
    return client


@pytest.fixture
def house(puyang: Callable[..., Running], people: People) -> Iterator[House]:
    running = puyang(1)
    head = people.actors["zhuren"]
    with transaction(running.bind) as session:
        known = session.exec(select(User).where(User.login == "jingban")).one()
        for role, login in ((Role.INSPECTOR, "zuyuan"), (Role.AUDITOR, "shenji")):
            add_person(session, head, login, f"{role.label}甲", role, known.password_hash).must_change = False
        visit = visit_of(session, running.cycle_id, running.unit(session).id)
        item = running.item(session, AssignmentKind.SELF_CHECK_REPORT)
        keys = {
            "cycle_id": running.cycle_id, "unit_id": running.unit(session).id, "units.key": running.unit(session).id,
            "visit_id": visit.id, "team_id": visit.team_id, "items.key": item.id, "kind": "self_check", "ref": 1,
            "receipts.key": running.item(session, AssignmentKind.CONTACT).id, "people.user_id": known.id,
        }
        assert session.get_one(Assignment, item.id)
    found = {role: signed_in(login) for role, login in LOGINS.items()}
    yield House(running, found, {name: str(key) for name, key in keys.items()})


def test_every_address_that_posts_is_written_down() -> None:
    known = {*doors.DOORS, *doors.UNIT_DOORS, *doors.OPEN}
    assert {doors.plain(path) for path in posts()} - known == set()
    assert known - {doors.plain(path) for path in posts()} == set()  # a line for nothing hides a misspelt one


def test_whoever_may_not_is_refused_at_every_address_and_nothing_changes(house: House) -> None:
    before, wrong = house.dump(), []
    for template in posts():
        acts = doors.DOORS.get(doors.plain(template), ())
        for role, client in house.clients.items():
            if acts and not any(may(role, act) for act in acts):
                answer = house.post(client, template)
                if answer.status_code != 403 or not ROLE_REFUSAL.search(answer.text):
                    wrong.append((template, role, answer.status_code))
    assert wrong == []
    assert house.dump() == before


def test_whoever_may_gets_past_the_door_and_the_action_agrees(house: House) -> None:
    wrong = []
    for template in posts():
        for role, client in house.clients.items():
            acts = doors.DOORS.get(doors.plain(template), ())
            if any(may(role, act) for act in acts) and template != "/sessions/end-others":
                answer = house.post(client, template)
                if answer.status_code == 403 and ROLE_REFUSAL.search(answer.text) and len(acts) == 1:
                    wrong.append((template, role, ROLE_REFUSAL.search(answer.text)))
                if answer.status_code >= 500 or answer.headers.get("location", "").startswith("/login"):
                    wrong.append((template, role, answer.status_code))
    assert wrong == []


def test_nobody_signed_in_and_a_wrong_link_open_no_door(house: House) -> None:
    before, nobody = house.dump(), TestClient(the_app())
    for template in posts():
        answer = house.post(nobody, template, login="zhuren", word="wrong-word")
        if template == "/login":
            assert answer.status_code == 401
        elif template == "/language":  # open to all: it only sets the reader's own cookie
            assert answer.headers["location"] == "/"
        elif template == "/login/code":  # nothing without the right word just before
            assert answer.status_code == 403
        elif template == "/k":  # the typed address is its own key, and this one is none
            assert answer.status_code == 422
        elif template.startswith("/u/"):
            refused = answer.status_code in (403, 404) or template.endswith("/fresh")  # that one answers all alike
            assert refused, (template, answer.status_code)
        else:
            assert answer.status_code == 303 and answer.headers["location"].startswith("/login"), template
    after = house.dump()
    assert {name for name in before if before[name] != after[name]} == {"signintry"}


def test_a_link_opens_nothing_for_a_unit_that_the_table_keeps_from_it() -> None:
    assert [path for path, act in doors.UNIT_DOORS.items() if UNIT not in ROLES[act]] == []


def test_an_address_nobody_wrote_down_is_closed_to_the_head_too(
    house: House, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.delitem(doors.DOORS, "/groups")
    with caplog.at_level(logging.ERROR, "duban.web"):
        answer = house.post(house.clients[Role.HEAD], "/groups", name="各乡镇")
    assert answer.status_code == 403 and "尚未列入权限表" in answer.text
    assert "web/doors.py" in caplog.text


def test_every_page_is_read_by_those_who_may_and_by_nobody_else(house: House) -> None:
    for template in reads():
        if template.startswith("/u/") or template in OPEN_PAGES:
            continue
        act = doors.READING.get(doors.plain(template), Act.READ)
        for role, client in house.clients.items():
            answer = client.get(house.address(template), follow_redirects=False)
            role_refused = answer.status_code == 403 and bool(ROLE_REFUSAL.search(answer.text))
            assert role_refused == (not may(role, act)), (template, role, answer.status_code)
            assert answer.status_code < 500, (template, role)


def test_the_menu_shows_what_a_role_may_open_and_nothing_else(house: House) -> None:
    for role, client in house.clients.items():
        menu = re.findall(r'<a href="(/[^"]*)"', client.get("/cycles").text.split("<nav")[1].split("</nav>")[0])
        assert [path for path in menu if client.get(path).status_code != 200] == [], role
        assert ("/events" in menu) == (role in (Role.HEAD, Role.AUDITOR))
        assert ("/submissions" in menu) == (role not in (Role.TEAM_LEAD, Role.INSPECTOR))
