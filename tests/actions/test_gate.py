"""The content gate at work: checked as handed in, split anew, sent back with the rule, waived with a reason."""

import io
from collections.abc import Callable
from datetime import date

import pytest
from docx import Document
from sqlmodel import select

from actions.gate import gate_of, requirements
from actions.keep_evidence import Upload
from actions.rectify import Acting, ProblemReport, move_problem, report_problem, submit_plan, submit_rect_report
from actions.review import accept, send_back
from actions.submit import Report
from models.base import Rejected
from models.event import Event
from models.problem import Problem
from models.submission import Evidence
from models.words import AssignmentKind, Move

K = AssignmentKind
DAY = date(2020, 8, 4)
PRAISE = "一、工作情况\n" + "召开会议，成效明显。" * 20
FAULTS = "二、存在问题\n" + "材料不全，尚未补齐。" * 10
RULE = "所列举问题及整改措施的内容不少于报告篇幅的60%"
PLACE = "《濮阳市党政主要负责人履行推进法治建设第一责任人职责及法治政府建设督察》（濮治市办〔2020〕8号）四、（二）"
FULL = {"measure": "补齐", "leader": "分管负责人", "lead_unit": "办公室", "person": "科长", "due_on": "2020-09-05"}


def docx(*lines: str) -> bytes:
    doc, out = Document(), io.BytesIO()
    for line in lines:
        doc.add_paragraph(line)
    doc.save(out)
    return out.getvalue()


def verbs(session, verb: str) -> list[dict]:
    return [one.data for one in session.exec(select(Event).where(Event.verb == verb))]


def test_p5_a_short_report_keeps_what_it_lacks_with_the_plans_own_words_and_place(puyang: Callable) -> None:
    """问题+整改措施 ≥60 %, actual data: measured ratio; "returned with reason" quotes the rule."""
    running = puyang(units=1)
    with running.on(DAY) as session:
        sent = running.hand_in(session, body=f"{PRAISE}\n{FAULTS}")
        assert [one["rule"] for one in sent.content["quoted"]] == [RULE, "要有实际数据"]
        assert {one["place"] for one in sent.content["quoted"]} == {PLACE}
        item = running.item(session, K.SELF_CHECK_REPORT)
        reason = gate_of(session, sent, item).reason
        send_back(session, running.actor("jingban"), sent, reason)
        assert f"方案要求“{RULE}”（{PLACE}）。" in sent.reason
        (event,) = verbs(session, "退回")
        assert event["reason"] == reason and event["findings"] == sent.content["findings"]
    running.round(DAY)
    with running.on(date(2020, 8, 5)) as session:
        assert RULE in running.said(session, DAY)


def test_p5_a_report_in_a_word_file_is_read_and_measured(puyang: Callable) -> None:
    """measured ratio, also where the text lies in a file."""
    running = puyang(units=2)
    body = docx(*PRAISE.splitlines(), *FAULTS.splitlines(), "", "另有12件。")
    with running.on(DAY) as session:
        sent = running.hand_in(session, body="", uploads=[
            Upload("照片说明.docx", docx("一、问题")), Upload("自查报告.docx", body)
        ])
        assert sent.content["read"]["name"] == "自查报告.docx" and sent.content["figures"] == 1
        assert [one["rule"] for one in sent.content["quoted"]] == [RULE]
        unread = running.hand_in(session, 1, body="", uploads=[Upload("自查报告.pdf", b"%PDF-1.4 scan")])
        gate = gate_of(session, unread, running.item(session, K.SELF_CHECK_REPORT, 1))
        assert gate.unread and not gate.findings and unread.content["share"] is None


def test_p5_a_waiver_needs_a_reason_and_is_an_event_with_what_was_waived(puyang: Callable) -> None:
    """clerk may … waive with reason."""
    running = puyang(units=1)
    with running.on(DAY) as session:
        sent = running.hand_in(session, body=f"{PRAISE}\n{FAULTS}缺12件。")
        with pytest.raises(Rejected, match="或写明理由后受理"):
            accept(session, running.actor("jingban"), sent, "  ")
    with running.on(DAY) as session:
        sent = session.merge(sent)
        accept(session, running.actor("jingban"), sent, " 涉密部分另报 ")
        (event,) = verbs(session, "受理")
        assert (event["waived"].strip(), len(event["findings"])) == ("涉密部分另报", 1)
        assert sent.reason == "涉密部分另报"


def test_p5_all_sections_unticked_is_a_choice_and_a_return_keeps_the_split(puyang: Callable) -> None:
    """clerk may correct the section split."""
    running = puyang(units=1)
    with running.on(DAY) as session:
        sent = running.hand_in(session)
        assert not sent.content["findings"]
        send_back(session, running.actor("jingban"), sent, "标题写的是问题，内容都是成绩", counted=set())
        assert (sent.content["share"], sent.content["counted"]) == (0.0, [])
        assert verbs(session, "更正内容划分")[0]["counted"] == []
        item = running.item(session, K.SELF_CHECK_REPORT)
        assert gate_of(session, sent, item).content.share == 0.0


def test_p11_a_missing_person_is_named_with_the_plans_rule(puyang: Callable) -> None:
    """措施, 责任领导, 责任单位, 责任人, 时限 per problem; missing 责任人 → cannot submit, message names the problem."""
    running = puyang(units=1)
    with running.on(date(2020, 8, 26)) as session:
        running.find(session), running.letter(session)
        who, unit = running.speaks(session), running.unit(session)
        with pytest.raises(Rejected) as refused:
            submit_plan(session, who, running.cycle_id, unit.id, {1: {**FULL, "person": " "}}, "a")
        assert str(refused.value).startswith("问题1缺少“责任人”，整改方案不能提交。方案要求“分类制定整改方案，")
        assert str(refused.value).endswith("责任人及完成时限”（" + PLACE.replace("四、（二）", "五、（三）") + "）。")


def test_p12_the_report_shows_proof_per_problem_and_asks_for_it_again_when_it_is_gone(puyang: Callable) -> None:
    """report + evidence per problem, verified."""
    running = puyang(units=1)
    with running.on(date(2020, 8, 26)) as session:
        running.find(session), running.find(session, title="第二个问题"), running.letter(session)
        who, unit = running.speaks(session), running.unit(session)
        submit_plan(session, who, running.cycle_id, unit.id, {1: FULL, 2: FULL}, "p")
        for one in session.exec(select(Problem).order_by(Problem.no)).all():
            report_problem(session, who, one, one.version, ProblemReport("已补齐", on_site=one.no == 1, uploads=[
                Upload("说明.txt", b"ok")] if one.no == 2 else []))
        item = running.item(session, K.RECT_REPORT)
        sent = submit_rect_report(session, who, item, Report("r", "全部整改到位。"))
        assert sent.content["findings"] == []
        session.delete(session.exec(select(Evidence).where(Evidence.name == "说明.txt")).one())
        session.flush()
        with pytest.raises(Rejected, match="问题2没有佐证材料，也未注明“现场查看”。请退回"):
            accept(session, running.actor("jingban"), sent)
        assert requirements(session, item).least is None
        moved = session.exec(select(Problem).where(Problem.no == 1)).one()
        move_problem(session, running.actor("zuzhang"), moved, Acting(Move.VERIFY, moved.version))
