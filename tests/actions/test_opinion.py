"""行政执法监督意见书: found, drafted, signed, its days run from receipt; and back, while nobody signed."""

import io
from datetime import date

import pytest
from docx import Document
from sqlalchemy.exc import DatabaseError
from sqlmodel import select

from actions.feed_back import issue_letter
from actions.findings import fix_on_the_spot
from actions.keep_evidence import Upload
from actions.open_link import sign_on_paper
from actions.opinion import draft_opinion, form_of_plan
from actions.paper import look
from actions.paper_form import put_form, set_details, use_default
from actions.sign_paper import redraft, sign, withdraw
from models import ledger, open_work
from models.base import Conflict, NotAllowed, Rejected
from models.cycle import Assignment
from models.event import Event
from models.paper import Paper, PaperForm, PaperNumber
from models.paper_words import PaperKind, PaperState
from models.plan import Plan
from models.problem import Letter, Problem
from models.seals import seal
from models.words import AssignmentKind, AssignmentState, ProblemState
from papers.forms import default_form
from plans.planfile import read_plan
from plans.text import read_source
from tests.papers.test_check_form import MARKS, written
from tests.programme import visit_of

K, S = AssignmentKind, ProblemState
DAY = date(2021, 9, 6)
DETAILS = {"place": "县司法局行政执法协调监督室（司法大楼504）", "contact": "监督室", "phone": "0375-0000000"}
FOUND = ("执法记录不完整", "文书送达超期", "裁量基准未适用")


@pytest.fixture
def lushan(puyang):
    """A running cycle of the Lushan plan, which prints a letter of opinion, with three findings at the first unit."""
    draft = read_plan(read_source("lushan-2021"))
    plan = read_plan(read_source("puyang-2020")).model_copy(
        update={"letters": draft.letters, "key": "letters", "short_title": "意见书", "issuer": "鲁山县司法局"}
    )
    running = puyang(units=2, plan=plan)
    with running.on(date(2020, 8, 12)) as session:
        for title in FOUND:
            running.find(session, 0, title)
        running.find(session, 1, "别家问题")
    with running.on(DAY) as session:
        set_details(session, running.actor("zhuren"), DETAILS)
    return running


def drafted(running, session, position: int = 0, login: str = "jingban", **more) -> Paper:
    plan = session.get_one(Plan, running.cycle(session).plan_id)
    return draft_opinion(
        session, running.actor(login), plan, running.cycle_id, running.unit(session, position), **more
    )


def lines(session, paper: Paper) -> list[str]:
    return [one.text for one in Document(io.BytesIO(look(session, paper))).paragraphs if one.text]


def signed(running, session, position: int = 0) -> Paper:
    paper = drafted(running, session, position)
    return sign(session, running.actor("zhuren"), paper, paper.row_version)


def test_l13_the_letter_says_each_finding_once_with_place_contact_and_limit(lushan) -> None:
    """L13: letter body 一是/二是 from findings, contact, place 504; L11: the number as the plan prints it."""
    with lushan.on(DAY) as session:
        paper = drafted(lushan, session, case="某某行政处罚案（鲁某罚决字〔2021〕第3号）")
        assert (paper.state, paper.number) == (PaperState.DRAFT, "")
        assert session.exec(select(Letter)).all() == []
        sign(session, lushan.actor("zhuren"), paper, 1)
        said = lines(session, paper)
        body = "\n".join(said)
        assert paper.number == "鲁政行监字〔2021〕1号" and said.count(paper.number) == 1
        for mark, title in zip(("一是", "二是", "三是"), FOUND, strict=True):
            assert body.count(title) == 1 and f"{mark}{title}。" in body
        assert "别家问题" not in body and "{" not in body
        assert "你单位某某行政处罚案（鲁某罚决字〔2021〕第3号），审查中发现以下问题：" in said
        assert "自接到本意见书之日起30日之内" in body and "司法大楼504" in body
        assert "（联系人：监督室，联系方式：0375-0000000）" in said
        assert "鲁山县法治政府建设领导小组办公室" in said and "2021年9月6日" in said


