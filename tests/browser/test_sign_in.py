"""Signing in as a person does: devices seen and ended from another window, a first word, menus by role."""

import re
from collections.abc import Callable

from sqlmodel import select

from actions.people import add_person, reset_word
from commands.office import People
from models.database import transaction
from models.office import User
from models.words import Role
from tests.beginnings import WORD
from tests.window import DESKTOP, PHONE, Window


def enter(one: Window, site: str, login: str = "zhuren", word: str = WORD) -> Window:
    one.page.goto(f"{site}/login")
    one.page.fill("#login", login)
    one.page.fill("#word", word)
    one.page.get_by_role("button", name="登录").click()
    one.page.wait_for_load_state()
    return one


def sound(one: Window) -> None:
    """No barrier for anybody, nothing wider than the window."""
    assert one.barriers() == [], one.page.url
    assert one.overflow() <= 0, one.page.url


def expects_refusals(one: Window) -> None:
    """A browser notes every 4xx page as a complaint; these were asked for."""
    one.complaints[:] = [text for text in one.complaints if not re.search("status of 4(01|03|22)", text)]


def test_a_sign_in_ended_in_another_window_is_told_and_led_back(site: str, people: People, window: Callable) -> None:
    desk, phone = enter(window(DESKTOP), site), enter(window(PHONE), site)
    for one in (desk, phone):
        one.page.goto(f"{site}/sessions")
        sound(one)
    assert desk.page.get_by_text("本机", exact=True).count() == 1
    desk.page.get_by_role("button", name="结束其他所有登录").click()
    desk.page.wait_for_url("**/sessions?done=ended")
    phone.page.goto(f"{site}/ledger")
    assert "本次登录已被结束" in phone.page.get_by_role("status").inner_text()
    sound(phone)
    phone.page.fill("#login", "zhuren")
    phone.page.fill("#word", WORD)
    phone.page.get_by_role("button", name="登录").click()
    phone.page.wait_for_url(f"{site}/ledger")
    phone.page.get_by_role("button", name="退出").click()
    phone.page.wait_for_url("**/login?why=out")


def test_what_was_typed_is_sent_after_signing_in_beside_it(site: str, people: People, window: Callable) -> None:
    desk = enter(window(DESKTOP), site)
    desk.page.goto(f"{site}/people")
    desk.page.fill("#new-login", "lisi")
    desk.page.fill("#new-name", "李四")
    desk.page.select_option("#new-role", "auditor")
    other = enter(window(PHONE), site)
    other.page.goto(f"{site}/sessions")
    other.page.get_by_role("button", name="结束其他所有登录").click()
    other.page.wait_for_url("**/sessions?done=ended")
    desk.page.get_by_role("button", name="添加", exact=True).click()
    assert "您刚才填写的内容保留在本页" in desk.page.get_by_role("alert").inner_text()
    sound(desk)
    with desk.context.expect_page() as opened:
        desk.page.get_by_role("link", name="打开登录页").click()
    beside = opened.value
    beside.fill("#login", "zhuren")
    beside.fill("#word", WORD)
    beside.get_by_role("button", name="登录").click()
    beside.wait_for_url(f"{site}/")
    desk.page.get_by_role("button", name="已登录，重新提交").click()
    desk.page.locator(".one-time").wait_for()
    sound(desk)
    expects_refusals(desk)


def test_a_first_word_is_changed_before_anything_else(site: str, people: People, window: Callable) -> None:
    with transaction() as session:
        clerk = session.exec(select(User).where(User.login == "jingban")).one()
        reset_word(session, people.actors["zhuren"], clerk, clerk.password_hash)
    one = enter(window(PHONE), site, "jingban")
    one.page.wait_for_url("**/word")
    assert "一次性口令" in one.page.get_by_role("status").inner_text()
    sound(one)
    one.page.fill("#old", WORD)
    one.page.fill("#word", "my-own-word")
    one.page.fill("#again", "my-own-words")
    one.page.get_by_role("button", name="更改", exact=True).click()
    assert "不一致" in one.page.get_by_role("alert").inner_text()
    one.page.fill("#old", WORD)
    one.page.fill("#word", "my-own-word")
    one.page.fill("#again", "my-own-word")
    one.page.get_by_role("button", name="更改", exact=True).click()
    one.page.wait_for_url("**/?done=word")
    expects_refusals(one)


def test_each_role_sees_its_own_menu(site: str, people: People, window: Callable) -> None:
    with transaction() as session:
        known = session.exec(select(User).where(User.login == "jingban")).one()
        add_person(session, people.actors["zhuren"], "shenji", "审计甲", Role.AUDITOR, known.password_hash)
        session.flush()
        session.exec(select(User).where(User.login == "shenji")).one().must_change = False
    for login, seen, hidden in (
        ("zhuren", {"材料审核", "办理记录", "人员"}, set()),
        ("jingban", {"材料审核", "督办措施"}, {"办理记录"}),
        ("zuzhang", {"问题", "周期", "今日督察"}, {"材料审核", "延期审批", "流程监控", "办理记录"}),
        ("lingdao", {"延期审批", "督办措施"}, {"办理记录"}),
        ("shenji", {"材料审核", "办理记录"}, set()),
    ):
        one = enter(window(DESKTOP), site, login)
        one.page.goto(f"{site}/cycles")  # who works on site lands on pages of their own
        one.page.locator("details.more summary").click()
        menu = set(one.page.get_by_role("navigation").get_by_role("link").all_inner_texts())
        assert seen <= menu and not hidden & menu, (login, menu)
        assert one.page.get_by_role("button", name="退出").is_visible()


def test_the_pages_of_people_stand_on_a_phone_and_on_a_desk(site: str, people: People, window: Callable) -> None:
    with transaction() as session:
        key = session.exec(select(User.id).where(User.login == "jingban")).one()
    for size in ((360, 780), DESKTOP):
        one = enter(window(size), site)
        for path in ("/people", f"/people/{key}", "/word", "/sessions", "/events", "/login"):
            one.page.goto(site + path)
            sound(one)
