"""The papers of steps are made of the matter's own rows, signed and numbered with the step, and closed on record."""

import io
import re
from collections.abc import Callable
from datetime import date
from uuid import UUID

import pytest
from docx import Document
from sqlmodel import Session, select

from actions.escalate import complete, decide, delist, draft_step
from actions.paper import issue_paper, look
from actions.propose_steps import propose_steps
from actions.record import Actor
from actions.sign_paper import editable, redraft, sign
from actions.step_key_unit import propose_listed
from actions.step_receipt import export_transfer, note_receipt
from models.base import Conflict, NotAllowed, Rejected
from models.digest_ledger import papers_to_sign
from models.event import Event
from models.lists import events_of
from models.paper import Paper, PaperNumber
from models.paper_words import EscalationState, EscalationStep, PaperKind, PaperState, ReferralUse
from models.problem import Escalation
from models.words import AssignmentKind, AssignmentState, Role
from tests.conftest import Running

K, E, S = AssignmentKind, EscalationStep, EscalationState
LATE = date(2020, 8, 14)
TALK = {"when": "2020年8月20日上午9时", "where": "三楼会议室", "whom": "主要负责人", "host": "分管领导"}


@pytest.fixture
def late(puyang: Callable) -> Running:
    running = puyang(units=1)
    for n in (3, 7, 10, 11, 13, 14):
        running.round(date(2020, 8, n))
    return running


def draft(session: Session) -> Escalation:
    return session.exec(select(Escalation).where(Escalation.state == S.DRAFT)).one()


def lines(session: Session, key) -> list[str]:
    document = Document(io.BytesIO(look(session, session.get_one(Paper, key))))
    return [one.text for one in document.paragraphs if one.text]


def taken(session: Session, running: Running, step: EscalationStep, colour: str = "", **terms: str) -> Escalation:
    item = running.item(session, K.SELF_CHECK_REPORT)
    row = draft_step(session, running.actor("jingban"), item, step, LATE, "情节严重", colour)
    decide(session, running.actor("lingdao"), row, True, terms=terms)
    return row


def clear(session: Session, running: Running) -> None:
    decide(session, running.actor("lingdao"), draft(session), False, reason="另行处理")


def test_p14_approving_a_slip_signs_numbers_and_prints_what_is_true_that_day(late: Running) -> None:
    """P14: letter number and new limit; the colour is on the paper; the step has the number of its paper."""
    with late.on(LATE) as session:
        row, leader = draft(session), late.actor("lingdao")
        preview = lines(session, row.paper_id)
        assert "（待编号）" in preview and "【蓝色】" in preview and "【橙色】" not in preview
        decide(session, leader, row, True)
        paper = session.get_one(Paper, row.paper_id)
        assert (row.number, paper.state, paper.issued_by) == (paper.number, PaperState.ISSUED, leader.name)
        assert session.exec(select(PaperNumber)).one().number == row.number
        said = lines(session, row.paper_id)
        name, item = late.unit(session).name, late.item(session, K.SELF_CHECK_REPORT)
        assert said.count(row.number) == 1 and f"{name}：" in said and f"一、督办事项：{item.title}" in said
        assert "该事项应于2020年8月10日前完成，截至2020年8月14日已逾期4天。" in said
        assert item.due_on == row.new_due_on == date(2020, 8, 21), "five workdays, as the rung gives"
        assert "请你单位于2020年8月21日前办结，并将办理情况书面报送本机关。" in said
        assert not any("{" in line for line in said)


@pytest.mark.parametrize(("colour", "word", "ink"), [("blue", "蓝色", "1F5FBF"), ("orange", "橙色", "D96B00"),
                                                     ("red", "红色", "C81010")])
def test_p14_the_colour_of_a_slip_is_on_the_paper(late: Running, colour: str, word: str, ink: str) -> None:
    with late.on(LATE) as session:
        clear(session, late)
        row = taken(session, late, E.SLIP, colour)
        document = Document(io.BytesIO(look(session, session.get_one(Paper, row.paper_id))))
        marked = [one for one in document.paragraphs if one.text == f"【{word}】"]
        assert [str(one.runs[0].font.color.rgb) for one in marked] == [ink]
        assert sum("【" in one.text for one in document.paragraphs) == 1


