"""Reports upward are made of the ledger of their day; what a person must say is asked for and never invented."""

import io
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from docx import Document
from sqlalchemy import text

from actions.paper import issue_paper, look
from actions.rectify import Acting, move_problem
from actions.report import draft_report, drafted, note_minutes, receivers, seen_of, send_results
from actions.report_content import About
from models import statistics
from models.base import Conflict, NotAllowed, Rejected
from models.event import Event
from models.notice import Message, Notice
from models.paper_words import PaperKind, PaperState
from models.report_ledger import circulars_of_unit, minutes_of
from models.words import AssignmentKind, Move, ProblemState
from tests.conftest import Running

K = PaperKind
DAY = date(2020, 9, 8)
WRITTEN = {"to": "市委全面依法治市委员会", "advice": "一是限期整改。\n二是适时回头看。"}


def lines(data: bytes) -> list[str]:
    return [one.text for one in Document(io.BytesIO(data)).paragraphs if one.text.strip()]


def tables(data: bytes) -> dict[str, list[list[str]]]:
    """Tables by the words of their head."""
    found = [[[cell.text for cell in row.cells] for row in table.rows] for table in Document(io.BytesIO(data)).tables]
    return {"|".join(rows[0]): rows[1:] for rows in found}


@pytest.fixture
def fixed(puyang: Callable[..., Running]) -> Running:
    """Three units: problems found, fed back, one closed, one overdue; a report late, one never handed in."""
    running = puyang(3)
    with running.on(date(2020, 8, 10)) as session:
        running.hand_in(session, 0)
    with running.on(date(2020, 8, 12)) as session:
        running.hand_in(session, 1)
        for title in ("档案缺失", "学法次数不足", "审查程序缺失"):
            running.find(session, 0, title)
        running.find(session, 1, "台账不全").category = "制度建设类"
    with running.on(date(2020, 8, 26)) as session:
        running.letter(session, 0)
        running.letter(session, 1)
    running.round(DAY)
    return running


def make(running: Running, session: Any, about: About, login: str = "jingban", **typed: Any) -> Any:
    cycle = running.cycle(session)
    return draft_report(
        session, running.actor(login), cycle, about, WRITTEN | typed, seen_of(drafted(session, cycle, about))
    )


SQL = {
    "total": "1=1", "done": "state='done'", "waiting": "state='submitted'",
    "overdue": "state IN ('planned','open','returned') AND due_on < '2020-09-08' AND paused_on IS NULL",
    "on_time": "state IN ('submitted','done') AND date(coalesce(sent_in_at, done_at), '+8 hours') <= due_on",
}
OWED = ("SELECT count(*) FROM assignment WHERE cycle_id=:c AND unit_id IS NOT NULL AND team_id IS NULL AND part_of IS "
        "NULL AND state<>'cancelled' AND kind NOT IN ('contact','feedback_receipt','goal','confirmation') AND ")


def test_p8_every_figure_of_the_report_is_the_ledgers_own(fixed: Running) -> None:
    """P8, P9: counted again by plain SQL, for all and for each unit, and printed as counted."""
    with fixed.on(DAY) as session:
        content = make(fixed, session, About(K.REPORT)).content

        def count(sql: str, **more: Any) -> int:
            return session.connection().execute(text(sql), {"c": fixed.cycle_id.hex} | more).scalar_one()

        for key, where in SQL.items():
            assert content["every"][key] == count(OWED + where), key
            for row in content["units"]:
                unit = row["unit"].replace("-", "")
                assert row[key] == count(f"{OWED}{where} AND unit_id=:u", u=unit), (row["name"], key)
        scope = statistics.running_scope(session, fixed.people.office_id, DAY, fixed.cycle_id)
        assert [row["overdue"] for row in content["units"]] == [one.overdue for _, one in
                                                                statistics.by_unit(session, scope)]
        problems = "SELECT count(*) FROM problem WHERE cycle_id=:c AND state"
        rect = content["rect_total"]
        assert rect["found"] == count(problems + "<>'withdrawn'") == 4
        assert rect["closed"] == count(problems + "='closed'")
        late = ("SELECT count(*) FROM assignment a JOIN problem p ON p.id=a.problem_id WHERE p.cycle_id=:c AND "
                "p.state<>'withdrawn' AND a.state IN ('planned','open','returned') AND a.due_on<'2020-09-08'")
        assert rect["overdue"] == count(late) > 0
        assert sum(one["count"] for one in content["categories"]) == rect["found"]