def test_l10_what_was_put_right_on_the_spot_is_in_no_letter_and_what_was_not_is_in_one(lushan) -> None:
    """L10: with proof and the same day it is closed and in no letter; a mark without proof takes nothing out of one."""
    with lushan.on(date(2020, 8, 12)) as session:
        for title, position in ((FOUND[1], 0), ("别家问题", 1)):
            visit = visit_of(session, lushan.cycle_id, lushan.unit(session, position).id)
            visit.start_on = visit.end_on = date(2020, 8, 12)
            problem = session.exec(select(Problem).where(Problem.title == title)).one()
            with pytest.raises(Rejected, match="立行立改须当场有佐证"):
                fix_on_the_spot(session, lushan.actor("zhuren"), visit, problem, problem.version, " ", [])
            fix_on_the_spot(session, lushan.actor("zhuren"), visit, problem, problem.version, "当场补正", [])
    with lushan.on(DAY) as session:
        session.exec(select(Problem).where(Problem.title == FOUND[0])).one().fix_on_the_spot = True  # said, not proved
        paper = signed(lushan, session)
        assert [one["text"] for one in paper.content["findings"]] == [
            f"{title}。现场查看案卷时发现。" for title in (FOUND[0], FOUND[2])
        ]
        problem = session.exec(select(Problem).where(Problem.title == FOUND[1])).one()
        assert (problem.state, problem.letter_id) == (S.CLOSED, None)
        with pytest.raises(Rejected, match="没有须出具意见书的问题"):
            drafted(lushan, session, 1)


def test_l12_thirty_days_run_from_the_signature_and_before_it_the_unit_stands_in_a_list_of_its_own(lushan) -> None:
    """Signed 2021-09-07: thirty days end on 10-07, a holiday, so 10-08; not signed, no clock runs and a clerk calls."""
    with lushan.on(DAY) as session:
        signed(lushan, session, 0)
        signed(lushan, session, 1)
        receipts = [item for item, _ in open_work.unsigned(session, lushan.people.office_id, date(2021, 9, 9))]
        assert {item.due_on for item in receipts if item.kind == K.FEEDBACK_RECEIPT} == {date(2021, 9, 8)}
    with lushan.on(date(2021, 9, 8)) as session:
        receipt = lushan.item(session, K.FEEDBACK_RECEIPT, 0)
        assert receipt.title == "签收行政执法监督意见书（鲁政行监字〔2021〕1号）"
        assert len(open_work.not_started(session, lushan.people.office_id)) == 2
        fields = {"name": "收件人", "how": "纸质", "day": "2021-09-07"}
        sign_on_paper(session, lushan.actor("jingban"), receipt, lushan.contact(session), fields)
        title = "书面报送办理情况（鲁政行监字〔2021〕1号）"
        answer = session.exec(select(Assignment).where(Assignment.title == title))
        row = answer.one()
        assert (row.due_on, row.first_due_on) == (date(2021, 10, 8), date(2021, 10, 8))
        assert "2021-09-07次日起算，10-07为国庆节假期，顺延至10-08" in row.because
        parts = session.exec(select(Assignment).where(Assignment.part_of == row.id)).all()
        assert {part.due_on for part in parts} == {date(2021, 10, 8)} and len(parts) == 3
        assert [item.due_on for item, _ in open_work.not_started(session, lushan.people.office_id)] == [None]


def test_p10_the_letter_of_feedback_is_a_paper_whose_problems_and_numbers_are_those_of_the_ledger(puyang) -> None:
    """P10: every problem in the letter exists in the ledger, numbers equal."""
    running = puyang(units=2)
    with running.on(date(2020, 8, 25)) as session:
        for position, title in ((0, "审查缺件"), (1, "别家问题"), (0, "档案缺失")):
            running.find(session, position, title)
        letter = running.letter(session, 0)
        paper = session.get_one(Paper, letter.paper_id)
        rows = ledger.problems_of(session, running.cycle_id, running.unit(session, 0).id)
        said = "\n".join(lines(session, paper))
        assert {one["no"]: one["text"] for one in paper.content["problems"]} == {
            p.no: f"{p.title}。{p.detail}" for p, _, _ in rows
        }
        assert all(said.count(f"{p.title}。") == 1 and said.count(f"问题{p.no}，") == 1 for p, _, _ in rows)
        assert (paper.number, paper.state) == (letter.number, PaperState.ISSUED)
        number = session.exec(select(PaperNumber)).one()
        assert (number.number, number.serial, number.kind) == ("濮治市办督反〔2020〕1号", 1, PaperKind.FEEDBACK)
        assert "请于2020年9月5日前报送整改报告。" in said and "共2个" in said