def test_p14_a_talk_needs_its_terms_and_ends_with_its_note(late: Running) -> None:
    """P14: 约谈通知书 says who, when, where, whom; without a meeting note it is not completed."""
    with late.on(LATE) as session:
        clear(session, late)
        row = draft_step(
            session, late.actor("jingban"), late.item(session, K.SELF_CHECK_REPORT), E.TALK, LATE, "情节严重"
        )
        with pytest.raises(Rejected, match="请填写约谈地点"):
            decide(session, late.actor("lingdao"), row, True, terms={**TALK, "where": " "})
        assert row.state == S.DRAFT
        decide(session, late.actor("lingdao"), row, True, terms=TALK)
        said = lines(session, row.paper_id)
        heads = ("一、约谈时间", "二、约谈地点", "三、约谈对象", "四、约谈人")
        printed = [line for line in said if line.startswith(heads)]
        assert printed == [f"{head}：{words}" for head, words in zip(heads, TALK.values(), strict=True)]
    with late.on(date(2020, 8, 20)) as session:
        row, clerk = session.get_one(Escalation, row.id), late.actor("jingban")
        with pytest.raises(Rejected, match="请填写约谈内容"):
            complete(session, clerk, row, {"held_on": "2020-08-20", "present": "甲、乙"})
        with pytest.raises(Rejected, match="晚于今天"):
            complete(session, clerk, row, {"held_on": "2020-08-21", "present": "甲", "said": "限期整改"})
        complete(session, clerk, row, {"held_on": "2020-08-20", "present": "甲、乙", "said": "限期整改"})
        assert (row.state, row.terms["note"]["said"]) == (S.DONE, "限期整改")
        with pytest.raises(NotAllowed, match="尚未办结"):
            complete(session, clerk, row, {"held_on": "2020-08-20", "present": "甲", "said": "再来一次"})


def test_p14_a_listing_ends_with_a_paper_that_says_what_was_verified(late: Running) -> None:
    with late.on(LATE) as session:
        clear(session, late)
        row = taken(session, late, E.LISTED)
        delist(session, late.actor("zhuren"), row, "自查报告已补报，经现场核实属实")
        closing = lines(session, row.paper_id), lines(session, UUID(row.terms["delisting"]))
        assert any("挂牌督办" in line for line in closing[0])
        assert "经核实：自查报告已补报，经现场核实属实。" in closing[1]
        assert any(f"（{row.number}）" in line for line in closing[1])
        assert (row.state, row.terms["note"]["verified"]) == (S.DELISTED, "自查报告已补报，经现场核实属实")
        with pytest.raises(NotAllowed):
            delist(session, late.actor("zhuren"), row, "再摘一次")


def test_p15_l16_a_transfer_is_exported_only_with_every_access_written_down(late: Running) -> None:
    """P15: export only, access restricted. L16: 纪检线索, 目标考核, 典型, 过错追究, visible to few."""
    with late.on(LATE) as session:
        clear(session, late)
        row = taken(session, late, E.REFERRAL, use="discipline", receiver="市纪委监委")
        for login in ("jingban", "zuzhang"):
            with pytest.raises(NotAllowed):
                export_transfer(session, late.actor(login), row)
        name, data = export_transfer(session, late.actor("lingdao"), row)
        said = [one.text for one in Document(io.BytesIO(data)).paragraphs]
        assert name == f"问题线索移送单{row.number}.docx"
        assert {"市纪委监委：", "一、移送用途：纪检线索", f"二、涉及单位：{late.unit(session).name}"} <= set(said)
        assert session.exec(select(Event).where(Event.verb == "导出问题线索移送单")).one().actor == "领导甲"
        shown = {event.verb for event in events_of(session, late.people.office_id)}
        assert not any("移送" in verb for verb in shown)
        assert "导出问题线索移送单" in {
            event.verb for event in events_of(session, late.people.office_id, referrals=True)
        }
        number = session.exec(select(PaperNumber).where(PaperNumber.number == row.number)).one()
        assert late.unit(session).name not in number.title
    late.round(LATE)
    with late.on(LATE) as session:
        assert "移送" not in late.said(session, LATE)


@pytest.mark.parametrize("use", list(ReferralUse))
def test_l16_each_use_of_a_result_has_its_slip_and_is_shown_to_few(late: Running, use: ReferralUse) -> None:
    """L16: 纪检线索, 目标考核, 典型, 过错追究: the slip says which; a use nobody knows is refused."""
    with late.on(LATE) as session:
        clear(session, late)
        with pytest.raises(Rejected, match="移送用途"):
            taken(session, late, E.REFERRAL, use="别的", receiver="某机关")
    with late.on(LATE) as session:
        clear(session, late)
        row = taken(session, late, E.REFERRAL, use=use, receiver="某机关")
        _, data = export_transfer(session, late.actor("lingdao"), row)
        said = [one.text for one in Document(io.BytesIO(data)).paragraphs]
        assert f"一、移送用途：{use.label}" in said and "某机关：" in said
        office = late.people.office_id
        assert not any("移送" in event.verb for event in events_of(session, office))
        assert any("移送" in event.verb for event in events_of(session, office, referrals=True))


