"""An inspector in a yard without signal: nothing typed is lost, nobody's answer is overwritten, the unit signs."""

import base64
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest
from playwright.sync_api import expect
from sqlmodel import select

from actions import score
from actions.adopt import adopt_plan
from actions.score_lines import lines_of
from config import clock
from models.cycle import Visit
from models.database import transaction
from models.problem import Problem
from models.score import Score
from models.submission import Evidence
from models.unit import Unit
from models.words import ScoreResult, VisitState
from plans.planfile import read_plan
from plans.text import read_source
from tests.beginnings import WORD
from tests.on_site import LEAD, SECOND, VISITED, crew, plan_trip, trip, who
from tests.real_parts import set_clock
from tests.window import DESKTOP, PHONE

NARROW = (360, 740)
PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
SAVED, WAITING = "已全部上传", "未上传"


@pytest.fixture
def visit(puyang: Callable[..., Any], site: str) -> Iterator[str]:
    """The address of the first unit's visit, on its day."""
    running = puyang(2)
    with running.on(date(2020, 8, 7)) as session:
        crew(running, session)
        key = trip(running, session).id
    set_clock(VISITED)
    yield f"{site}/team/visits/{key}"
    clock.freeze(None)


def come(
    window: Callable, site: str, visit: str, login: str = SECOND, size: tuple[int, int] = PHONE, **more: Any
) -> Any:
    """A person on the visit's page, signed in."""
    one = window(size, **more)
    one.page.on("dialog", lambda dialog: dialog.accept())
    enter(one, site, visit, login)
    return one


def enter(one: Any, site: str, visit: str, login: str) -> None:
    one.page.goto(f"{site}/login")
    one.page.fill("#login", login)
    one.page.fill("#word", WORD)
    one.page.get_by_role("button", name="登录").click()
    one.page.goto(visit)


def item(one: Any, key: str) -> Any:
    card = one.page.locator(f"[id='item-{key}']")
    card.evaluate("function (one) { one.open = true; }")  # a click could meet the script that opens it too
    return card


def says(one: Any, words: str) -> None:
    one.page.locator("[data-queue-state]", has_text=words).wait_for(timeout=20_000)


def kept(table: Any) -> list[Any]:
    with transaction() as session:
        return list(session.exec(select(table)))


def test_signal_is_lost_in_the_middle_and_everything_typed_arrives(window: Callable, site: str, visit: str) -> None:
    one = come(window, site, visit)
    item(one, "party-20").get_by_label("已列入").check()
    says(one, SAVED)
    one.page.evaluate("navigator.serviceWorker.ready.then(function () { return 1; })")
    one.until("caches.match(location.pathname).then(function (found) { return !!found; })")
    one.context.set_offline(True)
    card = item(one, "party-3")
    card.get_by_label("没有列入 得0分").check()
    card.get_by_label("扣分（不适用）理由").fill("总体规划中没有写入")
    item(one, "party-7").get_by_label("已列入").check()
    photo = item(one, "party-1")
    photo.locator("input[type=file]").first.set_input_files(
        {"name": "会议记录.png", "mimeType": "image/png", "buffer": PNG}
    )
    says(one, "未上传 3 项")
    one.page.reload()
    assert item(one, "party-3").get_by_label("扣分（不适用）理由").input_value() == "总体规划中没有写入"
    says(one, "未上传 3 项")
    one.page.goto(f"{site}/team/visits/{uuid4()}")
    assert "没有信号，此页没有在本机打开过" in one.page.locator("body").inner_text()
    one.page.goto(visit)
    says(one, "未上传 3 项")
    assert {row.item for row in kept(Score)} == {"party-20"}
    one.context.set_offline(False)
    says(one, SAVED)
    assert {row.item: row.points for row in kept(Score)} == {"party-20": 2, "party-7": 2, "party-3": None}
    assert [row.reason for row in kept(Score) if row.item == "party-3"] == ["总体规划中没有写入"]
    assert [(row.label, row.name) for row in kept(Evidence)] == [("party-1", "会议记录.png")]
    one.page.reload()
    assert "得4分（应计4分） 100%" in one.page.locator(".team-bar").inner_text()


def test_two_devices_and_the_person_chooses(window: Callable, site: str, visit: str) -> None:
    one, other = come(window, site, visit), come(window, site, visit, LEAD)
    one.context.set_offline(True)
    card = item(one, "party-20")
    card.get_by_label("扣分（不适用）理由").fill("述职报告中没有")
    card.get_by_label("未列入").check()
    says(one, "未上传 1 项")
    item(other, "party-20").get_by_label("已列入").check()
    says(other, SAVED)
    one.context.set_offline(False)
    box = card.locator(".conflict-box")
    box.wait_for(timeout=20_000)
    words = box.inner_text()
    assert "组长甲" in words and "得2分（满分2分）" in words and "得0分（满分2分）：述职报告中没有" in words
    assert [row.points for row in kept(Score)] == [2]
    assert one.barriers() == []
    box.get_by_role("button", name="用本机填写的").click()
    says(one, SAVED)
    assert [(row.points, row.scored_by) for row in kept(Score)] == [(0, "督察员乙")]


