"""What a unit fills in: nothing typed is lost, a second click does no harm, what is missing is named."""

import html
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any

from sqlmodel import select

from actions import rectify, review
from actions.rectify import Acting
from models.cycle import Assignment
from models.database import transaction
from models.problem import Problem
from models.submission import Draft, Evidence, Extension, Statement, Submission
from models.words import AssignmentKind, Move, ProblemState

K, S = AssignmentKind, ProblemState
Door = Any
BODY = "一、存在的问题\n抽查20卷，6卷不完整。\n二、整改措施\n8月底前逐卷补正。"
ROW = {"problem-1-title": "六卷不完整"}
PROOF = {"files": ("会议纪要.txt", "整改佐证".encode(), "text/plain")}


def test_a_report_without_a_list_keeps_its_text(door: Door) -> None:
    item = door.item(K.SELF_CHECK_REPORT)
    page = door.post(f"/item/{item}", 422, body=BODY, nonce="n1", files=PROOF)
    assert "自查报告须附问题清单" in page and "不用重新上传" in page and "抽查20卷" in page
    assert "会议纪要.txt" in page and 'name="staged"' in page
    assert 'name="nonce" value="n1"' in page
    again = door.get(f"/item/{item}")
    assert "抽查20卷" in again and "已载入草稿" in again
    assert not door.all(Submission) and not door.all(Evidence)


def test_a_double_click_makes_one_submission(door: Door) -> None:
    item = door.item(K.SELF_CHECK_REPORT)
    for _ in range(2):
        page = door.post(f"/item/{item}", body=BODY, nonce="n1", **ROW, files=PROOF)
        assert "已报送" in page and "会议纪要.txt" in page
    assert len(door.all(Submission)) == len(door.all(Evidence)) == 1
    assert not door.all(Draft)


def test_clicks_at_the_same_moment_make_one_submission(door: Door) -> None:
    item = door.item(K.SELF_CHECK_REPORT)

    def click(_n: int) -> int:
        data = {"body": BODY, "nonce": "n1", **ROW}
        return door.client.post(f"/u/{door.token}/item/{item}", data=data, follow_redirects=False).status_code

    with ThreadPoolExecutor(4) as clicks:
        assert list(clicks.map(click, range(4))) == [303] * 4
    assert len(door.all(Submission)) == 1


def test_two_people_at_one_form_do_not_swallow_each_other(door: Door) -> None:
    item = door.item(K.SELF_CHECK_REPORT)
    door.post(f"/item/{item}", body=BODY, nonce="first", **ROW)
    page = door.post(f"/item/{item}", 409, body="另一位同事写的报告", nonce="second", **ROW)
    assert "正在审核" in page and "另一位同事写的报告" in page and "未报送" in page


def test_a_returned_report_is_mended_not_typed_again(door: Door) -> None:
    item = door.item(K.SELF_CHECK_REPORT)
    door.post(f"/item/{item}", body=BODY, nonce="n1", **ROW)
    with transaction(door.running.bind) as session:
        row = session.exec(select(Submission)).one()
        review.send_back(session, door.running.actor("jingban"), row, "数据不全")
    assert "退回理由：数据不全" in door.get()
    page = door.get(f"/item/{item}")
    assert "抽查20卷" in page and 'value="六卷不完整"' in page
    old = door.post(f"/item/{item}", 422, body="改过的报告", nonce="n1", **ROW)
    assert "本次内容尚未报送" in old and "改过的报告" in old
    fresh = re.search(r'name="nonce" value="([^"]+)"', old)
    assert fresh and fresh[1] != "n1"
    door.post(f"/item/{item}", body="改过的报告", nonce=fresh[1], **ROW)
    assert [row.body for row in door.all(Submission)] == [BODY, "改过的报告"]


def test_a_plan_without_a_person_names_the_problem_and_keeps_the_rest(fixing: Door) -> None:
    no = fixing.problem("学法次数不足").no
    page = fixing.post(
        f"/plan/{fixing.item(K.RECT_PLAN)}", 422, nonce="p1", **fixing.plan_fields(**{f"plan-{no}-person": ""})
    )
    assert f"问题{no}缺少“责任人”" in page and page.count('value="张三"') == 2 and page.count('value="李四"') == 1
    assert {problem.state for problem in fixing.all(Problem)} == {S.ISSUED}