def test_a_circular_names_one_matter_and_ranks_nobody(late: Running) -> None:
    with late.on(LATE) as session:
        clear(session, late)
        said = "".join(lines(session, taken(session, late, E.CRITICISM).paper_id))
        assert "予以通报批评" in said and not re.search(r"最好|最差|第[一二三]名|排名|末位", said)


def test_the_paper_of_a_step_is_signed_with_the_step_and_in_no_other_way(late: Running) -> None:
    with late.on(LATE) as session:
        paper = session.get_one(Paper, draft(session).paper_id)
        with pytest.raises(NotAllowed, match="请到“督办措施”办理"):
            issue_paper(session, late.actor("lingdao"), paper, paper.row_version)


def test_words_corrected_in_the_draft_of_a_step_stand_on_its_signed_paper(late: Running) -> None:
    """Approving gathers what is true that day; what a person wrote is not written over by it."""
    with late.on(LATE) as session:
        row = draft(session)
        paper, typed = session.get_one(Paper, row.paper_id), "请你单位按审批时限办结，并附佐证材料。"
        assert "colour" not in editable(paper)
        redraft(session, late.actor("jingban"), paper, paper.row_version, {"text": "", "demand": typed})
        decide(session, late.actor("lingdao"), row, True)
        assert "请你单位于2020年8月21日前办结，并附佐证材料。" in lines(session, row.paper_id)


def test_a_signed_paper_of_a_step_is_corrected_and_takes_its_place(late: Running) -> None:
    with late.on(LATE) as session:
        row = draft(session)
        waiting = (session, late.people.office_id, frozenset(PaperKind))
        assert papers_to_sign(*waiting) == [], "it waits as a step"
        decide(session, late.actor("lingdao"), row, True)
        first = session.get_one(Paper, row.paper_id)
        again = redraft(session, late.actor("jingban"), first, first.row_version, {"demand": "请立即报送。"})
        assert papers_to_sign(*waiting) == [again], "the digest names it to who may sign"
        with pytest.raises(NotAllowed):
            sign(session, late.actor("jingban"), again, again.row_version)
        sign(session, late.actor("lingdao"), again, again.row_version)
        assert (row.paper_id, again.number, first.state) == (again.id, row.number, PaperState.REPLACED)
        assert "请立即报送。" in lines(session, row.paper_id)


def test_who_drafted_a_step_does_not_sign_its_paper(late: Running) -> None:
    with late.on(LATE) as session:
        clear(session, late)
        head = late.actor("zhuren")
        row = draft_step(session, head, late.item(session, K.SELF_CHECK_REPORT), E.SLIP, LATE, "情况紧急")
        with pytest.raises(NotAllowed, match="须由另一人审批"):
            decide(session, head, row, True)
        decide(session, late.actor("lingdao"), row, True)


def test_a_listing_is_signed_by_whom_its_rung_names(late: Running) -> None:
    with late.on(LATE) as session:
        clear(session, late)
        item = late.item(session, K.SELF_CHECK_REPORT)
        row = draft_step(session, late.actor("jingban"), item, E.LISTED, LATE, "拒不整改")
        with pytest.raises(NotAllowed, match="挂牌督办须由分管领导审批"):
            decide(session, late.actor("zhuren"), row, True)


def test_a_number_from_a_register_on_paper_is_taken_once_and_leaves_ours_alone(late: Running) -> None:
    with late.on(LATE) as session:
        row = draft(session)
        decide(session, late.actor("lingdao"), row, True, " 濮法办督〔2020〕7号 ")
        assert row.number == "濮法办督〔2020〕7号" and session.exec(select(PaperNumber)).all() == []
        assert row.number in lines(session, row.paper_id)
        again = draft_step(
            session, late.actor("jingban"), _overdue_again(session, late), E.SLIP, date(2020, 8, 31), "", "orange"
        )
        with pytest.raises(Conflict, match="已用于另一份文书"):
            decide(session, late.actor("lingdao"), again, True, row.number)