def test_what_is_kept_already_may_be_taken_instead(window: Callable, site: str, visit: str) -> None:
    one, other = come(window, site, visit), come(window, site, visit, LEAD)
    item(other, "party-7").get_by_label("已列入").check()
    says(other, SAVED)
    card = item(one, "party-7")
    card.get_by_label("扣分（不适用）理由").fill("没有列入巡察")
    card.get_by_label("未列入").check()
    card.get_by_role("button", name="用已保存的").click()
    says(one, SAVED)
    assert card.get_by_label("已列入").is_checked()
    assert [row.points for row in kept(Score)] == [2]


def test_a_range_is_refused_and_what_was_typed_stays(window: Callable, site: str, visit: str) -> None:
    one = come(window, site, visit, size=NARROW)
    card = item(one, "government-9")
    card.get_by_label("扣分（不适用）理由").fill("作用没有充分发挥")
    card.get_by_label("发挥不全面").check()
    card.get_by_label("作用发挥扣分").fill("3")
    box = card.locator(".conflict-box", has_text="扣分应在1至2分之间，不能扣3分")
    box.wait_for(timeout=20_000)
    assert card.get_by_label("作用发挥扣分").input_value() == "3"
    assert one.barriers() == [] and one.overflow() <= 0
    card.get_by_label("作用发挥扣分").fill("1.5")
    card.get_by_label("已建立").check()
    says(one, SAVED)
    assert [row.points for row in kept(Score)] == [2.5]


def test_a_problem_noted_without_signal_and_a_signature_end_the_visit(window: Callable, site: str, visit: str) -> None:
    one = come(window, site, visit)
    one.page.get_by_role("button", name="已到场").click()
    one.page.locator("[data-visit-state]", has_text="已督察").wait_for()
    one.context.set_offline(True)
    form = one.page.locator("#problem-new")
    one.page.locator("#problems summary", has_text="登记问题").click()
    form.get_by_label("问题", exact=True).fill("标牌没有悬挂")
    form.get_by_role("checkbox").check()
    form.get_by_label("如何改正").fill("当场挂牌")
    form.get_by_role("button", name="登记问题").click()
    says(one, "未上传 1 项")
    one.context.set_offline(False)
    says(one, SAVED)
    one.page.get_by_role("link", name="1. 标牌没有悬挂").wait_for()
    assert [problem.result for problem in kept(Problem)] == ["当场挂牌"]
    one.page.reload()
    assert "标牌没有悬挂（立行立改，已当场改正：当场挂牌）" in one.page.get_by_label("反馈内容").input_value()
    one.page.get_by_label("单位签字人姓名").fill("局负责人")
    one.page.get_by_label("职务").fill("局长")
    canvas = one.page.locator("canvas.sign-box")
    canvas.scroll_into_view_if_needed()
    frame = canvas.bounding_box()
    one.page.mouse.move(frame["x"] + 30, frame["y"] + 40)
    one.page.mouse.down()
    one.page.mouse.move(frame["x"] + 160, frame["y"] + 60, steps=4)
    one.page.mouse.up()
    one.page.get_by_role("button", name="签字并提交反馈单").click()
    one.page.get_by_text("局长 局负责人 签字").wait_for(timeout=20_000)
    (done,) = [one for one in kept(Visit) if one.state == VisitState.FED_BACK]
    assert (done.signed_by, done.signed_post) == ("局负责人", "局长")
    assert [row.label for row in kept(Evidence)] == ["单位签字"]
    one.page.goto(f"{visit}/sheet")
    assert one.page.evaluate("document.querySelector('img.signature').naturalWidth") == 640


def test_what_one_person_left_on_a_phone_is_not_sent_by_the_next(window: Callable, site: str, visit: str) -> None:
    one = come(window, site, visit)
    item(one, "party-3").get_by_label("没有列入 得0分").check()
    says(one, "未上传 1 项")  # refused: its reason is still missing
    one.page.get_by_role("button", name="退出").click()
    enter(one, site, visit, LEAD)
    says(one, "本机另有他人未上传的 1 项")
    assert not item(one, "party-3").get_by_label("没有列入 得0分").is_checked()
    one.page.get_by_role("button", name="退出").click()
    enter(one, site, visit, SECOND)
    card = item(one, "party-3")
    card.get_by_label("没有列入 得0分").wait_for()
    card.get_by_label("扣分（不适用）理由").fill("没有写入规划")
    card.get_by_label("已列入").last.check()
    says(one, SAVED)
    assert [row.points for row in kept(Score)] == [2]