def test_l11_the_two_series_of_letters_run_side_by_side_without_a_gap(lushan) -> None:
    with lushan.on(DAY) as session:
        first = signed(lushan, session, 0)
        lushan.find(session, 0, "后来发现")
        plan = session.get_one(Plan, lushan.cycle(session).plan_id)
        feedback = issue_letter(session, lushan.actor("jingban"), plan, lushan.cycle_id, lushan.unit(session, 0))
        second = signed(lushan, session, 1)
        lushan.find(session, 0, "再后来")
        third = signed(lushan, session, 0)
        assert [one.number for one in (first, second, third)] == [f"鲁政行监字〔2021〕{n}号" for n in (1, 2, 3)]
        assert (feedback.number.endswith("督反〔2021〕1号"), third.version, third.replaces) == (True, 1, None)


def test_only_another_hand_with_the_right_signs_and_what_changed_meanwhile_must_be_drafted_anew(lushan) -> None:
    with lushan.on(DAY) as session:
        own = drafted(lushan, session, login="zhuren")
        with pytest.raises(NotAllowed, match="须由另一人签发"):
            sign(session, lushan.actor("zhuren"), own, 1)
        with pytest.raises(NotAllowed):
            sign(session, lushan.actor("jingban"), own, 1)
        problem = session.exec(select(Problem).where(Problem.title == FOUND[0])).one()
        problem.state, problem.version = S.WITHDRAWN, problem.version + 1
        session.flush()
        with pytest.raises(Conflict, match="问题1在拟稿后已有变化"):
            sign(session, lushan.actor("lingdao"), own, 1)
        again = drafted(lushan, session)
        assert (again.id, again.row_version) == (own.id, 2) and len(again.content["findings"]) == 2
        assert sign(session, lushan.actor("lingdao"), again, 2).issued_by == "领导甲"


def test_without_place_and_contact_no_letter_is_drafted_and_a_plan_without_form_offers_none(lushan, draft) -> None:
    with lushan.on(DAY) as session:
        set_details(session, lushan.actor("zhuren"), {"phone": "1"})
        with pytest.raises(Rejected, match="公文缺少报送地点、联系人"):
            drafted(lushan, session)
        with pytest.raises(NotAllowed):
            set_details(session, lushan.actor("jingban"), DETAILS)
        plan = session.get_one(Plan, lushan.cycle(session).plan_id)
        assert form_of_plan(plan).span == "30日"
        plan.parts = {}
        with pytest.raises(Rejected, match="没有意见书格式"):
            drafted(lushan, session)


def test_l11_a_withdrawn_letter_leaves_the_ledger_and_its_number_stays_in_the_register(lushan) -> None:
    with lushan.on(DAY) as session:
        paper = signed(lushan, session)
        withdraw(session, lushan.actor("zhuren"), paper, 2, "对象有误")
        rows = session.exec(select(Problem).where(Problem.title.in_(FOUND))).all()
        assert {(row.state, row.letter_id) for row in rows} == {(S.FOUND, None)}
        left = session.exec(select(Assignment).where(
            Assignment.unit_id == paper.unit_id, Assignment.state != AssignmentState.CANCELLED,
            Assignment.kind.in_((K.PROBLEM, K.RECT_PLAN, K.FEEDBACK_RECEIPT)),
        )).all()
        assert left == []
        again = signed(lushan, session)
        assert (again.number, again.version, again.replaces) == ("鲁政行监字〔2021〕2号", 2, None)
        numbers = session.exec(select(PaperNumber).order_by(PaperNumber.serial)).all()
        assert [(row.serial, bool(row.voided_at)) for row in numbers] == [(1, True), (2, False)]
        assert lushan.item(session, K.RECT_PLAN).state == AssignmentState.OPEN


