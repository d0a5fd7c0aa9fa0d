"""A township clerk registers what was done, on a narrow phone whose browser runs no script."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from sqlmodel import select

from actions import entry, pause
from actions.deadline import move_deadline
from actions.duty import Wanted, add_duty
from actions.open_link import visitor
from config import clock
from models.cycle import Assignment
from models.database import transaction
from models.duty import Duty
from models.ledger import open_cycles

LEARNING, TRAINING, REPORT = "领导干部集体学法", "行政执法人员业务培训", "法治政府建设工作报告"
PERSONS, STANDING, FILING = "机关干部学法学时", "行政执法公示制度", "重大行政处罚决定备案"
WANTED = (
    Wanted(LEARNING, "每季度召开2次"), Wanted(TRAINING, "每年不少于20学时"),
    Wanted(PERSONS, "每年人均不少于40学时", per_person=True),
    Wanted(REPORT, "每半年一次", receivers=["市人大常委会", "市人民检察院"]),
    Wanted(STANDING, "长期坚持"), Wanted(FILING, "处罚决定作出后20日内", gate="集体讨论"),
)


@pytest.fixture
def clerk(link: str, people: Any) -> tuple[str, Any]:
    """The link of a unit with one duty of every sort, and the person of the office who set them."""
    actor = people.actors["jingban"]
    with transaction() as session:
        unit, cycle = visitor(session, link.rsplit("/", 1)[1]).unit, open_cycles(session)[0]
        for wanted in WANTED:
            add_duty(session, actor, cycle.id, unit, wanted)
    return link, actor


def of_office(title: str, verb: Callable[..., None], actor: Any, *given: Any) -> None:
    """The office does something to the newest occurrence of a duty."""
    with transaction() as session:
        duty = session.exec(select(Duty).where(Duty.title == title)).one()
        verb(session, actor, session.exec(select(Assignment).where(Assignment.duty_id == duty.id)).one(), *given)


def to_item(one: Any, link: str, title: str) -> None:
    one.page.goto(link)
    card = one.page.locator("article.item", has=one.page.get_by_role("heading", name=title))
    one.press(card.get_by_role("link").first)
    fits(one)


def fits(one: Any) -> None:
    assert one.overflow() <= 0, one.page.url


def send(one: Any, name: str, **fields: str) -> str:
    """Fill the open form, send it, and read the answer; Chromium's own note of a refusal is not ours."""
    for key, value in fields.items():
        one.page.fill(f"[name={key}]", value)
    one.press(one.page.get_by_role("button", name=name, exact=True))
    fits(one)
    one.complaints.clear()
    return one.page.locator("[data-answer]").inner_text()


def test_a_clerk_registers_withdraws_and_reports_an_event_without_javascript(
    window: Callable, clerk: tuple[str, Any]
) -> None:
    link, _ = clerk
    one = window(script=False)
    to_item(one, link, TRAINING)
    assert one.page.input_value("[name=day]") == clock.today().isoformat()
    assert "请写明办理内容" in send(one, "登记", amount="18")
    assert one.page.input_value("[name=amount]") == "18"
    assert "已登记" in send(one, "登记", what="全员参加行政执法证年度线上培训，内容为新修订的行政处罚法、行政复议法")
    assert "18/20 学时" in one.page.content()
    one.page.get_by_text("撤回", exact=True).click()
    assert "已撤回" in send(one, "撤回这条登记", reason="学时填错")
    assert "0/20 学时" in one.page.content()

    one.page.goto(link)
    one.press(one.page.get_by_role("link", name="登记新事由"))
    fits(one)
    number = "濮县司罚决字〔2026〕第1号"
    assert "须先有“集体讨论”的结果" in send(one, "登记事由", subject=number)
    assert one.page.input_value("[name=subject]") == number
    assert "事由已登记" in send(one, "登记事由", gate="经负责人集体讨论通过")
    assert "待办公室确认" not in one.page.content()
    send(one, "登记", what="报送处罚决定书和备案报告")
    assert "待办公室确认" in one.page.content()


def test_every_sort_of_duty_fits_the_phone(window: Callable, clerk: tuple[str, Any]) -> None:
    link, actor = clerk
    one = window()
    to_item(one, link, PERSONS)
    send(one, "登记", amount="40", person="张三", what="集中学习习近平法治思想")
    send(one, "登记", amount="12.5", person="李四", what="集中学习习近平法治思想")
    to_item(one, link, REPORT)
    one.page.select_option("[name=receiver]", "市人大常委会")
    assert "已登记" in send(one, "登记", what="报送上半年工作报告")
    assert "尚缺市人民检察院" in one.page.content()
    to_item(one, link, LEARNING)
    send(one, "登记", what="县委理论学习中心组专题学法")
    send(one, "登记", what="政府常务会议会前学法")
    of_office(LEARNING, entry.return_entry, actor, "第二次会议没有会议记录，请补报")
    of_office(TRAINING, move_deadline, actor, date(clock.today().year + 1, 1, 15), "县里统一延后")
    of_office(REPORT, pause.pause, actor, "机构改革，职责待划转")
    for title in (LEARNING, TRAINING, REPORT, STANDING):
        to_item(one, link, title)
    one.page.goto(link)
    fits(one)
    one.page.goto(f"{link}/history")
    fits(one)
