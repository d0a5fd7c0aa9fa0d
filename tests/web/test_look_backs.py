"""Pages of the look-back, of what comes back and what is carried over: preview first, a second click harmless."""

import re
from collections.abc import Callable
from datetime import date

import pytest

from actions.open_cycle import Opening
from actions.rectify import Acting, ProblemReport, move_problem, report_problem
from commands.rehearse import launch
from commands.sample_units import demo_rows
from config import clock
from models.cycle import Assignment, Cycle
from models.draw import Draw
from models.paper_words import RecurState
from models.problem import LookBack, LookBackRound, Problem
from models.submission import Evidence
from models.words import Move, ProblemState
from plans.draft import PlanDraft
from tests.conftest import Running
from tests.web.at_desk import signed
from tests.web.person import Person

DAY = date(2020, 8, 26)
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 32
FULL = {"measure": "补齐", "leader": "分管负责人", "lead_unit": "办公室", "person": "科长"}
FORM = {"seen": "1", "way": "on_site", "sampled": "no", "owner": "office", "due_on": "2020-09-10"}
DRAWN = FORM | {"sampled": "yes", "n": "2", "seed_by": "typed", "seed": "6-2-5", "seed_source": "当众掷骰子"}


@pytest.fixture
def desk(puyang: Callable[..., Running], today: Callable[[date], None]) -> Running:
    """Three verified problems of two units."""
    running = puyang(2)
    running.round(date(2020, 8, 25))
    with running.on(date(2020, 8, 25)) as session:
        wrong = ((0, "档案缺失"), (0, "学法不足"), (1, "超期"))
        found = [running.find(session, where, title) for where, title in wrong]
        running.letter(session, 0)
        running.letter(session, 1)
        for problem in found:
            ours = running.speaks(session, int(problem.title == "超期"))
            move_problem(session, ours, problem, Acting(Move.PLAN, problem.version, changes=FULL))
            report_problem(session, ours, problem, problem.version, ProblemReport("已改", on_site=True))
            move_problem(session, running.actor("jingban"), problem, Acting(Move.VERIFY, problem.version))
    today(DAY)
    return running


def at(running: Running, login: str) -> tuple[Person, str]:
    return signed(running.bind, login), f"/cycles/{running.cycle_id}"


def test_l14_a_round_is_previewed_started_once_and_worked_off_on_a_phone(desk: Running) -> None:
    clerk, here = at(desk, "jingban")
    assert "还没有组织回头看" in clerk.get(f"{here}/look-back") and f'{here}/look-back"' in clerk.get(here)
    query = "&".join(f"{key}={value}" for key, value in FORM.items())
    page = clerk.get(f"{here}/look-back/new?{query}&look=1")
    assert "核查 3/3 个" in page and "开始回头看</button>" in page and clerk.all(LookBackRound) == []
    page = clerk.post(f"{here}/look-back", **FORM)
    assert "第1次回头看" in page and "已核查 0/3" in page and page.count("登记核查情况") == 3
    assert "刚刚已有人开始了一次回头看" in clerk.post(f"{here}/look-back", 409, **FORM)
    assert len(clerk.all(LookBackRound)) == 1
    row = next(row for row in clerk.all(LookBack))
    head, _ = at(desk, "zhuren")
    assert f"/team/look-backs/{row.id}" in head.get("/team")
    answer = head.client.post(
        f"/team/look-backs/{row.id}", files={"files": ("现场.png", PNG, "image/png")}, follow_redirects=False,
        data={"version": str(row.version), "result": "passed", "found": "档案<b>齐全</b>"},
    )
    assert answer.status_code == 303, answer.text
    page = head.get(f"{here}/look-back")
    assert "已核查 1/3" in page and "档案&lt;b&gt;齐全" in page and "现场.png" in page
    again = {"version": str(row.version), "result": "failed", "found": "又不行", "noted": "1", "new_due": "2020-09-20"}
    page = head.post(f"/team/look-backs/{row.id}", 409, **again)
    assert "核查属实，无须再登记" in page
    page = head.get(f"/problems/{row.problem_id}")
    assert "第1次回头看" in page and "现场.png" in page
    assert "由您回头看核查，须由另一人销号" in head.post(
        f"/problems/{row.problem_id}/move", 403, move="close_out", seen=_version(head, row.problem_id)
    )


