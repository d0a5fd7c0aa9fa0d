"""English in a real browser: switched with and without scripts, readable at phone and desktop width, no barrier."""

from collections.abc import Callable

import pytest

from commands.demo import prepare
from commands.office import People
from config import clock
from models import database
from tests.window import DESKTOP, PHONE, Window

NARROW = (360, 740)
PAGES = ("/calendar", "/duties", "/duties/new", "/draws", "/draws/new", "/groups", "/units", "/events", "/runs")
FOLLOWED = {"/duties": "a[href^='/duties/']:not([href$=new])", "/plans": "a[href^='/plans/']",
            "/": "a[href^='/items/']"}


@pytest.fixture
def people(home) -> People:
    """The site of these tests serves the sample's office."""
    database.create_all(database.engine())
    word = prepare(None, clock.today()).word
    return People(office_id=None, word=word, words={}, actors={})  # type: ignore[arg-type]


def signed_in(one: Window, site: str, word: str) -> None:
    one.page.goto(f"{site}/login")
    one.page.fill("#login", "zhuren")
    one.page.fill("#word", word)
    one.page.locator("form[action='/login'] button, main form button, form button").first.click()
    one.page.wait_for_url(f"{site}/")


def addresses(one: Window, site: str) -> list[str]:
    found = list(PAGES)
    for path, link in FOLLOWED.items():
        one.page.goto(site + path)
        found.append(one.page.locator(f"main {link}").first.get_attribute("href") or "/")
    return found


@pytest.mark.parametrize("size", [DESKTOP, NARROW], ids=["desktop", "narrow"])
def test_english_pages_fit_and_have_no_barriers(site: str, people: People, window: Callable[..., Window], size) -> None:
    one = window(size)
    signed_in(one, site, people.word)
    one.page.get_by_role("button", name="English").click()
    assert one.page.get_attribute("html", "lang") == "en"
    for path in addresses(one, site):
        one.page.goto(site + path)
        assert one.overflow() <= 0, path
        assert one.barriers() == [], path


def test_the_switch_works_without_scripts_and_leads_back(
    site: str, people: People, window: Callable[..., Window]
) -> None:
    one = window(PHONE, script=False)
    signed_in(one, site, people.word)
    one.page.goto(f"{site}/calendar")
    one.page.get_by_role("button", name="English").click()
    assert one.page.url == f"{site}/calendar" and one.page.locator("h2").first.inner_text() == "Holidays"
    one.page.go_back()
    one.page.reload()
    assert one.page.get_attribute("html", "lang") == "en"
    one.page.get_by_role("button", name="中文").click()
    assert one.page.get_attribute("html", "lang") == "zh-CN"


def test_scripts_speak_the_language_of_the_page(site: str, people: People, window: Callable[..., Window]) -> None:
    one = window(DESKTOP)
    signed_in(one, site, people.word)
    one.page.goto(f"{site}/calendar")
    assert one.page.evaluate("duban.t('还剩{0}项', 3)") == "还剩3项"
    one.page.get_by_role("button", name="English").click()
    one.page.wait_for_selector("html[lang=en]")
    one.page.wait_for_load_state()
    assert one.page.evaluate("typeof duban.words") == "object"
    assert one.page.evaluate("duban.words['试{0}'] = 'try {0}', duban.t('试{0}', 3)") == "try 3"
