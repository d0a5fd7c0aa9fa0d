"""The doors of a unit in a real browser: a code on the phone, no script, no cookies; a letter; a clerk in its name."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from sqlmodel import select

from actions.people import PASSWORDS
from actions.record import Actor
from actions.short_address import fresh_code, keep_short
from models.database import reading, transaction
from models.office import User
from models.submission import Evidence, Submission
from models.unit import Contact
from models.words import Channel
from tests.beginnings import WORD
from tests.window import DESKTOP, PHONE

TEXT = "一、工作情况\n召开会议3次。\n二、存在问题\n台账更新不及时，6卷记录不完整。\n三、整改措施\n逐卷补正，每月核对。"
NARROW = (360, 740)


@pytest.fixture
def mailed(mailbox: Any, link: str) -> str:
    """The link of a unit whose contact is reached by mail."""
    with transaction() as session:
        contact = session.exec(select(Contact).where(Contact.unit_id != None)).first()  # noqa: E711
        contact.channel, contact.address, contact.phone = Channel.MAIL, "zhang@example.org", "0393-1234567"
        session.exec(select(User).where(User.login == "jingban")).one().phone = "0393-0000000"
    return link


def newest(mailbox: Any) -> str:
    return re.search(r"(?<!\d)\d{6}(?!\d)", mailbox.texts()[-1])[0]


def fill_report(page: Page, link: str, folder: Path) -> None:
    page.goto(link)
    page.get_by_role("link", name="自查报告").first.click()
    page.fill("textarea[name=body]", TEXT)
    page.fill("[name=problem-1-title]", "台账更新不及时")
    proof = folder / "会议纪要.txt"
    proof.write_text("佐证", encoding="utf-8")
    page.set_input_files("input[type=file]", proof)
    page.get_by_role("button", name="报送自查报告").click()


def sent() -> tuple[list[str], list[str]]:
    with reading() as session:
        return [row.body.replace("\r\n", "\n") for row in session.exec(select(Submission))], [
            row.name for row in session.exec(select(Evidence))
        ]


def test_a_report_is_confirmed_by_code_on_a_phone(
    window: Callable, mailed: str, mailbox: Any, tmp_path: Path
) -> None:
    one = window(NARROW)
    fill_report(one.page, mailed, tmp_path)
    expect(one.page.get_by_role("heading", name="确认本人操作")).to_be_visible()
    assert one.barriers() == [] and one.overflow() == 0
    one.page.get_by_role("button", name="发送验证码").click()
    expect(one.page.get_by_label("验证码")).to_be_focused()
    assert one.barriers() == [] and one.overflow() == 0
    one.page.fill("#code", "000000" if newest(mailbox) != "000000" else "111111")
    one.page.keyboard.press("Enter")
    expect(one.page.locator(".notice.bad")).to_contain_text("验证码不对")
    one.complaints.clear()  # Chromium notes the refusal's own 422
    one.page.fill("#code", f" {newest(mailbox)[:3]} {newest(mailbox)[3:]} ")
    one.page.get_by_role("button", name="确认提交").click()
    one.page.wait_for_url("**done=sent")
    assert sent() == ([TEXT], ["会议纪要.txt"])


def test_a_report_goes_in_without_script_and_without_cookies(
    window: Callable, mailed: str, mailbox: Any, tmp_path: Path
) -> None:
    one = window(script=False)
    one.page.route("**/*", lambda route: route.continue_(headers={**route.request.headers, "cookie": ""}))
    fill_report(one.page, mailed, tmp_path)
    one.page.get_by_role("button", name="发送验证码").click()
    one.page.fill("#code", newest(mailbox))
    one.page.get_by_role("button", name="确认提交").click()
    one.page.wait_for_url("**done=sent")
    assert sent() == ([TEXT], ["会议纪要.txt"])


def test_going_back_from_the_code_finds_what_was_typed(
    window: Callable, mailed: str, mailbox: Any, tmp_path: Path
) -> None:
    one = window(script=False)
    fill_report(one.page, mailed, tmp_path)
    one.page.get_by_role("link", name="返回修改").click()
    assert one.page.input_value("textarea[name=body]").replace("\r\n", "\n") == TEXT
    assert one.page.input_value("[name=problem-1-title]") == "台账更新不及时"


def test_where_the_code_does_not_go_out_the_telephone_is_there(
    window: Callable, mailed: str, mailbox: Any, tmp_path: Path
) -> None:
    one = window(NARROW)
    mailbox.refuse = True
    fill_report(one.page, mailed, tmp_path)
    one.page.get_by_role("button", name="发送验证码").click()
    expect(one.page.get_by_role("alert")).to_contain_text("没有发出去")
    expect(one.page.get_by_role("link", name="0393-0000000")).to_be_visible()
    assert one.barriers() == [] and one.overflow() == 0


def desk(window: Callable, site: str, login: str = "jingban", size: tuple[int, int] = DESKTOP) -> Any:
    one = window(size)
    one.page.goto(f"{site}/login")
    one.page.fill("#login", login)
    one.page.fill("#word", WORD)
    one.page.get_by_role("button", name="登录").click()
    one.page.goto(f"{site}/units")
    one.page.locator(".units a").first.click()
    return one


def test_a_clerk_enters_in_a_units_name(window: Callable, link: str, site: str, tmp_path: Path) -> None:
    one = desk(window, site)
    one.page.get_by_role("link", name="代为录入").click()
    assert one.barriers() == [] and one.overflow() == 0
    one.page.get_by_label("电话").check()
    one.page.get_by_label("提供人").fill("联络员赵")
    one.page.get_by_role("button", name="开始录入").click()
    expect(one.page.locator(".behalf")).to_contain_text("依据：电话")
    assert one.barriers() == []
    fill_report(one.page, one.page.url, tmp_path)
    one.page.wait_for_url("**done=sent")
    expect(one.page.locator(".behalf")).to_contain_text("联络员赵")
    with reading() as session:
        assert session.exec(select(Submission)).one().sent_by == "联络员赵（经办甲代录）"


def test_the_letter_fits_a_page_and_its_address_opens_the_unit_without_script(
    window: Callable, mailed: str, site: str
) -> None:
    one = desk(window, site)
    one.page.get_by_role("button", name="纸质信函入口").click()
    assert one.barriers() == [] and one.overflow() == 0
    assert one.page.evaluate("document.querySelector('.paper-letter img').naturalWidth") > 100
    code = one.page.locator(".paper-letter .big").inner_text()
    one.page.set_viewport_size({"width": 360, "height": 740})
    assert one.overflow() == 0
    other = window(PHONE, script=False)
    other.page.goto(f"{site}/k")
    assert other.overflow() == 0
    other.page.fill("#code", code.lower().replace("-", ""))
    other.page.fill("#tail", "4567")
    other.page.get_by_role("button", name="进入办理页面").click()
    other.page.wait_for_url("**/u/**")
    expect(other.page.get_by_text("待办事项")).to_be_visible()


def test_a_wrong_short_address_keeps_what_was_typed(window: Callable, link: str, site: str) -> None:
    with transaction() as session:
        contact = session.exec(select(Contact).where(Contact.unit_id != None)).first()  # noqa: E711
        code, clerk = fresh_code(), session.exec(select(User).where(User.login == "jingban")).one()
        keep_short(session, Actor(clerk.office_id, clerk.name, clerk.role), contact, code, PASSWORDS.hash("x"))
    one = window(NARROW)
    one.page.goto(f"{site}/k")
    assert one.barriers() == []
    one.page.fill("#code", code.shown)
    one.page.get_by_role("button", name="进入办理页面").click()
    expect(one.page.get_by_role("alert")).to_contain_text("不对")
    assert one.page.input_value("#code") == code.shown
    one.complaints.clear()


def test_the_unit_makes_and_ends_a_calendar(window: Callable, link: str) -> None:
    one = window(NARROW)
    one.page.goto(link)
    one.page.get_by_role("link", name="订阅到日历").click()
    one.page.get_by_role("button", name="生成订阅地址").click()
    assert one.barriers() == [] and one.overflow() == 0
    place = one.page.get_by_label("订阅地址").first.input_value()
    assert one.context.request.get(place).text().startswith("BEGIN:VCALENDAR")
    one.page.on("dialog", lambda dialog: dialog.accept())
    one.page.get_by_role("button", name="停用").click()
    expect(one.page.get_by_role("button", name="停用")).to_have_count(0)
    assert one.context.request.get(place).status == 410


def test_the_head_sees_what_doing_without_codes_costs(window: Callable, link: str, site: str) -> None:
    one = desk(window, site, "zhuren")
    one.page.get_by_role("link", name="验证码设置").click()
    assert one.barriers() == [] and one.overflow() == 0
    one.page.on("dialog", lambda dialog: dialog.accept())
    one.page.get_by_role("button", name="停用验证码").click()
    expect(one.page.get_by_role("button", name="启用验证码")).to_be_visible()
