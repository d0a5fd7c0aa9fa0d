"""A unit's whole life on a five-year-old phone: every page readable, every act answered, nothing in the way."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect
from sqlmodel import select

from actions import extend, rectify, review
from actions.feed_back import issue_letter
from actions.open_link import visitor
from actions.problem import add_problem
from actions.rectify import Acting
from actions.state import answer
from config import clock
from models.database import transaction
from models.ledger import open_cycles
from models.plan import Plan
from models.problem import Problem
from models.submission import Extension, Statement, Submission
from models.words import Move, ProblemSource
from tests.browser.test_phone import TEXT
from tests.browser.test_unit_files import PHONE_5

OLD = {**PHONE_5, "user_agent": "Mozilla/5.0 (Linux; Android 6.0.1; OPPO R9s) Chrome/60.0 Mobile MMWEBID/1"}


class Clerk:
    """A township clerk with a phone; looks at every page as somebody who cannot see well would."""

    def __init__(self, one: Any, link: str) -> None:
        self.one, self.page, self.link = one, one.page, link

    def looks(self) -> None:
        assert self.one.overflow() <= 0, self.page.url
        assert self.one.barriers() == [], self.page.url

    def home(self) -> None:
        self.page.goto(self.link)
        self.looks()

    def opens(self, name: str) -> None:
        self.page.get_by_role("link", name=name).first.click()
        self.page.wait_for_load_state()
        self.looks()

    def sends(self, button: str, **fields: str) -> str:
        """Fill, send, read the answer; Chromium's own note of a refusal is not ours."""
        for name, value in fields.items():
            self.page.locator(f"[name={name}]").last.fill(value)
        self.page.get_by_role("button", name=button, exact=True).click()
        self.page.wait_for_load_state()
        self.looks()
        self.one.complaints.clear()
        return str(self.page.locator("[data-answer]").inner_text())


@pytest.fixture
def clerk(window: Callable, link: str) -> Clerk:
    return Clerk(window((360, 740), **OLD), link)


def finds_a_problem(link: str, people: Any) -> None:
    """The office feeds back one problem by letter."""
    actor = people.actors["jingban"]
    with transaction() as session:
        unit, cycle = visitor(session, link.rsplit("/", 1)[1]).unit, open_cycles(session)[0]
        said = ("执法案卷缺少集体讨论记录", "抽查10卷，3卷没有。")
        add_problem(session, actor, cycle.id, unit.id, ProblemSource.HIGHER, *said)
        issue_letter(session, actor, session.get_one(Plan, cycle.plan_id), cycle.id, unit)


def acts(people: Any, table: Any, verb: Callable[..., Any], login: str = "jingban", *given: Any) -> None:
    with transaction() as session:
        verb(session, people.actors[login], session.exec(select(table)).all()[-1], *given)


def moves(people: Any, move: Move, reason: str = "") -> None:
    with transaction() as session:
        problem = session.exec(select(Problem)).one()
        day = clock.today() + timedelta(days=20)
        new_due = day if move == Move.RETURN else None
        rectify.move_problem(session, people.actors["jingban"], problem, Acting(move, problem.version, reason, new_due))