def _version(person: Person, key: object) -> str:
    return str(next(one.version for one in person.all(Problem) if one.id == key))


def test_a_refused_result_keeps_what_was_typed_and_keeps_no_file(desk: Running) -> None:
    clerk, here = at(desk, "jingban")
    clerk.post(f"{here}/look-back", **FORM)
    row = clerk.all(LookBack)[0]
    path, before = f"/team/look-backs/{row.id}", len(clerk.all(Evidence))
    page = clerk.post(path, 422, version="1", result="failed", found="仍缺<i>三件", noted="1")
    assert "请给出新的整改时限" in page and "仍缺&lt;i&gt;三件" in page and 'value="failed" checked' in page
    assert "请选择核查结果" in clerk.post(path, 422, version="1", found="x", noted="1")
    assert "不是日期" in clerk.post(path, 422, version="1", result="failed", found="x", noted="1", new_due="下周")
    page = clerk.post(path, version="1", result="failed", found="仍缺三件", noted="1", new_due="2020-09-20")
    assert "未通过" in page and len(clerk.all(Evidence)) == before + 1
    assert "退回重改" in clerk.get(f"/problems/{row.problem_id}")


def test_a_draw_is_shown_only_once_it_is_stored_and_who_stood_aside_may_be_closed(desk: Running) -> None:
    clerk, here = at(desk, "jingban")
    page = clerk.client.get(f"{here}/look-back/new", params=DRAWN | {"look": "1"}).text
    assert "核查 2/3 个" in page and "预览不显示结果" in page and clerk.all(Draw) == []
    assert 'value="6-2-5"' in page and 'value="当众掷骰子"' in page
    refused = clerk.post(f"{here}/look-back", 422, **(DRAWN | {"n": "1"}))
    assert "每个单位至少抽1个" in refused and 'value="6-2-5"' in refused
    assert "请填写号码" in clerk.post(f"{here}/look-back", 422, **(DRAWN | {"seed": ""}))
    page = clerk.post(f"{here}/look-back", **DRAWN)
    draw = clerk.all(Draw)[0]
    assert "抽查 2/3" in page and "未抽中 1 个" in page and f"/draws/{draw.id}" in page
    drawn = clerk.get(f"/draws/{draw.id}?check=1")
    assert "复核一致" in drawn and "第1次回头看核查的问题" in drawn and "排定督察日程</h3>" not in drawn
    assert "不排定督察日程" in clerk.post(f"/draws/{draw.id}/visits", 422, start="2020-09-01", end="2020-09-02")
    aside = next(row for row in clerk.all(LookBack) if row.state == "skipped")
    head, _ = at(desk, "zhuren")
    assert "抽查未抽中，可直接销号" in head.get(f"/problems/{aside.problem_id}")
    page = head.post(f"/problems/{aside.problem_id}/move", move="close_out", seen=_version(head, aside.problem_id))
    assert "第1次回头看抽查未抽中，未经回头看销号" in page
    planned = next(row for row in clerk.all(LookBack) if row.state == "planned")
    page = head.get(f"/problems/{planned.problem_id}")
    assert "已列入第1次回头看，待核查" in page and 'value="look_back_pass"' not in page


def test_who_may_not_sees_no_way_and_is_refused(desk: Running) -> None:
    lead, here = at(desk, "zuzhang")
    assert "开始新一轮回头看" not in lead.get(f"{here}/look-back")
    lead.get(f"{here}/look-back/new", 403)
    lead.post(f"{here}/look-back", 403, **FORM)
    clerk, _ = at(desk, "jingban")
    clerk.post(f"{here}/look-back", **FORM)
    row = clerk.all(LookBack)[0]
    page = lead.get(f"/team/look-backs/{row.id}")
    assert "未交由您办理" in page and "<form method=\"post\" action=\"/team/look-backs" not in page
    said = {"version": "1", "result": "passed", "found": "x", "noted": "1"}
    assert "未交由您办理" in lead.post(f"/team/look-backs/{row.id}", 403, **said)
    assert f"/team/look-backs/{row.id}" not in lead.get("/team")


