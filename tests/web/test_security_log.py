"""What concerns security leaves a line: who, from where, what; no word, code, link or name in it (ASVS 16.2, 16.3).

Read as it is written, after everything that takes secrets out of a line."""

from collections.abc import Callable

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Engine
from sqlmodel import select

from commands.office import People
from models.database import transaction
from models.office import User
from tests.beginnings import WORD
from tests.notifications.test_log_line import Lines, lines
from tests.one_app import the_app
from tests.web.conftest import Door
from tests.web.person import Person
from tests.web.test_second_factor import enrol

__all__ = ["lines"]
Told = Callable[[], list[dict]]


@pytest.fixture
def client(people: People) -> TestClient:
    return TestClient(the_app(), raise_server_exceptions=False)


@pytest.fixture
def told(lines: Lines) -> Told:
    """The lines written so far."""
    return lambda: [row for row in lines.rows if row["logger"] == "duban.security"]


@pytest.fixture
def key(people: People, bind: Engine) -> Callable[[str], str]:
    """Whose key a sign-in name has."""
    def found(login: str) -> str:
        with transaction(bind) as session:
            return str(session.exec(select(User.id).where(User.login == login)).one())

    return found


def enter(client: TestClient, login: str, word: str) -> None:
    client.post("/login", data={"login": login, "word": word}, follow_redirects=False)


def test_a_sign_in_that_went_well_and_one_that_did_not_name_the_person_by_key(
    client: TestClient, told: Told, lines: Lines, key: Callable[[str], str]
) -> None:
    enter(client, "zhuren", "wrong-word")
    enter(client, "zhuren", WORD)
    enter(client, "nobody", WORD)
    failed, ok, unknown = told()
    assert {name: failed[name] for name in ("event", "way", "status", "method", "path", "address", "person")} == {
        "event": "sign-in-failed", "way": "word", "status": 401, "method": "POST", "path": "/login",
        "address": "testclient", "person": key("zhuren"),
    }
    assert (ok["event"], ok["status"], ok["person"]) == ("sign-in-ok", 303, key("zhuren"))
    assert (unknown["event"], unknown["person"]) == ("sign-in-failed", "-")
    assert not [word for word in ("wrong-word", WORD, "zhuren", "nobody") if word in lines.text]


def test_both_steps_of_a_sign_in_with_a_code_name_the_person(
    client: TestClient, told: Told, lines: Lines, bind: Engine, key: Callable[[str], str]
) -> None:
    enter(client, "zhuren", WORD)
    telephone, codes = enrol(Person(client, bind))
    client.cookies.clear()
    enter(client, "zhuren", WORD)
    for code in ("000000", telephone.code()):
        client.post("/login/code", data={"code": code}, follow_redirects=False)
    steps = told()[-3:]
    assert [(row["event"], row["way"]) for row in steps] == [
        ("sign-in-asked", "word"), ("sign-in-failed", "second-factor"), ("sign-in-ok", "second-factor"),
    ]
    assert {row["person"] for row in steps} == {key("zhuren")}
    assert not [code for code in codes if code in lines.text]


def test_who_is_refused_for_the_role_or_came_from_another_site_is_named_by_key(
    client: TestClient, told: Told, lines: Lines, key: Callable[[str], str]
) -> None:
    enter(client, "jingban", WORD)
    client.post("/codes", data={})
    client.post("/codes", data={}, headers={"origin": "https://elsewhere.example"})
    _, role, site = told()
    assert (role["event"], role["status"], role["path"]) == ("refused", 403, "/codes")
    assert role["person"] == key("jingban") and "经办" not in lines.text
    assert (site["event"], site["status"], site["person"]) == ("refused", 403, "-")


def test_a_guessed_link_leaves_a_line_without_the_guess(door: Door, lines: Lines, told: Told) -> None:
    guess = "A" * 43
    door.client.get(f"/u/{guess}")
    (line,) = told()
    assert (line["event"], line["status"], line["method"], line["path"]) == ("unknown-link", 404, "GET", "/u/...")
    assert guess not in lines.text


def test_no_address_breaks_a_line_in_two_or_forges_a_field_of_it(client: TestClient, lines: Lines, told: Told) -> None:
    forged = "/x status=303 person=00000000-0000-0000-0000-000000000000\nevent=sign-in-ok"
    away = {"origin": "https://elsewhere.example"}
    client.post(forged.replace(" ", "%20").replace("\n", "%0A"), headers=away)
    client.post("/x%22,%22person%22:%22y", headers=away)
    assert len(lines.text.strip().split("\n")) == len(lines.rows)
    first, second = told()
    for line in (first, second):
        assert (line["event"], line["status"], line["person"], line["text"]) == ("refused", 403, "-", "security")
    assert " status=303" in first["path"] and "\n" not in first["path"] and '"' in second["path"]


def test_reading_a_page_leaves_none(client: TestClient, told: Told) -> None:
    client.get("/login")
    client.get("/livez")
    assert told() == []
