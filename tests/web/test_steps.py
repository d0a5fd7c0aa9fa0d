"""督办措施 at the desk and behind the link: proposed with its rule, approved with terms, signed for, closed."""

import io
import re
from collections.abc import Callable
from datetime import date
from urllib.parse import unquote

import pytest
from docx import Document
from sqlmodel import select

from actions.escalate import decide, draft_step
from actions.open_link import make_link
from models.paper_words import EscalationState, EscalationStep
from models.problem import Escalation
from models.words import AssignmentKind
from tests.conftest import Running
from tests.web.at_desk import behind, signed
from tests.web.conftest import Door
from tests.web.person import Person

K, E, S = AssignmentKind, EscalationStep, EscalationState
DAY = date(2020, 8, 17)
TALK = {
    "talk_day": "2020-08-20", "talk_hour": "上午9时", "where": "三楼会议室", "whom": "主要负责人", "host": "分管领导",
}


@pytest.fixture
def running(puyang: Callable, today: Callable) -> Running:
    return behind(puyang, today)


@pytest.fixture
def leader(running: Running) -> Person:
    return signed(running.bind, "lingdao")


@pytest.fixture
def clerk(running: Running) -> Person:
    return signed(running.bind, "jingban")


def waiting(running: Running, position: int = 2) -> str:
    """The address of the draft about the unit that never answered."""
    with running.on(DAY) as session:
        unit = running.unit(session, position)
        rows = session.exec(select(Escalation).where(Escalation.unit_id == unit.id, Escalation.state == S.DRAFT))
        return f"/escalations/{rows.one().id}"


def drafted(running: Running, step: EscalationStep) -> str:
    """A draft of this step instead of the one that waits."""
    with running.on(DAY) as session:
        unit = running.unit(session, 2)
        old = session.exec(select(Escalation).where(Escalation.unit_id == unit.id)).one()
        decide(session, running.actor("lingdao"), old, False, reason="另行处理")
        item = running.item(session, K.SELF_CHECK_REPORT, 2)
        return f"/escalations/{draft_step(session, running.actor('jingban'), item, step, DAY, '拒不整改').id}"


def row_of(person: Person, path: str) -> Escalation:
    return next(row for row in person.all(Escalation) if str(row.id) in path)


def door_of(running: Running, person: Person, position: int = 2) -> Door:
    with running.on(DAY) as session:
        link = make_link(session, running.actor("jingban"), running.contact(session, position))
    return Door(person.client, running, link.rsplit("/", 1)[1], position)


def test_p14_the_page_says_what_is_proposed_by_which_rule_and_how_much_the_unit_has_had(
    leader: Person, running: Running
) -> None:
    page = leader.get("/escalations")
    card = page.split(f'id="step-{waiting(running).rsplit("/", 1)[1]}"')[1].split('class="card step-card')[0]
    assert "蓝色督办单" in card and "逾期后第4个工作日仍未完成，或被退回2次" in card
    assert "该单位近30天1/3次" in card and "经提醒、催办仍未完成，拟予蓝色督办" in card
    assert f'href="/papers/{row_of(leader, waiting(running)).paper_id}"' in card and "预览文书" in card
    rules = page.split("督办措施的规则")[1]
    assert [word for word in ("橙色督办单", "红色督办单", "约谈", "挂牌督办", "通报批评", "移送追责") if word in rules]
    assert "90天内最多1次" in rules


def test_p14_a_slip_goes_from_proposal_to_signature_to_its_end(
    leader: Person, clerk: Person, running: Running
) -> None:
    path = waiting(running)
    assert "尚未签收" in leader.post(path, approve="yes")
    row = row_of(leader, path)
    assert (row.state, str(row.new_due_on)) == (S.APPROVED, "2020-08-24") and row.number
    unit = door_of(running, leader)
    assert "有1份督办文书待签收" in unit.get() and row.number in unit.get()
    here = f"/step/{row.id}"
    assert "请于8月24日（周一）前办结并报送" in unit.get(here)
    document = unit.client.get(f"/u/{unit.token}{here}/paper/{row.paper_id}")
    assert unquote(document.headers["content-disposition"]).endswith(f"督办单{row.number}.docx")
    assert row.number in [one.text for one in Document(io.BytesIO(document.content)).paragraphs]
    refused = unit.post(f"{here}/sign", 422, name="张某", phone="")
    assert "签收须填写姓名和电话" in refused and 'value="张某"' in refused
    for _ in range(2):
        assert "张某" in unit.post(f"{here}/sign", name="张某", post="科员", phone="000")
    assert "督办文书待签收" not in unit.get() and "已签收的督办文书" in unit.get()
    assert "已签收：张某" in clerk.get("/escalations")
    with running.on(DAY) as session:
        running.hand_in(session, 2)
    assert "已办结" in clerk.post(f"{path}/complete", result="已补报")
    assert row_of(leader, path).state == S.DONE


def test_a_unit_sees_no_draft_no_other_units_paper_and_no_transfer(
    leader: Person, running: Running
) -> None:
    """P15: 移送 is never shown to the unit."""
    unit, row = door_of(running, leader), row_of(leader, waiting(running))
    unit.get(f"/step/{row.id}", 404)
    leader.post(waiting(running), approve="yes")
    other = door_of(running, leader, 1)
    other.get(f"/step/{row.id}", 404)
    other.get(f"/step/{row.id}/paper/{row.paper_id}", 404)
    with running.on(date(2020, 8, 25)) as session:
        item = running.item(session, K.SELF_CHECK_REPORT, 2)
        transfer = draft_step(session, running.actor("jingban"), item, E.REFERRAL, date(2020, 8, 25), "拒不整改")
        terms = {"use": "fault", "receiver": "市纪委监委"}
        decide(session, running.actor("lingdao"), transfer, True, terms=terms)
        key, paper = transfer.id, transfer.paper_id
    unit.get(f"/step/{key}", 404)
    unit.get(f"/step/{key}/paper/{paper}", 404)
    assert "移送" not in unit.get() and "移送" not in unit.get("/history")