def test_a_letter_that_was_signed_for_is_not_withdrawn_and_its_new_version_starts_nothing_anew(lushan) -> None:
    with lushan.on(DAY) as session:
        paper = signed(lushan, session)
        receipt = lushan.item(session, K.FEEDBACK_RECEIPT)
        fields = {"name": "收件人", "how": "纸质", "day": "2021-09-06"}
        sign_on_paper(session, lushan.actor("jingban"), receipt, lushan.contact(session), fields)
        head, owed = lushan.actor("zhuren"), len(session.exec(select(Assignment)).all())
    with pytest.raises(NotAllowed, match="单位已签收"), lushan.on(DAY) as session:
        withdraw(session, head, session.get_one(Paper, paper.id), 2, "对象有误")
    with lushan.on(DAY) as session:
        old = session.get_one(Paper, paper.id)
        before = look(session, old)
        new = redraft(session, lushan.actor("jingban"), old, 2, {"demand": "请于30日内书面报送。", "unit": "别家"})
        assert (new.content["demand"], new.content["unit"]) == ("请于30日内书面报送。", old.content["unit"])
        sign(session, head, new, 1)
        letter = session.exec(select(Letter)).one()
        assert (new.number, letter.paper_id, old.state) == (old.number, new.id, PaperState.REPLACED)
        assert len(session.exec(select(Assignment)).all()) == owed
        assert look(session, old) == before
        with pytest.raises(NotAllowed, match="不能重新拟制"):
            redraft(session, lushan.actor("jingban"), old, old.row_version, {})


def test_a_draft_of_the_next_version_stands_on_its_own_when_the_letter_is_withdrawn(lushan) -> None:
    with lushan.on(DAY) as session:
        head, clerk = lushan.actor("zhuren"), lushan.actor("jingban")
        first = signed(lushan, session)
        second = redraft(session, clerk, first, 2, {"demand": "请书面报送。"})
        withdraw(session, head, first, 2, "对象有误")
        with pytest.raises(Conflict, match="请重新拟制后再签发"):
            sign(session, head, second, 1)  # its problems were handed back and are waiting again
        again = drafted(lushan, session)
        assert again.id == second.id
        sign(session, head, again, again.row_version)
        assert (again.number, again.replaces) == ("鲁政行监字〔2021〕2号", None)


def test_of_two_drafts_that_would_replace_one_paper_the_later_signature_is_refused(lushan) -> None:
    with lushan.on(DAY) as session:
        first = signed(lushan, session)
        second = redraft(session, lushan.actor("jingban"), first, 2, {})
        first.state = PaperState.REPLACED
        with pytest.raises(Conflict, match="请另行拟稿"):
            sign(session, lushan.actor("zhuren"), second, 1)


def test_the_database_refuses_to_change_what_a_signed_paper_says(lushan) -> None:
    seal(lushan.bind)
    with lushan.on(DAY) as session:
        key = signed(lushan, session).id
    for change in ("content = '{}'", "number = 'x'", "digest = ''", "title = 'x'", "issued_by = 'x'"):
        with pytest.raises(DatabaseError, match="signed paper"), lushan.bind.begin() as connection:
            connection.exec_driver_sql(f"UPDATE paper SET {change}")
    with pytest.raises(DatabaseError, match="signed paper"), lushan.bind.begin() as connection:
        connection.exec_driver_sql("DELETE FROM paper")
    with lushan.on(DAY) as session:
        withdraw(session, lushan.actor("zhuren"), session.get_one(Paper, key), 2, "对象有误")


def test_the_offices_own_template_holds_from_the_next_paper_on_and_a_faulty_one_is_refused(lushan) -> None:
    mine = written("本机关自己的样式", *MARKS)
    with lushan.on(DAY) as session:
        head = lushan.actor("zhuren")
        first = signed(lushan, session, 0)
        with pytest.raises(NotAllowed):
            put_form(session, lushan.actor("jingban"), PaperKind.OPINION, Upload("a.docx", mine))
        for name, data, said in (
            ("a.docx", written("{{ unit }}"), "没有用到"), ("a.docm", mine, "请选择 .docx"),
            ("a.docx", b"x", "不是 .docx"),
        ):
            with pytest.raises(Rejected, match=said):
                put_form(session, head, PaperKind.OPINION, Upload(name, data))
        assert session.exec(select(PaperForm)).all() == []
        row = put_form(session, head, PaperKind.OPINION, Upload("意见书.docx", mine))
        second = signed(lushan, session, 1)
        assert "本机关自己的样式" in lines(session, second) and "本机关自己的样式" not in lines(session, first)
        assert (second.template, len(first.template)) == (row.digest, 64)
        use_default(session, head, PaperKind.OPINION)
        use_default(session, head, PaperKind.OPINION)
        assert [one.active for one in session.exec(select(PaperForm))] == [False]
        assert len(session.exec(select(Event).where(Event.verb == "恢复系统模板")).all()) == 1
    assert default_form(PaperKind.OPINION) != mine

