"""A silent unit meets the ladder: proposed by the flow, approved, on paper, signed for, answered, taken down."""

import io
import re
from datetime import date

import httpx
import pytest
from docx import Document
from sqlmodel import col, select

from actions.open_link import make_link
from actions.record import broken_at
from commands.cast import REPORT
from commands.office import People
from flows.remind import remind
from models.cycle import Assignment
from models.database import reading, transaction
from models.event import Event
from models.notice import Message
from models.paper_words import EscalationState, EscalationStep
from models.problem import Escalation
from models.words import AssignmentKind
from tests.real_parts import Desk, set_clock
from tests.stories.test_click_to_close_out import UnitPhone

K, S, E = AssignmentKind, EscalationState, EscalationStep


@pytest.fixture
def desks(site: str, people: People, puyang) -> dict[str, Desk]:
    set_clock(date(2020, 7, 24))
    return {login: Desk(site, login, people.word) for login in ("jingban", "lingdao")}


def steps() -> list[Escalation]:
    with reading() as session:
        statement = select(Escalation).join(Assignment, col(Assignment.id) == Escalation.assignment_id)
        return list(session.exec(
            statement.where(Assignment.kind == K.SELF_CHECK_REPORT)
            .order_by(col(Escalation.drafted_on), col(Escalation.decided_at))
        ))


def sweep(run_flow, day: date) -> list[Escalation]:
    set_clock(day)
    run_flow(remind, day=day)
    return steps()


def waiting() -> str:
    return next(str(row.id) for row in steps() if row.state == S.DRAFT)


def test_p14_a_silent_unit_meets_the_ladder_and_ends_it_by_answering(desks: dict[str, Desk], puyang, run_flow) -> None:
    """P14: proposed by the flow, approved by a person, on numbered paper, signed for; a listing ends on record."""
    running = puyang(1)
    with transaction() as session:
        phone = UnitPhone(make_link(session, running.actor("jingban"), running.contact(session)))
    for n in (3, 7, 10, 11, 13):
        assert sweep(run_flow, date(2020, 8, n)) == []
    assert [row.called for row in sweep(run_flow, date(2020, 8, 14))] == ["蓝色督办单"]
    assert len(sweep(run_flow, date(2020, 8, 14))) == 1, "a second run of the day drafts nothing"
    blue = approve(desks["lingdao"])
    sweep(run_flow, date(2020, 8, 17))
    told(blue.number, "请于8月21日前完成")
    read_and_sign(phone, blue)

    for n in (20, 21, 24, 25):
        assert len(sweep(run_flow, date(2020, 8, n))) == 1, "its own limit and three workdays come first"
    assert [row.called for row in sweep(run_flow, date(2020, 8, 26))] == ["蓝色督办单", "橙色督办单"]
    approve(desks["lingdao"])
    listed(desks, running)
    answer(phone, running)
    assert len(sweep(run_flow, date(2020, 9, 14))) == 3, "what was handed in is left alone"
    end(desks, phone)
    with reading() as session:
        assert broken_at(session, running.people.office_id) is None


def approve(desk: Desk, **terms: str) -> Escalation:
    key = waiting()
    assert desk.post(f"/escalations/{key}", data={"approve": "yes", **terms}).status_code == 200
    row = next(row for row in steps() if str(row.id) == key)
    assert row.state == S.APPROVED and row.number
    return row


def told(*words: str) -> None:
    with reading() as session:
        sent = "\n".join(session.exec(select(Message.body)))
    assert all(one in sent for one in words)


def read_and_sign(phone: UnitPhone, row: Escalation) -> None:
    assert "份督办文书待签收" in phone.get("").text
    page = phone.get(f"/step/{row.id}").text
    path = re.search(r'href="/u/[^/]+(/step/[^"]+/paper/[^"]+)"', page).group(1)
    said = [one.text for one in Document(io.BytesIO(phone.get(path).content)).paragraphs]
    assert row.number in said and "【蓝色】" in said
    signed: httpx.Response = phone.post(f"/step/{row.id}/sign", data={"name": "联络员甲", "phone": "000"})
    assert "已签收" in signed.text


def listed(desks: dict[str, Desk], running) -> None:
    """The clerk leaves two rungs out, with a reason; the leader signs the listing."""
    set_clock(date(2020, 9, 4))
    with reading() as session:
        item = running.item(session, K.SELF_CHECK_REPORT)
    given = {"assignment": str(item.id), "step": "listed", "reason": ""}
    assert "须写明理由" in desks["jingban"].post("/escalations", data=given).text
    desks["jingban"].post("/escalations", data=given | {"reason": "拒不整改，情节严重"})
    row = approve(desks["lingdao"])
    assert row.step == E.LISTED and "督挂" in row.number


def answer(phone: UnitPhone, running) -> None:
    path = phone.item(running, K.SELF_CHECK_REPORT)
    form = {"nonce": phone.nonce(path), "body": REPORT, "problem-1-title": "台账不全", "problem-1-measure": "每月核对"}
    assert phone.post(path, data=form).status_code == 200


def end(desks: dict[str, Desk], phone: UnitPhone) -> None:
    """Both slips are closed with how they ended, the listing with what was verified."""
    for row in steps():
        if row.step == E.SLIP:
            desks["jingban"].post(f"/escalations/{row.id}/complete", data={"result": "已补报，审核属实"})
        else:
            desks["lingdao"].post(f"/escalations/{row.id}/delist", data={"reason": "已补报，经核实属实"})
    assert [row.state for row in steps()] == [S.DONE, S.DONE, S.DELISTED]
    last = next(row for row in steps() if row.step == E.LISTED)
    assert "下载摘牌通知书" in phone.get(f"/step/{last.id}").text
    with reading() as session:
        verbs = [event.verb for event in session.exec(select(Event).order_by(col(Event.seq)))]
    assert [verb for verb in verbs if verb in ("批准督办单", "批准挂牌督办", "摘牌", "办结督办单")] == [
        "批准督办单", "批准督办单", "批准挂牌督办", "办结督办单", "办结督办单", "摘牌",
    ]
