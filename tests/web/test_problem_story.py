"""A problem's page: its whole story in order, and two people on one problem never overwrite one another."""

import re
from collections.abc import Callable
from datetime import date, time
from typing import Any

import pytest

from actions import rectify
from actions.keep_evidence import Upload
from actions.rectify import Acting, ProblemReport
from config import clock
from models.event import Event
from models.problem import Problem
from models.words import Move, ProblemState
from tests.web.person import signed_in

PLAN = {"measure": "补齐<b>档案</b>", "leader": "甲领导", "lead_unit": "县司法局", "person": "乙科长"}


@pytest.fixture
def reported(fixing: Any) -> tuple[Any, Problem]:
    """A problem fed back, planned and reported on with a file."""
    with fixing.running.on(date(2020, 8, 28), time(11, 0)) as session:
        problem = session.get_one(Problem, fixing.problem().id)
        ours = fixing.running.speaks(session)
        rectify.move_problem(session, ours, problem, Acting(Move.PLAN, problem.version, changes=PLAN))
        report = ProblemReport("档案已补齐。", [Upload("目录.txt", "目录".encode())])
        rectify.report_problem(session, ours, problem, problem.version, report)
    clock.freeze(clock.at_time(date(2020, 8, 28), time(15, 0)))
    return fixing, problem


def test_the_story_tells_everything_in_order(reported: tuple[Any, Problem]) -> None:
    door, problem = reported
    clerk, head = signed_in(door, "jingban"), signed_in(door, "zhuren")
    path = f"/problems/{problem.id}"
    clerk.post(f"{path}/move", move="return", seen=str(problem.version), reason="缺会议纪要", new_due="2020-09-04")
    page = head.get(path)
    story = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.split('<ol class="story">')[1].split("</ol>")[0]))
    steps = ("登记问题", "反馈", "报整改方案", "报整改情况", "目录.txt", "退回 ：缺会议纪要")
    places = [story.find(step) for step in steps]
    assert -1 not in places and places == sorted(places), story
    assert "补齐&lt;b&gt;档案" in page and "甲领导" in page and "乙科长" in page
    assert "通知" in story and "2020年9月5日 → 2020年9月4日" in story


def test_who_comes_second_is_told_who_was_first_and_keeps_the_words(reported: tuple[Any, Problem]) -> None:
    door, problem = reported
    first, second = signed_in(door, "jingban"), signed_in(door, "jingban2")
    path, seen = f"/problems/{problem.id}", str(problem.version)
    first.post(f"{path}/move", move="verify", seen=seen)
    page = second.post(f"{path}/move", 409, move="return", seen=seen, reason="佐证不全<i>")
    assert "刚刚由经办甲核实" in page and "您的操作没有生效" in page and "您填写的理由：佐证不全&lt;i&gt;" in page
    kept = next(one for one in door.all(Problem) if one.id == problem.id)
    assert (kept.state, kept.verified_by) == (ProblemState.VERIFIED, "经办甲")
    assert [e.verb for e in door.all(Event)].count("退回") == 0


def test_a_double_click_makes_one_move(reported: tuple[Any, Problem]) -> None:
    door, problem = reported
    clerk = signed_in(door, "jingban")
    form = {"move": "verify", "seen": str(problem.version)}
    clerk.post(f"/problems/{problem.id}/move", **form)
    assert "刚刚由经办甲核实" in clerk.post(f"/problems/{problem.id}/move", 409, **form)
    assert [e.verb for e in door.all(Event)].count("核实") == 1


def test_a_refused_move_comes_back_with_what_was_typed(reported: tuple[Any, Problem]) -> None:
    door, problem = reported
    clerk, seen = signed_in(door, "jingban"), str(problem.version)
    page = clerk.post(f"/problems/{problem.id}/move", 422, move="return", seen=seen, reason="缺纪要", new_due="下周")
    assert "不是日期" in page and 'value="缺纪要"' in page
    clerk.post(f"/problems/{problem.id}/move", 403, move="reopen", seen=seen, reason="x")


def test_both_keys_are_named(reported: tuple[Any, Problem]) -> None:
    door, problem = reported
    path = f"/problems/{problem.id}"
    signed_in(door, "jingban").post(f"{path}/move", move="verify", seen=str(problem.version))
    page = signed_in(door, "zuzhang").post(f"{path}/move", move="look_back_pass", seen=str(problem.version + 1))
    assert "待销号" in page
    page = signed_in(door, "zhuren").post(f"{path}/move", move="close_out", seen=str(problem.version + 2))
    keys = re.sub(r"<[^>]+>", " ", page.split('class="card-body keys-two"')[1][:400])
    assert "经办甲" in keys and "主任甲" in keys


def test_a_unit_page_decides_in_place_and_comes_back(door: Any, today: Callable[[date], None]) -> None:
    with door.running.on(date(2020, 8, 5)) as session:
        row = door.running.hand_in(session, 0)
        unit = door.running.unit(session).id
    today(date(2020, 8, 5))
    clerk = signed_in(door, "jingban")
    assert "待审核材料 1 件" in clerk.get(f"/units/{unit}")
    answer = clerk.client.post(
        f"/submissions/{row.id}/return", data={"reason": "缺清单", "back": f"/units/{unit}"}, follow_redirects=False
    )
    assert answer.headers["location"] == f"/units/{unit}?done=returned"
    page = clerk.get(f"/units/{unit}")
    assert "缺清单" in page and "待审核材料" not in page
    for elsewhere in ("//evil.example", "https://evil.example", "/\\evil.example", "/x?y=1"):
        with door.running.on(date(2020, 8, 5)) as session:
            again = door.running.hand_in(session, 0)
        answer = clerk.client.post(
            f"/submissions/{again.id}/return", data={"reason": "缺", "back": elsewhere}, follow_redirects=False
        )
        assert answer.headers["location"] == "/submissions?done=returned"


def test_search_finds_what_has_a_name_and_takes_words_as_they_are(reported: tuple[Any, Problem]) -> None:
    door, problem = reported
    clerk = signed_in(door, "jingban")
    page = clerk.get("/search?q=档案")
    assert f'href="/problems/{problem.id}"' in page and "<mark>档案</mark>缺失" in page
    with door.running.on(date(2020, 8, 28)) as session:
        unit = door.running.unit(session)
        unit.aliases = ["旧名县"]
        name = unit.name
    kinds = {name: "单位", "旧名县": "单位", "濮阳2020": "督察周期", "联络员": "联系人", "主任": "办公室人员",
             "〔2020〕1号": "督察反馈意见", "[2020]1号": "督察反馈意见", "执法": "任务",
             f"问题{problem.no}": "问题"}
    for words, kind in kinds.items():
        assert f'<h3 class="card-title">{kind}' in clerk.get(f"/search?q={words}"), words
    for words in ("%%", "__", "<b>", "案%", "' OR 1"):
        page = clerk.client.get("/search", params={"q": words}).text
        assert "没有找到" in page and "<b>”" not in page
    assert "请至少输入两个字" in clerk.get("/search?q=档")
    assert "没有找到" in clerk.client.get("/search", params={"q": "档" * 5000}).text
