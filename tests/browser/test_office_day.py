"""The office's day in a real browser: today, ledger, urging with a preview, a decision in place, keys, paper."""

import re
from collections.abc import Callable
from datetime import time, timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from actions.record import Actor
from actions.self_check import submit_self_check
from actions.submit import Report
from commands.cast import REPORT
from commands.demo import prepare
from commands.office import People
from config import clock
from config.workdays import official
from models import database
from models.cycle import Cycle
from models.database import transaction
from models.ledger import unit_item
from models.unit import Unit
from models.words import AssignmentKind
from rules import workday
from tests.window import DESKTOP, PHONE

NARROW = (360, 740)
PAGES = ("/", "/work", "/work?light=overdue&sort=unit", "/cycles", "/ledger", "/search?q=执法", "/units", "/outbox",
         "/submissions", "/extensions", "/escalations")
FOLLOWED = {"/cycles": "main h3 a", "/ledger": "main a[href^='/problems/']", "/units": "main a[href^='/units/']",
            "/outbox": "main a[href^='/outbox/']", "/submissions": "main a[href^='/submissions/']"}


@pytest.fixture
def sample(home: Path) -> str:
    """The sample on a workday at ten, when messages may go out."""
    database.create_all(database.engine())
    day = workday.on_or_before(clock.today() - timedelta(days=1), official())
    clock.freeze(clock.at_time(day, time(10, 0)))
    return prepare(None, day).word


@pytest.fixture
def people(sample: str, home: Path) -> People:
    return People(office_id=None, word=sample, words={}, actors={})  # type: ignore[arg-type]


def sign_in(one, site: str, people: People, login: str = "jingban") -> None:
    one.page.goto(f"{site}/login")
    one.page.fill("#login", login)
    one.page.fill("#word", people.word)
    one.page.get_by_role("button", name="登录").click()
    one.page.wait_for_url(f"{site}/")


@pytest.mark.parametrize("size", [DESKTOP, PHONE, NARROW], ids=["desktop", "phone", "narrow"])
def test_every_page_of_the_desk_fits_and_has_no_barrier(site: str, people: People, window: Callable, size) -> None:
    one = window(size)
    sign_in(one, site, people)
    found = []
    for path in PAGES:
        one.page.goto(site + path)
        paths = [path]
        if path in FOLLOWED and one.page.locator(FOLLOWED[path]).count():
            paths.append(one.page.locator(FOLLOWED[path]).first.get_attribute("href") or path)
        if path == "/cycles":
            paths += [f"{paths[-1]}?by={axis}" for axis in ("theme", "task", "month")]
        for here in paths:
            one.page.goto(site + here)
            assert one.overflow() <= 0, here
            found += [f"{here} {barrier}" for barrier in (one.barriers() if path != "/" else [])]
    assert found == []


def test_the_day_from_today_to_an_urge_and_an_accepted_report(site: str, people: People, window: Callable) -> None:
    one = window(DESKTOP)
    sign_in(one, site, people)
    page = one.page
    page.get_by_role("navigation", name="主菜单").get_by_role("link", name="台账").click()
    page.select_option("[name=light]", "overdue")
    page.wait_for_url("**light=overdue**")
    rows = page.locator("#found tbody tr")
    assert rows.count() > 0 and all("逾期" in text for text in rows.all_inner_texts())
    page.locator("#found [name=row]").nth(0).check()
    page.locator("#found [name=row]").nth(1).check()
    assert "已选2项" in page.locator("[data-chosen]").inner_text()
    page.get_by_role("button", name="催办…").click()
    assert "还没有办理，请核对后确认" in page.locator("main").inner_text()
    assert one.barriers() == [] and one.overflow() <= 0
    page.on("dialog", lambda box: box.accept())
    page.get_by_role("button", name="确认催办").click()
    page.wait_for_url("**/work/bulk/*")
    assert re.search(r"办理\d项", page.locator("main").inner_text())
    where = page.url
    hand_in("台前县")
    page.keyboard.press("/")
    page.keyboard.type("台前县")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="台前县").first.click()
    assert "待审核材料" in page.locator("main").inner_text()
    page.get_by_role("button", name="受理").first.click()
    page.wait_for_url("**/units/*done=accepted")
    assert "待审核材料" not in page.locator("main").inner_text()
    page.goto(where)
    assert re.search(r"办理\d项", page.locator("main").inner_text())