def test_a_problem_that_came_back_is_flagged_in_ledger_page_and_statistics(desk: Running) -> None:
    clerk, _ = at(desk, "jingban")
    with desk.on(DAY) as session:
        old = next(one for one in clerk.all(Problem) if one.title == "超期")
        old = session.get_one(Problem, old.id)
        move_problem(session, desk.actor("zuzhang"), old, Acting(Move.LOOK_BACK_PASS, old.version, "属实"))
        move_problem(session, desk.actor("zhuren"), old, Acting(Move.CLOSE_OUT, old.version))
        new = desk.find(session, 1, "超期").id
    assert "疑似重复发生" in clerk.get("/ledger") and f"/problems/{new}" in clerk.get("/ledger?recurs=proposed")
    page = clerk.get(f"/problems/{new}")
    assert "问题3（超期）于2020年8月26日销号，问题名称相同" in page and f'href="/problems/{old.id}"' in page
    assert "须写明理由" in clerk.post(f"/problems/{new}/recurs", 422)
    page = clerk.post(f"/problems/{new}/recurs", confirm="1")
    assert "确认重复发生</b>" in page and "可提出列为重点督导对象" in page
    assert "此件已处理" in clerk.post(f"/problems/{new}/recurs", 409, confirm="1")
    assert f"/problems/{new}" not in clerk.get("/ledger?recurs=proposed")
    statistics = clerk.get("/statistics")
    assert "销号后重复发生的问题" in statistics
    at(desk, "zuzhang")[0].post(f"/problems/{new}/recurs", 403, confirm="1")
    assert next(one for one in clerk.all(Problem) if one.id == new).recurs_state == RecurState.CONFIRMED


def test_a_cycle_is_carried_over_after_a_preview_and_then_ends(desk: Running, draft: PlanDraft) -> None:
    clerk, here = at(desk, "jingban")
    page = clerk.get(here)
    assert "还有3个问题未销号" in page and f"{here}/carry-over" in page and f"{here}/close" not in page
    assert "没有可以结转到的督察周期" in clerk.get(f"{here}/carry-over")
    opening = Opening(title="2021年督察", override_reason="跨年")
    with desk.on(DAY) as session:
        one = session.get_one(Problem, clerk.all(Problem)[0].id)
        back = Acting(Move.LOOK_BACK_FAIL, one.version, "反弹", date(2020, 9, 20))
        move_problem(session, desk.actor("zuzhang"), one, back)
    clock.freeze(clock.at_time(DAY))
    other = launch(desk.bind, desk.people, draft, demo_rows(2), opening)
    page = clerk.get(f"{here}/carry-over?into={other}&due_on=2021-03-31")
    assert "3个未销号问题结转到" in page and page.count('value="2021-03-31"') == 2  # one asks for a limit; and the form
    seen = re.search(r'name="seen" value="(\w+)"', page)[1]
    form = {"into": str(other), "seen": seen, "reason": "跨年<b>工程", f"due-{one.id}": "2020-01-01"}
    page = clerk.post(f"{here}/carry-over", 422, **form)
    assert "新时限2020-01-01已过" in page and "跨年&lt;b&gt;工程" in page and 'value="2020-01-01"' in page
    assert "请重新预览" in clerk.post(f"{here}/carry-over", 409, **(form | {"seen": "old"}))
    at(desk, "zuzhang")[0].post(f"{here}/carry-over", 403, **form)
    assert {row.state for row in clerk.all(Problem)} == {ProblemState.RETURNED, ProblemState.VERIFIED}
    page = clerk.post(f"{here}/carry-over", **(form | {f"due-{one.id}": "2021-03-31"}))
    assert f"{here}/close" in page
    clerk.post(f"{here}/carry-over", 422, **form)  # a second click finds nothing left
    new = next(row for row in clerk.all(Problem) if row.carried_from == one.id)
    assert "已结转到" in clerk.get(f"/problems/{one.id}") and f"/problems/{new.id}" in clerk.get(f"/problems/{one.id}")
    page = clerk.get(f"/problems/{new.id}")
    assert "由上一周期结转" in page and "第2次办理" in page and "回头看未通过" in page
    clerk.post(f"{here}/close")
    assert next(row for row in clerk.all(Cycle) if row.id == desk.cycle_id).closed_on == DAY
    assert {item.problem_id for item in clerk.all(Assignment) if item.problem_id == new.id} == {new.id}
