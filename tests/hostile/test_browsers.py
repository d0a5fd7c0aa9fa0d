"""Two browsers on one act, and a scanner that runs our scripts (R13, R14), in a real Chromium."""

from collections.abc import Callable

import pytest
from sqlmodel import select

from models.database import transaction
from models.event import Event
from models.unit import Link

pytestmark = pytest.mark.browser


def counted() -> tuple[int, int]:
    with transaction() as session:
        opened = [row.opened_at for row in session.exec(select(Link)) if row.opened_at]
        return len(list(session.exec(select(Event)))), len(opened)


def test_a_scanner_that_runs_every_script_signs_nothing_and_uses_nothing_up(
    window: Callable, link: str
) -> None:
    before, one = counted(), window()
    for _ in range(10):
        one.page.goto(link)
        one.page.wait_for_load_state("networkidle")
    for place in one.page.eval_on_selector_all("a[href^='/u/']", "all => all.map(one => one.href)")[:15]:
        one.page.goto(place) if ".xlsx" not in place and "/papers/" not in place else None
    assert counted() == before
    one.page.goto(link)
    assert one.page.locator("form[action$='/sign']").count() == 1


def test_two_browsers_on_one_receipt_sign_it_once(window: Callable, link: str) -> None:
    first, second = window(), window()
    for one, name in ((first, "甲"), (second, "乙")):
        one.page.goto(link)
        one.page.fill("form[action$='/sign'] input[name=name]", name)
        one.page.fill("form[action$='/sign'] input[name=phone]", "1")
    for one in (first, second):
        one.page.locator("form[action$='/sign'] button").first.click()
        one.page.wait_for_load_state()
    with transaction() as session:
        names = [row.data["name"] for row in session.exec(select(Event).where(Event.verb == "签收"))]
    assert set(names) == {"甲"}
    first.page.go_back()
    first.page.reload()
    with transaction() as session:
        assert len(list(session.exec(select(Event).where(Event.verb == "签收")))) == len(names)