def hand_in(name: str) -> None:
    """A unit hands in its self-check report, as it does by its link."""
    with transaction() as session:
        unit = session.exec(select(Unit).where(Unit.name == name)).one()
        cycle = session.exec(select(Cycle)).one()
        item = unit_item(session, cycle.id, unit.id, AssignmentKind.SELF_CHECK_REPORT)
        who = Actor(unit.office_id, f"{name}联络员", "unit", "链接", unit.id)
        submit_self_check(session, who, item, Report("browser-day", REPORT, [{"title": "记录不完整"}]))


def test_two_people_on_one_problem(site: str, people: People, window: Callable) -> None:
    first, second = window(DESKTOP), window(DESKTOP)
    for one, login in ((first, "jingban"), (second, "zhuren")):
        sign_in(one, site, people, login)
        one.page.goto(f"{site}/ledger?state=reported")
        one.page.locator("main a[href^='/problems/']").first.click()
    first.page.get_by_role("button", name="核实", exact=True).click()
    first.page.wait_for_url("**done=moved")
    second.page.fill("[aria-label='退回的理由']", "佐证不全")
    second.page.get_by_role("button", name="退回", exact=True).click()
    words = second.page.get_by_role("alert").inner_text()
    assert "刚刚由经办甲核实" in words and "佐证不全" in words
    second.complaints.clear()  # the browser notes that the answer was a conflict


def test_keys_lead_through_the_desk_and_never_while_typing(site: str, people: People, window: Callable) -> None:
    one = window(DESKTOP)
    sign_in(one, site, people)
    page = one.page
    page.keyboard.press("g")
    page.keyboard.press("l")
    page.wait_for_url(f"{site}/work")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    assert page.locator("tr.cursor").count() == 1
    assert page.locator("#found tbody tr").nth(0).evaluate("row => row.classList.contains('cursor')")
    page.keyboard.press("x")
    assert page.locator("[name=row]:checked").count() == 1
    page.keyboard.press("?")
    assert page.locator("dialog#keys").is_visible() and one.barriers() == []
    page.keyboard.press("Escape")
    assert not page.locator("dialog#keys").is_visible()
    page.keyboard.press("/")
    page.keyboard.type("gt?jk")
    assert page.locator("[data-key='/']").input_value() == "gt?jk" and page.url == f"{site}/work"
    page.locator("[data-key='/']").blur()
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url("**/items/*")


def test_paper_has_the_matter_and_not_the_menu(site: str, people: People, window: Callable) -> None:
    one = window(DESKTOP)
    sign_in(one, site, people)
    one.page.emulate_media(media="print")
    for path, found in (("/work", None), ("/cycles", "main h3 a"), ("/ledger", "main a[href^='/problems/']"),
                        ("/units", "main a[href^='/units/']")):
        one.page.goto(site + path)
        if found:
            one.page.goto(site + (one.page.locator(found).first.get_attribute("href") or ""))
        for gone in (".tabs", ".finder", ".no-print", "main form button"):
            assert [box for box in one.page.locator(gone).all() if box.is_visible()] == [], gone
        assert "打印日期" in one.page.locator(".print-foot").inner_text()
        assert one.page.pdf(format="A4").startswith(b"%PDF")
        assert one.overflow() <= 0


def test_the_ledger_works_without_scripts(site: str, people: People, window: Callable) -> None:
    one = window(PHONE, script=False)
    sign_in(one, site, people)
    one.page.goto(f"{site}/work")
    one.page.fill("[name=unit]", "台前")
    one.page.get_by_role("button", name="筛选").click()
    rows = one.page.locator("#found tbody tr")
    assert rows.count() > 0 and all("台前县" in text for text in rows.all_inner_texts())