def test_a_whole_life_on_an_old_phone(clerk: Clerk, people: Any, tmp_path: Path) -> None:
    page, proof = clerk.page, tmp_path / "集体讨论记录.txt"
    proof.write_text("记录")
    clerk.home()
    assert "已签收" in clerk.sends("签收", name="联络员𠮷", phone="00000000")

    clerk.opens("填写自查报告")
    page.fill("[name=body]", TEXT)
    expect(page.locator("[data-saved]").first).to_contain_text("草稿已保存")
    page.set_input_files("#files", proof)
    expect(page.locator("[name=staged]")).to_be_checked()
    assert "已报送" in clerk.sends("报送自查报告", **{"problem-1-title": "台账更新不及时"})
    acts(people, Submission, review.send_back, "jingban", "请写明整改时间")
    clerk.home()
    assert "1项被退回" in page.inner_text("#sum") and "请写明整改时间" in page.content()
    clerk.opens("修改后重新报送")
    assert "台账更新不及时" in page.input_value("[name=problem-1-title]")
    assert "已报送" in clerk.sends("报送自查报告", body=f"{TEXT}\n9月底前完成。")

    finds_a_problem(clerk.link, people)
    clerk.home()
    clerk.sends("签收", name="联络员𠮷", phone="00000000")
    clerk.opens("查看问题，填写整改方案")
    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_text("对此问题有异议").click()
    assert "异议已提出" in clerk.sends("提出异议", reason="案卷另有存放。")
    moves(people, Move.UPHOLD, "现场核对仍缺")

    clerk.home()
    clerk.opens("查看问题，填写整改方案")
    assert "现场核对仍缺" in page.content()
    clerk.opens("填写整改方案")
    said = {"plan-1-measure": "补齐记录", "plan-1-leader": "张三", "plan-1-person": "李四"}
    assert "整改方案已报送" in clerk.sends("报送整改方案", **said)
    clerk.home()
    clerk.opens("报整改情况")
    assert "须上传佐证材料" in clerk.sends("报整改情况", result="三卷均已补齐。")
    page.get_by_text("从以前报送的材料中选择").click()
    page.locator("[name=reuse]").check()
    assert "整改情况已报送" in clerk.sends("报整改情况") and "沿用以前报送的材料" in page.content()
    moves(people, Move.RETURN, "照片看不清")
    clerk.home()
    clerk.opens("重新报整改情况")
    page.get_by_label("请来人现场查看，无需上传").check()
    page.get_by_text("提交情况说明").first.click()
    page.locator("#state [name=text]").fill("执法队正在搬迁，案卷在新址。")
    page.locator("#state").get_by_role("button", name="提交情况说明").click()
    page.wait_for_url("**done=stated")
    clerk.looks()
    acts(people, Statement, answer, "jingban", "知悉，将到新址查看。")
    page.reload()
    assert "知悉，将到新址查看。" in page.content()
    assert "整改情况已报送" in clerk.sends("报整改情况", result="三卷均已补齐，原件在新址。")

    clerk.home()
    clerk.opens("填写整改报告")
    clerk.opens("不能按期完成？申请延期")
    day = (clock.today() + timedelta(days=60)).isoformat()
    assert "延期申请已提交" in clerk.sends("提交申请", day=day, reason="搬迁未完。")
    acts(people, Extension, extend.decide_extension, "zhuren", True, "同意")
    clerk.home()
    assert "已调整" in page.content()
    clerk.opens("办理记录")
    for verb in ("签收", "报送", "提出异议", "报整改方案", "提交情况说明", "答复情况说明", "申请延期"):
        assert f"<b>{verb}</b>" in page.content(), verb
    clerk.opens("我的回执（可打印）")
    assert page.locator(".hash").count() == 2 and page.get_by_role("button", name="打印回执").is_visible()
    for path in ("/contact", "/ledger"):
        page.goto(clerk.link + path)
        clerk.looks()


def test_reading_signing_and_submitting_without_a_script(window: Callable, link: str) -> None:
    clerk = Clerk(window((360, 740), script=False, **OLD), link)
    page = clerk.page
    page.goto(link)
    page.fill("[name=phone]", "00000000")
    page.get_by_role("button", name="签收", exact=True).click()
    assert "已签收" in page.locator("[data-answer]").inner_text()
    page.get_by_role("link", name="填写自查报告").click()
    page.fill("[name=body]", TEXT)
    page.fill("[name=problem-1-title]", "台账更新不及时")
    page.get_by_role("button", name="报送自查报告").click()
    assert "已报送" in page.locator("[data-answer]").inner_text()
    page.get_by_text("提交情况说明").first.click()
    page.fill("#state-text", "材料另送纸质。")
    page.get_by_role("button", name="提交情况说明", exact=True).click()
    assert "情况说明已提交" in page.locator("[data-answer]").inner_text()
    assert clerk.one.overflow() <= 0


def test_the_back_button_sends_nothing_twice(clerk: Clerk) -> None:
    page = clerk.page
    clerk.home()
    clerk.opens("填写自查报告")
    clerk.sends("报送自查报告", body=TEXT, **{"problem-1-title": "台账更新不及时"})
    page.go_back()
    page.wait_for_load_state()
    if page.get_by_role("button", name="报送自查报告").count():
        page.get_by_role("button", name="报送自查报告").click()
        page.wait_for_load_state()
    clerk.one.complaints.clear()
    with transaction() as session:
        assert len(session.exec(select(Submission)).all()) == 1