def test_a_plan_is_taken_and_a_problem_without_it_can_be_added_later(fixing: Door) -> None:
    problem = fixing.problem()
    fixing.post(f"/problem/{problem.id}/object", seen=str(problem.version), reason="档案在库")
    fixing.post(f"/plan/{fixing.item(K.RECT_PLAN)}", nonce="p1", **fixing.plan_fields())
    with transaction(fixing.running.bind) as session:
        row = session.get_one(Problem, problem.id)
        rectify.move_problem(session, fixing.running.actor("jingban"), row, Acting(Move.UPHOLD, row.version, "仍缺"))
    assert "报送整改方案" in fixing.get(f"/item/{fixing.item(K.RECT_PLAN)}")
    fixing.post(f"/plan/{fixing.item(K.RECT_PLAN)}", nonce="p2", **fixing.plan_fields())
    assert fixing.problem().state == S.PLANNED


def test_a_problem_is_reported_once_with_a_receipt(planned: Door) -> None:
    problem = planned.problem()
    path, seen = f"/problem/{problem.id}/report", str(problem.version)
    for _ in range(2):
        page = planned.post(path, seen=seen, result="档案已补齐。", files=PROOF)
        assert "整改情况已报送" in page and "回执号" in page
    assert planned.problem().state == S.REPORTED and len(planned.all(Evidence)) == 1
    other = planned.post(path, 403, seen=seen, result="另一种说法")
    assert "另一种说法" in other


def test_on_site_needs_no_upload(planned: Door) -> None:
    problem = planned.problem()
    refused = planned.post(f"/problem/{problem.id}/report", 422, seen=str(problem.version), result="已改。")
    assert "须上传佐证材料" in refused and "已改。" in refused
    page = planned.post(f"/problem/{problem.id}/report", seen=str(problem.version), result="已改。", on_site="1")
    assert "已注明“现场查看”" in page


def test_a_forbidden_file_is_refused_in_chinese(planned: Door) -> None:
    problem = planned.problem()
    bad = {"files": ("程序.exe", b"MZ\x90", "application/octet-stream")}
    page = planned.post(f"/problem/{problem.id}/report", 422, seen=str(problem.version), result="已改。", files=bad)
    assert "“程序.exe”的格式不在允许范围内" in page and "已改。" in page
    assert planned.problem().state == S.PLANNED


def test_more_time_is_asked_for_once_and_in_time(fixing: Door, today: Callable[[date], None]) -> None:
    item = fixing.item(K.RECT_REPORT)
    assert "须写明理由" in fixing.post(f"/extend/{item}", 422, day="2020-09-10", reason="")
    for _ in range(2):
        assert "延期申请已提交" in fixing.post(f"/extend/{item}", day="2020-09-10", reason="需开会研究")
    assert len(fixing.all(Extension)) == 1
    assert "已有一份延期申请" in fixing.post(f"/extend/{item}", 409, day="2020-09-20", reason="再延")
    today(date(2020, 9, 7))
    assert "延期须在到期前申请" in fixing.get(f"/extend/{item}")
    assert "延期须在到期前申请" in fixing.post(f"/extend/{item}", 403, day="2020-09-20", reason="再延")


def test_marks_are_kept_and_unknown_words_are_not(door: Door) -> None:
    cycle, name = door.running.cycle_id, "mark-party:1"
    for mark, shown in (("达标", "已填1项"), ("乱填", "已填1项")):
        data = {name: mark}
        assert shown in door.post(f"/tasks/{cycle}", **data)
    assert "<option value=\"达标\" selected>" in door.get(f"/tasks/{cycle}")


def test_drafts_are_saved_while_typing(door: Door) -> None:
    item = door.item(K.SELF_CHECK_REPORT)
    answer = door.post(f"/draft/item-{item}", 200, body="写了一半", **{"problem-7-title": "第七条"})
    assert re.fullmatch(r"\d\d:\d\d", answer)
    page = door.get(f"/item/{item}")
    assert "写了一半" in page and "第七条" in page
    door.post(f"/draft/item-{item}", 422, body="长" * 200_000)
    door.post("/draft/anything", 404, body="x")
    assert len(door.all(Draft)) == 1