def test_two_score_alone_and_the_lead_settles(window: Callable, site: str, visit: str) -> None:
    with transaction() as session:
        row = session.get_one(Visit, UUID(visit.rsplit("/", 1)[1]))
        score.set_scorers(session, who(session, "jingban"), row, 2)
        for login in (LEAD, SECOND):
            for line in lines_of(session, row):
                if line.key != "party-20":
                    given = {"result": "not_applicable", "reason": "本次不查"}
                    score.keep_answer(session, who(session, login), row, line.key, 0, given)
    lead, second = come(window, site, visit, LEAD), come(window, site, visit, SECOND)
    item(lead, "party-20").get_by_label("已列入").check()
    says(lead, SAVED)
    second.page.reload()
    assert "得2分（满分2分）" not in second.page.content()
    card = item(second, "party-20")
    card.get_by_label("扣分（不适用）理由").fill("没有列入述职")
    card.get_by_label("未列入").check()
    says(second, SAVED)
    for one in (lead, second):
        one.page.get_by_role("button", name="打分完毕，交分").click()
        one.page.wait_for_url("**/scores")
    lead.page.reload()
    assert "两人打分不同1项" in lead.page.locator("#apart").inner_text()
    lead.page.locator("#apart summary", has_text="核定").first.click()
    lead.page.get_by_label("以督察员乙的打分为准").check()
    lead.page.get_by_label("核定理由").fill("查述职报告，确未列入")
    assert lead.barriers() == [] and lead.overflow() <= 0
    lead.page.get_by_role("button", name="核定", exact=True).click()
    lead.page.get_by_text("已核定").wait_for()
    assert [row.points for row in kept(Score) if row.scorer == "settled"] == [0]


def test_x5_180_square_metres_cannot_be_called_met(window: Callable, site: str, visit: str) -> None:
    with transaction() as session:
        draft, clerk = read_plan(read_source("xiayi-2023")), who(session, "jingban")
        plan = adopt_plan(session, clerk, draft.model_copy(update={"groups": []}), "xiayi")
        unit = session.get_one(Visit, UUID(visit.rsplit("/", 1)[1])).unit_id
        key = plan_trip(session, clerk, plan, session.get_one(Unit, unit), VISITED).id
    one = come(window, site, f"{site}/team/visits/{key}", LEAD, NARROW)
    card = item(one, "checklist-brigade-4")
    card.get_by_label("办公面积").fill("180")
    card.get_by_label("达标", exact=True).check()
    box = card.locator(".conflict-box", has_text="办公面积180平方米，要求不少于200平方米，不能评为达标")
    box.wait_for(timeout=20_000)
    card.get_by_label("未达标").check()
    says(one, SAVED)
    assert [(row.result, row.points) for row in kept(Score)] == [(ScoreResult.NOT_MET, None)]
    bar = one.page.locator("[data-total]").inner_text()
    assert "还有26项未答" in bar and "分" not in bar
    assert one.barriers() == [] and one.overflow() <= 0


def test_half_typed_text_survives_a_closed_page(window: Callable, site: str, visit: str) -> None:
    one = come(window, site, visit)
    one.page.get_by_label("反馈内容").fill("读到一半")
    one.page.wait_for_timeout(1200)
    one.page.goto(f"{site}/team")
    one.page.goto(visit)
    expect(one.page.locator("#sheet-text")).to_have_value("读到一半")


@pytest.mark.parametrize("size", [NARROW, DESKTOP], ids=["360", "1366"])
def test_every_page_of_a_team_fits_and_can_be_used_by_everybody(
    window: Callable, site: str, visit: str, size: tuple[int, int]
) -> None:
    one = come(window, site, visit, LEAD, size)
    one.page.evaluate("document.querySelectorAll('details').forEach(function (one) { one.open = true; })")
    assert one.overflow() <= 0 and one.barriers() == []
    for path in ("/team", f"{visit}/programme", f"{visit}/scores", f"{visit}/sheet"):
        one.page.goto(path if path.startswith("http") else site + path)
        assert one.overflow() <= 0 and one.barriers() == [], path
    one.page.goto(f"{site}/team")
    one.page.locator("a[href^='/team/reports/']").first.click()
    one.page.wait_for_url("**/team/reports/*")
    assert one.overflow() <= 0 and one.barriers() == []


def test_a_visit_is_scored_without_a_script(window: Callable, site: str, visit: str) -> None:
    one = come(window, site, visit, script=False)
    card = item(one, "party-1")
    card.get_by_label("实有").fill("1")
    card.get_by_label("记录完整").check()
    card.get_by_label("措施有力").check()
    card.get_by_role("button", name="保存").click()
    assert "第1项扣了1分，请写明扣分理由" in one.page.locator("#item-party-1 [role=alert]").inner_text()
    one.complaints.clear()
    card.get_by_label("扣分（不适用）理由").fill("全年只听取1次")
    card.get_by_role("button", name="保存").click()
    assert "得5分（满分6分）" in one.page.locator("#item-party-1").inner_text()