def test_every_problem_named_has_its_unit_and_the_number_of_its_letter(fixed: Running) -> None:
    with fixed.on(DAY) as session:
        about = About(K.REPORT)
        paper = issue_paper(session, fixed.actor("zhuren"), make(fixed, session, about), 1)
        said, found = lines(look(session, paper)), tables(look(session, paper))
        assert paper.number and said.count("一是限期整改。") == 1 and "市委全面依法治市委员会：" in said
        heads = ["一、工作开展情况", "二、总体评价", "三、发现的主要问题", "四、整改情况", "五、下一步建议"]
        assert [line for line in said if line in heads] == heads
        for one in paper.content["categories"]:
            assert f"{one['mark']}{one['name']}（{one['count']}个，涉及{one['units']}个单位）" in said
            for p in one["problems"]:
                assert (p["unit"] and "督反〔2020〕" in p["number"]) or p["state"] == "已发现"
                assert sum(f"{p['unit']}：{p['title']}（{p['number']}，{p['state']}）" in line for line in said) == 1
        assert any(line.endswith("制度建设类（1个，涉及1个单位）") for line in said)
        units = found["单位|应办|已办结|待审核|逾期未办|按时率"]
        assert units == [[str(row[key]) for key in ("name", "total", "done", "waiting", "overdue", "share")]
                         for row in paper.content["units"]]
        assert not any(mark in line for line in said for mark in ("{", "}"))


def test_advice_is_asked_before_signing_and_never_invented(fixed: Running) -> None:
    with fixed.on(DAY) as session:
        paper = make(fixed, session, About(K.REPORT), advice=" \n ")
        with pytest.raises(Rejected, match="缺少下一步建议"):
            issue_paper(session, fixed.actor("zhuren"), paper, 1)


def test_looks_back_and_reopenings_are_counted_from_the_history(fixed: Running) -> None:
    clerk, head, team = (fixed.actor(name) for name in ("jingban", "zhuren", "zuzhang"))
    with fixed.on(DAY) as session:
        problem = fixed.find(session, 2, "台账缺页")
        letter = fixed.letter(session, 2)
        assert letter.content
        problem.state, problem.verified_by = ProblemState.VERIFIED, clerk.name
        for actor, move in ((team, Move.LOOK_BACK_PASS), (head, Move.CLOSE_OUT)):
            move_problem(session, actor, problem, Acting(move, problem.version, "属实"))
        total = make(fixed, session, About(K.REPORT)).content["rect_total"]
        assert (total["closed"], total["looked"], total["failed"], total["reopened"]) == (1, 1, 0, 0)
        leader = fixed.actor("lingdao")
        move_problem(session, leader, problem, Acting(Move.REOPEN, problem.version, "再次发生", date(2020, 9, 30)))
        row = next(row for row in make(fixed, session, About(K.REPORT)).content["rect_units"] if row["looked"])
        assert (row["closed"], row["reopened"], row["name"]) == (0, 1, fixed.unit(session, 2).name)


def test_a_report_signed_stays_and_the_next_one_is_a_new_version(fixed: Running) -> None:
    with fixed.on(DAY) as session:
        first = issue_paper(session, fixed.actor("zhuren"), make(fixed, session, About(K.REPORT)), 1)
        before = look(session, first)
    with fixed.on(date(2020, 9, 9)) as session:
        fixed.find(session, 2, "另一个问题")
        second = make(fixed, session, About(K.REPORT))
        assert second.version == 2 and second.content["rect_total"]["found"] > first.content["rect_total"]["found"]
        assert look(session, first) == before


def test_a_stale_page_overwrites_nothing_and_a_second_click_finds_the_first(fixed: Running) -> None:
    with fixed.on(DAY) as session:
        cycle, about = fixed.cycle(session), About(K.REPORT)
        paper = draft_report(session, fixed.actor("jingban"), cycle, about, WRITTEN, "")
        assert draft_report(session, fixed.actor("jingban"), cycle, about, WRITTEN, "") is paper
        assert paper.row_version == 1
        with pytest.raises(Conflict, match="他人修改"):
            draft_report(session, fixed.actor("zhuren"), cycle, about, WRITTEN | {"advice": "另写"}, "")
        assert paper.content["advice"] == ["一是限期整改。", "二是适时回头看。"]


def test_a_brief_is_about_one_unit_or_one_theme(fixed: Running) -> None:
    with fixed.on(DAY) as session:
        unit = fixed.unit(session)
        one = make(fixed, session, About(K.BRIEF, str(unit.id), "unit"))
        assert {row["unit"] for row in one.content["problems"]} == {unit.name} and one.unit_id == unit.id
        theme = make(fixed, session, About(K.BRIEF, "制度建设类", "theme"))
        assert [row["title"] for row in theme.content["problems"]] == ["台账不全"]
        issued = issue_paper(session, fixed.actor("lingdao"), theme, 1)
        assert any("制度建设类" in line for line in lines(look(session, issued)))
        with pytest.raises(Rejected, match="没有“火星”类问题"):
            make(fixed, session, About(K.BRIEF, "火星", "theme"))
        with pytest.raises(Rejected, match="请选择本周期的一个单位"):
            make(fixed, session, About(K.BRIEF, "x", "unit"))


