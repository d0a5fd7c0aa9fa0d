"""The office's front in a real browser: today, statistics with charts from their tables, a leader's one page."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from commands.demo import prepare
from commands.office import People
from config import clock
from models import database
from tests.window import DESKTOP, PHONE


@pytest.fixture
def people(home, request: pytest.FixtureRequest) -> People:
    """The site of these tests serves the sample's office."""
    database.create_all(database.engine())
    word = prepare(None, clock.today()).word
    return People(office_id=None, word=word, words={}, actors={})  # type: ignore[arg-type]


def signed_in(one: Any, site: str, login: str, word: str) -> None:
    one.page.goto(f"{site}/login")
    one.page.fill("#login", login)
    one.page.fill("#word", word)
    one.page.locator("main form button").first.click()
    one.page.wait_for_load_state()


def whole(one: Any, size: tuple[int, int]) -> None:
    """Nothing wider than the window, nothing axe would call serious, at this size."""
    one.page.set_viewport_size({"width": size[0], "height": size[1]})
    one.page.wait_for_timeout(150)
    assert one.overflow() <= 0, one.page.url
    assert one.barriers() == [], one.page.url


def height(one: Any) -> int:
    return int(one.page.evaluate("document.documentElement.scrollHeight"))


def test_front_pages_fit_both_sizes_and_are_free_of_barriers(
    site: str, people: People, window: Callable, tmp_path
) -> None:
    one = window(DESKTOP)
    signed_in(one, site, "jingban", people.word)
    for path in ("/", "/today/sent?what=owed", "/statistics", "/plans", "/rehearsal"):
        for size in (DESKTOP, PHONE):
            one.page.goto(site + path)
            whole(one, size)
    one.page.goto(f"{site}/plans")
    one.page.set_viewport_size({"width": DESKTOP[0], "height": DESKTOP[1]})
    one.page.get_by_role("link", name="演练、启动").first.click()
    for size in (DESKTOP, PHONE):
        whole(one, size)


def test_charts_are_drawn_from_the_tables_and_follow_their_order(site: str, people: People, window: Callable) -> None:
    one = window(DESKTOP)
    signed_in(one, site, "jingban", people.word)
    one.page.goto(f"{site}/statistics")
    tables = one.page.locator("table[data-chart]")
    one.page.locator(".chart canvas").first.wait_for()
    assert one.page.locator(".chart canvas").count() == tables.count() >= 6
    assert one.page.locator(".chart").first.get_attribute("aria-label") == "各单位完成情况图，数据见下表"
    names = one.page.locator("#completion tbody th")
    before = names.all_inner_texts()
    one.page.locator("#completion").get_by_role("button", name="已逾期").click()
    figures = [int(text) for text in one.page.locator("#completion tbody td:nth-child(6)").all_inner_texts()]
    assert figures == sorted(figures, reverse=True) and figures[0] > 0
    drawn = one.page.evaluate(
        "echarts.getInstanceByDom(document.querySelector('#completion .chart')).getOption().yAxis[0].data"
    )
    assert drawn == names.all_inner_texts() != before
    one.page.locator("#completion").get_by_role("button", name="单位").click()
    assert names.all_inner_texts() == before


def test_a_printed_chart_is_drawn_for_the_width_of_the_paper(site: str, people: People, window: Callable) -> None:
    """Drawn for the screen and cut off at the margin, a bar of six looks like a bar of three."""
    one = window(DESKTOP)
    signed_in(one, site, "jingban", people.word)
    one.page.goto(f"{site}/statistics")
    one.page.locator(".chart canvas").first.wait_for()
    painted = one.page.evaluate(
        """() => {
          window.dispatchEvent(new Event("beforeprint"));
          const canvas = document.querySelector("#completion .chart canvas"), edge = canvas.width - 20;
          const margin = canvas.getContext("2d").getImageData(edge, 0, 20, canvas.height).data;
          return [canvas.style.width, margin.some((value) => value > 0)];
        }"""
    )
    assert painted == ["640px", False]


def test_statistics_without_javascript_are_tables(site: str, people: People, window: Callable) -> None:
    one = window(PHONE, script=False)
    signed_in(one, site, "jingban", people.word)
    one.page.goto(f"{site}/statistics")
    assert one.page.locator(".chart").count() == 0
    assert one.page.locator("#completion tbody tr").first.is_visible()
    assert one.overflow() <= 0


def test_a_leaders_page_is_one_screen_two_on_a_phone_and_one_sheet(
    site: str, people: People, window: Callable
) -> None:
    one = window(DESKTOP)
    signed_in(one, site, "lingdao", people.word)
    assert one.page.url == f"{site}/leader"
    whole(one, DESKTOP)
    assert height(one) <= DESKTOP[1]
    sheet = one.page.pdf(format="A4")
    assert len(re.findall(rb"/Type\s*/Page\b", sheet)) == 1
    whole(one, PHONE)
    assert height(one) <= 2 * PHONE[1]
    one.page.get_by_role("button", name="批准").first.is_visible()
    one.page.once("dialog", lambda dialog: dialog.accept())
    one.page.get_by_role("button", name="批准").first.click()
    one.page.wait_for_url("**/escalations?done=approved*")
