"""A clerk sets a duty while the phrase is read aloud, registers an act, confirms it; phone and desk fit."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from config import clock
from tests.beginnings import WORD
from tests.real_parts import set_clock
from tests.window import DESKTOP, PHONE


@pytest.fixture
def office(puyang: Callable, site: str) -> str:
    """The site of an office with a running cycle, on this very day."""
    today = clock.date_of(clock.wall())
    puyang(2, on=today, shift_days=0, override_reason="测试")
    set_clock(today)
    return site


def enter(window: Callable, office: str, size: tuple[int, int], script: bool = True, login: str = "jingban"):
    one = window(size, script)
    one.page.goto(f"{office}/login")
    one.page.fill("#login", login)
    one.page.fill("#word", WORD)
    one.page.get_by_role("button", name="登录").click()
    one.page.wait_for_url(f"{office}/")
    return one


def fits(one, path: str) -> None:
    assert one.overflow() <= 0, path


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_a_duty_is_read_set_registered_and_confirmed(office: str, window: Callable, size: tuple[int, int]) -> None:
    one = enter(window, office, size)
    page = one.page
    page.goto(f"{office}/duties/new")
    page.fill("#title", "旁听庭审")
    page.locator("#phrase").press_sequentially("定期报告", delay=20)
    expect(page.locator("#reading")).to_contain_text("没有写明周期")
    page.select_option("#rrule", label="每半年")
    expect(page.locator("#reading")).to_contain_text("半年：")
    fits(one, "/duties/new")
    page.locator("[name=units]").first.check()
    page.get_by_role("button", name="设定").click()
    page.wait_for_url("**/duties?done=duty")
    fits(one, "/duties")
    page.locator("main td a[href^='/duties/']").first.click()
    page.fill("[name=what]", "旁听行政案件庭审")
    page.get_by_role("button", name="登记", exact=True).first.click()
    expect(page.get_by_role("status")).to_contain_text("已办理")
    expect(page.locator("main")).to_contain_text("1/1次")
    fits(one, "/duties/…")
    one = enter(window, office, size, login="jingban2")  # two keys: who registered it does not confirm it
    page = one.page
    page.goto(f"{office}/duties")
    page.get_by_role("button", name="确认").click()
    expect(page.locator("main")).to_contain_text("100%")
    page.locator("main td a[href^='/items/']").first.click()
    expect(page.locator("main")).to_contain_text("时限变动")
    fits(one, "/items/…")


def test_the_phrase_can_be_tried_without_scripts(office: str, window: Callable) -> None:
    one = enter(window, office, PHONE, script=False)
    one.page.goto(f"{office}/duties/new")
    one.page.fill("#phrase", "有效期届满前6个月")
    one.page.get_by_role("button", name="试读").click()
    assert "最迟在有效期届满前6个月" in one.page.locator("#reading").inner_text()
    assert one.page.input_value("#phrase") == "有效期届满前6个月"
    one.page.goto(f"{office}/calendar")
    fits(one, "/calendar")