def test_n12_an_evaluation_is_built_from_the_ledger_and_frozen(fixed: Running) -> None:
    """N12: half-yearly, every figure from the ledger, unchanged by what happens afterwards."""
    with fixed.on(DAY) as session:
        paper = make(fixed, session, About(K.EVALUATION, "2020-H2"), matters="建议县委专题研究。")
        assert "新发现问题4个，销号0个" in paper.content["within"][0]
        issued = issue_paper(session, fixed.actor("zhuren"), paper, 1)
        said = lines(look(session, issued))
        assert "建议县委专题研究。" in said and "五、下一步建议" in said
        with pytest.raises(Rejected, match="尚未开始"):
            make(fixed, session, About(K.EVALUATION, "2021-H1"))
        before = look(session, issued)
    with fixed.on(date(2020, 10, 9)) as session:
        fixed.find(session, 0, "后来的问题")
        assert look(session, drafted(session, fixed.cycle(session), About(K.EVALUATION, "2020-H2"))) == before


def test_l15_only_whom_a_person_ticked_is_named(fixed: Running) -> None:
    """L15: the lists are proposed with their figures; unticked names stand nowhere in the paper."""
    with fixed.on(DAY) as session:
        names = [unit.name for unit in fixed.units(session)]
        paper = make(fixed, session, About(K.RESULTS))
        proposed = paper.content["worst_proposed"]
        assert proposed and all(row["overdue"] or row["on_time"] < row["judged"] for row in proposed)
        whole = "\n".join(lines(look(session, paper))) + str(tables(look(session, paper)))
        assert not any(name in whole for name in names)
        paper = make(fixed, session, About(K.RESULTS), worst=[proposed[0]["unit"]])
        whole = str(tables(look(session, paper)))
        assert proposed[0]["name"] in whole and not any(n in whole for n in names if n != proposed[0]["name"])
        with pytest.raises(Rejected, match="不在建议名单"):
            make(fixed, session, About(K.RESULTS), best=["x"])


def test_l15_a_circular_goes_to_every_unit_once_and_keeps_its_minutes(fixed: Running) -> None:
    """L15: one act, each unit told once however often it is pressed; it is read on the unit's own page."""
    clerk = fixed.actor("jingban")
    with fixed.on(DAY) as session:
        paper = make(fixed, session, About(K.RESULTS))
        with pytest.raises(NotAllowed, match="签发后才能发送"):
            send_results(session, clerk, paper)
        assert circulars_of_unit(session, fixed.unit(session).id) == []
        issue_paper(session, fixed.actor("zhuren"), paper, 1)
        assert [told for _, _, told in receivers(session, paper)] == [False] * 3
        assert (send_results(session, clerk, paper), send_results(session, clerk, paper)) == (3, 0)
        for unit in fixed.units(session):
            assert circulars_of_unit(session, unit.id) == [paper]
        notices = session.exec(statistics.select(Notice).where(Notice.step == "通报")).all()
        assert len(notices) == 3
        note_minutes(session, clerk, paper, "2020-09-08", "会议要求限期整改。")
        note_minutes(session, clerk, paper, "2020-09-08", "会议要求限期整改。")
        assert [event.data["text"] for event in minutes_of(session, paper)] == ["会议要求限期整改。"]
        assert paper.state == PaperState.ISSUED
    fixed.round(date(2020, 9, 9))
    with fixed.on(date(2020, 9, 9)) as session:
        assert fixed.said(session, date(2020, 9, 9)).count("请在本页面阅看") == 3
        assert session.exec(statistics.select(Event).where(Event.verb == "发送通报")).all()
        assert len(session.exec(statistics.select(Message).where(Message.day == date(2020, 9, 9))).all()) == 3


def test_p9_the_report_without_a_day_stands_among_what_has_no_limit(fixed: Running) -> None:
    """P9: no date printed, a soft one proposed, editable; to whom it goes is taken from the plan."""
    from actions.deadline import move_deadline
    from actions.feed_back import proposed_day
    from models.open_work import without_limit

    with fixed.on(date(2020, 8, 3)) as session:
        report = fixed.own(session, AssignmentKind.INSPECTION_REPORT)
        assert report in without_limit(session, fixed.people.office_id)
        assert proposed_day(report) == date(2020, 8, 24)
        assert make(fixed, session, About(K.REPORT), to="").content["to"] == "市委全面依法治市委员会"
        move_deadline(session, fixed.actor("zhuren"), report, date(2020, 8, 28), "经研究确定")
        assert report not in without_limit(session, fixed.people.office_id)


def test_only_the_office_drafts_and_sends(fixed: Running) -> None:
    with fixed.on(DAY) as session:
        for login in ("zuzhang", "lingdao"):
            with pytest.raises(NotAllowed):
                make(fixed, session, About(K.REPORT), login)
