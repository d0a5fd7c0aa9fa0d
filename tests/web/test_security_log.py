"""What concerns security leaves a line: who, from where, what; no word, code, link or name in it (ASVS 16.2, 16.3)."""

import logging

import pytest
from fastapi.testclient import TestClient

from commands.office import People
from tests.conftest import WORD
from tests.web.conftest import Door
from web.app import create_app


@pytest.fixture
def client(people: People, caplog: pytest.LogCaptureFixture) -> TestClient:
    caplog.set_level(logging.INFO, "duban.security")
    return TestClient(create_app(), raise_server_exceptions=False)


def lines(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.name == "duban.security"]


def enter(client: TestClient, login: str, word: str) -> None:
    client.post("/login", data={"login": login, "word": word}, follow_redirects=False)


def test_a_sign_in_that_went_well_and_one_that_did_not_are_told_apart(client: TestClient, caplog) -> None:
    enter(client, "zhuren", "wrong-word")
    enter(client, "zhuren", WORD)
    failed, ok = lines(caplog)
    assert failed.startswith("event=sign-in-failed way=word status=401 method=POST path=/login address=testclient")
    assert ok.startswith("event=sign-in-ok way=word status=303")
    assert "wrong-word" not in failed and WORD not in ok


def test_who_is_refused_for_the_role_or_came_from_another_site_is_named_by_key(client: TestClient, caplog) -> None:
    enter(client, "jingban", WORD)
    client.post("/codes", data={})
    client.post("/codes", data={}, headers={"origin": "https://elsewhere.example"})
    _, role, site = lines(caplog)
    assert role.startswith("event=refused status=403 method=POST path=/codes")
    assert "经办" not in role and len(role.rsplit("person=", 1)[1]) == 36
    assert site.startswith("event=refused status=403") and site.endswith("person=-")


def test_a_guessed_link_leaves_a_line_without_the_guess(door: Door, caplog) -> None:
    caplog.set_level(logging.INFO, "duban.security")
    guess = "A" * 43
    door.client.get(f"/u/{guess}")
    (line,) = lines(caplog)
    assert line.startswith("event=unknown-link status=404 method=GET path=/u/...")
    assert guess not in line


def test_no_line_can_be_broken_in_two_by_an_address(client: TestClient, caplog) -> None:
    client.post("/x%0Aevent=sign-in-ok%0D", headers={"origin": "https://elsewhere.example"})
    (line,) = lines(caplog)
    assert "\n" not in line and "\r" not in line


def test_reading_a_page_leaves_none(client: TestClient, caplog) -> None:
    client.get("/login")
    client.get("/livez")
    assert lines(caplog) == []