def test_a_refusal_reopened_by_address_leads_back_to_the_form(fixing: Door) -> None:
    problem, plan = fixing.problem(), fixing.item(K.RECT_PLAN)
    for path in ("/sign", f"/plan/{plan}", f"/problem/{problem.id}/report"):
        assert "待办事项" in fixing.get(path) or "问题" in fixing.get(path)


def test_a_plan_that_ends_too_late_is_told_in_days_as_written_and_where_to_ask_for_time(fixing: Door) -> None:
    late = {name: "2020-12-31" for name in fixing.plan_fields() if name.endswith("due_on")}
    page = fixing.post(f"/plan/{fixing.item(K.RECT_PLAN)}", 422, nonce="p1", **fixing.plan_fields(**late))
    assert "完成时限2020年12月31日晚于整改报告时限2020年" in page and "2020-12-31晚于" not in page
    assert f"/extend/{fixing.item(K.RECT_REPORT)}" in page


def test_an_old_page_with_other_words_is_no_second_click(door: Door) -> None:
    item, first = door.item(K.SELF_CHECK_REPORT), {"body": "正文", "nonce": "n1", "problem-1-title": "六卷不完整"}
    door.post(f"/item/{item}", **first)
    assert "已报送" in door.post(f"/item/{item}", **first)
    file = {"files": ("补充材料.txt", "补充".encode(), "text/plain")}
    for changed, more in (({"body": "改过的正文"}, None), ({"problem-2-title": "又一个"}, None), ({}, file)):
        page = door.post(f"/item/{item}", 422, files=more, **{**first, **changed})
        assert "本次改动的内容尚未报送" in page and (not changed.get("body") or "改过的正文" in page)
    assert len(door.all(Submission)) == 1


def test_a_plan_an_objection_and_a_statement_with_other_words_are_not_taken_as_sent(fixing: Door) -> None:
    item, plan = fixing.item(K.RECT_PLAN), {"nonce": "p1", **fixing.plan_fields()}
    objected = fixing.problem("学法次数不足")
    path, seen = f"/problem/{objected.id}/object", str(objected.version)
    for _ in range(2):
        fixing.post(path, seen=seen, reason="甲的理由")
    assert "乙的理由" in fixing.post(path, 403, seen=seen, reason="乙的理由")
    for _ in range(2):
        assert "整改方案已报送" in fixing.post(f"/plan/{item}", **plan)
    other = {key: "另一份措施" if key.endswith("-measure") else value for key, value in plan.items()}
    assert "本次改动的内容尚未报送" in fixing.post(f"/plan/{item}", 422, **other)
    about = f"/state/{fixing.problem().id}"
    fixing.post(about, text="第一份", nonce="s1")
    page = fixing.post(about, 422, text="第二份", nonce="s1")
    nonce = re.findall(r'name="nonce" value="([^"]+)"', page[page.index('id="state"'):])[0]
    assert "本次内容尚未提交" in page and "第二份" in page and nonce != "s1"
    assert "第二份" in fixing.post(about, text="第二份", nonce=nonce) and len(fixing.all(Statement)) == 2


def test_two_people_marking_side_by_side_overwrite_nothing_of_each_other(door: Door) -> None:
    path = f"/tasks/{door.running.cycle_id}"

    def marks(page: str) -> dict[str, str]:
        boxes = re.findall(r'<select[^>]*name="(mark-[^"]+)">(.*?)</select>', page, re.S)
        found = {name: (re.findall(r'value="([^"]+)" selected', box) or [""])[0] for name, box in boxes}
        return found | {"seen": html.unescape(re.findall(r'name="seen" hidden>([^<]*)<', page)[0])}

    one, two, three = [name for name in marks(door.get(path)) if name != "seen"][:3]
    door.post(path, **{**marks(door.get(path)), one: "达标"})
    first = second = marks(door.get(path))
    door.post(path, **{**first, one: "未达标", two: "达标"})
    door.post(path, **{**second, three: "部分达标"})
    now = marks(door.get(path))
    assert (now[one], now[two], now[three]) == ("未达标", "达标", "部分达标")
    page = door.post(path, 409, **{**second, one: "部分达标"})
    again = marks(page)
    assert "已由他人改填" in page and sorted(filter(None, (row.note for row in door.all(Assignment)))) == [
        "未达标", "达标", "部分达标",
    ]
    assert (again[one], again[two], again[three]) == ("部分达标", "达标", "部分达标")
    door.post(path, **again)
    assert marks(door.get(path))[one] == "部分达标"
