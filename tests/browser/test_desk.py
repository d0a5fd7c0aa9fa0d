"""The office's desk in a real browser at desktop and phone width: nothing overflows, nothing is English by accident."""

import re
from collections.abc import Callable

import pytest

from commands.demo import prepare
from commands.office import People
from config import clock
from models import database
from tests.window import DESKTOP, PHONE

PAGES = ("/", "/cycles", "/ledger", "/submissions", "/extensions", "/escalations", "/units", "/outbox", "/plans",
         "/runs", "/events")
FOLLOWED = {"/cycles": "a[href^='/cycles/']", "/ledger": "a[href^='/problems/']",
            "/submissions": "a[href^='/submissions/']", "/units": "a[href^='/units/']",
            "/outbox": "a[href^='/outbox/']", "/plans": "a[href^='/plans/']"}
ENGLISH = re.compile(r"\b(?!Prefect\b|KB\b|MB\b|T\b|csv\b|xlsx\b|yaml\b|txt\b|pdf\b|docx\b|html\b)[A-Za-z]{4,}\b")


@pytest.fixture
def sample(home, monkeypatch: pytest.MonkeyPatch) -> str:
    """The sample cycle in this test's folder; its first word."""
    database.create_all(database.engine())
    return prepare(None, clock.today()).word


@pytest.fixture
def people(sample: str, home) -> People:
    """The site of these tests serves the sample's office."""
    return People(office_id=None, word=sample, words={}, actors={})  # type: ignore[arg-type]


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_every_page_fits_its_window_and_speaks_chinese(site: str, people: People, window: Callable, size) -> None:
    one = window(size)
    one.page.goto(f"{site}/login")
    one.page.fill("#login", "zhuren")
    one.page.fill("#word", people.word)
    one.page.get_by_role("button", name="登录").click()
    one.page.wait_for_url(f"{site}/")
    for path in PAGES:
        look(one, site, path)
        if found := FOLLOWED.get(path):
            look(one, site, one.page.locator(f"main {found}").first.get_attribute("href"))


def look(one, site: str, path: str) -> None:
    one.page.goto(site + path)
    assert one.overflow() <= 0, path
    words = one.page.locator("main").inner_text()
    assert ENGLISH.findall(re.sub(r"https?://\S+|\b[0-9a-f]{8,}\b", "", words)) == [], path


def test_the_ledger_is_filtered_as_one_types(site: str, people: People, window: Callable) -> None:
    one = window(DESKTOP)
    one.page.goto(f"{site}/login")
    one.page.fill("#login", "jingban")
    one.page.fill("#word", people.word)
    one.page.get_by_role("button", name="登录").click()
    one.page.goto(f"{site}/ledger")
    rows = one.page.locator(".ledger tbody tr:visible")
    everything = rows.count()
    one.page.fill("[data-filter='.ledger']", "范县")
    assert 0 < rows.count() < everything
    assert all("范县" in text for text in rows.all_inner_texts())