def _overdue_again(session: Session, late: Running):
    item = late.item(session, K.SELF_CHECK_REPORT)
    item.due_on = date(2020, 8, 12)
    session.flush()
    return item


def test_a_limit_that_has_passed_is_not_given(late: Running) -> None:
    with late.on(LATE) as session, pytest.raises(Rejected, match="已过"):
        decide(session, late.actor("lingdao"), draft(session), True, new_due=date(2020, 8, 13))


def test_a_slip_is_completed_only_once_the_matter_was_handed_in(late: Running) -> None:
    with late.on(LATE) as session:
        row = draft(session)
        decide(session, late.actor("lingdao"), row, True)
        with pytest.raises(NotAllowed, match="尚未报送"):
            complete(session, late.actor("jingban"), row, {"result": "已办"})
        late.hand_in(session)
        complete(session, late.actor("jingban"), row, {"result": "已补报并审核"})
        assert row.state == S.DONE


def test_the_office_notes_a_signature_given_by_telephone(late: Running) -> None:
    with late.on(LATE) as session:
        row, clerk = draft(session), late.actor("jingban")
        with pytest.raises(NotAllowed, match="不需要签收"):
            note_receipt(session, clerk, row, "张某", "telephone")
        decide(session, late.actor("lingdao"), row, True)
        with pytest.raises(Rejected, match="签收方式"):
            note_receipt(session, clerk, row, "张某", "口头")
        for _ in range(2):
            note_receipt(session, clerk, row, "张某", "telephone")
        assert row.terms["signed"]["name"] == "张某（电话签收）"
        assert len(session.exec(select(Event).where(Event.verb == "签收督办文书")).all()) == 1


def test_what_was_sent_back_is_a_matter_too_and_an_answered_one_is_not(late: Running) -> None:
    with late.on(LATE) as session:
        clear(session, late)
        item = late.item(session, K.SELF_CHECK_REPORT)
        item.due_on, item.state = date(2020, 9, 30), AssignmentState.RETURNED
        row = draft_step(session, late.actor("jingban"), item, E.SLIP, LATE, "敷衍应付")
        assert "报送材料被退回，拟予蓝色督办" in row.text
        item.state = AssignmentState.SUBMITTED
        with pytest.raises(NotAllowed, match="未逾期、已报送或已取消"):
            decide(session, late.actor("lingdao"), row, True)


def test_x7_a_listed_unit_is_proposed_as_key_unit_with_its_findings(puyang: Callable) -> None:
    """X7: the listing leads on to 重点督导对象; another person approves."""
    running = puyang(units=1)
    running.round(date(2020, 8, 12))
    with running.on(date(2020, 8, 12)) as session:
        running.find(session, 0, "档案缺失")
    with running.on(date(2020, 8, 26)) as session:
        running.letter(session, 0)
    with running.on(date(2020, 9, 20)) as session:
        item = running.item(session, K.RECT_REPORT)
        row = draft_step(session, running.actor("jingban"), item, E.LISTED, date(2020, 9, 20), "拒不整改")
        with pytest.raises(NotAllowed, match="挂牌督办中的单位"):
            propose_listed(session, running.actor("jingban"), row)
        decide(session, running.actor("lingdao"), row, True)
        assert "问题1：档案缺失（已反馈）。" in lines(session, row.paper_id)
        key = propose_listed(session, running.actor("jingban"), row)
        assert key.reason == f"“{item.title}”被挂牌督办（{row.number}）；问题1：档案缺失（已反馈）。"
        assert key.state == "proposed"
        with pytest.raises(Conflict):
            propose_listed(session, running.actor("jingban"), row)


def test_the_flow_proposes_nothing_while_a_step_is_being_answered(late: Running) -> None:
    with late.on(LATE) as session:
        decide(session, late.actor("lingdao"), draft(session), True)
    with late.on(date(2020, 8, 26)) as session:
        late.hand_in(session)
        assert propose_steps(session, late.cycle_id, date(2020, 8, 26)).drafted == 0


def test_a_unit_neither_drafts_nor_decides_nor_closes(late: Running) -> None:
    with late.on(LATE) as session:
        row, unit = draft(session), Actor(late.people.office_id, "某人", "unit")
        for call in (lambda: decide(session, unit, row, True), lambda: complete(session, unit, row, {"result": "x"}),
                     lambda: delist(session, Actor(late.people.office_id, "某人", Role.CLERK), row, "x")):
            with pytest.raises(NotAllowed):
                call()
