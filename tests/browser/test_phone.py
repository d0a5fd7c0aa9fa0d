"""A unit's contact on a phone: reads, signs, types, loses the network, sends once; also without JavaScript."""

from collections.abc import Callable

from playwright.sync_api import expect
from sqlmodel import select

from models.database import reading
from models.submission import Draft, Submission
from models.words import AssignmentKind

TEXT = "一、工作情况\n召开会议3次。\n二、存在问题\n台账更新不及时，6卷记录不完整。\n三、整改措施\n逐卷补正，每月核对。"


def to_report(page, link: str) -> None:
    page.goto(link)
    page.get_by_role("link", name="自查报告").first.click()
    page.wait_for_load_state()


def sent() -> list[Submission]:
    with reading() as session:
        return list(session.exec(select(Submission)))


def test_a_contact_signs_and_sees_it_signed(window: Callable, link: str) -> None:
    one = window()
    one.page.goto(link)
    assert one.overflow() <= 0
    one.page.fill("[name=name]", "联络员甲")
    one.page.fill("[name=phone]", "00000000")
    one.page.get_by_role("button", name="签收").click()
    one.page.wait_for_load_state()
    assert one.page.get_by_role("button", name="签收").count() == 0


def test_signing_works_without_javascript(window: Callable, link: str) -> None:
    one = window(script=False)
    one.page.goto(link)
    one.page.fill("[name=name]", "联络员甲")
    one.page.fill("[name=phone]", "00000000")
    one.press(one.page.get_by_role("button", name="签收"))
    assert one.page.get_by_role("button", name="签收").count() == 0


def test_what_was_typed_survives_a_closed_window(window: Callable, link: str) -> None:
    one = window()
    to_report(one.page, link)
    one.page.fill("textarea[name=body]", TEXT)
    expect(one.page.locator("[data-saved]").first).to_contain_text("已保存")
    with reading() as session:
        assert TEXT.splitlines()[3] in session.exec(select(Draft)).one().fields["body"]
    one.context.clear_cookies()
    other = window()
    to_report(other.page, link)
    assert other.page.input_value("textarea[name=body]").replace("\r\n", "\n") == TEXT


def test_what_was_typed_without_network_is_sent_when_it_is_back(window: Callable, link: str) -> None:
    one = window()
    to_report(one.page, link)
    one.context.set_offline(True)
    one.page.fill("textarea[name=body]", TEXT)
    expect(one.page.locator("[data-saved]").first).to_contain_text("没有网络")
    one.context.set_offline(False)
    expect(one.page.locator("[data-saved]").first).to_contain_text("已保存")
    with reading() as session:
        assert session.exec(select(Draft)).one().fields["body"].replace("\r\n", "\n") == TEXT


def test_a_double_click_sends_one_report_and_a_refusal_keeps_the_text(window: Callable, link: str) -> None:
    one = window()
    to_report(one.page, link)
    one.page.fill("textarea[name=body]", TEXT)
    button = one.page.get_by_role("button", name="报送自查报告")
    button.click()
    one.page.wait_for_load_state()
    assert "问题清单" in one.page.locator(".notice.bad").inner_text()
    assert one.page.input_value("textarea[name=body]").replace("\r\n", "\n") == TEXT
    one.complaints.clear()  # Chromium notes the refusal's own 422
    one.page.fill("[name=problem-1-title]", "台账更新不及时")
    one.page.get_by_role("button", name="报送自查报告").dblclick()
    one.page.wait_for_url("**done=**")
    assert [row.kind for row in sent()] == [AssignmentKind.SELF_CHECK_REPORT]
    assert "台账更新不及时" in sent()[0].content["problems"][0]["title"]


def test_back_after_a_refusal_and_a_sending_asks_nobody_to_send_again(window: Callable, link: str) -> None:
    one = window((360, 740))
    one.page.goto(link)
    one.page.fill("[name=phone]", "")
    one.page.get_by_role("button", name="签收").click()
    one.page.locator(".notice.bad").wait_for()
    one.complaints.clear()  # Chromium notes the refusal's own 422
    one.page.fill("[name=phone]", "00000000")
    one.page.get_by_role("button", name="签收").click()
    one.page.wait_for_url("**done=**")
    one.page.go_back()
    assert one.page.get_by_role("link", name="自查报告").count()


def test_what_is_sent_without_network_waits_on_its_page_and_goes_once(window: Callable, link: str) -> None:
    one = window((360, 740))
    one.page.goto(link)
    one.page.fill("[name=phone]", "00000000")
    one.context.set_offline(True)
    button = one.page.get_by_role("button", name="签收")
    button.click()
    button.click()
    expect(one.page.locator("#sign [data-saved]")).to_contain_text("联网后自动提交")
    one.context.set_offline(False)
    one.page.wait_for_url("**done=signed")
    to_report(one.page, link)
    one.page.fill("textarea[name=body]", TEXT)
    one.page.fill("[name=problem-1-title]", "台账更新不及时")
    one.context.set_offline(True)
    one.page.get_by_role("button", name="报送自查报告").click()
    expect(one.page.locator("[data-saved]").first).to_contain_text("联网后自动提交")
    one.context.set_offline(False)
    one.page.wait_for_url("**done=sent")
    assert len(sent()) == 1


def test_marks_of_the_self_check_survive_a_way_back(window: Callable, link: str) -> None:
    one = window((360, 740))
    to_report(one.page, link)
    one.page.get_by_text("逐项自查").click()
    one.page.locator("summary").first.click()
    one.page.locator("main select").first.select_option("达标")
    expect(one.page.locator("[data-saved]")).to_contain_text("草稿已保存")
    one.page.go_back()
    one.page.get_by_text("逐项自查").click()
    assert one.page.locator("main select").first.input_value() == "达标"
    one.page.get_by_role("button", name="保存自查项").click()
    one.page.wait_for_url("**done=tasks")
    assert "已填1项" in one.page.locator("main").inner_text()
