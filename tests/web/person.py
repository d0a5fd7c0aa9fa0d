"""A person of the office, signed in, on a site of the test's own."""

from dataclasses import dataclass
from typing import Any

from fastapi.testclient import TestClient
from sqlmodel import select

from models.database import transaction
from tests.beginnings import WORD
from tests.one_app import the_app


@dataclass
class Person:
    """Opens and posts pages, looks into the database."""

    client: TestClient
    bind: Any

    def get(self, path: str, status: int = 200) -> str:
        answer = self.client.get(path)
        assert answer.status_code == status, answer.text
        return answer.text

    def post(self, path: str, status: int = 303, **fields: Any) -> str:
        """The page the post leads to, or the page it answers with."""
        answer = self.client.post(path, data=fields, follow_redirects=False)
        assert answer.status_code == status, answer.text
        return self.get(answer.headers["location"]) if status == 303 else answer.text

    def all(self, table: Any) -> list[Any]:
        with transaction(self.bind) as session:
            return list(session.exec(select(table)))


def signed_in(door: Any, login: str) -> Person:
    """Somebody who signs in with the word of the tests."""
    client = TestClient(the_app())
    client.post("/login", data={"login": login, "word": WORD})
    return Person(client, door.running.bind)