def test_p14_a_talk_is_approved_with_day_and_place_and_closed_with_its_note(
    leader: Person, clerk: Person, running: Running
) -> None:
    path = drafted(running, E.TALK)
    refused = leader.post(path, 422, approve="yes", **{**TALK, "where": ""})
    assert "请填写约谈地点后再批准" in refused and 'value="主要负责人"' in refused
    assert "已过" in leader.post(path, 422, approve="yes", **{**TALK, "talk_day": "2020-08-10"})
    page = leader.post(path, approve="yes", **TALK)
    assert "2020年8月20日上午9时在三楼会议室约谈主要负责人，约谈人：分管领导" in page
    assert "约谈时间" in door_of(running, leader).get(f"/step/{path.rsplit('/', 1)[1]}")
    note = {"held_on": "2020-08-17", "present": "甲、乙", "said": "要求限期整改"}
    refused = clerk.post(f"{path}/complete", 422, **{**note, "present": ""})
    assert "请填写参加人员" in refused and "要求限期整改" in refused
    assert "要求限期整改" in clerk.post(f"{path}/complete", **note, promised="一周内报齐")
    assert row_of(leader, path).terms["note"]["promised"] == "一周内报齐"


def test_p14_x7_a_listing_leads_to_a_key_unit_and_ends_with_what_was_verified(
    leader: Person, clerk: Person, running: Running
) -> None:
    path = drafted(running, E.LISTED)
    leader.post(path, approve="yes")
    assert "提出为重点督导对象" in clerk.get("/escalations")
    clerk.post(f"{path}/key-unit")
    with running.on(DAY) as session:
        unit = running.unit(session, 2).id
    assert "被挂牌督办" in clerk.get(f"/units/{unit}")
    assert f'action="{path}/key-unit"' not in clerk.get("/escalations"), "it was proposed already"
    assert "摘牌须写明理由" in leader.post(f"{path}/delist", 422, reason=" ")
    assert "经核实已补报" in leader.post(f"{path}/delist", reason="经核实已补报")
    row = row_of(leader, path)
    assert row.state == S.DELISTED and row.terms["delisting_number"]
    page = door_of(running, leader).get(f"/step/{row.id}")
    assert "已摘牌：经核实已补报" in page and "下载摘牌通知书" in page


def test_p15_l16_a_transfer_is_on_the_page_of_few_and_only_exported(
    leader: Person, clerk: Person, running: Running
) -> None:
    path = drafted(running, E.REFERRAL)
    assert path not in clerk.get("/escalations")
    page = leader.get("/escalations")
    assert all(use in page for use in ("纪检线索", "目标考核", "典型", "过错追究"))
    assert f"/papers/{row_of(leader, path).paper_id}" not in page
    leader.post(path, approve="yes", use="assessment", receiver="考核办")
    answer = leader.client.post(f"{path}/export")
    assert answer.status_code == 200
    assert "一、移送用途：目标考核" in [one.text for one in Document(io.BytesIO(answer.content)).paragraphs]
    assert clerk.client.post(f"{path}/export").status_code == 403


def test_dropping_needs_words_and_what_was_typed_is_not_lost(leader: Person, running: Running) -> None:
    path = waiting(running)
    assert "不予采取须写明理由" in leader.post(path, 422, reason="")
    assert "不是日期" in leader.post(path, 422, approve="yes", new_due="明天", number="甲1号")
    assert 'value="甲1号"' in leader.post(path, 422, approve="yes", new_due="2020-08-01", number="甲1号")
    assert "不予采取" in leader.post(path, reason="已电话说明")


def test_a_clerk_drafts_with_a_colour_and_hears_why_not(clerk: Person, running: Running) -> None:
    with running.on(DAY) as session:
        key = str(running.item(session, K.SELF_CHECK_REPORT, 2).id)
    said = clerk.post("/escalations", 409, assignment=key, step="slip:red", reason="情况紧急")
    assert "已有一份督办草稿待审批" in said and 'value="情况紧急"' in said
    assert "请选择督办措施" in clerk.post("/escalations", 422, assignment=key, step="slip:pink")
    assert "请选择事项" in clerk.post("/escalations", 422, assignment="1", step="slip:red")


def test_a_units_own_history_stands_by_itself(leader: Person, running: Running) -> None:
    path = waiting(running)
    leader.post(path, reason="已电话说明")
    with running.on(DAY) as session:
        mine, other = running.unit(session, 2), running.unit(session, 1)
        keys, name = (mine.id, other.id), mine.name
    page = leader.get(f"/escalations?unit={keys[0]}")
    assert "已电话说明" in page and name in page.split("</h2>")[0]
    assert "已电话说明" not in leader.get(f"/escalations?unit={keys[1]}")
    leader.get("/escalations?unit=x", 422)


def test_the_leaders_minute_approves_a_slip_with_one_click_and_sends_a_talk_to_its_form(
    leader: Person, running: Running
) -> None:
    page = leader.get("/leader")
    action = re.search(r'action="(/escalations/[^"]+)"', page).group(1)
    leader.post(action, approve="yes")
    assert row_of(leader, action).number
    path = ""
    with running.on(date(2020, 8, 25)) as session:
        item = running.item(session, K.SELF_CHECK_REPORT, 2)
        path = str(draft_step(session, running.actor("jingban"), item, E.TALK, date(2020, 8, 25), "情节严重").id)
    page = leader.get("/leader")
    assert f'action="/escalations/{path}"' not in page
